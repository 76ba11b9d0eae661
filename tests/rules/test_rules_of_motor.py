"""F2, F17, F38, F39, F40, F45, F48 and F53: whether the motor may run, and whether it does what was set."""

from __future__ import annotations

from dataclasses import replace

import pytest

from massctl.body import limits
from massctl.body.atlas import Atlas
from massctl.body.terms import Mode, Side, Tool
from massctl.devices.capabilities import ForceReading, InputKind, InputPressed, MotorReading, PowerReading
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
from tests.rules.scenes import acted, assert_logged, at_work, off
from tests.session.paper import TIMER, PaperSession
from tests.session.stage import MASSAGER, SENSOR, manual, percussion, plan

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


# ---------------------------------------------------------------- F38


def steady() -> PaperSession:
    """Return a session whose motor has run at 1,700 PPM long enough to be judged."""
    session = at_work()
    session.run(2.0)
    return session


def stuck_at(share: float, seconds: float) -> PaperSession:
    """Return such a session whose motor turned at a share of its speed for so long."""
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


# ---------------------------------------------------------------- F53


def test_F53_just_below_means_that_contact_alone_starts_nothing() -> None:
    session = at_work(percussion(maximum_s=200.0), percussion(side=Side.RIGHT))
    session.press(Key.SKIP)
    session.push_n = 10.0
    session.run(60.0)
    assert off(session)
    assert session.phase is Phase.WAITING


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


def test_F53_just_below_the_motor_is_off_between_any_two_steps() -> None:
    session = at_work(*(replace(percussion(side=side), maximum_s=20.0) for side in (Side.LEFT, Side.RIGHT)))
    session.until(lambda: session.phase is Phase.WAITING, 30.0)
    assert off(session)
