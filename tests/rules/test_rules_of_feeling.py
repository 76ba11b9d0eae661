"""F20–F26: what a person says, or does not say, and what follows from it."""

from __future__ import annotations

import pytest

from massctl.body.terms import End, Mode, Side, Tool
from massctl.faces.felt import felt
from massctl.rules import Level
from massctl.session.commands import Key
from massctl.session.events import DiscomfortRated, Phase, PhaseChanged, StepEnded
from massctl.session.feelings import CORRECTION_S
from massctl.units import force_n_from_kg_cm2
from tests.rules.scenes import acted, assert_logged, at_work, off
from tests.session.paper import PaperSession
from tests.session.stage import manual, percussion, plan, question


def rate(session: PaperSession, value: int, after_s: float = 6.0) -> None:
    """Rate, long enough after what was said before that it corrects nothing."""
    session.run(after_s)
    session.press(Key.DISCOMFORT, value)


def last_ask(session: PaperSession) -> str:
    """Return what was asked last."""
    return [event.ask for event in session.events if isinstance(event, PhaseChanged)][-1]


def outcomes(session: PaperSession) -> list[str]:
    """Return how the steps so far ended."""
    return [event.outcome for event in session.events if isinstance(event, StepEnded)]


# ---------------------------------------------------------------- F20


def test_F20_just_below_a_rating_of_6_changes_nothing() -> None:
    session = at_work()
    rate(session, 6)
    session.run(1.0)
    assert session.by("F20") == []
    assert session.paper.speed_ppm == 1700
    assert session.core.supervisor.force_factor == 1.0


def test_F20_at_the_threshold_7_slows_and_asks_for_less_force() -> None:
    session = at_work()
    rate(session, 7)
    assert session.by("F20")[-1].level is Level.BACKOFF
    assert session.paper.speed_ppm == 1360
    assert session.core.supervisor.force_factor == 0.75


def test_F20_at_the_threshold_8_pauses_and_the_third_time_stops() -> None:
    session = at_work(percussion("GMAX", speed_ppm=2000, maximum_s=200.0))
    for level in (Level.PAUSE, Level.PAUSE, Level.STOP):
        rate(session, 8)
        assert session.by("F20")[-1].level is level
        assert off(session)
        if level is Level.PAUSE:
            session.work()


def test_F20_a_correction_in_the_pause_is_told_and_starts_nothing() -> None:
    session = at_work()
    rate(session, 6)
    rate(session, 8)
    session.run(1.0)
    session.press(Key.DISCOMFORT, 5)
    session.run(1.0)
    assert (session.phase, off(session)) == (Phase.PAUSED, True)
    assert "5 counts" in last_ask(session)


def test_F20_recovers_gentler_by_enter() -> None:
    session = at_work()
    rate(session, 8)
    session.work()
    session.run(4.0)
    assert session.paper.speed_ppm == 1360


def test_F20_recovers_when_the_rating_is_corrected_within_5_s() -> None:
    session = at_work(percussion(maximum_s=200.0), percussion("GMAX", speed_ppm=2000, maximum_s=200.0))
    for _ in range(2):
        rate(session, 8)
        session.press(Key.DISCOMFORT, 6)
        session.work()
    session.press(Key.SKIP)
    session.work()
    rate(session, 8)
    assert session.by("F20")[-1].level is Level.PAUSE, "it is the first that was not taken back"


def test_F20_in_time_the_motor_is_off_before_the_key_returns() -> None:
    session = at_work()
    session.run(1.0)
    at_s = session.core.at_s()
    session.press(Key.DISCOMFORT, 8)
    assert off(session)
    assert_logged(session, "F20", Level.PAUSE, at_s, 0.0)


# ---------------------------------------------------------------- F21


def test_F21_just_below_a_rise_of_two_goes_on() -> None:
    session = at_work()
    rate(session, 2)
    rate(session, 4)
    assert session.by("F21") == []
    assert session.phase is Phase.WORKING


def test_F21_at_the_threshold_a_rise_of_three_ends_the_point_on_this_side() -> None:
    session = at_work(percussion(maximum_s=200.0), percussion(mode=Mode.PIN), percussion(side=Side.RIGHT))
    rate(session, 2)
    rate(session, 5)
    assert session.by("F21")[-1].level is Level.PAUSE
    assert off(session)
    session.run(CORRECTION_S)
    assert (session.phase, outcomes(session)) == (Phase.PAUSED, []), "it may still be corrected"
    session.run(0.1)
    assert outcomes(session) == ["not responding"]
    assert session.core.conductor.step.side is Side.RIGHT, "the pin on the same point and side is left out"


@pytest.mark.parametrize("high", [6, 8])
def test_F21_recovers_by_a_correction_of_the_mistyped_rating(high: int) -> None:
    session = at_work(percussion(maximum_s=200.0))
    rate(session, 3)
    rate(session, high)
    assert off(session)
    session.run(1.0)
    session.press(Key.GO_ON)
    session.run(1.0)
    assert (session.phase, off(session)) == (Phase.PAUSED, True), "no start on a point that may be over"
    session.press(Key.DISCOMFORT, 3)
    session.run(2 * CORRECTION_S)
    assert (session.phase, off(session), outcomes(session)) == (Phase.PAUSED, True, []), "nothing starts by itself"
    assert "3 counts" in last_ask(session)
    session.press(Key.GO_ON)
    session.run(3.0)
    assert session.phase is Phase.WORKING


