"""The simulated person: sees what a session shows, feels push and pain, moves the hand and presses keys. Pure, seeded.

It knows no more than a person would: the events of ``massctl run --json`` and its own body. All its delays are drawn from one
seeded source and pass on the bench's clock. It gives honest ratings, holds the push in the middle of the band that the screen
shows, follows cues, says when a place feels softer, and answers when asked.

Not modelled: misreading the screen, pressing the wrong key, boredom, talking, and courage: it eases off from discomfort 8 on.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

from massctl.units import force_n_from_kg_cm2
from sims.body import NOWHERE
from sims.grid import STEP_S
from sims.holder import NOTHING, Doing, Feeling
from sims.tissue import FELT_SHARE

TRAVEL_S: Final = (1.2, 2.8)
"""From being told the next place to having the tool there."""
READ_S: Final = (0.6, 1.4)
"""From a question on the screen to the key, when nothing has to be moved."""
ANSWER_S: Final = (1.0, 3.0)
"""From 'are you there' to a key."""
RATE_S: Final = (0.8, 1.8)
"""From being asked for a rating to giving it."""
STEADY_S: Final = (2.6, 3.6)
"""The same where the press has to be held steady first."""
RECOVER_S: Final = (3.0, 5.0)
"""From a pause or a stop to going on."""
STRETCH_S: Final = (8.0, 15.0)
"""How long one guided movement takes it."""
NUDGE_S: Final = 8.0
"""A key that changed nothing is pressed again after this."""
CUE_AGAIN_S: Final = 2.0
"""A cue that stays is obeyed again after this."""
FELT_S: Final = 1.0
"""How long a feeling must last before it is believed."""
FELT_AGAIN_S: Final = 6.0
"""Nobody types a rating more often than this unasked."""
PAIN_MOST: Final = 8.0
"""The hand lets go of this much by itself."""
FIRST_PAIN: Final = 3.5
"""Where pressure becomes pain, on the scale of discomfort."""
RISE_N_PER_S: Final = 5.0
"""How fast it presses an algometer: half a kilogram-force a second."""
PATIENCE_S: Final = (33.0, 42.0)
"""Pressing time in a step before which nobody says that a place is softer: it has to be compared with something."""
HOLDING: Final = 0.6
"""Pressing counts, and is remembered, from this share of the wanted push on: not on the way down or up."""
STILL_MODES: Final = frozenset({"pin", "pinch"})
"""Steps that end when a place feels softer."""
AT_WORK: Final = frozenset({"ramping", "working"})


class Person:
    """One person with one session on the screen."""

    def __init__(self, rng: random.Random) -> None:
        self.is_silent = False
        """Fault: presses no key any more and keeps the hand where it is, asleep or fainted."""
        self.dial: Callable[[int], None] | None = None
        """Sets the speed of a gun that its person switches; such a gun gives it."""
        self._rng = rng
        self._is_switching = False
        """Whether it was asked to switch the gun itself."""
        self._step: dict[str, Any] = {}
        self._phase = ""
        self._ask = ""
        self._planned: list[tuple[float, str]] = []
        self._stops = 0
        self._place = NOWHERE
        self._cue = ""
        self._cue_due_s = 0.0
        self._factor = 1.0
        """What cues and pain have made of the push."""
        self._rising_n = 0.0
        self._scan_n: float | None = None
        """The push that a scan asks for, where a gauge measures it."""
        self._told: int | None = None
        self._pain: float | None = None
        """Discomfort of the newest press here."""
        self._unlike_since_s: float | None = None
        self._told_at_s = 0.0
        self._patience_s = 0.0
        """Pressing time that is left before the place may be called softer."""
        self._has_hurt = False
        self._doing = NOTHING

    # What it sees.

    def see(self, event: dict[str, Any], now_s: float) -> None:
        """Look at one event of the session, in its JSON form."""
        match event.get("event"):
            case "step_started":
                self._see_step(event)
            case "scan_point":
                self._see_scan_point(event)
            case "phase":
                self._see_phase(str(event["phase"]), str(event.get("ask") or ""), now_s)
            case "cue":
                self._cue, self._cue_due_s = str(event["cue"]), now_s
                if self._cue == "are you there":
                    self._plan("rate", now_s, ANSWER_S)
            case "summary":
                self._phase, self._planned = "done", []

    def _see_step(self, event: dict[str, Any]) -> None:
        self._step = event
        self._phase, self._cue, self._factor, self._rising_n = "", "", 1.0, 0.0
        self._has_hurt = False
        self._patience_s = self._rng.uniform(*PATIENCE_S)
        if event.get("point"):
            self._go_to((str(event["point"]), str(event.get("side") or "")))

    def _see_scan_point(self, event: dict[str, Any]) -> None:
        """Go to the point that a scan has come to; where a gauge measures the press, aim at the middle of its band."""
        self._go_to((str(event["point"]), str(event.get("side") or "")))
        band, area_cm2 = event.get("pressure_band_kg_cm2"), event.get("contact_area_cm2")
        self._scan_n = force_n_from_kg_cm2(sum(band) / 2, area_cm2) if band and area_cm2 else None

    def _go_to(self, place: tuple[str, str]) -> None:
        if place != self._place:
            self._place, self._told, self._pain = place, None, None

    def _switch(self, phase: str, ask: str) -> None:
        """Switch the gun on for its work and off behind it, where the session asks for that."""
        self._is_switching = self._is_switching or "Switch your massager to" in ask
        if self.dial is not None and self._is_switching:
            is_on = phase in AT_WORK and "witch it off" not in ask and self._step.get("tool") == "perc"
            self.dial(int(self._step.get("speed_ppm") or 0) if is_on else 0)

    def _see_phase(self, phase: str, ask: str, now_s: float) -> None:
        if (phase, ask) == (self._phase, self._ask):
            return
        is_new = phase != self._phase
        self._phase, self._ask = phase, ask
        self._planned = []
        self._switch(phase, ask)
        match phase:
            case "waiting":
                self._plan("enter", now_s, TRAVEL_S if self._step.get("point") else READ_S)
            case "rating":
                self._see_question(now_s)
            case "paused":
                self._factor *= 0.85
                self._plan("enter", now_s, RECOVER_S)
            case "stopped":
                self._factor *= 0.85
                self._stops += is_new
                self._plan("reset", now_s, RECOVER_S)
            case "working" if self._step.get("mode") == "move":
                self._plan("enter", now_s, STRETCH_S)
            case "working" if "0–10" in ask:
                self._plan("rate", now_s, RATE_S)

    def _see_question(self, now_s: float) -> None:
        """Answer a question; in a scan the press has to be held steady first."""
        self._plan("rate", now_s, STEADY_S if self._step.get("mode") == "scan" else RATE_S)

    def _plan(self, what: str, now_s: float, within_s: tuple[float, float]) -> None:
        self._planned.append((now_s + self._rng.uniform(*within_s), what))

    # What it does.

    def step(self, now_s: float, feeling: Feeling) -> Doing:
        """Feel, decide, move, press; called at every step of the world."""
        if self.is_silent:
            return self._doing._replace(keys=())
        is_at_work = self._phase in AT_WORK
        if not is_at_work and not self._planned and self._phase != "rating":
            if self._doing.aim_n or self._doing.keys:
                self._doing = self._doing._replace(aim_n=0.0, keys=())
            return self._doing
        if is_at_work and feeling.push_n >= max(2.0, HOLDING * self._doing.aim_n) and self._doing.aim_n > 0.0:
            self._feel(now_s, feeling)
        keys = self._press(now_s, feeling) if self._planned else ()
        tool = self._step.get("tool") or ""
        aim_n = self._aim(now_s, feeling) if is_at_work or self._phase == "rating" else 0.0
        self._doing = Doing(aim_n, "" if tool == "ui" else tool, self._place, keys)
        return self._doing

    def _feel(self, now_s: float, feeling: Feeling) -> None:
        self._pain = feeling.discomfort
        before_s, self._patience_s = self._patience_s, self._patience_s - STEP_S
        if feeling.softness < FELT_SHARE or self._step.get("mode") not in STILL_MODES:
            self._patience_s = max(self._patience_s, STEP_S)
        elif self._patience_s <= 0.0 < before_s:
            self._plan("r", now_s, RATE_S)
        if feeling.discomfort >= PAIN_MOST:
            self._factor *= 0.98
        self._volunteer(now_s, feeling)

    def _volunteer(self, now_s: float, feeling: Feeling) -> None:
        """Say so unasked when it feels two points unlike what was told."""
        if self._told is None or abs(feeling.discomfort - self._told) < 2.0:
            self._unlike_since_s = None
        elif self._unlike_since_s is None:
            self._unlike_since_s = now_s
        elif now_s - self._unlike_since_s >= FELT_S and now_s - self._told_at_s >= FELT_AGAIN_S and not self._planned:
            self._plan("rate", now_s, READ_S)

    def _press(self, now_s: float, feeling: Feeling) -> tuple[str, ...]:
        due = [what for due_s, what in self._planned if due_s <= now_s]
        if not due:
            return ()
        self._planned = [(due_s, what) for due_s, what in self._planned if due_s > now_s]
        return tuple(key for what in due for key in self._keys(what, now_s, feeling))

    def _keys(self, what: str, now_s: float, feeling: Feeling) -> tuple[str, ...]:
        """Return the keys of one plan; what must have an effect is planned again in case it has none."""
        match what:
            case "rate":
                if self._phase == "rating":
                    self._planned.append((now_s + NUDGE_S, "enter"))
                self._told, self._told_at_s = self.rating(feeling), now_s
                return (str(min(self._told, 9)),)
            case "enter" if self._phase in {"waiting", "rating", "paused", "working"}:
                self._planned.append((now_s + NUDGE_S, "enter"))
                return ("enter",)
            case "reset" if self._stops < 2:
                self._planned.append((now_s + NUDGE_S, "reset"))
                return ("l", "c")
            case "reset":
                # Once: pressing on would keep a session whose motor is not seen to stop from its end for ever.
                return ("q",)
            case "r":
                return ("r",)
        return ()

    def rating(self, feeling: Feeling) -> int:
        """Return what it would say now, 0–10: what is felt, what was felt last, or what a press here would feel like."""
        if feeling.push_n >= 2.0:
            return round(feeling.discomfort)
        if self._pain is not None and self._step.get("mode") != "scan":
            return round(0.6 * self._pain if "let go" in self._ask else self._pain)
        return round(feeling.tender)

    def _aim(self, now_s: float, feeling: Feeling) -> float:
        """Return the push to hold."""
        step = self._step
        if self._phase == "rating":
            if step.get("mode") == "scan" and self._scan_n is not None:
                return self._scan_n
            is_pressing = step.get("mode") == "scan" or self._ask.startswith("Keep the pressure")
            return feeling.working_n * self._factor if is_pressing else 0.0
        if not step.get("point") or self._cue == "lift off":
            return 0.0
        if step.get("mode") == "ramp":
            return self._rise(now_s, feeling)
        if self._cue in {"press harder", "ease off"} and now_s >= self._cue_due_s:
            self._cue_due_s = now_s + CUE_AGAIN_S
            self._factor *= 1.1 if self._cue == "press harder" else 0.88
        self._factor = max(0.3, min(1.6, self._factor))
        if step.get("tool") != "perc":
            return feeling.working_n * self._factor
        band = step.get("force_band_n")
        middle_n = 0.5 * (band[0] + band[1]) if band else feeling.working_n
        return middle_n * self._factor if feeling.is_running else 0.0

    def _rise(self, now_s: float, feeling: Feeling) -> float:
        """Press slowly harder until it becomes pain, say so, and lift."""
        if not self._has_hurt and feeling.discomfort >= FIRST_PAIN:
            self._has_hurt = True
            self._plan("enter", now_s, (0.2, 0.4))
        self._rising_n = 0.0 if self._has_hurt else self._rising_n + RISE_N_PER_S * STEP_S
        return self._rising_n
