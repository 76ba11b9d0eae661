"""F2, F17 and F53: whether the motor may run here, how fast a start is, and that it takes a press."""

from __future__ import annotations

from dataclasses import replace

import pytest

from massctl.body import limits
from massctl.body.atlas import Atlas
from massctl.body.terms import Mode, Side
from massctl.devices.capabilities import InputKind, InputPressed
from massctl.errors import Blocked
from massctl.programs.linter import check_text
from massctl.programs.planner import manual_alternative
from massctl.rules import Level
from massctl.session.commands import Key
from massctl.session.events import Phase
from massctl.session.facts import facts_of
from massctl.session.limits import admit, scope_of
from massctl.session.snapshot import Drive
from tests.programs.samples import with_step
from tests.rules.scenes import assert_logged, at_work, off
from tests.session.paper import TIMER, PaperSession
from tests.session.stage import MASSAGER, SENSOR, percussion, plan

FAST = percussion("GMAX", speed_ppm=2200, force_band_n=(15.0, 30.0), maximum_s=200.0)

# ---------------------------------------------------------------- F2


def rules_of(**changes: object) -> set[str]:
    """Return the rules that the linter names as errors in a program of one step."""
    _, findings = check_text(with_step(**changes), "mine.toml")
    return {finding.rule for finding in findings if finding.severity.value == "error"}


def test_F2_just_below_the_forbidden_a_nerve_may_be_passed_over_and_its_neighbours_stood_on() -> None:
    assert "F2" not in rules_of(point="PIRI", mode="sweep", speed_ppm=1700, force_n=[10, 20])
    assert "F2" not in rules_of(point="GMED", mode="pin", speed_ppm=1700, force_n=[15, 20])


def test_F2_at_the_threshold_no_massager_works_in_any_forbidden_region_nor_stands_over_a_nerve() -> None:
    for point in Atlas.load().points():
        if point.region.id in limits.NO_PERCUSSION_REGIONS:
            assert "F2" in rules_of(point=point.id, speed_ppm=1500, force_n=None), point.id
            assert limits.speed_max_ppm(point.region) == 0
            assert limits.force_max_n(point.region) == 0.0
    assert "F2" in rules_of(point="PIRI", mode="pin", speed_ppm=1700, force_n=[10, 20])


def test_F2_at_the_threshold_a_plan_from_elsewhere_is_refused_before_anything_moves() -> None:
    facts = facts_of(MASSAGER, SENSOR, TIMER)
    with pytest.raises(Blocked, match="must not work here") as refused:
        admit(plan(percussion("SCM", speed_ppm=1500)), facts)
    assert refused.value.rule_id == "F2"


def swapped_place() -> PaperSession:
    """Return a session whose step is moved to a forbidden place while it works: a fault of this program."""
    session = at_work()
    session.run(1.0)
    session.core.snapshot.scope = scope_of(percussion("SCM", speed_ppm=1700), session.core.snapshot.facts)
    return session


def test_F2_recovers_with_a_manual_tool_in_the_massagers_place() -> None:
    manual_step = manual_alternative(percussion("RHOM"), None)
    assert manual_step is not None
    session = at_work(manual_step)
    session.run(5.0)
    assert session.phase is Phase.WORKING
    assert session.told() == []


def test_F2_in_time_a_motor_at_a_forbidden_place_is_stopped_with_the_next_reading() -> None:
    session = swapped_place()
    at_s = session.core.at_s()
    session.report()
    assert off(session)
    assert_logged(session, "F2", Level.STOP, at_s, 0.0)


# ---------------------------------------------------------------- F17


def test_F17_just_below_three_seconds_a_start_stays_at_1800() -> None:
    session = at_work(FAST)
    session.until(lambda: session.now_s - session.core.snapshot.started_at_s > 2.9)
    assert max(session.paper.speeds) == 1800


def test_F17_at_the_threshold_three_seconds_after_the_start_it_goes_to_the_plan() -> None:
    session = at_work(FAST)
    session.until(lambda: session.now_s - session.core.snapshot.started_at_s > 3.06)
    assert session.paper.speed_ppm == 2200


