"""Zigbee plugs through Zigbee2MQTT. Pure.

Source: https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html and the ``on_time`` of
https://www.zigbee2mqtt.io/guide/usage/exposes.html (ZCL OnWithTimedOff, tenths of a second in 16 bits). Support differs from
plug to plug: one that stays on after its time is found out by reading back.
"""

from __future__ import annotations

import math
from typing import Final

from firmware_protocol.vendors.plug import (
    AfterPowerCut,
    Power,
    Reachable,
    Request,
    Said,
    check_duration,
    read_object,
    write_object,
)

LONGEST_S: Final = 6553.0
"""0xFFFE tenths of a second, rounded down to a second."""


class Zigbee2Mqtt:
    """One plug.

    Args:
        name: its friendly name.
        base: the base topic of Zigbee2MQTT.
    """

    shortest_s = 1.0
    longest_s = LONGEST_S

    def __init__(self, name: str, base: str = "zigbee2mqtt") -> None:
        self._topic = f"{base}/{name}"
        self.subscriptions: tuple[str, ...] = (self._topic, f"{self._topic}/availability")

    def ask_settings(self) -> tuple[Request, ...]:
        """Ask for what it does after a power cut."""
        return (Request(f"{self._topic}/get", write_object({"power_on_behavior": ""})),)

    def ask_state(self) -> tuple[Request, ...]:
        """Ask whether it is on."""
        return (Request(f"{self._topic}/get", write_object({"state": ""})),)

    def on(self, duration_s: float) -> tuple[Request, ...]:
        """Switch on for ``duration_s``, rounded down to a second."""
        check_duration(self, duration_s)
        values = {"state": "ON", "on_time": math.floor(duration_s + 1e-6), "off_wait_time": 0}
        return (Request(f"{self._topic}/set", write_object(values)),)

    def off(self) -> tuple[Request, ...]:
        """Switch off."""
        return (Request(f"{self._topic}/set", write_object({"state": "OFF"})),)

    def read(self, topic: str, payload: bytes) -> tuple[Said, ...]:
        """Return what it said of its state, its behaviour after a power cut and its presence."""
        values = read_object(payload)
        if topic == f"{self._topic}/availability":
            word = values.get("state", payload.decode(errors="replace"))
            return (Reachable(word == "online"),) if word in ("online", "offline") else ()
        if topic != self._topic:
            return ()
        said: list[Said] = []
        behaviour, state = values.get("power_on_behavior"), values.get("state")
        if isinstance(behaviour, str):
            said.append(AfterPowerCut(f"power_on_behavior {behaviour}", behaviour == "off"))
        if state in ("ON", "OFF"):
            said.append(Power(state == "ON"))
        return tuple(said)
