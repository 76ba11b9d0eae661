"""Whole sessions with our own boards over Bluetooth: through bleak, GATT and the Nordic UART Service, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from massctl.app.control import SessionControl
from massctl.app.request import RunRequest
from massctl.app.run import run_session
from massctl.app.stopping import stop_everything
from massctl.body.terms import Side
from massctl.devices import connect, probe
from massctl.errors import OutOfRange, UsageError
from massctl.programs.choices import Choices
from massctl.session.commands import Key, Press
from massctl.session.events import Event, Intervention, LinkChanged, Phase, PhaseChanged, Pressed, SessionEnded, Tick
from sims.bench import Bench
from sims.radio.board import BoardPeripheral

pytestmark = pytest.mark.virtual


async def run(
    *faults: str, is_enough: Callable[[list[Event]], bool] = lambda _: False, **changes: Any
) -> tuple[SessionEnded, list[Event]]:
    """Run a program to its end, or until enough has happened."""
    values: dict[str, Any] = {"program": "racket-warm-up", "link": "ble", "choices": Choices(side=Side.RIGHT)}
    request = RunRequest(is_simulated=True, faults=faults, **(values | changes))
    events: list[Event] = []
    sessions: list[SessionControl] = []

    def see(event: Event) -> None:
        events.append(event)
        if is_enough(events):
            sessions.pop().press(Press(Key.FINISH))

    return await run_session(request, on_event=see, on_ready=sessions.append), events


@pytest.mark.parametrize("mtu_bytes", [23, pytest.param(247, marks=pytest.mark.slow)])
async def test_a_program_completes_over_bluetooth_at_the_smallest_and_the_usual_mtu(
    mtu_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BoardPeripheral, "mtu_bytes", mtu_bytes)
    summary, events = await run()
    assert summary.ended_by == "completed", summary
    assert not [event for event in events if isinstance(event, Intervention)]


async def test_by_radio_the_lease_is_one_and_a_half_seconds_and_by_cable_one() -> None:
    async with Bench(link="ble") as by_radio, Bench() as by_cable:
        for bench, lease_s in ((by_radio, 1.5), (by_cable, 1.0)):
            report = await probe(bench.urls["massager"])
            assert report.massager is not None
            assert report.massager.lease_s == lease_s


def _phases(events: list[Event], from_index: int) -> list[Phase]:
    return [event.phase for event in events[from_index:] if isinstance(event, PhaseChanged)]


def works_again(events: list[Event]) -> bool:
    """Return whether the newest event is that of work behind a link that is back."""
    newest = events[-1]
    is_back = any(isinstance(event, LinkChanged) and event.state == "back" for event in events)
    return is_back and isinstance(newest, PhaseChanged) and newest.phase is Phase.WORKING


async def test_F34_a_lost_bluetooth_link_stops_the_motor_comes_back_and_goes_on_only_after_a_key() -> None:
    summary, events = await run("radio-lost@dwelling", is_enough=works_again)
    assert summary.ended_by == "person", summary
    lost = next(index for index, event in enumerate(events) if isinstance(event, Intervention))
    assert events[lost].rule == "F34"  # type: ignore[attr-defined]
    states = [event.state for event in events if isinstance(event, LinkChanged)]
    assert states == ["lost", "reconnecting", "back"]
    back = next(index for index, event in enumerate(events) if isinstance(event, LinkChanged) and event.state == "back")
    key = next(index for index, event in enumerate(events) if index > back and isinstance(event, Pressed))
    running = [tick for tick in events[lost:key] if isinstance(tick, Tick) and tick.phase is Phase.WORKING]
    assert running == []
    assert _phases(events, lost)[:2] == [Phase.RECONNECTING, Phase.PAUSED]
    assert Phase.RAMPING in _phases(events, key)


async def test_F34_the_tries_wait_longer_each_time_and_end_after_five() -> None:
    summary, events = await run("radio-out-of-range@dwelling")
    assert summary.ended_by == "link lost"
    tries = [event.text for event in events if isinstance(event, LinkChanged) and event.text.startswith("try")]
    assert tries == [f"try {number} of 5 in {wait_s} s" for number, wait_s in enumerate(("0.5", "1", "2", "4", "8"), 1)]
    assert "nothing was heard of it" in summary.reason


@pytest.mark.slow
async def test_a_device_that_takes_long_to_connect_to_still_comes_back() -> None:
    summary, events = await run("radio-slow@dwelling")
    assert summary.ended_by == "completed", summary
    assert "back" in [event.state for event in events if isinstance(event, LinkChanged)]


@pytest.mark.slow
async def test_at_the_edge_of_range_a_program_goes_on() -> None:
    summary, _ = await run("radio-weak@positioning")
    assert summary.ended_by in {"completed", "person"}, summary


async def test_a_device_that_refuses_all_writes_stops_by_its_lease() -> None:
    summary, _ = await run("radio-refuses@dwelling")
    assert (summary.ended_by, summary.rule) == ("safety", "F33")


async def test_a_radio_fault_wants_a_radio() -> None:
    with pytest.raises(UsageError, match="--ble"):
        Bench(link="pty", faults=("radio-lost",))


async def test_stop_reaches_a_gun_over_bluetooth() -> None:
    async with Bench(link="ble") as bench:
        (outcome,) = await stop_everything([bench.urls["massager"]])
        assert outcome.text.startswith("motor off"), outcome
        assert "motor off: stopped by the host" not in [entry.what for entry in bench.world.log]  # it stood already


async def test_a_gun_that_is_away_is_told_as_such_and_can_be_used_when_it_is_back() -> None:
    async with Bench(link="ble") as bench:
        bench.unplug("massager")
        with pytest.raises(OutOfRange, match="nothing was heard"):
            await connect(bench.urls["massager"])
        await bench.plug_in("massager")
        await (await connect(bench.urls["massager"])).aclose()


async def test_a_recording_of_a_bluetooth_link_holds_its_bytes_both_ways(tmp_path: Path) -> None:
    async with Bench(link="ble") as bench:
        bundle = await connect(bench.urls["massager"], record=tmp_path / "link.jsonl")
        await bundle.aclose()
        await asyncio.sleep(0)
    text = (tmp_path / "link.jsonl").read_text(encoding="ascii")
    assert '"dir": "rx"' in text
    assert '"dir": "tx"' in text
