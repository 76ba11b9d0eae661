"""Seldom ways through a session: each still ends where it should, and what is missing is no fault."""

from __future__ import annotations

import asyncio
import dataclasses
import math
from typing import Any, cast

import pytest

from massctl.body.terms import End as StepEnd
from massctl.body.terms import Mode, Side, Tool
from massctl.devices.capabilities import (
    Disconnected,
    ForceReading,
    HeartReading,
    InputKind,
    InputPressed,
    MotorReading,
    StopAcknowledged,
    StopReason,
)
from massctl.errors import Blocked, LinkLost
from massctl.rules import Level
from massctl.session import asks, endings
from massctl.session.commands import Key, Press
from massctl.session.conductor import Conductor
from massctl.session.core import ABANDONED_S
from massctl.session.dose import Doses
from massctl.session.drive import MotorDrive, SessionDevices
from massctl.session.ended import End
from massctl.session.events import DiscomfortRated, HeartRate, LinkChanged, Phase, SeenBy, StepEnded, StopSeen
from massctl.session.feelings import Feelings
from massctl.session.heart import HeartWatch
from massctl.session.interlocks import Finding
from massctl.session.interlocks.person import Symptom
from massctl.session.limits import admit, scope_of, step_up_ppm
from massctl.session.scan import Scan
from massctl.session.snapshot import Drive, Snapshot
from massctl.session.stop import uncancelled
from massctl.session.summary import Recorder
from massctl.session.supervisor import Supervisor
from massctl.session.tare import Tare, Zero
from massctl.session.work import Work
from tests.rules.scenes import at_work, off
from tests.session.paper import PaperSession
from tests.session.stage import MASSAGER, facts, manual, percussion, plan, question, snapshot, turn

# ---------------------------------------------------------------- what a person is told


def seen(by: SeenBy, *, standstill_s: float | None = None, acknowledged_s: float | None = None) -> StopSeen:
    return StopSeen(
        at_s=1.0,
        reason="Stopped.",
        rule="F42",
        written_s=0.0,
        acknowledged_s=acknowledged_s,
        standstill_s=standstill_s,
        is_confirmed=by in {SeenBy.MEASURED, SeenBy.RELAY, SeenBy.NO_MOTOR},
        seen_by=by,
    )


@pytest.mark.parametrize(
    ("stop", "words"),
    [
        (None, asks.OFF_NOT_CONFIRMED),
        (seen(SeenBy.NOTHING), asks.OFF_NOT_CONFIRMED),
        (seen(SeenBy.ACKNOWLEDGED, acknowledged_s=0.01), "by the device's word only"),
        (seen(SeenBy.RELAY, standstill_s=0.02), "confirmed in 20 ms: its relay has opened"),
        (seen(SeenBy.MEASURED, standstill_s=0.5), "confirmed in 500 ms"),
        (seen(SeenBy.NO_MOTOR, acknowledged_s=0.03), "confirmed in 30 ms"),
        (seen(SeenBy.NO_MOTOR), "confirmed"),
    ],
)
def test_a_motor_off_is_told_as_far_as_anybody_has_seen_it(stop: StopSeen | None, words: str) -> None:
    assert asks.motor_off(stop).startswith(words)


def test_a_pinch_is_asked_about_softness_only() -> None:
    assert asks.at_work(manual(mode=Mode.PINCH)) == "Press r when it feels softer."


def test_a_massager_that_says_nothing_is_warned_of_all_the_time() -> None:
    known = facts(is_monitored=False)
    assert any("[F34]" in text for text in asks.warnings(plan(percussion()), known))


# ---------------------------------------------------------------- the consent to a massager that says nothing


def unmonitored() -> PaperSession:
    """Return a session with such a massager, which has just begun."""
    session = PaperSession(plan(percussion()), massager=dataclasses.replace(MASSAGER, is_monitored=False), begins=False)
    session.is_motor_heard = False
    session.paper.last_frame_at_s = math.inf
    session.core.open(session.now_s)
    session.core.flush()
    return session


