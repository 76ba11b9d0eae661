"""A force sensor's zero, its calibration with two known weights, and a look at its noise and rate (F35, F36).

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
from urllib.parse import parse_qsl, urlencode

from massctl.app.devices_file import Calibration
from massctl.app.devices_known import OVERRULED, address_of, name_of, note_calibration
from massctl.app.persons import today
from massctl.body import limits
from massctl.devices import connect
from massctl.devices.address import read_address
from massctl.devices.capabilities import Disconnected, ForceReading, ForceSensor, ForceSensorCapabilities, Report
from massctl.devices.sensor import NativeForceSensor
from massctl.errors import ConnectionProblem, NoAnswer, UsageError
from massctl.session.tare import DRIFT_N_PER_MIN, MEASURED_S, SETTLED_S, ZERO_N
from massctl.units import N_PER_KGF

KEPT_BY_US: Final = frozenset({"zero", "n_per_unit"})
"""Options of a driver whose sensor sends raw figures: massctl keeps their calibration."""
LOOK_S: Final = 3.0
RAW_SCALE: Final = 1e-6
"""Raw figures are read in millionths, so that the counts of a 24-bit converter lie within what a gauge may read."""
STEADY_S: Final = 2.0
"""A weight is read for so long, after ``REST_S``."""
REST_S: Final = 1.0
STEADY_SHARE: Final = 0.01
"""Two halves of that time may differ by this share of the load."""
STEADY_LEAST_N: Final = 0.1
KG_MIN, KG_MAX = 0.2, 50.0
"""Weights that a person may have at hand; a lighter one says little (the firmware takes none below 1 N)."""
WEIGHTS_DIFFER: Final = 1.25
"""The heavier of the two weights is at least so many times the lighter."""
RESIDUAL_MAX_PERCENT: Final = 3.0
"""Above this the weights, the sensor or its mounting are wrong (design value)."""


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
class CalibrationResult:
    """What two weights gave."""

    residual_percent: float
    """How far a weight reads off what it is, at most."""
    zero: float | None = None
    n_per_unit: float | None = None

    @property
    def is_good(self) -> bool:
        """Whether it may be kept."""
        return self.residual_percent <= RESIDUAL_MAX_PERCENT

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
    async with _opened(address_of("sensor", word)) as gauge:
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
    async with _opened(address_of("sensor", word)) as gauge:
        outcome_s = await gauge.read(LOOK_S)
        forces = gauge.finite(outcome_s)
        able = gauge.sensor.capabilities
    hz = len(outcome_s) / LOOK_S
    noise_n = statistics.stdev(forces) if len(forces) > 1 else 0.0
    is_calibrated = all(reading.is_calibrated for reading in outcome_s)
    checks = [
        Check("rate", f"{hz:.0f} values a second, of {able.rate_hz:g} samples", hz >= 0.8 * able.published_hz),
        Check("rest", f"{statistics.fmean(forces):.2f} N at rest, before it is set to zero"),
        Check("noise", f"{noise_n:.3f} N", 0.0 < noise_n < 0.5),
        Check("percussion", *_percussion(able)),
        Check("calibrated", "yes" if is_calibrated else "no: massctl devices calibrate", is_calibrated),
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


class _Gauge:
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
async def _opened(url: str) -> AsyncIterator[_Gauge]:
    bundle = await connect(url, frozenset({"sensor"}))
    try:
        assert bundle.sensor is not None, "connect refuses a device without this role"
        gauge = _Gauge(bundle.sensor)
        await bundle.sensor.prepare()
        yield gauge
    finally:
        await bundle.aclose()


@asynccontextmanager
async def calibrating(word: str) -> AsyncIterator[Calibrating]:
    """Open the sensor called ``word`` for a calibration.

    Raises:
        UsageError: there is none, or it cannot be calibrated from here.
        ConnectionProblem, NoAnswer: it cannot be reached.
    """
    url = address_of("sensor", word)
    address = read_address(url)
    row = address.row
    is_raw = row is not None and KEPT_BY_US.issubset(row.url_options)
    if address.options.get("kind") == "fsr":
        raise UsageError(
            "A force-sensing resistor cannot be calibrated: it only guesses. [F37]", "Use a load cell for weights."
        )
    if row is not None and not is_raw:
        raise UsageError(
            f"{row.name} is calibrated by its maker; massctl sends it no calibration.",
            "Set it to zero: massctl devices tare " + word,
        )
    name = name_of(url)
    if is_raw and name is None:
        raise UsageError(
            "The calibration of this sensor is kept with its name, and it has none.",
            f"Remember it first: massctl devices add gauge '{url}'",
        )
    async with _opened(_raw_url(url) if is_raw else url) as gauge:
        if not is_raw and not isinstance(gauge.sensor, NativeForceSensor):
            raise UsageError(f"{gauge.sensor.name} cannot be calibrated from here.", "Use its maker's means.")
        yield Calibrating(gauge, name, is_raw=is_raw)


class Calibrating:
    """One calibration under way: ``zero``, ``weigh`` twice, ``keep``; each may be repeated, in this order."""

    def __init__(self, gauge: _Gauge, name: str | None, *, is_raw: bool) -> None:
        self.is_raw = is_raw
        """Whether massctl keeps the calibration; else the device does."""
        self.device = gauge.sensor.name
        self._gauge = gauge
        self._name = name
        self._zero: float | None = None
        self._weights: list[tuple[float, float]] = []
        """Newtons, and what they read."""

    async def zero(self) -> None:
        """Read the head in the air as zero. Raises UsageError, NoAnswer or what ended the link."""
        self._weights.clear()
        if not self.is_raw:
            await self._gauge.sensor.tare()
        self._zero = await self._steady(0.0)

    async def weigh(self, kg: float) -> CalibrationResult | None:
        """Read a known weight that stands on the head; the second one gives the result.

        Raises UsageError: the weight cannot be, is like the first, was not put on, or does not rest. It can be repeated.
        """
        if self._zero is None:
            raise UsageError("The zero comes first.", "Let the head hang free.")
        if not KG_MIN <= kg <= KG_MAX:
            raise UsageError(
                f"{kg:g} kg is no weight for this.", f"Take {KG_MIN:g} to {KG_MAX:g} kg; 1 litre of water has 1 kg."
            )
        force_n = kg * N_PER_KGF
        if not self.is_raw and force_n > self._gauge.sensor.capabilities.force_max_n:
            most_kg = self._gauge.sensor.capabilities.force_max_n / N_PER_KGF
            raise UsageError(f"{kg:g} kg is more than this sensor takes.", f"Take at most {most_kg:.0f} kg.")
        self._weights = self._weights[:1]
        if self._weights and not _differ(force_n, self._weights[0][0]):
            raise UsageError(
                "Both weights are much alike.", "Take one at least a quarter heavier or lighter than the other."
            )
        read = await self._steady(force_n) - self._zero
        self._refuse_nothing(read)
        if not self.is_raw and not self._weights:
            assert isinstance(self._gauge.sensor, NativeForceSensor)
            await self._gauge.sensor.calibrate(force_n)
            if self._name is not None:
                # The device has a new scale now, which nothing has confirmed: what was known of the old one is void.
                note_calibration(self._name, None)
            read = await self._steady(force_n) - self._zero
            if abs(read - force_n) > 0.05 * force_n:
                raise UsageError(f"{self.device} did not take the weight.", "Let it rest on the head, and try again.")
        self._weights.append((force_n, read))
        return self._result() if len(self._weights) == 2 else None

    def keep(self, result: CalibrationResult) -> None:
        """Remember the calibration, and its day. Raises UsageError where it is too far off to be kept, FileProblem."""
        if not result.is_good:
            raise UsageError(
                f"The weights disagree by {result.residual_percent:.1f} %, at most {RESIDUAL_MAX_PERCENT:g} %.",
                "Is each weight what you said, and does all of it rest on the head? Then once more.",
            )
        if self._name is not None:
            made = Calibration(today(), round(result.residual_percent, 2), result.zero, result.n_per_unit)
            note_calibration(self._name, made)

    def _result(self) -> CalibrationResult:
        if not self.is_raw:
            force_n, read_n = self._weights[1]
            return CalibrationResult(abs(read_n - force_n) / force_n * 100.0)
        assert self._zero is not None, "zero comes first"
        scale = sum(n * u for n, u in self._weights) / sum(u * u for _, u in self._weights)
        worst = max(abs(u * scale - n) / n for n, u in self._weights)
        return CalibrationResult(worst * 100.0, self._zero / RAW_SCALE, scale * RAW_SCALE)

    def _refuse_nothing(self, read: float) -> None:
        least = limits.CONTACT_MIN_N / 2 if not self.is_raw else 0.0
        before = self._weights[-1][1] if self._weights else 0.0
        if abs(read) <= least or (before and abs(read - before) < 0.05 * abs(before)):
            raise UsageError(
                "The reading hardly changed.", "Put the weight on the head, let it rest, and answer again."
            )

    async def _steady(self, force_n: float) -> float:
        """Return the mean reading of a load at rest. Raises UsageError where it moves."""
        await asyncio.sleep(REST_S)
        readings = self._gauge.finite(await self._gauge.read(STEADY_S))
        half = len(readings) // 2
        first, second = statistics.fmean(readings[:half]), statistics.fmean(readings[half:])
        load = abs(second - (self._zero or 0.0))
        allowed = STEADY_SHARE * load if self.is_raw else max(STEADY_LEAST_N, STEADY_SHARE * force_n)
        if force_n and abs(second - first) > allowed:
            raise UsageError("The reading moves.", "Let the weight rest, touch nothing, and answer again.")
        return statistics.fmean(readings)


def _differ(one_n: float, other_n: float) -> bool:
    return max(one_n, other_n) >= WEIGHTS_DIFFER * min(one_n, other_n)


def _raw_url(url: str) -> str:
    """Return the address that reads the sensor's own figures, whatever their sign."""
    place, _, query = url.partition("?")
    said = parse_qsl(query, keep_blank_values=True)
    options = {key: text for key, text in said if key not in OVERRULED}
    return f"{place}?{urlencode(options | {'zero': '0', 'n_per_unit': f'{RAW_SCALE:g}'}, safe='/,')}"
