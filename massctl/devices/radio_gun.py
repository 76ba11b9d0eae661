"""A foreign massager on a radio link: set, stopped three times, asked how it does, and believed only by its own word.

A write that was acknowledged says nothing about a motor. What the gun itself tells afterwards does, and where that does not come in
time the gun has a fault. What is written and what is told is each driver's. There is no lease, so nothing to renew.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Final

from massctl.devices.capabilities import (
    DeviceLimits,
    MassagerCapabilities,
    MotorReading,
    StopAcknowledged,
    StopReason,
)
from massctl.devices.radio_device import RadioDevice
from massctl.errors import ConnectionProblem, NoAnswer
from massctl.transports.gatt import GattLink

POLL_S: Final = 0.250
"""F34: a device without a heartbeat is asked this often."""
STOP_AGAIN_S: Final = (0.050, 0.100)
"""F42: STOP is sent at 0, 50 and 150 ms."""
CONFIRM_S: Final = 1.5
"""How long the gun may take to tell that it does what was set (F54; the Hypervolt's own client waits as long)."""
STOPPED_S: Final = 2.0
FAREWELL_S: Final = 0.3
"""How long a close waits for the acknowledgement of its STOP (design value)."""
DID_NOT_MOVE: Final = "the gun acknowledged but did not move: is it charging?"


class RadioGun(RadioDevice, ABC):
    """The state of one gun: what was set, since when, and what it has told of itself."""

    capabilities: MassagerCapabilities

    def __init__(self, link: GattLink, url: str, name: str) -> None:
        super().__init__(link, url, name)
        self._wanted_ppm = 0
        self._wanted_at_s = self._now_s()
        self._is_open = False
        """Whether the gun has not told yet that it does what was set."""
        self._told_ppm: int | None = None
        """What the gun has last told of its speed; None while it has told nothing."""
        self._limit_ppm: int | None = None
        self._is_armed = False
        self._fault: str | None = None
        self._has_taken_over = False
        """Whether anything was set: a gun that was only looked at is left as it is."""
        self._is_stopping = False
        self._stops_left: list[float] = []
        self._questions = 0
        """Asked so far; the newest has this number."""
        self._open_question: int | None = None
        self._stop_question = 0
        """Its answer acknowledges the newest STOP."""
        self._poll_timer: asyncio.TimerHandle | None = None
        self._stop_timer: asyncio.TimerHandle | None = None
        self._confirm_timer: asyncio.TimerHandle | None = None

    # What a driver writes and asks.

    @abstractmethod
    def _write_speed(self, speed_ppm: int) -> None:
        """Post what sets a speed that the gun has; 0 stops."""

    @abstractmethod
    def _ask(self, number: int) -> None:
        """Ask something that the gun answers, behind all that was posted; its answer goes to ``_answered`` with ``number``."""

    @abstractmethod
    def _is_confirmed(self) -> bool:
        """Return whether what the gun tells is what was set."""

    @abstractmethod
    def _nearest_ppm(self, speed_ppm: int) -> int:
        """Return the speed to set for a wished one: never a faster."""

    # The massager.

    async def prepare(self, limits: DeviceLimits) -> None:
        """Stop whatever runs (F43), see it stand, and begin to ask. Raises NoAnswer or what ended the link."""
        self._limit_ppm = limits.speed_max_ppm
        self._fault = None
        self.stop(StopReason.START)
        self._begin_polling()
        await self._until(lambda: not self._is_stopping, STOPPED_S, "STOP was not acknowledged", _BY_HAND)
        await self._verify_idle()

    async def _verify_idle(self) -> None:
        """See that the motor stands. Raises NoAnswer."""
        await self._until(lambda: self._told_ppm == 0, CONFIRM_S, "the motor was not seen to stand", _BY_HAND)

    async def arm(self, limits: DeviceLimits | None = None) -> None:
        """Be ready to run; the gun itself knows no such right. Raises what ended the link."""
        self._raise_if_over()
        await self._until(lambda: not self._is_stopping, STOPPED_S, "STOP was not acknowledged", _BY_HAND)
        if limits is not None:
            self._limit_ppm = limits.speed_max_ppm
        self._is_armed = True

    async def clear_faults(self) -> None:
        """Forget that it did not do what was set: a new start will show. Raises what ended the link."""
        self._raise_if_over()
        self._fault = None

    def set_speed(self, speed_ppm: int, ramp_ppm_per_s: int) -> None:
        """Set a speed at most as fast; the gun has a ramp of its own. Nothing once it has a fault, or has been stopped."""
        if self.problem is not None or self._fault is not None or (speed_ppm > 0 and not self._is_armed):
            return
        most_ppm = speed_ppm if self._limit_ppm is None else min(speed_ppm, self._limit_ppm)
        nearest_ppm = self._nearest_ppm(most_ppm)
        self._want(nearest_ppm)
        self._write_speed(nearest_ppm)

    def renew(self) -> None:
        """It has no lease."""

    def stop(self, reason: StopReason = StopReason.SUPERVISOR) -> bool:
        """Write STOP before anything queued, and twice more until the gun has acknowledged it (F42)."""
        self._is_armed = False
        self._want(0)
        if self.problem is not None:
            return False
        self._stops_left = list(STOP_AGAIN_S)
        self._is_stopping = True
        self._write_stop()
        return True

    async def _farewell(self) -> None:
        """Stop: nothing says that the gun does when its link goes."""
        if not self._has_taken_over:
            return
        self.stop(StopReason.END)
        try:
            await self._until(lambda: not self._is_stopping, FAREWELL_S, "")
        except (NoAnswer, ConnectionProblem):
            return

    # Inside.

    def _want(self, speed_ppm: int) -> None:
        self._has_taken_over = True
        self._wanted_ppm, self._wanted_at_s = speed_ppm, self._now_s()
        self._is_open = speed_ppm != 0 or self._told_ppm != 0
        self._cancel_confirmation()
        if speed_ppm > 0:
            self._confirm_timer = self._loop.call_later(CONFIRM_S, self._confirm_due)

    def _cancel_confirmation(self) -> None:
        if self._confirm_timer is not None:
            self._confirm_timer.cancel()
            self._confirm_timer = None

    def _write_stop(self) -> None:
        self._link.discard_unsent()
        self._write_speed(0)
        self._ask_now()
        self._stop_question = self._questions
        if self._stop_timer is not None:
            self._stop_timer.cancel()
            self._stop_timer = None
        if self._stops_left:
            self._stop_timer = self._loop.call_later(self._stops_left.pop(0), self._stop_again)

    def _stop_again(self) -> None:
        self._stop_timer = None
        if self._is_stopping:
            self._write_stop()

    def _ask_now(self) -> None:
        self._questions += 1
        self._open_question = self._questions
        self._ask(self._questions)

    def _begin_polling(self) -> None:
        if self._poll_timer is None:
            self._poll()

    def _poll(self) -> None:
        self._poll_timer = self._loop.call_later(POLL_S, self._poll)
        if self._open_question is None:
            self._ask_now()

    def _answered(self, number: int) -> None:
        """Take the answer to question ``number``: what was posted before it has arrived at the gun."""
        if number == self._open_question:
            self._open_question = None
        if number >= self._stop_question:
            self._acknowledge()
        self._heard()
        self._tell()

    def _acknowledge(self) -> None:
        """Take it that the newest STOP has arrived."""
        if self._is_stopping:
            self._is_stopping = False
            self._report(StopAcknowledged(self._now_s()))

    def _confirm_due(self) -> None:
        self._confirm_timer = None
        self._is_open = False
        self._fault = DID_NOT_MOVE if not self._told_ppm else self._stuck_text()
        self._tell()

    def _stuck_text(self) -> str:
        return f"the gun acknowledged {self._wanted_ppm} PPM but stayed at {self._told_ppm} PPM"

    def _note_told(self, speed_ppm: int) -> None:
        """Take the gun's own word of its speed."""
        self._told_ppm = speed_ppm
        if self._is_open and self._is_confirmed():
            self._is_open = False
            self._cancel_confirmation()

    def _tell(self) -> None:
        """Report the motor as far as the gun has told."""
        now_s = self._now_s()
        told_ppm = self._turning_ppm(now_s)
        self._report(
            MotorReading(
                at_s=now_s,
                received_at_s=now_s,
                commanded_ppm=self._wanted_ppm if self._is_in_time(now_s) else self._commanded_ppm(),
                ramped_ppm=told_ppm or 0,
                measured_ppm=told_ppm,
                is_armed=self._is_armed,
                fault=self._fault,
            )
        )

    def _is_in_time(self, now_s: float) -> bool:
        """Whether the gun still has time to do what was set."""
        return self._is_open and now_s - self._wanted_at_s < CONFIRM_S

    def _turning_ppm(self, now_s: float) -> int | None:
        """Return the speed that the gun must be taken to have."""
        return self._told_ppm

    def _commanded_ppm(self) -> int:
        """Return what the gun is set to, by its own word."""
        return self._told_ppm or 0

    def _rest(self) -> None:
        for timer in (self._poll_timer, self._stop_timer, self._confirm_timer):
            if timer is not None:
                timer.cancel()
        self._poll_timer = self._stop_timer = self._confirm_timer = None


_BY_HAND: Final = "Press its own button, then try again."
