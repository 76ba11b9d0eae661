"""The simulated person: sees what a session shows, feels push and pain, moves the hand and presses keys. Pure, seeded.

It knows no more than a person would: the events of ``massctl run --json`` and its own body. All its delays are drawn from one
seeded source and pass on the bench's clock. It gives honest ratings, holds the push in the middle of the band that the screen
shows, follows cues, says when a place feels softer, and answers when asked.

Not modelled: misreading the screen, pressing the wrong key, boredom, talking, and courage: it stops pushing at discomfort 8.
"""

from __future__ import annotations

import random
from typing import Any, Final, NamedTuple

from sims.body import NOWHERE

TRAVEL_S: Final = (1.2, 2.8)
"""From being told the next place to having the tool there."""
READ_S: Final = (0.6, 1.4)
"""From a question on the screen to the key, when nothing has to be moved."""
ANSWER_S: Final = (1.0, 3.0)
"""From 'are you there' to a key."""
RATE_S: Final = (0.8, 1.8)
"""From being asked for a rating to giving it."""
RECOVER_S: Final = (3.0, 5.0)
"""From a pause or a stop to going on."""
NUDGE_S: Final = 8.0
"""A key that changed nothing is pressed again after this."""
CUE_AGAIN_S: Final = 2.0
"""A cue that stays is obeyed again after this."""
PAIN_MOST: Final = 8.0
"""The hand lets go of this much by itself."""
FIRST_PAIN: Final = 3.5
"""Where pressure becomes pain, on the scale of discomfort."""
RISE_N_PER_S: Final = 5.0
"""How fast it presses an algometer: half a kilogram-force a second."""
FELT_S: Final = 1.0
"""How long a feeling must last before it is believed."""
STRETCH_S: Final = (8.0, 15.0)
"""How long one guided movement takes it."""
STILL_MODES: Final = frozenset({"pin", "pinch"})
"""Steps that end when a place feels softer."""


class Feeling(NamedTuple):
    """What the body tells, each step of the world."""

    is_running: bool
    """The tool in the hand vibrates."""
    push_n: float
    discomfort: float
    """0–10, not rounded."""
    is_softer: bool
    tender: float
    """What a good press here would feel like."""
    working_n: float
    """The push of a good press here, found by feel."""
    gun_limit_n: float | None = None
    """For a hand without a session: the limit that the gun itself holds to."""


class Doing(NamedTuple):
    """What the hand is to do, and the keys pressed now."""

    aim_n: float
    tool: str
    """perc, algometer, or any manual tool; '' for none."""
    place: tuple[str, str]
    keys: tuple[str, ...]


class LoneHand:
    """The hand of a bench that no session is shown to: pushes at half the gun's limit while it runs, lifts when it is off."""

    SHARE: Final = 0.5

    def see(self, _event: dict[str, Any], _now_s: float) -> None:
        """See nothing: there is no screen."""

    def step(self, _now_s: float, feeling: Feeling) -> Doing:
        """Push while the gun runs."""
        limit_n = feeling.gun_limit_n if feeling.gun_limit_n is not None else 2.0 * feeling.working_n
        aim_n = self.SHARE * min(limit_n, 80.0) if feeling.is_running else 0.0
        return Doing(round(aim_n, 3), "perc", NOWHERE, ())


