"""What a run is about: a program of the catalogue, a program file, or one point of the atlas to drive freely (rule F46)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from massctl.app.request import RunRequest
from massctl.body.allowance import Allowance
from massctl.body.atlas import Atlas, Point
from massctl.body.terms import Side
from massctl.errors import UsageError
from massctl.programs.catalogue import Catalogue
from massctl.programs.plan import Plan
from massctl.programs.planner import free_run_plan, make_plan
from massctl.programs.program import Program
from massctl.session.runner import SessionDevices


@dataclass(frozen=True, slots=True)
class Subject:
    """A checked program or point, before any device is known."""

    title: str
    points: tuple[Point, ...]
    program: Program | None
    """None for a free run on the one point."""

    @property
    def regions(self) -> frozenset[tuple[str, str]]:
        """Id and name of each region that may be worked on."""
        return frozenset((point.region.id, point.region.name) for point in self.points)

    def plan(self, request: RunRequest, devices: SessionDevices, allowance: Allowance | None = None) -> Plan:
        """Make the plan for these devices, these choices and this person. Raises UsageError or Blocked where there is none."""
        massager = devices.massager.capabilities if devices.massager else None
        sensor = devices.sensor.capabilities if devices.sensor else None
        if self.program is not None:
            return make_plan(self.program, request.choices, massager=massager, sensor=sensor, allowance=allowance)
        if massager is None:
            raise UsageError("A free run needs a massager.", "Name it with --massager URL, or use --sim.")
        side = request.choices.side or _only_side(self.points[0])
        return free_run_plan(self.points[0], side, massager, sensor, request.speed_ppm, allowance=allowance)


def load_subject(request: RunRequest) -> Subject:
    """Find and check what ``request`` names, before a device is opened or a question asked.

    Raises:
        UsageError, FileProblem, Blocked: It cannot be run, with the place and the rule (F47); or its side is not chosen.
    """
    atlas = Atlas.load()
    if request.point:
        point = atlas.point(request.point)
        if request.choices.side is None:
            _only_side(point)
        return Subject(f"Free run on {point.name}", (point,), None)
    program = Catalogue.load().program(request.program)
    if program.needs_side and request.choices.side is None:
        raise UsageError(f"{program.id} works on the side you choose.", "Say --side left, right or both.")
    return Subject(program.title, tuple(atlas.point(name) for name in _point_ids(program)), program)


def _only_side(point: Point) -> Side:
    if len(point.sides) != 1:
        raise UsageError(f"{point.id} has two sides.", "Say which: --side left or --side right.")
    return point.sides[0]


def _point_ids(program: Program) -> Iterable[str]:
    scanned = (name for step in program.steps for name in step.points)
    return dict.fromkeys((*program.point_ids, *scanned))
