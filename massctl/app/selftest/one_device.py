"""One real device, opened to be measured: nobody else drives it, the self-test has passed, and whatever ends it stops it first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from massctl.app.devices_identity import connect_known
from massctl.app.ownership import refuse_if_owned
from massctl.app.selftest.gate import Gate
from massctl.app.signals import StopSignals
from massctl.devices import DeviceBundle
from massctl.devices.capabilities import Disconnected, Report
from massctl.errors import ConnectionProblem, Interrupted

Tell = Callable[[str], None]
"""Told in a sentence what is done now."""

STOPPED: Final = "Stopped: it was seen to stand."
ACKNOWLEDGED: Final = "Stopped: it has acknowledged that; nobody measures whether it stands."
NOT_CONFIRMED: Final = "THE STOP IS NOT CONFIRMED. Keep it away from everybody, and switch it off by its own switch."


@asynccontextmanager
async def opened_alone(url: str, role: str, tell: Tell) -> AsyncIterator[DeviceBundle]:
    """Open the device at ``url`` that nobody else drives (F45); a signal breaks off what is done with it (F42).

    Raises:
        UsageError, ConnectionProblem, NoAnswer: it cannot be opened.
        Interrupted: a signal came.
    """
    with _broken_off_by_signals():
        await refuse_if_owned((url,))
        tell("Opening it; nothing moves yet …")
        bundle = await connect_known(url, {role})
        try:
            yield bundle
        finally:
            await bundle.aclose()


@contextmanager
def _broken_off_by_signals() -> Iterator[None]:
    """Cancel this task when a signal comes, so that it stops what moves; raise Interrupted once it has."""
    task, origins = asyncio.current_task(), list[str]()

    def stop(origin: str) -> None:
        origins.append(origin)
        if task is not None and len(origins) == 1:
            task.cancel()

    with StopSignals(stop):
        try:
            yield
        except asyncio.CancelledError:
            if origins and task is not None and task.uncancel() == 0:
                raise Interrupted(origins[0], "what was measured was broken off") from None
            raise


async def prove_first(bundle: DeviceBundle, tell: Tell) -> None:
    """Let a real device wait until massctl's own self-test has passed; raises Blocked where it does not (F52)."""
    if not bundle.identity.is_simulated:
        await _prove(tell)


async def prove_before_asking(url: str, tell: Tell) -> None:
    """Let the self-test pass before a person is asked for their go-ahead: what starts on their word starts soon behind it (F52)."""
    if not url.startswith("sim:"):
        await _prove(tell)


async def _prove(tell: Tell) -> None:
    async with Gate() as gate:
        await gate.begin()
        tell("First massctl's own self-test, which hardware waits for; nothing moves yet … [F52]")
        await gate.pass_through()


class Watcher:
    """Waits for what a device reports; its subclass keeps what it needs in ``take``, and calls this one's."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._lost: ConnectionProblem | None = None

    def take(self, report: Report) -> None:
        """Wake whoever waits."""
        if isinstance(report, Disconnected):
            self._lost = report.problem
        self._news.set()

    def raise_if_lost(self) -> None:
        """Raise what ended the link, if it has ended."""
        if self._lost is not None:
            raise self._lost

    async def until(self, is_so: Callable[[], bool], within_s: float) -> bool:
        """Wait until ``is_so``; False when it has not come within ``within_s``. Raises what ended the link."""
        try:
            async with asyncio.timeout(within_s):
                while not is_so():
                    self.raise_if_lost()
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return False
        return True

    async def seen(self, is_so: Callable[[], bool], within_s: float) -> bool:
        """Do as ``until``, for a stop: a link that has ended shows nothing."""
        try:
            return await self.until(is_so, within_s)
        except ConnectionProblem:
            return False