class Person:
    """One person with one session on the screen."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.is_silent = False
        """Presses no key any more and holds the hand where it is: asleep, or fainted."""
        self._step: dict[str, Any] = {}
        self._phase = "connecting"
        self._ask = ""
        self._planned: list[tuple[float, str]] = []
        self._cue = ""
        self._cue_due_s = 0.0
        self._factor = 1.0
        self._place = NOWHERE
        self._told: int | None = None
        self._pain = 0.0
        """Remembered discomfort of the last press of this step."""
        self._has_pressed_here = False
        self._unlike_since_s: float | None = None
        self._softer_said = False
        self._stops = 0
        self._aim_n = 0.0
        self._held = Doing(0.0, "", NOWHERE, ())

    # What it sees.

    def see(self, event: dict[str, Any], now_s: float) -> None:
        """Look at one event of the session."""
        match event.get("event"):
            case "step_started":
                self._see_step(event)
            case "phase":
                self._see_phase(str(event["phase"]), str(event.get("ask") or ""), now_s)
            case "cue":
                self._see_cue(str(event["cue"]), now_s)
            case "summary":
                self._phase, self._planned = "done", []

    def _see_step(self, event: dict[str, Any]) -> None:
        place = (str(event.get("point") or ""), str(event.get("side") or ""))
        if place != self._place:
            self._told = None
        self._step, self._place = event, place
        self._factor, self._cue = 1.0, ""
        self._softer_said = self._has_pressed_here = False
        self._aim_n = 0.0

    def _see_phase(self, phase: str, ask: str, now_s: float) -> None:
        if (phase, ask) == (self._phase, self._ask):
            return
        if phase == "stopped" and self._phase != "stopped":
            self._stops += 1
        self._phase, self._ask = phase, ask
        self._planned = []
        match phase:
            case "waiting":
                self._plan("enter", now_s, TRAVEL_S if self._step.get("point") else READ_S)
            case "rating":
                self._look_where_asked(ask)
                self._plan("rate", now_s, RATE_S)
            case "paused" | "stopped":
                self._factor *= 0.85
                self._plan("enter" if phase == "paused" else "reset", now_s, RECOVER_S)
            case "working" if self._step.get("mode") == "move":
                self._plan("enter", now_s, STRETCH_S)

    def _look_where_asked(self, ask: str) -> None:
        """Put a finger on the place that a scan asks about: 'INFRA left: …'."""
        words = ask.split(":", maxsplit=1)[0].split()
        sides = {"left": "L", "right": "R", "both": "mid"}
        if self._step.get("mode") == "scan" and len(words) >= 2 and words[1] in sides:
            self._place, self._has_pressed_here = (words[0], sides[words[1]]), False

    def _see_cue(self, cue: str, now_s: float) -> None:
        self._cue = cue
        self._cue_due_s = now_s
        if cue == "are you there":
            self._plan("rate", now_s, ANSWER_S)

    def _plan(self, what: str, now_s: float, within_s: tuple[float, float]) -> None:
        self._planned.append((now_s + self._rng.uniform(*within_s), what))

    # What it does.

    def step(self, now_s: float, feeling: Feeling) -> Doing:
        """Feel, decide, move, press."""
        if self.is_silent:
            return Doing(self._held.aim_n, self._held.tool, self._held.place, ())
        self._feel(now_s, feeling)
        keys = self._press(now_s, feeling) if self._planned else ()
        self._held = Doing(self._aim(now_s, feeling), self._tool(), self._place, keys)
        return self._held

    def _tool(self) -> str:
        tool = str(self._step.get("tool") or "")
        return "" if tool == "ui" else tool

    def _feel(self, now_s: float, feeling: Feeling) -> None:
        if feeling.push_n < 2.0 or self._phase not in {"ramping", "working"}:
            return
        self._has_pressed_here = True
        self._pain += (feeling.discomfort - self._pain) * 0.05
        if feeling.is_softer and not self._softer_said and self._step.get("mode") in STILL_MODES:
            self._softer_said = True
            self._plan("r", now_s, RATE_S)
        self._volunteer(now_s, feeling)

    def _volunteer(self, now_s: float, feeling: Feeling) -> None:
        """Say so unasked when the place feels two points worse than what was told."""
        if self._told is None or feeling.discomfort - self._told < 2.0:
            self._unlike_since_s = None
        elif self._unlike_since_s is None:
            self._unlike_since_s = now_s
        elif now_s - self._unlike_since_s >= FELT_S and not self._planned:
            self._unlike_since_s = None
            self._plan("rate", now_s, READ_S)

    def _press(self, now_s: float, feeling: Feeling) -> tuple[str, ...]:
        due = [what for due_s, what in self._planned if due_s <= now_s]
        if not due:
            return ()
        self._planned = [(due_s, what) for due_s, what in self._planned if due_s > now_s]
        return tuple(key for what in due for key in self._keys(what, now_s, feeling))

    def _keys(self, what: str, now_s: float, feeling: Feeling) -> tuple[str, ...]:
        match what:
            case "rate":
                self._told = self.rating(feeling)
                if self._phase == "rating":
                    self._planned.append((now_s + NUDGE_S, "enter"))
                return (str(min(self._told, 9)),)
            case "enter":
                self._planned.append((now_s + NUDGE_S, "enter"))
                return ("enter",)
            case "reset":
                return ("l", "c") if self._stops < 2 else ("q",)
            case "pain":
                return (str(round(FIRST_PAIN)), "enter")
            case _:
                return (what,)

    def rating(self, feeling: Feeling) -> int:
        """Return what it would say now, 0–10."""
        if feeling.push_n >= 2.0:
            return round(feeling.discomfort)
        return round(self._pain if self._has_pressed_here and self._phase != "rating" else feeling.tender)

    def _aim(self, now_s: float, feeling: Feeling) -> float:
        """Return the push to hold."""
        if self._phase not in {"ramping", "working"} or not self._step.get("point"):
            return 0.0
        if self._step.get("tool") == "percussion" or self._step.get("tool") == "perc":
            return self._aim_gun(now_s, feeling)
        if self._step.get("mode") == "ramp":
            return self._aim_algometer(now_s, feeling)
        return feeling.working_n

    def _aim_gun(self, now_s: float, feeling: Feeling) -> float:
        band = self._step.get("force_band_n")
        middle_n = 0.5 * (band[0] + band[1]) if band else feeling.working_n
        if not feeling.is_running or self._cue == "lift off":
            return 0.0
        if now_s >= self._cue_due_s and self._cue in {"press harder", "ease off"}:
            self._cue_due_s = now_s + CUE_AGAIN_S
            self._factor *= 1.1 if self._cue == "press harder" else 0.88
        if feeling.discomfort >= PAIN_MOST:
            self._factor *= 0.98
        self._factor = max(0.3, min(1.6, self._factor))
        return round(middle_n * self._factor, 3)

    def _aim_algometer(self, now_s: float, feeling: Feeling) -> float:
        """Press slowly harder until it becomes pain, say so, and lift."""
        if self._softer_said:
            return 0.0
        if feeling.discomfort >= FIRST_PAIN:
            self._softer_said = True
            self._plan("pain", now_s, (0.2, 0.4))
            return 0.0
        self._aim_n += RISE_N_PER_S * 0.02
        return round(self._aim_n, 3)
