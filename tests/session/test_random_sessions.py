"""Random sessions: whatever devices report and a person presses, in any order, the promises hold.

No device at all is needed: the synchronous core is driven with devices that only write down what they are told.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from massctl.body import limits as hard
from massctl.body.terms import End, Mode, Side
from massctl.devices.capabilities import (
    CommandRefused,
    ForceReading,
    InputKind,
    InputPressed,
    MotorReading,
    StopAcknowledged,
    StopReason,
    TimerCapabilities,
    TimerReading,
)
from massctl.rules import Level
from massctl.session.attended import AttendedSession
from massctl.session.commands import Key, Press
from massctl.session.core import Ports
from massctl.session.drive import TIMER_SLICE_S, SessionDevices
from massctl.session.events import Event, Intervention, Phase, StopSeen
from massctl.session.interlocks import Finding
from massctl.session.limits import facts_of
from massctl.session.snapshot import Drive
from tests.session.stage import MASSAGER, SENSOR, manual, percussion, plan, question

STEPS = 2000
SEEDS = range(24)
SYMPTOMS = (Key.NUMB, Key.DIZZY, Key.NAUSEA)
RARE = (*SYMPTOMS, Key.SHARP, Key.STOP, Key.STOP)
LIKELY = (
    *(Key.GO_ON,) * 10,
    *(Key.RELEASE, Key.CONFIRM) * 5,
    *(Key.DISCOMFORT, Key.FASTER) * 2,
    *(key for key in Key if key not in {*RARE, Key.FINISH}),
)
TIMER = TimerCapabilities(60.0, has_pedal=True)

Place = tuple[int, str, Side | None]


@dataclass
class Paper:
    """A massager that writes down what it is told, and asserts what must never be asked of it."""

    name: str = "paper"
    url: str = "test://paper"
    last_frame_at_s: float = math.inf
    capabilities: Any = MASSAGER
    speed_ppm: int = 0
    is_armed: bool = False
    session: Any = None
    walk: Any = None
    stops: int = 0
    speeds: list[int] = field(default_factory=list)

    def set_speed(self, speed_ppm: int, ramp_ppm_per_s: int) -> None:
        core = self.session
        assert ramp_ppm_per_s <= hard.RAMP_MAX_PPM_PER_S
        assert core.supervisor.tripped is None
        if speed_ppm > 0:
            step = core.conductor.step
            assert core.supervisor.paused is None
            assert core.snapshot.has_start_press
            assert core.snapshot.lost_device is None
            assert step.runs_motor
            assert speed_ppm <= min(step.speed_ppm, step.point.region.max_ppm, MASSAGER.speed_max_ppm)
            assert speed_ppm >= MASSAGER.speed_min_ppm
            assert self.speed_ppm > 0 or speed_ppm <= hard.START_SPEED_MAX_PPM
            self.walk.judge_speed(step, speed_ppm)
        self.speed_ppm = speed_ppm
        self.speeds.append(speed_ppm)

    def renew(self) -> None:
        assert self.session.supervisor.tripped is None
        assert self.session.supervisor.paused is None

    def stop(self, reason: StopReason) -> bool:
        self.stops += 1
        self.speed_ppm, self.is_armed = 0, False
        return True


@dataclass
class PaperTimer:
    """A relay that writes down until when it is closed."""

    session: Any = None
    name: str = "paper timer"
    url: str = "test://timer"
    last_frame_at_s: float = math.inf
    capabilities: TimerCapabilities = TIMER
    until_s: float = -math.inf
    now_s: float = 0.0
    arms: int = 0

    def arm(self, duration_s: float) -> None:
        core = self.session
        assert core.supervisor.tripped is None
        assert core.supervisor.paused is None
        assert core.conductor.step.runs_motor
        assert duration_s <= TIMER_SLICE_S
        scope, doses = core.conductor.scope, core.snapshot.doses
        assert duration_s <= max(0.0, scope.contact_max_s - doses.spot_s(core.conductor.step)) + 0.5 + 1e-6
        self.until_s, self.arms = self.now_s + duration_s, self.arms + 1

    def cancel(self) -> None:
        self.until_s = -math.inf


class Walk:
    """One random session, with a record of its own of what must hold."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.now_s = 100.0
        self.paper, self.timer = Paper(), PaperTimer()
        self.events: list[Event] = []
        self.turning_ppm = 0.0
        self.push_n = 8.0
        self.first_reason: str | None = None
        self.gone: set[tuple[str, Side]] = set()
        self.most_ppm: dict[Place, int] = {}
        self.relinks = self.back = 0
        self.is_zero_due = False
        devices = SessionDevices(
            massager=cast(Any, self.paper), sensor=cast(Any, Paper(name="gauge")), timer=cast(Any, self.timer)
        )
        self.core = AttendedSession(
            plan(
                percussion("GMAX", speed_ppm=2200, force_band_n=(15.0, 30.0)),
                *(
                    percussion("GMED", Mode.PIN, side=side, pass_number=number, passes=2)
                    for number in (1, 2)
                    for side in (Side.LEFT, Side.RIGHT)
                ),
                percussion(mode=Mode.PIN),
                percussion(side=Side.RIGHT),
                manual(),
                question(Mode.MOVE, End.DONE),
                percussion("GMAX", Mode.KNEAD, maximum_s=45.0, side=Side.RIGHT),
                question(),
            ),
            devices,
            facts_of(MASSAGER, SENSOR, TIMER),
            Ports(lambda: self.now_s, self.events.append, self._arm, self._zero, lambda: None),
            is_resettable=True,
        )
        self.paper.session = self.timer.session = self.core
        self.paper.walk = self
        self.core.snapshot.began_at_s = self.core.last_press_s = self.now_s
        self.core.is_live = True
        self.core.conductor.begin(self.now_s)

    def judge_speed(self, step: Any, speed_ppm: int) -> None:
        """Assert what no way through the session may break: ended points, and gentleness that only + takes back."""
        assert (step.point.id, step.side) not in self.gone, "a start on a point that is over"
        assert speed_ppm <= self.most_ppm.get(self._place(step), 9999), "faster than what back-offs had left"

    def _place(self, step: Any) -> Place:
        return (step.program_step, step.point.id, step.side)

    def _arm(self, start: int) -> None:
        if self.random.random() < 0.9:
            self.paper.is_armed = True
            self.core.armed(start)

    def _zero(self) -> None:
        self.is_zero_due = True

    def step(self) -> None:
        self.now_s += 0.05
        self.timer.now_s = self.now_s
        self.turning_ppm += max(-150.0, min(30.0, self.paper.speed_ppm - self.turning_ppm))
        chance = self.random.random()
        if chance < 0.1:
            self._press()
        elif chance < 0.11:
            self._fault()
        if self.core.snapshot.lost_device is not None and self.random.random() < 0.03:
            self._relink()
        if self.core.snapshot.lost_device is None:
            self._report()
        if self.is_zero_due:
            self.is_zero_due = False
            self.core.zeroed()
        self.core.beat(self.now_s)
        self._check()

    def _report(self) -> None:
        now_s, set_ppm = self.now_s, self.paper.speed_ppm
        self.push_n = max(0.0, min(90.0, self.push_n + self.random.gauss(0.0, 1.0)))
        if self.core.tare is not None:
            self.push_n = self.random.uniform(0.0, 0.01)
        self.core.take(ForceReading(now_s, now_s, self.push_n, self.push_n * 1.1))
        self.core.take(MotorReading(now_s, now_s, set_ppm, self.turning_ppm, self.turning_ppm, self.paper.is_armed))
        self.core.take(TimerReading(now_s, now_s < self.timer.until_s, max(0.0, self.timer.until_s - now_s)))

    def _relink(self) -> None:
        """Do as the runner does when the devices are back."""
        core = self.core
        core.snapshot.lost_device, self.relinks = None, self.relinks + 1
        others = {event.rule for event in self.stops_since_reset() if event.rule != "F34"}
        if core.supervisor.relink():
            assert not others, "a stop was forgotten over the reconnect"
            core.conductor.relinked(self.now_s)
        else:
            core.conductor.say(self.now_s, Phase.STOPPED, "Stopped.")
        core.flush()
        self.first_reason = core.supervisor.tripped.rule if core.supervisor.tripped is not None else None

    def stops_since_reset(self) -> list[Intervention]:
        stops = [e for e in self.events if isinstance(e, Intervention) and e.level is Level.STOP]
        return [event for event in stops if event.at_s >= self._reset_at_s]

    _reset_at_s = -math.inf

    def _press(self) -> None:
        key = self.random.choice(RARE if self.random.random() < 0.05 else LIKELY)
        value = self.random.randint(0, 10) if key is Key.DISCOMFORT else None
        core, step = self.core, self.core.conductor.step
        was_at_work, before_ppm = core.conductor.is_at_work, core.supervisor.ceiling_ppm
        was_tripped = core.supervisor.tripped is not None
        if key in SYMPTOMS:
            at_hand = core.snapshot.at_hand
            if at_hand is not None and at_hand.point is not None:
                self.gone |= {(at_hand.point.id, side) for side in (Side.LEFT, Side.RIGHT)}
        if key is Key.FASTER and was_at_work and step.runs_motor:
            place = self._place(step)
            self.most_ppm[place] = self.most_ppm.get(place, before_ppm) + hard.SPEED_RAISE_MAX_PPM
        self.back += key is Key.BACK
        self.core.press(Press(key, value))
        if key is Key.STOP:
            assert core.supervisor.tripped is not None, "a STOP key that does not latch"
            assert core.snapshot.drive is Drive.OFF
        if key is Key.CONFIRM and was_tripped and core.supervisor.tripped is None:
            self.first_reason, self._reset_at_s = None, core.at_s() + 1e-3

    def _fault(self) -> None:
        is_running = self.core.snapshot.drive is Drive.RUN
        match 1 if is_running and self.random.random() < 0.2 else self.random.randrange(8):
            case 0:
                self.push_n = self.random.uniform(0.0, 90.0)
            case 1:
                self.core.take(CommandRefused(self.now_s, "SetSpeed", "busy"))
            case 2:
                self.core.take(InputPressed(self.now_s, self.random.choice(list(InputKind))))
            case 3:
                self.core.take(StopAcknowledged(self.now_s))
            case 4:
                self.core.take(ForceReading(self.now_s, self.now_s, math.nan, math.nan))
            case 5 if is_running or self.random.random() < 0.1:
                self.turning_ppm = self.random.uniform(0.0, 2600.0)
            case 6 | 7:
                self.core.snapshot.lost_device = self.random.choice(["massager", "sensor", "timer"])

    def _check(self) -> None:
        core, snapshot = self.core, self.core.snapshot
        assert core.bug is None, repr(core.bug)
        tripped = core.supervisor.tripped
        if tripped is not None:
            assert self.paper.speed_ppm == 0
            assert snapshot.drive is Drive.OFF
            assert self.timer.until_s <= self.now_s
            assert self.first_reason in {None, tripped.rule}
            self.first_reason = tripped.rule
        else:
            self.first_reason = None
        if core.supervisor.paused is not None:
            assert self.paper.speed_ppm == 0
            assert self.timer.until_s <= self.now_s
        if not core.conductor.step.runs_motor or core.conductor.is_over:
            assert self.paper.speed_ppm == 0
        step = core.conductor.step
        if snapshot.scope is not None and step.runs_motor and snapshot.scope.step is step:
            place = self._place(step)
            self.most_ppm[place] = min(self.most_ppm.get(place, 9999), core.supervisor.ceiling_ppm)
        assert snapshot.set_ppm == self.paper.speed_ppm
        assert snapshot.doses.percussion_s <= hard.SESSION_MAX_S + 1.0

    def run(self) -> Walk:
        for _ in range(STEPS):
            self.step()
            if self.core.end is not None:
                break
        return self


