"""The tally of one visit to one step: its clock, time in band, contact, mean force and speed. It decides nothing.

Time over the band is counted as lost, never as more: no figure here rewards force.
"""

from __future__ import annotations

from dataclasses import dataclass

from massctl.devices.capabilities import ForceReading
from massctl.programs.plan import PlannedStep
from massctl.session.limits import Scope
from massctl.session.modes import TRAITS, Clock
from massctl.session.snapshot import Snapshot, Stale
from massctl.units import force_n_from_kg_cm2


def force_band_n(scope: Scope, force_factor: float = 1.0) -> tuple[float, float] | None:
    """Return the band of push to aim at, in newtons, or None where nothing measures it."""
    step = scope.step
    if scope.runs_motor:
        if step.force_band_n is None or scope.is_sensorless:
            return None
        low, high = step.force_band_n
    elif scope.measures_pressure and step.pressure_band_kg_cm2 is not None:
        low, high = (force_n_from_kg_cm2(value, scope.area_cm2) for value in step.pressure_band_kg_cm2)
    else:
        return None
    return (low * force_factor, high * force_factor)


@dataclass(slots=True)
class Work:
    """What a step has had so far, in this visit."""

    step: PlannedStep
    maximum_s: float
    band_n: tuple[float, float] | None = None
    is_measured: bool = True
    """Whether the force sensor is under this tool; it may hang free while a ball is used."""
    work_s: float = 0.0
    """Time with the motor on; of a manual tool, guided time."""
    contact_s: float = 0.0
    in_band_s: float = 0.0
    over_band_s: float = 0.0
    feels_softer: bool = False
    end_force_n: float | None = None
    """The push at the moment a measurement ended (first pain)."""
    _force_ns: float = 0.0
    _force_s: float = 0.0
    _speed_s: float = 0.0

    @property
    def shows_band(self) -> bool:
        """Whether its clock shows time in band."""
        return self.band_n is not None and TRAITS[self.step.mode].clock is Clock.IN_BAND

    @property
    def clock_s(self) -> float:
        """What the step's clock shows."""
        return self.in_band_s if self.shows_band else self.work_s

    @property
    def mean_force_n(self) -> float | None:
        """Mean push while in contact; of a measurement, the push at its end; None where nothing measured."""
        if self.end_force_n is not None:
            return self.end_force_n
        return self._force_ns / self._force_s if self._force_s > 0 else None

    @property
    def mean_speed_ppm(self) -> float | None:
        """Mean speed while the motor was on; None without a motor."""
        return self._speed_s / self.work_s if self.step.runs_motor and self.work_s > 0 else None

    def add(self, now_s: float, dt_s: float, snapshot: Snapshot) -> None:
        """Count ``dt_s`` seconds up to ``now_s``."""
        is_motor_step = self.step.runs_motor
        if is_motor_step and not snapshot.is_motor_on:
            return
        self.work_s += dt_s
        if not self.is_measured or snapshot.is_touching(now_s):
            self.contact_s += dt_s
        if self.is_measured:
            self._add_force(snapshot.force(now_s), dt_s)
        if is_motor_step:
            motor = snapshot.motor
            measured_ppm = motor.measured_ppm if motor is not None else None
            self._speed_s += (measured_ppm if measured_ppm is not None else snapshot.set_ppm) * dt_s

    def _add_force(self, reading: ForceReading | Stale, dt_s: float) -> None:
        if isinstance(reading, Stale):
            return
        if reading.mean_n > 0:
            self._force_ns += reading.mean_n * dt_s
            self._force_s += dt_s
        if self.band_n is None:
            return
        if reading.mean_n > self.band_n[1]:
            self.over_band_s += dt_s
        elif reading.mean_n >= self.band_n[0]:
            self.in_band_s += dt_s
