"""The rules about a person, as one pure function each: F3–F8, F18, F19, F27. Together they make the ``Allowance``.

Each takes the facts and yields bars and reductions. Numbers are design values of this project unless a source stands beside
them. Where the rule leaves a choice, the safer one is taken, and ``massctl.rules`` says which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from massctl.body.allowance import PINS, Allowance, Bar, Reduction
from massctl.body.atlas import Atlas
from massctl.body.person import EXPIRES_AFTER_DAYS, Answer, Person, expired_topics
from massctl.body.screening import ITEMS, Matter
from massctl.body.terms import Mode, Tool

EXPLOSIVE: Final = "explosive"
HARD_EXERCISE: Final = "hard_exercise"
EXHAUSTED: Final = "exhausted"
"""F19: what the day's page was told, as ids of its questions."""

INJURY_BARRED_DAYS: Final = 3
"""F5: 72 h. Only the day is known, and it may have been its last minute."""
INJURY_CAUTION_DAYS: Final = 42
SURGERY_BARRED_DAYS: Final = 84
"""F5: 6 and 12 weeks, their last day included."""
INJURY_FACTOR: Final = 0.5
TEENAGER_FACTOR: Final = 0.6
TEENAGER_SESSION_S: Final = 480.0
"""F7."""
TROUBLE_DISCOMFORT_MAX: Final = 4
"""F8: arthritis flare, bulging disc, carpal tunnel, sciatica, tendinitis."""
BEGINNER_SESSIONS: Final = 2
BEGINNER_FACTOR: Final = 0.7
BEGINNER_PIN_DISCOMFORT_MAX: Final = 4
"""F18."""
EXPLOSIVE_MUSCLE_S: Final = 30.0
HARD_EXERCISE_FACTOR: Final = 0.7
HARD_EXERCISE_SPEED_MAX_PPM: Final = 1800
"""F19: S1, the lowest step of the speed ladder, ends here."""
WIDESPREAD_FACTOR: Final = 0.5
WIDESPREAD_DISCOMFORT_MAX: Final = 5
WIDESPREAD_POINTS_MAX: Final = 2
"""F27."""

NEAR_ACTIVE_IMPLANT: Final = frozenset(
    {
        "chest", "ribs_sternum", "axilla", "upper_back", "scapula", "shoulder_top",
        "neck_front", "neck_side", "neck_back",
    }
)  # fmt: skip
"""F4: chest, upper back and near the neck, where the device and its leads lie."""
NEVER_IN_PREGNANCY: Final = frozenset({"abdomen_flank", "low_back", "spine", "groin", "thigh_med", "calf"})
"""F6: abdomen, low back with its spine, inner thigh with the groin, calf."""
BACK: Final = frozenset({"upper_back", "scapula", "spine", "ribs_sternum", "low_back", "abdomen_flank"})
THIN_BONES: Final = frozenset({"ribs_sternum", "chest", "upper_back", "scapula", "spine"})
"""F8: the ribs, what lies on them, and the upper back."""
NEUROPATHY: Final = frozenset({"foot_sole", "shin", "calf", "hand"})
SCIATICA: Final = frozenset({"low_back", "spine", "buttock", "hip_lat", "thigh_back", "knee_back", "calf"})
CARPAL_TUNNEL: Final = frozenset({"forearm", "hand"})

_WITHOUT_PRESSURE = "Programs without pressure, such as back-strength, stay possible."


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at."""

    person: Person
    today: date
    real_sessions: int
    """Sessions on hardware in which something was done."""
    told_today: frozenset[str] = frozenset()
    """Ids of the day's questions that were answered with yes."""

    def true(self, *matters: Matter) -> Iterator[Answer]:
        """Yield the answers about ``matters``."""
        return (answer for answer in self.person.answers if answer.matter in matters)

    def days(self, answer: Answer) -> int:
        """Return how many days ago it began; unknown and future days count as today."""
        return max(0, (self.today - answer.since).days) if answer.since is not None else 0


Found = Iterator[Bar | Reduction]


def allowance_of(facts: Facts) -> Allowance:
    """Return what the person of ``facts`` may have on that day."""
    found = [each for rule in _RULES for each in rule(facts)]
    return Allowance(
        bars=tuple(each for each in found if isinstance(each, Bar)),
        reductions=tuple(each for each in found if isinstance(each, Reduction)),
    )


