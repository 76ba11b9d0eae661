"""The motor as the runner drives it: what is wanted becomes bytes, and the snapshot says what was set. Synchronous.

Nothing here judges. ``renew`` is called by whoever holds an approving verdict, and by nobody else (F33).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from massctl.body.limits import RAMP_MAX_PPM_PER_S
from massctl.devices.capabilities import ForceSensor, HeartSensor, Massager, StopReason, Timer
from massctl.session.snapshot import Drive, Snapshot

RENEW_EVERY_S: Final = 0.250
"""F33; a beat of 50 ms that comes a little early must not miss a turn."""
_EARLY_S: Final = 0.010

TIMER_SLICE_S: Final = 2.0
TIMER_EVERY_S: Final = 0.5
"""The timer hardware is armed in slices of 2 s, renewed twice a second: it opens 2 s after this program died at the latest."""

_log = logging.getLogger(__name__)
_POWERED = frozenset({Drive.RUN, Drive.SOFT_STOP})


@dataclass(frozen=True, slots=True)
class SessionDevices:
    """What a session works with; owned and closed by the caller."""

    massager: Massager | None = None
    sensor: ForceSensor | None = None
    timer: Timer | None = None
    heart: HeartSensor | None = None
    """Shown and recorded; it is none of those that are supervised."""

    @property
    def named(self) -> tuple[tuple[str, Massager | ForceSensor | Timer], ...]:
        """Role and device of all that are supervised."""
        roles = (("massager", self.massager), ("sensor", self.sensor), ("timer", self.timer))
        return tuple((role, device) for role, device in roles if device is not None)

    @property
    def all_named(self) -> tuple[tuple[str, Massager | ForceSensor | Timer | HeartSensor], ...]:
        """Role and device of all that are there."""
        return (*self.named, *((("heart", self.heart),) if self.heart is not None else ()))


class MotorDrive:
    """The motor and the relay of one session."""

    def __init__(self, snapshot: Snapshot, devices: SessionDevices) -> None:
        self._snapshot = snapshot
        self.devices = devices
        self._renewed_s = 0.0
        self._timer_armed_s = 0.0
        self.starts = 0
        """Counts the starts, so that a late answer to an earlier one is known as such."""

    def role_of(self, url: str) -> str:
        """Return the role of the device at ``url``: a word that a person knows."""
        return next((role for role, device in self.devices.named if device.url == url), url)

    def shares_power(self, one: str, other: str) -> bool:
        """Return whether two roles are one device, so that both lose what they know when one is unplugged."""
        urls = {role: device.url for role, device in self.devices.named}
        return one in urls and urls.get(one) == urls.get(other)

    def want_start(self, now_s: float) -> None:
        """Say that the motor is wanted; no byte is written before the supervisor has approved."""
        is_by_hand = not self._snapshot.facts.is_controllable
        self._snapshot.want(Drive.RUN if is_by_hand else Drive.ARMING, 0, now_s)
        self.starts += 1

    def arm_timer(self, now_s: float, left_s: float) -> None:
        """Close the relay for one slice, never longer than the step has left."""
        timer = self.devices.timer
        if timer is not None:
            self._timer_armed_s = now_s
            timer.arm(min(TIMER_SLICE_S, left_s, timer.capabilities.duration_max_s))

    def run(self, now_s: float, speed_ppm: int) -> None:
        """Set a running speed, if it is not the one that is set."""
        massager, snapshot = self.devices.massager, self._snapshot
        if massager is None or (snapshot.drive is Drive.RUN and snapshot.set_ppm == speed_ppm):
            return
        was_running = snapshot.drive is Drive.RUN
        snapshot.refusal = None
        snapshot.want(Drive.RUN, speed_ppm, now_s)
        massager.set_speed(speed_ppm, self._ramp_ppm_per_s())
        if not was_running:
            self._renewed_s = now_s
            massager.renew()

    def soft_stop(self, now_s: float) -> None:
        """Set speed 0: the motor ramps down, and is stopped when it stands."""
        massager = self.devices.massager
        self._snapshot.want(Drive.SOFT_STOP, 0, now_s)
        if massager is not None:
            massager.set_speed(0, self._ramp_ppm_per_s())

    def renew(self, now_s: float, left_s: Callable[[], float]) -> None:
        """Renew lease and relay, each in its own rhythm, while the motor runs; only by an approving verdict."""
        drive = self._snapshot.drive
        if drive is not Drive.RUN and drive is not Drive.SOFT_STOP:
            return
        massager = self.devices.massager
        if (
            now_s - self._renewed_s >= RENEW_EVERY_S - _EARLY_S
            and massager is not None
            and self._snapshot.facts.is_controllable
        ):
            self._renewed_s = now_s
            massager.renew()
        if now_s - self._timer_armed_s >= TIMER_EVERY_S and self.devices.timer is not None:
            self.arm_timer(now_s, left_s())

    def off(self, now_s: float, reason: StopReason) -> bool:
        """Take power and command away at once; only the stop sequence calls this, because a motor-off has to be seen.

        Both actions run even if one raises. Returns whether the bytes of one that stops this massager went out.
        """
        massager, timer, facts = self.devices.massager, self.devices.timer, self._snapshot.facts
        is_written = False
        try:
            is_written = massager is not None and massager.stop(reason)
        except Exception:  # noqa: BLE001 - a stop goes on whatever breaks
            _log.exception("STOP could not be written")
        try:
            is_cancelled = timer is not None and timer.cancel()
            is_written = is_written or (facts.has_relay and is_cancelled)
        except Exception:  # noqa: BLE001 - as above
            _log.exception("the relay could not be opened")
        self._snapshot.want(Drive.OFF, 0, now_s)
        return is_written

    def lease_left_s(self, now_s: float) -> float | None:
        """Return what is left of the motor's lease, as far as this side knows."""
        lease_s = self._snapshot.facts.lease_s
        if lease_s is None or self._snapshot.drive not in _POWERED:
            return None
        return max(0.0, lease_s - (now_s - self._renewed_s))

    def _ramp_ppm_per_s(self) -> int:
        return min(self._snapshot.facts.ramp_ppm_per_s, RAMP_MAX_PPM_PER_S)
