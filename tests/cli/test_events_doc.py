"""docs/events.md is the schema of ``--json``: written from the classes, and current."""

from __future__ import annotations

import importlib.util
import inspect
from pathlib import Path
from types import ModuleType

from massctl.session import events

DOCS = Path(__file__).parents[2] / "docs"


def maker() -> ModuleType:
    specification = importlib.util.spec_from_file_location("make_events", DOCS / "make_events.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_page_is_current() -> None:
    assert (DOCS / "events.md").read_text(encoding="utf-8") == maker().page(), "run docs/make_events.py"


def test_the_page_has_every_kind_of_event() -> None:
    page = (DOCS / "events.md").read_text(encoding="utf-8")
    kinds = [kind for kind in vars(events).values() if inspect.isclass(kind) and issubclass(kind, events.Event)]
    for kind in kinds:
        assert kind is events.Event or f"## `{kind.kind}`" in page
