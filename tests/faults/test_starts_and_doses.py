"""What stands before a start, whose dose a gun runs up that was left on, and what is said: decided without a device."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from massctl.body.terms import Mode
from massctl.devices.capabilities import MotorReading, PowerReading, StopReason, TimerCapabilities, TimerReading
from massctl.programs.planner import _with_rests
from massctl.rules import Level
from massctl.session import asks, telling
from massctl.session.attended import AttendedSession
from massctl.session.commands import Key, Press
from massctl.session.core import Ports
from massctl.session.drive import SessionDevices
from massctl.session.events import Event, Phase
from massctl.session.facts import Facts, facts_of
from massctl.session.interlocks.motor import RelayStuck
from massctl.session.interlocks.person import Symptom
from massctl.session.snapshot import Drive
from tests.session.stage import MASSAGER, SENSOR, manual, percussion, plan, question, running, snapshot


@dataclass
class Box:
    """A timer, or a gun, that writes down what it is told."""

    name: str = "box"
    url: str = "test://box"
    capabilities: Any = dataclasses.field(default_factory=lambda: TimerCapabilities(60.0))
    last_frame_at_s: float = float("inf")
    told: list[str] = field(default_factory=list)

    def arm(self, duration_s: float) -> None:
        self.told.append("arm")

    def cancel(self) -> bool:
        return True

    def stop(self, reason: StopReason) -> bool:
        return True

    def set_speed(self, speed_ppm: int, ramp_ppm_per_s: int) -> None:
        self.told.append("speed")

    def renew(self) -> None:
        """Nothing to renew."""


@dataclass
class Table:
    """A session core whose time a test makes."""

    known: Facts
    steps: tuple[Any, ...]
    now_s: float = 100.0
    events: list[Event] = field(default_factory=list)
    arms: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.box = Box()
        ports = Ports(lambda: self.now_s, self.events.append, self.arms.append, lambda: None, lambda: None)
        devices = SessionDevices(massager=cast(Any, Box("gun")), timer=cast(Any, self.box))
        self.core = AttendedSession(plan(*self.steps), devices, self.known, ports, is_resettable=True)
        self.core.snapshot.began_at_s = self.core.last_press_s = self.now_s
        self.core.open(self.now_s)

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.05)):
            self.now_s += 0.05
            self.core.beat(self.now_s)

    def press(self, key: Key) -> None:
        self.core.press(Press(key))

    def until(self, phase: Phase) -> None:
        for _ in range(200):
            if self.core.snapshot.phase is phase:
                return
            self.wait(0.6)
            self.press(Key.GO_ON)
        raise AssertionError(self.core.snapshot.phase)


def test_F40_neither_the_relay_nor_the_massager_is_armed_before_the_supervisor_has_approved() -> None:
    table = Table(facts_of(MASSAGER, SENSOR, TimerCapabilities(60.0)), (percussion(),))
    table.core.snapshot.power = PowerReading(0.0, battery_percent=6.0)
    table.until(Phase.WAITING)
    table.wait(0.6)
    table.press(Key.GO_ON)
    assert table.core.snapshot.phase is Phase.PAUSED
    assert "arm" not in table.box.told
    assert table.arms == []


def by_hand() -> Table:
    gun = dataclasses.replace(MASSAGER, is_controllable=False, lease_s=None, confirms_speed=False)
    table = Table(facts_of(gun, None, None), (percussion("GMAX"), percussion("GMED"), question(Mode.RATE)))
    table.until(Phase.WAITING)
    table.wait(0.6)
    table.press(Key.GO_ON)
    table.wait(3.0)
    return table


@pytest.mark.parametrize("skips", [1, 2])
def test_F14_a_gun_that_is_left_on_by_k_runs_up_the_dose_of_the_step_it_was_started_for(skips: int) -> None:
    table = by_hand()
    for _ in range(skips):
        table.press(Key.SKIP)
    table.wait(4.0)
    doses, (first, second, _) = table.core.snapshot.doses, table.core.conductor.steps
    assert doses.muscle_s(first) == pytest.approx(7.0, abs=0.2)
    assert doses.muscle_s(second) == 0.0
    assert doses.motor_on_s == pytest.approx(7.0, abs=0.2)
    assert table.core.conductor.work.work_s == 0.0
    table.press(Key.GO_ON)
    table.wait(2.0)
    assert doses.motor_on_s == pytest.approx(7.0, abs=0.2), "somebody has said that it is off"


def test_F14_a_gun_that_is_left_on_in_a_pause_runs_up_the_dose_of_its_step() -> None:
    table = by_hand()
    table.press(Key.PAUSE)
    table.wait(4.0)
    assert table.core.snapshot.doses.muscle_s(table.core.conductor.step) == pytest.approx(7.0, abs=0.2)


def test_F16_a_motor_that_coasts_into_the_next_step_runs_up_nothing_there() -> None:
    table = Table(facts_of(MASSAGER, SENSOR, None), (percussion("GMAX"), percussion("GMED", mode=Mode.PIN)))
    table.until(Phase.WAITING)
    table.wait(0.6)
    table.press(Key.GO_ON)
    table.core.armed(table.arms[-1])
    table.press(Key.SKIP)
    now_s = table.now_s
    table.core.take(MotorReading(now_s, now_s, 0.0, 0.0, 900.0, is_armed=False))
    table.wait(0.5)
    doses, (_, second) = table.core.snapshot.doses, table.core.conductor.steps
    assert doses.muscle_s(second) == 0.0
    assert doses.pinned_points == set()
    assert table.core.conductor.work.work_s == 0.0


@pytest.mark.parametrize(("after_s", "stops"), [(1.5, False), (1.6, True)])
def test_F54_a_relay_that_has_not_opened_1_5_s_behind_a_motor_off_stops(after_s: float, *, stops: bool) -> None:
    state = running()
    state.want(Drive.OFF, 0, 10.0)
    state.timer = TimerReading(10.0 + after_s, relay_closed=True, remaining_s=0.0)
    finding = RelayStuck().check(10.0 + after_s, state)
    assert (finding is not None) is stops
    if finding is not None:
        assert (finding.rule, finding.level) == ("F54", Level.STOP)
        assert "use another timer" in finding.text


def test_F54_a_relay_that_opens_or_is_wanted_closed_or_is_not_there_stops_nothing() -> None:
    state = running()
    assert RelayStuck().check(20.0, state) is None
    state.timer = TimerReading(20.0, relay_closed=True, remaining_s=2.0)
    assert RelayStuck().check(20.0, state) is None
    state.want(Drive.OFF, 0, 10.0)
    state.timer = TimerReading(20.0, relay_closed=False, remaining_s=0.0)
    assert RelayStuck().check(20.0, state) is None


@pytest.mark.parametrize("has_point", [True, False])
def test_F22_the_point_rests_where_there_is_one(*, has_point: bool) -> None:
    state = snapshot(percussion() if has_point else question())
    state.feelings.take_key(Key.DIZZY)
    finding = Symptom().check(0.0, state)
    assert finding is not None
    assert ("This point rests for 24 h." in finding.text) is has_point
    assert finding.text.startswith("Dizzy: sit or lie down.")
    assert finding.text.endswith("If it does not pass soon, get help.")


def test_instructions_are_sentences() -> None:
    step, facts = manual(instruction="roll slowly over it"), facts_of(None, None, None)
    assert "then press Enter. Roll slowly over it." in asks.start(step, facts)
    assert telling.step_started(0.0, step, 1, 30.0, None, facts=facts).instruction == "Roll slowly over it"


def test_F13_standing_steps_with_the_massager_on_one_spot_are_20_s_apart_whatever_their_mode() -> None:
    steps = (
        percussion(mode=Mode.KNEAD),
        percussion(mode=Mode.PIN),
        percussion(mode=Mode.SWEEP),
        manual(mode=Mode.KNEAD),
        manual(),
        manual(),
    )
    assert [step.rest_before_s for step in _with_rests(steps)] == [0.0, 20.0, 0.0, 0.0, 0.0, 20.0]
