"""What a person calls the places where pain is felt, and the causes that the atlas knows. Words only."""

from __future__ import annotations

from typing import Final

PLACES: Final = {
    "head_forehead": "forehead",
    "head_temple": "temple",
    "head_vertex": "top of the head",
    "head_occiput": "back of the head",
    "eye": "around the eye",
    "ear": "ear",
    "jaw": "jaw",
    "teeth": "teeth",
    "neck_side": "side of the neck",
    "neck_back": "back of the neck",
    "shoulder_top": "top of the shoulder",
    "shoulder_front": "front of the shoulder",
    "shoulder_side": "side of the shoulder",
    "shoulder_back": "back of the shoulder",
    "chest": "chest",
    "scapula": "shoulder blade",
    "scapula_medial": "inner edge of the shoulder blade",
    "upper_back": "upper back",
    "mid_back": "middle of the back",
    "low_back": "low back",
    "sacrum_si": "sacrum",
    "tailbone": "tailbone",
    "buttock": "buttock",
    "hip_lat": "side of the hip",
    "groin": "groin",
    "upper_arm_front": "front of the upper arm",
    "upper_arm_side": "side of the upper arm",
    "upper_arm_back": "back of the upper arm",
    "elbow_front": "front of the elbow",
    "elbow_lat": "outer elbow",
    "elbow_med": "inner elbow",
    "forearm_ext": "back of the forearm",
    "forearm_flex": "inner forearm",
    "wrist_dorsal": "back of the wrist",
    "wrist_palmar": "palm side of the wrist",
    "hand_thumb": "thumb",
    "hand_fingers": "fingers",
    "thigh_front": "front of the thigh",
    "thigh_lat": "outer thigh",
    "thigh_back": "back of the thigh",
    "thigh_med": "inner thigh",
    "knee_front": "front of the knee",
    "knee_lat": "outer knee",
    "knee_med": "inner knee",
    "knee_back": "back of the knee",
    "shin": "shin",
    "calf": "calf",
    "achilles": "Achilles tendon",
    "ankle_front": "front of the ankle",
    "ankle_lat": "outer ankle",
    "foot_dorsum": "top of the foot",
    "heel": "heel",
    "arch": "arch of the foot",
    "forefoot": "ball of the foot",
    "big_toe": "big toe",
}
"""From head to foot."""

CAUSES: Final = {
    "phone": "looking down at a phone",
    "screen": "hours at a screen",
    "slouch": "slouching",
    "drive": "driving",
    "load": "carrying, lifting",
    "stress": "tension",
    "clench": "clenching the teeth",
}
"""Those whose word alone does not say it."""


def place(word: str) -> str:
    """Return what a person calls a place."""
    return PLACES.get(word, plain(word))


def cause(word: str) -> str:
    """Return what a person calls a cause."""
    return CAUSES.get(word, plain(word))


def plain(word: str) -> str:
    """Return one of the atlas's words without its underscores."""
    return word.replace("_", " ")
