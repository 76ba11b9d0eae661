"""How a VESC drives a massage gun: pole pairs and gear between its speed and percussions, and what it may not exceed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from massctl.devices.address import DeviceAddress
from massctl.devices.ladders import ladder

OPTIONS: Final = ("pole_pairs", "gear", "gun", "min", "max", "current", "duty", "lease_ms")
SPEED_MIN_PPM: Final = 1_200
SPEED_MAX_PPM: Final = 2_400
"""The range where the address names neither a gun nor another one: F17's ceiling above."""
CURRENT_MAX_A: Final = 15.0
DUTY_MAX: Final = 0.95
"""Limits where the address names none (design values for a hand-held gun's motor)."""
LEASE_S: Final = 1.0
"""The controller's time-out unless its owner has changed it (vedderb/bldc)."""
LEASE_MIN_MS: Final = 400
"""It is renewed four times a second."""
LEASE_MAX_MS: Final = 1_500
"""F33: no motor may run longer than this without a renewal."""


@dataclass(frozen=True, slots=True)
class VescSetting:
    """What its owner has said of the motor and what it drives."""

    pole_pairs: int
    gear: float
    """Turns of the motor for one percussion."""
    speed_min_ppm: int
    speed_max_ppm: int
    heads: tuple[str, ...]
    current_max_a: float
    duty_max: float
    lease_s: float | None
    """What its time-out is set to; None where its owner says that it has none."""

    def erpm(self, speed_ppm: float) -> int:
        """Return the controller's speed for so many percussions a minute."""
        return round(speed_ppm * self.gear * self.pole_pairs)

    def ppm(self, erpm: float) -> float:
        """Return the percussions a minute of a controller's speed, whichever way it turns."""
        return abs(erpm) / (self.gear * self.pole_pairs)


def read_setting(address: DeviceAddress) -> VescSetting:
    """Return what the address says. Raises UsageError, and FileProblem for a gun's own file."""
    if "pole_pairs" not in address.options:
        raise address.bad("pole_pairs is missing: how many pairs of magnets the motor has (its poles, halved)")
    gun = ladder(address.options["gun"]) if "gun" in address.options else None
    low = address.whole("min", gun.speed_min_ppm if gun else SPEED_MIN_PPM, 1, 6_000)
    high = address.whole("max", gun.speed_max_ppm if gun else SPEED_MAX_PPM, 1, 6_000)
    if low > high:
        raise address.bad(f"min ({low}) is above max ({high})")
    return VescSetting(
        pole_pairs=address.whole("pole_pairs", 1, 1, 50),
        gear=address.number("gear", 1.0, 0.05, 50.0),
        speed_min_ppm=low,
        speed_max_ppm=high,
        heads=gun.heads if gun else (),
        current_max_a=address.number("current", CURRENT_MAX_A, 0.1, 200.0),
        duty_max=address.number("duty", DUTY_MAX, 0.01, 1.0),
        lease_s=_lease_s(address),
    )


def _lease_s(address: DeviceAddress) -> float | None:
    lease_ms = address.whole("lease_ms", round(LEASE_S * 1000), 0, LEASE_MAX_MS)
    if 0 < lease_ms < LEASE_MIN_MS:
        raise address.bad(
            f"lease_ms is the controller's time-out, {LEASE_MIN_MS} to {LEASE_MAX_MS}, or 0 where it has none"
        )
    return lease_ms / 1000 or None
