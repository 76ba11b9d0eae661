"""Calibrating a force sensor with two weights, one step a page; a step that went wrong says why and is done again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from massctl.app.devices_calibrating import Calibrating, CalibrationResult, calibrating
from massctl.dashboard.dialogs import Read, TypeLine
from massctl.errors import MassctlError, UsageError

if TYPE_CHECKING:
    from massctl.dashboard.devices_screen import DevicesScreen

_INTRODUCTION = (
    "You need two weights that you know, one at least a quarter heavier, such as bottles with 1 and 2 litres of water (1 and 2 kg, "
    "and the bottles). The sensor stands with its head up. The motor stays off."
)


async def calibrate(screen: DevicesScreen, name: str) -> None:
    """Calibrate the sensor ``name``; Esc at any step changes nothing in massctl."""
    if not await screen.app.push_screen_wait(Read("Calibrate with two weights", [], _INTRODUCTION)):
        return
    try:
        async with calibrating(name) as steps:
            result = await _steps(screen, steps)
            if result is not None:
                steps.keep(result)
                said = f"Calibrated: the weights agree within {result.residual_percent:.1f} %. It counts for 90 days. [F36]"
                screen.notify(said, markup=False, timeout=10)
    except MassctlError as problem:
        screen.massctl.tell(problem)


async def _steps(screen: DevicesScreen, steps: Calibrating) -> CalibrationResult | None:
    """Return the result; None where the person left."""
    wrong = ""
    while True:
        said = f"{wrong}Nothing on the head. Then Enter, and wait 3 s."
        if not await screen.app.push_screen_wait(Read("1 of 3: nothing on it", [], said)):
            return None
        try:
            await steps.zero()
            break
        except UsageError as problem:
            wrong = f"{problem}\n\n"
    result = None
    for number, text in ((2, "put the first weight on"), (3, "take it off, and put the second on")):
        wrong = ""
        while True:
            title = f"{number} of 3: {text}"
            typed = await screen.app.push_screen_wait(
                TypeLine(title, said=f"{wrong}How heavy is it, in kg? Then wait 3 s.", judge=_no_weight)
            )
            if typed is None:
                return None
            try:
                result = await steps.weigh(_kg(typed))
                break
            except UsageError as problem:
                wrong = f"{problem}\n\n"
    return result


def _kg(typed: str) -> float:
    return float(typed.strip().lower().removesuffix("kg").strip().replace(",", "."))


def _no_weight(typed: str) -> str:
    try:
        _kg(typed)
    except ValueError:
        return "That is no weight: say it in kilograms, such as 1.5"
    return ""
