"""What is asked on the way to a run, the same from every page: side, massager, something else instead; what a partner is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from massctl.app.devices import with_remembered
from massctl.app.manual_gun import manual_url, remember_manual_gun
from massctl.app.request import RunRequest
from massctl.body.terms import Side, Tool
from massctl.dashboard.dialogs import Choose, Item, Read, TypeLine
from massctl.dashboard.lines import BLANK, Line, line
from massctl.dashboard.page import Page
from massctl.dashboard.remedies import in_pages
from massctl.errors import MassctlError
from massctl.faces.digits import whole_minutes
from massctl.programs.choices import Choices
from massctl.programs.program import Program

PARTNER_ROWS: Final[tuple[Line, ...]] = (
    line("The one who is massaged keeps the keys: rates, pauses, stops."),
    line("The one who holds the tool looks at the force and the cue."),
    BLANK,
    line("Agree on a word for stop. Say it, and both stop: space, or Esc."),
    line("Numb, tingling, dizzy, sharp: say it at once (n, d, s)."),
    BLANK,
    line(("Half an hour a day is enough for the hands that hold it: [F49]", "caution")),
    line(("nobody has published how much massage guns vibrate.", "caution")),
)
MANUAL: Final = "manual"
BY_HAND: Final = "none"
BENCH: Final = "bench"
ADD: Final = "add"
_SIDES: Final = (Item("R", "Right"), Item("L", "Left"), Item("LR", "Both, left first"))
_WAYS: Final = (
    Item(ADD, "One with Bluetooth or a cable: find and add it"),
    Item(MANUAL, "My gun has no Bluetooth: massctl tells level and time"),
    Item(BY_HAND, "No gun: ball, roller, cane or hand, by the clock"),
    Item(BENCH, "Try it on the simulated bench: nothing real moves"),
)


async def request_for(page: Page, program: Program, choices: Choices) -> RunRequest | None:
    """Return the request for a program; asks which side where that is open, and which massager where none is remembered.

    None where the person went back, or away to the devices.
    """
    if program.needs_side and choices.side is None:
        side = await page.app.push_screen_wait(Choose("This program works on the side you choose", _SIDES))
        if side is None:
            return None
        choices = replace(choices, side=Side(side))
    request = RunRequest(program=program.id, choices=choices, is_simulated=page.massctl.is_simulated)
    return await _with_devices(page, request, _WAYS if needs_massager(program) else ())


async def choose_instead(page: Page, problem: MassctlError, others: Iterable[Program]) -> Program | None:
    """Say why a program is not possible and offer others; None where the person went back or there are none."""
    by_id = {other.id: other for other in others}
    if not by_id:
        await page.app.push_screen_wait(Read("Not now", [], f"{in_pages(str(problem))} Nothing else is possible now."))
        return None
    items = (Item(other.id, f"{other.title}  ({whole_minutes(other.computed_total_s)})") for other in by_id.values())
    chosen = await page.app.push_screen_wait(Choose("You can do this instead", items, said=in_pages(str(problem))))
    return by_id[chosen] if chosen is not None else None


async def devices_for_point(page: Page, request: RunRequest) -> RunRequest | None:
    """Return the request of a free run with the massager to use; asks where none is remembered."""
    return await _with_devices(page, request, tuple(way for way in _WAYS if way.id != BY_HAND))


async def _with_devices(page: Page, request: RunRequest, ways: tuple[Item, ...]) -> RunRequest | None:
    if request.is_simulated:
        return request
    try:
        request = await asyncio.to_thread(with_remembered, request)
    except MassctlError as problem:
        page.massctl.tell(problem)
        return None
    if request.massager is not None or not ways:
        return request
    chosen = await page.app.push_screen_wait(Choose("No massager is remembered. Which one is it?", ways))
    if chosen == MANUAL:
        url = await manual_gun(page)
        return replace(request, massager=url) if url else None
    if chosen == ADD:
        page.massctl.action_page("devices")
        return None
    if chosen == BENCH:
        return replace(request, sensor=None, timer=None, is_simulated=True)
    return request if chosen == BY_HAND else None


def needs_massager(program: Program) -> bool:
    """Return whether a program has work for a massager."""
    return not program.keeps_motor_off and any(step.tool is Tool.PERCUSSION for step in program.steps)


async def manual_gun(page: Page) -> str | None:
    """Ask for the levels of a gun without a link, remember it, and return its address; None where left."""
    typed = await page.app.push_screen_wait(TypeLine("How fast is each level of your gun?", said=_LEVELS, judge=_wrong))
    if typed is None:
        return None
    try:
        return await remember_manual_gun(typed)
    except MassctlError as problem:
        page.massctl.tell(problem)
        return None


_LEVELS: Final = (
    "Strokes a minute, slowest first, such as 1800, 2100, 2400: its manual says it. Leave it empty if you do not know."
)


def _wrong(typed: str) -> str:
    try:
        manual_url(typed)
    except MassctlError as problem:
        return str(problem)
    return ""
