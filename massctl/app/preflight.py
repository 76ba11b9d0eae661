"""The one yes/no page before a run on hardware: the disclaimer (F1), who must not (F3), and red flags (F9) for the regions to come.

Pure, but for the file that remembers which text of the disclaimer was accepted. Showing the page is a front end's business.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Awaitable, Callable, Collection, Set
from dataclasses import dataclass
from pathlib import Path

from massctl import clock, paths
from massctl.errors import Blocked, FileProblem

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


@dataclass(frozen=True, slots=True)
class PreflightPage:
    """All that is asked before a run, on one page."""

    title: str
    disclaimer: str
    """'' where it was accepted before."""
    questions: tuple[Question, ...]
    notes: tuple[str, ...] = ()
    """What to know first: a session that was cut off, and whether its device has stopped."""


@dataclass(frozen=True, slots=True)
class PreflightAnswers:
    """What the person said."""

    accepts_disclaimer: bool
    """Ignored where the page had no disclaimer."""
    yes: frozenset[str] = frozenset()
    """Ids of the questions answered with yes."""


Ask = Callable[[PreflightPage], Awaitable[PreflightAnswers]]

_PERSON = (
    Question("clot", "F3", "A blood clot (thrombosis) or embolism, now or earlier, that no physician has cleared"),
    Question("bleeding", "F3", "A bleeding disorder, or medicine against clotting (anticoagulants)"),
    Question(
        "organs", "F3", "Acute disease of heart, liver or kidney, or high blood pressure that is not under control"
    ),
    Question("fever", "F3", "Fever or an infection"),
    Question("pain", "F3", "New severe pain without a known cause, pain at night, or pain together with weight loss"),
    Question("rhabdo", "F3", "A breakdown of muscle (rhabdomyolysis), now or earlier"),
    Question("tissue", "F3", "A disorder of the connective tissue"),
    Question("age", "F3", "Younger than 14 years"),
)

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


def page_for(title: str, regions: Collection[tuple[str, str]], notes: tuple[str, ...] = ()) -> PreflightPage:
    """Return the page for a program that works on ``regions`` (id and name of each)."""
    ids = {region for region, _ in regions}
    names = ", ".join(sorted(name for _, name in regions))
    numb = (Question("numb", "F3", f"No feeling where this works: {names}"),) if names else ()
    flags = tuple(question for where, question in _RED_FLAGS if where is None or where & ids)
    return PreflightPage(title, "" if _is_accepted() else DISCLAIMER, (*_PERSON, *numb, *flags), notes)


def judge(page: PreflightPage, answers: PreflightAnswers) -> None:
    """Let the run begin, or say why not; an accepted disclaimer is remembered.

    Raises:
        Blocked: The disclaimer was not accepted, or something on the page is true.
    """
    yes = [question for question in page.questions if question.id in answers.yes]
    for rule, remedy in (
        ("F9", "Seek care now: call a physician or the emergency number. Do not massage this away."),
        ("F3", "Ask a physician first; until then neither the massager nor a ball, roller or cane."),
    ):
        if found := [question.text for question in yes if question.rule == rule]:
            raise Blocked(rule, f"Not today, because of: {'; '.join(found)}.", remedy)
    if page.disclaimer and not answers.accepts_disclaimer:
        raise Blocked("F1", "The notice was not accepted.", "Nothing runs on hardware before that; --sim runs without.")
    if page.disclaimer:
        _remember()


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
    try:
        _file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(_file(), os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{_digest()} {clock.wall_now().isoformat()}\n")
    except OSError as error:
        raise FileProblem(
            str(_file()),
            f"what you accepted cannot be remembered ({error}).",
            "Set MASSCTL_CONFIG_DIR to a folder of your own.",
        ) from error
