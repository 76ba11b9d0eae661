"""Boundaries of the interlocks that mutation testing has shown to be untested, and each of them without what it looks at."""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import Any, cast

import pytest

from massctl.body.terms import Mode, Side
from massctl.devices.capabilities import PowerReading, TimerReading
from massctl.rules import Level
from massctl.session.commands import Key
from massctl.session.events import Phase
from massctl.session.interlocks import ALL, Ends, Interlock, ended
from massctl.session.interlocks.dose import (
    BeforeEffort,
    FreeRun,
    MuscleDose,
    PersonsSession,
    PinnedPoints,
    SessionDose,
    SpotDose,
)
from massctl.session.interlocks.force import NoContact, OverForce, SensorDoubt
from massctl.session.interlocks.link import LinkSilent
from massctl.session.interlocks.motor import (
    LeaseLapsed,
    MotorInterlock,
    PlaceForbidden,
    RelayStuck,
    SpeedCeiling,
    StillMoving,
)
from massctl.session.interlocks.person import Discomfort, NotResponding, OwnCeiling, Silence, Symptom
from massctl.session.interlocks.power import Heat
from massctl.session.snapshot import Drive, Snapshot
from tests.session.stage import facts, manual, percussion, push, question, running, snapshot, turn


def test_words_that_end_a_sentence_keep_their_mark() -> None:
    assert [ended(words) for words in ("Stop", "Stop.", "Stop?", "Stop!")] == ["Stop.", "Stop.", "Stop?", "Stop!"]


def test_F35_each_rating_above_5_without_a_sensor_slows_once() -> None:
    state = running(percussion("GMAX", speed_ppm=1700, head="ball"), facts(has_sensor=False))
    rule = SensorDoubt()
    assert rule.check(0.0, state) is None
    state.feelings.rate(6, 1.0)
    finding = rule.check(1.0, state)
    assert finding is not None
    assert (finding.rule, finding.level, finding.factor) == ("F35", Level.BACKOFF, 0.7)
    assert rule.check(1.1, state) is None
    state.feelings.rate(5, 20.0)
    assert rule.check(20.0, state) is None


def test_F22_a_symptom_speaks_of_a_point_only_where_one_was_worked_on() -> None:
    with_point, without = snapshot(percussion()), snapshot(question(Mode.MOVE))
    without.at_hand = without.worked_on = None
    texts = []
    for state in (with_point, without):
        state.feelings.take_key(Key.NUMB)
        finding = Symptom().check(0.0, state)
        assert finding is not None
        texts.append(finding.text)
    assert "rests for 72 h" in texts[0]
    assert "rests for" not in texts[1]


def test_F39_it_is_the_head_that_is_said_to_be_hot_from_38_degrees_on() -> None:
    def warned(motor_c: float, skin_c: float) -> str:
        state = snapshot(percussion())
        state.power = PowerReading(0.0, motor_temperature_c=motor_c, skin_temperature_c=skin_c)
        finding = Heat().check(0.0, state)
        assert finding is not None
        return finding.text

    assert "motor 56 °C" in warned(56.0, 37.9)
    assert "head 38 °C" in warned(56.0, 38.0)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_an_interlock_without_a_step_at_hand_raises_nothing(kind: type[Interlock]) -> None:
    of_a_step = {"F2", "F10", "F11", "F13", "F14", "F16"}
    for drive, has_readings in itertools.product(Drive, (False, True)):
        state = Snapshot(dataclasses.replace(facts(), session_max_s=480.0, muscle_max_s=30.0, is_free_run=True))
        state.closed.add(("UTRAP", Side.LEFT))
        state.drive, state.set_ppm, state.is_motor_on = drive, 1700, True
        state.phase = Phase.WORKING
        if has_readings:
            push(state, 100.0, 10.0)
            turn(state, 100.0, 1700.0)
            state.power = PowerReading(100.0)
        state.feelings.take_key(Key.SHARP)
        state.feelings.rate(6, 100.0)
        assert kind().check(100.0, state) is None or kind.rule not in of_a_step


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_an_interlock_without_any_reading_raises_nothing(kind: type[Interlock]) -> None:
    state = snapshot(manual())
    finding = kind().check(0.0, state)
    assert finding is None, finding


def dosed(state: Snapshot, seconds: float) -> Snapshot:
    """Return the snapshot with so many seconds of every kind behind it."""
    doses = state.doses
    doses.add(cast(Any, state.scope).step, seconds, is_motor_on=True, is_contact=True)
    doses.work_s = doses.percussion_s = doses.motor_on_s = seconds
    return state


