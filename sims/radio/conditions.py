"""How one device is received: what faults and tests change on the air. Data only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Conditions:
    """How one device is received; faults change it."""

    is_out_of_range: bool = False
    rssi_dbm: int = -55
    connect_s: float = 0.0
    """How long a connection takes to come about."""
    delay_max_s: float = 0.0
    """Every packet, either way, takes up to this long: a bad link repeats, it does not lose."""
