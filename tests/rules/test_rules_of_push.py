"""F10, F11, F12: too much push, too much pressure, no contact."""

from __future__ import annotations

import pytest

from massctl.body.atlas import Atlas
from massctl.body.limits import force_max_n
from massctl.body.terms import Mode, Tool
from massctl.devices.capabilities import ForceReading
from massctl.rules import Level
from massctl.session.commands import Key
from massctl.session.events import Phase
from massctl.units import force_n_from_kg_cm2
from tests.rules.scenes import CAP_N, acted, assert_logged, at_work, off
from tests.session.paper import PaperSession
from tests.session.stage import manual

# ---------------------------------------------------------------- F10


def sample(session: PaperSession, push_n: float) -> None:
    """Let one force sample arrive, at once."""
    session.take(ForceReading(session.now_s, session.now_s, push_n, push_n))


def test_F10_just_below_the_cap_nothing_happens() -> None:
    session = at_work()
    session.push_n = CAP_N - 0.01
    session.run(10.0)
    assert session.by("F10") == []
    assert session.paper.speed_ppm == 1700


def test_F10_just_below_the_limit_of_one_sample_nothing_stops() -> None:
    session = at_work()
    sample(session, 1.5 * CAP_N)
    assert session.by("F10") == []


def test_F10_at_the_threshold_a_mean_above_the_cap_slows_by_30_percent() -> None:
    session = at_work()
    session.push_n = CAP_N + 0.1
    acted(session, "F10", Level.BACKOFF, 1.1)
    assert session.paper.speed_ppm == 1200, "0.7 of 1,700 is 1,190: below the device's lowest"


def test_F10_at_the_threshold_125_percent_for_150_ms_pauses() -> None:
    session = at_work()
    session.push_n = 1.25 * CAP_N + 0.1
    assert acted(session, "F10", Level.PAUSE, 1.0) == pytest.approx(0.2)  # the first of four samples, 50 ms apart
    assert off(session)


def test_F10_at_the_threshold_one_sample_above_150_percent_stops() -> None:
    session = at_work()
    sample(session, 1.5 * CAP_N + 0.1)
    assert session.by("F10")[-1].level is Level.STOP
    assert off(session)


def test_F10_at_the_threshold_no_place_of_the_body_stands_above_80_n() -> None:
    for region in Atlas.load().regions():
        assert 1.5 * force_max_n(region, 100.0) <= 80.0, region.id


def test_F10_at_the_threshold_still_above_3_s_after_the_slowing_stops() -> None:
    session = at_work()
    session.push_n = CAP_N + 1.0
    acted(session, "F10", Level.BACKOFF)
    assert acted(session, "F10", Level.STOP) == pytest.approx(3.0, abs=0.06)


def test_F10_recovers_when_the_push_comes_down_in_time_and_only_plus_makes_it_faster() -> None:
    session = at_work()
    session.push_n = CAP_N + 1.0
    acted(session, "F10", Level.BACKOFF)
    session.push_n = 10.0
    session.run(10.0)
    assert session.told(Level.STOP) == []
    assert session.paper.speed_ppm == 1200
    session.press(Key.FASTER)
    assert session.paper.speed_ppm == 1300


def test_F10_recovers_from_the_pause_by_enter_and_from_the_stop_by_two_steps() -> None:
    session = at_work()
    session.push_n = 1.25 * CAP_N + 0.1
    acted(session, "F10", Level.PAUSE)
    session.push_n = 10.0
    session.work()
    assert session.paper.speed_ppm > 0
    sample(session, 1.5 * CAP_N + 0.1)
    session.press(Key.GO_ON)
    session.run(1.0)
    assert off(session)
    session.reset()
    session.work()
    assert session.paper.speed_ppm > 0


def test_F10_in_time_the_stop_is_written_in_the_callback_of_the_sample() -> None:
    session = at_work()
    at_s, stops = session.core.at_s(), session.paper.stops
    sample(session, 1.5 * CAP_N + 0.1)
    assert session.paper.stops == stops + 1
    assert_logged(session, "F10", Level.STOP, at_s, 0.0)
    session.until(lambda: bool(session.stops_seen()))
    seen = session.stops_seen()[-1]
    assert (seen.rule, seen.written_s, seen.is_confirmed) == ("F10", 0.0, True)
    assert seen.standstill_s is not None
    assert seen.standstill_s <= 1.5


