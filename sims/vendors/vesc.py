"""The twin of a VESC motor controller that drives a massage gun through a gear. Pure.

Quirks kept: it coasts when no set-point has come for its time-out, and says so in a status bit; questions do not count; it has
a ramp of its own, much faster than a soft start; below its least speed it does not run; telemetry is as long as its firmware's;
a packet that is broken is not answered.

Not modelled: its speed controller's overshoot, regenerative braking, and set-points of duty and position, which it refuses here.
"""

from __future__ import annotations

from typing import ClassVar, Final

from firmware_protocol.codes import FaultBit
from firmware_protocol.vendors import vesc
from sims.vendors.twin import StreamTwin, TwinLink
from sims.world import World

POLE_PAIRS: Final = 7
GEAR: Final = 3.0
"""Turns of the motor for one percussion."""
ERPM_MIN: Final = 900
"""Its speed controller's least speed, as shipped."""
ERPM_RAMP_PER_S: Final = 25_000
"""Its speed controller's ramp, as shipped."""
FAULT_STOP_S: Final = 0.5
"""A fault is told for so long after its cause is gone, as shipped."""
_FAULTS: Final = {FaultBit.MOTOR_HOT: 6, FaultBit.BATTERY_EMPTY: 2}


class VescTwin(StreamTwin):
    """A VESC in place of the gun's own controller."""

    id: ClassVar[str] = "vesc"
    role: ClassVar[str] = "massager"
    options: ClassVar[str] = f"&pole_pairs={POLE_PAIRS}&gear={GEAR:g}"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.firmware = vesc.Firmware(6, 5, "60_MK6")
        self.values_length = 74
        """Bytes of its telemetry: older firmware sends less."""
        self.timeout_s: float = vesc.TIMEOUT_S
        """0 where its owner has switched it off."""
        self.fault = 0
        self.is_killed = False
        self.set_points = 0
        """How many it has taken."""
        self._fault_until_s = 0.0
        self._set_s = -1e9
        self._packets: dict[TwinLink, vesc.PacketReader] = {}
        world.massager.ramp_max_ppm_per_s = ERPM_RAMP_PER_S / POLE_PAIRS / GEAR
        world.motor_faults = self._note_faults

    def joined(self, link: TwinLink) -> None:
        """Read its packets apart from those of others."""
        self._packets[link] = vesc.PacketReader()

    def take(self, link: TwinLink, data: bytes, now_s: float) -> bytes:
        """Answer each packet that is whole."""
        return b"".join(self._answer(payload, now_s) for payload in self._packets[link].receive(data))

    def live(self, now_s: float) -> None:
        """Let the motor coast when nobody has set it for too long."""
        if self._has_timed_out(now_s) and self.world.massager.commanded_ppm:
            self._coast(now_s, "time-out")
        if self.fault and now_s >= self._fault_until_s:
            self.fault = 0

    def _answer(self, payload: bytes, now_s: float) -> bytes:
        if payload[0] == vesc.Id.FW_VERSION:
            return vesc.write_firmware(self.firmware)
        if payload[0] == vesc.Id.GET_VALUES:
            return vesc.write_values(self._values(now_s), self.values_length)
        if payload[0] == vesc.Id.ALIVE:
            self._set_s = now_s
        elif (point := vesc.read_set_point(payload)) is not None:
            self._obey(*point, now_s)
        return b""

    def _obey(self, what: vesc.Id, number: int, now_s: float) -> None:
        self._set_s = now_s
        self.set_points += 1
        runs = what is vesc.Id.SET_RPM and abs(number) >= ERPM_MIN and not self.fault and not self.is_killed
        if runs:
            self.world.massager.run(round(abs(number) / POLE_PAIRS / GEAR), round(ERPM_RAMP_PER_S / POLE_PAIRS / GEAR))
        else:
            self._coast(now_s, "set to coast")

    def _coast(self, now_s: float, why: str) -> None:
        if self.world.massager.commanded_ppm:
            self.world.log.note(now_s, self.id, f"motor off: {why}")
        self.world.massager.switch_off()

    def _has_timed_out(self, now_s: float) -> bool:
        return 0.0 < self.timeout_s < now_s - self._set_s

    def _note_faults(self, faults: tuple[FaultBit, ...], now_s: float) -> None:
        for fault in faults:
            if fault in _FAULTS:
                self.fault, self._fault_until_s = _FAULTS[fault], now_s + FAULT_STOP_S
                self._coast(now_s, f"fault {self.fault}")

    def _values(self, now_s: float) -> vesc.Values:
        motor = self.world.motor
        voltage_v = motor.battery.voltage_v
        most_ppm = motor.available_ppm(0.0)
        duty = motor.speed_ppm / most_ppm if most_ppm > 0.0 else 0.0
        return vesc.Values(
            fet_c=motor.temperature_c,
            motor_c=motor.temperature_c,
            motor_a=motor.current_a,
            input_a=motor.current_a * duty,
            duty=duty,
            erpm=round(motor.speed_ppm * POLE_PAIRS * GEAR),
            input_v=voltage_v,
            fault=self.fault,
            has_timed_out=self._has_timed_out(now_s),
            is_killed=self.is_killed,
        )
