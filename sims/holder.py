"""Who holds the tool: what it feels, what it does, and the simplest holder, who follows no session. Pure.

``person.py`` is the other holder.
"""

from __future__ import annotations

from typing import Final, NamedTuple, Protocol

from sims.body import NOWHERE

PUSH_MOST_N: Final = 40.0
"""A hand without a session pushes no harder than this, whatever the limit."""


class Feeling(NamedTuple):
    """What the body tells, each step of the world."""

    is_running: bool
    """The tool in the hand vibrates."""
    push_n: float
    discomfort: float
    """0–10, not rounded."""
    softness: float
    """Share of its stiffness that the place has lost, as fingers feel it."""
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
    """``perc``, ``algometer``, or any manual tool; '' for none."""
    place: tuple[str, str]
    """Point id and side."""
    keys: tuple[str, ...]


NOTHING: Final = Doing(0.0, "", NOWHERE, ())


class Holder(Protocol):
    """Whoever holds the tool."""

    def step(self, now_s: float, feeling: Feeling) -> Doing:
        """Feel, decide, move, press; called at every step of the world."""


class LoneHand:
    """The hand of a bench that no session is shown to: pushes while the gun runs, lifts when it is off.

    It pushes at a share of the gun's own limit: a person at a second terminal sees a band on a screen that is not here, and a
    host sets the limit to one and a half times a region's cap, so that this share lies within almost every point's band.
    """

    SHARE: Final = 0.35

    def step(self, now_s: float, feeling: Feeling) -> Doing:
        """Push while the gun runs."""
        limit_n = feeling.gun_limit_n if feeling.gun_limit_n is not None else 2.0 * feeling.working_n
        aim_n = min(self.SHARE * limit_n, PUSH_MOST_N) if feeling.is_running else 0.0
        return Doing(aim_n, "perc", NOWHERE, ())
