"""What the bridge publishes of a session, built from its events in their JSON form (docs/events.md). Pure.

The same for a session of this process and for one of another that is followed through its control socket.
"""

from __future__ import annotations

from typing import Any, Final

from massctl.mqtt.topics import SCHEMA_VERSION
from massctl.session.events import Phase

IDLE: Final = "idle"
_READING: Final = (
    "clock_s",
    "remaining_s",
    "contact_s",
    "speed_set_ppm",
    "speed_measured_ppm",
    "force_n",
    "peak_n",
    "cue",
    "lease_s",
    "timer_remaining_s",
    "auto_off_s",
    "progress",
)
_STEP: Final = (
    "number",
    "of",
    "mode",
    "tool",
    "label",
    "point",
    "point_name",
    "side",
    "head",
    "next_label",
    "next_point",
)


class SessionState:
    """The state of one session, told event by event."""

    def __init__(self) -> None:
        self.phase = IDLE
        self.speed_set_ppm = 0.0
        self.devices: dict[str, dict[str, Any]] = {}
        """By role: name and address."""
        self.power: dict[str, int | None] = {}
        """The massager's battery and temperature."""
        self._started: dict[str, Any] = {}
        self._step: dict[str, Any] | None = None
        self._ask = ""
        self._discomfort: int | None = None
        self._stop: dict[str, Any] | None = None
        self._intervention: dict[str, Any] | None = None
        self._reading: dict[str, Any] = {}

    @property
    def session_id(self) -> str | None:
        """The session's id, once it has begun."""
        return self._started.get("session_id")

    @property
    def mode(self) -> str | None:
        """The mode of the step at hand; None between steps."""
        return self._step["mode"] if self._step is not None else None

    @property
    def motor_may_run(self) -> bool:
        """Whether the motor is driven, or not seen to have stopped."""
        is_unseen = self._stop is not None and not self._stop["is_confirmed"]
        return self.phase in {Phase.RAMPING, Phase.WORKING} or is_unseen

    def see(self, event: dict[str, Any]) -> bool:
        """Take in one event; return whether the retained state changed (a reading does not change it)."""
        match event.get("event"):
            case "tick":
                return self._see_tick(event)
            case "session_started":
                self._started = event
                self.devices = {
                    role: {"name": name} for role, name in event.get("devices", {}).items() if isinstance(name, str)
                }
            case "step_started":
                self._step = {key: event.get(key) for key in _STEP}
            case "step_ended":
                self._step = None
            case "phase":
                self.phase, self._ask = str(event.get("phase")), str(event.get("ask", ""))
            case "discomfort":
                self._discomfort = event.get("value")
            case "intervention":
                self._intervention = {key: event.get(key) for key in ("rule", "level", "text")}
            case "stop":
                self._stop = {
                    key: event.get(key) for key in ("reason", "rule", "is_confirmed", "seen_by", "standstill_s")
                }
            case "summary":
                self.phase, self._ask, self._step = str(Phase.DONE), "", None
            case _:
                return False
        return True

    def _see_tick(self, tick: dict[str, Any]) -> bool:
        self.speed_set_ppm = float(tick.get("speed_set_ppm") or 0.0)
        self._reading = {key: tick.get(key) for key in _READING}
        rounded = {key: _rounded(tick.get(key)) for key in ("battery_percent", "temperature_c")}
        phase, changed = str(tick.get("phase")), False
        if phase != self.phase:
            self.phase, changed = phase, True
        if rounded != self.power:
            self.power, changed = rounded, True
        return changed

    def to_json(self) -> dict[str, Any]:
        """Return the retained state."""
        return {
            "schema": SCHEMA_VERSION,
            "session_id": self.session_id,
            "program": self._started.get("program"),
            "title": self._started.get("title"),
            "is_simulated": self._started.get("is_simulated"),
            "phase": self.phase,
            "ask": self._ask,
            "step": self._step,
            "discomfort": self._discomfort,
            "motor_may_run": self.motor_may_run,
            "stop": self._stop,
            "intervention": self._intervention,
            **self.power,
        }

    def reading(self) -> dict[str, Any]:
        """Return the newest reading."""
        return {"schema": SCHEMA_VERSION, "session_id": self.session_id, "phase": self.phase, **self._reading}


def _rounded(value: object) -> int | None:
    return round(value) if isinstance(value, int | float) else None