def test_F13_what_passes_over_has_no_spot_and_what_does_not_work_has_no_end() -> None:
    assert SpotDose().check(0.0, dosed(running(), 200.0)) is None
    pin = dosed(running(percussion(mode=Mode.PIN)), 200.0)
    assert SpotDose().check(0.0, pin) is not None
    pin.phase = Phase.PAUSED
    assert SpotDose().check(0.0, pin) is None


@pytest.mark.parametrize("phase", [Phase.WAITING, Phase.PAUSED, Phase.RESTING, Phase.RATING, Phase.STOPPED])
def test_a_dose_ends_only_what_is_at_work(phase: Phase) -> None:
    known = dataclasses.replace(facts(), session_max_s=480.0, muscle_max_s=30.0)
    state = dosed(running(percussion(mode=Mode.PIN), known), 2000.0)
    state.doses.pinned_points = {f"point {number}" for number in range(9)}
    for kind in (SpotDose, BeforeEffort, PersonsSession, PinnedPoints):
        state.phase = phase
        assert kind().check(0.0, state) is None
        state.phase = Phase.RAMPING
        assert kind().check(0.0, state) is not None


def test_a_dose_of_the_motor_ends_nothing_while_it_is_off() -> None:
    state = dosed(running(known=dataclasses.replace(facts(), is_free_run=True)), 2000.0)
    for kind in (MuscleDose, SessionDose, FreeRun):
        assert kind().check(0.0, state) is not None
    state.want(Drive.OFF, 0, 1.0)
    for kind in (MuscleDose, SessionDose, FreeRun):
        assert kind().check(1.0, state) is None


def test_F16_a_sweep_and_a_pin_of_no_point_are_pinned_nowhere() -> None:
    for step in (percussion(), question(Mode.PIN)):
        state = running(step)
        state.doses.pinned_points = {f"point {number}" for number in range(9)}
        assert PinnedPoints().check(0.0, state) is None


@pytest.mark.parametrize(
    ("phase", "factor"),
    [
        (Phase.RAMPING, 0.7),
        (Phase.WORKING, 0.7),
        (Phase.PAUSED, 0.7),
        (Phase.WAITING, 1.0),
        (Phase.RESTING, 1.0),
        (Phase.RATING, 1.0),
    ],
)
def test_F34_the_speed_comes_down_only_where_work_was_broken_into(phase: Phase, factor: float) -> None:
    state = running()
    state.lost_device, state.phase = "massager", phase
    finding = LinkSilent().check(0.0, state)
    assert finding is not None
    assert finding.factor == factor


def test_F2_a_forbidden_place_stops_only_a_motor_that_is_wanted() -> None:
    state = running(percussion("SCM"))
    assert PlaceForbidden().check(0.0, state) is not None
    state.want(Drive.OFF, 0, 1.0)
    assert PlaceForbidden().check(1.0, state) is None


def test_F17_the_first_three_seconds_end_at_three_seconds() -> None:
    state = running(percussion("GMAX", speed_ppm=2200), speed_ppm=2000)
    state.started_at_s = 10.0
    rule = SpeedCeiling()
    assert rule.check(12.99, state) is not None
    assert rule.check(13.0, state) is None
    state.set_ppm = 1800
    assert rule.check(12.0, state) is None
    slow = running(percussion("GMAX", speed_ppm=1700), speed_ppm=1701)
    slow.started_at_s = 10.0
    assert rule.check(11.0, slow) is not None
    slow.set_ppm = 1
    assert rule.check(11.0, slow) is None


def test_F33_a_refusal_in_a_soft_stop_stops_and_a_right_to_run_that_is_gone_there_does_not() -> None:
    state = running()
    state.want(Drive.SOFT_STOP, 0, 1.0)
    turn(state, 2.0, 500.0, is_armed=False)
    assert LeaseLapsed().check(2.0, state) is None
    state.refusal = "SetSpeed: busy"
    assert LeaseLapsed().check(2.0, state) is not None


def test_F33_the_right_to_run_is_judged_only_of_a_massager_that_can_be_commanded() -> None:
    for is_controllable in (True, False):
        state = running(known=facts(is_controllable=is_controllable))
        turn(state, 2.0, 1700.0, is_armed=True)
        assert LeaseLapsed().check(2.0, state) is None
        turn(state, 3.0, 1700.0, is_armed=False)
        assert (LeaseLapsed().check(3.0, state) is not None) is is_controllable


