"""Boundaries of the supervisor that mutation testing has shown to be untested: latch, reset, what is told, what is left."""

from __future__ import annotations

import dataclasses
from typing import Any, cast

import pytest

from massctl.body.terms import Side
from massctl.rules import Level
from massctl.session.interlocks import Ends, Finding, Interlock
from massctl.session.interlocks.person import Discomfort
from massctl.session.limits import scope_of
from massctl.session.snapshot import Drive, Snapshot
from massctl.session.supervisor import Supervisor
from tests.session.stage import facts, manual, percussion, running, snapshot


@pytest.mark.parametrize(
    ("value", "is_at_work", "level"),
    [(7, True, Level.BACKOFF), (8, True, Level.PAUSE), (8, False, Level.BACKOFF), (10, False, Level.BACKOFF)],
)
def test_F20_a_high_rating_takes_a_fifth_of_the_speed_and_a_quarter_of_the_force(
    value: int, is_at_work: bool, level: Level
) -> None:
    finding = Discomfort()._judged(value, is_at_work=is_at_work)
    assert finding is not None
    assert (finding.rule, finding.level, finding.factor, finding.force_factor) == ("F20", level, 0.8, 0.75)


STOP = Finding("F10", Level.STOP, "Far too hard.")


PAUSE = Finding("F10", Level.PAUSE, "Too hard.")


class Says:
    """An interlock that says what a test wants."""

    rule = "F10"

    def __init__(self) -> None:
        self.finding: Finding | None = None

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        return self.finding

    def begin_step(self) -> None:
        pass


def judged(*findings: Finding | None, state: Snapshot | None = None) -> tuple[Supervisor, list[Any], Snapshot]:
    """Let a supervisor with two interlocks check findings in turn, a second apart; the last call gets all that remain."""
    state = state or running()
    first, second = Says(), Says()
    supervisor = Supervisor(cast("tuple[Interlock, ...]", (first, second)))
    supervisor.begin_step(cast(Any, state.scope))
    verdicts = []
    for number, finding in enumerate(findings):
        first.finding = finding
        verdicts.append(supervisor.check(10.0 * number, state))
    return supervisor, verdicts, state


def test_a_stop_approves_nothing_whether_an_interlock_or_somebody_else_found_it() -> None:
    supervisor, verdicts, _ = judged(STOP)
    assert verdicts[0].approves is False
    assert supervisor.trip(dataclasses.replace(STOP, rule="F42")).approves is False
    assert Supervisor(()).trip(STOP).approves is False


def test_a_stop_on_top_of_another_takes_back_the_first_half_of_the_reset() -> None:
    supervisor, _, state = judged(STOP)
    assert supervisor.release()
    supervisor.trip(dataclasses.replace(STOP, rule="F42"))
    assert not supervisor.confirm()
    assert supervisor.release()
    other = Says()
    other.finding = dataclasses.replace(STOP, rule="F38")
    supervisor._interlocks = cast("tuple[Interlock, ...]", (other,))
    supervisor.check(50.0, state)
    assert not supervisor.confirm()
    assert supervisor.tripped is not None
    assert supervisor.tripped.rule == "F10"


def test_after_a_reset_the_next_one_needs_both_halves_again() -> None:
    supervisor, _, _ = judged(STOP)
    supervisor.release()
    assert supervisor.confirm()
    supervisor.trip(STOP)
    assert not supervisor.confirm()


def test_the_same_stop_from_outside_is_told_once_and_another_beside_it_too() -> None:
    supervisor = Supervisor(())
    assert supervisor.trip(STOP).told == (STOP,)
    assert supervisor.trip(STOP).told == ()
    other = dataclasses.replace(STOP, rule="F42")
    assert supervisor.trip(other).told == (other,)
    assert supervisor.trip(other).told == ()


def test_F34_what_tripped_behind_a_lost_link_stays_in_its_order_and_relinking_pauses_only_without() -> None:
    lost = Finding("F34", Level.STOP, "The link is lost.", factor=0.7)
    supervisor = Supervisor(())
    for finding in (lost, STOP, dataclasses.replace(STOP, rule="F42"), dataclasses.replace(STOP, rule="F38")):
        supervisor.trip(finding)
    assert not supervisor.relink()
    assert supervisor.tripped == STOP
    assert [finding.rule for finding in supervisor._behind] == ["F42", "F38"]
    alone = Supervisor(())
    alone.trip(lost)
    assert alone.relink()
    assert alone.paused == dataclasses.replace(lost, level=Level.PAUSE)
    assert alone.check(0.0, running()).approves is False


