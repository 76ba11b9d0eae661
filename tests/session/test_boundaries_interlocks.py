"""Boundaries of the interlocks that mutation testing has shown to be untested, and each of them without what it looks at."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any, cast

import pytest

from massctl.body.terms import Mode, Side
from massctl.devices.capabilities import PowerReading
from massctl.rules import Level
from massctl.session.commands import Key
from massctl.session.events import Phase
from massctl.session.interlocks import ALL, Ends, Interlock, ended
from massctl.session.interlocks.base import EPSILON_S, reached
from massctl.session.interlocks.dose import (
    BeforeEffort,
    FreeRun,
    MuscleDose,
    PersonsSession,
    PinnedPoints,
    SessionDose,
    SpotDose,
)
from massctl.session.interlocks.force import SensorDoubt
from massctl.session.interlocks.link import LinkSilent
from massctl.session.interlocks.person import Discomfort, NotResponding, OwnCeiling, Silence, Symptom
from massctl.session.snapshot import Drive, Snapshot
from tests.session.stage import facts, manual, percussion, push, question, running, snapshot, turn


@pytest.mark.parametrize(("time_s", "is_reached"), [(59.99, False), (60.0 - EPSILON_S, True), (60.0, True)])
def test_a_time_is_reached_a_microsecond_before_its_limit(time_s: float, *, is_reached: bool) -> None:
    assert reached(time_s, 60.0) is is_reached


def test_words_that_end_a_sentence_keep_their_mark() -> None:
    assert [ended(words) for words in ("Stop", "Stop.", "Stop?", "Stop!")] == ["Stop.", "Stop.", "Stop?", "Stop!"]


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


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_an_interlock_without_a_step_at_hand_raises_nothing(kind: type[Interlock]) -> None:
    of_a_step = {"F2", "F10", "F11", "F13", "F14", "F16"}
    for drive, has_readings in itertools.product(Drive, (False, True)):
        known = dataclasses.replace(facts(), session_max_s=480.0, muscle_max_s=30.0, is_free_run=True, auto_off_s=600.0)
        state = Snapshot(known)
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
