"""F33–F37, F42–F44 and F54: lease, link, sensor, stop, clock; and that a stop is seen."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from massctl.devices.capabilities import (
    CommandRefused,
    ForceReading,
    InputKind,
    InputPressed,
    MotorReading,
    StopAcknowledged,
)
from massctl.rules import Level
from massctl.session import asks
from massctl.session.commands import Key
from massctl.session.events import Phase, SeenBy
from tests.rules.scenes import CAP_N, acted, assert_logged, at_work, off
from tests.session.paper import PaperSession
from tests.session.stage import SENSOR, percussion, plan

GMAX = percussion("GMAX", speed_ppm=2000, force_band_n=(8.0, 30.0), maximum_s=200.0)


def steady(**options: object) -> PaperSession:
    """Return a session that has worked for two seconds."""
    session = at_work(**options)  # type: ignore[arg-type]
    session.run(2.0)
    return session


# ---------------------------------------------------------------- F33


def motor(session: PaperSession, *, is_armed: bool = True, fault: str | None = None) -> None:
    """Let the massager report, at once."""
    speed_ppm = session.paper.speed_ppm
    session.take(MotorReading(session.now_s, session.now_s, speed_ppm, speed_ppm, speed_ppm, is_armed, fault))


def test_F33_just_below_half_a_second_behind_a_start_old_telemetry_stops_nothing() -> None:
    session = at_work()
    session.press(Key.PAUSE)
    session.run(2.0)
    session.press(Key.GO_ON)
    session.now_s += 0.45
    motor(session, is_armed=False)
    assert session.by("F33") == []


@pytest.mark.parametrize("case", ["lapsed", "fault", "refused"])
def test_F33_at_the_threshold_a_lapsed_lease_a_fault_or_a_refusal_stops(case: str) -> None:
    session = steady()
    match case:
        case "lapsed":
            motor(session, is_armed=False)
        case "fault":
            motor(session, fault="the driver is too hot")
        case _:
            session.take(CommandRefused(session.now_s, "SetSpeed", "busy"))
    assert session.by("F33")[-1].level is Level.STOP
    assert off(session)


def test_F33_at_the_threshold_the_lease_is_renewed_every_250_ms_and_not_once_more_behind_a_stop() -> None:
    session = steady()
    before = session.paper.renewals
    session.run(10.0)
    assert session.paper.renewals - before == 40
    session.press(Key.STOP)
    before = session.paper.renewals
    session.run(5.0)
    assert session.paper.renewals == before


def test_F33_recovers_by_the_reset_once_the_fault_is_gone() -> None:
    session = steady()
    motor(session, fault="the driver is too hot")
    session.reset()
    session.work()
    assert session.paper.speed_ppm > 0


def test_F33_in_time_the_stop_is_written_in_the_callback_of_the_reading() -> None:
    session = steady()
    at_s = session.core.at_s()
    motor(session, is_armed=False)
    assert_logged(session, "F33", Level.STOP, at_s, 0.0)
    assert off(session)


# ---------------------------------------------------------------- F34


def silent(session: PaperSession, seconds: float) -> None:
    """Let the massager say nothing for so long, and then speak again."""
    session.is_motor_heard = False
    session.run(seconds)
    session.is_motor_heard = True


def test_F34_just_below_750_ms_of_silence_nothing_happens() -> None:
    session = steady()
    silent(session, 0.75)
    session.run(2.0)
    assert session.by("F34") == []


def test_F34_at_the_threshold_a_silence_of_more_than_750_ms_stops() -> None:
    session = steady()
    silent(session, 0.8)
    assert session.by("F34")[-1].level is Level.STOP
    assert off(session)
    assert session.phase is Phase.RECONNECTING


def test_F34_recovers_only_by_a_press_at_70_percent_of_the_speed_before() -> None:
    session = steady()
    session.press(Key.SKIP)
    session = at_work(GMAX)
    session.run(6.0)
    assert session.paper.speed_ppm == 2000
    silent(session, 0.8)
    session.run(2.0)
    session.relink()
    session.run(5.0)
    assert off(session)
    assert session.phase is Phase.PAUSED
    session.work()
    session.run(5.0)
    assert session.paper.speed_ppm == 1400


def test_F34_recovers_by_the_two_steps_where_something_else_had_stopped_meanwhile() -> None:
    session = steady()
    silent(session, 0.8)
    session.press(Key.STOP)
    session.relink()
    session.press(Key.GO_ON)
    session.run(1.0)
    assert off(session)
    session.reset()
    session.work()
    assert session.paper.speed_ppm > 0


def test_F34_in_time_the_stop_is_written_at_the_first_beat_behind_750_ms() -> None:
    session = steady()
    at_s = session.core.at_s()
    silent(session, 1.0)
    assert_logged(session, "F34", Level.STOP, at_s + 0.75, 0.05)


# ---------------------------------------------------------------- F35


def unheard(session: PaperSession, seconds: float) -> None:
    """Let the force sensor say nothing for so long."""
    session.is_force_heard = False
    session.run(seconds)
    session.is_force_heard = True


def readings(session: PaperSession, value_n: float, seconds: float, *, is_saturated: bool = False) -> None:
    """Let the force sensor say the same for so long, fifty times a second."""
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


# ---------------------------------------------------------------- F42


def test_F42_just_below_a_stop_a_pause_takes_the_motor_off_at_once_and_latches_nothing() -> None:
    session = steady()
    stops = session.paper.stops
    session.press(Key.PAUSE)
    assert off(session)
    assert session.paper.stops == stops + 1
    assert session.core.supervisor.tripped is None
    session.press(Key.GO_ON)
    session.run(0.1)
    assert session.paper.speed_ppm == 1700


@pytest.mark.parametrize("origin", ["keyboard", "pedal", "socket", "SIGTERM", "SIGHUP", "SIGINT", "parent death"])
def test_F42_at_the_threshold_whoever_asks_for_a_stop_gets_it_latched(origin: str) -> None:
    session = steady()
    if origin == "pedal":
        session.take(InputPressed(session.now_s, InputKind.PEDAL_HELD))
    else:
        session.core.emergency_stop(origin)
    assert off(session)
    session.press(Key.GO_ON)
    session.run(1.0)
    assert off(session)
    assert session.by("F42")[-1].level is Level.STOP
    assert (session.core.end is None) is (origin in {"keyboard", "pedal"})


def test_F42_recovers_by_two_keys_in_their_order_and_by_nothing_else() -> None:
    session = steady()
    session.press(Key.STOP)
    session.run(2.0)
    for key in (Key.CONFIRM, Key.GO_ON, Key.SKIP, Key.BACK, Key.FASTER):
        session.press(key)
        assert session.core.supervisor.tripped is not None
    session.press(Key.RELEASE)
    assert session.core.supervisor.tripped is not None
    session.press(Key.CONFIRM)
    assert session.core.supervisor.tripped is None
    assert off(session)
    session.work()
    assert session.paper.speed_ppm > 0


def test_F42_in_time_the_motor_is_off_before_the_key_returns_even_if_a_driver_raises() -> None:
    session = steady()
    session.paper.raises = OSError("the port is gone")
    at_s = session.core.at_s()
    session.press(Key.STOP)
    assert session.core.snapshot.set_ppm == 0
    assert session.timer.until_s == -math.inf, "the relay opens whatever the massager's driver does"
    assert_logged(session, "F42", Level.STOP, at_s, 0.0)


# ---------------------------------------------------------------- F44


def gap(session: PaperSession, seconds: float) -> None:
    """Let this program stand still for so long: no check, no reading; then both at once."""
    session.now_s += seconds - 0.05
    session.paper.last_frame_at_s = session.now_s + 0.05
    if session.gauge is not None:
        session.gauge.last_frame_at_s = session.now_s + 0.05
    session.beat()


def test_F44_just_below_two_seconds_without_a_check_and_half_a_second_of_sleep_nothing_happens() -> None:
    session = steady()
    session.core.snapshot.suspended_s += 0.5
    session.run(1.0)
    gap(session, 2.0)
    assert session.by("F44") == []


def test_F44_at_the_threshold_a_gap_or_a_suspend_stops() -> None:
    session = steady()
    gap(session, 2.01)
    assert session.by("F44")[-1].level is Level.STOP
    session = steady()
    session.core.snapshot.suspended_s += 0.51
    session.beat()
    assert session.by("F44")[-1].level is Level.STOP
    assert off(session)


def test_F44_recovers_by_the_reset_and_does_not_stop_twice_for_one_gap() -> None:
    session = steady()
    gap(session, 5.0)
    session.reset()
    session.work()
    session.run(5.0)
    assert len(session.by("F44")) == 1
    assert session.paper.speed_ppm > 0


def test_F44_in_time_the_stop_is_written_at_the_first_check_behind_the_gap() -> None:
    session = steady()
    at_s = session.core.at_s()
    gap(session, 3.0)
    assert_logged(session, "F44", Level.STOP, at_s + 3.0, 0.0)
    assert off(session)


# ---------------------------------------------------------------- F54


def stopped_and_turning_for(seconds: float) -> PaperSession:
    """Return a session behind an emergency stop whose motor turned on for so long."""
    session = steady()
    session.press(Key.STOP)
    session.stuck_until_s, session.stuck_ppm = session.now_s + seconds, 1000.0
    session.take(StopAcknowledged(session.now_s))
    session.run(max(seconds, 1.0) + 0.5)
    return session


def test_F54_just_below_1_5_s_a_standstill_is_seen() -> None:
    (seen,) = stopped_and_turning_for(1.4).stops_seen()
    assert seen.seen_by is SeenBy.MEASURED
    assert seen.is_confirmed
    assert seen.standstill_s == pytest.approx(1.45, abs=0.06)
    assert seen.acknowledged_s == 0.0


def test_F54_at_the_threshold_1_5_s_without_standstill_stop_is_repeated_until_a_person_answers() -> None:
    session = steady()
    session.press(Key.STOP)
    session.stuck_until_s, session.stuck_ppm = math.inf, 1000.0
    session.run(2.0)
    assert [seen.is_confirmed for seen in session.stops_seen()] == [False]
    assert session.stops_seen()[0].at_s == pytest.approx(session.by("F42")[0].at_s + 1.5, abs=0.06)
    before = session.paper.stops
    session.run(5.0)
    assert session.paper.stops - before in {9, 10}
    assert any(asks.NOT_CONFIRMED in getattr(event, "ask", "") for event in session.events)
    session.press(Key.RELEASE)
    before = session.paper.stops
    session.run(5.0)
    assert session.paper.stops == before


def test_F54_at_the_threshold_a_pause_that_nobody_saw_becomes_a_stop() -> None:
    session = steady()
    session.stuck_until_s, session.stuck_ppm = session.now_s + 5.0, 1000.0
    session.press(Key.PAUSE)
    assert acted(session, "F54", Level.STOP) == pytest.approx(1.5, abs=0.06)


def test_F54_recovers_when_a_late_standstill_is_seen_after_all() -> None:
    session = stopped_and_turning_for(3.0)
    assert [seen.is_confirmed for seen in session.stops_seen()] == [False, True]
    session.reset()
    session.work()
    assert session.paper.speed_ppm > 0


def test_F54_in_time_a_stop_is_written_at_once_and_repeated_from_half_a_second_on() -> None:
    session = steady()
    stops = session.paper.stops
    session.stuck_until_s, session.stuck_ppm = session.now_s + 60.0, 1000.0
    at_s = session.core.at_s()
    session.press(Key.PAUSE)
    assert session.paper.stops == stops + 1
    session.run(0.55)
    assert session.paper.stops == stops + 2
    session.run(1.5)
    assert_logged(session, "F54", Level.STOP, at_s + 1.5, 0.1)
