"""Errors that nobody waits for: of a callback, or of a task that died. While a session runs, each of them stops it (F33).

Without this, asyncio would log them with a traceback, and the session would run on without the part that broke.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Self

_log = logging.getLogger(__name__)
_FORGOTTEN = "Future exception was never retrieved"
"""An answer that nobody waited for any more: no part of the program has died of it."""


class UnhandledErrors:
    """While open, the loop's unhandled errors go to ``on_error``, in the loop's thread."""

    def __init__(self, on_error: Callable[[Exception], None]) -> None:
        self._on_error = on_error
        self._loop = asyncio.get_running_loop()
        self._before: Callable[[asyncio.AbstractEventLoop, dict[str, Any]], object] | None = None

    def __enter__(self) -> Self:
        self._before = self._loop.get_exception_handler()
        self._loop.set_exception_handler(self._take)
        return self

    def __exit__(self, *exception: object) -> None:
        self._loop.set_exception_handler(self._before)

    def _take(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error, message = context.get("exception"), str(context.get("message", ""))
        if isinstance(error, Exception) and message != _FORGOTTEN:
            _log.debug("unhandled: %s", message, exc_info=error)
            self._on_error(error)
        elif self._before is not None:
            self._before(loop, context)
        else:
            loop.default_exception_handler(context)
