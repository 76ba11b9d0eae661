"""How the pages look at 80×24 and 120×40: text snapshots of one walk through the dashboard, on a day of its own."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from textual.screen import Screen

from massctl import __version__, clock
from massctl.app.by_hand import Told, log_by_hand
from massctl.app.devices_keeping import keep
from massctl.app.preflight import page_for
from massctl.app.settings import change_settings
from massctl.body.person import Answer
from massctl.body.screening import Matter
from massctl.body.terms import Side, Tool
from massctl.dashboard.find_point import FindPointScreen
from massctl.dashboard.first_start import FirstStartScreen
from massctl.dashboard.preflight import PreflightScreen
from tests.app.screened import save_healthy
from tests.dashboard.driving import Driver, dashboard
from tests.dashboard.pages import looks
from tests.dashboard.snapshot import compare

SIZES = ((80, 24), (120, 40))
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LOW_BACK = {("low_back", "Low back")}


@pytest.fixture(autouse=True)
def one_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let it be noon of one day, wherever and whenever this is tested."""
    monkeypatch.setattr(clock, "wall_now", lambda: NOON)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def lived_in() -> None:
    """Leave a person with a condition, a gun, and a session that was logged."""
    change_settings(is_set_up=True, tools=frozenset({Tool.BALL}), favourites=("desk-shoulders",))
    save_healthy("ann", Answer(Matter.DIABETES))
    keep("big gun", "manual://?levels=1750,2100,2400&heads=ball,flat", ["massager"])
    log_by_hand(Told(12, "desk-shoulders", tool=Tool.BALL, discomfort_before=6, discomfort_after=3))


class Album:
    """Compares what is on the screen, under the name of the page and the size."""

    def __init__(self, person: Driver, size: tuple[int, int]) -> None:
        self.person = person
        self._size = f"{size[0]}x{size[1]}"

    async def takes(self, name: str, *words: str, hides: int | None = None) -> None:
        """Take the screen once it shows ``words``; ``hides`` is a row that differs from machine to machine."""
        await self.person.sees(*words)
        rows = (await looks(self.person)).splitlines()
        if hides is not None:
            rows[hides] = ""
        text = "\n".join(rows).replace(__version__, "0.0.0")
        compare(f"{name}-{self._size}", re.sub(r"\b[0-9a-f]{12}\b", "0" * 12, text))  # a session's id is drawn by lot

    async def takes_over(self, screen: Screen[Any], name: str, *words: str) -> None:
        """Take a screen that stands over the page, and leave it."""
        await self.person.app.push_screen(screen)
        await self.takes(name, *words)
        await self.person.app.pop_screen()


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
async def test_the_pages_look_as_they_did(size: tuple[int, int]) -> None:
    lived_in()
    async with dashboard(size=size, is_simulated=False) as person:
        album = Album(person, size)
        await person.sees("Desk shoulders")
        await person.type("3")
        await album.takes("devices", "big gun", "Added on")
        await person.type("4")
        await album.takes("person", "diabetes", "asked again on")
        await person.type("5")
        await album.takes("history", "6 → 3", "Completed.")
        await person.type("6")
        await album.takes("help", "How to begin", "Enter starts it")
        await person.type("ctrl+p")
        await album.takes("palette", "Cues")
        await person.type("escape")
        page = page_for("Desk shoulders", LOW_BACK, setup=("Side: left",), changes=("Half the force.",))
        await album.takes_over(PreflightScreen(page), "preflight", "Before the start")
        await album.takes_over(FindPointScreen("GMAX", Side.LEFT), "find-point", "found it")


async def test_the_pages_that_other_tests_show_small_look_as_they_did_in_large() -> None:
    lived_in()
    size = SIZES[1]
    async with dashboard(size=size, is_simulated=False) as person:
        album = Album(person, size)
        await person.sees("Desk shoulders")
        await person.type("g")
        await album.takes("free-run", "Enter start")
        await person.type("escape")
        await person.sees("Desk shoulders")
        await person.type("n")
        await album.takes("builder", "not saved", hides=2)
        await album.takes_over(FirstStartScreen(), "first-start", "Enter does this")
