"""One suite for the production drivers, on the simulated bench over each link, and on a recording of it."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Literal

import pytest

from massctl.devices import DeviceBundle, connect, probe, stop_and_see
from massctl.devices.capabilities import (
    DeviceLimits,
    Disconnected,
    ForceReading,
    MotorReading,
    Report,
    StopAcknowledged,
    TimerReading,
)
from massctl.errors import ConnectionProblem, LinkLost
from sims.entry import Bench
from tests.transports.wires import until

Way = Literal["memory", "pty", "tcp"]
LIMITS = DeviceLimits(speed_max_ppm=2400, force_max_n=60.0, run_max_s=60.0)
SPEEDS: dict[Way, float | None] = {"memory": None, "pty": 10.0, "tcp": 10.0}
"""The pace of each link's loop: virtual time in memory, else as fast as the system's own queues allow."""


def on_every_link(scenario: Callable[[Bench], Coroutine[Any, Any, None]]) -> Callable[[Way], None]:
    """Make a test of each link from one scenario."""

    @functools.wraps(scenario)
    def test(way: Way) -> None:
        run_on(way, scenario)

    del test.__wrapped__  # pytest would look for its parameters there
    marked: Callable[[Way], None] = pytest.mark.parametrize("way", list(SPEEDS))(test)
    return marked


def run_on(way: Way, scenario: Callable[[Bench], Coroutine[Any, Any, None]]) -> None:
    async def main() -> None:
        async with Bench(seed=1, link=way, with_person=False) as bench:
            await scenario(bench)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    with asyncio.Runner(loop_factory=Bench.loop_factory(SPEEDS[way])) as runner:
        runner.run(main())


async def connected(bench: Bench, role: str, record: Path | None = None) -> tuple[DeviceBundle, list[Report]]:
    bundle = await connect(bench.urls[role], {role}, record=record)
    reports: list[Report] = []
    getattr(bundle, role).subscribe(reports.append)
    return bundle, reports


async def run_for(bundle: DeviceBundle, duration_s: float, speed_ppm: int = 1500) -> None:
    """Run the motor as a session does: armed, and renewed every 0.1 s."""
    assert bundle.massager is not None
    await bundle.massager.prepare(LIMITS)
    await bundle.massager.arm()
    bundle.massager.set_speed(speed_ppm, 5_000)
    for _ in range(round(duration_s / 0.1)):
        await asyncio.sleep(0.1)
        bundle.massager.renew()


def motors(reports: list[Report]) -> list[MotorReading]:
    return [report for report in reports if isinstance(report, MotorReading)]


@on_every_link
async def test_each_device_says_who_it_is_and_that_it_is_simulated(bench: Bench) -> None:
    for role in ("massager", "sensor", "timer"):
        report = await probe(bench.urls[role])
        assert report.identity.roles == (role,)
        assert report.identity.is_simulated
        assert getattr(report, role) is not None
        assert report.round_trip_s < 0.5


@on_every_link
async def test_the_motor_runs_while_renewed_and_a_stop_is_seen(bench: Bench) -> None:
    bundle, reports = await connected(bench, "massager")
    assert bundle.massager is not None
    await run_for(bundle, 0.6)
    running = motors(reports)[-1]
    assert running.commanded_ppm == 1500
    assert running.measured_ppm is not None
    assert running.measured_ppm > 100
    assert running.is_armed
    assert running.fault is None
    before = len(reports)
    bundle.massager.stop()
    await until(lambda: any(isinstance(report, StopAcknowledged) for report in reports[before:]))
    await until(lambda: motors(reports)[-1].commanded_ppm == 0)
    assert not motors(reports)[-1].is_armed
    await bundle.aclose()


@on_every_link
async def test_an_outsider_stops_the_motor_without_a_claim(bench: Bench) -> None:
    if bench.link == "pty":
        return  # a serial port has one user
    bundle, reports = await connected(bench, "massager")
    await run_for(bundle, 0.3)
    stopped = await stop_and_see(bench.urls["massager"])
    assert stopped.acknowledged_s < 0.2
    assert stopped.standstill_s is not None, "its own speed is read without a claim"
    assert stopped.acknowledged_s <= stopped.standstill_s < 1.5
    await until(lambda: motors(reports)[-1].fault == "another program stopped it")
    await bundle.aclose()


@on_every_link
async def test_force_arrives_about_fifty_times_a_second_with_its_age(bench: Bench) -> None:
    bundle, reports = await connected(bench, "sensor")
    assert bundle.sensor is not None
    await bundle.sensor.prepare()
    before = len(reports)
    await asyncio.sleep(0.5)
    readings = [report for report in reports[before:] if isinstance(report, ForceReading)]
    assert 15 <= len(readings) <= 35
    for reading in readings:
        assert 0.0 <= reading.received_at_s - reading.at_s < 0.2
    await bundle.sensor.tare()
    await bundle.aclose()


@on_every_link
async def test_the_relay_closes_and_opens_on_command(bench: Bench) -> None:
    bundle, reports = await connected(bench, "timer")
    timer = bundle.timer
    assert timer is not None
    await timer.prepare()

    def newest() -> TimerReading:
        return next(report for report in reversed(reports) if isinstance(report, TimerReading))

    timer.arm(5.0)
    await until(lambda: newest().relay_closed)
    assert 4.0 < newest().remaining_s <= 5.0
    timer.cancel()
    await until(lambda: not newest().relay_closed)
    await bundle.aclose()


@on_every_link
async def test_pulling_the_plug_in_use_is_told_with_its_cause_at_once(bench: Bench) -> None:
    bundle, reports = await connected(bench, "massager")
    assert bundle.massager is not None
    await run_for(bundle, 0.2)
    bench.unplug("massager")
    await until(lambda: isinstance(reports[-1], Disconnected), within_s=0.2)
    loss = reports[-1]
    assert isinstance(loss, Disconnected)
    assert isinstance(loss.problem, LinkLost)
    with pytest.raises(LinkLost):
        await bundle.massager.arm()
    if bench.link == "pty":
        assert "unplugged" in str(loss.problem)
    await bundle.aclose()


@on_every_link
async def test_a_request_under_way_fails_with_the_cause_when_the_plug_is_pulled(bench: Bench) -> None:
    bundle, _ = await connected(bench, "massager")
    assert bundle.massager is not None
    await bundle.massager.prepare(LIMITS)
    bench.hang("massager")
    asyncio.get_running_loop().call_later(0.05, bench.unplug, "massager")
    with pytest.raises(LinkLost):
        await bundle.massager.arm()
    await bundle.aclose()


@on_every_link
async def test_a_device_that_was_plugged_in_again_is_connected_anew(bench: Bench) -> None:
    bundle, reports = await connected(bench, "massager")
    await run_for(bundle, 0.2)
    bench.unplug("massager")
    await until(lambda: isinstance(reports[-1], Disconnected))
    await bundle.aclose()
    with pytest.raises(ConnectionProblem):
        await connect(bench.urls["massager"])
    await bench.plug_in("massager")
    bundle, reports = await connected(bench, "massager")
    await run_for(bundle, 0.3)
    assert motors(reports)[-1].commanded_ppm == 1500
    await bundle.aclose()


@pytest.mark.parametrize("way", ["pty", "tcp"])
def test_a_host_that_died_and_is_started_again_on_the_same_line_gets_its_device_back(way: Way) -> None:
    async def scenario(bench: Bench) -> None:
        dead, _ = await connected(bench, "massager")
        await run_for(dead, 0.2)
        link = dead.massager._link  # type: ignore[union-attr]
        await link._stream.aclose()
        link._end(LinkLost(link.url, "killed."))
        bundle, reports = await connected(bench, "massager")
        await run_for(bundle, 0.3)
        assert motors(reports)[-1].commanded_ppm == 1500
        await bundle.aclose()

    run_on(way, scenario)


def test_a_recording_plays_the_same_run_again(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"

    async def scenario(bench: Bench) -> None:
        bundle, reports = await connected(bench, "massager", record=path)
        await run_for(bundle, 2.0)
        await bundle.aclose()
        again = await connect(f"replay://{path}", {"massager"})
        assert again.massager is not None
        replayed: list[Report] = []
        again.massager.subscribe(replayed.append)
        await run_for(again, 2.0)
        await again.aclose()
        assert again.identity.name == bundle.identity.name
        measured = [motor.measured_ppm for motor in motors(reports)][:-2]
        assert [motor.measured_ppm for motor in motors(replayed)][: len(measured)] == measured

    run_on("memory", scenario)
