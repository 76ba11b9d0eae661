"""Numbers on the command line, refused in one sentence that names the range. Nothing else."""

from __future__ import annotations

import math

import click


class Number(click.ParamType[float]):
    """A number from ``lowest`` to ``highest``; whole ones only with ``is_whole``."""

    name = "number"

    def __init__(self, lowest: float, highest: float, *, is_whole: bool = False) -> None:
        self._lowest = lowest
        self._highest = highest
        self._is_whole = is_whole

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number. Fails for text, for NaN, which every comparison lets through, and outside the range."""
        try:
            number = float(str(value))
        except ValueError:
            number = math.nan
        is_good = self._lowest <= number <= self._highest and (not self._is_whole or number.is_integer())
        if not is_good:
            kind = "a whole number" if self._is_whole else "a number"
            self.fail(f"'{value}' is not {kind} from {self._lowest:g} to {self._highest:g}.", param, ctx)
        return int(number) if self._is_whole else number
