"""Waiting for what a device says next: whoever waits gets it in the read callback, or learns what ended the link."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from massctl.devices.wire import Wire
from massctl.errors import ConnectionProblem

ValueT = TypeVar("ValueT")


class Waiters(Generic[ValueT]):
    """All who wait for something on one wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._all: list[tuple[Callable[[ValueT], bool], asyncio.Future[ValueT]]] = []

    async def next(self, within_s: float, accept: Callable[[ValueT], bool] = lambda _value: True) -> ValueT:
        """Return the next value that ``accept`` takes. Raises TimeoutError, or what ended the link."""
        self._wire.raise_if_over()
        future: asyncio.Future[ValueT] = asyncio.get_running_loop().create_future()
        waiter = accept, future
        self._all.append(waiter)
        try:
            async with asyncio.timeout(within_s):
                return await future
        finally:
            self._all.remove(waiter)

    def give(self, value: ValueT) -> None:
        """Give ``value`` to all who wait for one like it."""
        for accept, future in tuple(self._all):
            if not future.done() and accept(value):
                future.set_result(value)

    def fail(self, problem: ConnectionProblem) -> None:
        """Tell all who wait what ended the link."""
        for _, future in self._all:
            if not future.done():
                future.set_exception(problem)