def test_F48_a_motor_that_measures_nothing_moves_as_far_as_it_is_commanded_and_has_1_5_s_to_stand() -> None:
    state = snapshot(manual())
    rule = MotorInterlock()
    turn(state, 100.0, None, commanded_ppm=0.0)
    assert rule.check(100.0, state) is None
    turn(state, 100.0, None, commanded_ppm=1200.0)
    assert rule.check(100.0, state) is not None
    state.lowered_at_s = 98.5
    assert rule.check(100.0, state) is None
    assert rule.check(100.001, state) is not None


def test_F48_a_motor_step_is_not_its_business() -> None:
    state = running()
    turn(state, 100.0, 1700.0)
    assert MotorInterlock().check(100.0, state) is None


def test_F54_a_motor_that_is_wanted_or_just_switched_off_is_not_still_moving() -> None:
    rule = StillMoving()
    for drive, set_ppm in ((Drive.RUN, 0), (Drive.ARMING, 0), (Drive.RUN, 1)):
        state = running()
        state.drive, state.set_ppm, state.drive_since_s = drive, set_ppm, 0.0
        turn(state, 100.0, 1000.0)
        assert rule.check(100.0, state) is None
    state = running()
    state.want(Drive.OFF, 0, 100.0)
    turn(state, 101.6, 1000.0)
    assert rule.check(101.6, state) is None
    assert rule.check(101.61, state) is not None


def test_F54_a_relay_has_1_5_s_to_open() -> None:
    state = running()
    rule = RelayStuck()
    for drive, closed, at_s, is_stuck in (
        (Drive.OFF, True, 101.5, False),
        (Drive.OFF, True, 101.51, True),
        (Drive.OFF, False, 110.0, False),
        (Drive.RUN, True, 110.0, False),
    ):
        state.drive, state.drive_since_s = drive, 100.0
        state.timer = TimerReading(at_s, closed, 0.0)
        assert (rule.check(at_s, state) is not None) is is_stuck
    state.began_at_s, state.drive, state.drive_since_s = 200.0, Drive.OFF, 0.0
    state.timer = TimerReading(201.0, relay_closed=True, remaining_s=0.0)
    assert rule.check(201.0, state) is None, "a session that has just begun gives it its time, too"


def test_F8_a_rating_above_the_own_ceiling_takes_speed_and_force() -> None:
    state = running(percussion(discomfort_max=4, discomfort_rule="F8"))
    rule = OwnCeiling()
    assert rule.check(0.0, state) is None
    state.feelings.rate(5, 1.0)
    finding = rule.check(1.0, state)
    assert finding is not None
    assert (finding.rule, finding.level, finding.factor, finding.force_factor) == ("F8", Level.BACKOFF, 0.8, 0.75)
    assert rule.check(1.1, state) is None


def test_F21_each_rating_is_judged_once_and_the_first_alone_is_no_rise() -> None:
    state = running()
    rule = NotResponding()
    state.feelings.rate(2, 0.0)
    assert rule.check(0.0, state) is None
    state.feelings.rate(5, 10.0)
    assert rule.check(10.0, state) is not None
    assert rule.check(10.1, state) is None
    nothing_of_the_step = running()
    nothing_of_the_step.feelings.rate(2, 0.0)
    nothing_of_the_step.feelings.begin_step()
    assert NotResponding().check(0.0, nothing_of_the_step) is None


def test_F22_sharp_pains_are_counted_by_point_and_the_first_with_the_motor_off_is_gentle() -> None:
    rule = Symptom()
    state = running()
    state.phase = Phase.WAITING
    state.feelings.take_key(Key.SHARP)
    finding = rule.check(0.0, state)
    assert finding is not None
    assert (finding.rule, finding.level, finding.factor, finding.ends) == ("F22", Level.BACKOFF, 0.7, Ends.NOTHING)
    other = running(percussion("GMAX"))
    other.feelings.symptom_serial = 5
    other.feelings.take_key(Key.SHARP)
    finding = rule.check(1.0, other)
    assert finding is not None
    assert finding.ends is Ends.NOTHING, "another point's first"


