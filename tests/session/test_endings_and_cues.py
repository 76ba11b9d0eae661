"""When a step ends, what the hands are told, what is counted and asked: the pure parts of the walk."""

from __future__ import annotations

import dataclasses

import pytest

from massctl.body.terms import End, Mode
from massctl.devices.capabilities import ForceReading, LinkLoss
from massctl.session import asks, endings
from massctl.session.commands import Key
from massctl.session.cues import cue_of
from massctl.session.events import CueKind, Phase
from massctl.session.feelings import Feelings
from massctl.session.limits import scope_of
from massctl.session.modes import TRAITS
from massctl.session.snapshot import Snapshot
from massctl.session.work import Work, force_band_n
from tests.session.stage import facts, manual, percussion, plan, push, question, running, snapshot, turn

PIN = percussion("GMED", Mode.PIN, maximum_s=45.0, minimum_s=30.0, end=End.RELEASE)


def work(in_band_s: float, *, softer: bool = False, maximum_s: float = 45.0) -> Work:
    return Work(PIN, maximum_s, band_n=(10.0, 20.0), in_band_s=in_band_s, work_s=in_band_s, feels_softer=softer)


def felt(*ratings: int) -> Feelings:
    feelings = Feelings()
    for number, value in enumerate(ratings):
        feelings.rate(value, number * 10.0)
    return feelings


def ends(at_work: Work, feelings: Feelings, spot_s: float = 0.0, soft_stop_s: float = 0.0) -> str | None:
    return endings.ending(at_work, scope_of(PIN, facts()), feelings, spot_s, soft_stop_s)


@pytest.mark.parametrize(
    ("in_band_s", "softer", "ratings", "outcome"),
    [
        (29.9, True, (), None),
        (30.0, True, (), "softer"),
        (29.9, False, (6, 4), None),
        (30.0, False, (6, 4), "eased"),
        (30.0, False, (6, 5), None),
        (30.0, False, (4,), None),
        (44.9, False, (), None),
        (45.0, False, (), "time"),
    ],
)
def test_a_pin_ends_from_its_minimum_on_when_it_eases_and_always_at_its_maximum(
    in_band_s: float, softer: bool, ratings: tuple[int, ...], outcome: str | None
) -> None:
    assert ends(work(in_band_s, softer=softer), felt(*ratings)) == outcome


def test_a_motor_begins_its_soft_stop_early_enough_to_stand_at_the_maximum() -> None:
    assert ends(work(42.0), Feelings(), soft_stop_s=2.9) is None
    assert ends(work(42.1), Feelings(), soft_stop_s=2.9) == "time"


def test_a_pin_ends_before_the_limit_of_its_spot_whatever_its_clock_shows() -> None:
    assert ends(work(5.0), Feelings(), spot_s=56.8, soft_stop_s=2.9) is None
    assert ends(work(5.0), Feelings(), spot_s=56.9, soft_stop_s=2.9) == "time"


def test_a_short_pin_cannot_end_before_its_maximum() -> None:
    assert ends(work(19.9, softer=True, maximum_s=20.0), Feelings()) is None
    assert ends(work(20.0, softer=True, maximum_s=20.0), Feelings()) == "softer"


def test_extend_adds_15_s_up_to_f13_and_never_shortens() -> None:
    scope, at_work = scope_of(PIN, facts()), work(0.0)
    lengths = []
    for _ in range(3):
        at_work.maximum_s = endings.extended_s(at_work, scope, 15.0)
        lengths.append(at_work.maximum_s)
    assert lengths == [60.0, 60.0, 60.0]
    ball = manual(maximum_s=60.0)
    assert endings.extended_s(Work(ball, 80.0), scope_of(ball, facts()), 15.0) == 90.0


def test_every_step_mode_has_its_traits() -> None:
    assert set(TRAITS) == set(Mode)


def cue(
    mean_n: float, *ratings: int, band_n: tuple[float, float] | None = (8.0, 14.0), state: Snapshot | None = None
) -> CueKind | None:
    state = state or running()
    state.feelings = felt(*ratings)
    for number in range(60):
        push(state, number * 0.02, mean_n)
    return cue_of(1.18, state, band_n)


@pytest.mark.parametrize(
    ("mean_n", "ratings", "expected"),
    [
        (7.9, (), CueKind.PRESS_HARDER),
        (7.9, (2,), CueKind.PRESS_HARDER),
        (7.9, (3,), CueKind.STAY_GENTLE),
        (0.0, (5,), CueKind.STAY_GENTLE),
        (8.0, (), CueKind.GOOD),
        (14.0, (), CueKind.GOOD),
        (14.1, (), CueKind.EASE_OFF),
        (14.1, (0,), CueKind.EASE_OFF),
    ],
)
def test_f20_nobody_is_told_to_press_harder_at_discomfort_3(
    mean_n: float, ratings: tuple[int, ...], expected: CueKind
) -> None:
    assert cue(mean_n, *ratings) is expected


@pytest.mark.parametrize("is_ramping", [True, False])
def test_f17_nobody_is_told_to_press_harder_while_the_head_is_only_being_placed(*, is_ramping: bool) -> None:
    def fresh(started_at_s: float = -1.7) -> Snapshot:  # 2.9 s before the cue
        state = running()
        state.started_at_s = started_at_s
        state.phase = Phase.RAMPING if is_ramping else Phase.WORKING
        return state

    assert cue(0.0, state=fresh()) is None
    assert cue(9.0, state=fresh()) is CueKind.GOOD
    assert cue(20.0, state=fresh()) is CueKind.EASE_OFF
    assert cue(0.0, state=fresh(-1.9)) is (None if is_ramping else CueKind.PRESS_HARDER)


