"""The terms that points, profiles and programs share, with the values of the TOML files and of ``--json``, and words for them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Tool(StrEnum):
    """What touches the body."""

    PERCUSSION = "perc"
    BALL = "ball"
    ROLLER = "roller"
    ROLLER_STICK = "roller_stick"
    CANE = "cane"
    HAND = "hand"
    HAND_PRO = "hand_pro"
    """A clinician's hand: shown and explained, never dosed by massctl."""
    ALGOMETER = "algometer"
    ANY = "any"
    """Whichever manual tool the person has."""
    NONE = "ui"
    """No tool: questions, breathing, movement."""


class Side(StrEnum):
    """Which side of the body; in a program also how a step expands."""

    LEFT = "L"
    RIGHT = "R"
    LEFT_THEN_RIGHT = "LR"
    CHOSEN = "S"
    """The side that the person chooses."""
    BOTH = "mid"
    """Both at once (two balls under the skull base); counted as both."""


class Mode(StrEnum):
    """What a step does."""

    CHECK = "check"
    SCAN = "scan"
    PLAN = "plan"
    SWEEP = "sweep"
    PIN = "pin"
    KNEAD = "knead"
    PINCH = "pinch"
    RAMP = "ramp"
    MOVE = "move"
    BREATHE = "breathe"
    RATE = "rate"


MODE_WORDS: Final[Mapping[str, str]] = {
    Mode.CHECK: "a question first",
    Mode.SCAN: "find the tender points",
    Mode.PLAN: "the plan",
    Mode.SWEEP: "slow sweeps",
    Mode.PIN: "hold one spot",
    Mode.KNEAD: "knead in small circles",
    Mode.PINCH: "pinch gently",
    Mode.RAMP: "press slowly harder",
    Mode.MOVE: "move",
    Mode.BREATHE: "breathe",
    Mode.RATE: "how is it",
}
"""What a person calls a mode."""

SIDE_WORDS: Final[Mapping[str | None, str]] = {
    Side.LEFT: "left",
    Side.RIGHT: "right",
    Side.LEFT_THEN_RIGHT: "both sides",
    Side.BOTH: "both sides",
    None: "",
}
"""What a person calls a side."""


class End(StrEnum):
    """What ends a step before its maximum."""

    TIME = "time"
    RELEASE = "release"
    DONE = "done"
    ALL_CLEAR = "all_clear"
    RATED = "rated"
    CONFIRMED = "confirmed"
    ALL_RATED = "all_rated"
    FIRST_PAIN = "first_pain"


class Percussion(StrEnum):
    """Whether a massager may work on a point."""

    YES = "yes"
    LIMITED = "lim"
    """Only with the listed head, speed and force."""
    NO = "no"
