"""Logging a session that was done without massctl: what, how long, with which tool, and how it felt; five short questions."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from massctl.app.by_hand import MINUTES_MAX, Told, log_by_hand
from massctl.body.atlas import Atlas
from massctl.body.terms import Side, Tool
from massctl.dashboard.dialogs import Choose, Item, TypeLine
from massctl.errors import MassctlError
from massctl.faces.words import TOOLS
from massctl.programs.catalogue import Catalogue

if TYPE_CHECKING:
    from massctl.dashboard.page import Page

_TOOLS: Final = (Tool.HAND, Tool.BALL, Tool.ROLLER, Tool.ROLLER_STICK, Tool.CANE, Tool.PERCUSSION)
_SIDES: Final = (Item("LR", "Both sides"), Item("R", "Only right"), Item("L", "Only left"))


async def ask_and_log(page: Page) -> str:
    """Ask what was done, and record it; return the session's id, '' where the person left."""
    programs = await asyncio.to_thread(lambda: Catalogue.load().programs())
    items = [Item(f"program:{each.id}", each.title) for each in programs]
    items += [Item(f"point:{each.id}", f"{each.name} · {each.id}") for each in Atlas.load().points() if each.is_dosed]
    what = await page.app.push_screen_wait(Choose("What did you do? A program, or one point", items))
    if what is None:
        return ""
    kind, _, name = what.partition(":")
    side = await page.app.push_screen_wait(Choose("Which side?", _SIDES))
    tool = side and await page.app.push_screen_wait(
        Choose("With which tool, mostly?", (Item(each, TOOLS[each].capitalize()) for each in _TOOLS))
    )
    minutes = tool and await page.app.push_screen_wait(TypeLine("How many minutes?", "10", judge=_no_minutes))
    if not (side and tool and minutes):
        return ""
    before = await page.app.push_screen_wait(TypeLine("How strong was it before, 0–10?", said=_SKIP, judge=_no_rating))
    after = (
        before
        if before is None
        else await page.app.push_screen_wait(TypeLine("And after, 0–10?", said=_SKIP, judge=_no_rating))
    )
    if before is None or after is None:
        return ""
    told = Told(
        float(minutes.replace(",", ".")),
        program=name if kind == "program" else "",
        points=(name,) if kind == "point" else (),
        side=Side(side),
        tool=Tool(tool),
        discomfort_before=int(before) if before.strip() else None,
        discomfort_after=int(after) if after.strip() else None,
    )
    try:
        return await asyncio.to_thread(log_by_hand, told)
    except MassctlError as problem:
        page.massctl.tell(problem)
        return ""


_SKIP: Final = "Leave it empty if you do not know."


def _no_minutes(typed: str) -> str:
    try:
        is_good = 0 < float(typed.replace(",", ".")) <= MINUTES_MAX
    except ValueError:
        is_good = False
    return "" if is_good else f"That is no time: type a number of minutes, from 1 to {MINUTES_MAX}."


def _no_rating(typed: str) -> str:
    is_good = not typed.strip() or (typed.strip().isdecimal() and int(typed) <= 10)
    return "" if is_good else "That is no rating: type a whole number from 0 to 10."
