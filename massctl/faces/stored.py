"""A summary as history stored it, made an event again for whoever shows it. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from massctl.session.events import PointSummary, SessionEnded


def summary_from_json(stored: Mapping[str, Any]) -> SessionEnded:
    """Return the summary that history stored; fields that a newer massctl added are left out."""
    values = _known(SessionEnded, stored)
    values["points"] = tuple(PointSummary(**_known(PointSummary, point)) for point in stored.get("points", ()))
    return SessionEnded(**values)


def _known(kind: type[SessionEnded | PointSummary], stored: Mapping[str, Any]) -> dict[str, Any]:
    names = {entry.name for entry in dataclasses.fields(kind)}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items() if name in names}
