"""Tasmota plugs over MQTT. Pure.

Source: https://tasmota.github.io/docs/Commands/ (PulseTime, Power, PowerOnState). ``PulseTime`` is coded piecewise: 1–111 are
tenths of a second, 112–64900 are seconds plus 100; 11.2 to 11.9 s cannot be said. It lives in the plug, so it survives host and
broker; every Power command starts it anew, which makes a repeated ON a renewal.
"""

from __future__ import annotations

import math
from typing import Final

from firmware_protocol.vendors.plug import (
    AfterPowerCut,
    Power,
    Reachable,
    Refused,
    Request,
    Said,
    check_duration,
    read_object,
)

TENTHS_MAX: Final = 111
SECONDS_OFFSET: Final = 100
CODE_MAX: Final = 64_900
STAYS_OFF: Final = 0
"""PowerOnState: keep the relay off after power up."""
INVERTS_PULSE: Final = 5
"""PowerOnState that inverts PulseTime: the plug would switch ON by itself."""


def pulse_code(duration_s: float) -> int:
    """Return the code of the longest PulseTime that is no longer than ``duration_s``. Raises ValueError."""
    tenths = math.floor(duration_s * 10 + 1e-6)
    if not 1 <= tenths <= (CODE_MAX - SECONDS_OFFSET) * 10:
        raise ValueError(f"PulseTime cannot be {duration_s} s")
    if tenths < 10 * (TENTHS_MAX - SECONDS_OFFSET + 1):
        return min(tenths, TENTHS_MAX)
    return tenths // 10 + SECONDS_OFFSET


def pulse_s(code: int) -> float | None:
    """Return the seconds of a PulseTime code; None for 0, which is off. Raises ValueError."""
    if not 0 <= code <= CODE_MAX:
        raise ValueError(f"{code} is no PulseTime")
    if code == 0:
        return None
    return code / 10 if code <= TENTHS_MAX else float(code - SECONDS_OFFSET)


class Tasmota:
    """One relay of one plug.

    Args:
        topic: the plug's own, with the default full topic ``%prefix%/%topic%/``.
        channel: its relay, from 1.
    """

    shortest_s = 0.1
    longest_s = float(CODE_MAX - SECONDS_OFFSET)

    def __init__(self, topic: str, channel: int = 1) -> None:
        self._topic = topic
        self._channel = channel
        self._powers = frozenset({f"POWER{channel}"} | ({"POWER"} if channel == 1 else set()))
        self.subscriptions: tuple[str, ...] = (f"stat/{topic}/+", f"tele/{topic}/LWT")

    def _command(self, name: str, value: str = "") -> Request:
        return Request(f"cmnd/{self._topic}/{name}", value.encode())

    def ask_settings(self) -> tuple[Request, ...]:
        """Ask for PowerOnState."""
        return (self._command("PowerOnState"),)

    def ask_state(self) -> tuple[Request, ...]:
        """Ask for Power, which switches nothing."""
        return (self._command(f"Power{self._channel}"),)

    def on(self, duration_s: float) -> tuple[Request, ...]:
        """Set the pulse, then switch on, which starts it."""
        check_duration(self, duration_s)
        return (
            self._command(f"PulseTime{self._channel}", str(pulse_code(duration_s))),
            self._command(f"Power{self._channel}", "ON"),
        )

    def off(self) -> tuple[Request, ...]:
        """Switch off."""
        return (self._command(f"Power{self._channel}", "OFF"),)

    def read(self, topic: str, payload: bytes) -> tuple[Said, ...]:
        """Return what it said of Power, PowerOnState and its presence."""
        if topic == f"tele/{self._topic}/LWT":
            return (Reachable(payload == b"Online"),) if payload in {b"Online", b"Offline"} else ()
        if topic != f"stat/{self._topic}/RESULT":
            return ()
        values = read_object(payload)
        said: list[Said] = [
            Power(values[name] == "ON") for name in self._powers & values.keys() if values[name] in ("ON", "OFF")
        ]
        state = values.get("PowerOnState")
        if isinstance(state, int):
            said.append(AfterPowerCut(f"PowerOnState {state}", state == STAYS_OFF))
        if values.get("Command") in ("Unknown", "Error"):
            said.append(Refused(f"it answered {values['Command']!r}"))
        return tuple(said)
