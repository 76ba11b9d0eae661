"""What must come of each fault of the bench: which rules may act, and how long the motor may still be driven. Data only.

The times are counted on the bench's own clock, from the beginning of the fault, or from the motor's start if that is later, to the
end of its drive. They are the limits of the rules, plus what the bench's grid (20 ms) and the session's beat (50 ms) take.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

GRID_S: Final = 0.070
"""One step of the bench and one beat of the session."""
LEASE_S: Final = 1.0 + 0.050
"""F33, with the bench's grid."""
LEASE_BY_RADIO_S: Final = 1.5 + 0.050
"""F33, by radio."""
SILENCE_S: Final = 0.750 + GRID_S
"""F34."""
BLANK_S: Final = 1.0
"""F38 does not judge a motor for so long after its start."""
RAMP_S: Final = 3.0
"""The self-test's speed, at 600 PPM/s (F17): until then a motor ahead of its ramp is still slower than it was told."""
CREEP_S: Final = 1.0
"""F10 judges the mean of a second while the motor creeps."""
REACTION_S: Final = 1.2
"""The simulated hand takes so long to press or to lift."""

PASS_S: Final = 90.0
"""A whole pass of the self-test's step, its questions, the rest, and the start of the next."""
AWAKE: Final = "connecting positioning paused stopping resting"
"""Phases in which nothing can be asked of somebody who fell asleep: without their press nothing runs."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One fault's row."""

    rules: frozenset[str]
    """Rules that may be the first reason; empty where nothing may stop the session."""
    within_s: float = math.inf
    """The motor may be driven for so long with the fault; infinite where the session may go on."""
    after_start_s: float = 0.0
    """And for so much longer where the motor has only just started."""
    unwanted_s: float = GRID_S
    """The motor may be driven against its firmware's will for so long."""
    is_passing: bool = False
    """It is over at once: a motor that a press has started anew since may run."""
    more_s: Mapping[str, float] = field(default_factory=dict)
    """By phase: what is added to ``within_s`` there."""
    must: frozenset[str] = frozenset()
    """Rules of which one at least has to act, in every phase but those of ``spared``; empty where going on is right, too."""
    spared: frozenset[str] = frozenset()
    watched_s: float = 0.0
    """How long to watch at least, where its rule takes long to be due."""
    is_long: bool = False
    """It needs a step of minutes."""
    is_unstoppable: bool = False
    """Nothing that massctl controls can stop the motor: it must say that, until a person answers."""

    @property
    def window_s(self) -> float:
        """How long to watch after the fault has begun."""
        window_s = 6.0 if math.isinf(self.within_s) else self.within_s + self.after_start_s + 2.0
        return max(window_s, self.watched_s)


def _row(
    rules: str, within_s: float = math.inf, after_start_s: float = 0.0, unwanted_s: float = GRID_S, **more_s: float
) -> Expected:
    return Expected(frozenset(rules.split()), within_s, after_start_s, unwanted_s, more_s=more_s)


def _certain(
    rules: str,
    within_s: float = math.inf,
    watched_s: float = 0.0,
    *,
    spared: str = "",
    is_long: bool = False,
    **more_s: float,
) -> Expected:
    """Return the row of a fault whose own rule must act."""
    some = frozenset(rules.split())
    return Expected(
        some,
        within_s,
        more_s=more_s,
        must=some,
        spared=frozenset(spared.split()),
        watched_s=watched_s,
        is_long=is_long,
    )


def _passing(rules: str) -> Expected:
    return Expected(frozenset(rules.split()), GRID_S, is_passing=True)


_BARE: Final = Expected(frozenset({"F33", "F34", "F38", "F48", "F54"}), unwanted_s=math.inf, is_unstoppable=True)

