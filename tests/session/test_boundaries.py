"""Boundaries that mutation testing has shown to be untested: each of these fails if the line behind it is changed."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any, cast

import pytest

from massctl.body import limits as hard
from massctl.body.atlas import Atlas
from massctl.body.terms import Mode, Side
from massctl.devices.capabilities import PowerReading, TimerReading
from massctl.errors import Blocked
from massctl.programs.plan import PlannedStep
from massctl.rules import Level
from massctl.session.commands import Key
from massctl.session.events import Phase
from massctl.session.facts import Facts
from massctl.session.interlocks import ALL, Ends, Finding, Interlock, ended
from massctl.session.interlocks.dose import (
    BeforeEffort,
    FreeRun,
    MuscleDose,
    PersonsSession,
    PinnedPoints,
    SessionDose,
    SpotDose,
)
from massctl.session.interlocks.force import SensorDoubt, ToolPressure
from massctl.session.interlocks.link import LinkSilent
from massctl.session.interlocks.motor import (
    LeaseLapsed,
    MotorInterlock,
    PlaceForbidden,
    RelayStuck,
    SpeedCeiling,
    StillMoving,
)
from massctl.session.interlocks.person import Discomfort, NotResponding, OwnCeiling, Symptom
from massctl.session.interlocks.power import Battery, Heat
from massctl.session.limits import admit, device_limits
from massctl.session.snapshot import Drive, Snapshot
from massctl.session.supervisor import Supervisor
from tests.session.conftest import is_a_sentence
from tests.session.stage import facts, manual, percussion, plan, push, question, running, snapshot, turn

# ---------------------------------------------------------------- body/limits


def point(name: str, **changes: Any) -> Any:
    """Return a point of the atlas, changed."""
    return dataclasses.replace(Atlas.load().point(name), **changes)


def test_only_points_with_limits_need_their_listed_head() -> None:
    needs = {each.id for each in Atlas.load().points() if hard.needs_listed_head(each)}
    assert "GMAX" not in needs
    assert needs == {each.id for each in Atlas.load().points() if each.percussion.value == "lim"}
    assert needs


def test_F17_a_point_without_a_speed_or_without_percussion_has_no_band_and_a_band_of_one_speed_is_one() -> None:
    assert hard.speed_band_ppm(point("GMAX", speed_ppm=None)) is None
    forbidden = next(each for each in Atlas.load().points() if not hard.allows_percussion(each))
    assert hard.speed_band_ppm(dataclasses.replace(forbidden, speed_ppm=(1500, 1800))) is None
    assert hard.speed_band_ppm(point("GMAX", speed_ppm=(1800, 1800))) == (1800, 1800)
    assert hard.speed_band_ppm(point("GMAX", speed_ppm=(2600, 2700))) is None


def test_F10_a_point_without_a_force_or_without_percussion_has_no_band_of_push() -> None:
    assert hard.narrow_force_n(point("GMAX", force_n=None), (10.0, 20.0)) is None
    forbidden = next(each for each in Atlas.load().points() if not hard.allows_percussion(each))
    assert hard.narrow_force_n(dataclasses.replace(forbidden, force_n=(10.0, 20.0)), None) is None


def test_F11_a_head_of_1_5_cm2_is_no_cone_and_one_just_smaller_is() -> None:
    gmax = Atlas.load().point("GMAX")
    assert hard.narrow_force_n(gmax, (15.0, 30.0), 1.5) == (15.0, 18.0)
    assert hard.narrow_force_n(gmax, (15.0, 30.0), 1.49) == (7.5, 15.0)


def test_F18_a_band_from_exactly_3_n_is_useful() -> None:
    gmax = Atlas.load().point("GMAX")
    assert hard.narrow_force_n(gmax, (3.0, 20.0)) == (3.0, 20.0)
    assert hard.narrow_force_n(gmax, (2.99, 20.0)) is None


def test_F11_a_manual_band_stays_below_3_5_kg_cm2_and_is_shared_on_both_edges() -> None:
    strong = point("RHOM", pressure_kg_cm2=(3.0, 6.0))
    assert hard.narrow_pressure_kg_cm2(strong) == (3.0, 3.5)
    assert hard.narrow_pressure_kg_cm2(strong, share=0.5) == (1.5, 1.75)
    assert hard.narrow_pressure_kg_cm2(point("RHOM", pressure_kg_cm2=(1.0, 3.0)), (1.5, 2.5)) == (1.5, 2.0)
    assert hard.narrow_pressure_kg_cm2(point("RHOM", pressure_kg_cm2=(1.0, 3.0)), (2.0, 2.5)) == (1.0, 2.0)


def test_F35_the_first_four_harmonics_are_looked_at_and_no_other() -> None:
    assert hard.aliases_of_stroke_hz(1200, 1000.0) == pytest.approx((20.0, 40.0, 60.0, 80.0))


# ---------------------------------------------------------------- interlocks


def test_words_that_end_a_sentence_keep_their_mark() -> None:
    assert [ended(words) for words in ("Stop", "Stop.", "Stop?", "Stop!")] == ["Stop.", "Stop.", "Stop?", "Stop!"]


def test_F35_each_rating_above_5_without_a_sensor_slows_once() -> None:
    state = running(percussion("GMAX", speed_ppm=1700, head="ball"), facts(has_sensor=False))
    rule = SensorDoubt()
    assert rule.check(0.0, state) is None
    state.feelings.rate(6, 1.0)
    finding = rule.check(1.0, state)
    assert finding is not None
    assert (finding.rule, finding.level, finding.factor) == ("F35", Level.BACKOFF, 0.7)
    assert rule.check(1.1, state) is None
    state.feelings.rate(5, 20.0)
    assert rule.check(20.0, state) is None


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


def test_F22_a_symptom_speaks_of_a_point_only_where_one_was_worked_on() -> None:
    with_point, without = snapshot(percussion()), snapshot(question(Mode.MOVE))
    without.at_hand = without.worked_on = None
    texts = []
    for state in (with_point, without):
        state.feelings.take_key(Key.NUMB)
        finding = Symptom().check(0.0, state)
        assert finding is not None
        texts.append(finding.text)
    assert "rests for 72 h" in texts[0]
    assert "rests for" not in texts[1]


def test_F39_it_is_the_head_that_is_said_to_be_hot_from_38_degrees_on() -> None:
    def warned(motor_c: float, skin_c: float) -> str:
        state = snapshot(percussion())
        state.power = PowerReading(0.0, motor_temperature_c=motor_c, skin_temperature_c=skin_c)
        finding = Heat().check(0.0, state)
        assert finding is not None
        return finding.text

    assert "motor 56 °C" in warned(56.0, 37.9)
    assert "head 38 °C" in warned(56.0, 38.0)


# ---------------------------------------------------------------- limits


def test_F34_what_is_refused_for_want_of_somebody_says_why_and_what_helps() -> None:
    with pytest.raises(Blocked) as blocked:
        admit(plan(percussion()), facts(is_monitored=False), is_attended=False)
    assert "Nothing comes back" in blocked.value.what
    assert "relay" in blocked.value.remedy


def test_F35_what_is_refused_without_a_sensor_says_where_it_may_run() -> None:
    with pytest.raises(Blocked) as blocked:
        admit(plan(percussion()), facts(has_sensor=False))
    assert "large muscles" in blocked.value.what
    assert "Connect a sensor" in blocked.value.remedy


def test_F17_a_device_that_is_too_fast_for_a_start_is_refused_with_what_to_do() -> None:
    with pytest.raises(Blocked) as blocked:
        admit(plan(percussion("GMAX", speed_ppm=2200)), facts(speed_min_ppm=1850))
    assert blocked.value.remedy == "Use a manual tool."


def test_F33_the_firmware_is_asked_to_hold_the_hardest_steps_limits_and_of_no_step_the_hard_ones() -> None:
    of_steps = device_limits(plan(percussion(), manual()), facts())
    assert of_steps.speed_max_ppm == 1700
    assert of_steps.force_max_n == 1.5 * 20.0
    of_none = device_limits(plan(manual()), facts())
    assert of_none.speed_max_ppm == hard.SPEED_CEILING_PPM
    assert of_none.force_max_n == hard.FORCE_HARD_N


# ---------------------------------------------------------------- supervisor

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


# ---------------------------------------------------------------- each interlock, without what it looks at


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_an_interlock_without_a_step_at_hand_raises_nothing(kind: type[Interlock]) -> None:
    of_a_step = {"F2", "F10", "F11", "F13", "F14", "F16"}
    for drive, has_readings in itertools.product(Drive, (False, True)):
        state = Snapshot(dataclasses.replace(facts(), session_max_s=480.0, muscle_max_s=30.0, is_free_run=True))
        state.closed.add(("UTRAP", Side.LEFT))
        state.drive, state.set_ppm, state.is_motor_on = drive, 1700, True
        state.phase = Phase.WORKING
        if has_readings:
            push(state, 100.0, 10.0)
            turn(state, 100.0, 1700.0)
            state.power = PowerReading(100.0)
        state.feelings.take_key(Key.SHARP)
        state.feelings.rate(6, 100.0)
        assert kind().check(100.0, state) is None or kind.rule not in of_a_step


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_an_interlock_without_any_reading_raises_nothing(kind: type[Interlock]) -> None:
    state = snapshot(manual())
    finding = kind().check(0.0, state)
    assert finding is None, finding


# ---------------------------------------------------------------- doses


def dosed(state: Snapshot, seconds: float) -> Snapshot:
    """Return the snapshot with so many seconds of every kind behind it."""
    doses = state.doses
    doses.add(cast(Any, state.scope).step, seconds, is_motor_on=True, is_contact=True)
    doses.work_s = doses.percussion_s = doses.motor_on_s = seconds
    return state


def test_F13_what_passes_over_has_no_spot_and_what_does_not_work_has_no_end() -> None:
    assert SpotDose().check(0.0, dosed(running(), 200.0)) is None
    pin = dosed(running(percussion(mode=Mode.PIN)), 200.0)
    assert SpotDose().check(0.0, pin) is not None
    pin.phase = Phase.PAUSED
    assert SpotDose().check(0.0, pin) is None


@pytest.mark.parametrize("phase", [Phase.WAITING, Phase.PAUSED, Phase.RESTING, Phase.RATING, Phase.STOPPED])
def test_a_dose_ends_only_what_is_at_work(phase: Phase) -> None:
    known = dataclasses.replace(facts(), session_max_s=480.0, muscle_max_s=30.0)
    state = dosed(running(percussion(mode=Mode.PIN), known), 2000.0)
    state.doses.pinned_points = {f"point {number}" for number in range(9)}
    for kind in (SpotDose, BeforeEffort, PersonsSession, PinnedPoints):
        state.phase = phase
        assert kind().check(0.0, state) is None
        state.phase = Phase.RAMPING
        assert kind().check(0.0, state) is not None


def test_a_dose_of_the_motor_ends_nothing_while_it_is_off() -> None:
    state = dosed(running(known=dataclasses.replace(facts(), is_free_run=True)), 2000.0)
    for kind in (MuscleDose, SessionDose, FreeRun):
        assert kind().check(0.0, state) is not None
    state.want(Drive.OFF, 0, 1.0)
    for kind in (MuscleDose, SessionDose, FreeRun):
        assert kind().check(1.0, state) is None


def test_F16_a_sweep_and_a_pin_of_no_point_are_pinned_nowhere() -> None:
    for step in (percussion(), question(Mode.PIN)):
        state = running(step)
        state.doses.pinned_points = {f"point {number}" for number in range(9)}
        assert PinnedPoints().check(0.0, state) is None


# ---------------------------------------------------------------- push, link, motor


def test_F11_at_the_very_pressure_nothing_happens_and_at_the_stop_it_pauses() -> None:
    state = snapshot(manual(pressure_band_kg_cm2=(1.5, 2.5), head_area_cm2=1.0))
    assert state.scope is not None
    push(state, 0.0, state.scope.pressure_cap_kpa / 10.0)
    assert ToolPressure().check(0.0, state) is None
    push(state, 0.1, state.scope.pressure_stop_kpa / 10.0)
    finding = ToolPressure().check(0.1, state)
    assert finding is not None
    assert finding.level is Level.PAUSE


@pytest.mark.parametrize(
    ("phase", "factor"),
    [
        (Phase.RAMPING, 0.7),
        (Phase.WORKING, 0.7),
        (Phase.PAUSED, 0.7),
        (Phase.WAITING, 1.0),
        (Phase.RESTING, 1.0),
        (Phase.RATING, 1.0),
    ],
)
def test_F34_the_speed_comes_down_only_where_work_was_broken_into(phase: Phase, factor: float) -> None:
    state = running()
    state.lost_device, state.phase = "massager", phase
    finding = LinkSilent().check(0.0, state)
    assert finding is not None
    assert finding.factor == factor


def test_F2_a_forbidden_place_stops_only_a_motor_that_is_wanted() -> None:
    state = running(percussion("SCM"))
    assert PlaceForbidden().check(0.0, state) is not None
    state.want(Drive.OFF, 0, 1.0)
    assert PlaceForbidden().check(1.0, state) is None


def test_F17_the_first_three_seconds_end_at_three_seconds() -> None:
    state = running(percussion("GMAX", speed_ppm=2200), speed_ppm=2000)
    state.started_at_s = 10.0
    rule = SpeedCeiling()
    assert rule.check(12.99, state) is not None
    assert rule.check(13.0, state) is None
    state.set_ppm = 1800
    assert rule.check(12.0, state) is None
    slow = running(percussion("GMAX", speed_ppm=1700), speed_ppm=1701)
    slow.started_at_s = 10.0
    assert rule.check(11.0, slow) is not None
    slow.set_ppm = 1
    assert rule.check(11.0, slow) is None


def test_F33_a_refusal_in_a_soft_stop_stops_and_a_right_to_run_that_is_gone_there_does_not() -> None:
    state = running()
    state.want(Drive.SOFT_STOP, 0, 1.0)
    turn(state, 2.0, 500.0, is_armed=False)
    assert LeaseLapsed().check(2.0, state) is None
    state.refusal = "SetSpeed: busy"
    assert LeaseLapsed().check(2.0, state) is not None


def test_F33_the_right_to_run_is_judged_only_of_a_massager_that_can_be_commanded() -> None:
    for is_controllable in (True, False):
        state = running(known=facts(is_controllable=is_controllable))
        turn(state, 2.0, 1700.0, is_armed=True)
        assert LeaseLapsed().check(2.0, state) is None
        turn(state, 3.0, 1700.0, is_armed=False)
        assert (LeaseLapsed().check(3.0, state) is not None) is is_controllable


def test_F48_a_motor_that_measures_nothing_moves_as_far_as_it_is_commanded_and_has_1_5_s_to_stand() -> None:
    state = snapshot(manual())
    rule = MotorInterlock()
    turn(state, 100.0, None, commanded_ppm=0.0)
    assert rule.check(100.0, state) is None
    turn(state, 100.0, None, commanded_ppm=1200.0)
    assert rule.check(100.0, state) is not None
    state.lowered_at_s = 98.5
    assert rule.check(100.0, state) is None
    assert rule.check(100.001, state) is not None


def test_F48_a_motor_step_is_not_its_business() -> None:
    state = running()
    turn(state, 100.0, 1700.0)
    assert MotorInterlock().check(100.0, state) is None


def test_F54_a_motor_that_is_wanted_or_just_switched_off_is_not_still_moving() -> None:
    rule = StillMoving()
    for drive, set_ppm in ((Drive.RUN, 0), (Drive.ARMING, 0), (Drive.RUN, 1)):
        state = running()
        state.drive, state.set_ppm, state.drive_since_s = drive, set_ppm, 0.0
        turn(state, 100.0, 1000.0)
        assert rule.check(100.0, state) is None
    state = running()
    state.want(Drive.OFF, 0, 100.0)
    turn(state, 101.6, 1000.0)
    assert rule.check(101.6, state) is None
    assert rule.check(101.61, state) is not None


def test_F54_a_relay_has_1_5_s_to_open() -> None:
    state = running()
    rule = RelayStuck()
    for drive, closed, at_s, is_stuck in (
        (Drive.OFF, True, 101.5, False),
        (Drive.OFF, True, 101.51, True),
        (Drive.OFF, False, 110.0, False),
        (Drive.RUN, True, 110.0, False),
    ):
        state.drive, state.drive_since_s = drive, 100.0
        state.timer = TimerReading(at_s, closed, 0.0)
        assert (rule.check(at_s, state) is not None) is is_stuck
    state.began_at_s, state.drive, state.drive_since_s = 200.0, Drive.OFF, 0.0
    state.timer = TimerReading(201.0, relay_closed=True, remaining_s=0.0)
    assert rule.check(201.0, state) is None, "a session that has just begun gives it its time, too"


# ---------------------------------------------------------------- person and power


def test_F8_a_rating_above_the_own_ceiling_takes_speed_and_force() -> None:
    state = running(percussion(discomfort_max=4, discomfort_rule="F8"))
    rule = OwnCeiling()
    assert rule.check(0.0, state) is None
    state.feelings.rate(5, 1.0)
    finding = rule.check(1.0, state)
    assert finding is not None
    assert (finding.rule, finding.level, finding.factor, finding.force_factor) == ("F8", Level.BACKOFF, 0.8, 0.75)
    assert rule.check(1.1, state) is None


def test_F21_each_rating_is_judged_once_and_the_first_alone_is_no_rise() -> None:
    state = running()
    rule = NotResponding()
    state.feelings.rate(2, 0.0)
    assert rule.check(0.0, state) is None
    state.feelings.rate(5, 10.0)
    assert rule.check(10.0, state) is not None
    assert rule.check(10.1, state) is None
    nothing_of_the_step = running()
    nothing_of_the_step.feelings.rate(2, 0.0)
    nothing_of_the_step.feelings.begin_step()
    assert NotResponding().check(0.0, nothing_of_the_step) is None


def test_F22_sharp_pains_are_counted_by_point_and_the_first_with_the_motor_off_is_gentle() -> None:
    rule = Symptom()
    state = running()
    state.phase = Phase.WAITING
    state.feelings.take_key(Key.SHARP)
    finding = rule.check(0.0, state)
    assert finding is not None
    assert (finding.rule, finding.level, finding.factor, finding.ends) == ("F22", Level.BACKOFF, 0.7, Ends.NOTHING)
    other = running(percussion("GMAX"))
    other.feelings.symptom_serial = 5
    other.feelings.take_key(Key.SHARP)
    finding = rule.check(1.0, other)
    assert finding is not None
    assert finding.ends is Ends.NOTHING, "another point's first"


def test_F40_a_massager_at_its_charger_starts_nothing_and_stands_there_in_peace() -> None:
    state = running()
    state.power = PowerReading(0.0, battery_percent=80.0, is_charging=True)
    finding = Battery().check(0.0, state)
    assert finding is not None
    assert (finding.rule, finding.level) == ("F40", Level.PAUSE)
    state.want(Drive.OFF, 0, 1.0)
    assert Battery().check(1.0, state) is None


def test_F34_a_session_that_somebody_attends_needs_no_refusal_and_an_unattended_one_with_a_lease_neither() -> None:
    admit(plan(percussion()), facts(), is_attended=False)
    admit(plan(manual()), facts(is_monitored=False), is_attended=False)


def test_a_verdict_on_a_stop_from_outside_says_what_to_act_on() -> None:
    assert Supervisor(()).trip(STOP).acts == STOP


def test_a_pause_that_is_forgotten_is_none() -> None:
    supervisor, _, _ = judged(PAUSE)
    supervisor.forget_pause()
    assert supervisor.paused is None


@pytest.mark.parametrize(
    ("step", "known", "is_attended", "rule"),
    [
        (percussion("SCM"), facts(), True, "F2"),
        (percussion(mode=Mode.PIN, maximum_s=61.0), facts(), True, "F13"),
        (percussion(), dataclasses.replace(facts(), has_massager=False), True, "F2"),
        (percussion(), facts(has_sensor=False), True, "F35"),
        (percussion(), facts(speed_min_ppm=1850), True, "F17"),
        (percussion("GMAX", speed_ppm=2200), facts(speed_min_ppm=1850), True, "F17"),
        (percussion(), facts(is_monitored=False), False, "F34"),
    ],
)
def test_a_plan_is_refused_in_sentences_with_rule_place_and_remedy(
    step: PlannedStep, known: Facts, is_attended: bool, rule: str
) -> None:
    with pytest.raises(Blocked) as blocked:
        admit(plan(step), known, is_attended=is_attended)
    assert blocked.value.rule_id == rule
    assert is_a_sentence(blocked.value.what.removesuffix(f" [{rule}]"))
    assert is_a_sentence(blocked.value.remedy)
    assert blocked.value.what.startswith(f"Step 1 ({step.label}): ") is is_attended


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
