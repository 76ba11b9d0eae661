"""F35–F37: readings of the push that are late, not to be believed, off zero or guessed."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from massctl.devices.capabilities import ForceReading, MotorReading
from massctl.rules import Level
from massctl.session import asks
from massctl.session.commands import Key
from tests.rules.scenes import CAP_N, GMAX, acted, assert_logged, at_work, off, steady
from tests.session.paper import PaperSession
from tests.session.stage import SENSOR, percussion, plan

# ---------------------------------------------------------------- F35


def unheard(session: PaperSession, seconds: float) -> None:
    """Let the force sensor say nothing for so long."""
    session.is_force_heard = False
    session.run(seconds)
    session.is_force_heard = True


def readings(session: PaperSession, value_n: float, seconds: float, *, is_saturated: bool = False) -> None:
    """Let the force sensor say the same for so long, twenty times a second."""
    session.is_force_heard = False
    for _ in range(round(seconds / 0.05)):
        session.now_s += 0.05
        session.gauge.last_frame_at_s = session.paper.last_frame_at_s = session.now_s  # type: ignore[union-attr]
        speed_ppm = session.paper.speed_ppm
        session.take(MotorReading(session.now_s, session.now_s, speed_ppm, speed_ppm, speed_ppm, True))
        session.take(ForceReading(session.now_s, session.now_s, value_n, value_n, is_saturated))
    session.is_force_heard = True


def test_F35_just_below_250_ms_an_old_sample_is_held() -> None:
    session = steady()
    unheard(session, 0.25)
    session.run(1.0)
    assert session.by("F35") == []


def test_F35_at_the_threshold_250_ms_slow_down_and_500_ms_stop() -> None:
    session = steady()
    unheard(session, 0.5)
    assert [event.level for event in session.by("F35")] == [Level.BACKOFF]
    unheard(session, 0.05)
    session = steady()
    unheard(session, 0.55)
    assert [event.level for event in session.by("F35")] == [Level.BACKOFF, Level.STOP]
    assert off(session)


@pytest.mark.parametrize(
    ("value_n", "is_saturated", "seconds"),
    [(80.0 / 8, True, 0.25), (-2.1, False, 0.55), (10.0, False, 2.05)],
    ids=["saturated for 0.2 s", "below -2 N for 0.5 s", "unchanged for 2 s"],
)
def test_F35_at_the_threshold_a_reading_not_to_be_believed_stops_and_just_before_it_does_not(
    value_n: float, is_saturated: bool, seconds: float
) -> None:
    session = steady()
    readings(session, value_n, seconds - 0.1, is_saturated=is_saturated)
    assert session.told(Level.STOP) == []
    readings(session, value_n, 0.15, is_saturated=is_saturated)
    assert session.by("F35")[-1].level is Level.STOP
    assert off(session)


def test_F35_at_the_threshold_a_reading_that_is_no_number_stops_at_once() -> None:
    session = steady()
    session.take(ForceReading(session.now_s, session.now_s, math.nan, math.nan))
    assert session.by("F35")[-1].level is Level.STOP


def test_F35_just_below_minus_2_n_is_still_a_zero() -> None:
    session = steady()
    readings(session, -2.0, 1.5)
    assert session.by("F35") == []


def test_F35_recovers_from_a_late_sample_when_it_comes_again() -> None:
    session = steady()
    unheard(session, 0.3)
    session.run(10.0)
    assert [event.level for event in session.by("F35")] == [Level.BACKOFF]
    session.press(Key.FASTER)
    session.run(1.0)
    assert session.paper.speed_ppm == 1300


def test_F35_recovers_in_a_sweep_of_a_large_muscle_without_the_sensor_at_1800_at_most() -> None:
    session = at_work(GMAX)
    session.run(6.0)
    assert session.paper.speed_ppm == 2000
    unheard(session, 0.7)
    assert session.told(Level.STOP) == []
    assert session.paper.speed_ppm <= 1800
    for _ in range(8):
        session.press(Key.FASTER)
        session.is_force_heard = False
        session.gauge.last_frame_at_s = session.now_s  # type: ignore[union-attr]
        session.beat()
    assert session.paper.speed_ppm == 1800


def test_F35_in_time_the_stop_is_written_within_a_beat_of_the_500_ms() -> None:
    session = steady()
    at_s = session.core.at_s()
    unheard(session, 0.7)
    assert_logged(session, "F35", Level.STOP, at_s + 0.5, 0.06)


# ---------------------------------------------------------------- F36


def zeroed_with(*left_n: float, drift_n_per_s: float = 0.0) -> PaperSession:
    """Return a session after so many tries to set the sensor to zero, each with a rest."""
    session = PaperSession(plan(percussion()), begins=False)
    session.core.open(session.now_s)
    for each_n in left_n:
        session.press(Key.GO_ON)
        session.zero_n = each_n
        for _ in range(100):
            session.zero_n += drift_n_per_s * 0.05
            if session.core.end is None and session.core.tare is not None:
                session.beat()
    return session


def test_F36_just_below_2_n_and_1_n_a_minute_the_zero_is_good() -> None:
    session = zeroed_with(1.99)
    assert session.core.tare is None
    assert session.by("F36") == []
    assert zeroed_with(0.1, drift_n_per_s=0.98 / 60).core.tare is None


@pytest.mark.parametrize(("left_n", "drift_n_per_s"), [(2.01, 0.0), (-2.01, 0.0), (0.1, 1.02 / 60)])
def test_F36_at_the_threshold_it_is_asked_for_again_and_the_third_failure_blocks(
    left_n: float, drift_n_per_s: float
) -> None:
    session = zeroed_with(left_n, left_n, drift_n_per_s=drift_n_per_s)
    assert session.core.tare is not None
    assert session.core.end is None
    session = zeroed_with(left_n, left_n, left_n, drift_n_per_s=drift_n_per_s)
    assert session.by("F36")[-1].level is Level.BLOCK
    assert session.core.end is not None
    assert session.core.end.rule == "F36"


def test_F36_recovers_with_a_good_second_try() -> None:
    session = zeroed_with(5.0, 0.5)
    assert session.core.tare is None
    session.work()
    assert session.paper.speed_ppm > 0


# ---------------------------------------------------------------- F37


def estimated() -> PaperSession:
    """Return a session at work whose force is guessed from the motor."""
    return at_work(sensor=replace(SENSOR, is_estimated=True))


def test_F37_just_below_four_fifths_of_the_cap_nothing_happens() -> None:
    session = estimated()
    session.push_n = 0.8 * CAP_N - 0.01
    session.run(5.0)
    assert session.told() == []


def test_F37_at_the_threshold_the_cap_is_four_fifths_and_the_screen_says_that_it_is_estimated() -> None:
    session = estimated()
    session.push_n = 0.8 * CAP_N + 0.05
    acted(session, "F10", Level.BACKOFF, 2.0)
    facts = session.core.snapshot.facts
    assert any("estimated" in text and "[F37]" in text for text in asks.warnings(session.core.plan, facts))


def test_F37_recovers_with_a_sensor_that_measures() -> None:
    session = at_work()
    session.push_n = 0.8 * CAP_N + 0.05
    session.run(5.0)
    assert session.told() == []
    assert not any("[F37]" in text for text in asks.warnings(session.core.plan, session.core.snapshot.facts))
