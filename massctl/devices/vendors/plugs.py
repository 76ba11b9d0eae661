"""The drivers of smart plugs as timer hardware: Tasmota, Shelly (both generations), Zigbee2MQTT.

``mqtt://broker/my_plug?driver=tasmota``, ``mqtt://broker/shellyplus1-a8032ab?driver=shelly2``,
``mqtt://broker/Wand?driver=zigbee2mqtt``, ``http://192.168.1.30?driver=shelly1``. Option ``channel`` where one has several relays.

A plug is told to stay on for one slice at a time and switches off by itself when nobody renews. Its own word for on or off is what
is reported; that a message went out says nothing.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from firmware_protocol.vendors.plug import AfterPowerCut, Plug, Power, Reachable, Refused
from firmware_protocol.vendors.shelly1 import Shelly1
from firmware_protocol.vendors.shelly2 import Shelly2
from firmware_protocol.vendors.tasmota import Tasmota
from firmware_protocol.vendors.zigbee2mqtt import Zigbee2Mqtt
from massctl.devices.address import DeviceAddress, read_address
from massctl.devices.bundle import DeviceBundle
from massctl.devices.capabilities import Disconnected, TimerCapabilities, TimerReading
from massctl.devices.dictionary import DeviceIdentity
from massctl.devices.subscriber import OneSubscriber
from massctl.errors import ConnectionProblem, LinkLost, NoAnswer, PeerSilent
from massctl.transports.topics import TopicLink, open_topics

ANSWER_S: Final = 3.0
"""How long a plug may take to say whether it is on (design value)."""
POLL_S: Final = 0.25
"""F34: a device without a heartbeat is asked every 250 ms."""
RADIO_POLL_S: Final = 1.0
"""A Zigbee network is not asked more often than once a second (design value) …"""
RADIO_SILENT_S: Final = 3.0
"""… and its plug counts as lost after three questions without an answer."""


async def connect_tasmota(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Open a plug with Tasmota. Raises UsageError, ConnectionProblem or NoAnswer."""
    address = read_address(url)
    return await _connect(address, "Tasmota plug", Tasmota(_topic(address), address.whole("channel", 1, 1, 8)))


