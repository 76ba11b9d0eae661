"""A session without devices: the synchronous core, and a massager, a relay and a gauge that only write down what they are told.

They assert what must never be asked of them; the tests drive time, readings and keys.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from massctl.body import limits as hard
from massctl.body.terms import Side
from massctl.devices.capabilities import (
    ForceReading,
    ForceSensorCapabilities,
    MotorReading,
    Report,
    StopReason,
    TimerCapabilities,
    TimerReading,
)
from massctl.programs.plan import Plan, PlannedStep
from massctl.rules import Level
from massctl.session import links
from massctl.session.attended import AttendedSession
from massctl.session.commands import Key, Press
from massctl.session.core import Ports
from massctl.session.drive import TIMER_SLICE_S, SessionDevices
from massctl.session.events import Event, Intervention, Phase, StopSeen
from massctl.session.facts import facts_of
from massctl.session.interlocks import Finding
from massctl.session.links import BACK_OFF_S
from massctl.session.snapshot import Drive, Snapshot
from massctl.session.supervisor import Verdict
from tests.session.stage import MASSAGER, SENSOR

TIMER = TimerCapabilities(60.0, has_pedal=True)
SYMPTOMS = frozenset({Key.NUMB, Key.DIZZY, Key.NAUSEA})
FAST_AFTER_S = 3.0

Place = tuple[int, str, Side | None]


@dataclass
class Paper:
    """A massager, or a gauge, that writes down what it is told, and asserts what must never be asked of it."""

    session: PaperSession
    name: str = "paper"
    url: str = "test://paper"
    last_frame_at_s: float = math.inf
    capabilities: Any = MASSAGER
    speed_ppm: int = 0
    started_at_s: float = -math.inf
    is_armed: bool = False
    stops: int = 0
    renewals: int = 0
    speeds: list[int] = field(default_factory=list)
    raises: Exception | None = None
    """What it raises when it is told to stop."""

    def set_speed(self, speed_ppm: int, ramp_ppm_per_s: int) -> None:
        assert ramp_ppm_per_s <= hard.RAMP_MAX_PPM_PER_S
        assert self.session.core.supervisor.tripped is None
        if speed_ppm > 0:
            if self.speed_ppm == 0:
                self.started_at_s = self.session.now_s
            self.session.judge_speed(speed_ppm)
        self.speed_ppm = speed_ppm
        self.speeds.append(speed_ppm)

    def renew(self) -> None:
        self.session.assert_approved()
        self.renewals += 1

    def stop(self, reason: StopReason) -> bool:
        self.stops += 1
        self.speed_ppm, self.is_armed = 0, False
        if self.raises is not None:
            raise self.raises
        return True


@dataclass
class PaperTimer:
    """A relay that writes down until when it is closed."""

    session: PaperSession
    name: str = "paper timer"
    url: str = "test://timer"
    last_frame_at_s: float = math.inf
    capabilities: TimerCapabilities = TIMER
    until_s: float = -math.inf
    arms: int = 0

    def arm(self, duration_s: float) -> None:
        core = self.session.core
        self.session.assert_approved()
        assert core.conductor.step.runs_motor
        assert duration_s <= TIMER_SLICE_S
        scope, doses = core.conductor.scope, core.snapshot.doses
        assert duration_s <= max(0.0, scope.contact_max_s - doses.spot_s(core.conductor.step)) + 0.5 + 1e-6
        self.until_s, self.arms = self.session.now_s + duration_s, self.arms + 1

    def cancel(self) -> bool:
        self.until_s = -math.inf
        return True


class PaperSession:
    """One session on paper, with a record of its own of what must hold."""

    def __init__(self, plan: Plan, *, massager: Any = MASSAGER, sensor: Any = SENSOR, begins: bool = True) -> None:
        self.now_s = 100.0
        self.paper = Paper(self, capabilities=massager)
        self.timer = PaperTimer(self)
        self.events: list[Event] = []
        self.turning_ppm = self.ramped_ppm = 0.0
        self.stuck_until_s, self.stuck_ppm = -math.inf, 0.0
        """Until when the motor turns as it likes, and how fast."""
        self.push_n = 8.0
        self.peak = 1.1
        """The peak of a reading as a multiple of its mean."""
        self.noise_n = 0.0
        self.arms_answered = True
        self.is_motor_heard = self.is_force_heard = True
        self.is_measured = True
        """Whether the massager measures its own speed."""
        self.gone: set[tuple[str, Side]] = set()
        self.most_ppm: dict[Place, int] = {}
        self.stops_begun = self.relinks = 0
        self._first_reason: str | None = None
        self._before_reset = 0
        self._verdict = Verdict(approves=False)
        self._is_zero_due = False
        self._lost_at_s = 0.0
        self.zero_n = 0.0
        """What the sensor shows while it is set to zero."""
        is_there = isinstance(sensor, ForceSensorCapabilities)
        self.gauge = Paper(self, name="gauge", url="test://gauge", capabilities=sensor) if is_there else None
        self.core = AttendedSession(
            plan,
            SessionDevices(cast(Any, self.paper), cast(Any, self.gauge), cast(Any, self.timer)),
            facts_of(
                massager,
                sensor,
                TIMER,
                is_free_run=plan.is_free_run,
                session_max_s=plan.session_max_s,
                muscle_max_s=plan.muscle_max_s,
            ),
            Ports(lambda: self.now_s, self.events.append, self._arm, self._zero, lambda: None),
            is_resettable=True,
        )
        self._watch_verdicts_and_stops()
        self.core.snapshot.began_at_s = self.core.last_press_s = self.now_s
        self.core.is_live = True
        if begins:  # the zero of the sensor lies behind
            self.core._has_begun = True
            self.core.conductor.begin(self.now_s)

    def _watch_verdicts_and_stops(self) -> None:
        check, write = self.core.supervisor.check, self.core.stop.write

        def checked(now_s: float, snapshot: Snapshot) -> Verdict:
            self._verdict = check(now_s, snapshot)
            return self._verdict

        def written(finding: Finding, decided_s: float, clock: Callable[[], float]) -> None:
            self.stops_begun += self.core.stop.is_settled
            write(finding, decided_s, clock)

        self.core.supervisor.check = checked  # type: ignore[method-assign]
        self.core.stop.write = written  # type: ignore[method-assign]

    @property
    def phase(self) -> Phase:
        """Where the session is."""
        return self.core.snapshot.phase

    # --- what must never happen ----------------------------------------------------------------------------------------------

    def assert_approved(self) -> None:
        """Assert that the newest check approved: no arming, no renewal and no speed without it (F33)."""
        assert self._verdict.approves
        assert self.core.supervisor.tripped is None
        assert self.core.supervisor.paused is None

    def judge_speed(self, speed_ppm: int) -> None:
        """Assert what no way through the session may break: limits, ended points, and gentleness that only + takes back."""
        self.assert_approved()
        core, step = self.core, self.core.conductor.step
        assert step.runs_motor
        assert step.point is not None
        assert step.speed_ppm is not None
        assert core.snapshot.has_start_press
        assert core.snapshot.lost_device is None
        band_ppm = step.point.speed_ppm
        wish_ppm = band_ppm[1] if core.plan.is_free_run and band_ppm is not None else step.speed_ppm
        limits_ppm = (wish_ppm, step.point.region.max_ppm, MASSAGER.speed_max_ppm, hard.SPEED_CEILING_PPM)
        assert MASSAGER.speed_min_ppm <= speed_ppm <= min(limits_ppm)
        if self.now_s - self.paper.started_at_s < FAST_AFTER_S - 1e-6:
            assert speed_ppm <= hard.START_SPEED_MAX_PPM
        assert (step.point.id, step.side) not in self.gone, "a start on a point that is over"
        assert speed_ppm <= self.most_ppm.get(_place(step), 9999), "faster than what back-offs had left"

    def check(self) -> None:
        """Assert the promises that hold at any time."""
        core, snapshot = self.core, self.core.snapshot
        if core.bug is not None:
            raise core.bug  # an assertion of the paper devices, or a fault of the product
        tripped = core.supervisor.tripped
        if tripped is not None:
            assert self.paper.speed_ppm == 0
            assert snapshot.drive is Drive.OFF
            assert self.timer.until_s <= self.now_s
            assert self._first_reason in {None, tripped.rule}
            assert tripped.rule in self.stops_told(), "a stop that nobody was told"
        self._first_reason = tripped.rule if tripped is not None else None
        if core.supervisor.paused is not None:
            assert self.paper.speed_ppm == 0
            assert self.timer.until_s <= self.now_s
        step = core.conductor.step
        if not step.runs_motor or core.conductor.is_over:
            assert self.paper.speed_ppm == 0
        if snapshot.scope is not None and step.runs_motor and snapshot.scope.step is step:
            place = _place(step)
            self.most_ppm[place] = min(self.most_ppm.get(place, 9999), core.supervisor.ceiling_ppm)
        assert snapshot.set_ppm == self.paper.speed_ppm
        assert snapshot.doses.percussion_s <= hard.SESSION_MAX_S + 1.0

    def stops_told(self) -> set[str]:
        """Return the rules of the stops that were told since the last reset."""
        since = self.events[self._before_reset :]
        return {event.rule for event in since if isinstance(event, Intervention) and event.level is Level.STOP}

    # --- time ----------------------------------------------------------------------------------------------------------------

    def beat(self) -> None:
        """Let 50 ms pass: the devices report, the session beats."""
        self.now_s += 0.05
        self.ramped_ppm += max(-150.0, min(30.0, self.paper.speed_ppm - self.ramped_ppm))
        self.turning_ppm = self.stuck_ppm if self.now_s < self.stuck_until_s else self.ramped_ppm
        if self.core.snapshot.lost_device is None:
            self.report()
        if self._is_zero_due:
            self._is_zero_due = False
            self.core.zeroed()
        links.watch(self.now_s, self.core.drive.devices, self.core.snapshot)
        self.core.beat(self.now_s)
        self.check()

    def run(self, seconds: float) -> None:
        """Let time pass."""
        until_s = self.now_s + seconds - 1e-9
        while self.now_s < until_s:
            self.beat()

    def until(self, holds: Callable[[], bool], within_s: float = 120.0) -> float:
        """Let time pass until something holds; return how long it took."""
        began_s = self.now_s
        while not holds():
            assert self.now_s - began_s < within_s, f"not within {within_s} s: {self.core.snapshot.phase} {self.told()}"
            self.beat()
        return self.now_s - began_s

    def report(self) -> None:
        """Let the devices report once."""
        now_s, set_ppm = self.now_s, self.paper.speed_ppm
        self.noise_n = -self.noise_n or 0.001  # a gauge that no noise changes is a broken one
        mean_n = self.zero_n if self.core.tare is not None else max(0.0, self.push_n + self.noise_n)
        if self.is_force_heard and self.gauge is not None:
            self.gauge.last_frame_at_s = now_s
            self.core.take(ForceReading(now_s, now_s, mean_n, mean_n * self.peak))
        if self.is_motor_heard:
            self.paper.last_frame_at_s = now_s
            measured_ppm = self.turning_ppm if self.is_measured else None
            self.core.take(MotorReading(now_s, now_s, set_ppm, self.ramped_ppm, measured_ppm, self.paper.is_armed))
        self.core.take(TimerReading(now_s, now_s < self.timer.until_s, max(0.0, self.timer.until_s - now_s)))

    def take(self, report: Report) -> None:
        """Let a device say something else."""
        self.core.take(report)

    # --- keys ----------------------------------------------------------------------------------------------------------------

    def press(self, key: Key, value: int | None = None) -> None:
        """Press a key, and keep the record of what it must bring about."""
        core, step = self.core, self.core.conductor.step
        was_at_work, before_ppm = core.conductor.is_at_work, core.supervisor.ceiling_ppm
        tripped, told_before = core.supervisor.tripped, len(self.events)
        if key in SYMPTOMS:
            for near in (core.snapshot.at_hand, core.snapshot.worked_on):
                if near is not None and near.point is not None:
                    self.gone |= {(near.point.id, side) for side in (Side.LEFT, Side.RIGHT)}
        if key is Key.FASTER and was_at_work and step.runs_motor:
            place = _place(step)
            self.most_ppm[place] = self.most_ppm.get(place, before_ppm) + hard.SPEED_RAISE_MAX_PPM
        core.press(Press(key, value))
        if key is Key.STOP:
            assert core.supervisor.tripped is not None, "a STOP key that does not latch"
            assert core.snapshot.drive is Drive.OFF
        if key is Key.CONFIRM and tripped is not None and core.supervisor.tripped is not tripped:
            self._first_reason, self._before_reset = None, told_before  # a new stop may stand there at once

    def work(self, within_s: float = 60.0) -> None:
        """Answer what is asked until the step at hand works."""
        began_s = self.now_s
        while self.phase is not Phase.WORKING:
            assert self.now_s - began_s < within_s, f"does not get to work: {self.phase} {self.told()}"
            if self.phase in {Phase.WAITING, Phase.RATING, Phase.PAUSED}:
                self.press(Key.GO_ON)
            self.beat()

    def reset(self) -> None:
        """Wait until a stop is settled, and take the two-step reset."""
        self.until(lambda: self.core.stop.is_settled)
        self.press(Key.RELEASE)
        self.press(Key.CONFIRM)

    def lose(self, device: str) -> None:
        """Do as the runner does when a link is silent or cut."""
        self._lost_at_s = self.now_s
        self.core.snapshot.lost_device = self.core.snapshot.lost_device or device
        self.core.judge(self.now_s)

    def relink(self) -> None:
        """Do as the runner does when the devices are back: after half a second at the earliest, and with the motor idle."""
        core = self.core
        while self.now_s < self._lost_at_s + BACK_OFF_S[0] or self.turning_ppm > 0:
            self.beat()
        core.snapshot.lost_device, self.relinks = None, self.relinks + 1
        others = self.stops_told() - {"F34"}
        if core.supervisor.relink():
            assert not others, "a stop was forgotten over the reconnect"
            core.conductor.relinked(self.now_s)
        else:
            core.conductor.say(self.now_s, Phase.STOPPED, "Stopped.")
        core.flush()
        self._first_reason = core.supervisor.tripped.rule if core.supervisor.tripped is not None else None

    # --- what was told -------------------------------------------------------------------------------------------------------

    def told(self, level: Level | None = None) -> list[Intervention]:
        """Return the interventions of a level, or all, in order."""
        found = [event for event in self.events if isinstance(event, Intervention)]
        return [event for event in found if level is None or event.level is level]

    def by(self, rule: str) -> list[Intervention]:
        """Return the interventions of a rule."""
        return [event for event in self.told() if event.rule == rule]

    def stops_seen(self) -> list[StopSeen]:
        """Return what was told of stops."""
        return [event for event in self.events if isinstance(event, StopSeen)]

    # --- what the core asks for ----------------------------------------------------------------------------------------------

    def _arm(self, start: int) -> None:
        if self.arms_answered:
            self.paper.is_armed = True
            self.core.armed(start)

    def _zero(self) -> None:
        self._is_zero_due = True


def _place(step: PlannedStep) -> Place:
    return (step.program_step, step.point.id if step.point else "", step.side)
