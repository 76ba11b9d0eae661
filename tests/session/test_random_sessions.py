"""Random sessions: whatever devices report and a person presses, in any order, the promises hold.

No device at all is needed: the synchronous core is driven with a device that only writes down what it is told.
"""

from __future__ import annotations

import math
import random
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
)
from massctl.errors import LinkLost
from massctl.rules import Level
from massctl.session.attended import AttendedSession
from massctl.session.commands import Key, Press
from massctl.session.core import Ports
from massctl.session.drive import SessionDevices
from massctl.session.events import Event, Intervention, StopSeen
from massctl.session.limits import facts_of
from massctl.session.snapshot import Drive
from tests.session.stage import MASSAGER, SENSOR, manual, percussion, plan, question

STEPS = 2000


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
            assert step.runs_motor
            assert speed_ppm <= min(step.speed_ppm, step.point.region.max_ppm, MASSAGER.speed_max_ppm)
            assert core.supervisor.ceiling_ppm is None or speed_ppm <= core.supervisor.ceiling_ppm
            assert speed_ppm >= MASSAGER.speed_min_ppm
            assert self.speed_ppm > 0 or speed_ppm <= hard.START_SPEED_MAX_PPM
        self.speed_ppm = speed_ppm
        self.speeds.append(speed_ppm)

    def renew(self) -> None:
        assert self.session.supervisor.tripped is None
        assert self.session.supervisor.paused is None

    def stop(self) -> None:
        self.stops += 1
        self.speed_ppm, self.is_armed = 0, False


class Walk:
    """One random session."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.now_s = 100.0
        self.paper = Paper()
        self.events: list[Event] = []
        self.turning_ppm = 0.0
        self.push_n = 8.0
        self.first_reason: str | None = None
        devices = SessionDevices(massager=cast(Any, self.paper), sensor=cast(Any, Paper(name="gauge")))
        facts = facts_of(MASSAGER, SENSOR, None)
        steps = plan(
            percussion("GMAX", speed_ppm=2200, force_band_n=(15.0, 30.0)),
            percussion(mode=Mode.PIN),
            percussion(side=Side.RIGHT),
            manual(),
            question(Mode.MOVE, End.DONE),
            percussion("GMED", Mode.PIN, maximum_s=45.0, minimum_s=30.0),
            question(),
        )
        self.core = AttendedSession(
            steps,
            devices,
            facts,
            Ports(lambda: self.now_s, self.events.append, self._arm, lambda: None),
            is_resettable=True,
        )
        self.paper.session = self.core
        self.core.snapshot.began_at_s = self.core.last_press_s = self.now_s
        self.core.is_live = True
        self.core.conductor.begin(self.now_s)

    def _arm(self, start: int) -> None:
        if self.random.random() < 0.9:
            self.paper.is_armed = True
            self.core.armed(start)

    def step(self) -> None:
        self.now_s += 0.05
        self.turning_ppm += max(-150.0, min(30.0, self.paper.speed_ppm - self.turning_ppm))
        chance = self.random.random()
        if chance < 0.1:
            self._press()
        elif chance < 0.12:
            self._fault()
        self.push_n = max(0.0, min(90.0, self.push_n + self.random.gauss(0.0, 1.0)))
        self.core.take(ForceReading(self.now_s, self.now_s, self.push_n, self.push_n * 1.1))
        set_ppm = self.paper.speed_ppm
        self.core.take(
            MotorReading(self.now_s, self.now_s, set_ppm, self.turning_ppm, self.turning_ppm, self.paper.is_armed)
        )
        self.core.beat(self.now_s)
        self._check()

    def _press(self) -> None:
        likely = [Key.GO_ON] * 8 + [Key.RELEASE, Key.CONFIRM] * 4 + [key for key in Key if key is not Key.FINISH]
        key = self.random.choice(likely)
        value = self.random.randint(0, 10) if key is Key.DISCOMFORT else None
        self.core.press(Press(key, value))
        if key is Key.CONFIRM and self.core.supervisor.tripped is None:
            self.first_reason = None

    def _fault(self) -> None:
        match self.random.randrange(6):
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
            case 5:
                self.turning_ppm = self.random.uniform(0.0, 2600.0)

    def _check(self) -> None:
        core, snapshot = self.core, self.core.snapshot
        assert core.bug is None, repr(core.bug)
        tripped = core.supervisor.tripped
        if tripped is not None:
            assert self.paper.speed_ppm == 0
            assert snapshot.drive is Drive.OFF
            assert self.first_reason in {None, tripped.rule}
            self.first_reason = tripped.rule
        else:
            self.first_reason = None
        if core.supervisor.paused is not None:
            assert self.paper.speed_ppm == 0
        if not core.conductor.step.runs_motor or core.conductor.is_over:
            assert self.paper.speed_ppm == 0
        assert snapshot.set_ppm == self.paper.speed_ppm
        assert snapshot.doses.percussion_s <= hard.SESSION_MAX_S + 1.0


@pytest.mark.parametrize("seed", range(20))
def test_the_promises_hold_in_any_session(seed: int) -> None:
    walk = Walk(seed)
    for _ in range(STEPS):
        walk.step()
        if walk.core.end is not None:
            break
    spots = walk.core.snapshot.doses.by_spot_s
    assert all(seconds <= 60.2 for spot, seconds in spots.items() if spot[1] == "UTRAP" and spot[2] is Side.LEFT)
    stops = [e for e in walk.events if isinstance(e, Intervention) and e.level is Level.STOP]
    seen = [e for e in walk.events if isinstance(e, StopSeen)]
    assert len(seen) >= len(stops) - 1


def test_random_sessions_do_run_the_motor_and_do_trip() -> None:
    speeds, rules = set(), set()
    for seed in range(20):
        walk = Walk(seed)
        for _ in range(STEPS):
            walk.step()
            if walk.core.end is not None:
                break
        speeds |= set(walk.paper.speeds)
        rules |= {event.rule for event in walk.events if isinstance(event, Intervention)}
    assert max(speeds) >= 1700
    assert {"F10", "F22", "F33", "F42"} <= rules


def test_a_lost_link_is_the_reason_that_is_kept() -> None:
    walk = Walk(1)
    walk.core.snapshot.lost_device = "massager"
    walk.core.beat(walk.now_s)
    assert walk.core.supervisor.tripped is not None
    assert walk.core.supervisor.tripped.rule == "F34"
    assert isinstance(LinkLost("test://paper", "gone"), Exception)