def test_F35_no_key_goes_above_1800_without_the_sensor() -> None:
    state = running(percussion("GMAX", speed_ppm=2200), speed_ppm=1800)
    supervisor, _, _ = judged(state=state)
    state.is_sensorless = True
    supervisor._left.ceiling_ppm = 1750
    supervisor.faster(state)
    assert supervisor.ceiling_ppm == 1800
    supervisor._left.ceiling_ppm = 2200
    state.set_ppm = 2200
    supervisor.slower(state)
    assert supervisor.ceiling_ppm == 1800


def test_minus_goes_down_from_the_speed_that_is_set_or_left_and_stays_at_the_slowest() -> None:
    supervisor, _, state = judged()
    supervisor.slower(state)
    assert supervisor.ceiling_ppm == 1600
    state.want(Drive.OFF, 0, 1.0)
    supervisor.slower(state)
    assert supervisor.ceiling_ppm == 1500, "with the motor off from what is left"
    supervisor._left.ceiling_ppm = 1250
    supervisor.slower(state)
    assert supervisor.ceiling_ppm == 1250, "1,150 is below the device's slowest"


def test_behind_a_stop_what_is_new_is_told_once_and_what_is_old_is_not() -> None:
    supervisor, verdicts, _ = judged(STOP, STOP, dataclasses.replace(STOP, rule="F38"), PAUSE)
    assert [len(verdict.told) for verdict in verdicts] == [1, 0, 1, 0]
    assert [verdict.approves for verdict in verdicts] == [False] * 4
    assert verdicts[2].acts is None
    assert [finding.rule for finding in supervisor._behind] == ["F38"]


def test_behind_a_stop_a_pause_that_ends_a_point_is_told_and_is_no_reason_of_the_stop() -> None:
    over = dataclasses.replace(PAUSE, rule="F21", ends=Ends.POINT)
    step_over = dataclasses.replace(PAUSE, rule="F13", ends=Ends.STEP)
    supervisor, verdicts, state = judged(STOP, over, step_over)
    assert [len(verdict.told) for verdict in verdicts] == [1, 1, 0]
    assert supervisor._behind == []
    assert state.closed == {("UTRAP", Side.LEFT)}


def test_of_two_pauses_the_one_that_ends_something_acts() -> None:
    state = running()
    plain, ending = Says(), Says()
    plain.finding, ending.finding = PAUSE, dataclasses.replace(PAUSE, rule="F13", ends=Ends.STEP)
    supervisor = Supervisor(cast("tuple[Interlock, ...]", (plain, ending)))
    supervisor.begin_step(cast(Any, state.scope))
    verdict = supervisor.check(0.0, state)
    assert verdict.acts == ending.finding
    assert verdict.approves is False
    assert len(verdict.told) == 2


def test_in_a_pause_only_what_ends_something_acts_and_a_warning_is_still_told() -> None:
    step_over = dataclasses.replace(PAUSE, rule="F13", ends=Ends.STEP)
    warning = Finding("F40", Level.WARN, "Battery at 19 %.")
    supervisor, verdicts, state = judged(PAUSE, PAUSE, warning, step_over)
    assert [verdict.approves for verdict in verdicts] == [False] * 4
    assert [verdict.told for verdict in verdicts] == [(PAUSE,), (), (warning,), (step_over,)]
    assert [verdict.acts for verdict in verdicts] == [PAUSE, None, None, step_over]
    assert supervisor.paused == PAUSE
    assert not supervisor.check(60.0, state).approves


