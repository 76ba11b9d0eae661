"""Finds points by where it hurts, by cause, muscle, tool and region. Pure; an unknown word is an error that names the nearest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from massctl.body.atlas import Atlas, Point
from massctl.body.data import suggestion
from massctl.body.limits import allows_percussion
from massctl.body.terms import Tool
from massctl.errors import UsageError

SPORTS: Final = frozenset({"run", "cycle", "climb", "tennis", "golf", "ride", "squat", "hike"})
"""What `sport` means as a cause, besides itself."""

_TOOLS: Final = {tool.value: tool for tool in Tool if tool not in (Tool.ANY, Tool.NONE)} | {
    "massager": Tool.PERCUSSION,
    "percussion": Tool.PERCUSSION,
    "gun": Tool.PERCUSSION,
}

_COMMON_NAMES: Final = {
    "headache": "head",
    "migraine": "head",
    "face": "jaw",
    "tooth": "teeth",
    "toothache": "teeth",
    "earache": "ear",
    "lower_back": "low_back",
    "lumbar": "low_back",
    "tail_bone": "tailbone",
    "shoulder_blade": "scapula",
    "tennis_elbow": "elbow_lat",
    "golfers_elbow": "elbow_med",
    "golf_elbow": "elbow_med",
    "finger": "fingers",
    "butt": "buttock",
    "bottom": "buttock",
    "glutes": "buttock",
    "sciatica": "thigh_back",
    "hamstring": "thigh_back",
    "quads": "thigh_front",
    "leg": "thigh",
    "shin_splints": "shin",
    "ankles": "ankle",
    "sole": "arch",
    "plantar_fasciitis": "heel",
    "toes": "toe",
}
"""What people call a place where it hurts, and what the atlas calls it. Words for the search only: they name no illness that
massctl would know of or work on."""


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for; every word that is given must fit."""

    hurts: str | None = None
    cause: str | None = None
    muscle: str | None = None
    tool: str | None = None
    region: str | None = None


def find_points(query: Query) -> tuple[Point, ...]:
    """Return the points that fit, those that refer to the wished place first in their list before the others.

    Raises:
        UsageError: a word that the atlas does not know; the remedy names the nearest.
    """
    parts = body_parts(query.hurts) if query.hurts else frozenset()
    causes = causes_meant(query.cause) if query.cause else frozenset()
    muscle = _words_meant(query.muscle, known_muscles(), "muscle") if query.muscle else frozenset()
    region = _words_meant(query.region, known_regions(), "region") if query.region else frozenset()
    tool = tool_meant(query.tool) if query.tool else None
    found = [
        point
        for point in Atlas.load().points()
        if (not parts or parts & set(point.referral))
        and (not causes or causes & set(point.causes))
        and (not muscle or point.muscle in muscle)
        and (not region or point.region.id in region)
        and (tool is None or takes_tool(point, tool))
    ]
    return tuple(sorted(found, key=lambda point: _place_in_referral(point, parts)))


def body_parts(word: str) -> frozenset[str]:
    """Return the body parts that a word means: one of them, or all that it begins or is part of (``head``, ``knee``)."""
    return _words_meant(place_meant(word), known_body_parts(), "place where it hurts")


def place_meant(word: str) -> str:
    """Return the atlas's own word for what people call a place (``headache`` is ``head``); other words as the atlas writes them."""
    wanted = _written(word)
    return _COMMON_NAMES.get(wanted, wanted)


def causes_meant(word: str) -> frozenset[str]:
    """Return the causes that a word means; ``sport`` means every sport."""
    (cause,) = _words_meant(word, known_causes(), "cause", is_exact=True)
    return SPORTS | {"sport"} if cause == "sport" else frozenset({cause})


def tool_meant(word: str) -> Tool:
    """Return the tool that a word names."""
    (name,) = _words_meant(word, known_tools(), "tool", is_exact=True)
    return _TOOLS[name]


def takes_tool(point: Point, tool: Tool) -> bool:
    """Return whether a point can be worked on with a tool."""
    return allows_percussion(point) if tool is Tool.PERCUSSION else tool in point.alternative_tools


def known_body_parts() -> frozenset[str]:
    """Return every place where a point's pain is felt."""
    return _all(point.referral for point in Atlas.load().points())


def known_causes() -> frozenset[str]:
    """Return every cause that a point knows."""
    return _all(point.causes for point in Atlas.load().points())


def known_tools() -> frozenset[str]:
    """Return every word that names a tool."""
    return frozenset(_TOOLS)


def known_muscles() -> frozenset[str]:
    """Return every muscle with a point."""
    return frozenset(point.muscle for point in Atlas.load().points())


def known_regions() -> frozenset[str]:
    """Return every region with a point."""
    return frozenset(point.region.id for point in Atlas.load().points())


def _all(lists: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset(word for words in lists for word in words)


def _words_meant(word: str, known: frozenset[str], kind: str, *, is_exact: bool = False) -> frozenset[str]:
    wanted = _written(word)
    if wanted in known:
        return frozenset({wanted})
    if not is_exact:
        for fits in (_begins, _contains):
            if found := frozenset(name for name in known if fits(name, wanted)):
                return found
    raise UsageError(f"The atlas has no {kind} '{word}'.", _suggestion(wanted, known))


def _written(word: str) -> str:
    """Return a word as the atlas writes its names."""
    return "_".join(word.lower().replace("-", " ").replace("_", " ").replace("'", "").split())


def _suggestion(wanted: str, known: frozenset[str]) -> str:
    near = suggestion(wanted, known)
    return near if near.startswith("Known") else f"{near} Known are: {', '.join(sorted(known))}."


def _begins(name: str, wanted: str) -> bool:
    return name.startswith(f"{wanted}_")


def _contains(name: str, wanted: str) -> bool:
    return wanted in name.split("_")


def _place_in_referral(point: Point, parts: frozenset[str]) -> int:
    return min((point.referral.index(part) for part in parts if part in point.referral), default=0)
