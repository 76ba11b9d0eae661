"""The conductor: what time, rules and stops do to the walk through a plan, and what is wanted of the motor. Pure.

It proposes; ``limits`` narrows and the supervisor decides. ``count`` and ``advance`` are called every 50 ms.
"""

from __future__ import annotations

from typing import Final

from massctl.body.limits import FAST_AFTER_S, START_SPEED_MAX_PPM
from massctl.body.terms import Mode
from massctl.programs.plan import PlannedStep
from massctl.session import asks, endings, telling
from massctl.session.cues import cue_of
from massctl.session.events import Cue, CueKind, Phase, Tick
from massctl.session.feelings import CORRECTION_S
from massctl.session.interlocks import Ends, Finding
from massctl.session.snapshot import Drive, Stale
from massctl.session.walk import Walk
from massctl.session.work import force_band_n

RAMPED: Final = 0.9
"""A motor at nine tenths of its set speed is at work."""

ASK_AGAIN_S: Final = 15.0
"""F24: within a pin discomfort is asked this often, if it was 6 or more, or is rising (design value)."""
ASK_AGAIN_FROM: Final = 6

TIMER_SLACK_S: Final = 0.5
"""The timer hardware may outlast the step by this much, never more."""


class Conductor(Walk):
    """One session's conductor."""

    _counted_s: float | None = None
    _asked_at_s = 0.0
    _doubted_until_s = 0.0
    """Until then the rating that ended the point at hand may be corrected (F20, F21)."""
    _interrupted: Phase = Phase.WAITING
    """The phase that a stop or a lost link broke into."""

    # --- time ----------------------------------------------------------------------------------------------------------------

    def count(self, now_s: float) -> None:
        """Count the time since the last call: the step's tally, the dose, and silence."""
        dt_s = now_s - self._counted_s if self._counted_s is not None else 0.0
        self._counted_s = now_s
        if self._work is None or self.is_over:
            return
        snapshot = self.snapshot
        snapshot.forget_motor(now_s)
        snapshot.count_silence(dt_s)
        left = self._left_running()
        if left is not None:
            snapshot.doses.add(left, dt_s, is_motor_on=True, is_contact=snapshot.is_touching(now_s))
        elif self.step.runs_motor:
            if snapshot.is_motor_on:
                self.work.add(now_s, dt_s, snapshot)
                snapshot.doses.add(self.step, dt_s, is_motor_on=True, is_contact=snapshot.is_touching(now_s))
        elif snapshot.phase is Phase.WORKING:
            self.work.add(now_s, dt_s, snapshot)
            snapshot.doses.add(self.step, dt_s, is_motor_on=False, is_contact=True)

    def _left_running(self) -> PlannedStep | None:
        """Return the step that was left while its motor still moves: coasting, or a gun that only its person can switch off.

        The dose is still its own, not that of the step at hand.
        """
        snapshot, begun = self.snapshot, self.begun
        is_left = snapshot.is_motor_on and snapshot.drive is Drive.OFF
        return begun if is_left and begun is not None and begun != self.step else None

    def advance(self, now_s: float) -> None:
        """Do what is due at ``now_s``: ends of rests and questions, of ramps, of steps; cues."""
        match self.snapshot.phase:
            case Phase.RESTING if now_s >= self._until_s:
                self.rested(now_s)
            case Phase.RATING if self.is_scanning and self.scan is not None:
                self.scan.watch(now_s, self.snapshot)
                self.work.band_n = self.scan.band_n
            case Phase.RATING if now_s >= self._until_s:
                self.answered(now_s)
            case Phase.RAMPING | Phase.WORKING:
                self._advance_work(now_s)
            case Phase.PAUSED if self._is_doubted and now_s > self._doubted_until_s:
                self.supervisor.forget_pause()
                self.close(now_s, "not responding")
            case _:
                pass

    def _advance_work(self, now_s: float) -> None:
        snapshot = self.snapshot
        if self._outcome is not None:
            if snapshot.is_still(now_s):
                self.after_work(now_s)
            return
        spot_s = snapshot.doses.spot_s(self.step)
        outcome = endings.ending(self.work, self.scope, snapshot.feelings, spot_s, self.soft_stop_s)
        if outcome is not None:
            self.end(now_s, outcome)
            return
        if snapshot.phase is Phase.RAMPING and self._is_ramped(now_s):
            self._asked_at_s = now_s
            self.say(now_s, Phase.WORKING, asks.at_work(self.step))
        self._ask_again(now_s)
        self.work.band_n = force_band_n(self.scope, self.supervisor.force_factor)
        cue = cue_of(now_s, snapshot, self.work.band_n)
        if cue is not self.cue:
            self.cue = cue
            self.events.append(Cue(at_s=self.at_s(now_s), cue=cue or CueKind.STAY_GENTLE))

    def _is_ramped(self, now_s: float) -> bool:
        snapshot = self.snapshot
        motor = snapshot.motor
        if snapshot.is_hand_on:
            return True
        if motor is not None and motor.measured_ppm is not None and snapshot.set_ppm > 0:
            return motor.measured_ppm >= RAMPED * snapshot.set_ppm
        return (
            snapshot.set_ppm > 0 and now_s - snapshot.started_at_s >= snapshot.set_ppm / snapshot.facts.ramp_ppm_per_s
        )

    def _ask_again(self, now_s: float) -> None:
        """Ask within a pin only if it was 6 or more, or is rising (F24)."""
        feelings = self.snapshot.feelings
        if self.step.mode is not Mode.PIN or now_s - max(self._asked_at_s, feelings.last_at_s) < ASK_AGAIN_S:
            return
        if feelings.of_step and (feelings.of_step[-1] >= ASK_AGAIN_FROM or feelings.is_rising):
            self._asked_at_s = now_s
            self.say(now_s, Phase.WORKING, asks.at_work(self.step))

    # --- the motor -----------------------------------------------------------------------------------------------------------

    def wish_ppm(self, now_s: float) -> int:
        """Return the speed wished for now: what is left of the plan's, and at most 1,800 PPM to start with (F17)."""
        wish_ppm, snapshot = self.supervisor.ceiling_ppm, self.snapshot
        is_fresh = snapshot.set_ppm == 0 or now_s - snapshot.started_at_s < FAST_AFTER_S
        return min(wish_ppm, START_SPEED_MAX_PPM) if is_fresh else wish_ppm

    @property
    def soft_stop_s(self) -> float:
        """How long the motor takes to stand, from the speed that is set."""
        return self.snapshot.set_ppm / self.snapshot.facts.ramp_ppm_per_s

    def motor_left_s(self) -> float:
        """How long the motor may still run in this step: the timer hardware is armed for no longer."""
        spot_left_s = self.scope.contact_max_s - self.snapshot.doses.spot_s(self.step)
        step_left_s = max(self.work.maximum_s - self.work.clock_s, self.soft_stop_s)
        return max(0.0, min(spot_left_s, step_left_s)) + TIMER_SLACK_S

    # --- pauses and stops ----------------------------------------------------------------------------------------------------

    def pause(self, now_s: float) -> None:
        """Pause by a person's key: motor off at once, a soft stop's too; for minutes, if the phone rings."""
        if self.wanted is Drive.SOFT_STOP:
            self.wanted = Drive.OFF
        elif self.is_at_work:
            self.wanted = Drive.OFF
            self.say(now_s, Phase.PAUSED, asks.paused(self.snapshot.facts))

    def ruled(self, now_s: float, finding: Finding) -> None:
        """Take a PAUSE of a rule: the step waits for Enter, or is over."""
        is_going = self.wanted is Drive.SOFT_STOP
        if finding.rule == "F21" and (self.is_at_work or self.snapshot.phase is Phase.PAUSED):
            self._doubt(now_s)
            return
        self.wanted = Drive.OFF
        is_closed = self.snapshot.is_closed(self.step)
        if finding.ends is Ends.NOTHING and not is_going and not is_closed:
            self.say(now_s, Phase.PAUSED, finding.text)
            return
        self.supervisor.forget_pause()
        if is_closed:
            self.close(now_s, "not responding" if finding.rule == "F21" else "stopped")
        elif is_going:
            self.after_work(now_s)
        else:
            self.close(now_s, "time")

    def _doubt(self, now_s: float) -> None:
        """Wait, motor off, until the rating that ends the point cannot be corrected any more: a mistyped one must end nothing."""
        self.wanted = Drive.OFF
        self._doubted_until_s = now_s + CORRECTION_S
        feelings = self.snapshot.feelings
        self.say(now_s, Phase.PAUSED, asks.doubted(feelings.first, feelings.last))

    @property
    def _is_doubted(self) -> bool:
        """Whether the point at hand is over by a rating, and waits for a correction."""
        return self.snapshot.phase is Phase.PAUSED and self.snapshot.is_closed(self.step)

    def corrected(self, now_s: float, value: int) -> None:
        """Take the correction of a rating that has paused: what it ended goes on; what is too high still, its rule says again."""
        paused = self.supervisor.paused
        if self.snapshot.phase is Phase.PAUSED and paused is not None and paused.rule in {"F20", "F21"}:
            if self._is_doubted:
                self.snapshot.reopen_point()
            self.say(now_s, Phase.PAUSED, asks.corrected(value))

    def resume(self, now_s: float) -> None:
        """Go on by Enter, with a soft start; a point that is over waits for its correction, and nothing else."""
        if self._is_doubted:
            return
        self.supervisor.resume()
        self.start(now_s)

    def stopped(self, now_s: float, ask: str) -> None:
        """Take a STOP: nothing is wanted of the motor until the two-step reset."""
        self._break_off()
        self.say(now_s, Phase.STOPPED, ask)

    def lost(self, now_s: float) -> None:
        """Take the loss of a link: nothing is wanted of the motor until it is back."""
        self._break_off()
        self.say(now_s, Phase.RECONNECTING, asks.RECONNECTING)

    def _break_off(self) -> None:
        if self.snapshot.phase not in {Phase.STOPPED, Phase.RECONNECTING}:
            self._interrupted = self.snapshot.phase
        self.wanted = Drive.OFF

    def relinked(self, now_s: float) -> None:
        """Go on after a lost link: wait for a press (F34)."""
        is_over = self._outcome is not None or self.snapshot.is_closed(self.step)
        if self._interrupted in {Phase.RAMPING, Phase.WORKING, Phase.PAUSED} and not is_over:
            self.say(now_s, Phase.PAUSED, asks.RELINKED)
        else:
            self.supervisor.forget_pause()
            self.reset(now_s)

    def reset(self, now_s: float) -> None:
        """Go on after the two-step reset: the step at hand waits, or its point is over."""
        if self._work is None:
            self.begin(now_s)
        elif self._outcome is not None:
            self.close(now_s, self._outcome)
        elif self.snapshot.is_closed(self.step):
            self.close(now_s, "stopped")
        elif self._question is not None:
            self.answered(now_s)
        else:
            self.ready(now_s)

    def abandon(self, now_s: float) -> None:
        """End the walk here: the step at hand keeps what it had."""
        if self._work is not None and not self.is_over and self.work.work_s > 0:
            self.close(now_s, self._outcome or "stopped", next_index=len(self.steps))
        self.wanted, self.is_over = Drive.OFF, True

    # --- for displays --------------------------------------------------------------------------------------------------------

    def tick(self, now_s: float, lease_left_s: float | None) -> Tick:
        """Return the state for displays."""
        snapshot = self.snapshot
        reading, motor, power, timer = snapshot.force(now_s), snapshot.motor, snapshot.power, snapshot.timer
        work = self._work
        return Tick(
            at_s=self.at_s(now_s),
            phase=snapshot.phase,
            number=self.step.number,
            clock_s=round(work.clock_s, 4) if work else 0.0,
            remaining_s=round(max(0.0, work.maximum_s - work.clock_s), 4) if work else 0.0,
            contact_s=round(work.contact_s, 4) if work else 0.0,
            speed_set_ppm=snapshot.set_ppm,
            speed_measured_ppm=motor.measured_ppm if motor else None,
            force_n=None if isinstance(reading, Stale) or snapshot.is_sensorless else telling.number(reading.mean_n),
            peak_n=None if isinstance(reading, Stale) or snapshot.is_sensorless else telling.number(reading.peak_n),
            cue=self._cue_now(now_s),
            discomfort=self._rating_here(),
            battery_percent=power.battery_percent if power else None,
            temperature_c=power.motor_temperature_c if power else None,
            lease_s=lease_left_s,
            timer_remaining_s=timer.remaining_s if timer else None,
            progress=round(self._progress(work.clock_s if work else 0.0), 6),
            auto_off_s=snapshot.auto_off_left_s(now_s),
            force_band_n=work.band_n if work else None,
            in_band_s=round(work.in_band_s, 4) if work and work.band_n is not None else None,
        )

    def _cue_now(self, now_s: float) -> CueKind | None:
        if self.scan is not None and self.is_scanning:
            return self.scan.cue(now_s, self.snapshot)
        return self.cue if self.is_at_work else None

    def _rating_here(self) -> int | None:
        """Return the last rating of the step; in a scan that of the point at hand, if it counted."""
        if self.scan is not None and self.is_scanning:
            return self.scan.ratings.get(self.scan.at)
        of_step = self.snapshot.feelings.of_step
        return of_step[-1] if of_step else None

    def _progress(self, clock_s: float) -> float:
        if self.scan is not None and self.step.mode is Mode.SCAN:
            clock_s = self.scan.share * self.step.maximum_s
        total_s = sum(step.maximum_s for step in self.steps) or 1.0
        done_s = sum(step.maximum_s for step in self.steps[: max(self.index, 0)])
        return min(1.0, (done_s + min(clock_s, self.step.maximum_s)) / total_s)
