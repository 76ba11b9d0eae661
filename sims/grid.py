"""The grid of simulated time that everything on the bench is stepped on."""

from __future__ import annotations

from typing import Final

STEP_S: Final = 0.020
"""One step. Force is published at 50 Hz; what is faster, the stroke, is converted within a step."""