def test_F17_at_the_threshold_plus_never_goes_above_the_plan() -> None:
    session = at_work(FAST)
    session.run(4.0)
    session.press(Key.SLOWER)
    session.press(Key.FASTER)
    session.press(Key.FASTER)
    assert session.paper.speeds[-3:] == [2200, 2100, 2200]


@pytest.mark.parametrize(("since_s", "most_ppm"), [(2.9, 1800), (10.0, 2200)])
def test_F17_at_the_threshold_a_faster_speed_that_got_past_the_conductor_stops(since_s: float, most_ppm: int) -> None:
    session = at_work(FAST)
    session.until(lambda: session.now_s - session.core.snapshot.started_at_s >= since_s)
    session.core.snapshot.set_ppm = most_ppm
    session.core.judge(session.now_s)
    assert session.by("F17") == []
    session.core.snapshot.set_ppm = most_ppm + 1
    session.core.judge(session.now_s)
    assert session.by("F17")[-1].level is Level.STOP
    assert off(session)


def test_F17_recovers_from_standstill_with_another_slow_start() -> None:
    session = at_work(FAST)
    session.run(4.0)
    session.press(Key.PAUSE)
    session.run(3.0)
    session.work()
    assert session.paper.speed_ppm == 1800
    session.run(4.0)
    assert session.paper.speed_ppm == 2200


# ---------------------------------------------------------------- F53


def test_F53_just_below_means_that_contact_alone_starts_nothing() -> None:
    session = at_work(percussion(maximum_s=200.0), percussion(side=Side.RIGHT))
    session.press(Key.SKIP)
    session.push_n = 10.0
    session.run(60.0)
    assert off(session)
    assert session.phase is Phase.WAITING


def test_F53_just_below_the_motor_is_off_between_any_two_steps() -> None:
    session = at_work(*(replace(percussion(side=side), maximum_s=20.0) for side in (Side.LEFT, Side.RIGHT)))
    session.until(lambda: session.phase is Phase.WAITING, 30.0)
    assert off(session)


def test_F53_at_the_threshold_a_start_without_a_press_is_stopped() -> None:
    session = at_work()
    session.press(Key.PAUSE)
    session.run(2.0)
    session.core.conductor.wanted = Drive.RUN
    session.beat()
    assert session.by("F53")[-1].level is Level.STOP
    assert off(session)


def test_F53_at_the_threshold_a_press_within_half_a_second_of_an_unasked_change_starts_nothing() -> None:
    session = at_work(percussion("GMED", Mode.PIN, speed_ppm=1700, maximum_s=30.0), percussion())
    session.push_n = 12.0
    session.until(lambda: session.phase is Phase.RATING, 90.0)
    session.until(lambda: session.phase is not Phase.RATING, 60.0)
    session.until(lambda: session.phase is Phase.WAITING, 60.0)
    session.run(0.4)
    session.press(Key.GO_ON)
    assert off(session)
    session.run(0.2)
    session.press(Key.GO_ON)
    assert session.core.snapshot.drive is Drive.RUN


@pytest.mark.parametrize("origin", ["key", "pedal", "button"])
def test_F53_recovers_by_a_fresh_press_of_any_kind(origin: str) -> None:
    session = at_work(percussion(), percussion(side=Side.RIGHT))
    session.press(Key.SKIP)
    session.run(2.0)
    match origin:
        case "key":
            session.press(Key.GO_ON)
        case "pedal":
            session.take(InputPressed(session.now_s, InputKind.PEDAL_DOWN))
            session.take(InputPressed(session.now_s, InputKind.PEDAL))
        case _:
            session.take(InputPressed(session.now_s, InputKind.BUTTON))
    session.run(0.1)
    assert session.paper.speed_ppm == 1700


def test_F53_in_time_a_start_without_a_press_writes_no_speed_and_is_stopped_at_once() -> None:
    session = at_work()
    session.press(Key.PAUSE)
    session.run(2.0)
    at_s, speeds = session.core.at_s(), len(session.paper.speeds)
    session.core.conductor.wanted = Drive.RUN
    session.beat()
    assert len(session.paper.speeds) == speeds
    assert_logged(session, "F53", Level.STOP, at_s, 0.05)
