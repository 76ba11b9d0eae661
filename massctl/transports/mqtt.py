"""One conversation with an MQTT broker, from its connection to its end. The one file that knows aiomqtt.

What is to be said waits in an ``Outbox``, which outlives a conversation; whoever wants to go on after a loss converses again.
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

from massctl.errors import ConnectionProblem, LinkLost, PeerRefused, PeerSilent, PortMissing
from massctl.transports.broker_address import BrokerAddress

ANSWER_S: Final = 5.0
"""How long any one exchange with the broker may take (design value)."""
KEEP_ALIVE_S: Final = 10
"""A broker publishes the last will after one and a half times this silence (MQTT 3.1.1, 3.1.2.10)."""
WAITING_MAX: Final = 1000
"""Messages that may wait (design value)."""
_BAD_LOGIN: Final = frozenset({4, 5, 134, 135})
"""Return codes of MQTT 3.1.1 and reason codes of MQTT 5 for a wrong or missing login."""


class Message(NamedTuple):
    """One message that arrived."""

    topic: str
    payload: bytes
    is_retained: bool


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to be said."""

    topic: str
    payload: bytes
    quality: int = 1
    """0: once at most, and worth nothing later; 1: at least once."""
    is_retained: bool = False


class Outbox:
    """What waits to be said, in order."""

    def __init__(self) -> None:
        self.waiting: deque[Outgoing] = deque()
        self._changed = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()

    def put(self, message: Outgoing) -> None:
        """Add a message; when too many wait, the oldest of quality 0 goes, or else the oldest."""
        if len(self.waiting) >= WAITING_MAX:
            if message.quality == 0:
                return
            oldest = next((n for n, each in enumerate(self.waiting) if each.quality == 0), 0)
            del self.waiting[oldest]
        self.waiting.append(message)
        self._drained.clear()
        self._changed.set()

    def keep(self, is_kept: Callable[[Outgoing], bool]) -> None:
        """Forget the messages that are not worth keeping."""
        self.waiting = deque(filter(is_kept, self.waiting))

    def put_first(self, messages: list[Outgoing]) -> None:
        """Say these before all that waits."""
        self.waiting.extendleft(reversed(messages))
        self._changed.set()

    async def drained(self) -> None:
        """Wait until all is said."""
        await self._drained.wait()

    async def send_to(self, client: aiomqtt.Client) -> NoReturn:
        """Say what waits and what comes; the time limit is ours: aiomqtt's may swallow a cancellation in Python 3.11."""
        while True:
            while self.waiting:
                message = self.waiting.popleft()
                try:
                    async with asyncio.timeout(ANSWER_S):
                        await client.publish(
                            message.topic, message.payload, message.quality, message.is_retained, timeout=math.inf
                        )
                except BaseException:
                    self.waiting.appendleft(message)
                    raise
            self._changed.clear()
            self._drained.set()
            await self._changed.wait()


async def converse(
    address: BrokerAddress,
    outbox: Outbox,
    *,
    identifier: str | None,
    will: tuple[str, str] | None,
    subscriptions: tuple[str, ...],
    on_message: Callable[[Message], None],
    on_connected: Callable[[], None],
) -> NoReturn:
    """Connect, subscribe, and say and hear all there is, until it breaks.

    Args:
        address: where, and as whom.
        outbox: what is said, from its first message on.
        identifier: our name there; None for a random one.
        will: topic and payload that the broker publishes, retained, when we are gone.
        subscriptions: filters.
        on_message: called with each message, in the loop, as it arrives.
        on_connected: called when the subscriptions are made, before anything is said.

    Raises:
        ConnectionProblem: there is none, it refuses us (PeerRefused), or it broke.
        FileProblem: a certificate cannot be used.
    """
    try:
        async with _client(address, identifier, will) as client:
            for topic in subscriptions:
                await client.subscribe(topic, qos=1)
            on_connected()
            async with asyncio.TaskGroup() as group:
                group.create_task(_listen(client, on_message), name="messages of the broker")
                group.create_task(outbox.send_to(client), name="messages to the broker")
    except* (aiomqtt.MqttError, OSError) as errors:
        raise _explain(address, errors) from None
    raise LinkLost(str(address), "the conversation ended.", "Connect again.")


async def _listen(client: aiomqtt.Client, on_message: Callable[[Message], None]) -> None:
    async for message in client.messages:
        on_message(Message(str(message.topic), message.payload, message.retain))


def _client(address: BrokerAddress, identifier: str | None, will: tuple[str, str] | None) -> aiomqtt.Client:
    return aiomqtt.Client(
        address.host,
        address.port,
        username=address.user,
        password=address.password,
        identifier=identifier,
        tls_context=address.tls_context(),
        will=aiomqtt.Will(will[0], will[1], qos=1, retain=True) if will else None,
        keepalive=KEEP_ALIVE_S,
        timeout=ANSWER_S,
    )


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
    if isinstance(error, TimeoutError) or "timed out" in text.lower():
        return PeerSilent(place, "the broker does not answer.", "Is it switched on, and is this its port?")
    if isinstance(error, aiomqtt.MqttCodeError) or "disconnected" in text.lower():
        return LinkLost(place, f"the broker is gone ({text}).", "Is it still running?")
    return PortMissing(
        place, f"there is no broker ({text}).", "Is it running there? 'massctl mqtt --embedded' brings its own."
    )


def _innermost(errors: BaseException) -> BaseException:
    while isinstance(errors, BaseExceptionGroup):
        errors = errors.exceptions[0]
    return errors
