"""The bridge's connection to its broker, kept: lost and found again, and what is retained said again.

``publish`` returns at once. While the broker is away the newest value of each retained topic waits, and so many of the other
messages as an outbox holds; readings (quality of service 0) do not: an old reading is worth nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, NoReturn

from massctl.errors import ConnectionProblem, MassctlError, PeerRefused
from massctl.transports.broker_address import BrokerAddress
from massctl.transports.mqtt import Message, Outbox, Outgoing, converse

BACKOFF_S: Final = (0.25, 0.5, 1.0)
"""Waits between attempts, the last again and again: a broker that is back is found within a second."""


class Broker:
    """One logical connection to one broker; ``run`` is its life.

    Args:
        address: where, and as whom.
        identifier: our name there.
        will: topic and payload that the broker publishes, retained, when we are gone.
        subscriptions: filters.
        on_message: called with each message, in the loop, as it arrives.
        on_change: called with None when connected, with the problem when not.
    """

    def __init__(
        self,
        address: BrokerAddress,
        *,
        identifier: str,
        will: tuple[str, str] | None,
        subscriptions: tuple[str, ...],
        on_message: Callable[[Message], None],
        on_change: Callable[[MassctlError | None], None],
    ) -> None:
        self._address = address
        self._identifier = identifier
        self._will = will
        self._subscriptions = subscriptions
        self._on_message = on_message
        self._on_change = on_change
        self._retained: dict[str, Outgoing] = {}
        self._outbox = Outbox()
        self.is_connected = False

    def publish(self, topic: str, payload: str | bytes, *, is_retained: bool = False, quality: int = 1) -> None:
        """Send ``payload``, now or when the broker is back; see the module's docstring for what waits."""
        data = payload.encode() if isinstance(payload, str) else payload
        message = Outgoing(topic, data, quality, is_retained)
        if is_retained and data:
            self._retained[topic] = message
        elif is_retained:
            self._retained.pop(topic, None)
        if self.is_connected or _is_worth_keeping(message):
            self._outbox.put(message)

    async def run(self) -> NoReturn:
        """Connect, and connect again whenever it breaks, until cancelled.

        Raises PeerRefused for a login or a certificate that is refused, FileProblem for a certificate that cannot be used.
        """
        attempt = 0
        while True:
            try:
                await converse(
                    self._address,
                    self._outbox,
                    identifier=self._identifier,
                    will=self._will,
                    subscriptions=self._subscriptions,
                    on_message=self._on_message,
                    on_connected=self._begin,
                )
            except PeerRefused:
                raise
            except ConnectionProblem as error:
                problem = error
            attempt = 0 if self.is_connected else attempt + 1
            self.is_connected = False
            self._outbox.keep(_is_worth_keeping)
            self._on_change(problem)
            await asyncio.sleep(BACKOFF_S[min(attempt, len(BACKOFF_S) - 1)])

    async def farewell(self, within_s: float = 1.0) -> None:
        """Wait until all is said, or for so long."""
        if not self.is_connected:
            return
        try:
            async with asyncio.timeout(within_s):
                await self._outbox.drained()
        except TimeoutError:
            pass

    def _begin(self) -> None:
        """Say first what is retained: the broker, or its memory, may be new."""
        self._outbox.put_first(list(self._retained.values()))
        self.is_connected = True
        self._on_change(None)


def _is_worth_keeping(message: Outgoing) -> bool:
    """Whether to say it when the broker is back: not a reading, nor what is retained, which is said again anyway."""
    return message.quality > 0 and not (message.is_retained and message.payload)
