"""What a session says: one frozen dataclass an event, with the JSON that ``--json`` prints and history stores.

The names and fields here are the documented schema of ``massctl run --json``: an event's ``kind`` is its ``event`` field, each
other field keeps its name, and ``at_s`` counts seconds since the session began. Fields are added, never renamed or removed.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from massctl.rules import Level


class Phase(StrEnum):
    """Where a session is."""

    CONNECTING = "connecting"
    WAITING = "waiting"
    """Motor off; a press goes on (F53)."""
    RAMPING = "ramping"
    WORKING = "working"
    RATING = "rating"
    """A discomfort rating is asked for."""
    RESTING = "resting"
    PAUSED = "paused"
    STOPPED = "stopped"
    """Latched; needs the two-step reset."""
    RECONNECTING = "reconnecting"
    DONE = "done"


class CueKind(StrEnum):
    """What to do with one's hands."""

    PRESS_HARDER = "press harder"
    GOOD = "good"
    STAY_GENTLE = "stay gentle"
    """Below the band at a discomfort of 3 or more: there is nothing to press harder for (F20)."""
    EASE_OFF = "ease off"
    LIFT_OFF = "lift off"
    ANSWER = "are you there"
    """F23: press any key, or it stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The base of all events."""

    kind: ClassVar[str]
    at_s: float

    def to_json(self) -> dict[str, Any]:
        """Return the event as plain JSON values, its kind under ``event``."""
        return {"event": self.kind, **dataclasses.asdict(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStarted(Event):
    """The session begins."""

    kind: ClassVar[str] = "session_started"
    session_id: str
    program: str
    title: str
    is_simulated: bool
    wall_time: str
    """ISO 8601, UTC."""
    steps: int
    about_s: float
    devices: dict[str, str]
    """Role (massager, sensor, timer) to name and address."""
    warnings: tuple[str, ...] = ()
    """All there is to know first."""
    standing_warnings: tuple[str, ...] = ()
    """Those of them that stay on screen as long as the motor may run (F34, F37, F42)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted(Event):
    """A step comes up; its motor does not run before a press (F53)."""

    kind: ClassVar[str] = "step_started"
    number: int
    of: int
    mode: str
    tool: str
    label: str
    """Point and side, or what the step is, in words."""
    point: str | None
    point_name: str | None
    region: str | None
    side: str | None
    pass_number: int
    passes: int
    minimum_s: float
    maximum_s: float
    speed_ppm: int | None
    level: int | None
    force_band_n: tuple[float, float] | None
    pressure_band_kg_cm2: tuple[float, float] | None
    discomfort_max: int | None
    head: str | None
    pose: str
    cautions: str
    instruction: str
    substitution: str
    next_label: str | None
    """What comes after it, in words."""
    contact_area_cm2: float | None = None
    """Of the tip: what turns newtons into a pressure; null where it is not known."""
    has_soft_start: bool = True
    """Whether the motor comes up by a ramp; false for a wand behind a relay, which starts at full speed."""
    is_switched_by_hand: bool = False
    """Whether the person switches the massager, and massctl cannot know whether it runs."""
    next_point: str | None = None
    """The point that comes after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanPoint(Event):
    """A scan comes to a point, to be pressed and rated; the step at hand stays the scan."""

    kind: ClassVar[str] = "scan_point"
    number: int
    """1-based place in the scan."""
    of: int
    label: str
    """Point and side, in words."""
    point: str
    point_name: str
    region: str
    side: str | None
    tool: str
    location: str
    """Where it lies, by landmarks."""
    pose: str
    cautions: str
    pressure_band_kg_cm2: tuple[float, float] | None
    contact_area_cm2: float | None = None
    """Of the gauge that measures the push; null where nothing does."""
    force_band_n: tuple[float, float] | None = None
    """The push at which a rating counts (F25); null where nothing measures it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseChanged(Event):
    """The session moved to another phase; ``ask`` says what a person is asked to do now, '' for nothing."""

    kind: ClassVar[str] = "phase"
    phase: Phase
    ask: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick(Event):
    """The state of the running session, for displays: about 5 a second; never recorded one by one."""

    kind: ClassVar[str] = "tick"
    phase: Phase
    number: int
    clock_s: float
    """What this step's clock shows: time in band for a pin, elapsed for a sweep."""
    remaining_s: float
    contact_s: float
    """Motor-on contact in this step: the dose (F13)."""
    speed_set_ppm: float
    speed_measured_ppm: float | None
    force_n: float | None
    peak_n: float | None
    cue: CueKind | None
    discomfort: int | None
    """The last rating of this step."""
    battery_percent: float | None
    temperature_c: float | None
    lease_s: float | None
    """What is left of the motor's lease."""
    timer_remaining_s: float | None
    progress: float
    """0–1, of the whole plan."""
    heart_rate_bpm: int | None = None
    """Beats a minute, where a heart rate sensor takes part; it steers nothing."""
    auto_off_s: float | None = None
    """What is left until the massager switches itself off (F41), where that is known and it runs."""
    force_band_n: tuple[float, float] | None = None
    """The band of push to aim at now: discomfort and back-offs narrow that of the step (F20); null where nothing measures it."""
    in_band_s: float | None = None
    """Time inside that band in this step; null where nothing measures it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue(Event):
    """A cue changed."""

    kind: ClassVar[str] = "cue"
    cue: CueKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscomfortRated(Event):
    """A rating 0–10; ``corrects`` when it replaces one given within the last 5 s (F20)."""

    kind: ClassVar[str] = "discomfort"
    value: int
    corrects: int | None = None
    origin: str = "keyboard"
    point: str | None = None
    """In a scan: the point whose tenderness it is."""
    side: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartRate(Event):
    """What a heart rate sensor measures, every five seconds at most; it steers nothing."""

    kind: ClassVar[str] = "heart_rate"
    rate_bpm: int | None
    """Beats a minute; null while it has no reading."""
    has_contact: bool | None
    """null where the sensor cannot tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed(Event):
    """A person's command was taken."""

    kind: ClassVar[str] = "pressed"
    key: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention(Event):
    """A safety rule acted."""

    kind: ClassVar[str] = "intervention"
    rule: str
    level: Level
    text: str
    """What happened and what to do, in words for the person."""
    force_n: float | None = None
    speed_ppm: float | None = None
    contact_area_cm2: float | None = None
    """Of the tip at that moment; null where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned(Event):
    """Something to know that stops nothing: a record that cannot be written, an unfinished session found."""

    kind: ClassVar[str] = "warning"
    text: str


class SeenBy(StrEnum):
    """What shows that a motor is off (F54)."""

    MEASURED = "measured"
    """Its own speed was read, at standstill."""
    RELAY = "relay"
    """The relay in its supply has opened: it has no power."""
    ACKNOWLEDGED = "acknowledged"
    """The device only says that it stopped; nobody measured it."""
    NO_MOTOR = "nothing to stop"
    NOTHING = ""
    """Nobody has seen it stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopSeen(Event):
    """How a stop went (F54): latencies in seconds from the decision; None where it did not come."""

    kind: ClassVar[str] = "stop"
    reason: str
    rule: str
    written_s: float | None
    acknowledged_s: float | None
    standstill_s: float | None
    is_confirmed: bool
    """Standstill was measured, or the power is seen to be gone; a device's mere word is none."""
    seen_by: SeenBy = SeenBy.NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChanged(Event):
    """A device's link was lost, is being rebuilt, or is back."""

    kind: ClassVar[str] = "link"
    device: str
    state: str
    """lost, reconnecting, back, given up."""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEnded(Event):
    """A step is over."""

    kind: ClassVar[str] = "step_ended"
    number: int
    label: str
    """Point and side, or what the step is, in words."""
    point: str | None
    side: str | None
    mode: str
    tool: str
    outcome: str
    """done, softer, eased, time, skipped, trimmed, swapped, stopped, not responding."""
    work_s: float
    contact_s: float
    in_band_s: float
    over_band_s: float
    mean_force_n: float | None
    mean_speed_ppm: float | None
    discomfort_before: int | None
    discomfort_after: int | None
    contact_area_cm2: float | None = None
    """Of the tip; null where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointSummary:
    """What one point and side got."""

    point: str
    name: str
    side: str
    tools: tuple[str, ...]
    dose_s: float
    """Percussion: motor-on contact (F13); manual tools: guided time."""
    in_band_s: float
    mean_force_n: float | None
    mean_speed_ppm: float | None
    discomfort_before: int | None
    discomfort_after: int | None
    outcomes: tuple[str, ...]
    contact_area_cm2: float | None = None
    """Of the tip with which the push was measured; null where it is not known, or where there were several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded(Event):
    """The session is over; the summary."""

    kind: ClassVar[str] = "summary"
    session_id: str
    program: str
    is_simulated: bool
    ended_by: str
    """completed, person, safety, link lost, interrupted."""
    reason: str
    """In words; '' when completed."""
    rule: str | None
    duration_s: float
    percussion_s: float
    steps_done: int
    steps: int
    points: tuple[PointSummary, ...]
    interventions: tuple[dict[str, Any], ...] = field(default=())
    discomfort_before: int | None = None
    discomfort_after: int | None = None
    heart_rate_mean_bpm: int | None = None
    """Beats a minute, over the session; null without a heart rate sensor."""
    heart_rate_max_bpm: int | None = None
