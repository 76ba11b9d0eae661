"""The options that ``run`` and ``drive`` share, and the request they make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from massctl.app.request import RunRequest
from massctl.body.terms import Side, Tool
from massctl.cli.completion import complete_faults
from massctl.cli.device_names import device_option
from massctl.errors import UsageError
from massctl.programs.planner import Choices

TOOLS = {"ball": "ball", "roller": "roller", "roller-stick": "roller_stick", "cane": "cane", "hand": "hand"}
"""What a person can name as being at hand, and its name in programs."""
EXIT_CODES = """\b
Exit codes: 0 done or ended by you, 1 an error of massctl itself
(everything was stopped first), 2 wrong use, 3 connection,
4 no answer in time, 5 safety, 130 interrupted."""
SIDES = {"left": "L", "right": "R", "both": "LR"}
SPEED_MAX = 1000
LINKS = ("memory", "pty", "tcp")
_BENCH_ONLY = {
    "speed": "--speed",
    "seed": "--seed",
    "link": "--link",
    "with_person": "--no-person",
    "faults": "--fault",
}

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def _factor(_context: click.Context, _parameter: click.Parameter, value: str) -> float | None:
    """Return the factor of real time that ``value`` names; None for ``max``, as fast as the machine can."""
    if value == "max":
        return None
    try:
        factor = float(value)
    except ValueError:
        factor = 0.0
    if not 0 < factor <= SPEED_MAX:
        raise click.BadParameter(f"'{value}' is neither a factor above 0 (at most {SPEED_MAX}) nor 'max'.")
    return factor


def device_options(command: Decorated) -> Decorated:
    """Add the options that say with which devices, real or simulated."""
    for option in reversed(
        (
            click.option("--sim", "is_simulated", is_flag=True, help="Use the simulated bench instead of hardware."),
            device_option(
                "massager", "The massager: a name, or serial:///dev/ttyUSB0, tcp://host:port, manual://; or none"
            ),
            device_option("sensor", "The force sensor; may be the same device."),
            device_option("timer", "The timer hardware; may be the same device."),
            device_option("heart", "A heart rate sensor: shown and recorded, never steering."),
            click.option(
                "--record", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Record the bytes."
            ),
            click.option("--json", "as_json", is_flag=True, help="Print one JSON object an event (docs/events.md)."),
            click.option("--speed", metavar="N|max", callback=_factor, default="1", help="Bench: times real time."),
            click.option("--seed", type=int, metavar="N", default=1, help="Bench: same seed, same run."),
            click.option(
                "--fault",
                "faults",
                metavar="NAME[@SECONDS]",
                multiple=True,
                shell_complete=complete_faults,
                help="Bench: break something ('massctl sim --faults').",
            ),
            click.option("--link", type=click.Choice(LINKS), default="memory", help="Bench: how it is reached."),
            click.option(
                "--no-person", "with_person", flag_value=False, default=True, help="Bench: you press the keys."
            ),
        )
    ):
        command = option(command)
    return command


def refuse_bench_options(context: click.Context, request: RunRequest) -> None:
    """Raise UsageError for options of the bench where nothing is simulated: real time cannot be hurried."""
    if request.is_simulated:
        return
    for name, option in _BENCH_ONLY.items():
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise UsageError(f"{option} is for the simulated bench only.", f"Add --sim, or leave out {option}.")


def choices_of(
    *, side: str | None = None, minutes: float | None = None, tools: tuple[str, ...] = (), heads: tuple[str, ...] = ()
) -> Choices:
    """Return what the options choose; what is not chosen is None."""
    return Choices(
        side=Side(SIDES[side]) if side else None,
        minutes=minutes,
        tools=frozenset(Tool(TOOLS[tool]) for tool in tools) or None,
        heads=frozenset(heads) or None,
    )
