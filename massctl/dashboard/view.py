"""What the dashboard knows of a running session: a state that events and readings update. Pure: no terminal, no clock.

What every face shows stands in ``faces.session_view``; this adds what only a dashboard has room for: the traces of force and speed,
the steps behind and ahead, the trend of discomfort, how well each link does. How it looks is the widgets' business.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from massctl.dashboard.trace import Trace
from massctl.devices.capabilities import ForceReading, MotorReading, Report, TimerReading
from massctl.faces.session_view import SessionView
from massctl.session import asks
from massctl.session.events import (
    CueKind,
    DiscomfortRated,
    Event,
    Phase,
    PhaseChanged,
    Pressed,
    SessionStarted,
    StepEnded,
    StepStarted,
    Tick,
)

AT_WORK: Final = frozenset({Phase.RAMPING, Phase.WORKING})
"""The phases in which the tool is on the body."""
UNTIMED: Final = frozenset({"check", "scan", "plan", "rate"})
"""Steps that wait for an answer: no clock runs."""
RATINGS_KEPT: Final = 30
STEADY_POINTS: Final = 1
"""A change of discomfort by this much is no trend (design value: the last figure of a rating is chance)."""
WATCH_S: Final = 1.0
"""A link is judged by its readings of this long (design value)."""
READINGS_KEPT: Final = 1000


class Opening(Enum):
    """How far the beginning is, before the first step."""

    CONNECTING = "connecting"
    CONSENT = "consent"
    """F34: a person says that they watch the massager themselves."""
    AIR = "air"
    """F36: the head is to be held in the air."""
    ZEROING = "zeroing"
    RATING = "rating"


@dataclass(frozen=True, slots=True)
class DoneStep:
    """A step that is over."""

    number: int
    label: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Rating:
    """One rating of discomfort."""

    at_s: float
    value: int
    place: str
    """Where: point and side; '' before the first step."""


@dataclass(slots=True)
class LinkWatch:
    """How well one device's readings come: how many a second, beside the most it has shown."""

    best_hz: float = 0.0
    _came_at_s: deque[float] = field(default_factory=lambda: deque(maxlen=READINGS_KEPT))

    def hear(self, at_s: float) -> None:
        """Take note of a reading."""
        self._came_at_s.append(at_s)
        if self._came_at_s[0] <= at_s - WATCH_S:
            self.best_hz = max(self.best_hz, self.rate_hz(at_s))

    def rate_hz(self, now_s: float) -> float:
        """Return the readings a second of the last ``WATCH_S``."""
        came = self._came_at_s
        while came and came[0] < now_s - 2 * WATCH_S:
            came.popleft()
        return sum(at_s > now_s - WATCH_S for at_s in came) / WATCH_S

    def quality(self, now_s: float) -> str:
        """Return how well it does: good, weak, poor or silent; '' before it is known."""
        if not self.best_hz:
            return ""
        share = self.rate_hz(now_s) / self.best_hz
        return "good" if share >= 0.75 else "weak" if share >= 0.4 else "poor" if share >= 0.05 else "silent"


