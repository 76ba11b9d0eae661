"""Shelly plugs of the second generation and later, over MQTT. Pure.

Source: https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Switch (Switch.Set with ``toggle_after``,
Switch.GetStatus, Switch.GetConfig) and /gen2/ComponentsAndServices/Mqtt. Requests are JSON-RPC on ``<prefix>/rpc``; the answer
comes on ``<src>/rpc``. A repeated Switch.Set starts ``toggle_after`` anew: it makes a renewal (to be confirmed on hardware).
"""

from __future__ import annotations

import math
from typing import Any, Final

from firmware_protocol.vendors.plug import (
    AfterPowerCut,
    Power,
    Reachable,
    Refused,
    Request,
    Said,
    check_duration,
    read_object,
    write_object,
)

LONGEST_S: Final = 86_400.0
"""A day; the vendor states no limit (design value)."""


class Shelly2:
    """One switch of one plug.

    Args:
        prefix: the plug's MQTT prefix, by default its device id.
        source: who asks, and where the answers go: ``<source>/rpc``.
        channel: its switch, from 0.
    """

    shortest_s = 0.1
    longest_s = LONGEST_S

    def __init__(self, prefix: str, source: str, channel: int = 0) -> None:
        self._prefix = prefix
        self._source = source
        self._channel = channel
        self._number = 0
        self.subscriptions: tuple[str, ...] = (f"{source}/rpc", f"{prefix}/events/rpc", f"{prefix}/online")

    def _call(self, method: str, **parameters: Any) -> tuple[Request, ...]:
        self._number = self._number % 0xFFFF + 1
        values = {
            "id": self._number,
            "src": self._source,
            "method": method,
            "params": {"id": self._channel, **parameters},
        }
        return (Request(f"{self._prefix}/rpc", write_object(values)),)

    def ask_settings(self) -> tuple[Request, ...]:
        """Ask for the switch's configuration."""
        return self._call("Switch.GetConfig")

    def ask_state(self) -> tuple[Request, ...]:
        """Ask for the switch's status."""
        return self._call("Switch.GetStatus")

    def on(self, duration_s: float) -> tuple[Request, ...]:
        """Switch on, and back after ``duration_s``, rounded down to a tenth of a second."""
        check_duration(self, duration_s)
        return self._call("Switch.Set", on=True, toggle_after=math.floor(duration_s * 10 + 1e-6) / 10)

    def off(self) -> tuple[Request, ...]:
        """Switch off."""
        return self._call("Switch.Set", on=False)

    def read(self, topic: str, payload: bytes) -> tuple[Said, ...]:
        """Return what it said of its output, its configuration and its presence."""
        if topic == f"{self._prefix}/online":
            return (Reachable(payload == b"true"),) if payload in {b"true", b"false"} else ()
        values = read_object(payload)
        if topic == f"{self._source}/rpc":
            return self._read_answer(values)
        parameters = values.get("params")
        status = parameters.get(f"switch:{self._channel}") if isinstance(parameters, dict) else None
        return _power_of(status) if topic == f"{self._prefix}/events/rpc" else ()

    def _read_answer(self, values: dict[str, Any]) -> tuple[Said, ...]:
        error, result = values.get("error"), values.get("result")
        if isinstance(error, dict):
            return (Refused(f"it answered {str(error.get('message', error.get('code')))[:80]!r}"),)
        if not isinstance(result, dict):
            return ()
        state = result.get("initial_state")
        said: tuple[Said, ...] = (AfterPowerCut(f"initial_state {state}", state == "off"),) if _is_text(state) else ()
        return (*said, *_power_of(result))


def _power_of(status: object) -> tuple[Said, ...]:
    output = status.get("output") if isinstance(status, dict) else None
    return (Power(output),) if isinstance(output, bool) else ()


def _is_text(value: object) -> bool:
    return isinstance(value, str)
