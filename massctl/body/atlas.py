"""Trigger points and body regions: what the atlas knows, as data."""

from __future__ import annotations

from dataclasses import dataclass

from massctl.body.terms import Percussion, Side, Tool


@dataclass(frozen=True, slots=True)
class Region:
    """A body region and its percussion caps (F2, F10, F17); caps of 0 forbid percussion."""

    id: str
    name: str
    max_force_n: float
    max_ppm: int

    @property
    def allows_percussion(self) -> bool:
        """Whether a massager may run here at all (F2)."""
        return self.max_ppm > 0


@dataclass(frozen=True, slots=True)
class Point:
    """One trigger point and its dose."""

    id: str
    name: str
    muscle: str
    """Groups points for the dose of a muscle (F14)."""
    region: Region
    sides: tuple[Side, ...]
    location: str
    referral: tuple[str, ...]
    """Where its pain is felt: body parts, for the search by where it hurts."""
    causes: tuple[str, ...]
    percussion: Percussion
    sweep_only: bool
    """Percussion may pass over, never stand: a nerve or vessel lies beneath."""
    head: str | None
    speed_ppm: tuple[int, int] | None
    force_n: tuple[float, float] | None
    """Band of the mean push on a head of about 5 cm²."""
    pin_s: int
    sweep_s: int
    passes: int
    alternative_tools: tuple[Tool, ...]
    pressure_kg_cm2: tuple[float, float]
    """Band for manual tools."""
    pose: str
    cautions: str
    sources: tuple[str, ...]
    neighbours: tuple[str, ...] = ()
    """Points of the same cluster, to check next."""

    @property
    def allows_percussion(self) -> bool:
        """Whether a massager may run on this point (F2)."""
        return self.percussion is not Percussion.NO and self.region.allows_percussion

    @property
    def is_dosed(self) -> bool:
        """False where a point is shown and explained but never dosed."""
        return self.pin_s > 0 or self.sweep_s > 0
