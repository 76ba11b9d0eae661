"""The supervisor: latches, first reasons, ceilings, pauses, resets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest

from massctl.rules import Level
from massctl.session.interlocks import Finding
from massctl.session.limits import Scope
from massctl.session.snapshot import Snapshot
from massctl.session.supervisor import Supervisor
from tests.session.stage import facts, running


@dataclass
class Scripted:
    """An interlock that says what the test tells it."""

    says: Finding | None = None
    rule: ClassVar[str] = "F10"
    begun: int = field(default=0)

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        return self.says

    def begin_step(self) -> None:
        self.begun += 1


def finding(level: Level, rule: str = "F10", factor: float = 0.7, **more: Any) -> Finding:
    return Finding(rule, level, "said.", factor=factor, **more)


def scope(state: Snapshot | None = None) -> Scope:
    found = (state or running()).scope
    assert found is not None
    return found


@pytest.fixture
def rule() -> Scripted:
    return Scripted()


@pytest.fixture
def supervisor(rule: Scripted) -> Supervisor:
    found = Supervisor([rule])
    found.begin_step(scope())
    return found


def test_a_check_without_findings_approves(supervisor: Supervisor) -> None:
    verdict = supervisor.check(0.0, running())
    assert verdict.approves
    assert verdict.acts is None


def test_the_first_reason_is_kept_and_nothing_is_approved_after_it(supervisor: Supervisor, rule: Scripted) -> None:
    rule.says = finding(Level.STOP)
    assert supervisor.check(0.0, running()).acts == rule.says
    rule.says = finding(Level.STOP, "F38")
    second = supervisor.check(0.1, running())
    assert not second.approves
    assert second.acts is None
    assert second.told == (rule.says,)
    assert not supervisor.check(0.15, running()).told
    third = supervisor.trip(finding(Level.STOP, "F42"))
    assert (third.approves, third.acts) == (False, None)
    assert [one.rule for one in third.told] == ["F42"]
    rule.says = None
    assert not supervisor.check(0.2, running()).approves
    assert supervisor.tripped is not None
    assert supervisor.tripped.rule == "F10"


def test_only_release_and_then_confirm_reset(supervisor: Supervisor) -> None:
    assert not supervisor.release()
    supervisor.trip(finding(Level.STOP))
    assert not supervisor.confirm()
    assert supervisor.release()
    assert supervisor.confirm()
    assert supervisor.check(0.0, running()).approves
    supervisor.trip(finding(Level.STOP))
    assert not supervisor.confirm()


def test_resume_and_begin_step_do_not_reset_a_trip(supervisor: Supervisor) -> None:
    supervisor.trip(finding(Level.STOP))
    supervisor.resume()
    supervisor.forget_pause()
    supervisor.begin_step(scope())
    assert not supervisor.check(0.0, running()).approves


def test_a_back_off_lowers_by_30_percent_and_is_applied_again_at_most_every_3_s(
    supervisor: Supervisor, rule: Scripted
) -> None:
    state, told = running(known=facts(speed_min_ppm=500), speed_ppm=1700), []
    supervisor.begin_step(scope(state))
    rule.says = finding(Level.BACKOFF)
    for number in range(100):
        verdict = supervisor.check(number * 0.05, state)
        assert verdict.approves
        if verdict.acts is not None:
            told.append((number * 0.05, supervisor.ceiling_ppm))
            state.set_ppm = supervisor.ceiling_ppm or 0
    assert told == [(0.0, 1190), (pytest.approx(3.0), 833)]


def test_of_several_factors_the_smallest_counts_not_their_product(supervisor: Supervisor, rule: Scripted) -> None:
    state = running(speed_ppm=1700)
    rule.says = finding(Level.BACKOFF, "F20", factor=0.8)
    supervisor.check(0.0, state)
    assert supervisor.ceiling_ppm == 1360
    state.set_ppm = 1360
    rule.says = finding(Level.BACKOFF, "F10", factor=0.7)
    supervisor.check(1.0, state)
    assert supervisor.ceiling_ppm == 1200


def test_a_back_off_ends_at_the_lowest_speed_and_pauses_there(supervisor: Supervisor, rule: Scripted) -> None:
    state = running(speed_ppm=1300)
    rule.says = finding(Level.BACKOFF)
    supervisor.check(0.0, state)
    assert supervisor.ceiling_ppm == 1200
    state.set_ppm = 1200
    verdict = supervisor.check(3.0, state)
    assert verdict.acts is not None
    assert verdict.acts.level is Level.PAUSE
    assert not verdict.approves


def test_a_back_off_takes_the_next_lower_level_of_a_device_with_levels(supervisor: Supervisor, rule: Scripted) -> None:
    state = running(known=facts(levels_ppm=(1200, 1500, 1800), speed_min_ppm=1200), speed_ppm=1500)
    rule.says = finding(Level.BACKOFF, factor=0.9)
    supervisor.check(0.0, state)
    assert supervisor.ceiling_ppm == 1200


def test_only_a_key_raises_a_ceiling_by_100_at_most_to_the_plan(supervisor: Supervisor, rule: Scripted) -> None:
    state = running(speed_ppm=1700)
    rule.says = finding(Level.BACKOFF)
    supervisor.check(0.0, state)
    rule.says = None
    for number in range(1, 2000):
        supervisor.check(number * 0.05, state)
    assert supervisor.ceiling_ppm == 1200
    ceilings = []
    for _ in range(6):
        supervisor.faster(state)
        ceilings.append(supervisor.ceiling_ppm)
    assert ceilings == [1300, 1400, 1500, 1600, 1700, 1700]


def test_the_third_pause_of_a_step_is_a_stop(supervisor: Supervisor, rule: Scripted) -> None:
    state, levels = running(), []
    for number in range(3):
        rule.says = finding(Level.PAUSE)
        acts = supervisor.check(number * 10.0, state).acts
        assert acts is not None
        levels.append(acts.level)
        rule.says = None
        supervisor.resume()
    assert levels == [Level.PAUSE, Level.PAUSE, Level.STOP]


def test_a_pause_is_told_once_and_approves_nothing_until_the_resume(supervisor: Supervisor, rule: Scripted) -> None:
    state = running()
    rule.says = finding(Level.PAUSE, factor=0.8)
    assert supervisor.check(0.0, state).told
    assert not supervisor.check(0.1, state).told
    rule.says = None
    assert not supervisor.check(0.2, state).approves
    state.set_ppm = 0
    supervisor.resume()
    assert supervisor.check(0.3, state).approves
    assert supervisor.ceiling_ppm == 1360


def test_a_stop_reaches_through_a_pause(supervisor: Supervisor, rule: Scripted) -> None:
    rule.says = finding(Level.PAUSE)
    supervisor.check(0.0, running())
    rule.says = finding(Level.STOP, "F34")
    acts = supervisor.check(0.1, running()).acts
    assert acts is not None
    assert acts.level is Level.STOP


def test_a_lost_link_becomes_a_pause_at_70_percent_and_another_reason_does_not(supervisor: Supervisor) -> None:
    state = running(speed_ppm=1700)
    supervisor._interlocks = (Scripted(finding(Level.STOP, "F34")),)
    supervisor.check(0.0, state)
    state.set_ppm = 0
    assert supervisor.relink()
    assert supervisor.tripped is None
    supervisor.resume()
    assert supervisor.ceiling_ppm == 1200
    supervisor.trip(finding(Level.STOP, "F10"))
    assert not supervisor.relink()


def test_a_warning_is_told_and_changes_nothing(supervisor: Supervisor, rule: Scripted) -> None:
    rule.says = finding(Level.WARN, "F23")
    verdict = supervisor.check(0.0, running())
    assert verdict.approves
    assert verdict.acts is None
    assert verdict.told == (rule.says,)