def _f8_expired(facts: Facts) -> Found:
    if expired_topics(facts.person, facts.today):
        because = f"health answers that are missing, or {EXPIRES_AFTER_DAYS} days old"
        yield Bar("F8", because, "Answer them: massctl person screen.")


_NOTHING_AT_ALL = (
    Matter.UNDER_14,
    Matter.CLOT,
    Matter.BLEEDING,
    Matter.ANTICOAGULANTS,
    Matter.PRESSURE_UNCONTROLLED,
    Matter.ORGANS,
    Matter.RHABDOMYOLYSIS,
    Matter.CONNECTIVE_TISSUE,
)


def _f3(facts: Facts) -> Found:
    for answer in facts.true(*_NOTHING_AT_ALL):
        item = ITEMS[answer.matter]
        if item.can_be_cleared and answer.is_cleared:
            continue
        first = "" if answer.matter is Matter.UNDER_14 else "Ask a physician first. "
        yield Bar("F3", item.short, first + _WITHOUT_PRESSURE)


def _f4(facts: Facts) -> Found:
    for answer in facts.true(Matter.ACTIVE_IMPLANT):
        because = ITEMS[answer.matter].short
        away = "away from chest, upper back and neck"
        instead = f"The massager {away} stays possible." if answer.is_cleared else f"Ball, roller or hand {away}."
        yield Bar("F4", because, instead, regions=NEAR_ACTIVE_IMPLANT)
        if not answer.is_cleared:
            instead = f"Programs made for ball, roller or hand, {away}; the massager once a clinician allows it."
            yield Bar("F4", because, instead, is_percussion_only=True)
    for answer in facts.true(Matter.IMPLANT):
        yield _region_bar("F4", answer, "Every other region stays possible.")


_BARRED_WHILE_TRUE = (
    Matter.NUMB,
    Matter.VARICOSE,
    Matter.TUMOUR,
    Matter.WOUND,
    Matter.RASH,
    Matter.BRUISE,
    Matter.SWELLING,
    Matter.FRACTURE,
)


def _f5(facts: Facts) -> Found:
    for answer in facts.true(*_BARRED_WHILE_TRUE):
        yield _region_bar("F5", answer, "Every other region stays possible.")
    for answer in facts.true(Matter.NEUROPATHY):
        yield Bar("F5", ITEMS[answer.matter].short, "Every other region stays possible, gently.", NEUROPATHY)
    for answer in facts.true(Matter.SURGERY):
        if facts.days(answer) <= SURGERY_BARRED_DAYS:
            yield _region_bar("F5", answer, "Every other region stays possible; this one after 12 weeks.")
    for answer in facts.true(Matter.INJURY):
        days = facts.days(answer)
        if days <= INJURY_BARRED_DAYS:
            yield _region_bar("F5", answer, "Every other region stays possible; this one gently after 72 hours.")
        elif days <= INJURY_CAUTION_DAYS:
            yield Reduction(
                "F5",
                f"half the force and at most 4/10, because of an injury less than 6 weeks old{_where(answer)}",
                regions=frozenset(answer.regions) or None,
                force_factor=INJURY_FACTOR,
                discomfort_max=TROUBLE_DISCOMFORT_MAX,
            )


def _f6(facts: Facts) -> Found:
    for answer in facts.true(Matter.PREGNANT):
        yield Bar("F6", "pregnancy", "Regions other than belly, low back, inner thigh and calf.", NEVER_IN_PREGNANCY)
        if not answer.is_cleared:
            instead = f"Ask your midwife or physician which regions are allowed. {_WITHOUT_PRESSURE}"
            yield Bar("F6", "pregnancy, not cleared by a clinician", instead)


def _f7(facts: Facts) -> Found:
    for _ in facts.true(Matter.TEENAGER):
        yield Reduction(
            "F7",
            "0.6 of the force and 8 minutes at most, with an adult present, because of an age of 14 to 17",
            force_factor=TEENAGER_FACTOR,
            session_max_s=TEENAGER_SESSION_S,
        )


_CAUTIONS: tuple[tuple[Matter, float, frozenset[str] | None], ...] = (
    (Matter.OSTEOPOROSIS, 0.5, None),
    (Matter.DIABETES, 0.7, None),
    (Matter.NEUROPATHY, 0.7, None),
    (Matter.PRESSURE_CONTROLLED, 0.8, None),
    (Matter.SCOLIOSIS, 0.7, BACK),
)
"""F8: factors of force and speed."""

