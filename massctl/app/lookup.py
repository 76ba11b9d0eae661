"""Looking for programs and points at once: by where it hurts, cause, muscle or tool, and by words that may mean any of these."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from massctl.body.atlas import Atlas, Point
from massctl.body.data import nearest
from massctl.body.red_flags import red_flags
from massctl.body.search import (
    Query,
    find_points,
    known_body_parts,
    known_causes,
    known_muscles,
    known_tools,
    place_meant,
)
from massctl.body.terms import Tool
from massctl.errors import UsageError
from massctl.programs.program import Program
from massctl.programs.search import Match, Wanted, find_programs

_FILLERS: Final = frozenset(
    {"a", "ache", "aching", "hurts", "in", "my", "of", "on", "pain", "painful", "sore", "stiff", "the", "tight"}
)
SEARCHED_TOOLS: Final = (Tool.PERCUSSION, Tool.BALL, Tool.ROLLER, Tool.ROLLER_STICK, Tool.CANE, Tool.HAND)


class By(StrEnum):
    """What a word is about."""

    HURTS = "hurts"
    CAUSE = "cause"
    MUSCLE = "muscle"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: one word of one kind, and free words; both must fit."""

    by: By | None = None
    word: str = ""
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether everything fits."""
        return not self.word and not self.text.strip()


@dataclass(frozen=True, slots=True)
class Hit:
    """A program that fits, and why."""

    program: Program
    why: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What fits, best first."""

    programs: tuple[Hit, ...] = ()
    points: tuple[Point, ...] = ()
    red_flags: tuple[str, ...] = ()
    """Signs to rule out first (F9), where the search starts at such a place."""


def words_of(by: By) -> tuple[str, ...]:
    """Return the words that can be chosen: places from head to foot as ``known``, the others by the alphabet."""
    match by:
        case By.HURTS:
            return tuple(sorted(known_body_parts()))
        case By.CAUSE:
            return tuple(sorted(known_causes()))
        case By.MUSCLE:
            return tuple(sorted(known_muscles()))
        case By.TOOL:
            return tuple(tool.value for tool in SEARCHED_TOOLS)


def look_up(programs: Iterable[Program], search: Search) -> Found:
    """Return what fits ``search``.

    Raises:
        UsageError: the word of a kind is not known; free words that nothing has find nothing.
    """
    programs = tuple(programs)
    hits = _programs_by(programs, search)
    points = _points_by(search)
    flags: tuple[str, ...] = red_flags(place_meant(search.word)) if search.by is By.HURTS and search.word else ()
    text = _said(search.text)
    if text:
        hits = _with_words(hits, text)
        points = _points_with_words(points, text)
        flags = flags or red_flags(place_meant(text))
    return Found(hits, points, flags)


def spelt(programs: Iterable[Program], text: str) -> str:
    """Return words that nothing has as they may have been meant, each the nearest that something has; '' where none is near."""
    programs = tuple(programs)
    places = " ".join((*known_body_parts(), *known_causes(), *known_muscles(), *known_tools()))
    whole = " ".join((places, *map(_text_of_program, programs), *map(_text_of, Atlas.load().points())))
    known = frozenset(re.findall(r"[a-z]{3,}", whole.lower()))
    meant = [next(iter(nearest(word, known)), "") for word in _said(text).split()]
    words = " ".join(meant) if all(meant) else ""
    found = look_up(programs, Search(text=words)) if words else Found()
    return words if found.programs or found.points else ""


def _said(text: str) -> str:
    """Return the words that say something: 'my knee hurts' is 'knee'."""
    words = text.split()
    return " ".join(word for word in words if word.lower() not in _FILLERS) or " ".join(words)


def _programs_by(programs: tuple[Program, ...], search: Search) -> tuple[Hit, ...]:
    if search.by is None or not search.word:
        return tuple(Hit(program) for program in programs)
    matches = find_programs(programs, _wanted(search.by, search.word))
    order = {program.id: number for number, program in enumerate(programs)}
    ranked = sorted(matches, key=lambda match: (-match.score, order[match.program.id]))
    return tuple(Hit(match.program, match.why) for match in ranked)


def _wanted(by: By, word: str) -> Wanted:
    match by:
        case By.HURTS:
            return Wanted(hurts=word)
        case By.CAUSE:
            return Wanted(cause=word)
        case By.MUSCLE:
            return Wanted(muscle=word)
        case By.TOOL:
            return Wanted(tool=word)


def _points_by(search: Search) -> tuple[Point, ...]:
    if search.by is None or not search.word:
        return Atlas.load().points()
    return find_points(Query(**{search.by.value: search.word}))


def _with_words(hits: tuple[Hit, ...], text: str) -> tuple[Hit, ...]:
    """Return the hits that the words name, that they mean as a place or a cause, that mention them, that use such a tool."""
    by_id = {hit.program.id: hit for hit in hits}
    programs = [hit.program for hit in hits]
    named = [match for match in find_programs(programs, Wanted(words=tuple(text.split()))) if match.score >= 1]
    meant = [match for by in (By.HURTS, By.CAUSE) for match in _meant(programs, _wanted(by, text))]
    found: dict[str, Hit] = {}
    for match in (*named, *meant):
        if match.why or _mentions(match.program, text):
            found.setdefault(match.program.id, Hit(match.program, match.why or by_id[match.program.id].why))
    mentioning = (program for program in programs if _mentions(program, text))
    using = {match.program.id for match in _meant(programs, _wanted(By.TOOL, text))}
    for program in (*mentioning, *(program for program in programs if program.id in using)):
        found.setdefault(program.id, by_id[program.id])
    return tuple(found.values())


def _meant(programs: list[Program], wanted: Wanted) -> tuple[Match, ...]:
    try:
        return find_programs(programs, wanted)
    except UsageError:
        return ()


def _mentions(program: Program, text: str) -> bool:
    """Return whether each word begins a word of the program's own: 'head' is not in 'ahead'."""
    return _begins_words(text, _text_of_program(program))


def _text_of_program(program: Program) -> str:
    points = (Atlas.load().point(name) for name in program.point_ids)
    own = (program.id, program.title, program.goal, program.notes, *program.search_words)
    return " ".join([*own, *map(_text_of, points)])


def _begins_words(text: str, whole: str) -> bool:
    return all(re.search(rf"\b{re.escape(word)}", whole.lower()) for word in text.lower().split())


def _points_with_words(points: tuple[Point, ...], text: str) -> tuple[Point, ...]:
    meant: set[str] = set()
    for query in (Query(hurts=text), Query(cause=text), Query(muscle=text)):
        try:
            meant |= {point.id for point in find_points(query)}
        except UsageError:
            continue
    return tuple(point for point in points if point.id in meant or _begins_words(text, _text_of(point)))


def _text_of(point: Point) -> str:
    parts = (point.id, point.name, point.muscle, point.region.name, point.location, *point.referral, *point.causes)
    return " ".join(parts).lower().replace("_", " ")
