"""Program texts, devices, and how plans are read, for the tests of several folders."""

from __future__ import annotations

from massctl.devices.capabilities import ForceSensorCapabilities, MassagerCapabilities
from massctl.programs.linter import check_text
from massctl.programs.plan import Plan, PlannedStep
from massctl.programs.program import Program

GOOD = """\
#:schema program.schema.json
id = "my-shoulders"
title = "My shoulders"

[[steps]]
mode = "check"
tool = "ui"
maximum_s = 15
end = "all_clear"

[[steps]]
mode = "sweep"
tool = "perc"
point = "UTRAP"
side = "LR"
speed_ppm = 1600
force_n = [8, 14]
maximum_s = 60

[[steps]]
mode = "pin"
tool = "ball"
point = "RHOM"
side = "S"
pressure_kg_cm2 = [1.5, 2.5]
discomfort_max = 5
minimum_s = 30
maximum_s = 45
end = "release"
"""

GUN = MassagerCapabilities(speed_min_ppm=1200, speed_max_ppm=2400)
LEVELS = MassagerCapabilities(speed_min_ppm=1750, speed_max_ppm=2400, levels_ppm=(1750, 2100, 2400))
FAST_GUN = MassagerCapabilities(speed_min_ppm=2300, speed_max_ppm=3200)
SENSOR = ForceSensorCapabilities(rate_hz=500, published_hz=50, force_max_n=200)
SLOW_SENSOR = ForceSensorCapabilities(rate_hz=80, published_hz=40, force_max_n=200)
SLOWEST_SENSOR = ForceSensorCapabilities(rate_hz=10, published_hz=10, force_max_n=200)
GUESSED = ForceSensorCapabilities(rate_hz=500, published_hz=50, force_max_n=200, is_estimated=True)


def with_step(**changes: object) -> str:
    """Return a program of one step: a sweep of UTRAP with the massager, changed; None removes a key."""
    values: dict[str, object] = {
        "mode": "sweep",
        "tool": "perc",
        "point": "UTRAP",
        "side": "LR",
        "speed_ppm": 1600,
        "force_n": [8.0, 14.0],
        "maximum_s": 30,
    } | changes
    return program([values])


def program(steps: list[dict[str, object]], **head: object) -> str:
    """Return a program of these steps as TOML; None removes a key."""
    lines = [f"{key} = {_toml(value)}" for key, value in ({"id": "mine", "title": "Mine"} | head).items()]
    for step in steps:
        lines += ["", "[[steps]]"]
        lines += [f"{key} = {_toml(value)}" for key, value in step.items() if value is not None]
    return "\n".join(lines) + "\n"


def mine(text: str) -> Program:
    """Read a program, whatever the linter finds in it."""
    made, findings = check_text(text, "mine.toml")
    assert made is not None, findings
    return made


def labels(plan: Plan) -> list[str]:
    """Return the labels of a plan's steps, in order."""
    return [step.label for step in plan.steps]


def on(plan: Plan, point_id: str) -> list[PlannedStep]:
    """Return the steps of a plan on one point."""
    return [step for step in plan.steps if step.point and step.point.id == point_id]


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
