"""The connection to a broker, kept: lost and found again, and what is retained said again. The one file that knows aiomqtt.

``publish`` returns at once. While the broker is away the newest value of each retained topic waits, and up to ``EVENTS_MAX`` of
the other messages; readings (quality of service 0) do not: an old reading is worth nothing.
"""

from __future__ import annotations

import asyncio
import math
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple, NoReturn

import aiomqtt

from massctl.errors import ConnectionProblem, LinkLost, MassctlError, PeerRefused, PeerSilent, PortMissing
from massctl.mqtt.broker_address import BrokerAddress

ANSWER_S: Final = 5.0
"""How long any one exchange with the broker may take (design value)."""
KEEP_ALIVE_S: Final = 10
"""A broker publishes the last will after one and a half times this silence (MQTT 3.1.1, 3.1.2.10)."""
BACKOFF_S: Final = (0.25, 0.5, 1.0)
"""Waits between attempts, the last again and again: a broker that is back is found within a second."""
EVENTS_MAX: Final = 1000
_BAD_LOGIN: Final = frozenset({4, 5, 134, 135})
"""Return codes of MQTT 3.1.1 and reason codes of MQTT 5 for a wrong or missing login."""


class Message(NamedTuple):
    """One message that arrived."""

    topic: str
    payload: bytes
    is_retained: bool


@dataclass(frozen=True, slots=True)
class _Outgoing:
    topic: str
    payload: bytes
    quality: int
    is_retained: bool


class Broker:
    """One logical connection to one broker; ``run`` is its life.

    Args:
        address: where, and as whom.
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
        self._tls_context = address.tls_context()
        self._identifier = identifier
        self._will = aiomqtt.Will(will[0], will[1], qos=1, retain=True) if will else None
        self._subscriptions = subscriptions
        self._on_message = on_message
        self._on_change = on_change
        self._retained: dict[str, _Outgoing] = {}
        self._waiting: deque[_Outgoing] = deque()
        self._changed = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()
        self.is_connected = False

    def publish(self, topic: str, payload: str | bytes, *, is_retained: bool = False, quality: int = 1) -> None:
        """Send ``payload``, now or when the broker is back; see the module's docstring for what waits."""
        data = payload.encode() if isinstance(payload, str) else payload
        message = _Outgoing(topic, data, quality, is_retained)
        if is_retained:
            if data:
                self._retained[topic] = message
            else:
                self._retained.pop(topic, None)
        if not self.is_connected and (quality == 0 or (is_retained and data)):
            return
        if len(self._waiting) >= EVENTS_MAX and not self._make_room(message):
            return
        self._waiting.append(message)
        self._drained.clear()
        self._changed.set()

    def _make_room(self, message: _Outgoing) -> bool:
        """Drop the oldest reading, or else the oldest message; return whether there is room for ``message``."""
        if message.quality == 0:
            return False
        oldest = next((n for n, each in enumerate(self._waiting) if each.quality == 0), 0)
        del self._waiting[oldest]
        return True

    async def run(self) -> NoReturn:
        """Connect, and connect again whenever it breaks, until cancelled. Raises MassctlError for a login that is refused."""
        attempt = 0
        while True:
            was_connected, problem = False, ConnectionProblem(str(self._address), "the connection ended.")
            try:
                async with self._client() as client:
                    for topic in self._subscriptions:
                        await client.subscribe(topic, qos=1)
                    self._begin()
                    was_connected = True
                    self._on_change(None)
                    await self._exchange(client)
            except* (aiomqtt.MqttError, OSError) as errors:
                problem = _explain(self._address, errors)
            self.is_connected = False
            self._waiting = deque(
                each for each in self._waiting if each.quality > 0 and not (each.is_retained and each.payload)
            )
            if isinstance(problem, PeerRefused):
                raise problem
            self._on_change(problem)
            attempt = 0 if was_connected else attempt + 1
            await asyncio.sleep(BACKOFF_S[min(attempt, len(BACKOFF_S) - 1)])

    async def farewell(self, within_s: float = 1.0) -> None:
        """Wait until all is said, or for so long."""
        if self.is_connected:
            try:
                async with asyncio.timeout(within_s):
                    await self._drained.wait()
            except TimeoutError:
                pass

    def _client(self) -> aiomqtt.Client:
        return aiomqtt.Client(
            self._address.host,
            self._address.port,
            username=self._address.user,
            password=self._address.password,
            identifier=self._identifier,
            tls_context=self._tls_context,
            will=self._will,
            keepalive=KEEP_ALIVE_S,
            timeout=ANSWER_S,
        )

    def _begin(self) -> None:
        """Say first what is retained: the broker, or its memory, may be new."""
        self._waiting.extendleft(reversed(list(self._retained.values())))
        self.is_connected = True
        if self._waiting:
            self._changed.set()

    async def _exchange(self, client: aiomqtt.Client) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen(client), name="messages of the broker")
            group.create_task(self._speak(client), name="messages to the broker")

    async def _listen(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            self._on_message(Message(str(message.topic), message.payload, message.retain))

    async def _speak(self, client: aiomqtt.Client) -> NoReturn:
        """Send what waits; the time limit is ours: aiomqtt's is a ``wait_for``, which swallows cancellations in Python 3.11."""
        while True:
            await self._changed.wait()
            while self._waiting:
                message = self._waiting.popleft()
                try:
                    async with asyncio.timeout(ANSWER_S):
                        await client.publish(
                            message.topic, message.payload, message.quality, message.is_retained, timeout=math.inf
                        )
                except BaseException:
                    self._waiting.appendleft(message)
                    raise
            self._changed.clear()
            self._drained.set()


def _explain(address: BrokerAddress, errors: BaseExceptionGroup[BaseException]) -> ConnectionProblem:
    """Return our error for what aiomqtt and the system raise."""
    error = _innermost(errors)
    text, place = str(error), str(address)
    code = getattr(error, "rc", None)
    number = getattr(code, "value", code)
    if number in _BAD_LOGIN:
        return PeerRefused(
            place, f"the broker refuses this login ({code}).", f"Store its password: massctl mqtt password {place}"
        )
    cause = error.__cause__ or error.__context__ or error
    if isinstance(error, ssl.SSLError) or isinstance(cause, ssl.SSLError) or "certificate verify" in text.lower():
        return PeerRefused(
            place, f"the encrypted connection failed ({text}).", "Give the authority that vouches for it: --ca FILE."
        )
    if "timed out" in text.lower():
        return PeerSilent(place, "the broker does not answer.", "Is it switched on, and is this its port?")
    if isinstance(error, aiomqtt.MqttCodeError) or "disconnected" in text.lower():
        return LinkLost(place, f"the broker is gone ({text}).", "massctl tries again by itself.")
    return PortMissing(place, f"there is no broker ({text}).", "Start one, or use --embedded. massctl tries again.")


def _innermost(errors: BaseException) -> BaseException:
    while isinstance(errors, BaseExceptionGroup):
        errors = errors.exceptions[0]
    return errors