def test_a_back_off_at_the_devices_lowest_speed_pauses_and_a_named_ceiling_does_not() -> None:
    state = running(speed_ppm=1200)
    slower = Finding("F10", Level.BACKOFF, "Ease off.", factor=0.7)
    supervisor, verdicts, _ = judged(slower, state=state)
    assert verdicts[0].acts is not None
    assert verdicts[0].acts.level is Level.PAUSE
    assert supervisor.paused is not None
    named = Finding("F12", Level.BACKOFF, "No contact.", ceiling_ppm=1500)
    supervisor, verdicts, _ = judged(named, state=running(speed_ppm=1200))
    assert verdicts[0].acts == named
    assert verdicts[0].approves
    still = running(speed_ppm=1200)
    still.set_ppm = 0
    supervisor, verdicts, _ = judged(slower, state=still)
    assert verdicts[0].acts == slower, "a motor that is off is at no lowest speed"
    still.set_ppm = 1
    _, verdicts, _ = judged(slower, state=still)
    assert verdicts[0].acts != slower, "and one that turns ever so slowly is"


def test_a_back_off_of_a_step_without_a_motor_lowers_no_speed() -> None:
    state = snapshot(manual())
    supervisor, _, _ = judged(Finding("F20", Level.BACKOFF, "Press less.", factor=0.8), state=state)
    assert supervisor.ceiling_ppm == 0


def test_without_a_step_at_hand_a_back_off_changes_nothing() -> None:
    state = running()
    says = Says()
    says.finding = Finding("F20", Level.BACKOFF, "Press less.", factor=0.8)
    supervisor = Supervisor(cast("tuple[Interlock, ...]", (says,)))
    state.scope = None
    assert supervisor.check(0.0, state).approves
    assert supervisor.ceiling_ppm == 0


def test_nothing_new_approves_as_long_as_nothing_is_latched() -> None:
    _, verdicts, _ = judged(*(Finding("F10", Level.BACKOFF, "Ease off.", factor=0.7),) * 2)
    assert [verdict.approves for verdict in verdicts] == [True, True]
    quick = Supervisor(cast("tuple[Interlock, ...]", ()))
    assert quick.check(0.0, running()).told == ()


def test_a_verdict_on_a_stop_from_outside_says_what_to_act_on() -> None:
    assert Supervisor(()).trip(STOP).acts == STOP


def test_a_pause_that_is_forgotten_is_none() -> None:
    supervisor, _, _ = judged(PAUSE)
    supervisor.forget_pause()
    assert supervisor.paused is None


def test_what_the_supervisor_makes_graver_says_why() -> None:
    slower = Finding("F10", Level.BACKOFF, "Ease off.", factor=0.7)
    _, verdicts, _ = judged(slower, state=running(speed_ppm=1200))
    assert verdicts[0].acts is not None
    assert verdicts[0].acts.text == "Ease off. It cannot go slower: paused."
    supervisor, _, state = judged()
    says = Says()
    says.finding = PAUSE
    supervisor._interlocks = cast("tuple[Interlock, ...]", (says,))
    for _ in range(2):
        supervisor.check(0.0, state)
        supervisor.resume()
    stopped = supervisor.check(1.0, state).acts
    assert stopped is not None
    assert stopped.text == "Too hard. The third pause of this step: stopped."
    assert stopped.level is Level.STOP


def test_F34_a_second_lost_link_is_no_other_reason() -> None:
    lost = Finding("F34", Level.STOP, "The link is lost.")
    supervisor = Supervisor(())
    supervisor.trip(lost)
    supervisor.trip(dataclasses.replace(lost, ends=Ends.STEP))
    assert supervisor.relink()


def test_F22_a_symptom_behind_a_stop_is_told_and_makes_the_next_start_gentler() -> None:
    sharp = Finding("F22", Level.BACKOFF, "Sharp pain: here it goes on gently, once.", factor=0.7)
    supervisor, verdicts, _ = judged(STOP, sharp, Finding("F10", Level.BACKOFF, "Ease off.", factor=0.7))
    assert [len(verdict.told) for verdict in verdicts] == [1, 1, 0]
    assert supervisor.ceiling_ppm == 1200


def test_what_is_left_of_the_speed_belongs_to_its_place() -> None:
    state = running()
    supervisor, _, _ = judged(Finding("F10", Level.BACKOFF, "Ease off.", factor=0.8), state=state)
    assert supervisor.ceiling_ppm == 1360
    for step in (
        percussion(side=Side.RIGHT),
        percussion("GMAX", speed_ppm=1700),
        percussion(program_step=2),
    ):
        supervisor.begin_step(scope_of(step, facts()))
        assert supervisor.ceiling_ppm == 1700
    supervisor.begin_step(scope_of(percussion(), facts()))
    assert supervisor.ceiling_ppm == 1360


