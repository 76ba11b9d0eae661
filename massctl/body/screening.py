"""What a person is asked once: the questions of the screening, by topic, in plain words. Words and data only; pure.

What an answer means for a plan stands in ``person_rules``; how it is asked, and where it is kept, is a front end's and the
application's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Topic(StrEnum):
    """A group of questions that is asked, dated and expires together."""

    AGE = "age"
    CONDITIONS = "conditions"
    MEDICINE = "medicine"
    IMPLANTS = "implants"
    PREGNANCY = "pregnancy"
    TROUBLES = "troubles"
    INJURIES = "injuries"


class Matter(StrEnum):
    """One thing that can be true of a person."""

    UNDER_14 = "under_14"
    TEENAGER = "from_14_to_17"
    ADULT = "adult"
    CLOT = "clot"
    BLEEDING = "bleeding_disorder"
    PRESSURE_UNCONTROLLED = "high_blood_pressure_uncontrolled"
    PRESSURE_CONTROLLED = "high_blood_pressure_controlled"
    ORGANS = "acute_heart_liver_kidney"
    RHABDOMYOLYSIS = "rhabdomyolysis"
    CONNECTIVE_TISSUE = "connective_tissue_disorder"
    OSTEOPOROSIS = "osteoporosis"
    DIABETES = "diabetes"
    NEUROPATHY = "diabetes_with_neuropathy"
    SCOLIOSIS = "scoliosis"
    WIDESPREAD_PAIN = "widespread_pain"
    ANTICOAGULANTS = "anticoagulants"
    ACTIVE_IMPLANT = "pacemaker_icd_port"
    IMPLANT = "implant"
    PREGNANT = "pregnant"
    ARTHRITIS = "arthritis_flare"
    DISC = "bulging_disc"
    CARPAL_TUNNEL = "carpal_tunnel"
    SCIATICA = "sciatica"
    TENDINITIS = "tendinitis"
    NUMB = "numb"
    VARICOSE = "varicose_veins"
    TUMOUR = "tumour"
    WOUND = "wound"
    RASH = "rash"
    BRUISE = "bruise"
    SWELLING = "swelling"
    INJURY = "injury"
    FRACTURE = "fracture"
    SURGERY = "surgery"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a question, as it is read out and as it is cited."""

    matter: Matter
    rule: str
    text: str
    """What the person reads."""
    short: str
    """How a refusal calls it: 'because of …'."""
    can_be_cleared: bool = False
    """A clinician's word counts."""
    wants_regions: bool = False
    """Where? At least one region."""
    wants_date: bool = False
    """Since when? Unknown counts as today."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One topic as it is asked."""

    topic: Topic
    question: str
    items: tuple[Item, ...]
    is_choice: bool = False
    """Exactly one of the items is true; else any number, and none, may be."""


_M = Matter