# ---------------------------------------------------------------- F11


def pressing(mode: Mode = Mode.PIN, tool: Tool = Tool.BALL) -> PaperSession:
    """Return a session at work with a tool whose pressure on 1 cm² is measured."""
    return at_work(manual(mode=mode, tool=tool, pressure_band_kg_cm2=(1.5, 2.5), head_area_cm2=1.0))


def test_F11_just_below_the_pressures_nothing_happens() -> None:
    session = pressing()
    session.push_n = force_n_from_kg_cm2(3.5, 1.0) - 0.01
    session.run(5.0)
    assert session.by("F11") == []


def test_F11_at_the_threshold_of_343_kpa_it_pauses_and_of_490_kpa_it_stops() -> None:
    session = pressing()
    session.push_n = force_n_from_kg_cm2(3.5, 1.0) + 0.01
    acted(session, "F11", Level.PAUSE, 0.1)
    session = pressing()
    sample(session, force_n_from_kg_cm2(5.0, 1.0) + 0.01)
    assert session.by("F11")[-1].level is Level.STOP


def test_F11_at_the_threshold_of_735_kpa_a_measurement_stops() -> None:
    session = pressing(Mode.RAMP, Tool.ALGOMETER)
    sample(session, force_n_from_kg_cm2(7.5, 1.0) - 0.01)
    assert session.by("F11") == []
    sample(session, force_n_from_kg_cm2(7.5, 1.0) + 0.01)
    assert session.by("F11")[-1].level is Level.STOP


def test_F11_recovers_from_the_pause_by_enter() -> None:
    session = pressing()
    session.push_n = force_n_from_kg_cm2(3.5, 1.0) + 0.01
    acted(session, "F11", Level.PAUSE)
    session.push_n = 15.0
    session.work()
    session.run(5.0)
    assert session.phase is Phase.WORKING


# ---------------------------------------------------------------- F12


def test_F12_just_below_five_seconds_in_the_air_nothing_happens() -> None:
    session = at_work()
    session.push_n = 1.9
    session.run(4.9)
    assert session.by("F12") == []


def test_F12_just_below_means_two_newtons_are_contact() -> None:
    session = at_work()
    session.push_n = 2.001
    session.run(30.0)
    assert session.by("F12") == []


def test_F12_at_the_threshold_five_seconds_slow_to_the_points_lowest_and_twenty_pause() -> None:
    session = at_work()
    session.push_n = 1.9
    assert acted(session, "F12", Level.BACKOFF) == pytest.approx(5.05, abs=0.06)
    assert session.paper.speed_ppm == 1500
    assert acted(session, "F12", Level.PAUSE) == pytest.approx(15.0, abs=0.06)
    assert off(session)


def test_F12_recovers_with_contact_and_stays_slow_until_plus() -> None:
    session = at_work()
    session.push_n = 0.0
    acted(session, "F12", Level.BACKOFF)
    session.push_n = 10.0
    session.run(30.0)
    assert [event.level for event in session.by("F12")] == [Level.BACKOFF]
    assert session.paper.speed_ppm == 1500
    session.press(Key.FASTER)
    assert session.paper.speed_ppm == 1600


def test_F12_recovers_from_the_pause_by_enter_with_a_new_count() -> None:
    session = at_work()
    session.push_n = 0.0
    acted(session, "F12", Level.PAUSE)
    session.work()
    session.run(4.0)
    assert len(session.by("F12")) == 2
    assert session.phase is Phase.WORKING


def test_F12_in_time_the_pause_comes_20_s_after_the_last_contact_and_the_motor_is_off_at_once() -> None:
    session = at_work()
    session.push_n, at_s = 0.0, session.core.at_s()
    acted(session, "F12", Level.PAUSE)
    event = assert_logged(session, "F12", Level.PAUSE, at_s + 20.0, 0.1)
    assert off(session)
    assert session.core.at_s() == event.at_s
