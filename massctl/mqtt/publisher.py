"""Saying things to the broker: the announcement, what is retained, readings at a rate, reports of commands at a rate."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, Final

from massctl.mqtt.broker import Broker
from massctl.mqtt.discovery import discovery_payload, discovery_topic
from massctl.mqtt.session_state import SessionState
from massctl.mqtt.topics import OFFLINE, ONLINE, SCHEMA_VERSION, Topics

READING_S: Final = 0.5
"""Readings are published twice a second: what a smart home can use (design value)."""
REPORTS_PER_S: Final = 10
"""Reports one by one; the rest of a flood is counted (design value)."""


class Publisher:
    """What one bridge says.

    Args:
        broker: what carries it.
        topics: where it goes.
        discovery_prefix: Home Assistant's; None where it is told nothing.
        is_simulated: whether the bridge's own sessions touch nobody (F51).
        now_s: the loop's clock.
    """

    def __init__(
        self,
        broker: Broker,
        topics: Topics,
        *,
        discovery_prefix: str | None,
        is_simulated: bool,
        now_s: Callable[[], float],
    ) -> None:
        self._broker = broker
        self._topics = topics
        self._prefix = discovery_prefix
        self._is_simulated = is_simulated
        self._now_s = now_s
        self._reading_at_s = -READING_S
        self._second = 0
        self._reports = 0
        self._devices: frozenset[str] = frozenset()

    def announce(self, programs: tuple[str, ...]) -> None:
        """Tell Home Assistant what there is, and every reader that the bridge is there."""
        if self._prefix is not None:
            payload = discovery_payload(self._topics, programs, version("massctl"), is_simulated=self._is_simulated)
            self._say(discovery_topic(self._topics.node, self._prefix), payload)
        self._broker.publish(self._topics.bridge_status, ONLINE, is_retained=True)

    def leave(self) -> None:
        """Say that the bridge and its devices are gone."""
        self.devices({})
        self._broker.publish(self._topics.bridge_status, OFFLINE, is_retained=True)

    def bridge(self, state: dict[str, Any]) -> None:
        """Say what is chosen for the next start, and whether it is armed."""
        self._say(self._topics.bridge_state, {"schema": SCHEMA_VERSION, "massctl": version("massctl"), **state})

    def session(self, state: SessionState) -> None:
        """Say where the session is."""
        self._say(self._topics.session_state, state.to_json())

    def event(self, state: SessionState, event: dict[str, Any]) -> None:
        """Take ``event`` into ``state``, and say what came of it."""
        had = state.devices
        if state.see(event):
            self.session(state)
        if state.devices is not had:
            self.devices(state.devices)
        match event.get("event"):
            case "tick":
                self._reading(state)
                return
            case "summary":
                self._say(self._topics.session_summary, {"schema": SCHEMA_VERSION, **event})
            case "link":
                status = ONLINE if event.get("state") == "back" else OFFLINE
                self._broker.publish(self._topics.device_status(str(event.get("device"))), status, is_retained=True)
        self._broker.publish(self._topics.session_event, json.dumps({"schema": SCHEMA_VERSION, **event}))

    def devices(self, devices: dict[str, dict[str, Any]]) -> None:
        """Say which devices can be reached, by role; those said before and not named now cannot."""
        for role in sorted(self._devices - devices.keys()):
            self._broker.publish(self._topics.device_status(role), OFFLINE, is_retained=True)
        for role, device in devices.items():
            self._say(self._topics.device_state(role), {"schema": SCHEMA_VERSION, **device})
            self._broker.publish(self._topics.device_status(role), ONLINE, is_retained=True)
        self._devices = frozenset(devices)

    def report(self, command: str, command_id: str, refusal: str, note: str = "") -> bool:
        """Say what became of a command; return whether it was said: a flood is not."""
        second = int(self._now_s())
        if second != self._second:
            self._second, self._reports = second, 0
        self._reports += 1
        if self._reports > REPORTS_PER_S:
            return False
        report = {"command": command, "id": command_id, "is_accepted": not refusal, "reason": refusal or note}
        self._broker.publish(self._topics.report, json.dumps({"schema": SCHEMA_VERSION, **report}))
        return True

    def _reading(self, state: SessionState) -> None:
        now_s = self._now_s()
        if now_s - self._reading_at_s >= READING_S:
            self._reading_at_s = now_s
            self._broker.publish(self._topics.session_reading, json.dumps(state.reading()), quality=0)

    def _say(self, topic: str, values: dict[str, Any]) -> None:
        self._broker.publish(topic, json.dumps(values, ensure_ascii=False), is_retained=True)
