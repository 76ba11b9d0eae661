"""What the next start from the network would run: program, side, minutes. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from massctl.app.request import RunRequest
from massctl.body.terms import Side
from massctl.mqtt.commands import Command, Name
from massctl.programs.catalogue import Catalogue

_SIDES: Final = {"left": Side.LEFT, "right": Side.RIGHT, "both": Side.BOTH}


class NotPossible(ValueError):
    """A choice that cannot be taken; the message says why, in words."""


class NextStart:
    """The choices; the devices are those the bridge was started with."""

    def __init__(self, request: RunRequest) -> None:
        self.request = request
        self.timer_min: int | None = None

    @property
    def programs(self) -> tuple[str, ...]:
        """The ids that can be chosen."""
        return Catalogue.load().program_ids

    def choose(self, command: Command) -> None:
        """Take a choice. Raises NotPossible."""
        choices = self.request.choices
        match command.name:
            case Name.PROGRAM:
                if command.value not in self.programs:
                    raise NotPossible(f"there is no program {command.value}")
                self.request = replace(self.request, program=str(command.value))
            case Name.SIDE:
                self.request = replace(self.request, choices=replace(choices, side=_SIDES[str(command.value)]))
            case Name.TIMER:
                self.timer_min = int(command.value or 0)
                self.request = replace(self.request, choices=replace(choices, minutes=float(self.timer_min)))
            case _:
                raise NotPossible("this is no choice")

    def to_json(self) -> dict[str, Any]:
        """Return the choices as plain JSON values."""
        side = self.request.choices.side
        return {
            "program": self.request.program,
            "side": next((word for word, each in _SIDES.items() if each is side), None),
            "timer_min": self.timer_min,
            "is_simulated": self.request.is_simulated,
        }
