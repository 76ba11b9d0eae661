"""What a person has picked for the next run: side, time, who holds the tool, what is out of reach. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from massctl.body.terms import Side
from massctl.programs.choices import Choices

_MINUTES: Final = (None, 5, 10, 15)
_SIDES: Final = (None, Side.RIGHT, Side.LEFT)


@dataclass(frozen=True, slots=True)
class Picks:
    """What was picked for the next run."""

    side: Side | None = None
    minutes: int | None = None
    is_held_by_partner: bool = False
    unreachable: frozenset[str] = field(default_factory=frozenset)

    @staticmethod
    def of(choices: Choices) -> Picks:
        """Return what was picked for a run that is repeated."""
        minutes = round(choices.minutes) if choices.minutes is not None else None
        return Picks(choices.side, minutes, unreachable=choices.unreachable)

    @property
    def side_words(self) -> str:
        """The side, as the card says it."""
        return {Side.LEFT: "only left", Side.RIGHT: "only right"}.get(self.side or Side.BOTH, "both sides")

    def with_next_side(self) -> Picks:
        """Both sides, only right, only left, and again."""
        return replace(self, side=_SIDES[(_SIDES.index(self.side) + 1) % len(_SIDES)])

    def with_next_minutes(self) -> Picks:
        """As long as the program is, five minutes, ten, fifteen, and again."""
        return replace(self, minutes=_MINUTES[(_MINUTES.index(self.minutes) + 1) % len(_MINUTES)])
