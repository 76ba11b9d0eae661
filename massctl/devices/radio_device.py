"""What the drivers of foreign Bluetooth devices share: one link, its loss, its newest valid frame, one subscriber.

The counterpart of ``wire`` for devices that are read and written by characteristic. There is no task: the radio's callbacks and
the driver's own timers drive everything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from massctl.devices.capabilities import Disconnected
from massctl.devices.subscriber import OneSubscriber
from massctl.errors import ConnectionProblem, LinkLost, NoAnswer, WrongDevice
from massctl.transports.gatt import GattLink

ValueT = TypeVar("ValueT")


def refuse_others(link: GattLink, url: str, what: str, *, is_one: bool) -> None:
    """Raise WrongDevice unless the device is one of its driver's: an unknown one is never written to."""
    if not is_one:
        name = link.name or "the device"
        raise WrongDevice(url, f"{name} is no {what} that massctl knows.", "Give the address of the right device.")


class RadioDevice(OneSubscriber):
    """A driver on one link, which it owns."""

    def __init__(self, link: GattLink, url: str, name: str) -> None:
        self.url = url
        self.name = name
        self.problem: ConnectionProblem | None = None
        """What ended it; None while it is open."""
        self._link = link
        self._loop = asyncio.get_running_loop()
        self._heard_at_s = self._loop.time()
        self._waiters: set[asyncio.Future[None]] = set()
        link.start(self._note_loss)

    @property
    def last_frame_at_s(self) -> float:
        """When the last valid value arrived."""
        return self._heard_at_s

    async def aclose(self) -> None:
        """Say goodbye, as far as the device needs it, and disconnect; idempotent, bounded in time."""
        try:
            if self.problem is None:
                await self._farewell()
        finally:
            if self.problem is None:
                self._end(LinkLost(self.url, "closed by massctl.", "Connect again."))
            await self._link.aclose()

    async def _farewell(self) -> None:
        """Leave the device as it should be left; most need nothing."""

    def _rest(self) -> None:
        """Cancel the driver's timers: the link is over."""

    def _now_s(self) -> float:
        return self._loop.time()

    def _heard(self) -> float:
        """Note that something valid has arrived (F34); return when."""
        self._heard_at_s = self._loop.time()
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        return self._heard_at_s

    def _raise_if_over(self) -> None:
        if self.problem is not None:
            raise self.problem

    async def _until(self, is_so: Callable[[], bool], within_s: float, what: str, remedy: str = "") -> None:
        """Wait until ``is_so``, looked at whenever something arrives. Raises NoAnswer with ``what``, or what ended the link."""
        try:
            async with asyncio.timeout(within_s):
                while not is_so():
                    self._raise_if_over()
                    waiter: asyncio.Future[None] = self._loop.create_future()
                    self._waiters.add(waiter)
                    try:
                        await waiter
                    finally:
                        self._waiters.discard(waiter)
        except TimeoutError:
            raise NoAnswer(self.name, what, within_s, remedy) from None

    def _note_loss(self, problem: ConnectionProblem) -> None:
        self._end(problem)
        self._report(Disconnected(self._now_s(), problem))

    def _end(self, problem: ConnectionProblem) -> None:
        self.problem = problem
        self._rest()
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_exception(problem)
