"""The stop sequence, the motor's drive, the zero of the sensor, the summary and the way back of a lost link, each by itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from massctl.devices.capabilities import StopReason, TimerCapabilities, TimerReading
from massctl.errors import Blocked, LinkLost, NoAnswer, UsageError
from massctl.rules import Level
from massctl.session import links
from massctl.session.drive import MotorDrive, SessionDevices
from massctl.session.ended import End, end_of_problem, end_of_trip
from massctl.session.events import DiscomfortRated, Intervention, StepEnded
from massctl.session.facts import facts_of
from massctl.session.interlocks import Finding
from massctl.session.snapshot import Drive, Snapshot
from massctl.session.stop import StopSequence, uncancelled
from massctl.session.summary import Recorder
from massctl.session.tare import Tare, Zero
from tests.session.stage import MASSAGER, facts, manual, percussion, plan, push, running, turn

BOX = TimerCapabilities(60.0)
STOP = Finding("F10", Level.STOP, "Too much.")


@dataclass
class Told:
    """A device that writes down what it is told."""

    name: str = "told"
    url: str = "test://told"
    last_frame_at_s: float = 0.0
    capabilities: Any = BOX
    told: list[Any] = field(default_factory=list)
    is_broken: bool = False

    def stop(self, reason: StopReason) -> bool:
        self.told.append("stop")
        if self.is_broken:
            raise RuntimeError
        return True

    def set_speed(self, speed_ppm: int, ramp_ppm_per_s: int) -> None:
        self.told.append((speed_ppm, ramp_ppm_per_s))

    def renew(self) -> None:
        self.told.append("renew")

    def arm(self, duration_s: float) -> None:
        self.told.append(("arm", duration_s))

    def cancel(self) -> bool:
        self.told.append("cancel")
        return True


def driven(state: Snapshot, *, is_broken: bool = False) -> tuple[MotorDrive, Told, Told]:
    gun, box = Told(is_broken=is_broken), Told()
    return MotorDrive(state, SessionDevices(massager=cast(Any, gun), timer=cast(Any, box))), gun, box


def arming() -> Snapshot:
    state = running()
    state.want(Drive.ARMING, 0, 0.0)
    return state


def test_off_takes_command_and_power_away_even_if_one_of_them_raises() -> None:
    state = running()
    drive, gun, box = driven(state, is_broken=True)
    assert not drive.off(1.0, StopReason.PERSON)
    assert (gun.told, box.told) == (["stop"], ["cancel"])
    assert (state.drive, state.set_ppm, state.has_start_press) == (Drive.OFF, 0, False)


def test_a_renewal_goes_out_every_250_ms_and_only_while_the_motor_runs() -> None:
    state = arming()
    drive, gun, _ = driven(state)
    drive.run(0.0, 1600)
    for number in range(1, 41):
        drive.renew(number * 0.05, lambda: 10.0)
    assert gun.told.count("renew") == 1 + 8
    drive.off(3.0, StopReason.PERSON)
    before = len(gun.told)
    drive.renew(4.0, lambda: 10.0)
    assert len(gun.told) == before


def test_a_speed_that_is_set_is_not_set_again_and_ramps_by_600_at_most() -> None:
    drive, gun, _ = driven(running(known=facts(ramp_ppm_per_s=2000), speed_ppm=1700))
    drive.run(0.0, 1700)
    drive.run(0.1, 1600)
    drive.soft_stop(0.2)
    assert [told for told in gun.told if told != "renew"] == [(1600, 600), (0, 600)]


@pytest.mark.parametrize(("left_s", "armed_s"), [(100.0, 2.0), (1.3, 1.3)])
def test_the_timer_is_armed_for_a_slice_or_what_is_left(left_s: float, armed_s: float) -> None:
    drive, _, box = driven(running())
    drive.arm_timer(0.0, left_s)
    assert box.told == [("arm", armed_s)]


def test_the_lease_that_is_left_counts_from_the_last_renewal() -> None:
    state = arming()
    drive, _, _ = driven(state)
    drive.run(10.0, 1500)
    assert drive.lease_left_s(10.4) == pytest.approx(0.6)
    assert drive.lease_left_s(12.0) == 0.0
    drive.off(12.0, StopReason.PERSON)
    assert drive.lease_left_s(12.0) is None


def stopped(state: Snapshot) -> tuple[StopSequence, Told]:
    drive, gun, _ = driven(state)
    stop = StopSequence(state, drive)
    stop.write(STOP, 10.0, lambda: 10.0)
    return stop, gun


def test_f54_a_stop_is_seen_when_the_motor_reports_that_it_stands() -> None:
    state = running()
    stop, gun = stopped(state)
    assert gun.told == ["stop"]
    stop.acknowledged(10.02)
    turn(state, 10.3, 200.0)
    assert stop.advance(10.3, 0.3) is None
    turn(state, 10.4, 0.0)
    seen = stop.advance(10.4, 0.4)
    assert seen is not None
    assert (seen.rule, seen.is_confirmed, seen.written_s) == ("F10", True, 0.0)
    assert seen.acknowledged_s == pytest.approx(0.02)
    assert seen.standstill_s == pytest.approx(0.4)
    assert stop.is_settled
    assert stop.advance(10.5, 0.5) is None


def test_f54_a_reading_from_before_the_stop_confirms_nothing() -> None:
    state = running()
    turn(state, 9.9, 0.0)
    stop, _ = stopped(state)
    assert stop.advance(10.5, 0.5) is None


def test_f54_a_reading_on_a_lost_link_confirms_nothing() -> None:
    state = running()
    stop, _ = stopped(state)
    state.lost_device = "massager"
    turn(state, 10.3, 0.0)
    assert stop.advance(10.5, 0.5) is None
    state.lost_device = "sensor"
    seen = stop.advance(10.5, 0.5)
    assert seen is not None
    assert seen.is_confirmed


def test_f54_1_5_s_without_standstill_is_not_confirmed_and_stop_is_written_again_and_again() -> None:
    state = running()
    stop, gun = stopped(state)
    outcomes = []
    for number in range(1, 61):
        now_s = 10.0 + number * 0.05
        turn(state, now_s, 800.0)
        seen = stop.advance(now_s, now_s)
        if seen is not None:
            outcomes.append((now_s, seen.is_confirmed))
    assert [confirmed for _, confirmed in outcomes] == [False]
    assert outcomes[0][0] == pytest.approx(11.5, abs=0.051)
    assert stop.is_unseen
    assert gun.told.count("stop") >= 6
    turn(state, 13.1, 0.0)
    late = stop.advance(13.1, 3.1)
    assert late is not None
    assert late.is_confirmed


def test_f54_a_persons_answer_ends_the_repeating() -> None:
    state = running()
    stop, gun = stopped(state)
    stop.advance(11.6, 1.6)
    stop.answered()
    before = len(gun.told)
    assert stop.advance(20.0, 10.0) is None
    assert len(gun.told) == before
    assert stop.is_settled


def test_a_stop_without_a_massager_has_nothing_to_wait_for() -> None:
    state = Snapshot(facts_of(None, None, None))
    stop = StopSequence(state, MotorDrive(state, SessionDevices()))
    stop.write(STOP, 10.0, lambda: 10.0)
    seen = stop.advance(10.25, 0.25)
    assert seen is not None
    assert seen.is_confirmed


def test_a_relay_that_opened_is_what_confirms_the_stop_of_a_corded_wand() -> None:
    wand = replace(MASSAGER, is_controllable=False, is_behind_relay=True)
    state = Snapshot(facts_of(wand, None, TimerCapabilities(60.0)))
    drive, _, box = driven(state)
    stop = StopSequence(state, drive)
    stop.write(STOP, 10.0, lambda: 10.0)
    assert box.told == ["cancel"]
    state.timer = TimerReading(10.1, relay_closed=True, remaining_s=1.0)
    assert stop.advance(10.3, 0.3) is None
    state.timer = TimerReading(10.4, relay_closed=False, remaining_s=0.0)
    seen = stop.advance(10.4, 0.4)
    assert seen is not None
    assert seen.is_confirmed


@pytest.mark.virtual
async def test_a_cancellation_waits_for_the_stop_and_goes_on_then() -> None:
    done: list[str] = []

    async def stop() -> None:
        await asyncio.sleep(1.0)
        done.append("stopped")

    task = asyncio.get_running_loop().create_task(uncancelled(stop()))
    await asyncio.sleep(0.5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["stopped"]


def zeroed(*, mean_n: float, drift_n_per_min: float = 0.0) -> Tare:
    state, tare = running(), Tare()
    assert tare.pressed()
    tare.tared(0.0)
    for number in range(260):
        now_s = number * 0.02
        push(state, now_s, mean_n + drift_n_per_min * now_s / 60.0)
        if tare.advance(now_s, state):
            break
    return tare


@pytest.mark.parametrize(("mean_n", "is_good"), [(0.0, True), (1.99, True), (2.01, False), (-2.01, False)])
def test_f36_at_most_2_n_are_left_of_zero(mean_n: float, is_good: bool) -> None:
    assert (zeroed(mean_n=mean_n).state is Zero.GOOD) is is_good


@pytest.mark.parametrize(("drift_n_per_min", "is_good"), [(0.9, True), (-0.9, True), (1.1, False), (-1.1, False)])
def test_f36_a_drift_above_1_n_per_min_is_bad(drift_n_per_min: float, is_good: bool) -> None:
    assert (zeroed(mean_n=0.0, drift_n_per_min=drift_n_per_min).state is Zero.GOOD) is is_good


def test_f36_three_failures_block_and_a_press_in_between_tries_again() -> None:
    tare = Tare()
    for number in range(3):
        assert not tare.is_blocked
        assert tare.pressed()
        assert not tare.pressed()
        tare.failed(f"No answer ({number}).")
        assert tare.ask.startswith("No answer")
    assert tare.is_blocked


def ended_step(
    number: int, tool: str, dose_s: float, rated: tuple[int | None, int | None], outcome: str = "done"
) -> StepEnded:
    return StepEnded(
        at_s=0.0,
        number=number,
        label="UTRAP left",
        point="UTRAP",
        side="L",
        mode="sweep",
        tool=tool,
        outcome=outcome,
        work_s=dose_s,
        contact_s=dose_s,
        in_band_s=dose_s / 2,
        over_band_s=0.0,
        mean_force_n=10.0 * number,
        mean_speed_ppm=1600.0,
        discomfort_before=rated[0],
        discomfort_after=rated[1],
    )


def test_the_summary_gathers_what_each_point_had() -> None:
    recorder = Recorder(plan(percussion(), percussion(), manual()))
    recorder.take(ended_step(1, "perc", 60.0, (6, None)))
    recorder.take(ended_step(2, "perc", 30.0, (5, 3)))
    recorder.take(ended_step(3, "ball", 10.0, (None, 2), "skipped"))
    recorder.take(DiscomfortRated(at_s=0.0, value=9))
    recorder.take(DiscomfortRated(at_s=1.0, value=6, corrects=9))
    recorder.take(DiscomfortRated(at_s=9.0, value=2))
    recorder.take(Intervention(at_s=3.0, rule="F12", level=Level.BACKOFF, text="No contact."))
    summary = recorder.ended(at_s=200.0, session_id="s", is_simulated=True, end=End("person", "Enough."), steps=4)
    (point,) = summary.points
    assert (point.point, point.side, point.tools, point.dose_s) == ("UTRAP", "L", ("perc", "ball"), 100.0)
    assert (point.discomfort_before, point.discomfort_after) == (6, 2)
    assert point.mean_force_n == pytest.approx((10 * 60 + 20 * 30 + 30 * 10) / 100)
    assert (summary.percussion_s, summary.steps_done, summary.steps) == (90.0, 2, 4)
    assert (summary.discomfort_before, summary.discomfort_after) == (6, 2)
    assert summary.interventions[0]["rule"] == "F12"


def test_a_single_rating_has_no_after() -> None:
    recorder = Recorder(plan(percussion()))
    recorder.take(DiscomfortRated(at_s=0.0, value=4))
    summary = recorder.ended(at_s=1.0, session_id="s", is_simulated=True, end=End("completed"), steps=1)
    assert (summary.discomfort_before, summary.discomfort_after) == (4, None)


@pytest.mark.parametrize(("rule", "ended_by"), [("F10", "safety"), ("F42", "person"), ("F34", "link lost")])
def test_a_latched_stop_says_who_ended_the_session(rule: str, ended_by: str) -> None:
    end = end_of_trip(Finding(rule, Level.STOP, "Said."))
    assert end is not None
    assert (end.ended_by, end.rule) == (ended_by, rule)


def test_an_exception_says_who_ended_the_session_and_a_first_reason_wins() -> None:
    assert end_of_problem(asyncio.CancelledError(), None).ended_by == "interrupted"
    assert end_of_problem(LinkLost("test://gun", "gone"), None).ended_by == "link lost"
    assert end_of_problem(Blocked("F36", "no zero"), None).rule == "F36"
    assert end_of_problem(ZeroDivisionError(), None).rule == "F33"
    first = End("safety", "Too much.", "F10")
    assert end_of_problem(asyncio.CancelledError(), first) is first


@pytest.mark.virtual
async def test_f34_a_link_is_tried_for_five_times_with_growing_waits() -> None:
    loop, tries = asyncio.get_running_loop(), []
    began_s = loop.time()

    async def reconnect() -> SessionDevices:
        tries.append(round(loop.time() - began_s, 3))
        problems = [LinkLost("test://gun", "gone"), UsageError("nothing"), NoAnswer("gun", "no answer", 1.0)]
        raise problems[len(tries) % 3]

    async def prepare(devices: SessionDevices) -> None:
        raise AssertionError

    told: list[tuple[str, str]] = []
    why = await links.regain(reconnect, prepare, lambda state, text: told.append((state, text)))
    assert why == told[-1][1]
    assert tries == [0.5, 1.5, 3.5, 7.5, 15.5]
    assert len(told) == 10


@pytest.mark.virtual
async def test_f34_a_try_that_hangs_is_given_up_and_the_next_may_succeed() -> None:
    devices, tries = SessionDevices(), []

    async def reconnect() -> SessionDevices:
        tries.append(1)
        if len(tries) == 1:
            await asyncio.sleep(1e6)
        return devices

    async def prepare(found: SessionDevices) -> None:
        assert found is devices

    assert await links.regain(reconnect, prepare, lambda state, text: None) is devices
    assert len(tries) == 2
