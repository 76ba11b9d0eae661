"""What is measured of a device from its page: the zero of a sensor, its quality, how a massager stops, how a relay opens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from massctl.app.devices_gauge import LOOK_S, look, tare
from massctl.app.selftest import measure, measure_timer
from massctl.app.selftest.background import BackgroundMeasurement
from massctl.app.selftest.measured import Measured, remember
from massctl.app.selftest.one_device import Tell, prove_before_asking
from massctl.dashboard.device_card import measured_rows
from massctl.dashboard.dialogs import Choose, Item
from massctl.dashboard.lines import BLANK, Line, line, wrapped
from massctl.dashboard.procedure import ROWS, WIDTH, Procedure, problem_rows
from massctl.errors import MassctlError

if TYPE_CHECKING:
    from massctl.app.devices import Remembered
    from massctl.dashboard.app import MassctlApp
    from massctl.dashboard.page import Page

LOOK_AGAIN_S: Final = 0.1
_AIR: Final = "Hold the head in the air, nothing on it."
Measure = Callable[[str, Tell], Awaitable[Measured]]
TESTS: Final = {
    "massager": "how it stops: IT RUNS, its head in the air",
    "sensor": "how often and how quietly it reads; nothing moves",
    "timer": "how its relay opens: WHAT IT FEEDS RUNS",
}
_MOVING: Final[dict[str, tuple[str, Measure]]] = {
    "massager": (measure.GO_AHEAD, measure.measure),
    "timer": (measure_timer.GO_AHEAD, measure_timer.measure_timer),
}
_ONLY_SIMULATED: Final = (
    "On the simulated bench no real device moves. [F51]\n→ Leave it, and test this one in massctl without --sim."
)


def zero(name: str) -> Procedure:
    """Return the dialog that sets a force sensor to zero."""

    async def carry_out(dialog: Procedure) -> Sequence[Line]:
        await dialog.go_on(_AIR, "It takes about 5 s.")
        dialog.say("Reading: keep it in the air …")
        outcome = await tare(name)
        if outcome.is_good:
            drift = f"drifting {outcome.drift_n_per_min:.2f} N a minute. [F36]"
            return wrapped(f"✓ The zero is good: {outcome.zero_n:+.2f} N at rest, {drift}", WIDTH, ROWS, "good")
        return wrapped(f"✕ Not good: {outcome.problem} [F36]", WIDTH, ROWS, "danger")

    return Procedure(f"Set {name} to zero", carry_out)


def sensor_test(name: str) -> Procedure:
    """Return the dialog that looks at a force sensor for some seconds."""

    async def carry_out(dialog: Procedure) -> Sequence[Line]:
        await dialog.go_on(_AIR)
        dialog.say(f"Reading for {LOOK_S:g} s: keep it in the air …")
        rows: list[Line] = []
        for check in await look(name):
            mark = f"{'✓' if check.is_good else '✕'} {check.name:<12}"
            first, *more = wrapped(check.text, WIDTH - len(mark), 4)
            rows.append((*line((mark, "good" if check.is_good else "danger")), *first))
            rows += [(*line(" " * len(mark)), *row) for row in more]
        return rows

    return Procedure(f"Test of {name}", carry_out)


async def test_device(page: Page, device: Remembered) -> None:
    """Test a device as what it is; of one that is several things a person chooses."""
    role = await _tested_role(page, device)
    if role == "sensor":
        await page.app.push_screen_wait(sensor_test(device.name))
    elif role is not None and page.is_simulated and not device.url.startswith("sim:"):
        page.notify(_ONLY_SIMULATED, markup=False, timeout=10)
    elif role is not None:
        go_ahead, measuring = _MOVING[role]
        await page.app.push_screen_wait(_self_test(device, go_ahead, measuring, page.massctl))


async def _tested_role(page: Page, device: Remembered) -> str | None:
    roles = [role for role in TESTS if role in device.roles]
    if not roles:
        page.notify(f"{device.name} steers nothing and is not tested: Enter asks it what it is.", markup=False)
        return None
    if len(roles) == 1:
        return roles[0]
    return await page.app.push_screen_wait(Choose("What is tested?", [Item(role, TESTS[role]) for role in roles]))


def _self_test(device: Remembered, go_ahead: str, measuring: Measure, app: MassctlApp) -> Procedure:
    async def carry_out(dialog: Procedure) -> Sequence[Line]:
        await prove_before_asking(device.url, dialog.say)
        await dialog.yes(go_ahead, "While it is measured ANY KEY STOPS IT.")
        running = BackgroundMeasurement(partial(measuring, device.url))
        app.measurement = running
        running.start()
        try:
            while not running.is_over:
                dialog.show(wrapped(running.look(), WIDTH, ROWS, "caution"), "ANY KEY STOPS IT")
                await asyncio.sleep(LOOK_AGAIN_S)
        finally:
            running.stop()
            if running.is_over:
                app.measurement = None  # else whoever leaves has to wait for its stop
        return await _outcome(running)

    return Procedure(f"Self-test of {device.name}", carry_out)


async def _outcome(running: BackgroundMeasurement) -> list[Line]:
    """Return the certificate, or why there is none and how the device was left."""
    if running.found is not None:
        await asyncio.to_thread(remember, running.found)
        return measured_rows(running.found, WIDTH)
    rows = wrapped(running.look(), WIDTH, ROWS, "caution")
    problem = running.problem
    if problem is None:
        return [*wrapped("Called off: nothing was measured.", WIDTH, 2), BLANK, *rows]
    if not isinstance(problem, MassctlError):
        raise problem
    return [*problem_rows(problem), BLANK, *rows]
