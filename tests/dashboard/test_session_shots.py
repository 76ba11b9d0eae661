"""How the session screen looks at 80×24 and 120×40: text snapshots of one simulated session, told by its own events."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import cache

import pytest

from massctl.app.background import Batch
from massctl.app.request import RunRequest
from massctl.app.run import run_session
from massctl.body.terms import Side
from massctl.dashboard.app import MassctlApp
from massctl.dashboard.session import SessionScreen
from massctl.dashboard.summary import SummaryScreen
from massctl.devices.capabilities import Report
from massctl.programs.choices import Choices
from massctl.session.events import (
    CueKind,
    Event,
    LinkChanged,
    Phase,
    PhaseChanged,
    SessionEnded,
    SessionStarted,
    StepStarted,
    StopSeen,
    Tick,
)
from sims.loop import SimulatedTimeLoop
from tests.dashboard.driving import opened, text_of
from tests.dashboard.snapshot import compare

SIZES = ((80, 24), (120, 40))
POINT = "EXTF"
Told = Event | Report


@cache
def session(fault: str = "") -> tuple[Told, ...]:
    """Return all that one simulated session told, in order."""
    told: list[Told] = []
    request = RunRequest(program="tennis-elbow", choices=Choices(side=Side.LEFT), is_simulated=True, speed=None)
    if fault:
        request = RunRequest(
            point="GMAX", choices=Choices(side=Side.LEFT), is_simulated=True, speed=None, faults=(fault,)
        )

    def run() -> None:
        with asyncio.Runner(loop_factory=SimulatedTimeLoop) as runner:
            runner.run(run_session(request, on_event=told.append, on_ready=lambda _: None, on_report=told.append))

    thread = threading.Thread(target=run)  # the loop of the test runs in this one
    thread.start()
    thread.join()
    return tuple(told)


def until(is_moment: Callable[[Told], bool], fault: str = "") -> tuple[Told, ...]:
    """Return what was told up to the moment."""
    told = session(fault)
    return told[: next(place for place, each in enumerate(told) if is_moment(each)) + 1]


def at_work(told: Told) -> bool:
    return isinstance(told, Tick) and told.phase is Phase.WORKING and told.cue is CueKind.GOOD and told.clock_s >= 7


class AtPoint:
    """Tells the moment a point's step comes to something."""

    def __init__(self, point: str, is_moment: Callable[[Told], bool]) -> None:
        self._point = point
        self._is_moment = is_moment
        self._is_there = False

    def __call__(self, told: Told) -> bool:
        if isinstance(told, StepStarted):
            self._is_there = told.point == self._point
        return self._is_there and self._is_moment(told)


def is_waiting(told: Told) -> bool:
    return isinstance(told, PhaseChanged) and told.phase is Phase.WAITING


def is_stop_seen(told: Told) -> bool:
    return isinstance(told, StopSeen) and told.rule == "F38"


def is_reconnecting(told: Told) -> bool:
    return isinstance(told, LinkChanged) and told.state == "reconnecting"


def is_not_confirmed(told: Told) -> bool:
    return isinstance(told, StopSeen) and not told.is_confirmed


MOMENTS: dict[str, Callable[[], tuple[Told, ...]]] = {
    "ready": lambda: until(AtPoint(POINT, is_waiting)),
    "at-work": lambda: until(AtPoint(POINT, at_work)),
    "stopped": lambda: until(is_stop_seen, "motor-runaway"),
    "reconnecting": lambda: until(is_reconnecting, "link-cut"),
    "not-confirmed": lambda: until(is_not_confirmed, "link-cut"),
}


def batch(told: tuple[Told, ...]) -> Batch:
    return Batch(
        tuple(each for each in told if isinstance(each, Event)),
        tuple(each for each in told if not isinstance(each, Event)),
    )


async def show(screen: SessionScreen, told: tuple[Told, ...]) -> None:
    """Show it piece by piece, as it would have come: a link is judged by the time between its readings."""
    for start in range(0, len(told), 20):
        screen.see(batch(told[start : start + 20]))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("moment", MOMENTS)
async def test_the_session_looks_as_before(moment: str, size: tuple[int, int]) -> None:
    app = MassctlApp(is_simulated=True)
    async with opened(app, size) as person:
        screen = SessionScreen(RunRequest(program="tennis-elbow", is_simulated=True))
        await app.push_screen(screen)
        await person.pilot.pause()
        await show(screen, MOMENTS[moment]())
        await person.pilot.pause()
        compare(f"session-{moment}-{size[0]}x{size[1]}", text_of(app))
        assert "SIMULATED" in str(screen.query_one("#banner").render())


@pytest.mark.parametrize("size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.slow)], ids=["80x24", "120x40"])
async def test_large_figures_look_as_before(size: tuple[int, int]) -> None:
    app = MassctlApp(is_simulated=True)
    async with opened(app, size) as person:
        screen = SessionScreen(RunRequest(program="tennis-elbow", is_simulated=True), is_large=True)
        await app.push_screen(screen)
        await person.pilot.pause()
        await show(screen, MOMENTS["at-work"]())
        await person.pilot.pause()
        compare(f"session-large-{size[0]}x{size[1]}", text_of(app))


@pytest.mark.parametrize("size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.slow)], ids=["80x24", "120x40"])
async def test_the_summary_looks_as_before(size: tuple[int, int]) -> None:
    app = MassctlApp(is_simulated=True)
    async with opened(app, size) as person:
        request = RunRequest(program="tennis-elbow", is_simulated=True)
        screen = SessionScreen(request)
        await app.push_screen(screen)
        told = session()
        assert isinstance(told[0], SessionStarted)
        assert isinstance(next(each for each in reversed(told) if isinstance(each, Event)), SessionEnded)
        await show(screen, told)
        await person.pilot.pause()
        await app.push_screen(SummaryScreen(screen.view, request))
        await person.pilot.pause()
        await person.pilot.pause()
        compare(f"summary-{size[0]}x{size[1]}", text_of(app))
