"""The one state of a device, shared by all its links: claim, epoch, arming, lease, limits, faults, relay.

This is the firmware's logic without bytes and without physics: time is passed in, and what the hardware must do is returned.
What each link has of its own (streams, repeated commands, versions) is in ``device_side.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from firmware_protocol.claim import Ownership
from firmware_protocol.codes import (
    LEASE_MAX_MS,
    LEASE_MIN_MS,
    TEXT_MAX,
    FaultBit,
    Function,
    Key,
    MotorFlag,
    Result,
    StopCause,
    TimerFlag,
)
from firmware_protocol.commands import Arm, SetLimits, SetSpeed
from firmware_protocol.device_clock import WRAP_US
from firmware_protocol.errors import LocalProtocolError
from firmware_protocol.events import (
    Armed,
    ClaimChanged,
    CloseRelay,
    DeviceEvent,
    FaultsCleared,
    LimitsChanged,
    OpenRelay,
    RunMotor,
    SwitchOff,
)
from firmware_protocol.features import FeatureSet
from firmware_protocol.lease import Lease
from firmware_protocol.reports import Fault, Stopped
from firmware_protocol.states import MOTOR, MotorInput, MotorState, next_state

_ARMED: Final = MotorFlag.ARMED.value
_CLAIMED: Final = MotorFlag.CLAIMED.value
_FAULTED: Final = MotorFlag.FAULTED.value
_RAMPING: Final = MotorFlag.RAMPING.value
_COUNTING: Final = TimerFlag.ARMED.value
_RELAY_CLOSED: Final = (TimerFlag.ARMED | TimerFlag.RELAY_CLOSED).value
"""Plain integers: telemetry is flagged 50 times a second, and arithmetic on flag classes is slow."""

Outcome = tuple[Result, list[DeviceEvent]]
"""The answer to a command, and what the hardware must do."""


@dataclass(slots=True)
class _Notices:
    """The newest notices for all links, numbered so that each link sends each once."""

    stops: int = 0
    stopped: Stopped | None = None
    faults: int = 0
    fault: Fault | None = None


@dataclass(slots=True)
class DeviceState:
    """What a device remembers. One instance a device; each of its links is a Connection that shares it.

    The owner of the hardware sets ``is_moving`` and ``present_faults`` and calls ``note_force`` and ``latch``.
    """

    name: str
    features: FeatureSet
    boot_id: int = 1
    time_offset_us: int = 0
    """Device time when ``now_s`` is 0; device time wraps at 2**32."""
    epoch: int = 0
    motor: MotorState = MotorState.OFF
    faults: int = 0
    present_faults: int = 0
    """Fault bits whose cause is present now: these cannot be cleared."""
    is_moving: bool = False
    """Whether the motor turns, whatever was commanded."""
    commanded_ppm: int = 0
    limits: SetLimits = field(init=False)
    notices: _Notices = field(init=False, default_factory=_Notices)
    _first_fault: int = field(init=False, default=0)
    _owner: Ownership = field(init=False, default_factory=Ownership)
    _lease: Lease = field(init=False, default_factory=Lease)
    _running_since_s: float = field(init=False, default=0.0)
    _relay_deadline_s: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if len(self.name.encode()) > TEXT_MAX:
            raise LocalProtocolError(f"the device name {self.name!r} is longer than {TEXT_MAX} bytes")
        self.limits = self._own_limits()

    # What telemetry needs.

    def time_us(self, now_s: float) -> int:
        """Return device time, as messages carry it."""
        return (round(now_s * 1e6) + self.time_offset_us) % WRAP_US

    def number_telemetry(self, now_s: float) -> int:
        """Return the counter for one motor telemetry sent now; renewals that answer it count from now."""
        return self._lease.number_telemetry(now_s)

    def motor_flags(self, *, is_ramping: bool = False) -> int:
        """Return the flags of motor telemetry."""
        return (
            self.is_armed * _ARMED + self.is_claimed * _CLAIMED + bool(self.faults) * _FAULTED + is_ramping * _RAMPING
        )

    def timer_flags(self) -> int:
        """Return the timer's own flags; buzzer, button and pedal are the hardware's to add."""
        if self._relay_deadline_s is None:
            return 0
        return _RELAY_CLOSED if self.features.number(Function.TIMER, Key.HAS_RELAY) else _COUNTING

    def relay_remaining_ms(self, now_s: float) -> int:
        """Return how long the relay stays closed, 0 when it is open."""
        return 0 if self._relay_deadline_s is None else max(0, round((self._relay_deadline_s - now_s) * 1000))

    @property
    def is_armed(self) -> bool:
        """Whether the motor may run now."""
        return self.motor is MotorState.STANDING or self.motor is MotorState.RUNNING

    @property
    def is_claimed(self) -> bool:
        """Whether somebody controls the device."""
        return self._owner.is_held

    @property
    def has_output(self) -> bool:
        """Whether a STOP would change anything: the motor is armed or the relay closed."""
        return self.is_armed or self._relay_deadline_s is not None

    def is_owner(self, link: object) -> bool:
        """Whether ``link`` controls the device."""
        return self._owner.is_by(link)

    @property
    def lease_deadline_s(self) -> float | None:
        """When the motor's lease lapses; None while it has none."""
        return self._lease.deadline_s

    # Time and the hardware's own findings.

    def next_deadline_s(self) -> float | None:
        """Return when ``tick`` has something to do, None when nothing runs out."""
        deadlines = [self._lease.deadline_s, self._relay_deadline_s]
        if self.is_claimed:
            deadlines.append(self._owner.deadline_s)
        if self.motor is MotorState.RUNNING:
            deadlines.append(self._running_since_s + self.limits.run_max_s)
        return min((deadline for deadline in deadlines if deadline is not None), default=None)

    def tick(self, now_s: float) -> list[DeviceEvent]:
        """Let run out what is over: lease, claim, longest run, relay."""
        events: list[DeviceEvent] = []
        if self._relay_deadline_s is not None and now_s >= self._relay_deadline_s:
            self._relay_deadline_s = None
            events.append(OpenRelay(is_elapsed=True))
        if self._lease.deadline_s is not None and now_s >= self._lease.deadline_s:
            events += self.switch_off(StopCause.LEASE_LAPSED, now_s)
        if self.is_claimed and now_s >= self._owner.deadline_s:
            events += self._end_claim(StopCause.CLAIM_LAPSED, now_s)
        if self.motor is MotorState.RUNNING and now_s >= self._running_since_s + self.limits.run_max_s:
            events += self.latch(FaultBit.RUN_TOO_LONG, now_s)
        return events

    def latch(self, fault: FaultBit, now_s: float) -> list[DeviceEvent]:
        """Latch a fault that the hardware found, and switch off; a bit latched already changes nothing."""
        if self.faults & fault:
            return []
        if not self.faults:
            self._first_fault = int(fault)
        self.faults |= int(fault)
        self._move(MotorInput.FAULT)
        self._announce_faults(now_s)
        return self._off(StopCause.FAULT, now_s)

    def note_force(self, mean_mn: int, now_s: float) -> list[DeviceEvent]:
        """Hold the force limit: latch OVER_FORCE when the device's own sensor reads more while the motor is armed.

        At its full scale a sensor cannot tell how much more it is.
        """
        limit_mn = self.limits.force_max_mn
        if self.is_armed and (mean_mn > limit_mn or mean_mn >= self._own_limits().force_max_mn):
            return self.latch(FaultBit.OVER_FORCE, now_s)
        return []

    def switch_off(self, cause: StopCause, now_s: float, host_reason: int = 0) -> list[DeviceEvent]:
        """Switch everything off and raise the epoch, whatever was on; for the hardware's own stop button too."""
        self._move(MotorInput.SWITCH_OFF)
        return self._off(cause, now_s, host_reason)

    # What commands do. Whoever calls has checked nothing yet but that the message is well formed.

    def keep_claim(self, link: object, now_s: float) -> None:
        """Note a valid frame of ``link``."""
        self._owner.keep(link, now_s)

    def claim(self, link: object, token: int, now_s: float) -> Outcome:
        """Give the device to ``link``; a new owner raises the epoch and finds everything off and the limits reset."""
        if token == 0:
            return Result.OUT_OF_RANGE, []
        if self._owner.is_refused_to(link, token):
            return Result.CLAIMED_BY_OTHER, []
        if self._owner.is_same(link, token):
            return Result.OK, []
        events = self.switch_off(StopCause.CLAIM_CHANGED, now_s)
        self.limits = self._own_limits()
        self._owner.give(link, token, now_s)
        return Result.OK, [*events, ClaimChanged(is_claimed=True)]

    def release(self, link: object, now_s: float) -> Outcome:
        """Take the device back from ``link``, and switch off."""
        if not self.is_owner(link):
            return Result.NOT_OWNER, []
        return Result.OK, self._end_claim(StopCause.CLAIM_CHANGED, now_s)

    def lose_link(self, link: object, now_s: float) -> list[DeviceEvent]:
        """End the claim of a link that is known to be gone."""
        return self._end_claim(StopCause.CLAIM_LAPSED, now_s) if self.is_owner(link) else []

    def set_limits(self, link: object, asked: SetLimits) -> Outcome:
        """Narrow the device's own limits; what is above the device's own becomes the device's own."""
        if (refusal := self._refusal(link, None, Function.MOTOR)) is not None:
            return refusal, []
        if self._is_on:
            return Result.MOTOR_ON, []
        if 0 in {asked.speed_max_ppm, asked.force_max_mn, asked.run_max_s}:
            return Result.OUT_OF_RANGE, []
        own = self._own_limits()
        self.limits = SetLimits(
            min(asked.speed_max_ppm, own.speed_max_ppm),
            min(asked.force_max_mn, own.force_max_mn),
            min(asked.run_max_s, own.run_max_s),
        )
        limits = self.limits
        return Result.OK, [LimitsChanged(limits.speed_max_ppm, limits.force_max_mn, limits.run_max_s)]

    def arm(self, link: object, epoch: int, command: Arm, now_s: float) -> Outcome:
        """Begin a lease; when armed already, nothing changes and nothing is extended."""
        if (refusal := self._refusal(link, epoch, Function.MOTOR)) is not None:
            return refusal, []
        if self.faults:
            return Result.FAULTED, []
        number = self.features.number
        lease_min_ms = max(LEASE_MIN_MS, number(Function.MOTOR, Key.LEASE_MIN_MS, LEASE_MIN_MS))
        lease_max_ms = min(LEASE_MAX_MS, number(Function.MOTOR, Key.LEASE_MAX_MS, LEASE_MAX_MS))
        if not lease_min_ms <= command.lease_ms <= lease_max_ms:
            return Result.OUT_OF_RANGE, []
        if self.is_armed:
            return Result.OK, []
        self._move(MotorInput.ARM)
        self._lease.grant(command.lease_ms / 1000, now_s)
        return Result.OK, [Armed(command.lease_ms)]

    def set_speed(self, link: object, epoch: int, command: SetSpeed, now_s: float) -> Outcome:
        """Run at a speed within the limits, or stand."""
        if (refusal := self._refusal(link, epoch, Function.MOTOR)) is not None:
            return refusal, []
        if not self.is_armed:
            return Result.NOT_ARMED, []
        if not self._can_run_at(command.speed_ppm) or command.ramp_ppm_per_s == 0:
            return Result.OUT_OF_RANGE, []
        if command.speed_ppm and self.motor is not MotorState.RUNNING:
            self._running_since_s = now_s
        self._move(MotorInput.RUN if command.speed_ppm else MotorInput.STAND)
        self.commanded_ppm = command.speed_ppm
        ramp_max = self.features.number(Function.MOTOR, Key.RAMP_MAX_PPM_PER_S, command.ramp_ppm_per_s)
        return Result.OK, [RunMotor(command.speed_ppm, min(command.ramp_ppm_per_s, ramp_max))]

    def renew(self, link: object, epoch: int, counter: int, now_s: float) -> Outcome:
        """Extend the lease from when the telemetry ``counter`` was sent."""
        if (refusal := self._refusal(link, epoch, Function.MOTOR)) is not None:
            return refusal, []
        if not self.is_armed:
            return Result.NOT_ARMED, []
        if not self._lease.renew(counter, now_s):
            return Result.STALE_RENEWAL, []
        self._move(MotorInput.RENEW)
        return Result.OK, []

    def clear_fault(self, link: object, epoch: int, now_s: float) -> Outcome:
        """Clear the latched faults whose cause is gone."""
        if (refusal := self._refusal(link, epoch, None)) is not None:
            return refusal, []
        if not self.faults:
            return Result.OK, []
        self.faults &= self.present_faults
        if self.faults:
            self._first_fault &= self.faults
        else:
            self._first_fault = 0
            self._move(MotorInput.CLEAR)
        self._announce_faults(now_s)
        return Result.FAULTED if self.faults else Result.OK, [FaultsCleared(self.faults)]

    def check_sensor_command(self, link: object) -> Result:
        """Return whether ``link`` may tare or calibrate now."""
        if (refusal := self._refusal(link, None, Function.FORCE)) is not None:
            return refusal
        return Result.MOTOR_ON if self._is_on else Result.OK

    def arm_relay(self, link: object, epoch: int, duration_ms: int, now_s: float) -> Outcome:
        """Close the relay for ``duration_ms`` from now."""
        if (refusal := self._refusal(link, epoch, Function.TIMER)) is not None:
            return refusal, []
        if not 0 < duration_ms <= self.features.number(Function.TIMER, Key.DURATION_MAX_MS):
            return Result.OUT_OF_RANGE, []
        self._relay_deadline_s = now_s + duration_ms / 1000
        return Result.OK, [CloseRelay(duration_ms)]

    def cancel_relay(self, link: object) -> Outcome:
        """Open the relay now."""
        if (refusal := self._refusal(link, None, Function.TIMER)) is not None:
            return refusal, []
        self._relay_deadline_s = None
        return Result.OK, [OpenRelay(is_elapsed=False)]

    def check_buzzer(self, link: object) -> Result:
        """Return whether ``link`` may sound the buzzer."""
        if (refusal := self._refusal(link, None, Function.TIMER)) is not None:
            return refusal
        return Result.OK if self.features.number(Function.TIMER, Key.HAS_BUZZER) else Result.UNSUPPORTED

    # Inside.

    @property
    def _is_on(self) -> bool:
        return self.is_armed or self.is_moving

    def _refusal(self, link: object, epoch: int | None, function: Function | None) -> Result | None:
        if function is not None and function not in self.features.functions:
            return Result.UNSUPPORTED
        if not self.is_owner(link):
            return Result.NOT_OWNER
        if epoch is not None and epoch != self.epoch:
            return Result.STALE_EPOCH
        return None

    def _can_run_at(self, speed_ppm: int) -> bool:
        if speed_ppm == 0:
            return True
        if levels := self.features.numbers(Function.MOTOR, Key.LEVELS_PPM):
            return speed_ppm in levels and speed_ppm <= self.limits.speed_max_ppm
        return self.features.number(Function.MOTOR, Key.SPEED_MIN_PPM) <= speed_ppm <= self.limits.speed_max_ppm

    def _own_limits(self) -> SetLimits:
        number = self.features.number
        return SetLimits(
            number(Function.MOTOR, Key.SPEED_MAX_PPM),
            number(Function.FORCE, Key.FORCE_MAX_MN, 0xFFFFFFFF),
            number(Function.MOTOR, Key.RUN_MAX_S, 0xFFFF),
        )

    def _move(self, change: MotorInput) -> None:
        self.motor = next_state(MOTOR, self.motor, change) or self.motor

    def _off(self, cause: StopCause, now_s: float, host_reason: int = 0) -> list[DeviceEvent]:
        self._lease.end()
        self._relay_deadline_s = None
        self.commanded_ppm = 0
        self.epoch = (self.epoch + 1) % 256
        self.notices.stops += 1
        self.notices.stopped = Stopped(self.time_us(now_s), cause)
        return [SwitchOff(cause, host_reason)]

    def _end_claim(self, cause: StopCause, now_s: float) -> list[DeviceEvent]:
        events = self.switch_off(cause, now_s)
        self._owner.end()
        return [*events, ClaimChanged(is_claimed=False)]

    def _announce_faults(self, now_s: float) -> None:
        self.notices.faults += 1
        self.notices.fault = Fault(self.time_us(now_s), self.faults, self._first_fault)
