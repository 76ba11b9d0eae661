"""The massager's battery: charge, voltage under load, and the percentage that its firmware shows. Pure.

Not modelled: ageing, cold, cell imbalance, charging, and the protection circuit's cut-off.
"""

from __future__ import annotations

CAPACITY_AS = 2.5 * 3600.0
"""Charge of a full pack, in ampere seconds (2.5 Ah, the common size of a hand-held massager; design value)."""
FULL_V = 25.2
"""Six lithium cells in series, full."""
EMPTY_V = 19.2
"""The same at the end of use."""
RESISTANCE_OHM = 0.18
"""Pack and leads (design value): two amperes sag it by 0.36 V."""


class Battery:
    """A pack with a straight open-circuit line and one internal resistance."""

    def __init__(self, charge: float = 0.86) -> None:
        if not 0.0 <= charge <= 1.0:
            raise ValueError(f"battery: charge must be 0–1, not {charge}")
        self.charge = charge
        """State of charge, 0–1."""
        self.voltage_v = self._open_circuit_v()
        """At the terminals, under the current of the last step."""

    @property
    def percent(self) -> float:
        """What the firmware shows: counted charge, so it does not jump with the load."""
        return 100.0 * self.charge

    def step(self, dt_s: float, current_a: float) -> float:
        """Draw ``current_a`` for ``dt_s``; return the terminal voltage."""
        self.charge = max(0.0, self.charge - current_a * dt_s / CAPACITY_AS)
        self.voltage_v = self._open_circuit_v() - current_a * RESISTANCE_OHM
        return self.voltage_v

    def _open_circuit_v(self) -> float:
        return EMPTY_V + (FULL_V - EMPTY_V) * self.charge