def test_F34_a_massager_that_says_nothing_begins_only_with_a_persons_word() -> None:
    session = unmonitored()
    assert session.phase is Phase.WAITING
    session.run(5.0)
    session.press(Key.FASTER)
    assert session.by("F34") == []
    session.press(Key.GO_ON)
    assert [event.level for event in session.by("F34")] == [Level.WARN]
    assert session.core.tare is not None, "then comes the zero of the sensor"


def test_F34_such_a_massager_is_refused_where_nobody_could_say_it() -> None:
    admit(plan(percussion()), facts(is_monitored=False))
    with pytest.raises(Blocked) as blocked:
        admit(plan(percussion()), facts(is_monitored=False), is_attended=False)
    assert blocked.value.rule_id == "F34"


# ---------------------------------------------------------------- speeds


def test_F17_of_levels_the_next_one_is_set_no_sooner_than_a_ramp_gets_there() -> None:
    known = facts(levels_ppm=(1500, 1800, 2400))
    assert step_up_ppm(2400, 0, 0.0, known) == 1500
    assert step_up_ppm(2400, 1500, 0.49, known) == 1500
    assert step_up_ppm(2400, 1500, 0.5, known) == 1800
    assert step_up_ppm(2400, 1800, 0.99, known) == 1800
    assert step_up_ppm(2400, 1800, 1.0, known) == 2400
    assert step_up_ppm(1500, 2400, 0.0, known) == 1500, "downward at once"
    assert step_up_ppm(2200, 1500, 0.0, facts()) == 2200


def test_F17_a_device_whose_slowest_speed_is_above_a_starts_is_refused() -> None:
    fast = facts(speed_min_ppm=1850, levels_ppm=(1850, 2200))
    with pytest.raises(Blocked, match="a start has at most 1800 PPM") as blocked:
        admit(plan(percussion("GMAX", speed_ppm=2200)), fast)
    assert blocked.value.rule_id == "F17"


def test_F17_a_step_without_a_place_has_no_speed() -> None:
    assert scope_of(dataclasses.replace(percussion(), point=None), facts()).ceiling_ppm == 0


def test_F17_a_speed_that_no_limit_leaves_stops_instead_of_running_faster() -> None:
    session = at_work()
    session.core.supervisor._left.ceiling_ppm = 100
    session.beat()
    assert session.by("F17")[-1].text == "The device has no speed that is slow enough here."
    assert off(session)


def test_without_a_step_the_speed_keys_do_nothing() -> None:
    supervisor, state = Supervisor(), Snapshot(facts())
    supervisor.faster(state)
    supervisor.slower(state)
    assert supervisor.ceiling_ppm == 0


# ---------------------------------------------------------------- keys that have nothing to act on


def test_a_rating_without_a_value_is_none() -> None:
    session = at_work()
    session.press(Key.DISCOMFORT)
    assert not [event for event in session.events if isinstance(event, DiscomfortRated)]


def test_a_step_without_a_manual_tool_is_not_swapped() -> None:
    session = at_work(question(Mode.MOVE, StepEnd.DONE), question())
    session.press(Key.SWAP)
    assert session.core.conductor.index == 0
    assert session.phase is Phase.WORKING


def scanning(*points: str) -> PaperSession:
    """Return a session that asks for the first candidate of a scan by hand."""
    session = PaperSession(
        plan(question(Mode.SCAN, StepEnd.ALL_RATED, candidates=tuple(manual(p, tool=Tool.HAND) for p in points)))
    )
    session.core.flush()
    session.until(lambda: session.phase is Phase.WAITING)
    session.run(1.0)
    session.press(Key.GO_ON)
    assert session.core.conductor.is_scanning
    return session


def test_a_scans_candidate_can_be_passed_over_and_come_back_to() -> None:
    session = scanning("UTRAP", "RHOM")
    scan = session.core.conductor.scan
    assert scan is not None
    session.press(Key.GO_ON)
    assert scan.at == 1
    session.press(Key.BACK)
    assert scan.at == 0
    session.press(Key.BACK)
    assert session.core.conductor.index == 0


