"""The use case 'log a session done without massctl': what a person tells of it goes into the record, marked as told."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from massctl import clock
from massctl.app.persons import Persons
from massctl.body.atlas import Atlas, Point
from massctl.body.terms import Side, Tool
from massctl.errors import UsageError
from massctl.history.by_hand import record_by_hand
from massctl.programs.catalogue import Catalogue
from massctl.session.events import PointSummary, SessionEnded, SessionStarted

MINUTES_MIN: Final = 0.5
MINUTES_MAX: Final = 180
"""Less was no session, and more is more likely a slip of the keys (design values)."""
BACK_MAX: Final = timedelta(days=31)
"""Memory fades: what is older is not logged (design value)."""
LOGGED: Final = "logged"
"""The outcome of its points: told, not measured."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a person tells of a session that massctl was no part of."""

    minutes: float
    program: str = ""
    """The id of the program that was followed; '' where ``points`` are named."""
    points: tuple[str, ...] = ()
    side: Side = Side.LEFT_THEN_RIGHT
    tool: Tool = Tool.HAND
    started_at: datetime | None = None
    """None: it has just ended."""
    discomfort_before: int | None = None
    discomfort_after: int | None = None


def log_by_hand(told: Told) -> str:
    """Record ``told`` for the current person, and return the id of its session.

    Nothing was measured, so the time is taken to be the same for each point and side; it counts as no guided session (F18).

    Raises:
        UsageError: something in it cannot be: no time, a day to come, a rating beyond 0–10, an unknown point.
        FileProblem: the record cannot be written.
    """
    title, points = _subject(told)
    started_at = _checked(told)
    sides = (Side.LEFT, Side.RIGHT) if told.side in (Side.LEFT_THEN_RIGHT, Side.BOTH) else (told.side,)
    session_id, duration_s = uuid.uuid4().hex[:12], told.minutes * 60.0
    share_s = round(duration_s / (len(points) * len(sides)), 1) if points else 0.0
    person = Persons().current()
    started = SessionStarted(
        at_s=0.0,
        session_id=session_id,
        program=told.program,
        title=title,
        is_simulated=False,
        wall_time=started_at.isoformat(),
        steps=0,
        about_s=duration_s,
        devices={},
    )
    ended = SessionEnded(
        at_s=duration_s,
        session_id=session_id,
        program=told.program,
        is_simulated=False,
        ended_by="completed",
        reason="",
        rule=None,
        duration_s=duration_s,
        percussion_s=duration_s if told.tool is Tool.PERCUSSION else 0.0,
        steps_done=0,
        steps=0,
        points=tuple(_summary(point, side, share_s, told) for point in points for side in sides),
        discomfort_before=told.discomfort_before,
        discomfort_after=told.discomfort_after,
    )
    request = {"program": told.program, "person": person.key if person else ""}
    record_by_hand(started, ended, started_at=started_at, request=request)
    return session_id


def _subject(told: Told) -> tuple[str, tuple[Point, ...]]:
    if bool(told.program) == bool(told.points):
        raise UsageError("Say what was worked on.", "Name a program, or one point at least.")
    atlas = Atlas.load()
    if told.program:
        program = Catalogue.load().program(told.program)
        return program.title, tuple(atlas.point(name) for name in program.point_ids)
    points = tuple(atlas.point(name) for name in dict.fromkeys(told.points))
    return ", ".join(point.name for point in points), points


def _checked(told: Told) -> datetime:
    """Return when it began."""
    if not MINUTES_MIN <= told.minutes <= MINUTES_MAX:
        raise UsageError(f"{told.minutes:g} minutes cannot be.", f"Give {MINUTES_MIN:g} to {MINUTES_MAX}.")
    for rating in (told.discomfort_before, told.discomfort_after):
        if rating is not None and not 0 <= rating <= 10:
            raise UsageError(f"A rating of {rating} is none.", "Ratings go from 0 to 10.")
    now = clock.wall_now()
    started_at = told.started_at or now - timedelta(minutes=told.minutes)
    if started_at + timedelta(minutes=told.minutes) > now + timedelta(minutes=1):
        raise UsageError("That session is not over yet.", "Log it when it is done.")
    if started_at < now - BACK_MAX:
        raise UsageError(f"That is more than {BACK_MAX.days} days ago.", "Log what you still remember well.")
    return started_at


def _summary(point: Point, side: Side, share_s: float, told: Told) -> PointSummary:
    return PointSummary(
        point=point.id,
        name=point.name,
        side=side.value,
        tools=(told.tool.value,),
        dose_s=share_s,
        in_band_s=0.0,
        mean_force_n=None,
        mean_speed_ppm=None,
        discomfort_before=None,
        discomfort_after=None,
        outcomes=(LOGGED,),
    )
