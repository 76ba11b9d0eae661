"""The runner's seldom ways: before it has begun, a part of the program that fails, and devices that do not do what is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from massctl.body.terms import End, Mode
from massctl.devices.capabilities import HeartReading, Report
from massctl.errors import LinkLost, MassctlError, NoAnswer
from massctl.rules import Level
from massctl.session.commands import Key, Press
from massctl.session.drive import SessionDevices
from massctl.session.events import HeartRate, LinkChanged, Phase, SessionEnded, Tick, Warned
from massctl.session.runner import SessionRunner
from sims.entry import Bench
from tests.session.rig import Rig, rig
from tests.session.stage import percussion, plan, question

pytestmark = pytest.mark.virtual


def idle_plan() -> Any:
    """Return a plan that needs no device."""
    return plan(question(Mode.MOVE, End.DONE))


def runner(**options: Any) -> SessionRunner:
    """Return a runner without devices."""
    events: list[Any] = []
    made = SessionRunner(idle_plan(), SessionDevices(), events.append, session_id="test", is_simulated=True, **options)
    made.told = events  # type: ignore[attr-defined]
    return made


async def test_finish_before_it_has_begun_ends_it_by_the_person() -> None:
    session = runner()
    session.press(Press(Key.GO_ON))
    session.press(Press(Key.FINISH))
    assert (await session.run()).ended_by == "person"


async def test_F42_an_emergency_stop_before_it_has_begun_ends_it_as_interrupted() -> None:
    session = runner()
    session.emergency_stop("SIGTERM")
    ended = await session.run()
    assert (ended.ended_by, ended.rule) == ("interrupted", "F42")


async def test_F33_a_part_that_failed_before_it_has_begun_ends_it_for_safety() -> None:
    session = runner()
    session.fail("The record cannot be kept.")
    ended = await session.run()
    assert (ended.ended_by, ended.rule, ended.reason) == ("safety", "F33", "The record cannot be kept.")


async def test_F33_a_fault_before_it_has_begun_is_raised_by_its_run() -> None:
    session = runner()
    session.die(ValueError("broken"))
    with pytest.raises(ValueError, match="broken"):
        await session.run()


@pytest.mark.parametrize("how", ["fail", "die"])
async def test_F33_a_part_that_fails_in_the_midst_stops_the_motor_and_ends_it(how: str) -> None:
    async def midst() -> SessionEnded | BaseException:
        async with rig(plan(percussion(maximum_s=60.0)), with_person=False) as stage:
            await stage.until_working()
            if how == "fail":
                stage.runner.fail("A part of massctl failed.")
            else:
                stage.runner.die(ValueError("broken"))
            assert stage.bench.world.motor.speed_ppm > 0
            (outcome,) = await asyncio.gather(stage.task, return_exceptions=True)
            assert stage.told()[-1] == ("F33", "stop")
            assert stage.speed_ppm == 0
            return outcome

    if how == "fail":
        ended = await midst()
        assert isinstance(ended, SessionEnded)
        assert ended.rule == "F33"
    else:
        with pytest.raises(BaseExceptionGroup):
            await midst()


async def test_a_session_runs_once() -> None:
    session = runner()
    session.press(Press(Key.FINISH))
    await session.run()
    with pytest.raises(RuntimeError, match="runs once"):
        await session.run()


def test_what_has_not_begun_asks_nothing_of_a_device_and_has_no_time() -> None:
    session = runner()
    session._errands.arm(1)
    session._errands.clear_faults()
    session._errands.zero()
    with pytest.raises(RuntimeError, match="has not begun"):
        session._now()


async def test_devices_that_are_not_there_are_asked_for_nothing() -> None:
    session = runner()
    session.press(Press(Key.FINISH))
    await session.run()
    await session._errands._arm(7)
    await session._errands._zero()
    assert session.phase is not Phase.WORKING


class FailingGun:
    """The bench's massager, which does not take what it is asked for."""

    def __init__(self, gun: Any, **failures: MassctlError) -> None:
        self._gun = gun
        self._failures = failures

    def __getattr__(self, name: str) -> Any:
        if name in self._failures:

            async def fails(*_: object) -> None:
                raise self._failures[name]

            return fails
        return getattr(self._gun, name)


async def devices_of(stage: Rig, role: str, **failures: MassctlError) -> SessionDevices:
    """Return the bench's devices, one of which fails."""
    devices = await stage.connect()
    failing = cast(Any, FailingGun(getattr(devices, role), **failures))
    return SessionDevices(
        **{**{name: getattr(devices, name) for name in ("massager", "sensor", "timer")}, role: failing}
    )


async def run_failing(role: str, until: Callable[[Rig], bool], **failures: MassctlError) -> Rig:
    """Run a session on devices of which one fails, until something holds; return it."""
    async with Bench(seed=1, link="memory", with_person=False) as bench:
        stage = Rig(bench, plan(percussion(maximum_s=60.0)), with_person=False)
        stage.options["devices"] = await devices_of(stage, role, **failures)
        async with asyncio.TaskGroup() as group:
            task = await stage.start(group)
            for _ in range(600):
                if until(stage) or task.done():
                    break
                if stage.runner.phase in {Phase.WAITING, Phase.RATING}:
                    stage.press(Key.GO_ON)
                await asyncio.sleep(0.1)
            if not task.done():
                stage.runner.emergency_stop("SIGTERM")
        await stage.aclose()
        return stage