def test_a_scan_leaves_out_candidates_whose_point_is_over() -> None:
    session = scanning("UTRAP", "UTRAP", "RHOM")
    session.core.snapshot.closed.add(("UTRAP", Side.LEFT))
    session.press(Key.GO_ON)
    scan = session.core.conductor.scan
    assert scan is not None
    assert scan.candidate is not None
    assert scan.candidate.label.startswith("RHOM")


def test_a_scan_without_candidates_asks_nothing() -> None:
    assert Scan(()).ask == ""


def test_a_measurement_keeps_the_push_of_the_moment_of_first_pain() -> None:
    step = manual(
        mode=Mode.RAMP, tool=Tool.ALGOMETER, end=StepEnd.FIRST_PAIN, pressure_band_kg_cm2=(1.0, 2.0), head_area_cm2=1.0
    )
    session = at_work(step)
    session.push_n = 23.0
    session.run(1.0)
    session.press(Key.GO_ON)
    (ended,) = [event for event in session.events if isinstance(event, StepEnded)]
    assert ended.mean_force_n == pytest.approx(23.0, abs=0.01)


def test_a_step_that_only_asks_for_a_rating_waits_for_it() -> None:
    session = PaperSession(plan(question(Mode.RATE, StepEnd.DONE), percussion()))
    session.core.flush()
    session.press(Key.GO_ON)
    assert session.phase is Phase.RATING
    session.press(Key.DISCOMFORT, 3)
    session.run(1.0)
    assert session.core.conductor.index == 1


# ---------------------------------------------------------------- the walk


def test_before_the_first_step_there_is_no_work() -> None:
    conductor = Conductor(plan(percussion()), Snapshot(facts()), Supervisor())
    with pytest.raises(RuntimeError, match="no step has begun"):
        _ = conductor.work


def test_F22_a_point_that_was_ended_while_it_waited_starts_by_no_press_and_is_passed_over() -> None:
    session = PaperSession(plan(percussion(), percussion("GMAX", speed_ppm=1700)))
    session.core.flush()
    session.until(lambda: session.phase is Phase.WAITING)
    session.run(1.0)
    session.core.snapshot.close_point(both_sides=False)
    session.press(Key.GO_ON)
    assert off(session)
    assert session.core.conductor.step.label.startswith("GMAX")


def test_F22_a_point_that_was_ended_in_its_rest_is_passed_over() -> None:
    session = at_work(
        percussion(mode=Mode.PIN, passes=2), percussion(mode=Mode.PIN, pass_number=2, passes=2), percussion("GMAX")
    )
    session.press(Key.SKIP)
    assert session.phase is Phase.RESTING
    session.core.snapshot.close_point(both_sides=False)
    session.until(lambda: session.phase is Phase.WAITING)
    assert session.core.conductor.step.label.startswith("GMAX")


def test_an_end_that_is_decided_is_not_decided_again() -> None:
    session = at_work()
    session.press(Key.TRIM)
    session.core.conductor.end(session.now_s, "time")
    session.run(3.0)
    (ended,) = [event for event in session.events if isinstance(event, StepEnded)]
    assert ended.outcome == "trimmed"


def test_a_reset_in_the_midst_of_a_question_goes_on_behind_it() -> None:
    session = PaperSession(plan(question(Mode.RATE, StepEnd.DONE), percussion()))
    session.core.flush()
    session.press(Key.GO_ON)
    session.press(Key.STOP)
    session.reset()
    assert session.core.conductor.index == 1
    assert session.phase is Phase.WAITING


def test_a_closed_point_without_a_step_at_hand_is_none() -> None:
    state = Snapshot(facts())
    state.close_point(both_sides=False)
    assert state.closed == set()


# ---------------------------------------------------------------- whether a motor stands


