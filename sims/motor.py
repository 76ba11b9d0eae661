"""A massager's motor: it follows the drive with inertia, droops under load, stalls, heats, and drains its battery. Pure.

Not modelled: commutation, back-EMF braking, gear play, the eccentric's own imbalance, and wear. A jam stops it at once.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from sims.battery import Battery

PPM_PER_V: Final = 148.0
"""Strokes a minute per volt with no load: 3,700 PPM on a full pack (design value, a third above the fastest level)."""
STALL_N: Final = 130.0
"""Push that holds it at full voltage (makers give 9–27 kgf for hand-held ones: devices reference)."""
DROOP_PER_N: Final = 0.0015
"""Share of the speed that its controller lets go per newton of push while voltage is left (design value)."""
INERTIA_S: Final = 0.12
"""Time constant of the flywheel and the controller."""
IDLE_A: Final = 0.35
"""Friction and fan at 2,000 PPM."""
LOAD_A_PER_N: Final = 0.025
"""Current per newton of push at 2,000 PPM."""
STALL_A: Final = 9.0
"""Current while it is held."""
WINDING_OHM: Final = 0.9
"""Turns current into heat."""
FRICTION_W_AT_2000: Final = 3.0
"""Bearings and the rubber of the head at 2,000 PPM."""
HEAT_CAPACITY_J_PER_K: Final = 140.0
"""Motor and its housing."""
COOLING_W_PER_K: Final = 0.22
"""Towards the room: half an hour of hard use settles some 20 K above it."""
ROOM_C: Final = 24.0
"""The room."""
STANDSTILL_PPM: Final = 20.0
"""Below this friction holds it."""


class MotorState(NamedTuple):
    """What a step of the motor gives."""

    speed_ppm: float
    current_a: float
    temperature_c: float


class Motor:
    """One motor on one battery; ``drive_ppm`` is what the firmware asks for now, soft start included."""

    def __init__(self, battery: Battery, temperature_c: float = ROOM_C) -> None:
        self.battery = battery
        self.speed_ppm = 0.0
        """Strokes a minute, as they happen."""
        self.current_a = 0.0
        self.temperature_c = temperature_c
        self.strokes = 0.0
        """Strokes since the beginning; its fraction is where in the stroke the head is."""
        self.is_jammed = False
        """Something holds the head: the fault switch for a stall."""
        self.is_powered = True
        """False when a relay or a switch has cut the supply."""
        self.is_open = False
        """Fault: a winding is open; nothing drives it."""
        self.is_shorted = False
        """Fault: its driver has burnt through; it keeps the strongest drive that it has had since."""
        self.gain = 1.0
        """Fault: it runs faster than it is told, by this factor."""
        self.supply = 1.0
        """Fault: what is left of the supply's voltage."""
        self.heating_w = 0.0
        """Fault: a winding heats it, whether it runs or not."""
        self.is_driven = False
        """Whether its driver is switched on and supplied now, whatever was commanded."""
        self._held_ppm = 0.0

    def available_ppm(self, load_n: float) -> float:
        """Return the fastest speed that the present voltage reaches against ``load_n``."""
        share = 1.0 - load_n / STALL_N
        return PPM_PER_V * self.battery.voltage_v * self.supply * share if share > 0.0 else 0.0

    def step(self, dt_s: float, drive_ppm: float, load_n: float) -> MotorState:
        """Advance by ``dt_s`` with the drive at ``drive_ppm`` against a push of ``load_n``."""
        drive_ppm = self._driven_ppm(drive_ppm)
        if self.heating_w:
            self.temperature_c += self.heating_w * dt_s / HEAT_CAPACITY_J_PER_K
        if drive_ppm <= 0.0 and self.speed_ppm <= 0.0:
            self._rest(dt_s)
        else:
            self._turn(dt_s, drive_ppm, load_n)
        return MotorState(self.speed_ppm, self.current_a, self.temperature_c)

    def _driven_ppm(self, drive_ppm: float) -> float:
        """Return what the driver makes of the firmware's wish, with its faults and its supply."""
        if self.is_shorted:
            drive_ppm = self._held_ppm = max(drive_ppm, self._held_ppm)
        elif self._held_ppm:
            self._held_ppm = 0.0
        self.is_driven = drive_ppm > 0.0 and self.is_powered
        return drive_ppm * self.gain if self.is_driven and not self.is_open else 0.0

    def _turn(self, dt_s: float, drive_ppm: float, load_n: float) -> None:
        before_ppm = self.speed_ppm
        target_ppm = min(drive_ppm * (1.0 - DROOP_PER_N * load_n), self.available_ppm(load_n))
        if self.is_jammed or target_ppm < STANDSTILL_PPM:
            target_ppm = 0.0
        self.speed_ppm += (target_ppm - before_ppm) * min(1.0, dt_s / INERTIA_S)
        if self.is_jammed or (target_ppm == 0.0 and self.speed_ppm < STANDSTILL_PPM):
            self.speed_ppm = 0.0
        self.strokes += 0.5 * (before_ppm + self.speed_ppm) * dt_s / 60.0
        self._draw(drive_ppm, load_n)
        self.battery.step(dt_s, self.current_a)
        self._heat(dt_s)

    def _draw(self, drive_ppm: float, load_n: float) -> None:
        if drive_ppm <= 0.0:
            self.current_a = 0.0
            return
        is_held = (
            drive_ppm > STANDSTILL_PPM and self.speed_ppm < 0.1 * drive_ppm and (self.is_jammed or load_n >= STALL_N)
        )
        share = self.speed_ppm / 2000.0
        self.current_a = STALL_A if is_held else (IDLE_A + LOAD_A_PER_N * load_n) * share

    def _heat(self, dt_s: float) -> None:
        heat_w = self.current_a * self.current_a * WINDING_OHM + FRICTION_W_AT_2000 * self.speed_ppm / 2000.0
        heat_w -= COOLING_W_PER_K * (self.temperature_c - ROOM_C)
        self.temperature_c += heat_w * dt_s / HEAT_CAPACITY_J_PER_K

    def _rest(self, dt_s: float) -> None:
        if self.current_a != 0.0:
            self.current_a = 0.0
            self.battery.step(0.0, 0.0)
        self.temperature_c += (ROOM_C - self.temperature_c) * dt_s * COOLING_W_PER_K / HEAT_CAPACITY_J_PER_K
