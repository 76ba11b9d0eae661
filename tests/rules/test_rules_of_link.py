"""F33, F34 and F44: the lease, a link that is silent, and a host that stood still."""

from __future__ import annotations

import pytest

from massctl.devices.capabilities import CommandRefused, MotorReading
from massctl.rules import Level
from massctl.session.commands import Key
from massctl.session.events import Phase
from tests.rules.scenes import GMAX, assert_logged, at_work, off, steady
from tests.session.paper import PaperSession

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
