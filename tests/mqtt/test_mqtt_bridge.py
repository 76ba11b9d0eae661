"""The bridge on a real broker and the simulated bench: what it tells, what it takes, and what it never does."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiomqtt
import pytest

from massctl.app.connect import Connections
from massctl.app.control import SessionControl
from massctl.app.request import RunRequest
from massctl.history.reading import History
from massctl.mqtt.bridge import Bridge, BridgeSettings
from massctl.mqtt.discovery import discovery_topic
from massctl.mqtt.removal import remove_announcement
from massctl.session.drive import SessionDevices
from massctl.session.events import Event, Phase, PhaseChanged, SessionEnded, StopSeen
from sims.loop import SimulatedTimeLoop

SPEED = 20.0
"""Times real time: the broker is in another process, so time cannot be virtual."""
NODE = "n"
AWAKE = frozenset({Phase.WAITING, Phase.RAMPING, Phase.WORKING, Phase.RATING})
STATE, REPORT = f"massctl/{NODE}/session/state", f"massctl/{NODE}/report"


class House:
    """A bridge, and somebody in the network."""

    def __init__(
        self,
        bridge: Bridge,
        client: aiomqtt.Client,
        listener: Any,
        events: list[Event],
        controls: list[SessionControl | None],
    ) -> None:
        self.bridge = bridge
        self.events, self.controls = events, controls
        self.listener = listener
        self._client = client
        self._number = 0

    async def ask(self, name: str, value: object = None, *, retain: bool = False, id_: str | None = None) -> None:
        self._number += 1
        payload = {"id": id_ or f"test-{self._number}"} | ({} if value is None else {"value": value})
        await self._client.publish(f"massctl/{NODE}/command/{name}", json.dumps(payload), qos=1, retain=retain)

    async def raw(self, name: str, payload: bytes) -> None:
        await self._client.publish(f"massctl/{NODE}/command/{name}", payload, qos=1)

    async def until(self, is_so: Callable[[], bool], within_s: float = 200.0) -> None:
        """Wait for so many seconds of the bench."""
        async with asyncio.timeout(within_s):
            while not is_so():  # noqa: ASYNC110 - what is waited for comes from many places
                await asyncio.sleep(0.05)

    def reports(self) -> list[dict[str, Any]]:
        return [json.loads(payload) for topic, payload in self.listener.heard if topic == REPORT]

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self.listener.retained.get(STATE, b"{}"))
        return state

    async def report(self, number: int = 1) -> dict[str, Any]:
        await self.until(lambda: len(self.reports()) >= number)
        return self.reports()[number - 1]


def live(broker: Any, listen: Any, story: Callable[[House], Awaitable[None]], program: str = "ball-upper-back") -> None:
    """Run a bridge on the bench at ``SPEED`` and do ``story`` beside it."""

    @asynccontextmanager
    async def house() -> AsyncIterator[House]:
        template = RunRequest(program=program, is_simulated=True)
        said: list[str] = []
        events: list[Event] = []
        controls: list[SessionControl | None] = []
        bridge = Bridge(
            BridgeSettings(NODE, broker.address, template),
            said.append,
            on_event=events.append,
            on_session=controls.append,
        )
        async with aiomqtt.Client("127.0.0.1", broker.port, timeout=60) as client, listen(broker.port) as listener:
            made = House(bridge, client, listener, events, controls)
            async with asyncio.TaskGroup() as group:
                running = group.create_task(bridge.run(), name="bridge")
                await made.until(lambda: f"massctl/{NODE}/bridge/status" in listener.retained)
                try:
                    yield made
                finally:
                    running.cancel()

    async def main() -> None:
        async with asyncio.timeout(600), house() as inside:
            await story(inside)

    with asyncio.Runner(loop_factory=lambda: SimulatedTimeLoop(SPEED)) as runner:
        runner.run(main())


async def started(house: House) -> None:
    house.bridge.arm("keyboard")
    await house.ask("start")
    await house.until(lambda: house.state().get("session_id") is not None)


def test_a_start_without_arming_is_refused_and_nothing_begins(broker: Any, listen: Any) -> None:
    async def story(house: House) -> None:
        await house.ask("start")
        report = await house.report()
        assert not report["is_accepted"]
        assert "armed" in report["reason"]
        await asyncio.sleep(5)
        assert house.events == []

    live(broker, listen, story)


def test_an_armed_start_runs_a_session_and_tells_it(broker: Any, listen: Any) -> None:
    async def story(house: House) -> None:
        await started(house)
        await house.until(lambda: house.state()["phase"] == "working", 600)
        await house.ask("finish")
        await house.until(lambda: f"massctl/{NODE}/session/summary" in house.listener.retained)
        await house.until(lambda: house.state()["phase"] == "idle")
        summary = json.loads(house.listener.retained[f"massctl/{NODE}/session/summary"])
        assert summary["ended_by"] == "person"
        assert house.controls[-1] is None
        topics = {topic for topic, _ in house.listener.heard}
        assert f"massctl/{NODE}/session/reading" in topics
        await house.until(lambda: house.listener.retained[f"massctl/{NODE}/device/sensor/status"] == b"offline")
        # An arming belongs to one session.
        await house.ask("start")
        await house.until(lambda: not house.reports()[-1]["is_accepted"])

    live(broker, listen, story)


@pytest.mark.parametrize("is_connecting", [False, True], ids=["before it connects", "while it connects"])
def test_F42_a_stop_behind_a_start_calls_the_session_off_before_it_has_begun(
    broker: Any, listen: Any, monkeypatch: pytest.MonkeyPatch, is_connecting: bool
) -> None:
    opened = Connections.open

    async def slow_open(self: Connections) -> SessionDevices:
        await asyncio.sleep(10.0)
        return await opened(self)

    monkeypatch.setattr(Connections, "open", slow_open)

    async def story(house: House) -> None:
        house.bridge.arm("keyboard")
        await house.ask("start")
        if is_connecting:
            await asyncio.sleep(2.5)
        await house.raw("stop", b"")
        await asyncio.sleep(25.0)
        assert not [event for event in house.events if isinstance(event, PhaseChanged) and event.phase in AWAKE]
        ended = [event for event in house.events if isinstance(event, SessionEnded)]
        assert all(event.ended_by == "interrupted" for event in ended)
        monkeypatch.setattr(Connections, "open", opened)
        await started(house)  # and the bridge is not stuck
        await house.ask("finish")

    live(broker, listen, story, program="desk-shoulders")


def test_a_stop_from_the_network_stops_the_motor_and_is_recorded_with_its_origin(broker: Any, listen: Any) -> None:
    async def story(house: House) -> None:
        await started(house)
        await house.until(lambda: house.state()["motor_may_run"])
        await house.raw("stop", b"anything at all")
        await house.until(lambda: any(isinstance(event, StopSeen) for event in house.events))
        await house.until(lambda: house.state()["phase"] == "stopped")
        # What stopped cannot be set going again from the network.
        house.bridge.arm("keyboard")
        await house.ask("go_on")
        await asyncio.sleep(2)
        assert house.state()["phase"] == "stopped"

    live(broker, listen, story, program="desk-shoulders")
    (record,) = History().sessions()
    pressed = [event for event in History().events(record.session_id) if event.get("event") == "pressed"]
    assert "mqtt" in {event["origin"] for event in pressed}


def test_a_retained_start_and_a_repeated_pause_are_ignored_and_reported(broker: Any, listen: Any) -> None:
    async def retained(house: House) -> None:
        await house.ask("start", retain=True)
        await house.report()

    live(broker, listen, retained)

    async def story(house: House) -> None:
        house.bridge.arm("keyboard")
        await house.until(lambda: any("retained" in report["reason"] for report in house.reports()))
        await house.ask("side", "left", id_="same")
        await house.ask("side", "right", id_="same")
        await house.until(lambda: any("came before" in report["reason"] for report in house.reports()))
        assert json.loads(house.listener.retained[f"massctl/{NODE}/bridge/state"])["side"] == "left"
        assert house.events == []

    live(broker, listen, story)


def test_a_flood_of_rubbish_starts_nothing_and_is_reported_in_part(broker: Any, listen: Any) -> None:
    async def story(house: House) -> None:
        house.bridge.arm("keyboard")
        for number in range(1500):
            await house.raw(("start", "go_on", "speed", "explode")[number % 4], bytes([number % 256]) * (number % 700))
        await house.ask("side", "left")
        await house.until(lambda: b'"left"' in house.listener.retained[f"massctl/{NODE}/bridge/state"])
        assert house.events == []
        assert 0 < len(house.reports()) < 1000

    live(broker, listen, story)


def test_a_session_of_another_process_is_followed_and_can_be_stopped(broker: Any, listen: Any) -> None:
    async def story(house: House) -> None:
        command = (sys.executable, "-m", "massctl", "drive", "GMAX", "--side", "left", "--sim", "--speed", "5")
        quiet = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(*command, stdin=quiet, stdout=quiet, stderr=quiet)
        try:
            await house.until(lambda: bool(house.state().get("motor_may_run", False)), 600)
            await house.ask("pause")
            await house.until(lambda: any("only a stop" in report["reason"] for report in house.reports()))
            await house.raw("stop", b"")
            await house.until(lambda: house.state()["phase"] == "stopped" and house.state()["stop"] is not None, 600)
            assert house.state()["stop"]["is_confirmed"]
        finally:
            process.kill()
            await process.wait()
        await house.until(lambda: house.state()["phase"] == "idle")

    live(broker, listen, story)


def test_home_assistant_is_told_again_when_it_starts_and_forgets_when_asked(broker: Any, listen: Any) -> None:
    topic = discovery_topic(NODE)

    async def story(house: House) -> None:
        await house.until(lambda: topic in house.listener.retained)
        before = sum(heard == topic for heard, _ in house.listener.heard)
        async with aiomqtt.Client("127.0.0.1", broker.port, timeout=60) as home_assistant:
            await home_assistant.publish("homeassistant/status", "online")
        await house.until(lambda: sum(heard == topic for heard, _ in house.listener.heard) > before)

    live(broker, listen, story)

    async def forget() -> None:
        await remove_announcement(broker.address, NODE)
        async with listen(broker.port) as listener:
            await asyncio.sleep(0.1)
            assert listener.retained == {}

    asyncio.run(forget())


def test_leaving_says_offline(broker: Any, listen: Any) -> None:
    async def story(house: House) -> None:
        await house.until(lambda: house.bridge is not None)

    live(broker, listen, story)

    async def look() -> None:
        async with listen(broker.port) as listener:
            await listener.until(lambda retained: retained.get(f"massctl/{NODE}/bridge/status") == b"offline")

    asyncio.run(look())
