"""The page before a run on hardware: the disclaimer (F1), what is true today (F3, F8, F19) and red flags (F9) for its regions.

What a person is asked once, and keeps, is the screening's (``body.screening``). What is answered here holds for the day, but for
what is true of the next half hour only.

Pure, but for the file that remembers which text of the disclaimer was accepted. Showing the page is a front end's business.
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Awaitable, Callable, Collection, Set
from dataclasses import dataclass
from pathlib import Path

from massctl import clock, paths
from massctl.app.private_file import write_private
from massctl.body.person import Day, Person
from massctl.body.person_rules import EXHAUSTED, EXPLOSIVE, HARD_EXERCISE
from massctl.body.screening import Matter
from massctl.errors import Blocked

DISCLAIMER = (
    "massctl is not a medical device. It makes no diagnosis and promises no treatment. It runs a machine that presses and "
    "strikes your body: you can bruise yourself, or make an unknown illness worse. If you have an illness, an injury or pain "
    "that you cannot explain, ask a physician before you use it. Keep the massager's own switch within reach. You use it at "
    "your own risk."
)
"""Shown until accepted, and again when a word of it changes (F1)."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that must not be true."""

    id: str
    rule: str
    text: str
    holds_for_day: bool = True
    """A no is not asked again on the same day."""


@dataclass(frozen=True, slots=True)
class PreflightPage:
    """All that is asked before a run, on one page."""

    title: str
    disclaimer: str
    """'' where it was accepted before."""
    questions: tuple[Question, ...]
    notes: tuple[str, ...] = ()
    """What to know first: a session that was cut off, and whether its device has stopped."""
    person: str = ""
    """Whose answers are used."""
    setup: tuple[str, ...] = ()
    """What to look at: sides to work on, heads to fit."""
    changes: tuple[str, ...] = ()
    """What was left out or made gentler."""
    confirmations: tuple[Question, ...] = ()
    """What must be true, one by one (F7: an adult is present; F43: what was cut off stands still)."""


@dataclass(frozen=True, slots=True)
class PreflightAnswers:
    """What the person said."""

    accepts_disclaimer: bool
    """Ignored where the page had no disclaimer."""
    yes: frozenset[str] = frozenset()
    """Ids of the questions answered with yes."""
    confirmed: frozenset[str] = frozenset()
    """Ids of the confirmations given."""


Ask = Callable[[PreflightPage], Awaitable[PreflightAnswers]]

_TODAY = (
    Question("fever", "F3", "Fever or an infection"),
    Question("pain", "F3", "New severe pain without a known cause, pain at night, or pain together with weight loss"),
)

_SPORT = (
    Question(EXPLOSIVE, "F19", "Explosive effort (sprint, jump, lift, match) within the next 30 minutes", False),
    Question(HARD_EXERCISE, "F19", "Hard exercise within the last 2 hours", False),
    Question(EXHAUSTED, "F19", "Exhausting exercise, and now a muscle that is bruised or hurts very much", False),
)
"""They are asked before each session: their answers age in minutes."""

_ADULT = Question("adult", "F7", "An adult is here with me, and stays")

_HEAD_AND_NECK = {"head_face", "neck_front", "neck_side", "neck_back", "shoulder_top", "upper_back", "scapula"}
_BACK = {"upper_back", "scapula", "ribs_sternum", "spine", "low_back", "abdomen_flank", "buttock"}
_LEGS = {"thigh_front", "thigh_lat", "thigh_back", "thigh_med", "knee_back", "knee_joint", "calf", "shin", "foot_sole"}
_LOW_BACK_AND_LEGS = {"spine", "abdomen_flank", "low_back", "buttock", "hip_lat", "groin", *_LEGS}

_RED_FLAGS: tuple[tuple[Set[str] | None, Question], ...] = (
    (_HEAD_AND_NECK, Question("headache", "F9", "A sudden headache, the worst you have known")),
    (
        _HEAD_AND_NECK,
        Question("stroke", "F9", "New dizziness, double vision, slurred speech, or one side of the face drooping"),
    ),
    (_LOW_BACK_AND_LEGS, Question("leg", "F9", "New weakness in a leg")),
    (_LOW_BACK_AND_LEGS, Question("saddle", "F9", "Numbness between the legs, or a change in bladder or bowel")),
    (_BACK, Question("back_fever", "F9", "Fever together with back pain")),
    (_LEGS, Question("calf", "F9", "One calf that is hot and swollen")),
    (None, Question("chest", "F9", "Pain in the chest")),
    (None, Question("urine", "F9", "Dark urine together with pain in the muscles")),
)
"""With the regions they belong to; None is every program."""