@pytest.mark.parametrize("seed", SEEDS)
def test_the_promises_hold_in_any_session(seed: int) -> None:
    walk = Walk(seed).run()
    spots = walk.core.snapshot.doses.by_spot_s
    assert all(seconds <= 60.2 for spot, seconds in spots.items() if spot[1] in {"UTRAP", "GMED"} and spot[4])
    told = [event for event in walk.events if isinstance(event, Intervention)]
    assert all(event.text and event.rule for event in told)


@pytest.mark.parametrize("seed", SEEDS)
def test_F54_of_every_stop_it_is_told_whether_it_was_seen(seed: int) -> None:
    walk = Walk(seed)
    begun, write = [], walk.core.stop.write

    def noted(finding: Finding, decided_s: float, clock: Callable[[], float]) -> None:
        if walk.core.stop.is_settled:
            begun.append(finding.rule)
        write(finding, decided_s, clock)

    walk.core.stop.write = noted  # type: ignore[method-assign]
    walk.run()
    for _ in range(40):
        walk.now_s += 0.05
        walk.core.beat(walk.now_s)
    seen = [event.rule for event in walk.events if isinstance(event, StopSeen)]
    assert begun
    assert len(seen) >= len(begun)


def test_random_sessions_reach_what_they_are_for() -> None:
    speeds, rules, phases = set(), set(), set()
    relinks = back = gone = arms = softened = 0
    for seed in SEEDS:
        walk = Walk(seed).run()
        speeds |= set(walk.paper.speeds)
        rules |= {event.rule for event in walk.events if isinstance(event, Intervention)}
        phases |= {getattr(event, "phase", None) for event in walk.events}
        relinks, back, gone, arms = (
            relinks + walk.relinks,
            back + walk.back,
            gone + len(walk.gone),
            arms + walk.timer.arms,
        )
        softened += sum(most < 2200 for most in walk.most_ppm.values())
    assert max(speeds) >= 1800
    assert {"F10", "F20", "F22", "F33", "F34", "F42"} <= rules
    assert {Phase.RECONNECTING, Phase.PAUSED, Phase.STOPPED, Phase.RATING, Phase.RESTING} <= phases
    assert relinks > 20
    assert back > 20
    assert gone > 20
    assert arms > 100
    assert softened > 20