def test_F21_a_correction_that_is_too_high_still_ends_the_point() -> None:
    session = at_work(percussion(maximum_s=200.0))
    rate(session, 3)
    rate(session, 9)
    session.run(1.0)
    session.press(Key.DISCOMFORT, 6)
    assert "from 3 to 6" in last_ask(session)
    session.run(CORRECTION_S + 0.1)
    assert outcomes(session) == ["not responding"]


def test_F21_at_the_threshold_what_has_not_fallen_after_the_second_pass_is_over() -> None:
    session = at_work(
        *(percussion(mode=Mode.PIN, maximum_s=30.0, pass_number=number, passes=3) for number in (1, 2, 3)),
    )
    for _ in (1, 2):
        rate(session, 5, 1.0)
        session.until(lambda: session.phase is not Phase.WORKING, 60.0)
        session.until(lambda: session.phase in {Phase.RATING, Phase.RESTING, Phase.DONE}, 60.0)
        if session.phase is Phase.RATING:
            session.press(Key.DISCOMFORT, 5)
            session.run(1.0)
        if not session.core.conductor.is_over:
            session.work()
    assert session.by("F21")[-1].level is Level.WARN
    assert outcomes(session)[-1] == "not responding"
    assert session.core.conductor.is_over, "there is no third pass"


def test_F21_recovers_on_the_other_side() -> None:
    session = at_work(percussion(maximum_s=200.0), percussion(side=Side.RIGHT))
    rate(session, 2)
    rate(session, 5)
    session.run(CORRECTION_S + 0.1)
    session.work()
    assert session.paper.speed_ppm == 1700


# ---------------------------------------------------------------- F22


def test_F22_just_below_the_first_sharp_pain_is_one_gentler_try() -> None:
    session = at_work()
    session.press(Key.SHARP)
    assert session.by("F22")[-1].level is Level.PAUSE
    session.work()
    session.run(4.0)
    assert session.paper.speed_ppm == 1200, "0.7 of 1,700 is below the device's lowest"
    assert session.core.snapshot.closed == set()


@pytest.mark.parametrize("key", [Key.NUMB, Key.DIZZY, Key.NAUSEA])
def test_F22_at_the_threshold_numb_dizzy_or_nauseous_stops_and_the_point_is_over_on_both_sides(key: Key) -> None:
    session = at_work(percussion(), percussion(side=Side.RIGHT), percussion("GMAX", speed_ppm=1700))
    session.press(key)
    assert session.by("F22")[-1].level is Level.STOP
    assert off(session)
    session.reset()
    assert session.core.conductor.step.label.startswith("Gluteus maximus")


def test_F22_at_the_threshold_the_second_sharp_pain_ends_the_point() -> None:
    session = at_work(percussion(), percussion("GMAX", speed_ppm=1700))
    session.press(Key.SHARP)
    session.work()
    session.press(Key.SHARP)
    assert outcomes(session) == ["stopped"]
    assert off(session)


def test_F22_recovers_by_the_reset_on_another_point() -> None:
    session = at_work(percussion(), percussion("GMAX", speed_ppm=1700))
    session.press(Key.NUMB)
    session.press(Key.GO_ON)
    assert off(session)
    session.reset()
    session.work()
    assert session.paper.speed_ppm == 1700
    session.press(Key.BACK)
    session.run(1.0)
    assert session.core.conductor.step.label.startswith("Gluteus maximus"), "no way leads back to it"


def test_F22_in_time_the_motor_is_off_before_the_key_returns() -> None:
    session = at_work()
    session.run(1.0)
    at_s = session.core.at_s()
    session.press(Key.DIZZY)
    assert off(session)
    assert_logged(session, "F22", Level.STOP, at_s, 0.0)


# ---------------------------------------------------------------- F23


def test_F23_just_below_60_s_of_silence_nobody_is_asked() -> None:
    session = at_work()
    session.core.snapshot.silent_on_s = 0.0
    session.run(59.8)
    assert session.by("F23") == []


def test_F23_at_the_threshold_60_s_ask_and_20_s_more_stop() -> None:
    session = at_work()
    session.core.snapshot.silent_on_s = 0.0
    assert acted(session, "F23", Level.WARN) == pytest.approx(60.0, abs=0.1)
    assert session.paper.speed_ppm == 1700
    assert acted(session, "F23", Level.STOP) == pytest.approx(20.0, abs=0.1)
    assert off(session)


@pytest.mark.parametrize("key", [Key.FASTER, Key.SOFTER, Key.EXTEND])
def test_F23_recovers_by_any_key(key: Key) -> None:
    session = at_work()
    acted(session, "F23", Level.WARN)
    session.press(key)
    session.run(59.5)
    assert session.told(Level.STOP) == []


