"""What a display knows of a running session: a state that events update. Pure: no terminal, no clock, no session logic.

How it looks is each face's own business; the words for events that all of them share are in ``words``, units in ``push``.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

from massctl.app.settings import Units
from massctl.faces.push import PushUnit, push_unit, why_newtons
from massctl.faces.words import BY_HAND, PHASES, SOFT_STOP, STARTING, STOPPING, ZEROING, plainly
from massctl.rules import Level
from massctl.session import asks
from massctl.session.events import (
    Cue,
    CueKind,
    DiscomfortRated,
    Event,
    Intervention,
    LinkChanged,
    Phase,
    PhaseChanged,
    ScanPoint,
    SeenBy,
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

    units: Units = Units.NEWTON
    """In what the person wants a push to be shown."""
    started: SessionStarted | None = None
    step: StepStarted | None = None
    """The step at hand; of a scan with the place of the point that it has come to."""
    candidate: ScanPoint | None = None
    """That point."""
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
    """The first half of the reset was taken: the session says so, a key alone may have come too soon."""
    ended: SessionEnded | None = None
    shows_keys: bool = False

    @property
    def is_halted(self) -> bool:
        """Whether a stop is what matters now: it waits for its reset, or for the link to come back."""
        return self.phase is Phase.STOPPED or (self.phase is Phase.RECONNECTING and self.stop_cause is not None)

    @property
    def is_resettable(self) -> bool:
        """Whether the two steps of the reset are what is asked; not over a lost link, nor at the end."""
        return self.phase is Phase.STOPPED and self.ask != asks.END_NOT_CONFIRMED

    @property
    def stopped_word(self) -> str:
        """The word for a stop that is read from two metres: of a motor that may still run no 'stopped' is said (F54)."""
        stop = self.stop
        may_run = stop is not None and not stop.is_confirmed and stop.seen_by is not SeenBy.ACKNOWLEDGED
        return "LIFT OFF" if may_run and self.has_motor else "STOPPED"

    @property
    def is_simulated(self) -> bool:
        """Whether nothing real moves (F51)."""
        return self.started is not None and self.started.is_simulated

    @property
    def has_motor(self) -> bool:
        """Whether a massager takes part; without one there is no motor to speak of."""
        return self.started is None or "massager" in self.started.devices

    @property
    def is_scanning(self) -> bool:
        """Whether a scan asks for the rating of a point: it is being pressed."""
        return self.candidate is not None and self.phase is Phase.RATING

    @property
    def push(self) -> PushUnit:
        """The unit of a push with the tip at hand."""
        return push_unit(self.units, self.step.contact_area_cm2 if self.step is not None else None)

    @property
    def band_n(self) -> tuple[float, float] | None:
        """The band of push to aim at now; None where nothing measures it."""
        if self.step is None:
            return None
        is_told = self.tick is not None and self.tick.number == self.step.number
        return (self.tick.force_band_n if is_told and self.tick is not None else None) or self.step.force_band_n

    @property
    def whole_s(self) -> float:
        """How long the step at hand may take in all: 'longer' makes it more than was planned, 'enough' less."""
        tick, step = self.tick, self.step
        if tick is not None and step is not None and tick.number == step.number:
            return round(tick.clock_s + tick.remaining_s, 1)
        return step.maximum_s if step is not None else 0.0

    @property
    def stopped_because(self) -> str:
        """What stopped it, with its rule; a person's own stop is F42's."""
        cause, stop = self.stop_cause, self.stop
        rule = (cause.rule if cause else stop.rule if stop else "") or "F42"
        area_cm2 = cause.contact_area_cm2 if cause else None
        text = cause.text if cause else stop.reason if stop else ""
        return f"[{rule}] {push_unit(self.units, area_cm2).retold(plainly(text))}"

    @property
    def badge(self) -> str:
        """The phase in a word or two; of a motor that has no soft start none is claimed."""
        if self.ask == asks.AIR_STILL:
            return ZEROING
        is_soft = self.step is None or self.step.has_soft_start
        if self.is_slowing:
            return SOFT_STOP if is_soft else STOPPING
        if self.phase is Phase.RAMPING and not is_soft:
            return STARTING
        is_by_hand = self.step is not None and self.step.speed_ppm is None
        return BY_HAND if self.phase is Phase.WORKING and is_by_hand else PHASES[self.phase]

    def see(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case Tick():
                self._see_tick(event)
            case StepStarted():
                self._see_step(event)
            case ScanPoint():
                self._see_candidate(event)
            case PhaseChanged():
                self._see_phase(event)
            case Cue():
                self.cue = event.cue
            case DiscomfortRated():
                self.discomfort = event.value
            case _:
                self._see_rare(event)

    def _see_step(self, step: StepStarted) -> None:
        self.step, self.cue, self.tick, self.discomfort = step, None, None, None
        self.candidate = None
        self.trace_n.clear()
        why = why_newtons(self.units, step.contact_area_cm2) if step.force_band_n is not None else ""
        if why and not any(note.text == why for note in self.notes):
            self.notes.append(Note(step.at_s, "", None, why))
        if step.substitution and not any(step.substitution in note.text for note in self.notes):
            self.notes.append(Note(step.at_s, "", Level.WARN, step.substitution))

    def _see_candidate(self, at: ScanPoint) -> None:
        self.candidate, self.cue, self.tick, self.discomfort = at, None, None, None
        if self.step is not None:
            self.step = replace(
                self.step,
                tool=at.tool,
                point=at.point,
                point_name=at.point_name,
                region=at.region,
                side=at.side,
                pose=at.pose,
                cautions=at.cautions,
                pressure_band_kg_cm2=at.pressure_band_kg_cm2,
                contact_area_cm2=at.contact_area_cm2,
                force_band_n=at.force_band_n,
            )

    def _see_tick(self, tick: Tick) -> None:
        self.tick, self.cue, self.progress = tick, tick.cue, tick.progress
        self.discomfort = tick.discomfort if tick.discomfort is not None else self.discomfort
        self.trace_n.append(tick.force_n)

    def _see_phase(self, event: PhaseChanged) -> None:
        self.is_released = event.phase in HALTED and event.ask == asks.RELEASED
        if event.phase not in {*HALTED, Phase.DONE} and self.phase in HALTED:
            self.stop_cause = self.stop = None
        self.is_slowing = event.phase is Phase.RAMPING and self.phase is Phase.WORKING
        self.phase, self.ask = event.phase, self.push.retold(plainly(event.ask))

    def _see_rare(self, event: Event) -> None:
        match event:
            case SessionStarted():
                self.started = event
                self.notes.extend(Note(event.at_s, "", Level.WARN, text) for text in event.warnings)
            case Intervention():
                text = push_unit(self.units, event.contact_area_cm2).retold(plainly(event.text))
                self.notes.append(Note(event.at_s, event.rule, event.level, text))
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
