"""F42 and F54: whoever asks for a stop gets it, and it is seen to have come."""

from __future__ import annotations

import math

import pytest

from massctl.devices.capabilities import InputKind, InputPressed, StopAcknowledged
from massctl.rules import Level
from massctl.session import asks
from massctl.session.commands import Key
from massctl.session.events import SeenBy
from tests.rules.scenes import acted, assert_logged, off, steady
from tests.session.paper import PaperSession

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