def test_a_motor_that_is_wanted_does_not_stand() -> None:
    state = snapshot(percussion())
    state.want(Drive.ARMING, 0, 0.0)
    assert not state.is_still(10.0)


def test_a_motor_that_measures_nothing_stands_after_its_ramp_and_half_a_second() -> None:
    state = snapshot(percussion(), facts(confirms_speed=False))
    state.want(Drive.RUN, 1800, 0.0)
    state.want(Drive.OFF, 0, 10.0)
    assert not state.is_still(10.0 + 3.0 + 0.49)
    assert state.is_still(10.0 + 3.0 + 0.5)


def test_a_gun_that_is_switched_by_hand_stands_when_its_person_says_so() -> None:
    state = snapshot(percussion(), facts(is_controllable=False))
    state.want(Drive.RUN, 0, 0.0)
    state.want(Drive.OFF, 0, 10.0)
    assert not state.is_still(60.0)
    state.hand_off()
    assert state.is_still(60.0)


def test_a_motor_that_measures_nothing_turns_as_far_as_it_is_commanded() -> None:
    state = snapshot(percussion())
    turn(state, 0.0, None, commanded_ppm=1500, ramped_ppm=100)
    assert state.turns
    turn(state, 0.1, None, commanded_ppm=1500, ramped_ppm=0)
    assert not state.turns


# ---------------------------------------------------------------- reports and ends


def test_F54_a_stop_that_is_only_acknowledged_is_told_as_such_and_latches_nothing_more() -> None:
    session = at_work(massager=dataclasses.replace(MASSAGER, confirms_speed=False))
    session.is_measured = False
    session.run(1.0)
    session.press(Key.STOP)
    session.take(StopAcknowledged(session.now_s))
    session.run(3.0)
    (stop,) = session.stops_seen()
    assert stop.seen_by is SeenBy.ACKNOWLEDGED
    assert not stop.is_confirmed
    assert any(asks.ONLY_SAID in getattr(event, "ask", "") for event in session.events)
    assert session.by("F54") == []


def test_a_report_of_another_kind_is_left_alone() -> None:
    session = at_work()
    session.take(HeartReading(session.now_s, 70))
    assert session.core.bug is None
    assert session.phase is Phase.WORKING


def test_a_session_that_nobody_touches_for_half_an_hour_ends() -> None:
    session = at_work(percussion(), percussion(side=Side.RIGHT))
    session.press(Key.SKIP)
    session.run(2.0)
    session.core.last_press_s -= ABANDONED_S
    session.run(0.1)
    assert session.core.end is not None
    assert session.core.end.ended_by == "interrupted"


def test_the_same_stop_twice_is_told_once() -> None:
    session = at_work()
    for _ in range(2):
        session.core.trip(Finding("F33", Level.STOP, "A part of massctl failed."))
    assert len(session.by("F33")) == 1


def test_nothing_to_command_is_no_fault() -> None:
    state = snapshot(percussion())
    state.want(Drive.RUN, 1700, 0.0)
    drive = MotorDrive(state, SessionDevices())
    drive.soft_stop(1.0)
    assert state.set_ppm == 0
    assert not drive.off(2.0, StopReason.PERSON)
    assert state.drive is Drive.OFF


def test_F42_a_relay_that_cannot_be_opened_does_not_keep_the_massager_from_its_stop(
    caplog: pytest.LogCaptureFixture,
) -> None:
    session = at_work()
    session.timer.cancel = lambda: (_ for _ in ()).throw(OSError("gone"))  # type: ignore[method-assign]
    session.press(Key.STOP)
    assert session.paper.speed_ppm == 0
    assert session.core.snapshot.drive is Drive.OFF
    assert "the relay could not be opened" in caplog.text
    session.timer.until_s = -math.inf


def test_F33_a_fault_of_this_program_behind_a_key_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    session = at_work()
    monkeypatch.setattr(session.core.conductor, "pause", lambda _: 1 / 0)
    session.core.press(Press(Key.PAUSE))
    assert isinstance(session.core.bug, ZeroDivisionError)
    assert off(session)
    assert session.by("F33")[-1].level is Level.STOP


