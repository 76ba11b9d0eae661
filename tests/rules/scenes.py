"""What the tests of the rules share: a session at work on paper, and what must be true of each intervention."""

from __future__ import annotations

from typing import Any

from massctl.body.atlas import Atlas
from massctl.programs.plan import PlannedStep
from massctl.rules import RULES, Level
from massctl.session.events import Intervention
from massctl.session.snapshot import Drive
from tests.session.paper import PaperSession
from tests.session.stage import percussion, plan

CAP_N = 20.0
"""Of UTRAP, the place of ``percussion()``."""

GMAX = percussion("GMAX", speed_ppm=2000, force_band_n=(8.0, 30.0), maximum_s=200.0)
"""A sweep of a large muscle: fast, and possible without a sensor."""


def at_work(*steps: PlannedStep, changes: dict[str, Any] | None = None, **options: Any) -> PaperSession:
    """Return a session whose first step works: a sweep of UTRAP unless told, long enough for any rule."""
    session = PaperSession(plan(*(steps or (percussion(maximum_s=200.0),)), **(changes or {})), **options)
    session.peak = 1.0
    session.work()
    return session


def steady(**options: Any) -> PaperSession:
    """Return a session that has worked at 1,700 PPM for two seconds: long enough for its motor to be judged."""
    session = at_work(**options)
    session.run(2.0)
    return session


def off(session: PaperSession) -> bool:
    """Return whether nothing runs and nothing is wanted."""
    return session.paper.speed_ppm == 0 and session.core.snapshot.drive is Drive.OFF


def acted(session: PaperSession, rule: str, level: Level, within_s: float = 120.0) -> float:
    """Let time pass until a rule acts at a level; return how long it took."""
    return session.until(lambda: any(event.level is level for event in session.by(rule)), within_s)


def assert_logged(session: PaperSession, rule: str, level: Level, since_s: float, within_s: float) -> Intervention:
    """Assert that a rule acted within a time of ``since_s`` (session time) and is in the record, with its words; return it."""
    event = next(event for event in session.by(rule) if event.level is level and event.at_s >= since_s - 1e-6)
    line = event.to_json()
    assert (line["event"], line["rule"], line["level"]) == ("intervention", rule, level.value)
    assert level in RULES[rule].levels
    assert line["text"][0].isupper() or line["text"][0].isdigit() or line["text"].startswith("massctl ")
    assert line["text"].endswith((".", "?"))
    assert since_s - 1e-6 <= line["at_s"] <= since_s + within_s + 1e-6
    return event


def region_of(point: str) -> str:
    """Return the region of a point of the atlas."""
    return Atlas.load().point(point).region.id
