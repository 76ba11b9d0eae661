"""Calibrating a force sensor with two weights, one step a page; a step that went wrong says why and is done again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from massctl.app.devices_calibrating import Calibrating, CalibrationResult, calibrating, kilograms
from massctl.dashboard.lines import Line, wrapped
from massctl.dashboard.procedure import ROWS, WIDTH, Procedure
from massctl.errors import UsageError

_WEIGHTS: Final = (
    "You need two weights that you know, one at least a quarter heavier, such as bottles with 1 and 2 litres of water (1 and 2 kg, "
    "and the bottles)."
)
_STAND: Final = "The sensor stands with its head up. The motor stays off."
_READING: Final = "Reading, touch nothing …"
_UNCONFIRMED: Final = (
    "The sensor has taken the first weight for its scale, and nothing has confirmed it: it counts as uncalibrated until both "
    "weights agree. [F36]"
)


def calibration(name: str) -> Procedure:
    """Return the dialog that calibrates the sensor ``name``."""

    async def carry_out(dialog: Procedure) -> Sequence[Line]:
        await dialog.go_on(_WEIGHTS, _STAND)
        dialog.say("Opening the sensor …")
        async with calibrating(name) as steps:
            try:
                result = await _steps(dialog, steps)
            finally:
                if steps.is_unconfirmed:
                    dialog.notify(_UNCONFIRMED, severity="warning", markup=False, timeout=15)
        said = f"✓ Calibrated: the weights agree within {result.residual_percent:.1f} %. It counts for 90 days. [F36]"
        return wrapped(said, WIDTH, ROWS, "good")

    return Procedure(f"Calibrate {name}", carry_out)


async def _steps(dialog: Procedure, steps: Calibrating) -> CalibrationResult:
    """Return the result, which is kept then."""
    wrong = ""
    while True:
        await _again(dialog, wrong, 0, lambda _kg: steps.zero())
        await _again(dialog, "", 1, steps.weigh)
        result = await _again(dialog, "", 2, steps.weigh)
        assert result is not None, "the second weight gives the result"
        try:
            steps.keep(result)
        except UsageError as problem:
            wrong = str(problem)
        else:
            return result


_TITLES: Final = (
    "1 of 3. Nothing on the head. Then Enter, and wait some seconds.",
    "2 of 3. Put the first weight on the head. How heavy is it, in kg?",
    "3 of 3. Take it off, and put the second weight on. How heavy is it, in kg?",
)


async def _again(
    dialog: Procedure, wrong: str, number: int, read: Callable[[float], Awaitable[CalibrationResult | None]]
) -> CalibrationResult | None:
    """Do a step until nothing is wrong with it; ``wrong`` is what was before."""
    while True:
        kg = 0.0
        if number:
            kg = kilograms(await dialog.line(wrong, _TITLES[number], judge=_no_weight))
        else:
            await dialog.go_on(wrong, _TITLES[number])
        dialog.say(_READING)
        try:
            return await read(kg)
        except UsageError as problem:
            wrong = str(problem)


def _no_weight(typed: str) -> str:
    try:
        kilograms(typed)
    except UsageError as problem:
        return str(problem)
    return ""
