"""The synchronous heart of a session: reports in; stops, speeds and renewals out, before anything else happens.

Everything here runs in the read callback, in a press or in the 50 ms beat, so that no queue, no timer and no await lies between
an over-force sample and the first byte of STOP. What has to wait for an answer (arming, zeroing, reconnecting) is the runner's,
asked for through ``Ports``. What a person's presses do stands in ``attended``. Time is passed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from massctl.devices.capabilities import (
    CommandRefused,
    Disconnected,
    ForceReading,
    MotorReading,
    PowerReading,
    Report,
    StopAcknowledged,
    StopReason,
    TimerReading,
)
from massctl.programs.plan import Plan
from massctl.rules import Level
from massctl.session import asks, telling
from massctl.session.conductor import Conductor
from massctl.session.drive import MotorDrive, SessionDevices
from massctl.session.ended import End, end_of_trip
from massctl.session.events import Event, Intervention, Phase, SeenBy, StopSeen
from massctl.session.facts import Facts
from massctl.session.interlocks import Finding
from massctl.session.limits import narrow, step_up_ppm
from massctl.session.snapshot import Drive, Snapshot
from massctl.session.stop import StopSequence
from massctl.session.summary import Recorder
from massctl.session.supervisor import Supervisor, Verdict

UNANSWERED_S: Final = 120.0
"""A latched stop that nobody resets ends the session after this long; a motor-off that is not seen holds its end up as long."""
ABANDONED_S: Final = 1800.0
"""A session that waits for a press, motor off, ends after this long: the doorbell takes minutes, not hours."""
LEFT_MOVING: Final = "The motor was not seen to stand: lift it off and press its own button."

_WAITS = frozenset({Phase.WAITING, Phase.PAUSED})


@dataclass(frozen=True, slots=True)
class Ports:
    """What the core needs of the world."""

    now: Callable[[], float]
    emit: Callable[[Event], None]
    arm: Callable[[int], None]
    """Ask the massager for the right to run, for the start of this number; the answer is ``armed`` or ``trip``."""
    zero: Callable[[], None]
    """Ask the sensor to take the present load as zero."""
    clear_faults: Callable[[], None]
    """Ask the massager to clear what it has latched, behind a person's reset."""


