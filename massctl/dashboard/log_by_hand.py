"""Logging a session that was done without massctl: what, how long, when, with which tool, and how it felt; short questions."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final, TypeVar

from textual.screen import ModalScreen

from massctl import clock
from massctl.app.by_hand import BACK_MAX, MINUTES_MAX, MINUTES_MIN, Told, log_by_hand
from massctl.app.persons import today
from massctl.body.atlas import Atlas
from massctl.body.terms import Side, Tool
from massctl.dashboard.dialogs import Choose, Confirm, Item, TypeLine
from massctl.dashboard.questions import day_of, no_past_day
from massctl.errors import MassctlError
from massctl.faces.words import TOOLS, counted
from massctl.programs.catalogue import Catalogue

if TYPE_CHECKING:
    from massctl.dashboard.page import Page

Answer = TypeVar("Answer")
_TOOLS: Final = (Tool.HAND, Tool.BALL, Tool.ROLLER, Tool.ROLLER_STICK, Tool.CANE, Tool.PERCUSSION)
_SIDES: Final = (Item("LR", "Both sides"), Item("R", "Only right"), Item("L", "Only left"))
_NOW: Final = "now"
_TIMES: Final = (Item(_NOW, "It has just ended"), Item("day", "On another day"))
_SKIP: Final = "Leave it empty if you do not know."
_DAY: Final = "2026-05-31, or 12 for twelve days ago."


class _Left(Exception):
    """The person left the questions."""


async def ask_and_log(page: Page) -> str:
    """Ask what was done, and record it; return the session's id, '' where the person left."""
    try:
        told = await _ask(page)
        return await asyncio.to_thread(log_by_hand, told)
    except _Left:
        return ""
    except MassctlError as problem:
        page.massctl.tell(problem)
        return ""


async def _ask(page: Page) -> Told:
    what = await _answer(page, Choose("What did you do? A program, or one point", await asyncio.to_thread(_subjects)))
    kind, _, name = what.id.partition(":")
    side = await _answer(page, Choose("Which side?", _SIDES))
    tools = tuple(Item(each, TOOLS[each].capitalize()) for each in _TOOLS)
    tool = await _answer(page, Choose("With which tool, mostly?", tools))
    minutes = await _typed(page, TypeLine("How many minutes?", "10", judge=_no_minutes))
    when = await _answer(page, Choose("When was it?", _TIMES))
    day = today() if when.id == _NOW else await _day(page)
    before = _rating(await _typed(page, TypeLine("How strong was it before, 0–10?", said=_SKIP, judge=_no_rating)))
    after = _rating(await _typed(page, TypeLine("And after, 0–10?", said=_SKIP, judge=_no_rating)))
    told = Told(
        _number(minutes),
        program=name if kind == "program" else "",
        points=(name,) if kind == "point" else (),
        side=Side(side.id),
        tool=Tool(tool.id),
        started_at=None if day == today() else _noon(day),
        discomfort_before=before,
        discomfort_after=after,
    )
    said = f"{what.words}, {side.words.lower()}, {tool.words.lower()}, {told.minutes:g} min, {_day_words(day)}"
    felt = "" if before is None and after is None else f", {_shown(before)} → {_shown(after)} of 10"
    if not await page.app.push_screen_wait(Confirm("Log this? It stays on record.", f"{said}{felt}.")):
        raise _Left
    return told


def _subjects() -> tuple[Item, ...]:
    """Return all that can have been done. Blocks: files."""
    programs = [Item(f"program:{each.id}", each.title) for each in Catalogue.load().programs()]
    points = [Item(f"point:{each.id}", f"{each.name} · {each.id}") for each in Atlas.load().points() if each.is_dosed]
    return (*programs, *points)


async def _typed(page: Page, screen: ModalScreen[str | None]) -> str:
    answer = await page.app.push_screen_wait(screen)
    if answer is None:
        raise _Left
    return answer


async def _answer(page: Page, screen: Choose) -> Item:
    chosen = await _typed(page, screen)
    return next(item for item in screen.items if item.id == chosen)


async def _day(page: Page) -> date:
    typed = await _typed(page, TypeLine("On which day?", said=_DAY, judge=_no_day))
    return day_of(typed.strip()) or today()


def _noon(day: date) -> datetime:
    """Return the middle of a day: nobody remembers the hour, and only the day counts."""
    return datetime.combine(day, time(12), clock.wall_now().astimezone().tzinfo)


def _day_words(day: date) -> str:
    days = (today() - day).days
    return "just now" if days == 0 else f"{counted(days, 'day')} ago"


def _shown(rating: int | None) -> str:
    return "–" if rating is None else str(rating)


def _number(typed: str) -> float:
    return float(typed.replace(",", "."))


def _rating(typed: str) -> int | None:
    return int(typed) if typed.strip() else None


def _no_minutes(typed: str) -> str:
    try:
        is_good = MINUTES_MIN <= _number(typed) <= MINUTES_MAX
    except ValueError:
        is_good = False
    return "" if is_good else f"That is no time: type a number of minutes, from {MINUTES_MIN:g} to {MINUTES_MAX}."


def _no_day(typed: str) -> str:
    wrong = no_past_day(typed.strip())
    day = day_of(typed.strip())
    if wrong or day is None:
        return wrong
    is_recent = today() - day < BACK_MAX
    return "" if is_recent else f"Only the last {BACK_MAX.days - 1} days: log what you still remember well."


def _no_rating(typed: str) -> str:
    is_good = not typed.strip() or (typed.strip().isdecimal() and int(typed) <= 10)
    return "" if is_good else "That is no rating: type a whole number from 0 to 10."
