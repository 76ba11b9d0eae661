"""Whole programs through the session on foreign devices by wire, in virtual time; and what it does when one of them fails."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from massctl.errors import Blocked, UsageError
from massctl.session.events import Intervention, SessionEnded
from sims.bench import Bench
from tests.vendors.terminal import Terminal

pytestmark = pytest.mark.virtual
VESC = "?pole_pairs=7&gear=3"
SHORT = "racket-warm-up"


def urls(bench: Bench, *roles: str) -> dict[str, Any]:
    given = {role: bench.urls[role] for role in roles}
    if "massager" in given and "vesc" in given["massager"]:
        given["massager"] += VESC
    if "massager" in given and "wand" in given["massager"]:
        given["massager"] += "?rate=1700"
    return given


async def ran(bench: Bench, program: str, *roles: str, at_work: Any = None) -> tuple[SessionEnded, Terminal]:
    terminal = Terminal(bench)
    terminal.at_work = at_work
    return await terminal.run(program, urls(bench, *roles)), terminal


async def test_a_program_ends_well_on_a_vesc() -> None:
    async with Bench(devices={"massager": "vesc"}) as bench:
        ended, terminal = await ran(bench, SHORT, "massager")
    assert ended.ended_by == "completed"
    assert ended.percussion_s > 10.0
    assert not {"F33", "F34", "F38", "F45", "F54"} & set(terminal.rules)


async def test_a_program_ends_well_on_a_vesc_with_a_board_that_prints_five_hundred_readings_a_second() -> None:
    async with Bench(devices={"massager": "vesc", "sensor": "line"}) as bench:
        given = urls(bench, "massager", "sensor")
        given["sensor"] += "?prints=newtons&per_second=500&max=250"
        terminal = Terminal(bench)
        ended = await terminal.run(SHORT, given)
    assert ended.ended_by == "completed"
    assert ended.percussion_s > 15.0
    forces = [point.mean_force_n for point in ended.points if point.mean_force_n]
    assert all(5.0 < force_n < 60.0 for force_n in forces)
    assert forces


async def test_F35_a_gauge_that_is_asked_is_no_sensor_for_percussion() -> None:
    async with Bench(devices={"massager": "vesc", "sensor": "mark10"}) as bench:
        ended, _ = await ran(bench, SHORT, "massager", "sensor")
    assert ended.ended_by == "completed"
    assert ended.percussion_s == 0.0


async def test_an_algometer_check_ends_well_on_a_wagner_fpx() -> None:
    async with Bench(devices={"sensor": "wagner-fpx"}) as bench:
        given = urls(bench, "sensor")
        terminal = Terminal(bench)
        ended = await terminal.run("algometer-check", given)
    assert ended.ended_by == "completed"
    assert any("one person" in text for text in terminal.started.standing_warnings)


@pytest.mark.parametrize("timer", ["waveshare", "sr201", "lcus"])
async def test_a_program_ends_well_on_a_wand_behind_a_relay(timer: str) -> None:
    async with Bench(devices={"massager": "wand", "timer": timer}) as bench:
        ended, terminal = await ran(bench, SHORT, "massager", "timer")
        assert not bench.world.timer.is_relay_closed
        drives = bench.evidence().drives
    assert ended.ended_by == "completed"
    assert ended.percussion_s > 10.0
    assert drives
    assert any("no soft start" in text for text in terminal.started.standing_warnings)
    assert any("Software timer only" in text for text in terminal.started.standing_warnings) == (timer == "lcus")


async def test_a_wand_without_a_timer_is_refused_before_anything_runs() -> None:
    async with Bench(devices={"massager": "wand", "timer": "waveshare"}) as bench:
        with pytest.raises(UsageError, match="there is no timer"):
            await ran(bench, SHORT, "massager")


@pytest.mark.parametrize("timer", ["waveshare", "sr201"])
async def test_F33_the_relay_opens_by_itself_within_its_slice_when_the_host_is_gone(timer: str) -> None:
    async with Bench(devices={"massager": "wand", "timer": timer}) as bench:
        gone_s: list[float] = []

        def die() -> None:
            """What a killed host, or a cut network, is to the board: silence, without a farewell."""
            gone_s.append(bench.catch_up())
            bench.unplug("timer")

        ended, terminal = await ran(bench, SHORT, "massager", "timer", at_work=die)
        await asyncio.sleep(3.0)
        last = bench.evidence().drives[-1]
    assert ended.ended_by == "link lost"
    assert "F34" in terminal.rules
    assert last.until_s is not None
    assert last.until_s - gone_s[0] <= 2.05


async def test_F54_a_welded_relay_is_never_called_off() -> None:
    async with Bench(devices={"massager": "wand", "timer": "waveshare"}) as bench:

        def weld() -> None:
            bench.world.timer.is_welded = True
            terminal.press("escape")

        terminal = Terminal(bench)
        terminal.at_work = weld
        await terminal.run(SHORT, urls(bench, "massager", "timer"))
    assert terminal.stops
    assert not terminal.stops[0].is_confirmed


async def test_F42_a_stop_opens_the_relay_of_a_wand_and_is_confirmed_by_what_is_read_of_it() -> None:
    async with Bench(devices={"massager": "wand", "timer": "waveshare"}) as bench:
        terminal = Terminal(bench)
        terminal.at_work = lambda: terminal.press("escape")
        await terminal.run(SHORT, urls(bench, "massager", "timer"))
        assert not bench.world.timer.is_relay_closed
    assert terminal.stops[0].is_confirmed
    assert terminal.stops[0].seen_by == "relay"


async def test_F33_a_board_that_takes_no_renewal_ends_in_a_stop_and_not_in_belief() -> None:
    async with Bench(devices={"massager": "wand", "timer": "waveshare"}) as bench:
        given = urls(bench, "massager", "timer")
        given["timer"] += "?renews=no"
        terminal = Terminal(bench)
        await terminal.run(SHORT, given)
    assert "F33" in terminal.rules


async def test_F42_a_stop_of_a_vesc_is_confirmed_by_its_measured_speed() -> None:
    async with Bench(devices={"massager": "vesc"}) as bench:
        terminal = Terminal(bench)
        terminal.at_work = lambda: terminal.press("escape")
        await terminal.run(SHORT, urls(bench, "massager"))
    assert terminal.stops[0].is_confirmed
    assert terminal.stops[0].seen_by == "measured"


async def test_F33_a_vesc_stops_by_its_own_time_out_when_the_host_is_gone() -> None:
    async with Bench(devices={"massager": "vesc"}) as bench:
        gone_s: list[float] = []

        def die() -> None:
            gone_s.append(bench.catch_up())
            bench.unplug("massager")

        ended, _ = await ran(bench, SHORT, "massager", at_work=die)
        last = bench.evidence().drives[-1]
    assert ended.ended_by == "link lost"
    assert last.until_s is not None
    assert last.until_s - gone_s[0] <= 1.05


async def test_F38_a_jammed_vesc_is_stopped() -> None:
    async with Bench(devices={"massager": "vesc"}) as bench:

        def jam() -> None:
            bench.world.motor.is_jammed = True

        _, terminal = await ran(bench, SHORT, "massager", at_work=jam)
    assert {"F38", "F33"} & set(terminal.rules)
    assert terminal.stops[0].is_confirmed


async def test_a_vescs_own_fault_stops_the_session_in_its_own_words() -> None:
    async with Bench(devices={"massager": "vesc"}) as bench:

        def heat() -> None:
            bench.world.motor.temperature_c = 90.0

        _, terminal = await ran(bench, SHORT, "massager", at_work=heat)
    assert any("too hot" in event.text for event in terminal.of(Intervention))


async def test_F51_a_simulated_wand_takes_its_kind_from_its_timer() -> None:
    async with Bench(devices={"massager": "wand", "timer": "waveshare"}) as bench:
        given = urls(bench, "massager", "timer")
        given["massager"] = "wand://?rate=1700"
        terminal = Terminal(bench)
        try:
            ended = await terminal.run(SHORT, given)
        except Blocked as problem:  # pragma: no cover - shown when it fails
            pytest.fail(str(problem))
    assert ended.is_simulated