ASKS: Final = (
    Ask(
        Topic.AGE,
        "How old are you?",
        (
            Item(_M.UNDER_14, "F3", "Younger than 14", "an age below 14"),
            Item(_M.TEENAGER, "F7", "14 to 17", "an age of 14 to 17"),
            Item(_M.ADULT, "F7", "18 or older", "an age of 18 or more"),
        ),
        is_choice=True,
    ),
    Ask(
        Topic.CONDITIONS,
        "Do you have, or have you had, any of these?",
        (
            Item(_M.CLOT, "F3", "A blood clot (thrombosis) or embolism, now or ever", "a blood clot or embolism", True),
            Item(_M.BLEEDING, "F3", "A bleeding disorder", "a bleeding disorder"),
            Item(
                _M.PRESSURE_UNCONTROLLED,
                "F3",
                "High blood pressure that is not under control",
                "blood pressure that is not under control",
            ),
            Item(_M.PRESSURE_CONTROLLED, "F8", "High blood pressure, under control", "high blood pressure"),
            Item(_M.ORGANS, "F3", "Acute disease of heart, liver or kidney", "acute disease of heart, liver or kidney"),
            Item(
                _M.RHABDOMYOLYSIS,
                "F3",
                "A breakdown of muscle (rhabdomyolysis), now or ever",
                "a breakdown of muscle (rhabdomyolysis)",
            ),
            Item(
                _M.CONNECTIVE_TISSUE,
                "F3",
                "A disorder of the connective tissue (such as Ehlers-Danlos or Marfan)",
                "a disorder of the connective tissue",
            ),
            Item(_M.OSTEOPOROSIS, "F8", "Thin or brittle bones (osteopenia, osteoporosis)", "thin bones"),
            Item(_M.DIABETES, "F8", "Diabetes, with normal feeling everywhere", "diabetes"),
            Item(
                _M.NEUROPATHY,
                "F5",
                "Diabetes, with less feeling in feet, legs or hands (neuropathy)",
                "diabetes with less feeling",
            ),
            Item(_M.SCOLIOSIS, "F8", "A sideways curve of the spine (scoliosis)", "scoliosis"),
            Item(
                _M.WIDESPREAD_PAIN,
                "F27",
                "Pain in many places for months, or fibromyalgia",
                "widespread pain or fibromyalgia",
            ),
        ),
    ),
    Ask(
        Topic.MEDICINE,
        "Do you take any of these?",
        (
            Item(
                _M.ANTICOAGULANTS,
                "F3",
                "Medicine against clotting (blood thinners, anticoagulants)",
                "medicine against clotting",
            ),
        ),
    ),
    Ask(
        Topic.IMPLANTS,
        "Is anything built into your body?",
        (
            Item(
                _M.ACTIVE_IMPLANT,
                "F4",
                "A pacemaker, a defibrillator (ICD) or a port",
                "a pacemaker, defibrillator or port",
                True,
            ),
            Item(
                _M.IMPLANT,
                "F4",
                "A joint, a plate, screws, a breast implant, or another implant",
                "an implant",
                wants_regions=True,
            ),
        ),
    ),
    Ask(
        Topic.PREGNANCY,
        "Are you, or could you be, pregnant?",
        (Item(_M.PREGNANT, "F6", "Yes, or it is possible", "pregnancy", True),),
    ),
    Ask(
        Topic.TROUBLES,
        "Is any of this true of a part of your body?",
        (
            Item(_M.ARTHRITIS, "F8", "A joint that is inflamed now (arthritis flare)", "arthritis", wants_regions=True),
            Item(_M.DISC, "F8", "A bulging or slipped disc", "a bulging disc", wants_regions=True),
            Item(_M.CARPAL_TUNNEL, "F8", "Carpal tunnel syndrome", "carpal tunnel syndrome"),
            Item(_M.SCIATICA, "F8", "Sciatica", "sciatica"),
            Item(
                _M.TENDINITIS,
                "F8",
                "An inflamed or worn tendon (such as tennis elbow)",
                "tendinitis",
                wants_regions=True,
            ),
            Item(_M.NUMB, "F5", "Numb, or feeling less than elsewhere", "numbness", wants_regions=True),
            Item(_M.VARICOSE, "F5", "Varicose veins", "varicose veins", wants_regions=True),
            Item(_M.TUMOUR, "F5", "A tumour, now or earlier", "a tumour", wants_regions=True),
        ),
    ),
    Ask(
        Topic.INJURIES,
        "Is anything hurt?",
        (
            Item(_M.WOUND, "F5", "An open wound", "an open wound", wants_regions=True),
            Item(_M.RASH, "F5", "A rash or a skin infection", "a rash", wants_regions=True),
            Item(_M.BRUISE, "F5", "A bruise", "a bruise", wants_regions=True),
            Item(_M.SWELLING, "F5", "A swelling", "a swelling", wants_regions=True),
            Item(
                _M.INJURY,
                "F5",
                "A strain, sprain or blow in the last 6 weeks",
                "an injury",
                wants_regions=True,
                wants_date=True,
            ),
            Item(
                _M.FRACTURE,
                "F5",
                "A broken bone that is not healed, or not said to be by a clinician",
                "a fracture",
                wants_regions=True,
            ),
            Item(
                _M.SURGERY,
                "F5",
                "An operation in the last 12 weeks",
                "an operation",
                wants_regions=True,
                wants_date=True,
            ),
        ),
    ),
)
"""All topics in the order in which they are asked."""

ITEMS: Final = {item.matter: item for ask in ASKS for item in ask.items}
"""By what they are about."""

TOPIC_OF: Final = {item.matter: ask.topic for ask in ASKS for item in ask.items}


def ask_for(topic: Topic) -> Ask:
    """Return how ``topic`` is asked."""
    return next(ask for ask in ASKS if ask.topic is topic)
