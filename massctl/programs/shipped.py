"""Makes programs from the shipped files: plain and fast, since they are ours and the tests check them with the strict schema."""

from __future__ import annotations

from typing import Any

from massctl.body.data import read_toml
from massctl.body.terms import End, Mode, Side, Tool
from massctl.programs.program import Kind, Program, ProgramLevel, Step, Timing


def read_shipped(program_id: str) -> Program:
    """Read one of the shipped programs by its id, which must exist."""
    raw = read_toml("programs", f"{program_id}.toml")
    converted: dict[str, Any] = {
        "steps": tuple(_step(step) for step in raw["steps"]),
        "kind": Kind(raw["kind"]),
        "level": ProgramLevel(raw["level"]),
        "causes": tuple(raw.get("causes", ())),
        "search_words": tuple(raw.get("search_words", ())),
        "timing": Timing(raw["timing"]) if "timing" in raw else None,
        "main_tool": Tool(raw["main_tool"]) if "main_tool" in raw else None,
    }
    return Program(**(raw | converted))


def _step(raw: dict[str, Any]) -> Step:
    converted: dict[str, Any] = {
        "mode": Mode(raw["mode"]),
        "tool": Tool(raw["tool"]),
        "end": End(raw["end"]),
        "side": Side(raw["side"]) if "side" in raw else None,
    }
    bands: dict[str, Any] = {name: tuple(raw[name]) for name in ("force_n", "pressure_kg_cm2", "points") if name in raw}
    return Step(**(raw | converted | bands))