def test_a_pause_at_the_lowest_speed_takes_nothing_more_of_it() -> None:
    _, verdicts, _ = judged(Finding("F10", Level.BACKOFF, "Ease off.", factor=0.7), state=running(speed_ppm=1200))
    assert verdicts[0].acts is not None
    assert verdicts[0].acts.factor == 1.0


def test_a_pause_without_a_step_at_hand_is_one() -> None:
    state = running()
    says = Says()
    says.finding = PAUSE
    supervisor = Supervisor(cast("tuple[Interlock, ...]", (says,)))
    state.scope = None
    assert supervisor.check(0.0, state).acts == PAUSE


@pytest.mark.parametrize(
    ("ends", "closed"),
    [
        (Ends.NOTHING, set()),
        (Ends.STEP, set()),
        (Ends.POINT, {("UTRAP", Side.LEFT)}),
        (Ends.BOTH_SIDES, {("UTRAP", Side.LEFT), ("UTRAP", Side.RIGHT)}),
    ],
)
def test_a_finding_closes_what_it_ends(ends: Ends, closed: set[tuple[str, Side]]) -> None:
    supervisor, _, state = judged(Finding("F20", Level.PAUSE, "Too much.", force_factor=0.75, ends=ends))
    assert state.closed == closed
    assert supervisor.force_factor == 0.75


def test_within_three_seconds_the_smallest_factor_counts_of_the_speed_before() -> None:
    state = running(percussion("GMAX", speed_ppm=2200), speed_ppm=2200)
    says = Says()
    supervisor = Supervisor(cast("tuple[Interlock, ...]", (says,)))
    supervisor.begin_step(cast(Any, state.scope))
    says.finding = Finding("F38", Level.BACKOFF, "It is held back.", factor=0.9)
    supervisor.check(100.0, state)
    assert supervisor.ceiling_ppm == 1980
    state.set_ppm = 1980
    says.finding = Finding("F20", Level.BACKOFF, "Too much.", factor=0.8)
    supervisor.check(102.9, state)
    assert supervisor.ceiling_ppm == 1760, "0.8 of 2,200, not of 1,980"


def test_pauses_are_counted_for_each_step() -> None:
    supervisor, _, state = judged(PAUSE)
    supervisor.resume()
    says = Says()
    says.finding = PAUSE
    supervisor._interlocks = cast("tuple[Interlock, ...]", (says,))
    supervisor.check(1.0, state)
    supervisor.resume()
    state.scope = scope_of(percussion(number=2), facts())
    acts = supervisor.check(2.0, state).acts
    assert acts is not None
    assert acts.level is Level.PAUSE


def test_pauses_without_a_step_at_hand_are_not_those_of_the_first_step() -> None:
    state = running()
    says = Says()
    says.finding = PAUSE
    supervisor = Supervisor(cast("tuple[Interlock, ...]", (says,)))
    first, state.scope = state.scope, None
    for now_s in (0.0, 1.0):
        supervisor.check(now_s, state)
        supervisor.resume()
    state.scope = first
    acts = supervisor.check(2.0, state).acts
    assert acts is not None
    assert acts.level is Level.PAUSE


def test_a_finding_that_takes_nothing_off_the_speed_does_not_hold_it_where_the_ramp_is() -> None:
    warning = Finding("F40", Level.WARN, "Battery at 19 %.")
    supervisor, _, _ = judged(warning, state=running(speed_ppm=1300))
    assert supervisor.ceiling_ppm == 1700


def test_in_a_free_run_the_plan_is_what_is_left_and_plus_raises_it() -> None:
    state = running(percussion("GMAX", speed_ppm=1700), facts(is_free_run=True))
    supervisor, _, _ = judged(state=state)
    assert supervisor.ceiling_ppm == 1700
    supervisor.faster(state)
    assert supervisor.ceiling_ppm == 1800


def test_the_words_of_a_stop_are_those_of_its_first_reason_and_without_one_there_are_none() -> None:
    supervisor, _, _ = judged(STOP, dataclasses.replace(STOP, rule="F38", text="It is stuck."))
    assert supervisor.reason == "Far too hard."
    assert Supervisor(()).reason == ""
