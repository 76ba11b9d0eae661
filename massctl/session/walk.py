"""The walk through a plan: coming to a step, starting it by a press, ending it, asking about it, going on. Pure.

Motor off lies between any two steps, and nothing starts without a fresh press (F53). What time does to a walk stands in
``conductor``, what keys do in ``keys``, when a step ends in ``endings``, what is said in ``asks``.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from massctl.body.limits import REST_MIN_S
from massctl.body.terms import Mode
from massctl.programs.plan import Plan, PlannedStep
from massctl.rules import Level
from massctl.session import asks, endings, telling
from massctl.session.events import CueKind, Event, Intervention, Phase, PhaseChanged
from massctl.session.limits import Scope, scope_of
from massctl.session.modes import TRAITS
from massctl.session.scan import Scan, is_auto, with_picks
from massctl.session.snapshot import Drive, Snapshot
from massctl.session.supervisor import Supervisor
from massctl.session.work import Work, force_band_n

ANSWER_S: Final = 30.0
"""A rating that nobody gives is done without after this long; the motor is off."""

AFTER_S: Final = 10.0
"""F24: the second rating of a pin is asked this long after letting go."""


Place = tuple[str, str | None]
"""Point and side."""


class Question(Enum):
    """Which rating is asked for."""

    START = asks.START_RATING
    PRESSING = asks.PRESSING_RATING
    AFTER = asks.AFTER_RATING
    STEP = asks.STEP_RATING


class Walk:
    """Where a session is in its plan."""

    def __init__(self, plan: Plan, snapshot: Snapshot, supervisor: Supervisor) -> None:
        self.plan = plan
        self.steps = plan.steps
        self.snapshot = snapshot
        self.supervisor = supervisor
        self.events: list[Event] = []
        """What happened, for the runner to tell."""
        self.wanted = Drive.OFF
        """OFF means at once; SOFT_STOP takes the ramp."""
        self.is_over = False
        self.index = -1
        self.begun: PlannedStep | None = None
        """The step whose motor was last started."""
        self.scan: Scan | None = None
        self.cue: CueKind | None = None
        self._question: Question | None = None
        self._work: Work | None = None
        self._outcome: str | None = None
        self._until_s = 0.0
        self._last_off_s: dict[Place, float] = {}
        self._first_rating: dict[Place, int] = {}

    @property
    def step(self) -> PlannedStep:
        """The step at hand."""
        return self.steps[min(max(self.index, 0), len(self.steps) - 1)]

    @property
    def work(self) -> Work:
        """The tally of the step at hand; exists from ``begin`` on."""
        if self._work is None:
            raise RuntimeError("no step has begun")
        return self._work

    @property
    def scope(self) -> Scope:
        """The limits of the step at hand."""
        return self.snapshot.scope or scope_of(self.step, self.snapshot.facts)

    @property
    def is_at_work(self) -> bool:
        """Whether the step runs, and is not on its way out."""
        phase = self.snapshot.phase
        return (phase is Phase.WORKING or phase is Phase.RAMPING) and self._outcome is None

    @property
    def is_ending(self) -> bool:
        """Whether the step's end is decided and the motor not yet still."""
        return self._outcome is not None

    def at_s(self, now_s: float) -> float:
        """Return session time."""
        return round(now_s - self.snapshot.began_at_s, 4)

    def say(self, now_s: float, phase: Phase, ask: str = "") -> None:
        """Move to a phase and tell it."""
        self.snapshot.phase = phase
        self.events.append(PhaseChanged(at_s=self.at_s(now_s), phase=phase, ask=ask))

    # --- steps ---------------------------------------------------------------------------------------------------------------

    def begin(self, now_s: float) -> None:
        """Begin the session: one rating of how it is now (F24), then the first step."""
        if any(step.point is not None for step in self.steps):
            self.question(now_s, Question.START)
        else:
            self.enter(now_s, 0)

    def enter(self, now_s: float, index: int) -> None:
        """Come to a step, or to the next that can be done; behind the last one all is done."""
        while index < len(self.steps) and not self._is_possible(index):
            index += 1
        self._question = None
        self.index, self._outcome, self.cue = index, None, None
        if index >= len(self.steps):
            self.is_over = True
            self.say(now_s, Phase.DONE)
            return
        step = self.steps[index]
        scope = self.snapshot.scope = scope_of(step, self.snapshot.facts)
        self.snapshot.at_hand, self.snapshot.is_sensorless = step, False
        is_measured = scope.runs_motor or scope.measures_pressure
        self._work = Work(step, endings.maximum_s(scope), force_band_n(scope), is_measured=is_measured)
        self.snapshot.feelings.begin_step()
        self.supervisor.begin_step(scope)
        following = self.steps[index + 1] if index + 1 < len(self.steps) else None
        at_s, of, facts = self.at_s(now_s), len(self.steps), self.snapshot.facts
        self.events.append(telling.step_started(at_s, step, of, self.work.maximum_s, following, facts=facts))
        self._rest_or_ready(now_s)

    def _is_possible(self, index: int) -> bool:
        """Return whether a step can be done: a scan has named its point, and the point is not over for this session."""
        return not is_auto(self.steps[index]) and not self.snapshot.is_closed(self.steps[index])

    @property
    def index_before(self) -> int:
        """Where 'back' leads: to the nearest step before that can be done, else to the one at hand."""
        return next((index for index in range(self.index - 1, -1, -1) if self._is_possible(index)), max(self.index, 0))

    def _rest_or_ready(self, now_s: float) -> None:
        rest_s = max(self.step.rest_before_s, REST_MIN_S) if self.step.pass_number > 1 else self.step.rest_before_s
        until_s = self._last_off_s.get(self._place(), now_s - rest_s) + rest_s
        if now_s < until_s:
            self.rest(now_s, until_s, f"Rest for {until_s - now_s:.0f} s.")
        else:
            self.ready(now_s)

    def ready(self, now_s: float) -> None:
        """Wait for the press that begins the step at hand, or ask its question; where its point is over, go on to the next."""
        if self.snapshot.is_closed(self.step):
            self.close(now_s, "stopped")
        elif self.step.mode is Mode.RATE:
            self.question(now_s, Question.STEP)
        else:
            ask = asks.start(self.step, self.snapshot.facts)
            if self.step.mode is Mode.PLAN and self.scan is not None:
                ask = self.scan.told
            self.say(now_s, Phase.WAITING, ask)

    def rest(self, now_s: float, until_s: float, ask: str) -> None:
        """Rest, motor off, until a time."""
        self._until_s = until_s
        self.say(now_s, Phase.RESTING, ask)

    def start(self, now_s: float) -> None:
        """Begin or go on with the step at hand, by a fresh press."""
        mode = self.step.mode
        if self.snapshot.is_closed(self.step):
            self.close(now_s, "stopped")
            return
        self.snapshot.feelings.asked()
        if self.step.point is not None:
            self.snapshot.worked_on = self.step
        if mode in {Mode.CHECK, Mode.PLAN}:
            if mode is Mode.PLAN and self.scan is not None:
                self.steps = with_picks(self.steps, self.index, self.scan.picks())
            self.close(now_s, "done")
        elif mode is Mode.SCAN:
            self._scan_on()
            self.ask_candidate(now_s)
        elif self.step.runs_motor:
            self.snapshot.has_start_press, self.begun = True, self.step
            self.wanted = Drive.RUN
            self.say(now_s, Phase.RAMPING)
        else:
            self.say(now_s, Phase.WORKING, asks.at_work(self.step))

    def _scan_on(self) -> None:
        """Begin the scan; one that something broke into goes on where it was, with its ratings."""
        scan = self.scan
        if scan is not None and scan.candidates is self.step.candidates and scan.candidate is not None:
            scan.begin_anew()
            return
        area_cm2 = self.step.head_area_cm2 if self.scope.measures_pressure else None
        self.scan = Scan(self.step.candidates, sum(map(is_auto, self.steps[self.index :])), area_cm2)

    def end(self, now_s: float, outcome: str) -> None:
        """End the step's work: soft stop first, then its questions, then the next step."""
        if self._outcome is not None:
            return
        self._outcome = outcome
        if self.wanted is not Drive.RUN:
            self.after_work(now_s)
        elif self.snapshot.facts.can_stop:
            self.wanted = Drive.SOFT_STOP if self.snapshot.facts.is_controllable else Drive.OFF
            self.say(now_s, Phase.RAMPING)
        else:
            self.say(now_s, Phase.WAITING, asks.switch_off(self.snapshot.facts))

    def switched_off(self, now_s: float) -> None:
        """Take the word of a person that the gun without a link is off."""
        self.wanted = Drive.OFF
        self.after_work(now_s)

    def after_work(self, now_s: float) -> None:
        """Go on once the motor stands (or there was none): ratings after a pin, then the next step."""
        self.wanted = Drive.OFF
        self._last_off_s[self._place()] = now_s
        step, finished = self.step, self._outcome in {"time", "softer", "eased", "done"}
        is_over = self.snapshot.is_closed(step)
        if finished and not is_over and TRAITS[step.mode].asks_rating and step.pass_number in {step.passes, 2}:
            self.question(now_s, Question.PRESSING)
        else:
            self.close(now_s, self._outcome or "done")

    def close(self, now_s: float, outcome: str, *, next_index: int | None = None) -> None:
        """Tell how the step went, and go on to the next or to ``next_index``."""
        self.wanted = Drive.OFF
        place, feelings = self._place(), self.snapshot.feelings
        self._last_off_s[place] = now_s
        before, last = feelings.first, feelings.of_step[-1] if feelings.of_step else None
        after = last if len(feelings.of_step) > 1 else None
        if self.step.mode is Mode.SCAN:
            before = after = None  # its ratings are of different points: none of them is another's beginning
        if self._is_unresponsive(place, before, last):
            text = "Discomfort has not fallen after two passes: this point is not responding today."
            self.events.append(Intervention(at_s=self.at_s(now_s), rule="F21", level=Level.WARN, text=text))
            self.snapshot.close_point(both_sides=False)
            outcome = "not responding"
        self.events.append(telling.step_ended(self.at_s(now_s), self.work, outcome, before, after))
        self.enter(now_s, self.index + 1 if next_index is None else next_index)

    def _is_unresponsive(self, place: Place, before: int | None, last: int | None) -> bool:
        """Return whether discomfort at the end of the second pass is not below its starting value (F21); it takes two ratings."""
        if before is None or last is None or self.step.point is None:
            return False
        is_two = place in self._first_rating or len(self.snapshot.feelings.of_step) > 1
        first = self._first_rating.setdefault(place, before)
        return self.step.pass_number == 2 and is_two and last >= first > 0

    # --- questions -----------------------------------------------------------------------------------------------------------

    def question(self, now_s: float, question: Question) -> None:
        """Ask for a rating; nobody has to answer."""
        self._question, self._until_s = question, now_s + ANSWER_S
        self.snapshot.feelings.asked()
        self.say(now_s, Phase.RATING, question.value)

    def rated(self, now_s: float) -> None:
        """Take the answer to a question: with the next beat the walk goes on, so that rules judge it on the point it is about."""
        self._until_s = now_s

    def answered(self, now_s: float) -> None:
        """Go on behind a rating, given or not."""
        question, self._question = self._question, None
        match question:
            case Question.START:
                self.enter(now_s, 0)
            case Question.STEP:
                self.close(now_s, "done")
            case Question.PRESSING if self.step.pass_number == self.step.passes:
                self._question = Question.AFTER
                self.rest(now_s, now_s + AFTER_S, asks.LET_GO)
            case _:
                self.close(now_s, self._outcome or "done")

    def rested(self, now_s: float) -> None:
        """Go on behind a rest: to the rating after a pin, or to the start of the step."""
        if self._question is Question.AFTER:
            self.question(now_s, Question.AFTER)
        else:
            self.ready(now_s)

    def ask_candidate(self, now_s: float) -> None:
        """Ask for the rating of the scan's candidate at hand; behind the last one the scan is done."""
        while (
            self.scan is not None and self.scan.candidate is not None and self.snapshot.is_closed(self.scan.candidate)
        ):
            self.scan.go_on()
        if self.scan is None or self.scan.candidate is None:
            self.snapshot.at_hand = self.step
            self.close(now_s, "done")
            return
        self.snapshot.at_hand = self.snapshot.worked_on = self.scan.candidate
        self._question, self._until_s = None, float("inf")
        self.snapshot.feelings.asked()
        told = telling.scan_point(self.at_s(now_s), self.scan, self.step)
        self.events += [told] if told is not None else []
        self.say(now_s, Phase.RATING, self.scan.ask)

    @property
    def is_scanning(self) -> bool:
        """Whether a candidate's rating is asked for."""
        return self.step.mode is Mode.SCAN and self.snapshot.phase is Phase.RATING and self._question is None

    def _place(self) -> Place:
        return (self.step.point.id if self.step.point else "", telling.side_name(self.step.side))
