"""Carrying events from the session to whoever watches, without letting a watcher disturb it.

``publish`` is called inside the safety path: it only queues. Delivery happens in a later turn of the loop, in order. A watcher
that raises is dropped; one that lags loses its oldest ticks first, and a safety event never.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from massctl.session.events import Event, SessionEnded, Tick, Warned

QUEUE_MAX = 1000
"""Events that wait for one watcher (design value)."""


class EventBus:
    """The fan-out of one session; all methods from the loop's thread."""

    def __init__(self) -> None:
        self._watchers: list[_Watcher] = []
        self._is_scheduled = False
        self.last_at_s = 0.0
        """The session time of the newest event."""

    def subscribe(
        self, name: str, on_event: Callable[[Event], None], on_failure: Callable[[str], None] | None = None
    ) -> Callable[[], None]:
        """Call ``on_event`` with every event from now on; returns what ends that. ``name`` is for the message when it fails.

        ``on_failure`` is told once, in words, when the watcher fails: a session must not run on without its display (F33).
        """
        watcher = _Watcher(name, on_event, on_failure)
        self._watchers.append(watcher)
        return lambda: self._drop(watcher)

    def publish(self, event: Event) -> None:
        """Queue ``event`` for every watcher; returns at once."""
        self.last_at_s = event.at_s
        for watcher in self._watchers:
            watcher.put(event)
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self.deliver)

    def warn(self, text: str) -> None:
        """Publish a warning at the time of the newest event."""
        self.publish(Warned(at_s=self.last_at_s, text=text))

    def deliver(self) -> None:
        """Give every watcher what waits for it; called by the loop, and once more at the end of a session."""
        self._is_scheduled = False
        for watcher in tuple(self._watchers):
            try:
                watcher.drain()
            except Exception as error:  # noqa: BLE001 - whatever a watcher raises, the session goes on without it
                self._drop(watcher)
                text = f"{watcher.name} failed and is not told any more: {type(error).__name__}: {error}"
                self.warn(text)
                if watcher.on_failure is not None:
                    watcher.on_failure(text)

    def _drop(self, watcher: _Watcher) -> None:
        with suppress(ValueError):
            self._watchers.remove(watcher)


class _Watcher:
    def __init__(self, name: str, on_event: Callable[[Event], None], on_failure: Callable[[str], None] | None) -> None:
        self.name = name
        self.on_failure = on_failure
        self._on_event = on_event
        self._waiting: deque[Event] = deque()

    def put(self, event: Event) -> None:
        if len(self._waiting) >= QUEUE_MAX:
            oldest_tick = next((n for n, waiting in enumerate(self._waiting) if isinstance(waiting, Tick)), None)
            if oldest_tick is not None:
                del self._waiting[oldest_tick]
            elif isinstance(event, Tick):
                return
        self._waiting.append(event)

    def drain(self) -> None:
        while self._waiting:
            self._on_event(self._waiting.popleft())


class EventStream:
    """The events of a bus one by one, for a reader that may be slow; ends after the summary or ``close``."""

    def __init__(self, bus: EventBus, name: str) -> None:
        self._waiting: deque[Event] = deque()
        self._changed = asyncio.Event()
        self._is_closed = False
        self._unsubscribe = bus.subscribe(name, self._put)

    def close(self) -> None:
        """End after what waits; idempotent."""
        self._is_closed = True
        self._unsubscribe()
        self._changed.set()

    async def get(self) -> Event | None:
        """Wait for the next event; None at the end."""
        while not self._waiting:
            if self._is_closed:
                return None
            self._changed.clear()
            await self._changed.wait()
        event = self._waiting.popleft()
        if isinstance(event, SessionEnded):
            self.close()
        return event

    def _put(self, event: Event) -> None:
        if len(self._waiting) >= QUEUE_MAX:
            if isinstance(event, Tick):
                return
            if len(self._waiting) >= 2 * QUEUE_MAX:  # a reader that does not read: cut off, never half-told
                self.close()
                return
        self._waiting.append(event)
        self._changed.set()
