"""F38–F40, F45 and F48: whether the motor does what was set, and what it reports of itself."""

from __future__ import annotations

import pytest

from massctl.body.terms import Tool
from massctl.devices.capabilities import ForceReading, MotorReading, PowerReading
from massctl.rules import Level
from massctl.session.commands import Key
from massctl.session.events import Phase
from tests.rules.scenes import acted, assert_logged, at_work, off, steady
from tests.session.paper import PaperSession
from tests.session.stage import manual, percussion, plan

# ---------------------------------------------------------------- F38


def stuck_at(share: float, seconds: float) -> PaperSession:
    """Return a steady session whose motor turned at a share of its speed for so long."""
    session = steady()
    session.stuck_until_s, session.stuck_ppm = session.now_s + seconds + 1e-6, share * session.paper.speed_ppm
    session.run(seconds)
    return session


def test_F38_just_below_the_shares_and_times_nothing_happens() -> None:
    assert stuck_at(0.5, 5.0).by("F38") == []
    assert stuck_at(1.149, 5.0).by("F38") == []
    assert stuck_at(0.0, 0.29).by("F38") == []
    assert stuck_at(0.49, 0.49).by("F38") == []


def test_F38_at_the_threshold_a_slow_motor_slows_down_and_a_stuck_one_stops() -> None:
    assert [event.level for event in stuck_at(0.49, 0.56).by("F38")] == [Level.BACKOFF]
    session = stuck_at(0.19, 0.36)
    assert session.by("F38")[-1].level is Level.STOP
    assert off(session)


def test_F38_at_the_threshold_a_runaway_stops() -> None:
    session = stuck_at(1.16, 0.56)
    assert session.by("F38")[-1].level is Level.STOP
    assert "faster" in session.by("F38")[-1].text


def test_F38_recovers_when_the_motor_turns_freely_again() -> None:
    session = stuck_at(0.49, 0.56)
    session.run(5.0)
    assert [event.level for event in session.by("F38")] == [Level.BACKOFF]
    assert session.paper.speed_ppm == 1200
    session.press(Key.FASTER)
    session.run(2.0)
    assert session.told(Level.STOP) == []


def test_F38_in_time_a_stuck_motor_is_off_after_300_ms() -> None:
    session = steady()
    at_s = session.core.at_s()
    session.stuck_until_s = session.now_s + 1.0
    acted(session, "F38", Level.STOP, 1.0)
    assert_logged(session, "F38", Level.STOP, at_s + 0.3, 0.06)
    assert off(session)


# ---------------------------------------------------------------- F39


def power(session: PaperSession, **readings: float | bool) -> None:
    """Let the massager report its power, and one beat pass."""
    session.take(PowerReading(session.now_s, **readings))  # type: ignore[arg-type]
    session.beat()


def test_F39_just_below_the_temperatures_nothing_happens() -> None:
    session = at_work()
    power(session, motor_temperature_c=54.9, skin_temperature_c=37.9)
    assert session.by("F39") == []


@pytest.mark.parametrize(
    ("readings", "level"),
    [
        ({"motor_temperature_c": 55.0}, Level.WARN),
        ({"skin_temperature_c": 38.0}, Level.WARN),
        ({"motor_temperature_c": 60.0}, Level.BACKOFF),
        ({"motor_temperature_c": 70.0}, Level.STOP),
        ({"skin_temperature_c": 41.0}, Level.STOP),
    ],
)
def test_F39_at_the_threshold_it_warns_slows_or_stops(readings: dict[str, float], level: Level) -> None:
    session = at_work()
    power(session, **readings)
    assert session.by("F39")[-1].level is level
    assert off(session) is (level is Level.STOP)


def test_F39_just_below_a_stop_it_only_slows() -> None:
    session = at_work()
    power(session, motor_temperature_c=69.9, skin_temperature_c=40.9)
    assert session.by("F39")[-1].level is Level.BACKOFF
    assert session.paper.speed_ppm == 1200


@pytest.mark.parametrize("still_hot", [{"motor_temperature_c": 60.1}, {"skin_temperature_c": 31.1}])
def test_F39_recovers_only_10_degrees_cooler(still_hot: dict[str, float]) -> None:
    session = at_work()
    power(session, motor_temperature_c=70.0, skin_temperature_c=41.0)
    session.reset()
    session.run(1.0)
    power(session, **still_hot)
    session.press(Key.GO_ON)
    session.run(0.5)
    assert off(session)
    assert session.by("F39")[-1].level is Level.PAUSE
    power(session, motor_temperature_c=60.0, skin_temperature_c=31.0)
    session.press(Key.GO_ON)
    session.run(1.0)
    assert session.paper.speed_ppm > 0


def test_F39_in_time_the_motor_is_off_within_a_beat_of_the_reading() -> None:
    session = at_work()
    session.run(1.0)
    at_s = session.core.at_s()
    power(session, motor_temperature_c=70.0)
    assert_logged(session, "F39", Level.STOP, at_s, 0.05)
    assert off(session)


# ---------------------------------------------------------------- F40