async def test_F33_a_massager_that_does_not_start_stops_with_what_it_said() -> None:
    stage = await run_failing("massager", lambda stage: bool(stage.told()), arm=NoAnswer("test://gun", "arming", 1.0))
    assert ("F33", "stop") in stage.told()
    assert stage.speed_ppm == 0


async def test_F33_a_late_refusal_of_a_start_that_is_given_up_stops_nothing() -> None:
    async with rig(plan(percussion(maximum_s=60.0)), with_person=False) as stage:
        await stage.until_working()
        gun = stage.runner._core.drive.devices.massager
        failing = cast(Any, FailingGun(gun, arm=NoAnswer("test://gun", "arming", 1.0)))
        stage.runner._core.drive.devices = replace(stage.runner._core.drive.devices, massager=failing)
        await stage.runner._errands._arm(stage.runner._core.drive.starts - 1)
        assert stage.told() == []
        stage.runner._core.drive.devices = replace(stage.runner._core.drive.devices, massager=gun)


async def test_F36_a_sensor_that_does_not_take_its_zero_blocks_at_the_third_try() -> None:
    stage = await run_failing(
        "sensor", lambda stage: bool(stage.told()), tare=NoAnswer("test://gauge", "the tare", 1.0)
    )
    assert stage.told()[0] == ("F36", Level.BLOCK.value)


class Heart:
    """A heart rate sensor that answers, or fails."""

    name = "strap"
    url = "test://heart"
    last_frame_at_s = 0.0

    def __init__(self, problem: MassctlError | None = None) -> None:
        self._problem = problem
        self.report: Callable[[Report], None] = lambda _: None

    def subscribe(self, report: Callable[[Report], None]) -> None:
        self.report = report

    async def prepare(self) -> None:
        if self._problem is not None:
            raise self._problem
        now_s = asyncio.get_running_loop().time()
        self.report(HeartReading(now_s, 64))
        self.report(HeartReading(now_s, 65))


@pytest.mark.parametrize("is_broken", [False, True])
async def test_a_heart_rate_is_shown_beside_a_session_and_its_failure_only_told(is_broken: bool) -> None:
    heart = Heart(LinkLost("test://heart", "it is out of reach.") if is_broken else None)
    events: list[Any] = []
    session = SessionRunner(
        idle_plan(), SessionDevices(heart=cast(Any, heart)), events.append, session_id="test", is_simulated=True
    )
    loop = asyncio.get_running_loop()
    loop.call_later(1.0, session.press, Press(Key.FINISH))
    assert (await session.run()).ended_by == "person"
    assert any(isinstance(event, HeartRate) for event in events) is not is_broken
    assert any(isinstance(event, Warned) and "No heart rate" in event.text for event in events) is is_broken
    rates = {event.heart_rate_bpm for event in events if isinstance(event, Tick)}
    assert (65 in rates) is not is_broken


async def test_a_watcher_of_reports_that_fails_is_left_out_and_the_session_goes_on() -> None:
    heard: list[Report] = []

    def watch(report: Report) -> None:
        heard.append(report)
        if len(heard) == 3:
            raise ValueError("a chart is broken")

    async with rig(plan(percussion(maximum_s=60.0)), with_person=False, on_report=watch) as stage:
        await stage.until_working()
        assert len(heard) == 3
        assert stage.told() == []


async def test_F34_a_link_that_comes_back_behind_another_stop_asks_for_its_two_steps() -> None:
    async with rig(plan(percussion(maximum_s=60.0)), with_person=False) as stage:
        stage.runner._relinking.reconnect = stage.connect
        await stage.until_working()
        stage.bench.unplug("massager")
        await stage.until_phase(Phase.RECONNECTING)
        stage.press(Key.STOP)
        await stage.bench.plug_in("massager")
        await stage.until(lambda: any(event.state == "back" for event in stage.of(LinkChanged)))
        await stage.until_phase(Phase.STOPPED)
        assert stage.speed_ppm == 0


class SilentHeart(Heart):
    """A heart rate sensor that never answers, or whose driver is broken."""

    def __init__(self, *, is_broken: bool) -> None:
        super().__init__()
        self._is_broken = is_broken

    async def prepare(self) -> None:
        if self._is_broken:
            raise ValueError("a driver's own fault")
        await asyncio.sleep(3600.0)


@pytest.mark.parametrize(("is_broken", "said"), [(False, "no answer within"), (True, "a driver's own fault")])
async def test_a_heart_rate_sensor_that_hangs_or_breaks_is_only_told(is_broken: bool, said: str) -> None:
    events: list[Any] = []
    devices = SessionDevices(heart=cast(Any, SilentHeart(is_broken=is_broken)))
    session = SessionRunner(idle_plan(), devices, events.append, session_id="test", is_simulated=True)
    asyncio.get_running_loop().call_later(60.0, session.press, Press(Key.FINISH))
    assert (await session.run()).ended_by == "person"
    assert any(isinstance(event, Warned) and said in event.text for event in events)