async def connect_shelly2(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Open a Shelly plug of the second generation or later. Raises UsageError, ConnectionProblem or NoAnswer."""
    address = read_address(url)
    source = f"massctl-{secrets.token_hex(4)}"
    return await _connect(address, "Shelly plug", Shelly2(_topic(address), source, address.whole("channel", 0, 0, 7)))


async def connect_shelly1(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Open a Shelly plug of the first generation. Raises UsageError, ConnectionProblem or NoAnswer."""
    address = read_address(url)
    return await _connect(address, "Shelly plug (first generation)", Shelly1(address.whole("channel", 0, 0, 3)))


async def connect_zigbee2mqtt(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Open a plug behind Zigbee2MQTT. Raises UsageError, ConnectionProblem or NoAnswer."""
    address = read_address(url)
    return await _connect(
        address, "Zigbee plug", Zigbee2Mqtt(_topic(address)), poll_s=RADIO_POLL_S, silent_after_s=RADIO_SILENT_S
    )


def _topic(address: DeviceAddress) -> str:
    """Return the plug's name at the broker: the path of its address; that of a twin is its driver."""
    topic = unquote(urlsplit(address.transport_url).path).strip("/")
    if address.is_simulated:
        return "plug"
    if not topic or set(topic) & {"+", "#"}:
        raise address.bad("names no plug: its topic comes after the broker, as in mqtt://broker/my_plug")
    return topic


async def _connect(
    address: DeviceAddress, name: str, plug: Plug, *, poll_s: float = POLL_S, silent_after_s: float = 3 * POLL_S
) -> DeviceBundle:
    link = await open_topics(address.transport_url, plug.subscriptions)
    timer = PlugTimer(address.url, name, plug, link, poll_s=poll_s, silent_after_s=silent_after_s)
    try:
        await timer.identify()
    except BaseException:
        await timer.aclose()
        raise
    identity = DeviceIdentity(address.url, name, "", "", "", 0, 0, ("timer",), is_simulated=address.is_simulated)
    return DeviceBundle(address.url, identity, timer=timer, warnings=timer.warnings)


class PlugTimer(OneSubscriber):
    """One plug; its relay feeds a corded massager."""

    def __init__(
        self, url: str, name: str, plug: Plug, link: TopicLink, *, poll_s: float, silent_after_s: float
    ) -> None:
        self.url = url
        self.name = name
        self.capabilities = TimerCapabilities(duration_max_s=plug.longest_s, silent_after_s=silent_after_s)
        self.warnings: tuple[str, ...] = ()
        self._plug = plug
        self._link = link
        self._poll_s = poll_s
        self._loop = asyncio.get_running_loop()
        self.last_frame_at_s = self._loop.time()
        self._problem: ConnectionProblem | None = None
        self._is_on: bool | None = None
        self._on_until_s = 0.0
        self._behaviour: AfterPowerCut | None = None
        self._refusal = ""
        self._changed = asyncio.Event()
        self._poll: asyncio.TimerHandle | None = None
        link.start(self._take, self._lose)

    # Timer.

    async def identify(self) -> None:
        """Ask what it is and does; nothing is switched. Raises NoAnswer or ConnectionProblem."""
        self._send(*self._plug.ask_settings(), *self._plug.ask_state())
        await self._until(lambda: self._is_on is not None, "it did not say whether it is on")
        behaviour = self._behaviour
        if behaviour is None:
            text = "does not say what it does after a power cut: pull its plug if the mains fails"
            self.warnings = (f"{self.name} {text}.",)
        elif not behaviour.stays_off:
            text = f"may switch ON by itself after a power cut ({behaviour.behaviour}): set that to 'off'"
            self.warnings = (f"{self.name} {text}.",)

    async def prepare(self) -> None:
        """Switch off, wait for its own word, and ask for it from now on. Raises NoAnswer or ConnectionProblem."""
        self._is_on = None
        self._send(*self._plug.off(), *self._plug.ask_state())
        await self._until(lambda: self._is_on is False, "it did not say that it is off")
        self._ask_again()

    def arm(self, duration_s: float) -> None:
        """Switch on for at most ``duration_s``; a time that it cannot be told is the next shorter one, or none at all."""
        longest_s = min(duration_s, self._plug.longest_s)
        if longest_s < self._plug.shortest_s:
            return
        self._on_until_s = self._loop.time() + longest_s
        self._send(*self._plug.on(longest_s))

    def cancel(self) -> bool:
        """Switch off now."""
        self._link.discard_unsent()
        self._on_until_s = self._loop.time()
        return self._send(*self._plug.off(), *self._plug.ask_state())

    def buzz(self, duration_s: float) -> None:
        """Do nothing: a plug has no buzzer."""

    async def aclose(self) -> None:
        """Switch off and let go."""
        if self._poll is not None:
            self._poll.cancel()
            self._poll = None
        self.cancel()
        await self._link.aclose()

    # The plug.

    def _send(self, *requests: tuple[str, bytes]) -> bool:
        if self._problem is not None:
            return False
        for topic, payload in requests:
            self._link.post(topic, payload)
        return True

    def _ask_again(self) -> None:
        self._send(*self._plug.ask_state())
        self._poll = self._loop.call_later(self._poll_s, self._ask_again)

    def _take(self, topic: str, payload: bytes) -> None:
        now_s = self._loop.time()
        for said in self._plug.read(topic, payload):
            match said:
                case Power(is_on):
                    self.last_frame_at_s = now_s
                    self._is_on = is_on
                    left_s = max(0.0, self._on_until_s - now_s) if is_on else 0.0
                    self._report(TimerReading(at_s=now_s, relay_closed=is_on, remaining_s=left_s))
                case Reachable(is_online=False):
                    self._lose(LinkLost(self.url, "the broker says that the plug is gone.", "Is it plugged in?"))
                case AfterPowerCut():
                    self._behaviour = said
                case Refused(reason):
                    self._refusal = reason
        self._changed.set()

    def _lose(self, problem: ConnectionProblem) -> None:
        if self._problem is None:
            self._problem = problem
            self._changed.set()
            self._report(Disconnected(self._loop.time(), problem))

    async def _until(self, is_so: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(ANSWER_S):
                while not is_so():
                    if self._problem is not None:
                        raise self._problem
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            if self._refusal:
                what = f"{what} ({self._refusal})"
            if self._is_on is None:
                raise PeerSilent(
                    self.url, f"{what} within {ANSWER_S:g} s.", "Is this its topic, and is the plug in its socket?"
                ) from None
            raise NoAnswer(self.name, what, ANSWER_S, "Pull the plug, and look at its own switch.") from None