# ---------------------------------------------------------------- the zero of the sensor


def zeroing() -> PaperSession:
    session = PaperSession(plan(percussion()), begins=False)
    session.core.open(session.now_s)
    return session


def test_F36_a_second_press_while_it_is_zeroed_asks_the_sensor_once() -> None:
    session = zeroing()
    asked: list[float] = []
    session.core.ports = dataclasses.replace(session.core.ports, zero=lambda: asked.append(session.now_s))
    session.press(Key.GO_ON)
    session.press(Key.GO_ON)
    session.press(Key.FASTER)
    assert len(asked) == 1


def test_F36_a_sensor_that_refuses_its_zero_is_asked_for_it_again() -> None:
    session = zeroing()
    session.press(Key.GO_ON)
    session.core.zeroed("The sensor refuses.")
    assert session.core.tare is not None
    assert session.core.tare.ask.startswith("The sensor refuses.")


def test_F36_an_answer_that_nobody_waits_for_begins_nothing() -> None:
    tare = Tare()
    tare.tared(1.0)
    assert tare.state is Zero.ASKED


def test_F36_an_uncalibrated_sensor_is_said_to_be_one() -> None:
    session = zeroing()
    session.press(Key.GO_ON)
    while session.core.tare is not None:
        session.is_force_heard = False
        session.beat()
        now_s = session.now_s
        session.gauge.last_frame_at_s = now_s  # type: ignore[union-attr]
        session.take(ForceReading(now_s, now_s, 0.1, 0.1, is_calibrated=False))
    assert [event.level for event in session.by("F36")] == [Level.WARN]


# ---------------------------------------------------------------- a gun that is switched by hand


def test_F42_enter_over_a_gun_that_still_runs_says_that_it_is_off_and_asks_again_what_was_asked() -> None:
    session = at_work(
        percussion("GMAX", speed_ppm=1700, head="ball"), percussion(side=Side.RIGHT),
        massager=dataclasses.replace(MASSAGER, is_controllable=False, speed_min_ppm=0),
    )  # fmt: skip
    session.press(Key.SKIP)
    session.run(2.0)
    assert session.core.is_switch_off_due
    session.press(Key.GO_ON)
    assert not session.core.is_switch_off_due
    assert session.core.snapshot.drive is Drive.OFF


# ---------------------------------------------------------------- small pure things


def test_what_has_no_point_has_no_dose_of_a_muscle() -> None:
    assert Doses().muscle_s(question()) == 0.0


def test_a_step_without_a_clock_does_not_end_by_time() -> None:
    step = question(Mode.CHECK)
    known = facts()
    work = Work(step, 30.0)
    assert endings.ending(work, scope_of(step, known), Feelings(), 0.0, 0.0) is None


def test_work_of_a_step_without_a_band_keeps_no_time_in_it() -> None:
    work = Work(percussion(), 30.0, band_n=None)
    state = snapshot(percussion())
    state.is_motor_on = True
    state.take_force(ForceReading(1.0, 1.0, 12.0, 12.0))
    work.add(1.0, 0.05, state)
    assert work.in_band_s == work.over_band_s == 0.0
    assert work.mean_force_n == pytest.approx(12.0)


def test_F22_a_sharp_pain_in_a_step_without_a_point_ends_nothing() -> None:
    state = snapshot(question(Mode.MOVE, StepEnd.DONE))
    state.feelings.take_key(Key.SHARP)
    assert Symptom().check(0.0, state) is None


