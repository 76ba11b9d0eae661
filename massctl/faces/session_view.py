"""What a display knows of a running session: a state that events update. Pure: no terminal, no clock, no session logic.

How it looks is ``session_screen``; the words for events that plain lines share with it are in ``words``.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from massctl.faces.words import plainly
from massctl.rules import Level
from massctl.session.commands import Key
from massctl.session.events import (
    Cue,
    CueKind,
    DiscomfortRated,
    Event,
    Intervention,
    LinkChanged,
    Phase,
    PhaseChanged,
    Pressed,
    SessionEnded,
    SessionStarted,
    StepEnded,
    StepStarted,
    StopSeen,
    Tick,
    Warned,
)

HALTED = (Phase.STOPPED, Phase.RECONNECTING)
"""While a session is in these, the stop that led there is not over."""
NOTES_KEPT = 30
TRACE_KEPT = 120
"""Force values kept for the trace: at 5 ticks a second 24 s."""


@dataclass(frozen=True, slots=True)
class Note:
    """One line under 'what happened'."""

    at_s: float
    rule: str
    """Rule id, or '' for something that no rule did."""
    level: Level | None
    text: str


@dataclass(slots=True)
class SessionView:
    """The state of a display; ``see`` updates it, and nothing else does."""

    started: SessionStarted | None = None
    step: StepStarted | None = None
    tick: Tick | None = None
    progress: float = 0.0
    """0–1, of the whole plan."""
    phase: Phase = Phase.CONNECTING
    ask: str = ""
    is_slowing: bool = False
    """Whether the ramp is one down: it came after the work."""
    cue: CueKind | None = None
    discomfort: int | None = None
    notes: deque[Note] = field(default_factory=lambda: deque(maxlen=NOTES_KEPT))
    trace_n: deque[float | None] = field(default_factory=lambda: deque(maxlen=TRACE_KEPT))
    stop_cause: Intervention | None = None
    """The intervention that stopped it."""
    stop: StopSeen | None = None
    is_released: bool = False
    """The first half of the reset was pressed."""
    ended: SessionEnded | None = None
    shows_keys: bool = False

    @property
    def is_halted(self) -> bool:
        """Whether a stop is what matters now: it waits for its reset, or for the link to come back."""
        return self.phase is Phase.STOPPED or (self.phase is Phase.RECONNECTING and self.stop_cause is not None)

    @property
    def is_simulated(self) -> bool:
        """Whether nothing real moves (F51)."""
        return self.started is not None and self.started.is_simulated

    @property
    def has_motor(self) -> bool:
        """Whether a massager takes part; without one there is no motor to speak of."""
        return self.started is None or "massager" in self.started.devices

    def see(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case Tick():
                self._see_tick(event)
            case StepStarted():
                self._see_step(event)
            case PhaseChanged():
                self._see_phase(event)
            case Cue():
                self.cue = event.cue
            case DiscomfortRated():
                self.discomfort = event.value
            case Pressed():
                self.is_released = self.is_released or event.key == Key.RELEASE
            case _:
                self._see_rare(event)

    def _see_step(self, step: StepStarted) -> None:
        self.step, self.cue, self.tick = step, None, None
        self.trace_n.clear()
        if step.substitution and not any(step.substitution in note.text for note in self.notes):
            self.notes.append(Note(step.at_s, "", Level.WARN, step.substitution))

    def _see_tick(self, tick: Tick) -> None:
        self.tick, self.cue, self.progress = tick, tick.cue, tick.progress
        self.discomfort = tick.discomfort if tick.discomfort is not None else self.discomfort
        self.trace_n.append(tick.force_n)

    def _see_phase(self, event: PhaseChanged) -> None:
        if event.phase is Phase.STOPPED and self.phase is not Phase.STOPPED:
            self.is_released = False
        if event.phase not in HALTED and self.phase in HALTED:
            self.stop_cause = self.stop = None
        self.is_slowing = event.phase is Phase.RAMPING and self.phase is Phase.WORKING
        self.phase, self.ask = event.phase, plainly(event.ask)

    def _see_rare(self, event: Event) -> None:
        match event:
            case SessionStarted():
                self.started = event
                self.notes.extend(Note(event.at_s, "", Level.WARN, text) for text in event.warnings)
            case Intervention():
                self.notes.append(Note(event.at_s, event.rule, event.level, plainly(event.text)))
                if event.level is Level.STOP and self.stop_cause is None:
                    self.stop_cause = event
            case StopSeen():
                self.stop = event
            case LinkChanged():
                text = f"{event.device}: link {event.state}" + (f" – {event.text}" if event.text else "")
                self.notes.append(Note(event.at_s, "", None, plainly(text)))
            case Warned():
                self.notes.append(Note(event.at_s, "", Level.WARN, event.text))
            case StepEnded():
                self.discomfort = None
            case SessionEnded():
                self.ended = event
            case _:
                pass
