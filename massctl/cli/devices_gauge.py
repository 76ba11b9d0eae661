"""``massctl devices tare``, ``calibrate`` and ``test``: a force sensor's zero, scale and quality, step by step on the screen."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from massctl.app.devices_calibrating import KG_MAX, KG_MIN, Calibrating, CalibrationResult, calibrating, kilograms
from massctl.app.devices_gauge import LOOK_S, TareOutcome, look
from massctl.app.devices_gauge import tare as set_to_zero
from massctl.cli.device_names import address_of, complete_devices
from massctl.cli.devices import a_table
from massctl.cli.numbers import Number
from massctl.cli.output import console, print_json
from massctl.errors import ExitCode, UsageError

_gauge = click.argument("name", metavar="NAME|URL", shell_complete=complete_devices("sensor"))
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_Answer = TypeVar("_Answer")
AIR = "Hold the head in the air, nothing on it."
READING = "Reading, touch nothing …"
TRIES = 5
"""Wrong answers to one step, and it ends."""


@click.command()
@_gauge
@_json
@click.pass_context
def tare(context: click.Context, name: str, as_json: bool) -> None:
    """Set the force sensor NAME to zero, with its head in the air, and check that the zero stays.

    A session asks for this by itself at its start. Ends with 5 where the zero is no good.
    """
    url = address_of(name, "sensor")
    _say(f"{AIR} It takes about 5 s …", as_json=as_json)
    outcome = asyncio.run(set_to_zero(url))
    if as_json:
        print_json(outcome.to_json())
    else:
        click.echo(_zero_line(outcome))
    context.exit(ExitCode.DONE if outcome.is_good else ExitCode.SAFETY)


@click.command()
@_gauge
@_json
@click.pass_context
def test(context: click.Context, name: str, as_json: bool) -> None:
    """Look at the force sensor NAME for some seconds: how often and how quietly it reads, and for which speeds it is good.

    Head in the air. Ends with 5 where something is not good.
    """
    url = address_of(name, "sensor")
    _say(f"{AIR} Reading for {LOOK_S:g} s …", as_json=as_json)
    checks = asyncio.run(look(url))
    if as_json:
        print_json([check.to_json() for check in checks])
    else:
        table = a_table("", "", "")
        table.show_header = False
        for check in checks:
            table.add_row(check.name, check.text, "" if check.is_good else "not good")
        console().print(table)
    context.exit(ExitCode.DONE if all(check.is_good for check in checks) else ExitCode.SAFETY)


@click.command()
@_gauge
@click.option("--weight", "weights_kg", type=Number(KG_MIN, KG_MAX), multiple=True, metavar="KG", help="Both weights.")
@_json
def calibrate(name: str, weights_kg: tuple[float, ...], as_json: bool) -> None:
    """Calibrate the force sensor NAME with two known weights.

    You need two weights that you know, one at least a quarter heavier than the other, such as bottles of 1 and 2 litres of water
    (1.0 and 2.0 kg, and their own weight). The sensor stands with its head up, so that a weight can rest on it. The second weight
    tells how far the first was right; more than 3 % is not kept. The motor stays off.
    """
    if len(weights_kg) not in (0, 2):
        raise click.UsageError("Say --weight twice, or not at all: then you are asked.")
    if not sys.stdin.isatty() and not weights_kg:
        raise UsageError("Nobody can be asked here.", "Use a terminal, or say --weight twice and answer with Enter.")
    result = asyncio.run(_calibrate(name, weights_kg, as_json=as_json))
    if as_json:
        print_json(result.to_json())


async def _calibrate(name: str, weights_kg: tuple[float, ...], *, as_json: bool) -> CalibrationResult:
    async with calibrating(name) as steps:
        _say(f"Calibrating {steps.device}. The motor stays off. Ctrl-C ends it.", as_json=as_json)
        await _step("1 of 3. Stand it with its head up, nothing on it. Then press Enter.", steps.zero)
        while True:
            await _weigh(steps, "2 of 3. Put the first weight on the head", weights_kg[:1])
            result = await _weigh(steps, "3 of 3. Take it off and put the second weight on", weights_kg[1:])
            assert result is not None, "the second weight gives the result"
            try:
                steps.keep(result)
            except UsageError as problem:
                if weights_kg:
                    raise
                _say(f"{problem.what} {problem.remedy}", as_json=as_json)
                continue
            within = f"The weights agree within {result.residual_percent:.1f} %."
            _say(f"{within} Calibrated; it counts for 90 days. [F36]", as_json=as_json)
            return result


async def _weigh(steps: Calibrating, text: str, given_kg: tuple[float, ...]) -> CalibrationResult | None:
    """Ask for a weight and read it, again while the answer is wrong. Raises UsageError after ``TRIES``."""

    async def read() -> CalibrationResult | None:
        if given_kg:
            return await steps.weigh(given_kg[0])
        kg = kilograms(await _line("Weight in kg: "))
        click.echo(READING, err=True)
        return await steps.weigh(kg)

    what = f" ({given_kg[0]:g} kg)" if given_kg else ""
    return await _step(
        f"{text}{what}. Then {'press Enter' if given_kg else 'say its weight'}.", read, asks=bool(given_kg)
    )


async def _step(text: str, do: Callable[[], Awaitable[_Answer]], *, asks: bool = True) -> _Answer:
    """Say what to do, wait for Enter, and do it; again while it is refused for what a person can put right."""
    problem = UsageError("")
    for _ in range(TRIES):
        click.echo(text, err=True)
        if asks:
            await _line("")
            click.echo(READING, err=True)
        try:
            return await do()
        except UsageError as refusal:
            problem = refusal
            click.echo(f"{problem.what} {problem.remedy}", err=True)
    raise problem


async def _line(prompt: str) -> str:
    """Read a line while the readings go on. Raises click.Abort at the end of the input."""
    click.echo(prompt, err=True, nl=False)
    await _typed()
    line = sys.stdin.readline()
    if not line:
        raise click.Abort
    return line


async def _typed() -> None:
    """Wait until something was typed; a thread that reads would hold up Ctrl-C until the next Enter."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        descriptor = sys.stdin.fileno()
        loop.add_reader(descriptor, ready.set)
    except (OSError, ValueError):
        return  # a file or a text in memory: all of it is there
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)


def _say(text: str, *, as_json: bool) -> None:
    if not as_json or sys.stderr.isatty():
        click.echo(text, err=True)


def _zero_line(outcome: TareOutcome) -> str:
    if outcome.is_good:
        return (
            f"Zero is good: {outcome.zero_n:+.2f} N at rest, drifting {outcome.drift_n_per_min:.2f} N a minute. [F36]"
        )
    return f"{click.style('Not good', fg='red')}: {outcome.problem} [F36]"