@pytest.mark.parametrize(
    ("measured_ppm", "set_ppm", "stops"),
    [
        (None, 1700, True),  # no word of the motor: the peak counts
        (1200.0, 1200, True),  # strokes that the low-pass smooths: the peak counts
        (1199.0, 1200, False),  # single strokes pass it: the mean counts
        (600.0, 0, False),
        (599.0, 0, False),
    ],
)
def test_F10_the_peak_is_judged_from_1200_ppm_on(measured_ppm: float | None, set_ppm: int, stops: bool) -> None:
    state = running()
    state.set_ppm = set_ppm
    if measured_ppm is None:
        state.motor = None
    else:
        turn(state, 0.0, measured_ppm)
    push(state, 0.0, 10.0, 31.0)
    assert (OverForce().check(0.0, state) is not None) is stops


@pytest.mark.parametrize(("measured_ppm", "set_ppm", "stops"), [(600.0, 0, True), (599.0, 0, False), (599.0, 1, True)])
def test_F10_below_600_ppm_in_a_soft_stop_the_mean_of_a_second_is_judged(
    measured_ppm: float, set_ppm: int, stops: bool
) -> None:
    state = running()
    for number in range(21):
        push(state, number * 0.05, 10.0)
    push(state, 1.05, 31.0)
    state.set_ppm, state.is_motor_on = set_ppm, True
    turn(state, 1.05, measured_ppm)
    finding = OverForce().check(1.05, state)
    assert (finding is not None) is stops


def test_F12_a_new_step_is_slowed_anew() -> None:
    rule, state = NoContact(), running(speed_ppm=1700)
    found = []
    for number in range(150):
        push(state, number * 0.05, 0.0)
        finding = rule.check(number * 0.05, state)
        found.append(finding)
        if number == 110:
            rule.begin_step()
    assert sum(finding is not None for finding in found) == 1
    for number in range(150, 300):
        push(state, number * 0.05, 0.0)
        finding = rule.check(number * 0.05, state)
        found.append(finding)
    assert sum(finding is not None and finding.level is Level.BACKOFF for finding in found) == 2


def doubted(**push_changes: Any) -> tuple[SensorDoubt, Snapshot]:
    """Return the rule and a running pin with one reading at 10 s."""
    state = running(percussion(mode=Mode.PIN))
    values = {"mean_n": 10.0, "peak_n": 11.0} | push_changes
    push(state, 10.0, **values)
    return SensorDoubt(), state


def test_F35_a_late_reading_takes_30_percent_and_says_so() -> None:
    rule, state = doubted()
    finding = rule.check(10.3, state)
    assert finding is not None
    assert (finding.level, finding.factor) == (Level.BACKOFF, 0.7)
    stopped = rule.check(10.6, state)
    assert stopped is not None
    assert "no force reading for 500 ms" in stopped.text


def test_F35_a_peak_that_is_no_number_is_doubted_as_well() -> None:
    rule, state = doubted(peak_n=math.nan)
    finding = rule.check(10.0, state)
    assert finding is not None
    assert "not a number" in finding.text


def test_F35_what_stops_for_want_of_a_sensor_says_that_there_is_none() -> None:
    rule, state = doubted()
    state.is_sensorless = True
    finding = rule.check(10.0, state)
    assert finding is not None
    assert "there is no force sensor" in finding.text


def test_F35_a_motor_that_is_wanted_and_does_not_turn_yet_needs_no_reading() -> None:
    rule, state = doubted()
    state.is_motor_on = False
    assert rule.check(20.0, state) is None


def test_F35_a_rating_from_before_the_sensor_was_lost_is_not_judged_by_it() -> None:
    state = running(percussion("GMAX", head="ball"))
    rule = SensorDoubt()
    state.feelings.rate(6, 0.0)
    push(state, 0.0, 10.0)
    finding = rule.check(1.0, state)
    assert finding is not None
    assert finding.goes_sensorless
    state.is_sensorless = True
    assert rule.check(1.1, state) is None


def test_the_first_rating_of_a_session_is_judged_by_every_rule_that_judges_ratings() -> None:
    for rule in (SensorDoubt(), Discomfort()):
        state = running(percussion("GMAX", head="ball"), facts(has_sensor=False))
        state.feelings.rate(7, 0.0)
        assert cast(Interlock, rule).check(0.0, state) is not None
    state = running()
    state.feelings.rate(2, 0.0)
    state.feelings.rate(5, 10.0)
    state.feelings.serial = 1
    assert NotResponding().check(10.0, state) is not None


def test_F23_who_was_never_asked_is_asked() -> None:
    rule, state = Silence(), running()
    state.silent_on_s = 60.0
    finding = rule.check(0.0, state)
    assert finding is not None
    assert finding.level is Level.WARN
    assert rule.check(0.1, state) is None
