"""The twin of a board that prints a reading a line: a load cell behind an HX711, or a force-sensing resistor. Pure.

Quirks kept: a greeting before the first reading; no standard form; the HX711 stands at an end of its counts when overloaded; the
resistor's curve is that of its guide, kink included.

Not modelled: the board's reset when its port is opened, and a resistor that differs from its curve.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from firmware_protocol.vendors.line import FSR_KINK_N, FSR_KINK_US, HX711_ENDS, Fsr
from massctl.errors import UsageError
from sims.raw_sampler import RawSampler
from sims.vendors.gauge_twin import GaugeTwin
from sims.vendors.twin import TwinLink
from sims.world import World

GREETING: Final = b"HX711 reading demo\r\nInitializing...\r\n"
OFFSET: Final = 84
COUNTS_PER_N: Final = -7050.0
"""As in the best known example: the cell is mounted the other way round."""
G_PER_N: Final = 1000.0 / 9.80665
PRINTS: Final = ("grams", "newtons", "hx711", "fsr")
RATES_HZ: Final = (10.0, 80.0, 500.0)


class LineTwin(GaugeTwin):
    """A small board on USB."""

    id: ClassVar[str] = "line"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.prints = "grams"
        """What its sketch prints."""
        self.fsr = Fsr()
        self._set_rate(80.0)

    def set_up(self, options: Mapping[str, str]) -> None:
        """Print what the address says, as often as it says."""
        prints, rate = options.get("prints", self.prints), options.get("per_second", f"{self.sampler.rate_hz:g}")
        if prints not in PRINTS or rate not in {f"{each:g}" for each in RATES_HZ}:
            raise UsageError(
                f"The simulated board prints neither {prints!r} nor {rate!r} a second.",
                f"prints: {', '.join(PRINTS)}; per_second: {', '.join(f'{each:g}' for each in RATES_HZ)}.",
            )
        self.prints = prints
        if float(rate) != self.sampler.rate_hz:
            self._set_rate(float(rate))

    def _set_rate(self, rate_hz: float) -> None:
        self.sampler = RawSampler(rate_hz, self.rng)

    def joined(self, link: TwinLink) -> None:
        """Greet."""
        super().joined(link)
        link.write(GREETING)

    def live(self, now_s: float) -> None:
        """Print what was converted since the last step."""
        for sample in self.sampler.take():
            self.say(self.line(sample.force_n))

    def line(self, force_n: float) -> bytes:
        """Return the line that it prints for a force."""
        match self.prints:
            case "grams":
                text = f"Reading: {force_n * G_PER_N:.1f} g"
            case "newtons":
                text = f"{force_n:.2f} N"
            case "hx711":
                counts = round(OFFSET + COUNTS_PER_N * force_n)
                text = f"{min(max(counts, HX711_ENDS[0]), HX711_ENDS[1])}"
            case _:
                text = f"{round(self.fsr.adc_max * self._share(max(force_n, 0.0)))}"
        return f"{text}\r\n".encode("ascii")

    def _share(self, force_n: float) -> float:
        """Return the voltage of the divider, as a share of the supply."""
        conductance_us = 80.0 * force_n if force_n <= FSR_KINK_N else FSR_KINK_US + 30.0 * force_n
        ratio = conductance_us * self.fsr.resistor_ohm / 1e6
        return ratio / (1.0 + ratio)