def page_for(
    title: str,
    regions: Collection[tuple[str, str]],
    notes: tuple[str, ...] = (),
    *,
    person: Person | None = None,
    day: Day | None = None,
    setup: tuple[str, ...] = (),
    changes: tuple[str, ...] = (),
    confirmations: tuple[Question, ...] = (),
) -> PreflightPage:
    """Return the page for a program that works on ``regions`` (id and name of each), without what was answered today."""
    ids = {region for region, _ in regions}
    names = ", ".join(sorted(name for _, name in regions))
    numb = (Question("numb", "F3", f"No feeling where this works: {names}", holds_for_day=False),) if names else ()
    flags = tuple(question for where, question in _RED_FLAGS if where is None or where & ids)
    questions = (*_changed(person), *_TODAY, *numb, *flags, *_SPORT)
    answered = day.no if day is not None else frozenset()
    is_teenager = person is not None and person.answer(Matter.TEENAGER) is not None
    return PreflightPage(
        title,
        "" if _is_accepted() else DISCLAIMER,
        tuple(question for question in questions if question.text not in answered),
        notes,
        person.name if person is not None else "",
        setup,
        changes,
        (*confirmations, *((_ADULT,) if is_teenager else ())),
    )


def _changed(person: Person | None) -> tuple[Question, ...]:
    if person is None or not person.answered_on:
        return ()
    since = min(person.answered_on.values())
    text = (
        f"Something new since {since:%d %B %Y}: illness, medicine, implant, pregnancy, operation, injury, wound, rash, "
        "bruise, swelling"
    )
    return (Question("changed", "F8", text),)


_REFUSALS = (
    ("F9", "Seek care now: call a physician or the emergency number. Do not massage this away."),
    ("F3", "Ask a physician first; until then neither the massager nor a ball, roller or cane."),
    ("F8", "Say what is new, once: massctl person screen. Then the plan is made for it."),
)
"""What a yes to a question of these rules leads to, the gravest first."""


def is_refused(page: PreflightPage, yes: Collection[str]) -> bool:
    """Return whether one of the answers ``yes`` alone forbids the run, whatever is confirmed besides."""
    refusing = {rule for rule, _ in _REFUSALS}
    return any(question.rule in refusing for question in page.questions if question.id in yes)


_CONFIRMED_BY = {
    "F7": "From 14 to 17 years an adult must be there.",
    "F43": "Switch the massager off by its own button, or pull its plug; look; then start again.",
}
"""What to do where a confirmation of these rules is missing."""


def judge(page: PreflightPage, answers: PreflightAnswers) -> None:
    """Let the run begin, or say why not; an accepted disclaimer is remembered.

    Raises:
        Blocked: The disclaimer was not accepted, or something on the page is true.
    """
    yes = [question for question in page.questions if question.id in answers.yes]
    for rule, remedy in _REFUSALS:
        if found := [question.text for question in yes if question.rule == rule]:
            raise Blocked(rule, f"Not today, because of: {'; '.join(found)}.", remedy)
    for confirmation in page.confirmations:
        if confirmation.id not in answers.confirmed:
            remedy = _CONFIRMED_BY[confirmation.rule]
            raise Blocked(confirmation.rule, f"Not confirmed: {confirmation.text}.", remedy)
    if page.disclaimer and not answers.accepts_disclaimer:
        raise Blocked("F1", "The notice was not accepted.", "Nothing runs on hardware before that; --sim runs without.")
    if page.disclaimer:
        _remember()


def told(day: Day, page: PreflightPage, answers: PreflightAnswers) -> Day:
    """Return the day with this page answered; what is new stays so until the health questions are answered again."""
    asked = [question for question in page.questions if question.holds_for_day]
    return day.told(
        (question.text for question in asked if question.id not in answers.yes),
        (question.text for question in asked if question.id in answers.yes),
    )


def refuse_for_the_day(day: Day, person: Person) -> None:
    """Raise Blocked where something that was said today still holds."""
    if not day.yes:
        return
    known = {question.text: question.rule for question in (*_TODAY, *(flag for _, flag in _RED_FLAGS))}
    said = {known.get(text, "F8") for text in day.yes}
    rule = next(rule for rule, _ in _REFUSALS if rule in said)
    remedy = dict(_REFUSALS)[rule]
    slip = f"Was it a slip of the keys? massctl person forget {shlex.quote(person.name)} --today"
    raise Blocked(rule, f"Not today: you said that this is true: {'; '.join(sorted(day.yes))}.", f"{remedy} {slip}")


def _digest() -> str:
    return hashlib.sha256(DISCLAIMER.encode()).hexdigest()


def _file() -> Path:
    return paths.config_dir() / "accepted-disclaimer"


def _is_accepted() -> bool:
    try:
        return _file().read_text(encoding="ascii").split()[:1] == [_digest()]
    except (OSError, UnicodeDecodeError):
        return False


def _remember() -> None:
    write_private(_file(), f"{_digest()} {clock.wall_now().isoformat()}\n".encode(), "what you accepted")
