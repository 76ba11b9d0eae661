"""The driver of our firmware's motor."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from typing import Final

from firmware_protocol.codes import FaultBit, Function, MotorFlag, PowerFlag, Result, StopCause
from firmware_protocol.codes import StopReason as WireReason
from firmware_protocol.commands import Arm, ClearFault, Renew, SetLimits, SetSpeed
from firmware_protocol.events import CommandRefused as RefusedOnWire
from firmware_protocol.events import StopAcknowledged as AcknowledgedOnWire
from firmware_protocol.features import FeatureSet
from firmware_protocol.reports import Fault, MotorTelemetry, PowerTelemetry, Stopped
from massctl.devices.capabilities import DeviceLimits, MotorReading, PowerReading, StopAcknowledged, StopReason
from massctl.devices.dictionary import (
    MOTOR_HZ,
    POWER_HZ,
    DeviceIdentity,
    lease_ms,
    massager_capabilities,
    stream_hz,
)
from massctl.devices.link import Link, RefusedByPeer
from massctl.devices.native import NativeDevice, claim

STANDSTILL_S: Final = 2.0
"""How long a motor that was just stopped may take to stand (F54 expects 1.5 s)."""
LIMITS_AGAIN_S: Final = 0.1
STANDSTILL_PPM: Final = 30
"""Below this a measured speed is noise (design value)."""
_ARMED: Final = int(MotorFlag.ARMED)
_FAULTED: Final = int(MotorFlag.FAULTED)
"""As plain integers: 20 readings a second are tested against them, and enumerations are slow at that."""
_REASONS: Final = {
    StopReason.PERSON: WireReason.PERSON,
    StopReason.SUPERVISOR: WireReason.SUPERVISOR,
    StopReason.START: WireReason.START,
    StopReason.END: WireReason.END,
}
_CAUSES: Final[dict[int, str]] = {
    StopCause.HOST_STOP: "another program stopped it",
    StopCause.LEASE_LAPSED: "it stopped by itself: nothing renewed its lease",
    StopCause.CLAIM_LAPSED: "it stopped by itself: nothing was heard from here",
    StopCause.CLAIM_CHANGED: "another program took it over",
    StopCause.LOCAL_STOP: "its own stop button was pressed",
}
_FAULTS: Final = {
    FaultBit.OVER_FORCE: "its own force limit was exceeded",
    FaultBit.RUN_TOO_LONG: "it ran longer than allowed",
    FaultBit.STALLED: "the motor stalled",
    FaultBit.RUNAWAY: "the motor ran away",
    FaultBit.MOTOR_HOT: "the motor is too hot",
    FaultBit.SKIN_SIDE_HOT: "the head is too hot",
    FaultBit.BATTERY_EMPTY: "the battery is empty",
    FaultBit.FORCE_SENSOR: "its force sensor is broken",
    FaultBit.MOTOR_DRIVER: "its motor driver failed",
    FaultBit.SELF_TEST: "its self-test failed",
}


class NativeMassager(NativeDevice):
    """A motor behind a link."""

    commands = (SetSpeed, Renew)

    def __init__(self, link: Link, identity: DeviceIdentity, features: FeatureSet) -> None:
        super().__init__(link, identity, features)
        self.capabilities = massager_capabilities(link.url, features, is_by_radio=link.is_by_radio)
        self._newest: MotorTelemetry | None = None
        self._reading: MotorReading | None = None
        self._limits: DeviceLimits | None = None
        self._faults = 0
        self._stopped_by_itself: str | None = None
        self._has_stopped_it = True
        link.listen(MotorTelemetry, self._note_motor)
        link.listen(PowerTelemetry, self._note_power)
        link.listen(Fault, self._note_fault)
        link.listen(Stopped, self._note_stopped)
        link.listen(AcknowledgedOnWire, self._note_acknowledged)

    async def prepare(self, limits: DeviceLimits) -> None:
        """Claim and stop (F43), start telemetry, verify that it stands, set the limits."""
        if self._link.has_claim:
            self.stop(StopReason.START)
            await self._link.stopped()
        await claim(self._link)
        await self._stream(Function.MOTOR, stream_hz(self._features, Function.MOTOR, MOTOR_HZ))
        if Function.POWER in self._features.functions:
            await self._stream(Function.POWER, stream_hz(self._features, Function.POWER, POWER_HZ))
        await self._first(MotorTelemetry, "motor telemetry")
        await self._standstill()
        await self._set_limits(limits)

    async def arm(self, limits: DeviceLimits | None = None) -> None:
        """Ask for the right to run. Raises PeerRefused while a fault is latched, NoAnswer, or what ended the link."""
        await self._link.stopped()
        if limits is not None and limits != self._limits:
            await self._set_limits(limits)
        await self._link.request(Arm(lease_ms(self._features, is_by_radio=self._link.is_by_radio)))
        self._has_stopped_it = False
        self._stopped_by_itself = None

    async def clear_faults(self) -> None:
        """Clear what is latched. Raises PeerRefused while a fault's cause is still present, NoAnswer, or what ended the link."""
        await self._link.stopped()
        self._stopped_by_itself = None
        await self._link.request(ClearFault())

    def set_speed(self, speed_ppm: int, ramp_ppm_per_s: int) -> None:
        """Command a speed, 0 for a ramp to standstill; nothing once the device has said that it switched off."""
        if self._own_word() is None:
            self._link.post(SetSpeed(speed_ppm, ramp_ppm_per_s))

    def renew(self) -> None:
        """Answer the newest telemetry; the lease then runs from when the device sent that.

        Nothing is sent once the device has said that it switched off: its refusal would only hide why it did.
        """
        if self._newest is not None and self._own_word() is None:
            self._link.post(Renew(self._newest.counter))

    def stop(self, reason: StopReason = StopReason.SUPERVISOR) -> bool:
        """Write STOP before anything queued; the link repeats it until it is acknowledged (F42)."""
        self._has_stopped_it = True
        return self._link.stop(_REASONS[reason])

    def _let_go(self) -> None:
        self.stop(StopReason.END)

    async def _set_limits(self, limits: DeviceLimits) -> None:
        """Set the firmware's own limits; it takes them at standstill only, so a motor that runs out is waited for."""
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + STANDSTILL_S
        command = SetLimits(
            speed_max_ppm=limits.speed_max_ppm,
            force_max_mn=round(limits.force_max_n * 1000),
            run_max_s=math.ceil(limits.run_max_s),
        )
        while True:
            try:
                await self._link.request(command)
            except RefusedByPeer as refusal:
                if refusal.result != Result.MOTOR_ON or loop.time() >= deadline_s:
                    raise
                await asyncio.sleep(LIMITS_AGAIN_S)
            else:
                self._limits = limits
                return

    async def _standstill(self) -> None:
        await self._link.wait_for(
            MotorTelemetry,
            STANDSTILL_S,
            "the motor did not come to a standstill",
            "Press its own button, then try again.",
            _stands,
        )

    def _note_motor(self, motor: MotorTelemetry, now_s: float) -> None:
        self._newest = motor
        flags = motor.flags
        self._reading = MotorReading(
            at_s=self._link.at_s(motor.time_us, now_s),
            received_at_s=now_s,
            commanded_ppm=motor.commanded_ppm,
            ramped_ppm=motor.ramped_ppm,
            measured_ppm=motor.measured_ppm,
            is_armed=bool(flags & _ARMED),
            fault=self._fault_text(flags),
        )
        self._report(self._reading)

    def _note_power(self, power: PowerTelemetry, now_s: float) -> None:
        self._report(
            PowerReading(
                at_s=self._link.at_s(power.time_us, now_s),
                battery_percent=power.battery_percent,
                motor_temperature_c=_degrees(power.motor_temperature_dc),
                skin_temperature_c=_degrees(power.skin_temperature_dc),
                load_percent=power.load_percent,
                is_charging=bool(power.flags & PowerFlag.CHARGING),
            )
        )

    def _note_fault(self, fault: Fault, _now_s: float) -> None:
        self._faults = fault.faults
        self._tell_own_word()

    def _note_stopped(self, stopped: Stopped, _now_s: float) -> None:
        if self._has_stopped_it or stopped.cause == StopCause.FAULT:
            return
        self._stopped_by_itself = _CAUSES.get(stopped.cause, "it stopped by itself")
        self._tell_own_word()

    def _note_refused(self, event: RefusedOnWire, now_s: float) -> None:
        """Report a refusal, unless the device has told already why it runs no more."""
        if self._own_word() is None:
            super()._note_refused(event, now_s)

    def _tell_own_word(self) -> None:
        """Report why the device switched off at once, with what was last measured and when: nothing new is known of that."""
        if self._reading is not None and (word := self._own_word()) is not None:
            self._reading = replace(self._reading, is_armed=False, fault=word)
            self._report(self._reading)

    def _own_word(self) -> str | None:
        return fault_text(self._faults) if self._faults else self._stopped_by_itself

    def _note_acknowledged(self, _event: AcknowledgedOnWire, now_s: float) -> None:
        self._report(StopAcknowledged(now_s))

    def _fault_text(self, flags: int) -> str | None:
        """Return what keeps the device from running, in words; a fault that is not known yet is a fault."""
        word = self._own_word()
        return "the device reports a fault" if word is None and flags & _FAULTED else word


def _stands(motor: MotorTelemetry) -> bool:
    is_turning = motor.measured_ppm is not None and motor.measured_ppm >= STANDSTILL_PPM
    return motor.commanded_ppm == 0 and motor.ramped_ppm == 0 and not is_turning


def is_measured_still(motor: MotorTelemetry) -> bool:
    """Return whether a motor's own speed was measured, and is that of one that stands."""
    return motor.measured_ppm is not None and _stands(motor)


def fault_text(faults: int) -> str:
    """Return latched faults in words; unknown bits count as faults."""
    known = [text for bit, text in _FAULTS.items() if faults & bit]
    unknown = faults & ~sum(_FAULTS)
    if unknown:
        known.append(f"a fault unknown to this version (bits {unknown:#x})")
    return "; ".join(known)


def _degrees(tenths: int | None) -> float | None:
    return None if tenths is None else tenths / 10
