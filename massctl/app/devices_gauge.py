"""A force sensor opened outside a session: its zero, and a look at its noise and rate (F35, F36).

The motor is not touched. What is right or wrong about a reading is said in words that tell what to do; a step can be repeated.
"""

from __future__ import annotations

import asyncio
import math
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final

from massctl.app.devices_identity import connect_known
from massctl.app.devices_known import address_of, calibration_warning
from massctl.body import limits
from massctl.devices.capabilities import Disconnected, ForceReading, ForceSensor, ForceSensorCapabilities, Report
from massctl.errors import ConnectionProblem, NoAnswer, UsageError
from massctl.session.tare import DRIFT_N_PER_MIN, MEASURED_S, SETTLED_S, ZERO_N

LOOK_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class TareOutcome:
    """How setting to zero went (F36)."""

    zero_n: float
    """What is left at rest."""
    drift_n_per_min: float
    problem: str = ""
    """Empty where it is good."""

    @property
    def is_good(self) -> bool:
        """Whether percussion may start with this zero."""
        return not self.problem

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self) | {"is_good": self.is_good}


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a look at a sensor."""

    name: str
    text: str
    is_good: bool = True

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


async def tare(word: str) -> TareOutcome:
    """Set the sensor called ``word`` (or at this address) to zero, head in the air, and judge the zero as F36 does.

    Raises UsageError, ConnectionProblem or NoAnswer.
    """
    async with opened(address_of("sensor", word)) as gauge:
        await gauge.sensor.tare()
        await asyncio.sleep(SETTLED_S - 1.0)
        early_n = statistics.fmean(gauge.finite(await gauge.read(1.0)))
        await asyncio.sleep(MEASURED_S - SETTLED_S - 1.0)
        late_n = statistics.fmean(gauge.finite(await gauge.read(1.0)))
        drift = abs(late_n - early_n) / (MEASURED_S - SETTLED_S) * 60.0
        problem = ""
        if abs(late_n) > ZERO_N:
            problem = (
                f"it shows {late_n:.1f} N at rest, at most {ZERO_N:g} N. Is the head in the air, and nothing on it?"
            )
        elif drift > DRIFT_N_PER_MIN:
            problem = (
                f"it drifts by {drift:.1f} N a minute, at most {DRIFT_N_PER_MIN:g}. Let it warm up, and try again."
            )
        return TareOutcome(late_n, drift, problem)


async def look(word: str) -> tuple[Check, ...]:
    """Look at the sensor called ``word`` for some seconds, head in the air: what it sends, how often, how quietly.

    Raises UsageError, ConnectionProblem or NoAnswer.
    """
    url = address_of("sensor", word)
    async with opened(url) as gauge:
        outcome_s = await gauge.read(LOOK_S)
        forces = gauge.finite(outcome_s)
        able = gauge.sensor.capabilities
    hz = len(outcome_s) / LOOK_S
    noise_n = statistics.stdev(forces) if len(forces) > 1 else 0.0
    is_calibrated = all(reading.is_calibrated for reading in outcome_s)
    doubted = calibration_warning(url) or ("" if is_calibrated else "no: it says so itself. [F36]")
    checks = [
        Check("rate", f"{hz:.0f} values a second, of {able.rate_hz:g} samples", hz >= 0.8 * able.published_hz),
        Check("rest", f"{statistics.fmean(forces):.2f} N at rest, before it is set to zero"),
        Check("noise", f"{noise_n:.3f} N", 0.0 < noise_n < 0.5),
        Check("percussion", *_percussion(able)),
        Check("calibrated", doubted or "yes", not doubted),
    ]
    if able.is_estimated:
        checks.append(Check("kind", "the force is estimated, not measured: caps are 0.8 of a region's [F37]"))
    if noise_n == 0.0:
        checks.append(Check("life", "the reading never changes: is the gauge frozen?", is_good=False))
    return tuple(checks)


def _percussion(able: ForceSensorCapabilities) -> tuple[str, bool]:
    """Return in words at which speeds this sensor sees the push under strokes (F35)."""
    speeds = range(1200, limits.SPEED_CEILING_PPM + 1, 10)
    seen = [ppm for ppm in speeds if limits.sensor_can_see(ppm, able.alias_rate_hz)]
    if able.published_hz < limits.SENSOR_PUBLISHED_MIN_HZ or not seen:
        why = "it is read by asking" if able.is_polled else f"{able.rate_hz:g} samples a second are too few"
        return f"not with this sensor: {why} [F35]", False
    if len(seen) == len(speeds):
        return "at every speed", True
    runs: list[list[int]] = []
    for ppm in seen:
        if runs and runs[-1][1] == ppm - 10:
            runs[-1][1] = ppm
        else:
            runs.append([ppm, ppm])
    return f"at {', '.join(f'{low:,}–{high:,}' for low, high in runs)} PPM [F35]", True


class OpenGauge:
    """One open sensor, its newest readings kept."""

    def __init__(self, sensor: ForceSensor) -> None:
        self.sensor = sensor
        self._readings: list[ForceReading] = []
        self._lost: ConnectionProblem | None = None
        sensor.subscribe(self._take)

    def _take(self, report: Report) -> None:
        if isinstance(report, ForceReading):
            self._readings.append(report)
        elif isinstance(report, Disconnected):
            self._lost = report.problem

    async def read(self, seconds: float) -> list[ForceReading]:
        """Return the readings of the next ``seconds``. Raises NoAnswer, or what ended the link."""
        self._readings.clear()
        await asyncio.sleep(seconds)
        if self._lost is not None:
            raise self._lost
        if len(self._readings) < 2:
            raise NoAnswer(self.sensor.name, "too few readings came", seconds, "Is the gauge switched on?")
        return list(self._readings)

    def finite(self, readings: list[ForceReading]) -> list[float]:
        """Return the forces. Raises UsageError where one is no number, or the sensor is at its end."""
        if any(reading.is_saturated for reading in readings):
            raise UsageError(
                f"{self.sensor.name} is at the end of its range.", "Take a lighter weight; check its wires."
            )
        forces = [reading.mean_n for reading in readings]
        if not all(map(math.isfinite, forces)):
            raise UsageError(f"{self.sensor.name} gives no number.", "Check its wires, and its power.")
        return forces


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[OpenGauge]:
    """Open the sensor at ``url``, and close it in the end. Raises UsageError, ConnectionProblem or NoAnswer."""
    bundle = await connect_known(url, {"sensor"})
    try:
        assert bundle.sensor is not None, "connect refuses a device without this role"
        gauge = OpenGauge(bundle.sensor)
        await bundle.sensor.prepare()
        yield gauge
    finally:
        await bundle.aclose()