def test_F23_recovers_by_a_push_that_changes() -> None:
    session = at_work()
    acted(session, "F23", Level.WARN)
    session.push_n = 12.0
    session.run(59.5)
    assert session.told(Level.STOP) == []


def test_F23_in_time_the_stop_is_written_within_a_beat_of_the_80_s() -> None:
    session = at_work()
    session.core.snapshot.silent_on_s = 0.0
    at_s = session.core.at_s()
    acted(session, "F23", Level.STOP)
    assert_logged(session, "F23", Level.STOP, at_s + 80.0, 0.1)


# ---------------------------------------------------------------- F24


def asked(session: PaperSession) -> list[str]:
    """Return what was asked."""
    return [event.ask for event in session.events if isinstance(event, PhaseChanged) and "0–10" in event.ask]


def in_a_pin() -> PaperSession:
    """Return a session at work on a pin of 60 s, out of its band, so that it lasts."""
    session = at_work(percussion("GMED", Mode.PIN, speed_ppm=1700, maximum_s=60.0, force_band_n=(15.0, 30.0)))
    session.push_n = 12.0
    return session


def test_F24_just_below_a_rating_of_5_is_not_asked_about_again() -> None:
    session = in_a_pin()
    rate(session, 5, 1.0)
    before = len(asked(session))
    session.run(20.0)
    assert len(asked(session)) == before


def test_F24_at_the_threshold_a_rating_of_6_is_asked_about_after_15_s() -> None:
    session = in_a_pin()
    rate(session, 6, 1.0)
    before = len(asked(session))
    assert session.until(lambda: len(asked(session)) > before) == pytest.approx(15.0, abs=0.1)


def test_F24_at_the_threshold_it_is_asked_at_the_start_and_goes_on_without_an_answer() -> None:
    session = PaperSession(plan(percussion()))
    assert len(asked(session)) == 0
    session.core.flush()
    assert len(asked(session)) == 1
    assert session.until(lambda: session.phase is Phase.WAITING) == pytest.approx(30.0, abs=0.1)


def test_F24_recovers_when_the_rating_falls_below_6() -> None:
    session = in_a_pin()
    rate(session, 6, 1.0)
    rate(session, 5)
    before = len(asked(session))
    session.run(20.0)
    assert len(asked(session)) == before


# ---------------------------------------------------------------- F25

TARGET_N = force_n_from_kg_cm2(2.0, 1.0)


def scanning() -> PaperSession:
    """Return a session that asks for the first candidate of a scan, pressed with an algometer."""
    candidates = tuple(manual(point, pressure_band_kg_cm2=(1.5, 2.5)) for point in ("UTRAP", "RHOM"))
    scan = question(Mode.SCAN, End.ALL_RATED, candidates=candidates, tool=Tool.ALGOMETER, head_area_cm2=1.0)
    session = PaperSession(plan(scan))
    session.core.flush()
    session.push_n = 0.0
    session.until(lambda: session.phase is Phase.WAITING)
    session.run(1.0)
    session.press(Key.GO_ON)
    assert session.core.conductor.is_scanning
    return session


def rated(session: PaperSession) -> int:
    """Return how many ratings counted."""
    return sum(isinstance(event, DiscomfortRated) for event in session.events)


def test_F25_just_below_two_seconds_at_the_target_a_rating_does_not_count() -> None:
    session = scanning()
    session.push_n = TARGET_N
    session.run(1.9)
    session.press(Key.DISCOMFORT, 5)
    assert rated(session) == 0
    assert any("not counted" in text for text in asked(session))


@pytest.mark.parametrize(("share", "counts"), [(1.149, 1), (0.851, 1), (1.152, 0), (0.848, 0)])
def test_F25_at_the_threshold_of_15_percent_around_the_target_it_counts(share: float, counts: int) -> None:
    session = scanning()
    session.push_n = share * TARGET_N
    session.run(2.1)
    session.press(Key.DISCOMFORT, 5)
    assert rated(session) == counts


def test_F25_recovers_after_two_steady_seconds_more() -> None:
    session = scanning()
    session.push_n = TARGET_N
    session.run(1.5)
    session.push_n = 1.5 * TARGET_N
    session.run(0.2)
    session.push_n = TARGET_N
    session.run(1.5)
    session.press(Key.DISCOMFORT, 5)
    assert rated(session) == 0
    session.run(0.7)
    session.press(Key.DISCOMFORT, 5)
    assert rated(session) == 1


# ---------------------------------------------------------------- F26


def test_F26_just_below_a_fall_of_one_in_four_is_no_clear_change() -> None:
    assert felt(4, 3) == "no clear change"
    assert felt(7, 6) == "no clear change"


def test_F26_at_the_threshold_two_points_or_30_percent_are_less() -> None:
    assert felt(8, 6) == "less"
    assert felt(3, 2) == "less"


def test_F26_recovers_in_neither_direction_without_both_ratings() -> None:
    assert felt(None, 3) == felt(3, None) == ""
    assert felt(3, 5) == "more"
    assert felt(3, 4) == "no clear change"