class SessionCore:
    """One session, as far as it needs no await."""

    def __init__(self, plan: Plan, devices: SessionDevices, facts: Facts, ports: Ports, *, is_resettable: bool) -> None:
        self.plan = plan
        self.snapshot = Snapshot(facts)
        self.supervisor = Supervisor()
        self.conductor = Conductor(plan, self.snapshot, self.supervisor)
        self.drive = MotorDrive(self.snapshot, devices)
        self.stop = StopSequence(self.snapshot, self.drive)
        self.recorder = Recorder(plan)
        self.end: End | None = None
        """Why the session ends, as soon as it does."""
        self.bug: Exception | None = None
        """A fault of this program, met in a callback."""
        self.is_abandoned = False
        """Whether a signal has asked to end: nobody may be there to answer."""
        self.is_live = False
        """Whether the devices are ready and reports are judged."""
        self.ports = ports
        self.is_resettable = is_resettable
        self.last_press_s = 0.0
        self._stopped_at_s = 0.0
        self._ended_at_s: float | None = None

    # --- reports -------------------------------------------------------------------------------------------------------------

    def take(self, report: Report) -> None:
        """Take a device's report, in its read callback; a fault of this program in here stops, too."""
        try:
            self._take(report, self.ports.now())
        except Exception as problem:  # noqa: BLE001 - a bug must not leave the motor running
            self.die(problem)

    def _take(self, report: Report, now_s: float) -> None:
        snapshot = self.snapshot
        match report:
            case ForceReading():
                snapshot.take_force(report)
                if snapshot.is_at_rest:
                    return  # a push against a tool at rest trips nothing that could not wait for the next beat
            case MotorReading():
                snapshot.take_motor(report)
                if snapshot.is_at_rest:
                    return  # nor does a motor that stands and is not wanted
            case PowerReading():
                snapshot.power = report
                return
            case TimerReading():
                snapshot.timer = report
                return
            case StopAcknowledged():
                self.stop.acknowledged(now_s)
                return
            case CommandRefused():
                snapshot.refusal = f"{report.command}: {report.reason}"
            case Disconnected():
                snapshot.lost_device = snapshot.lost_device or self.drive.role_of(report.problem.url)
            case _:
                return
        if self.is_live:
            self.judge(now_s)

    def judge(self, now_s: float) -> bool:
        """Let the supervisor check; act at once on what it says, renew if it approves."""
        verdict = self.supervisor.check(now_s, self.snapshot)
        if verdict.told:
            self._act(now_s, verdict)
        if verdict.approves:
            self.drive.renew(now_s, self.conductor.motor_left_s)
        return verdict.approves

    def _act(self, now_s: float, verdict: Verdict) -> None:
        finding = verdict.acts
        if finding is not None and finding.level is Level.STOP:
            self.stop_now(now_s, finding)
        elif finding is not None and finding.level is Level.PAUSE:
            self.stop.off(now_s, StopReason.SUPERVISOR)
            self.conductor.ruled(now_s, finding)
        elif finding is not None and self.snapshot.drive is Drive.RUN:
            self.follow(now_s)
        for told in verdict.told:
            self.tell(self.intervention(told))
        self.flush()

    # --- the beat ------------------------------------------------------------------------------------------------------------

    def beat(self, now_s: float) -> None:
        """Count, judge, advance, drive: every 50 ms."""
        self.conductor.count(now_s)
        self.judge(now_s)
        if self.supervisor.tripped is None and self.end is None:
            self.advance(now_s)
        seen = self.stop.advance(now_s, self.at_s())
        if seen is not None:
            self._tell_stop(now_s, seen)
        self._find_end(now_s)
        self.flush()

    def _tell_stop(self, now_s: float, seen: StopSeen) -> None:
        """Tell what was seen of a motor-off; one that nobody saw is a latched stop from now on (F54)."""
        self.tell(seen)
        if seen.seen_by is SeenBy.ACKNOWLEDGED:
            self.conductor.say(now_s, self.snapshot.phase, f"{asks.ONLY_SAID} {self.asked_after_a_stop()}")
        if seen.seen_by is not SeenBy.NOTHING or self.snapshot.drive is not Drive.OFF:
            return
        finding = Finding(seen.rule, Level.STOP, seen.reason)
        self._stopped_at_s = now_s
        if seen.rule == "F54" and self.supervisor.trip(finding).acts is not None:
            self.conductor.stopped(now_s, asks.NOT_CONFIRMED)
            self.tell(self.intervention(finding))
        elif self.end is None:
            self.conductor.say(now_s, self.snapshot.phase, asks.NOT_CONFIRMED)
        if self.end is not None:
            self.conductor.say(now_s, Phase.STOPPED, asks.END_NOT_CONFIRMED)

    def advance(self, now_s: float) -> None:
        """Let the conductor do what is due, and the motor what it wants."""
        self.conductor.advance(now_s)
        self.follow(now_s)

    def _find_end(self, now_s: float) -> None:
        """Notice what ends a session: all done, a stop that nobody resets, nobody there."""
        tripped = self.supervisor.tripped
        if self.end is not None:
            if tripped is not None and self.end.ended_by in {"completed", "person"}:
                self.end = end_of_trip(tripped)
        elif self.conductor.is_over:
            self.end = End("completed")
        elif tripped is None:
            if self.snapshot.phase in _WAITS and now_s - self.last_press_s > ABANDONED_S:
                self.end = End("interrupted", "Nobody pressed anything for half an hour.")
        elif self.snapshot.phase is Phase.STOPPED and self.stop.is_settled and self._is_left_alone(now_s):
            self.end = end_of_trip(tripped)

    def _is_left_alone(self, now_s: float) -> bool:
        last_s = max(self._stopped_at_s, self.last_press_s, self._ended_at_s or 0.0)
        return self.is_abandoned or not self.is_resettable or now_s - last_s > UNANSWERED_S

    def may_leave(self, now_s: float) -> bool:
        """Return whether an ending session can be left: with its last motor-off seen, answered for, or waited for long enough."""
        if self._ended_at_s is None:
            self._ended_at_s = now_s
            self.stop.off(now_s, StopReason.END)
            if self.is_switch_off_due:
                self.conductor.say(now_s, self.snapshot.phase)
            elif self.stop.is_unseen:
                self.conductor.say(now_s, Phase.STOPPED, asks.END_NOT_CONFIRMED)
        if not self.stop.is_settled:
            return False
        return not self.is_left_moving or self._is_left_alone(now_s)

    @property
    def is_left_moving(self) -> bool:
        """Whether nothing shows, and nobody has said, that the motor stands."""
        return self.snapshot.is_hand_on or (self.stop.is_unseen and self.snapshot.facts.can_stop)

    def last_end(self) -> End:
        """Return how the session has ended: never well over a motor that was not seen to stand (F54)."""
        end = self.end or End("completed")
        return End("safety", LEFT_MOVING, "F54") if end.is_good and self.is_left_moving else end

    # --- the motor -----------------------------------------------------------------------------------------------------------

    def follow(self, now_s: float) -> None:
        """Bring the motor to what the conductor wants, as far as limits and supervisor let it."""
        wanted, drive, snapshot = self.conductor.wanted, self.drive, self.snapshot
        if wanted is Drive.OFF or (wanted is Drive.SOFT_STOP and snapshot.drive is Drive.ARMING):
            if snapshot.drive is not Drive.OFF:
                self.stop.off(now_s)
        elif wanted is Drive.SOFT_STOP:
            if snapshot.drive is Drive.RUN:
                drive.soft_stop(now_s)
        elif snapshot.drive is Drive.OFF:
            self._start(now_s)
        elif snapshot.drive is Drive.RUN and snapshot.facts.is_controllable:
            self._run(now_s)

    def _start(self, now_s: float) -> None:
        """Ask for the right to run, once the supervisor approves of it; nothing moves before the answer."""
        drive = self.drive
        drive.want_start(now_s)
        if not self.judge(now_s) or self.snapshot.drive is Drive.OFF:
            return
        drive.arm_timer(now_s, self.conductor.motor_left_s())
        if self.snapshot.drive is Drive.ARMING:
            self.ports.arm(drive.starts)

    def armed(self, start: int) -> None:
        """Take the massager's word that it may run: set the first speed, if this start is still wanted and approved."""
        now_s = self.ports.now()
        is_wanted = start == self.drive.starts and self.snapshot.drive is Drive.ARMING
        if is_wanted and self.judge(now_s):
            self._run(now_s)
        elif self.snapshot.drive is Drive.OFF:
            self.stop.off(now_s)  # the answer came behind a motor-off: it must not leave the device armed

    def _run(self, now_s: float) -> None:
        """Set the speed that every limit leaves; where none of the device's is slow enough, it stops (F17)."""
        snapshot, conductor = self.snapshot, self.conductor
        speed_ppm = narrow(
            conductor.wish_ppm(now_s), conductor.scope, snapshot.facts, is_sensorless=snapshot.is_sensorless
        )
        speed_ppm = step_up_ppm(speed_ppm, snapshot.set_ppm, now_s - snapshot.set_at_s, snapshot.facts)
        if speed_ppm > 0:
            self.drive.run(now_s, speed_ppm)
        else:
            self.trip(Finding("F17", Level.STOP, "The device has no speed that is slow enough here."))

    # --- stops ---------------------------------------------------------------------------------------------------------------

    def stop_now(self, now_s: float, finding: Finding) -> None:
        """Write the stop first; everything else comes after its bytes."""
        self.stop.write(finding, now_s, self.ports.now)
        self._stopped_at_s = now_s
        if finding.rule == "F34":
            self.conductor.lost(now_s)
        elif self.snapshot.phase is not Phase.RECONNECTING:
            self.conductor.stopped(now_s, f"{finding.text} {self.asked_after_a_stop()}")

    def asked_after_a_stop(self) -> str:
        """Return what a person is asked to do behind a latched stop."""
        return asks.stopped(self.snapshot.facts, is_resettable=self.is_resettable)

    def trip(self, finding: Finding) -> None:
        """Latch a stop that no interlock found."""
        verdict = self.supervisor.trip(finding)
        self.stop_now(self.ports.now(), finding)
        if verdict.told:
            self.tell(self.intervention(finding))
        self.flush()

    def die(self, problem: Exception) -> None:
        """Stop because this program is broken; the session ends, and the fault is raised by the runner."""
        if self.bug is None:
            self.bug = problem
            finding = Finding("F33", Level.STOP, f"An internal error: {problem!r}. Lift off.")
            self.end = end_of_trip(self.supervisor.tripped) or End("safety", finding.text, "F33")
            self.trip(finding)

    @property
    def is_switch_off_due(self) -> bool:
        """Whether a gun that massctl cannot stop is not wanted any more, and nobody has said that it is off."""
        return self.snapshot.is_hand_on and self.snapshot.drive is Drive.OFF and self.supervisor.tripped is None

    # --- telling -------------------------------------------------------------------------------------------------------------

    def tell(self, event: Event) -> None:
        """Tell one event."""
        self.recorder.take(event)
        self.ports.emit(event)

    def flush(self) -> None:
        """Tell what the conductor has gathered."""
        events = self.conductor.events
        while events:
            self.tell(events.pop(0))

    def intervention(self, finding: Finding) -> Intervention:
        """Return a finding as the event that records it."""
        force, motor, scope = self.snapshot.last_force, self.snapshot.motor, self.snapshot.scope
        return Intervention(
            at_s=self.at_s(),
            rule=finding.rule,
            level=finding.level,
            text=finding.text,
            force_n=telling.number(force.mean_n) if force is not None else None,
            speed_ppm=motor.measured_ppm if motor is not None else None,
            contact_area_cm2=scope.step.head_area_cm2 if scope is not None else None,
        )

    def at_s(self) -> float:
        """Return session time."""
        return round(self.ports.now() - self.snapshot.began_at_s, 4)
