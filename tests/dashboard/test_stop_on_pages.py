"""The stop key where no session of the dashboard runs: what can be reached stops, and how sure that is is said."""

from __future__ import annotations

import asyncio

import pytest

from massctl.app.stopping import StopOutcome
from massctl.dashboard import stop_all
from massctl.dashboard.screens import PAGES
from massctl.dashboard.stop_all import NOTHING, StopAll, outcome_rows
from tests.dashboard.driving import dashboard
from tests.dashboard.pages import told

LEFT = StopOutcome("serial:///dev/gun", is_stopped=False, text="Use its own switch.")
STOPPED = StopOutcome("desk-shoulders (session abc)", is_stopped=True, text="confirmed in 80 ms", is_measured=True)


@pytest.fixture
def stops(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the stops; there is one session and one device."""
    counted: list[int] = []

    async def stopping() -> tuple[StopOutcome, ...]:
        counted.append(len(counted))
        return (STOPPED, LEFT)

    monkeypatch.setattr(stop_all, "stop_everything", stopping)
    return counted


async def test_x_stops_from_the_pages_and_says_what_did_not_stop(stops: list[int]) -> None:
    async with dashboard() as person:
        await person.sees("Gentle starter")
        for number, entry in enumerate(PAGES[::2], 1):
            await person.type(entry.key)
            await person.until(lambda: getattr(person.app.screen, "page_name", "") == entry.name)  # noqa: B023
            await person.type("x")
            await person.until(lambda: len(stops) == number, "the stop")  # noqa: B023
            await person.sees("NOT STOPPED", "Use its own switch", "confirmed in 80 ms")
            await person.type("escape")
            await person.until(lambda: not isinstance(person.app.screen, StopAll))


async def test_a_stop_can_be_repeated_and_goes_on_behind_a_closed_dialog(
    stops: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard() as person:
        await person.sees("Gentle starter")
        await person.type("x")
        await person.sees("NOT STOPPED")
        await person.type("x")
        await person.until(lambda: len(stops) == 2)
        slow = asyncio.Event()

        async def stopping() -> tuple[StopOutcome, ...]:
            await slow.wait()
            return (LEFT,)

        monkeypatch.setattr(stop_all, "stop_everything", stopping)
        await person.type("x")
        await person.sees("Stopping all")
        await person.type("escape")
        await person.until(lambda: not isinstance(person.app.screen, StopAll))
        slow.set()
        await told(person, "NOT STOPPED")


async def test_x_in_a_field_is_a_letter(stops: list[int]) -> None:
    async with dashboard() as person:
        await person.sees("Gentle starter")
        await person.type("slash")
        await person.until(lambda: getattr(person.app.focused, "id", "") == "find")
        await person.type("x", "x")
        await person.sees("xx")
        assert not stops


def test_where_nothing_can_be_stopped_its_own_switch_is_named() -> None:
    text = " ".join(span.text for row in outcome_rows((), 60) for span in row)
    assert text == NOTHING