def started() -> Walk:
    """Return a session whose motor runs on the pin of UTRAP."""
    walk = Walk(1)
    walk._report()
    walk.core.conductor.enter(walk.now_s, 5)
    walk.core.press(Press(Key.GO_ON))
    assert walk.paper.speed_ppm > 0
    return walk


def test_F13_the_relay_is_armed_for_no_longer_than_the_spot_has_left() -> None:
    conductor = started().core.conductor
    conductor.snapshot.doses.add(conductor.step, 59.4, is_motor_on=True, is_contact=True)
    assert conductor.motor_left_s() == pytest.approx(0.6 + 0.5, abs=0.1)


def test_F33_no_renewal_no_arming_and_no_speed_behind_a_denied_check() -> None:
    walk = started()
    core = walk.core
    core.supervisor.trip(Finding("F42", Level.STOP, "Latched, and nobody has acted on it yet."))
    walk.now_s += 0.3
    assert not core.judge(walk.now_s)
    core.snapshot.want(Drive.ARMING, 0, walk.now_s)
    core.armed(core.drive.starts)
    assert walk.paper.speeds[-1] == walk.paper.speed_ppm
    core.snapshot.want(Drive.OFF, 0, walk.now_s)
    asked = walk.timer.arms
    core._start(walk.now_s)
    assert walk.timer.arms == asked
