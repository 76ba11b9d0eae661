"""Shelly plugs of the first generation, over HTTP: their MQTT command cannot carry a time. Pure.

Source: https://shelly-api-docs.shelly.cloud/gen1/ (``/relay/0?turn=on&timer=…``: a one-shot flip-back timer in seconds;
``/settings/relay/0``: ``default_state``). That a repeated request starts the timer anew is to be confirmed on hardware.
"""

from __future__ import annotations

import math
from typing import Final

from firmware_protocol.vendors.plug import AfterPowerCut, Power, Request, Said, check_duration, read_object

LONGEST_S: Final = 86_400.0
"""A day; the vendor states no limit (design value)."""


class Shelly1:
    """One relay of one plug; ``channel`` counts from 0."""

    subscriptions: tuple[str, ...] = ()
    shortest_s = 1.0
    longest_s = LONGEST_S

    def __init__(self, channel: int = 0) -> None:
        self._path = f"/relay/{channel}"
        self._settings = f"/settings/relay/{channel}"

    def ask_settings(self) -> tuple[Request, ...]:
        """Ask for the relay's settings."""
        return (Request(self._settings),)

    def ask_state(self) -> tuple[Request, ...]:
        """Ask for the relay's state."""
        return (Request(self._path),)

    def on(self, duration_s: float) -> tuple[Request, ...]:
        """Switch on, and back after ``duration_s``, rounded down to a second."""
        check_duration(self, duration_s)
        return (Request(f"{self._path}?turn=on&timer={math.floor(duration_s + 1e-6)}"),)

    def off(self) -> tuple[Request, ...]:
        """Switch off."""
        return (Request(f"{self._path}?turn=off"),)

    def read(self, topic: str, payload: bytes) -> tuple[Said, ...]:
        """Return what an answer to the GET of ``topic`` says of the relay or its settings."""
        values, path = read_object(payload), topic.partition("?")[0]
        state, is_on = values.get("default_state"), values.get("ison")
        if path == self._settings and isinstance(state, str):
            return (AfterPowerCut(f"default_state {state}", state == "off"),)
        return (Power(is_on),) if path == self._path and isinstance(is_on, bool) else ()