def test_a_heart_rate_is_told_every_five_seconds_and_its_loss_once() -> None:
    watch = HeartWatch()
    assert watch.take(HeartReading(1.0, 70), 1.0, 1.0) == HeartRate(at_s=1.0, rate_bpm=70, has_contact=None)
    assert watch.take(HeartReading(2.0, 71), 2.0, 2.0) is None
    assert watch.rate_bpm(2.0) == 71
    assert watch.rate_bpm(8.0) is None
    assert isinstance(watch.take(HeartReading(6.5, 72), 6.5, 6.5), HeartRate)
    assert watch.take(InputPressed(7.0, InputKind.BUTTON), 7.0, 7.0) is None
    assert isinstance(watch.take(Disconnected(8.0, LinkLost("test://heart", "gone.")), 8.0, 8.0), LinkChanged)
    assert watch.rate_bpm(8.0) is None


def test_the_summary_has_the_mean_heart_rate() -> None:
    recorder = Recorder(plan(percussion()))
    for at_s, rate in ((1.0, 60), (6.0, 80)):
        recorder.take(HeartRate(at_s=at_s, rate_bpm=rate, has_contact=True))

    summary = recorder.ended(at_s=9.0, session_id="x", is_simulated=True, end=End("completed"), steps=1)
    assert summary.heart_rate_mean_bpm == 70


# ---------------------------------------------------------------- what must be finished


async def test_work_that_fails_while_it_is_waited_for_raises_its_own_failure() -> None:
    async def fails() -> None:
        await asyncio.sleep(0)
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await uncancelled(fails())


async def test_work_that_is_cancelled_itself_ends_the_waiting() -> None:
    async def cancels() -> None:
        await asyncio.sleep(0)
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(1.0)

    with pytest.raises(asyncio.CancelledError):
        await uncancelled(cancels())


def test_F45_a_command_from_elsewhere_is_judged_only_of_a_massager_that_can_be_commanded() -> None:
    state = snapshot(percussion(), facts(is_controllable=False))
    state.take_motor(MotorReading(10.0, 10.0, 2400.0, 2400.0, 2400.0, True))
    supervisor = Supervisor()
    supervisor.begin_step(cast(Any, state.scope))
    told = supervisor.check(10.0, state).told
    assert not {finding.rule for finding in told} & {"F45", "F33", "F54"}


# ---------------------------------------------------------------- what breaks into a walk, and where it goes on


def test_F20_a_pause_of_a_rule_in_a_soft_stop_takes_the_motor_off_and_the_step_is_over() -> None:
    session = at_work(percussion(), percussion("GMAX", speed_ppm=1700))
    session.run(6.0)
    session.press(Key.TRIM)
    session.press(Key.DISCOMFORT, 8)
    assert off(session)
    (ended,) = [event for event in session.events if isinstance(event, StepEnded)]
    assert ended.outcome == "trimmed"


def lost_and_back(session: PaperSession) -> None:
    session.lose("massager")
    assert session.phase is Phase.RECONNECTING
    session.relink()


def test_F34_a_link_that_was_lost_while_it_waited_goes_on_waiting() -> None:
    session = at_work(percussion(), percussion(side=Side.RIGHT))
    session.press(Key.SKIP)
    session.run(2.0)
    lost_and_back(session)
    assert session.phase is Phase.WAITING
    assert session.core.conductor.index == 1


def test_F34_a_link_that_was_lost_before_the_first_step_begins_again() -> None:
    session = PaperSession(plan(percussion()))
    session.core.flush()
    lost_and_back(session)
    assert session.phase is Phase.RATING
    assert session.core.conductor.index == -1


def test_F34_a_link_that_was_lost_in_a_soft_stop_leaves_the_step_as_it_ended() -> None:
    session = at_work(percussion(), percussion(side=Side.RIGHT))
    session.press(Key.TRIM)
    lost_and_back(session)
    assert session.core.conductor.index == 1
    (ended,) = [event for event in session.events if isinstance(event, StepEnded)]
    assert ended.outcome == "trimmed"


def test_a_correction_across_a_step_belongs_to_neither() -> None:
    feelings = Feelings()
    feelings.rate(5, 0.0)
    feelings.begin_step()
    assert feelings.rate(6, 1.0) == 5
    assert feelings.of_step == []