@dataclass(slots=True)
class DashboardView:
    """The state of the session screen; ``see`` and ``hear`` update it, and nothing else does."""

    session: SessionView = field(default_factory=SessionView)
    force: Trace = field(default_factory=Trace)
    speed: Trace = field(default_factory=Trace)
    links: dict[str, LinkWatch] = field(default_factory=dict)
    done: list[DoneStep] = field(default_factory=list)
    ratings: deque[Rating] = field(default_factory=lambda: deque(maxlen=RATINGS_KEPT))
    pressed: set[str] = field(default_factory=set)
    """The commands that were given, whoever gave them."""
    force_n: float | None = None
    """The newest push that was read; None while none is."""
    now_s: float = 0.0
    """The newest time on the clock of the readings."""
    has_zeroed: bool = False
    """Whether the force sensor was set to zero, or it was tried."""
    _ticked_at_s: float = 0.0
    _heard_at_s: float = -1.0

    def see(self, event: Event) -> None:
        """Take in one event."""
        self.session.see(event)
        match event:
            case Tick():
                self._see_tick(event)
            case SessionStarted():
                self.links = {role: LinkWatch() for role in event.devices}
            case StepEnded():
                self.done.append(DoneStep(event.number, event.label, event.outcome))
            case DiscomfortRated():
                if event.corrects is not None and self.ratings:
                    self.ratings.pop()
                self.ratings.append(Rating(event.at_s, event.value, self.place))
            case Pressed():
                self.pressed.add(event.key)
            case PhaseChanged():
                self.has_zeroed = self.has_zeroed or event.ask == asks.AIR_STILL
            case _:
                pass

    def hear(self, report: Report) -> None:
        """Take in one reading."""
        match report:
            case ForceReading():
                if self.believes_sensor:
                    self.force_n = report.mean_n if math.isfinite(report.mean_n) else None
                    self.force.add(report.received_at_s, report.mean_n)
                self._heard("sensor", report.received_at_s)
            case MotorReading():
                if report.measured_ppm is not None:
                    self.speed.add(report.received_at_s, report.measured_ppm)
                self._heard("massager", report.received_at_s)
            case TimerReading():
                self._heard("timer", report.at_s)
            case _:
                pass

    def _heard(self, role: str, at_s: float) -> None:
        self.now_s = max(self.now_s, at_s)
        link = self.links.get(role)
        if link is not None:
            link.hear(at_s)

    def _see_tick(self, tick: Tick) -> None:
        if self.now_s == self._heard_at_s:  # nothing came since the last tick: only the session's clock tells how long
            self.now_s += max(tick.at_s - self._ticked_at_s, 0.0)
        self._ticked_at_s, self._heard_at_s = tick.at_s, self.now_s
        if tick.force_n is None:
            self.force_n = None

    # --- what follows from it ------------------------------------------------------------------------------------------------

    @property
    def believes_sensor(self) -> bool:
        """Whether the session takes the sensor at its word: what it has stopped to believe is not shown as a push (F35)."""
        return self.tick is None or self.tick.force_n is not None

    @property
    def step(self) -> StepStarted | None:
        """The step at hand."""
        return self.session.step

    @property
    def tick(self) -> Tick | None:
        """The newest tick of the step at hand; None before its first."""
        tick, step = self.session.tick, self.session.step
        return tick if tick is not None and step is not None and tick.number == step.number else None

    @property
    def opening(self) -> Opening:
        """How far the beginning is; means nothing from the first step on."""
        ask = self.session.ask
        if ask == asks.CONSENT:
            return Opening.CONSENT
        if ask == asks.AIR_STILL:
            return Opening.ZEROING
        if ask.endswith(asks.AIR):
            return Opening.AIR
        return Opening.RATING if self.session.phase is Phase.RATING else Opening.CONNECTING

    @property
    def is_at_work(self) -> bool:
        """Whether the tool is on the body."""
        return self.session.phase in AT_WORK

    @property
    def cue(self) -> CueKind | None:
        """What to do with one's hands; None where nothing is to be said."""
        return self.session.cue if self.is_at_work or self.session.is_scanning else None

    @property
    def counts_band(self) -> bool:
        """Whether the clock of the step at hand runs only inside the force band."""
        step = self.step
        return step is not None and step.mode == "pin" and self.session.band_n is not None

    @property
    def clock_waits(self) -> bool:
        """Whether it waits just now, because the push is outside the band."""
        band = self.session.band_n
        if not self.counts_band or band is None or self.session.phase is not Phase.WORKING:
            return False
        return self.force_n is None or not band[0] <= self.force_n <= band[1]

    @property
    def place(self) -> str:
        """Point and side at hand."""
        at_hand = self.session.candidate or self.step
        return at_hand.label if at_hand is not None else ""

    @property
    def here(self) -> list[int]:
        """The ratings of the point and side at hand, in order."""
        return [rating.value for rating in self.ratings if rating.place == self.place]

    @property
    def trend(self) -> int:
        """Where the discomfort of this point goes: −1 falls, 0 stays or is not known, 1 rises."""
        values = self.here[-3:]
        if len(values) < 2:
            return 0
        change = values[-1] - values[0]
        return 0 if abs(change) < STEADY_POINTS else 1 if change > 0 else -1