def test_F40_just_below_means_21_percent_warn_of_nothing_and_10_percent_start() -> None:
    session = at_work()
    power(session, battery_percent=20.1)
    assert session.by("F40") == []
    session.press(Key.PAUSE)
    session.run(2.0)
    power(session, battery_percent=10.0)
    session.work()
    assert session.paper.speed_ppm > 0
    power(session, battery_percent=5.1)
    assert session.phase is Phase.WORKING


def test_F40_at_the_threshold_20_percent_warn_and_5_percent_end_the_step() -> None:
    session = at_work(percussion(maximum_s=200.0), manual())
    power(session, battery_percent=20.0)
    assert [event.level for event in session.by("F40")] == [Level.WARN]
    power(session, battery_percent=5.0)
    assert session.by("F40")[-1].level is Level.PAUSE
    assert off(session)
    assert session.core.conductor.step.tool is Tool.BALL


@pytest.mark.parametrize("readings", [{"battery_percent": 9.9}, {"is_charging": True}])
def test_F40_at_the_threshold_no_motor_starts_below_10_percent_or_at_its_charger(
    readings: dict[str, float | bool],
) -> None:
    session = PaperSession(plan(percussion()))
    power(session, **readings)
    session.press(Key.GO_ON)
    session.run(1.0)
    session.press(Key.GO_ON)
    session.run(0.5)
    assert session.by("F40")[-1].level is Level.PAUSE
    assert session.paper.speeds == []


def test_F40_recovers_with_a_charged_battery() -> None:
    session = at_work()
    session.press(Key.PAUSE)
    session.run(2.0)
    power(session, battery_percent=9.0)
    session.press(Key.GO_ON)
    session.run(0.5)
    assert off(session)
    power(session, battery_percent=50.0)
    session.work()
    assert session.paper.speed_ppm > 0


def test_F40_in_time_the_motor_is_off_within_a_beat_of_the_reading() -> None:
    session = at_work()
    session.run(1.0)
    at_s = session.core.at_s()
    power(session, battery_percent=5.0)
    assert_logged(session, "F40", Level.PAUSE, at_s, 0.05)
    assert off(session)


# ---------------------------------------------------------------- F45, the motor's side


def commanded(session: PaperSession, commanded_ppm: float, seconds: float) -> None:
    """Let the massager report another command than this session's, for so long."""
    until_s = session.now_s + seconds
    session.is_motor_heard = False
    while session.now_s < until_s - 1e-6 and session.paper.speed_ppm:
        session.now_s += 0.05
        session.paper.last_frame_at_s = session.now_s
        session.take(
            MotorReading(session.now_s, session.now_s, commanded_ppm, commanded_ppm, session.paper.speed_ppm, True)
        )
        session.core.take(force_now(session))
    session.is_motor_heard = True


def force_now(session: PaperSession) -> ForceReading:
    """Return a fresh force reading."""
    session.noise_n = -session.noise_n
    return ForceReading(session.now_s, session.now_s, 10.0 + session.noise_n, 10.0)


def test_F45_just_below_a_rounded_command_is_ours() -> None:
    session = steady()
    commanded(session, 1700 * 1.02 + 30.0, 3.0)
    assert session.by("F45") == []


def test_F45_at_the_threshold_a_faster_command_is_somebody_elses_and_stops() -> None:
    session = steady()
    commanded(session, 1700 * 1.02 + 31.0, 0.5)
    assert session.by("F45")[-1].level is Level.STOP
    assert off(session)


def test_F45_recovers_by_the_reset_once_the_other_is_gone() -> None:
    session = steady()
    commanded(session, 2400.0, 0.5)
    session.reset()
    session.work()
    session.run(3.0)
    assert session.paper.speed_ppm == 1700


# ---------------------------------------------------------------- F48


def in_a_manual_step() -> PaperSession:
    """Return a session at work with a ball, the massager connected and standing."""
    session = at_work(manual())
    session.run(2.0)
    return session


def test_F48_just_below_a_stroke_in_two_seconds_is_noise() -> None:
    session = in_a_manual_step()
    session.stuck_until_s, session.stuck_ppm = session.now_s + 60.0, 30.0
    session.run(5.0)
    assert session.told() == []


def test_F48_at_the_threshold_a_motor_that_moves_beside_a_manual_tool_is_stopped() -> None:
    session = in_a_manual_step()
    stops = session.paper.stops
    session.stuck_until_s, session.stuck_ppm = session.now_s + 60.0, 31.0
    session.beat()
    assert session.by("F48")[-1].level is Level.STOP
    assert session.paper.stops == stops + 1


def test_F48_recovers_by_the_reset_once_it_stands() -> None:
    session = in_a_manual_step()
    session.stuck_until_s, session.stuck_ppm = session.now_s + 0.1, 1000.0
    session.run(1.0)
    session.reset()
    session.work()
    session.run(5.0)
    assert session.phase is Phase.WORKING
    assert {event.rule for event in session.told(Level.STOP)} == {"F48", "F54"}, "both say it, and F48 is the first"
    assert session.told(Level.STOP)[0].rule == "F48"
