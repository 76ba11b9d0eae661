"""MQTT on a real broker: a reading's way to a subscriber beside bare aiomqtt, a stop's way to the wire, an absent broker.

The broker is mosquitto where it is installed, else amqtt, in a process of its own; everything else is in this process, so that
both ends read one clock. What is measured never depends on the loop's speed: it lies between two readings of the real clock.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

import aiomqtt

from firmware_protocol.commands import Stop
from firmware_protocol.framing import FrameSplitter
from firmware_protocol.messages import decode
from massctl.app.control import SessionControl
from massctl.app.request import RunRequest
from massctl.body.terms import Side
from massctl.history.reading import History
from massctl.mqtt.bridge import Bridge, BridgeSettings
from massctl.mqtt.broker import Broker
from massctl.mqtt.publisher import READING_S, Publisher
from massctl.mqtt.session_state import SessionState
from massctl.mqtt.topics import Topics
from massctl.programs.choices import Choices
from massctl.session.commands import Key, Press
from massctl.session.events import Event, Intervention, Phase, PhaseChanged, SessionEnded, StepStarted, StopSeen, Tick
from massctl.transports.broker_address import BrokerAddress
from sims.loop import SimulatedTimeLoop
from tests.bench.scripted_gun import Pty, ScriptedGun
from tests.bench.table import Line, percentile
from tests.brokers import MOSQUITTO, ServedBroker

READINGS: Final = 2000
STOPS: Final = 300
SPEED: Final = 20.0
AWAY_S: Final = 60.0
NODE: Final = "bench"
READING_RATIO: Final = 1.3
STOP_S: Final = 0.030
BACK_S: Final = 2.0
TICK: Final = {
    "event": "tick",
    "phase": "working",
    "clock_s": 12.5,
    "remaining_s": 17.5,
    "contact_s": 12.4,
    "speed_set_ppm": 1800.0,
    "speed_measured_ppm": 1795.0,
    "force_n": 12.3,
    "peak_n": 17.0,
    "cue": "good",
    "lease_s": 0.8,
    "timer_remaining_s": 1.6,
    "progress": 0.42,
    "battery_percent": 80.0,
    "temperature_c": 31.0,
}


@asynccontextmanager
async def _kept(address: BrokerAddress) -> AsyncIterator[Broker]:
    ready = asyncio.Event()
    broker = Broker(
        address,
        identifier="ours",
        will=None,
        subscriptions=(),
        on_message=lambda _: None,
        on_change=lambda problem: ready.set() if problem is None else None,
    )
    async with asyncio.TaskGroup() as group:
        life = group.create_task(broker.run(), name="broker")
        await ready.wait()
        yield broker
        life.cancel()


async def _readings(address: BrokerAddress) -> tuple[list[float], list[float]]:
    """Return how long each reading took, ours and bare, in turn."""
    topics = Topics(NODE)
    now_s = 0.0
    async with (
        _kept(address) as broker,
        aiomqtt.Client(address.host, address.port) as bare,
        aiomqtt.Client(address.host, address.port) as subscriber,
    ):
        await subscriber.subscribe(topics.session_reading, qos=0)
        heard = aiter(subscriber.messages)
        publisher = Publisher(broker, topics, discovery_prefix=None, is_simulated=True, now_s=lambda: now_s)
        state = SessionState()
        publisher.event(state, dict(TICK))  # the first says the battery too
        await anext(heard)
        payload = json.dumps(state.reading())
        ours_s: list[float] = []
        bare_s: list[float] = []
        for _ in range(READINGS):
            now_s += READING_S
            began_s = time.perf_counter()
            publisher.event(state, TICK)
            await anext(heard)
            ours_s.append(time.perf_counter() - began_s)
            began_s = time.perf_counter()
            await bare.publish(topics.session_reading, payload, qos=0)
            await anext(heard)
            bare_s.append(time.perf_counter() - began_s)
    return ours_s, bare_s


class _WatchedGun(ScriptedGun):
    """A gun whose push stays gentle, and which notes when a STOP has arrived."""

    stopped_at_s = 0.0

    def _read(self) -> None:
        data = os.read(self._pty.master, 4096)
        if any(isinstance(decode(piece).message, Stop) for piece in FrameSplitter().feed(data)):
            self.stopped_at_s = time.perf_counter()
        self.take(data)


class _Person:
    """Goes on wherever a press is asked for, resets what was stopped, and has the network stop what runs."""

    def __init__(self, gun: _WatchedGun, network: aiomqtt.Client, group: asyncio.TaskGroup) -> None:
        self.control: SessionControl | None = None
        self.times_s: list[float] = []
        self._gun, self._network, self._group = gun, network, group
        self._asked_at_s = 0.0

    def see(self, event: Event) -> None:
        match event:
            case PhaseChanged(phase=Phase.WAITING | Phase.RATING):
                self._press(Key.GO_ON)
            case PhaseChanged(phase=Phase.WORKING):
                self._group.create_task(self._stop(), name="a stop from the network")
            case Intervention(rule="F42"):
                pass
            case Intervention(rule=rule, text=text) if rule != "F12":
                raise RuntimeError(f"something else stopped the session: {rule} {text}")
            case StopSeen():
                self.times_s.append(self._gun.stopped_at_s - self._asked_at_s)
                if len(self.times_s) < STOPS:
                    self._press(Key.RELEASE, Key.CONFIRM)
                else:
                    self._press(Key.FINISH)

    async def _stop(self) -> None:
        self._asked_at_s = time.perf_counter()
        await self._network.publish(Topics(NODE).command("stop"), b"now", qos=1)

    def _press(self, *keys: Key) -> None:
        def press() -> None:
            for key in keys:
                if self.control is not None:
                    self.control.press(Press(key))

        asyncio.get_running_loop().call_later(0.6, press)


async def _stops(address: BrokerAddress) -> list[float]:
    """Run sessions on a scripted gun until so many were stopped from the network."""
    with Pty() as pty, _WatchedGun(pty, pushes=False) as gun:
        async with aiomqtt.Client(address.host, address.port, timeout=100) as network, asyncio.TaskGroup() as group:
            person = _Person(gun, network, group)

            def note(control: SessionControl | None) -> None:
                person.control = control

            request = RunRequest(
                program="desk-shoulders",
                choices=Choices(side=Side.RIGHT),
                massager=pty.url,
                sensor=pty.url,
                timer=pty.url,
            )
            bridge = Bridge(
                BridgeSettings(NODE, address, request, None), lambda _: None, on_event=person.see, on_session=note
            )
            life = group.create_task(bridge.run(), name="bridge")
            while len(person.times_s) < STOPS:
                await asyncio.sleep(6.0)
                if person.control is None:
                    bridge.arm("bench")
                    await network.publish(Topics(NODE).command("start"), json.dumps({"id": os.urandom(4).hex()}))
            life.cancel()
    return person.times_s


async def _absence(served: ServedBroker) -> tuple[float, bool]:
    """Take the broker away in a running session; return how long after its return the state was right, and whether all was kept."""
    topics = Topics(NODE)
    events: list[Event] = []
    address = served.address
    request = RunRequest(program="desk-shoulders", is_simulated=True)
    async with asyncio.TaskGroup() as group:
        bridge = Bridge(BridgeSettings(NODE, address, request, None), lambda _: None, on_event=events.append)
        life = group.create_task(bridge.run(), name="bridge")
        await asyncio.sleep(1.0)
        bridge.arm("bench")
        async with aiomqtt.Client(address.host, address.port) as network:
            await network.publish(topics.command("start"), json.dumps({"id": "bench"}))
        while not any(isinstance(event, StepStarted) for event in events):  # noqa: ASYNC110 - it comes by callback
            await asyncio.sleep(0.1)
        served.kill()
        await asyncio.sleep(AWAY_S)
        served.start()
        back_at_s = time.perf_counter()
        right_after_s = await _until_right(address, topics, events, back_at_s)
        went_on = events[-1].at_s > AWAY_S and not any(isinstance(event, SessionEnded) for event in events)
        life.cancel()
    return right_after_s, went_on and _is_recorded(events)


def _is_recorded(events: list[Event]) -> bool:
    """Return whether history has every event that was seen, but for the readings."""
    (record,) = History().sessions(1)
    recorded = [event["event"] for event in History().events(record.session_id)]
    return [event.kind for event in events if not isinstance(event, Tick)] == [
        kind for kind in recorded if kind != "reading"
    ]


async def _until_right(address: BrokerAddress, topics: Topics, events: list[Event], back_at_s: float) -> float:
    async with aiomqtt.Client(address.host, address.port) as reader:
        await reader.subscribe(topics.session_state, qos=1)
        async for message in reader.messages:
            told: dict[str, Any] = json.loads(message.payload)
            now = [event.phase for event in events if isinstance(event, PhaseChanged | Tick)][-1]
            if told["phase"] == now:
                return time.perf_counter() - back_at_s
    raise RuntimeError("the broker went away again")


@contextmanager
def _served() -> Iterator[ServedBroker]:
    with tempfile.TemporaryDirectory() as folder, _own_folders(Path(folder)):
        served = ServedBroker(Path(folder))
        with served:
            yield served


@contextmanager
def _own_folders(folder: Path) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update({f"MASSCTL_{name}_DIR": str(folder / name.lower()) for name in ("DATA", "CONFIG", "RUNTIME")})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _run(life: Callable[[], Any], speed: float | None = None) -> Any:
    with asyncio.Runner(loop_factory=(lambda: SimulatedTimeLoop(speed)) if speed else None) as runner:
        return runner.run(life())


def measure() -> list[Line]:
    """Measure readings, stops and an absence."""
    name = "mosquitto" if MOSQUITTO else "amqtt"
    with _served() as served:
        ours_s, bare_s = _run(lambda: _readings(served.address))
        stops_s = _run(lambda: _stops(served.address), SPEED)
        right_after_s, is_whole = _run(lambda: _absence(served))
    ratio = statistics.median(ours_s) / statistics.median(bare_s)
    p99_s = percentile(stops_s, 99)
    return [
        Line(
            f"MQTT: a reading to its subscriber, p50 of {len(ours_s):,} ({name})",
            f"{statistics.median(ours_s) * 1e6:.0f} µs, {ratio:.2f}×",
            f"bare aiomqtt: {statistics.median(bare_s) * 1e6:.0f} µs",
            f"at most {READING_RATIO}×",
            ratio <= READING_RATIO,
        ),
        Line(
            f"MQTT: a stop from publish to STOP on the device's wire, p99 of {len(stops_s)}",
            f"{p99_s * 1e3:.1f} ms (median {percentile(stops_s, 50) * 1e3:.1f} ms)",
            f"publish to subscriber, bare: {statistics.median(bare_s) * 1e3:.1f} ms",
            f"below {STOP_S * 1e3:.0f} ms",
            p99_s < STOP_S,
        ),
        Line(
            f"MQTT: broker away for {AWAY_S:.0f} s of a session",
            f"state right {right_after_s:.2f} s after its return; session {'went on' if is_whole else 'SUFFERED'}",
            "",
            f"within {BACK_S:.0f} s, and it runs on",
            right_after_s <= BACK_S and is_whole,
        ),
    ]