_TROUBLES: dict[Matter, frozenset[str]] = {
    Matter.ARTHRITIS: frozenset(),
    Matter.DISC: frozenset(),
    Matter.TENDINITIS: frozenset(),
    Matter.CARPAL_TUNNEL: CARPAL_TUNNEL,
    Matter.SCIATICA: SCIATICA,
}
"""F8: with the regions that they always mean, besides those that were named."""


def _f8(facts: Facts) -> Found:
    for matter, factor, regions in _CAUTIONS:
        for answer in facts.true(matter):
            because = f"{factor:g} of the force and of the speed, because of {ITEMS[answer.matter].short}"
            yield Reduction("F8", because, regions, force_factor=factor, speed_factor=factor)
    for answer in facts.true(Matter.OSTEOPOROSIS):
        instead = "Other regions stay possible, at half the force."
        yield Bar("F8", ITEMS[answer.matter].short, instead, THIN_BONES)
    for answer in facts.true(*_TROUBLES):
        item = ITEMS[answer.matter]
        because = (
            f"at most 4/10, off the tendon, because of {item.short}{_where(answer)}; stop at tingling or spreading pain, "
            "and have it looked at by a clinician"
        )
        regions = _TROUBLES[answer.matter] | frozenset(answer.regions) or None
        yield Reduction("F8", because, regions, discomfort_max=TROUBLE_DISCOMFORT_MAX)


def _f18(facts: Facts) -> Found:
    if facts.real_sessions < BEGINNER_SESSIONS:
        yield Reduction(
            "F18",
            "slow, 0.7 of the force, pins by hand or ball and up to 4/10, because it is one of your first two sessions",
            force_factor=BEGINNER_FACTOR,
            is_slowest=True,
            pin_discomfort_max=BEGINNER_PIN_DISCOMFORT_MAX,
            pin_tools=frozenset({Tool.BALL, Tool.HAND}),
        )


def _f19(facts: Facts) -> Found:
    pins = PINS | {Mode.SCAN}
    if EXHAUSTED in facts.told_today:
        instead = f"Rest until it no longer hurts to touch; dark urine is an emergency. {_WITHOUT_PRESSURE}"
        yield Bar("F19", "exhausting exercise and a muscle that is bruised or very painful", instead)
    if EXPLOSIVE in facts.told_today:
        yield Bar("F19", "explosive effort within 30 minutes", "Short sweeps stay possible.", modes=pins)
        because = "30 seconds a muscle and no pins before explosive effort: longer work can cost power (Leabeater 2024)"
        yield Reduction("F19", because, muscle_max_s=EXPLOSIVE_MUSCLE_S)
    if HARD_EXERCISE in facts.told_today:
        yield Bar("F19", "hard exercise less than 2 hours ago", "Gentle sweeps stay possible.", modes=pins)
        yield Reduction(
            "F19",
            "slow, 0.7 of the force and no pins, so soon after hard exercise (Leabeater 2024)",
            force_factor=HARD_EXERCISE_FACTOR,
            speed_max_ppm=HARD_EXERCISE_SPEED_MAX_PPM,
        )


def _f27(facts: Facts) -> Found:
    for answer in facts.true(Matter.WIDESPREAD_PAIN):
        yield Reduction(
            "F27",
            f"half the force, at most 5/10 and two points, because of {ITEMS[answer.matter].short}",
            force_factor=WIDESPREAD_FACTOR,
            discomfort_max=WIDESPREAD_DISCOMFORT_MAX,
            points_max=WIDESPREAD_POINTS_MAX,
        )


_RULES: tuple[Callable[[Facts], Found], ...] = (_f3, _f8_expired, _f4, _f5, _f6, _f7, _f8, _f18, _f19, _f27)
"""What bars everything comes first, so that its reason is the one that is told."""


def _region_bar(rule: str, answer: Answer, instead: str) -> Bar:
    """Return the bar of the regions of ``answer``; of everything where none is named."""
    regions = frozenset(answer.regions) or None
    return Bar(rule, f"{ITEMS[answer.matter].short}{_where(answer)}", instead, regions)


def _where(answer: Answer) -> str:
    names = [Atlas.load().region(region).name for region in answer.regions]
    return f" ({', '.join(names)})" if names else ""
