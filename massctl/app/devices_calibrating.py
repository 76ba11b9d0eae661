"""Calibrating a force sensor with two known weights (F36), a step at a time; a step that was refused can be repeated.

Our own firmware keeps its scale itself; of sensors that send raw figures massctl keeps zero and scale, with their name. A gauge
that its maker calibrates is sent nothing. The motor is not touched.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlencode

from massctl.app.devices_file import Calibration
from massctl.app.devices_gauge import OpenGauge, opened
from massctl.app.devices_keeping import note_calibration
from massctl.app.devices_known import address_of, name_of
from massctl.app.devices_scale import KEPT_BY_US, without_scale
from massctl.app.persons import today
from massctl.body import limits
from massctl.devices.address import read_address
from massctl.devices.sensor import NativeForceSensor
from massctl.errors import UsageError
from massctl.units import N_PER_KGF

RAW_SCALE: Final = 1e-6
"""Raw figures are read in millionths, so that the counts of a 24-bit converter lie within what a gauge may read."""
STEADY_S: Final = 2.0
"""A weight is read for so long, after ``REST_S``."""
REST_S: Final = 1.0
STEADY_SHARE: Final = 0.01
"""Two halves of that time may differ by this share of the load."""
STEADY_LEAST_N: Final = 0.1
ZERO_LEFT_N: Final = 0.25
"""A zero that was just set reads less than this; more says that something moved while it was set (design value)."""
KG_MIN, KG_MAX = 0.2, 50.0
"""Weights that a person may have at hand; a lighter one says little (the firmware takes none below 1 N)."""
WEIGHTS_DIFFER: Final = 1.25
"""The heavier of the two weights is at least so many times the lighter."""
RESIDUAL_MAX_PERCENT: Final = 3.0
"""Above this the weights, the sensor or its mounting are wrong (design value)."""
_REST: Final = "Take everything off the head, touch nothing, and try again."
_REST_WEIGHT: Final = "Let the weight rest, touch nothing, and answer again."


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


def kilograms(typed: str) -> float:
    """Return the weight that a person has typed, such as ``1.5`` or ``1,5 kg``. Raises UsageError."""
    words = typed.strip().lower().removesuffix("kg").strip().replace(",", ".")
    try:
        return float(words)
    except ValueError:
        raise UsageError(f"{typed.strip()!r} is no weight.", "Say it in kilograms, such as 1.5") from None


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
    async with opened(_raw_url(url) if is_raw else url) as gauge:
        if not is_raw and not isinstance(gauge.sensor, NativeForceSensor):
            raise UsageError(f"{gauge.sensor.name} cannot be calibrated from here.", "Use its maker's means.")
        yield Calibrating(gauge, name, is_raw=is_raw)


class Calibrating:
    """One calibration under way: ``zero``, ``weigh`` twice, ``keep``; each may be repeated, in this order."""

    def __init__(self, gauge: OpenGauge, name: str | None, *, is_raw: bool) -> None:
        self.is_raw = is_raw
        """Whether massctl keeps the calibration; else the device does."""
        self.is_unconfirmed = False
        """Whether the device has taken a weight for its scale, and nothing has confirmed it."""
        self.device = gauge.sensor.name
        self._gauge = gauge
        self._name = name
        self._zero: float | None = None
        self._weights: list[tuple[float, float]] = []
        """Newtons, and what they read."""

    async def zero(self) -> None:
        """Read the head in the air as zero. Raises UsageError where it does not rest, NoAnswer or what ended the link."""
        self._zero = None
        self._weights.clear()
        await asyncio.sleep(REST_S)
        if not self.is_raw:
            await self._gauge.sensor.tare()
        zero = await self._steady(0.0)
        if not self.is_raw and abs(zero) > ZERO_LEFT_N:
            raise UsageError(f"It reads {zero:+.2f} N just after its zero: something moved.", _REST)
        self._zero = zero

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
            self.is_unconfirmed = True
            if self._name is not None:
                # Its scale changes now, and nothing confirms the new one yet: what was known of the old one is void.
                note_calibration(self._name, None)
            await self._gauge.sensor.calibrate(force_n)
            read = await self._steady(force_n) - self._zero
            if abs(read - force_n) > 0.05 * force_n:
                raise UsageError(f"{self.device} did not take the weight.", "Let it rest on the head, and try again.")
        self._weights.append((force_n, read))
        return self._result() if len(self._weights) == 2 else None

    def keep(self, result: CalibrationResult) -> None:
        """Remember the calibration, and its day.

        Raises UsageError where it is too far off to be kept: both weights are to be read again; FileProblem.
        """
        if not result.is_good:
            self._weights.clear()
            raise UsageError(
                f"The weights disagree by {result.residual_percent:.1f} %, at most {RESIDUAL_MAX_PERCENT:g} %.",
                "Is each weight what you said, and does all of it rest on the head? Then once more.",
            )
        if self._name is not None:
            made = Calibration(today(), round(result.residual_percent, 2), result.zero, result.n_per_unit)
            note_calibration(self._name, made)
        self.is_unconfirmed = False

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
        if (force_n or not self.is_raw) and abs(second - first) > allowed:
            raise UsageError("The reading moves.", _REST if not force_n else _REST_WEIGHT)
        return statistics.fmean(readings)


def _differ(one_n: float, other_n: float) -> bool:
    return max(one_n, other_n) >= WEIGHTS_DIFFER * min(one_n, other_n)


def _raw_url(url: str) -> str:
    """Return the address that reads the sensor's own figures, whatever their sign."""
    place, options = without_scale(url)
    return f"{place}?{urlencode(options | {'zero': '0', 'n_per_unit': f'{RAW_SCALE:g}'}, safe='/,')}"