def test_F22_a_sharp_pain_with_the_motor_off_makes_the_next_try_gentle() -> None:
    session = at_work()
    session.press(Key.PAUSE)
    session.run(1.0)
    session.press(Key.SHARP)
    assert session.by("F22")[-1].level is Level.BACKOFF
    session.work()
    session.run(3.0)
    assert session.paper.speed_ppm == 1200


def test_F22_a_second_sharp_pain_behind_a_latched_stop_ends_the_point_too() -> None:
    session = at_work(percussion(), percussion("GMAX", speed_ppm=1700))
    session.press(Key.STOP)
    for _ in range(2):
        session.press(Key.SHARP)
        session.beat()
    assert ("UTRAP", Side.LEFT) in session.core.snapshot.closed
    session.reset()
    assert session.core.conductor.step.label.startswith("GMAX")


def test_F20_a_high_rating_beside_a_manual_tool_has_no_speed_to_lower() -> None:
    session = at_work(manual(maximum_s=90.0))
    session.run(6.0)
    session.press(Key.DISCOMFORT, 7)
    assert session.by("F20")[-1].level is Level.BACKOFF
    assert session.core.supervisor.force_factor == 0.75


def test_F38_a_motor_that_never_turned_is_asked_about_its_charger() -> None:
    session = PaperSession(plan(percussion()))
    session.stuck_until_s = math.inf
    for _ in range(200):
        if session.phase in {Phase.WAITING, Phase.RATING}:
            session.press(Key.GO_ON)
        session.beat()
        if session.by("F38"):
            break
    assert "does not move" in session.by("F38")[-1].text
    assert off(session)


def test_F54_a_relay_that_stays_closed_behind_a_motor_off_is_a_stop() -> None:
    session = at_work()
    session.press(Key.PAUSE)
    session.timer.cancel = lambda: True  # type: ignore[method-assign]  # its contacts are welded
    session.timer.until_s = math.inf
    beats = 0
    while not session.by("F54") and beats < 60:
        session.now_s += 0.05
        session.report()
        session.core.beat(session.now_s)
        beats += 1
    assert "relay" in session.by("F54")[-1].text
    assert beats * 0.05 == pytest.approx(1.55, abs=0.06)


def test_before_the_first_step_there_is_nothing_to_leave_and_no_speed_to_change() -> None:
    session = PaperSession(plan(percussion()))
    session.core.flush()
    for key in (Key.SKIP, Key.BACK, Key.FASTER, Key.SLOWER):
        session.press(key)
    assert session.phase is Phase.RATING
    assert session.core.conductor.index == -1


def test_a_step_without_a_point_closes_none() -> None:
    state = snapshot(question(Mode.MOVE, StepEnd.DONE))
    state.close_point(both_sides=True)
    assert state.closed == set()


def test_F17_a_massager_without_a_soft_start_is_asked_to_be_started_in_the_air() -> None:
    assert "in the air" in asks.start(percussion(), facts(has_soft_start=False))
    assert "starts softly" in asks.start(percussion(), facts())


def test_F54_a_stop_that_a_new_start_overtakes_is_told_as_not_seen() -> None:
    session = at_work()
    session.run(2.0)
    session.lose("sensor")
    core = session.core
    core.snapshot.lost_device = None
    assert core.supervisor.relink()
    core.conductor.relinked(session.now_s)
    session.now_s += 0.05
    session.press(Key.GO_ON)
    session.beat()
    (stop,) = session.stops_seen()
    assert (stop.rule, stop.seen_by) == ("F34", SeenBy.NOTHING)


def test_F22_a_symptom_pressed_while_a_link_is_sought_counts_once_it_is_back() -> None:
    session = at_work(percussion(), percussion("GMAX", speed_ppm=1700))
    session.lose("massager")
    session.core.is_live = False
    session.press(Key.NUMB)
    assert session.by("F22") == []
    session.core.is_live = True
    session.relink()
    session.run(1.0)
    assert session.by("F22")[-1].level is Level.STOP
    session.reset()
    assert session.core.conductor.step.label.startswith("GMAX")
