"""The session as a person meets it: presses, pedal, emergency stop and its two-step reset, the zero of the sensor. Synchronous."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from massctl.devices.capabilities import InputKind, InputPressed, Report
from massctl.rules import Level
from massctl.session import asks, keys
from massctl.session.commands import Key, Press
from massctl.session.core import SessionCore
from massctl.session.ended import End, end_of_trip
from massctl.session.events import Event, Phase, PhaseChanged, Pressed
from massctl.session.interlocks import Finding
from massctl.session.snapshot import Drive
from massctl.session.tare import Tare, Zero

INTERRUPTS: Final = frozenset({"SIGINT", "SIGTERM", "SIGHUP", "socket", "parent death", "display"})
"""Origins of an emergency stop behind which nobody may sit: the session ends by itself."""

FROM_AFAR: Final = frozenset({"mqtt", "socket"})
"""Origins of presses by somebody who need not see the device: they give no word for what has to be looked at."""

GUARD_S: Final = 0.5
"""F53: a press so soon after the session began to wait by itself was meant for what was there before (design value)."""

INPUTS: Final[Mapping[InputKind, Key | None]] = {
    InputKind.PEDAL: None,
    InputKind.PEDAL_DOUBLE: Key.SOFTER,
    InputKind.BUTTON: None,
}
"""What they mean where nobody said otherwise."""

STAMPS_S: Final = 1.0
"""A tread so soon after one that took the motor off starts nothing: frightened people stamp more than once (design value)."""

_SPARES_THE_MOTOR = frozenset({Key.GO_ON, Key.FASTER, Key.EXTEND, Key.SOFTER})
"""A button that means one of these would leave a running motor on: it takes it off first."""
_WAITING = frozenset({Phase.WAITING, Phase.PAUSED})
_ANSWERS = frozenset({Key.RELEASE, Key.GO_ON})


class AttendedSession(SessionCore):
    """A session with somebody at its keys."""

    inputs: Mapping[InputKind, Key | None] = INPUTS
    """What the timer's pedal and button mean; None is a tread: motor off while it runs, else go on."""
    tare: Tare | None = None
    """The zeroing of the sensor, while it goes on."""
    _has_begun = False
    _asks_consent = False
    _has_consented = False
    """A person has said that they watch a massager from which nothing comes back (F34)."""
    _asked = PhaseChanged(at_s=0.0, phase=Phase.CONNECTING)
    """What was asked last, whatever stands on the screen instead."""
    _behind_zero: PhaseChanged | None = None
    """What a zero in the middle of the session has interrupted."""
    _is_pressed = False
    _deaf_until_s = 0.0
    _may_go_on = False
    """Whether the newest tread began while the session waited, and was no further stamp on a motor that is just off."""
    _stamped_s = -math.inf
    """When a tread took the motor off last, or came too soon behind such a one."""

    def open(self, now_s: float) -> None:
        """Let reports be judged and the session begin; after an emergency stop during the preparation, not before its reset."""
        self.is_live = True
        if self.supervisor.tripped is None:
            self._begin(now_s)

    def _begin(self, now_s: float) -> None:
        """Begin with what must be said or done first: the consent of F34, the zero of the sensor (F36); else the first step."""
        if self._needs_consent():
            self._ask_consent(now_s)
        elif self._needs_zero() and (self.tare is None or self.tare.state is not Zero.GOOD):
            self._ask_zero(now_s)
        else:
            self.tare, self._has_begun = None, True
            self.conductor.begin(now_s)

    # --- presses -------------------------------------------------------------------------------------------------------------

    def press(self, press: Press) -> None:
        """Take a person's press; what it does is done before this returns. A fault of this program in here stops, too."""
        if press.key is Key.STOP:
            self.emergency_stop(press.origin)
            return
        self._safely(lambda: self._take_press(press))

    def _take_press(self, press: Press) -> None:
        now_s = self.ports.now()
        self.last_press_s = now_s
        self.snapshot.take_press(press.key)
        if self.end is None:
            self._obey(now_s, press)
        elif press.key in _ANSWERS and press.origin not in FROM_AFAR:
            self._answer()
        self.tell(Pressed(at_s=self.at_s(), key=press.key.value, origin=press.origin))
        self.flush()

    def _safely(self, act: Callable[[], None]) -> None:
        self._is_pressed = True
        try:
            act()
        except Exception as problem:  # noqa: BLE001 - a bug must not leave the motor running
            self.die(problem)
        finally:
            self._is_pressed = False

    def _obey(self, now_s: float, press: Press) -> None:
        if press.key is Key.FINISH:
            self._finish(now_s)
        elif self.supervisor.tripped is not None:
            if press.origin not in FROM_AFAR:
                self._reset(now_s, press.key)
            if self.is_live:
                self.judge(now_s)  # each symptom counts, also two between two beats
        elif not self.is_live or (press.key is Key.GO_ON and self._is_meant_otherwise(now_s, press)):
            return
        elif self._asks_consent:
            if press.origin not in FROM_AFAR:
                self._consent(now_s, press.key)
        elif self.tare is not None:
            self.judge(now_s)
            if press.key is Key.GO_ON and self.tare.pressed():
                self.conductor.say(now_s, Phase.RESTING, asks.AIR_STILL)
                self.ports.zero()
        else:
            # Before anything is commanded: what has come in since the last beat may be a reason to stop.
            self.judge(now_s)
            keys.press(self.conductor, now_s, press)
            self.follow(now_s)
            self.judge(now_s)

    def _finish(self, now_s: float) -> None:
        """End the session: motor off first, and seen to be before it is left."""
        self.stop.off(now_s)
        self.conductor.abandon(now_s)
        self.end = end_of_trip(self.supervisor.tripped) or End("person", "Finished by the person.")

    def _is_meant_otherwise(self, now_s: float, press: Press) -> bool:
        """Return whether a 'go on' is no start: it came too soon to be meant for what is asked, or says that a gun is off."""
        if now_s < self._deaf_until_s:
            return True
        if not self.snapshot.is_hand_on or not (self.is_switch_off_due or self.conductor.is_ending):
            return False
        if press.origin in FROM_AFAR:
            return True
        self.snapshot.hand_off()
        if self.conductor.is_ending:
            return False
        self.conductor.say(now_s, self._asked.phase, self._asked.ask)
        return True

    def _answer(self) -> None:
        """Take a person's word that the tool is off their body, or that the gun is off."""
        self.stop.answered()
        self.snapshot.hand_off()

    def tell(self, event: Event) -> None:
        """Tell one event; while a gun has to be switched off by hand, that is what is asked."""
        if isinstance(event, PhaseChanged):
            self._asked = event
            if event.phase in _WAITING:
                starts_nothing = self._is_pressed or self.tare is not None or self._asks_consent
                self._deaf_until_s = 0.0 if starts_nothing else self.ports.now() + GUARD_S
            if self.is_switch_off_due:
                event = replace(event, ask=asks.switch_off(self.snapshot.facts))
        super().tell(event)

    # --- a massager that says nothing ----------------------------------------------------------------------------------------

    def _needs_consent(self) -> bool:
        is_needed = self.snapshot.facts.needs_consent and any(step.runs_motor for step in self.plan.steps)
        return is_needed and not self._has_consented

    def _ask_consent(self, now_s: float) -> None:
        self._asks_consent = True
        self.conductor.say(now_s, Phase.WAITING, asks.CONSENT)

    def _consent(self, now_s: float, key: Key) -> None:
        """Take the word of a person that they watch the massager themselves; it is kept in the record (F34)."""
        if key is Key.GO_ON:
            self._asks_consent, self._has_consented = False, True
            text = "Said by the person: nothing comes back from this massager, and a hand is on its own switch."
            self.tell(self.intervention(Finding("F34", Level.WARN, text)))
            self._begin(now_s)

    # --- button and pedal ----------------------------------------------------------------------------------------------------

    def _take(self, report: Report, now_s: float) -> None:
        if isinstance(report, InputPressed):
            self._take_input(report.kind)
        else:
            super()._take(report, now_s)

    def _take_input(self, kind: InputKind) -> None:
        """Map button and pedal: down takes the motor off at once, held is the emergency stop, the rest means what ``inputs`` say.

        What a tread means is known only when it is over; whether it may start something is decided by what was when it began. A
        button that is made to mean something gentler than what runs means that at once; any other takes the motor off first.
        """
        origin = "button" if kind is InputKind.BUTTON else "pedal"
        if kind is InputKind.PEDAL_HELD:
            self.emergency_stop(origin)
            return
        key = self.inputs.get(kind) or Key.GO_ON
        if kind is InputKind.PEDAL_DOWN or (kind is InputKind.BUTTON and key in _SPARES_THE_MOTOR):
            self._tread_down(origin)
        if kind is not InputKind.PEDAL_DOWN and (key is not Key.GO_ON or self._may_go_on):
            self.press(Press(key, origin=origin))

    def _tread_down(self, origin: str) -> None:
        """Take the motor off where it runs; else remember whether this tread may start something."""
        now_s = self.ports.now()
        is_on = self.snapshot.drive is not Drive.OFF or self.snapshot.is_motor_on
        is_stamp = is_on or now_s - self._stamped_s < STAMPS_S
        self._may_go_on = not is_stamp and self.snapshot.phase is not Phase.STOPPED
        if is_stamp:
            self._stamped_s = now_s
        if is_on:
            self.press(Press(Key.PAUSE, origin=origin))

    # --- stop and reset ------------------------------------------------------------------------------------------------------

    def emergency_stop(self, origin: str) -> None:
        """Stop at once, latched (F42); ``origin`` says who or what asked for it."""
        self._safely(lambda: self._stop_by(origin))

    def _stop_by(self, origin: str) -> None:
        now_s = self.ports.now()
        finding = Finding("F42", Level.STOP, f"Emergency stop ({origin}).")
        verdict = self.supervisor.trip(finding)
        self.stop_now(now_s, finding)
        self.last_press_s = now_s
        if origin in INTERRUPTS:
            self.is_abandoned = True
            self.end = self.end or End("interrupted", finding.text, "F42")
        self.tell(Pressed(at_s=self.at_s(), key=Key.STOP.value, origin=origin))
        if verdict.told:
            self.tell(self.intervention(finding))
        self.flush()

    def _reset(self, now_s: float, key: Key) -> None:
        """Take the two steps of the reset (F42), each by its own key, once the motor is seen or said to stand."""
        if key is Key.RELEASE and self.stop.is_settled and self.supervisor.release():
            self._answer()
            self.conductor.say(now_s, self.snapshot.phase, asks.RELEASED)
        elif (
            key is Key.CONFIRM
            and self.snapshot.lost_device is None
            and self.is_resettable
            and self.supervisor.confirm()
        ):
            self.ports.clear_faults()
            self._come_back(now_s, self.conductor.reset)

    def relinked(self, now_s: float, *, is_zero_lost: bool) -> None:
        """Go on after a lost link; a sensor that was off its power has lost its zero (F36)."""
        if is_zero_lost and self._has_begun and self._needs_zero():
            self.tare = Tare()
        self._come_back(now_s, self.conductor.relinked)

    def _come_back(self, now_s: float, go_on: Callable[[float], None]) -> None:
        """Go on with the walk; with the zero of the sensor before it, where that was not done yet."""
        if not self._has_begun:
            self._begin(now_s)
            return
        go_on(now_s)
        if self.tare is not None:
            self.flush()
            self._behind_zero = self._asked
            self._ask_zero(now_s)

    # --- the zero of the sensor ----------------------------------------------------------------------------------------------

    def _needs_zero(self) -> bool:
        return self.drive.devices.sensor is not None and any(step.runs_motor for step in self.plan.steps)

    def _ask_zero(self, now_s: float) -> None:
        self.tare = Tare()
        self.conductor.say(now_s, Phase.WAITING, self.tare.ask)

    def advance(self, now_s: float) -> None:
        """Let the zeroing go on while there is one, else the walk through the plan."""
        if self._asks_consent:
            return
        if self.tare is None:
            super().advance(now_s)
        elif self.tare.advance(now_s, self.snapshot):
            self._zero_decided(now_s, self.tare)

    def zeroed(self, problem: str = "") -> None:
        """Take the sensor's answer to the tare: done, or why not; a stop meanwhile makes it void."""
        tare, now_s = self.tare, self.ports.now()
        if tare is None or self.supervisor.tripped is not None:
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
        elif tare.state is not Zero.GOOD:
            self.conductor.say(now_s, Phase.WAITING, tare.ask)
        else:
            self._warn_uncalibrated()
            self._zero_good(now_s)

    def _zero_good(self, now_s: float) -> None:
        behind, self._behind_zero = self._behind_zero, None
        if behind is None:
            self._begin(now_s)
        else:
            self.tare = None
            self.conductor.say(now_s, behind.phase, behind.ask)

    def _warn_uncalibrated(self) -> None:
        reading = self.snapshot.last_force
        if reading is not None and not reading.is_calibrated:
            text = "The force sensor is not calibrated, or not for 90 days: its newtons are approximate."
            self.tell(self.intervention(Finding("F36", Level.WARN, text)))