def test_a_ball_has_no_gauge_and_discomfort_is_its_target() -> None:
    state = snapshot(manual(discomfort_max=4))
    assert cue(0.0, 4, band_n=None, state=state) is None
    assert cue(0.0, 5, band_n=None, state=state) is CueKind.EASE_OFF


def test_f23_the_prompt_comes_before_any_other_cue() -> None:
    state = running()
    state.silent_on_s = 60.0
    assert cue(20.0, state=state) is CueKind.ANSWER


def test_no_cue_from_a_stale_reading() -> None:
    state = running()
    push(state, 0.0, 20.0)
    assert cue_of(0.6, state, (8.0, 14.0)) is None


def test_f20_the_band_to_aim_at_comes_down_by_a_quarter() -> None:
    scope = scope_of(percussion(), facts())
    assert force_band_n(scope) == (8.0, 14.0)
    assert force_band_n(scope, 0.75) == (6.0, 10.5)


def test_the_band_of_a_manual_tool_comes_from_its_pressure_where_a_sensor_measures_it() -> None:
    measured = manual(pressure_band_kg_cm2=(1.0, 2.0), head_area_cm2=2.0)
    assert force_band_n(scope_of(measured, facts())) == pytest.approx((19.6, 39.2), abs=0.1)
    assert force_band_n(scope_of(manual(pressure_band_kg_cm2=(1.0, 2.0)), facts())) is None
    assert force_band_n(scope_of(percussion(), facts(has_sensor=False))) is None


def test_work_counts_time_in_over_and_out_of_band_contact_and_means() -> None:
    state, tally = running(), Work(percussion(), 60.0, (8.0, 14.0))
    for second, mean_n in enumerate([0.0, 5.0, 10.0, 10.0, 20.0]):
        push(state, float(second), mean_n)
        turn(state, float(second), 1600.0)
        tally.add(float(second), 1.0, state)
    assert (tally.work_s, tally.contact_s, tally.in_band_s, tally.over_band_s) == (5.0, 4.0, 2.0, 1.0)
    assert tally.mean_force_n == pytest.approx(11.25)
    assert tally.mean_speed_ppm == 1600.0
    assert tally.clock_s == 5.0


def test_work_of_a_motor_step_stands_while_the_motor_stands() -> None:
    state, tally = snapshot(), Work(percussion(), 60.0, (8.0, 14.0))
    push(state, 0.0, 10.0)
    tally.add(0.0, 1.0, state)
    assert tally.work_s == 0.0


def test_work_of_a_tool_that_nothing_measures_has_no_force() -> None:
    state, tally = snapshot(manual()), Work(manual(), 60.0, is_measured=False)
    push(state, 0.0, 0.3)
    tally.add(0.0, 1.0, state)
    assert (tally.work_s, tally.contact_s, tally.mean_force_n, tally.mean_speed_ppm) == (1.0, 1.0, None, None)


def test_f20_a_rating_is_corrected_within_5_s_and_not_across_a_question() -> None:
    feelings = Feelings()
    assert feelings.rate(8, 0.0) is None
    assert feelings.rate(3, 5.0) == 8
    assert feelings.of_step == [3]
    assert feelings.rate(4, 10.1) is None
    feelings.asked()
    assert feelings.rate(5, 11.0) is None
    assert feelings.of_step == [3, 4, 5]
    assert feelings.is_rising


def test_ratings_of_a_step_start_afresh_and_symptoms_are_counted() -> None:
    feelings = felt(5, 6)
    feelings.begin_step()
    assert (feelings.first, feelings.last) == (None, 6)
    feelings.take_key(Key.SHARP)
    feelings.take_key(Key.GO_ON)
    assert (feelings.symptom, feelings.symptom_serial) == (Key.SHARP, 1)


@pytest.mark.parametrize("mode", [Mode.CHECK, Mode.SCAN, Mode.MOVE, Mode.BREATHE, Mode.PLAN])
def test_each_question_says_which_key_goes_on(mode: Mode) -> None:
    assert "Enter" in asks.start(question(mode), facts())


def test_a_gun_that_cannot_be_stopped_is_spoken_of_as_such_everywhere() -> None:
    known = facts(is_controllable=False)
    step = percussion(level=2)
    said = [
        asks.start(step, known),
        asks.stopped(known, is_resettable=True),
        asks.switch_off(known),
    ]
    assert "level 2" in said[0]
    assert "cannot stop" in said[0]
    assert all("witch it off" in text for text in said[1:])
    assert "Switch it on again" in asks.paused(known)
    assert "cannot stop" in " ".join(asks.warnings(plan(step), known))


def test_warnings_of_a_plan_without_a_motor_and_of_a_device_that_may_keep_running() -> None:
    assert asks.warnings(plan(manual()), facts(is_controllable=False)) == ()
    assert "[F34]" in asks.warnings(plan(percussion()), facts(lease_s=None, on_link_loss=LinkLoss.UNKNOWN))[0]
    assert asks.warnings(plan(percussion()), facts()) == ()
    assert "[F35]" in asks.warnings(plan(percussion()), facts(has_sensor=False))[0]
    assert dataclasses.replace(facts(), is_force_estimated=True).is_force_estimated


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


def test_a_correction_across_a_step_belongs_to_neither() -> None:
    feelings = Feelings()
    feelings.rate(5, 0.0)
    feelings.begin_step()
    assert feelings.rate(6, 1.0) == 5
    assert feelings.of_step == []
