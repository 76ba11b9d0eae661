"""Finds programs by cause, place that hurts, muscle, tool, time and words, best first. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from massctl.body.atlas import Atlas, Point
from massctl.body.search import SPORTS, Query, causes_meant, find_points, tool_meant
from massctl.body.terms import Tool
from massctl.programs.program import Kind, Program
from massctl.programs.substitution import MANUAL_TOOLS

SHARE_MIN = 0.75
"""A program suits a cause when its file says so, or when at least this share of its points knows the cause."""


_NEUTRAL: Final = (0.0, "")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; everything that is given must fit."""

    cause: str | None = None
    hurts: str | None = None
    muscle: str | None = None
    tool: str | None = None
    minutes: float | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A program that fits, and why."""

    program: Program
    score: float
    """1 at most for each of cause, place and words."""
    why: str


def find_programs(programs: Iterable[Program], wanted: Wanted) -> tuple[Match, ...]:
    """Return the programs that fit, best first.

    Raises:
        UsageError: a word that the atlas does not know; the remedy names the nearest.
    """
    tool = tool_meant(wanted.tool) if wanted.tool else None
    muscles = {point.muscle for point in find_points(Query(muscle=wanted.muscle))} if wanted.muscle else set()
    matches = []
    for program in programs:
        points = tuple(Atlas.load().point(point_id) for point_id in program.point_ids)
        fits = (
            (tool is None or uses_tool(program, tool))
            and (not muscles or any(point.muscle in muscles for point in points))
            and (wanted.minutes is None or program.computed_total_s <= wanted.minutes * 60)
            and all(word.lower() in _text(program, points) for word in wanted.words)
        )
        if fits and (match := _match(program, points, wanted)):
            matches.append(match)
    return tuple(sorted(matches, key=lambda match: (-match.score, match.program.id)))


def uses_tool(program: Program, tool: Tool) -> bool:
    """Return whether a step names the tool, or leaves it open to any manual one."""
    tools = {step.tool for step in program.steps}
    return tool in tools or (Tool.ANY in tools and tool in MANUAL_TOOLS)


def tools_of(program: Program) -> tuple[Tool, ...]:
    """Return the tools that a program names, in order of use."""
    return tuple(dict.fromkeys(step.tool for step in program.steps if step.tool is not Tool.NONE))


def _match(program: Program, points: tuple[Point, ...], wanted: Wanted) -> Match | None:
    judged = [
        _suits_cause(program, points, wanted.cause) if wanted.cause else _NEUTRAL,
        _reaches(points, wanted.hurts) if wanted.hurts else _NEUTRAL,
    ]
    if any(score is None for score, _ in judged):
        return None
    named = float(all(word.lower() in _title_text(program) for word in wanted.words))
    score = named + sum(score or 0.0 for score, _ in judged)
    return Match(program, score, "; ".join(why for _, why in judged if why))


def _suits_cause(program: Program, points: tuple[Point, ...], cause: str) -> tuple[float | None, str]:
    """Return how well a program suits a cause (None: not at all), and why."""
    causes = causes_meant(cause)
    is_sport = "sport" in causes or bool(causes & SPORTS)
    if causes & set(program.causes) or ("sport" in causes and program.kind is Kind.SPORT):
        return 1.0, "made for it"
    if program.kind is Kind.ASSESSMENT or (program.kind is Kind.SPORT and not is_sport):
        return None, ""
    fitting = [point for point in points if causes & set(point.causes)]
    share = len(fitting) / len(points) if points else 0.0
    return (share / 2 if share >= SHARE_MIN else None), f"{len(fitting)} of {len(points)} points"


def _reaches(points: tuple[Point, ...], place: str) -> tuple[float | None, str]:
    """Return the share of a program's points that are felt at a place (None: none), and which."""
    there = {point.id for point in find_points(Query(hurts=place))}
    found = [point.id for point in points if point.id in there]
    return (len(found) / len(points) if found else None), ", ".join(found)


def _title_text(program: Program) -> str:
    return " ".join([program.id, program.title, program.goal, *program.search_words, *program.causes]).lower()


def _text(program: Program, points: tuple[Point, ...]) -> str:
    words = [_title_text(program), program.notes]
    words += [word for point in points for word in (point.id, point.name, point.muscle, point.region.name)]
    return " ".join(words).lower()