EXPECTED: Final[dict[str, Expected]] = {
    # The link: it may go on, or stop; with the device out of reach the lease ends it (F33), in silence F34.
    "link-drop": _row("F33 F34 F35"),
    "link-delay": _row("F33 F34", LEASE_S),
    "link-duplicate": _row(""),
    "link-flip": _row("F33 F34"),
    "link-split": _row(""),
    "link-cut": _row("F33 F34", LEASE_S),
    "link-half-open": _row("F33 F34", LEASE_S),
    "link-mute": _row("F33 F34", SILENCE_S),
    "sensor-cut": _row("F34 F35", SILENCE_S),
    "timer-cut": _row("F34", SILENCE_S),
    # The radio: a device that has lost its link knows that; one that is hard to reach may go on.
    "radio-out-of-range": _row("F33 F34", LEASE_BY_RADIO_S),
    "radio-lost": _passing("F33 F34 F54"),
    "radio-slow": _passing("F33 F34 F54"),
    "radio-refuses": _row("F33 F34 F45", LEASE_BY_RADIO_S),
    "radio-weak": _row("F33 F34 F35"),
    # The device.
    "device-hang": _row("F33 F34", SILENCE_S),
    "device-hang-bare": _BARE,
    "device-reboot": _passing("F33 F34 F54"),
    "device-reboot-fast": _passing("F33 F34 F54"),
    "device-brown-out": _passing("F33 F34 F38 F54"),
    "motor-wont-stop": _row("F33 F38 F48 F54", unwanted_s=1.5 + 4 * GRID_S),
    "motor-wont-stop-bare": _BARE,
    "motor-wont-start": _row("F38", 0.6 + GRID_S, after_start_s=BLANK_S),
    "motor-runaway": _row("F38", 0.6 + GRID_S, after_start_s=RAMP_S, stopping=RAMP_S),
    "motor-stall": _row("F38", 0.3 + 2 * GRID_S, after_start_s=BLANK_S),
    "motor-overheats": _row("F33 F39", 11.0),
    "wrong-identity": _row("F33 F34", LEASE_S),
    "other-massager": _certain("F33 F34", LEASE_S, spared="connecting", connecting=math.inf),
    "relay-welded": _certain("F54", watched_s=PASS_S),
    "clock-skew": _row(""),
    "clock-jump": _row("F33 F34"),
    # The sensor, in a step that needs it.
    "sensor-stuck": _row("F35 F36", 2.0 + 2 * GRID_S),
    "sensor-drift": _row("F10 F12 F35 F36", 30.0),
    "sensor-saturates": _row("F10 F35 F36", 0.2 + 2 * GRID_S),
    "sensor-jump": _row("F10 F35 F36", 0.15 + 2 * GRID_S, after_start_s=CREEP_S, connecting=math.inf),
    "sensor-noise": _row("F10 F35 F36"),
    # 6 N less than there are: under a push nobody can tell it from a lighter hand. It shows when the head is in the air next,
    # below zero, and no later than half a second into the next start; until then F10 keeps its distance of 1.5 caps. What is
    # there before the zero is set is taken away with it.
    "sensor-zero-shift": _certain("F10 F35 F36", watched_s=PASS_S, spared="connecting"),
    "sensor-rate-drop": _row("F34 F35", 0.5 + 2 * GRID_S),
    "sensor-nan": _row("F35 F36", 0.100 + GRID_S),
    "sensor-hang": _row("F34 F35", 0.5 + 2 * GRID_S),
    # The person.
    # Silent, but holding it: a push that changes is a sign of life (F23).
    "person-silent": _row("F23"),
    "person-asleep": _certain("F12 F23", 80.0 + 2 * GRID_S, is_long=True, spared=AWAKE),
    "person-presses-hard": _row("F10 F36", REACTION_S + 0.3),
    "person-lifts-off": _certain("F12", 20.0 + REACTION_S, is_long=True, spared="stopping"),
}
"""By the bench's names. A fault without a row is a fault that nobody has thought through: the self-test fails on it."""
