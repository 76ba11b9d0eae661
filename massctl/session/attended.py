"""The session as a person meets it: presses, pedal, emergency stop and its two-step reset, the zero of the sensor. Synchronous."""

from __future__ import annotations

from typing import Final

from massctl.devices.capabilities import InputKind, InputPressed, Report
from massctl.rules import Level
from massctl.session import asks, keys
from massctl.session.commands import Key, Press
from massctl.session.core import SessionCore
from massctl.session.ended import End, end_of_trip
from massctl.session.events import Phase, Pressed
from massctl.session.interlocks import Finding
from massctl.session.tare import Tare, Zero

INTERRUPTS: Final = frozenset({"SIGINT", "SIGTERM", "SIGHUP", "socket", "parent death"})
"""Origins of an emergency stop behind which nobody may sit: the session ends by itself."""


class AttendedSession(SessionCore):
    """A session with somebody at its keys."""

    tare: Tare | None = None
    """The zeroing of the sensor, while it goes on."""
    _has_begun = False

    def open(self, now_s: float) -> None:
        """Let reports be judged and the session begin; after an emergency stop during the preparation, not before its reset."""
        self.is_live = True
        if self.supervisor.tripped is None:
            self._begin(now_s)

    def _begin(self, now_s: float) -> None:
        """Begin with the zero of the sensor, where a step needs it (F36), else with the first step."""
        is_zero_needed = self.drive.devices.sensor is not None and any(step.runs_motor for step in self.plan.steps)
        if is_zero_needed and (self.tare is None or self.tare.state is not Zero.GOOD):
            self.tare = Tare()
            self.conductor.say(now_s, Phase.WAITING, self.tare.ask)
        else:
            self.tare, self._has_begun = None, True
            self.conductor.begin(now_s)

    def _take(self, report: Report, now_s: float) -> None:
        if isinstance(report, InputPressed):
            self._take_input(report.kind)
        else:
            super()._take(report, now_s)

    def _take_input(self, kind: InputKind) -> None:
        """Map button and pedal: held is the emergency stop, double 'felt softer', one press pauses work or goes on."""
        origin = "button" if kind is InputKind.BUTTON else "pedal"
        if kind is InputKind.PEDAL_HELD:
            self.emergency_stop(origin)
        elif kind is InputKind.PEDAL_DOUBLE:
            self.press(Press(Key.SOFTER, origin=origin))
        else:
            self.press(Press(Key.PAUSE if self.conductor.is_at_work else Key.GO_ON, origin=origin))

    def press(self, press: Press) -> None:
        """Take a person's press; what it does is done before this returns."""
        if press.key is Key.STOP:
            self.emergency_stop(press.origin)
            return
        now_s = self.ports.now()
        self.last_press_s = now_s
        self.snapshot.take_press(press.key)
        self.tell(Pressed(at_s=self.at_s(), key=press.key.value, origin=press.origin))
        if self.end is None:
            self._obey(now_s, press)
        self.flush()

    def _obey(self, now_s: float, press: Press) -> None:
        if press.key is Key.FINISH:
            self.drive.off(now_s)
            self.conductor.abandon(now_s)
            self.end = end_of_trip(self.supervisor.tripped) or End("person", "Finished by the person.")
        elif self.supervisor.tripped is not None:
            self._reset(now_s, press.key)
        elif not self.is_live:
            return
        elif self.tare is not None:
            self.judge(now_s)
            if press.key is Key.GO_ON and self.tare.pressed():
                self.conductor.say(now_s, Phase.RESTING, asks.AIR_STILL)
                self.ports.zero()
        else:
            if press.key is Key.GO_ON:
                self.stop.answered()
            keys.press(self.conductor, now_s, press)
            self.follow(now_s)
            self.judge(now_s)

    def _reset(self, now_s: float, key: Key) -> None:
        """Take the two steps of the reset (F42), each by its own key, once the motor is seen or said to stand."""
        if key is Key.RELEASE and self.stop.is_settled and self.supervisor.release():
            self.stop.answered()
            self.conductor.say(now_s, self.snapshot.phase, "Press c to go on, q to finish.")
        elif (
            key is Key.CONFIRM
            and self.snapshot.lost_device is None
            and self.is_resettable
            and self.supervisor.confirm()
        ):
            if self._has_begun:
                self.conductor.reset(now_s)
            else:
                self._begin(now_s)

    def emergency_stop(self, origin: str) -> None:
        """Stop at once, latched (F42); ``origin`` says who or what asked for it."""
        now_s = self.ports.now()
        finding = Finding("F42", Level.STOP, f"Emergency stop ({origin}).")
        verdict = self.supervisor.trip(finding)
        self.stop_now(now_s, finding)
        self.last_press_s = now_s
        self.tell(Pressed(at_s=self.at_s(), key=Key.STOP.value, origin=origin))
        if verdict.acts is not None:
            self.tell(self.intervention(finding))
        if origin in INTERRUPTS and self.end is None:
            self.end = End("interrupted", finding.text, "F42")
        self.flush()

    # --- the zero of the sensor ----------------------------------------------------------------------------------------------

    def advance(self, now_s: float) -> None:
        """Let the zeroing go on while there is one, else the walk through the plan."""
        if self.tare is None:
            super().advance(now_s)
        elif self.tare.advance(now_s, self.snapshot):
            self._zero_decided(now_s, self.tare)

    def zeroed(self, problem: str = "") -> None:
        """Take the sensor's answer to the tare: done, or why not."""
        tare, now_s = self.tare, self.ports.now()
        if tare is None:
            return
        if problem:
            tare.failed(problem)
            self._zero_decided(now_s, tare)
        else:
            tare.tared(now_s)
        self.flush()

    def _zero_decided(self, now_s: float, tare: Tare) -> None:
        if tare.is_blocked:
            text = f"{tare.problem} No push can be trusted: the session cannot start."
            self.tell(self.intervention(Finding("F36", Level.BLOCK, text)))
            self.end = End("safety", text, "F36")
        elif tare.state is Zero.GOOD:
            self._warn_uncalibrated()
            self._begin(now_s)
        else:
            self.conductor.say(now_s, Phase.WAITING, tare.ask)

    def _warn_uncalibrated(self) -> None:
        reading = self.snapshot.last_force
        if reading is not None and not reading.is_calibrated:
            text = "The force sensor is not calibrated, or not for 90 days: its newtons are approximate."
            self.tell(self.intervention(Finding("F36", Level.WARN, text)))
