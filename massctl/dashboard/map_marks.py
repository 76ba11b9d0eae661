"""What the body map shows for a program, a point, or a person: pure, from data to marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from massctl.body.allowance import Allowance
from massctl.body.atlas import Atlas, Point
from massctl.body.figure import Figure, View
from massctl.body.limits import allows_percussion, speed_max_ppm
from massctl.body.terms import Mode, Side, Tool
from massctl.dashboard.body_drawing import Marks, Spot
from massctl.programs.program import Program

Ratings = Mapping[tuple[str, Side], int]


def marks_for_body(
    allowance: Allowance | None,
    *,
    selected: tuple[str, Side] | None = None,
    wanted: Iterable[str] | None = None,
    ratings: Ratings | None = None,
) -> Marks:
    """Return every point; those that are not ``wanted`` are faint; with the zones of the selected one."""
    shown = None if wanted is None else frozenset(wanted)
    spots = tuple(
        _spot(point, side, allowance, is_faint=shown is not None and point.id not in shown, ratings=ratings or {})
        for point in Atlas.load().points()
        for side in point.sides
    )
    return Marks(spots, selected, zones_of(selected), forbidden_regions(allowance))


def marks_for_program(program: Program, allowance: Allowance | None) -> Marks:
    """Return the points of a program, and where their pain is felt."""
    points = [Atlas.load().point(name) for name in program.point_ids]
    spots = tuple(_spot(point, side, allowance) for point in points for side in point.sides)
    return Marks(spots, None, frozenset(), forbidden_regions(allowance))


def marks_for_point(point_id: str, side: Side | None, allowance: Allowance | None) -> Marks:
    """Return one point with where its pain is felt, and its neighbours faintly."""
    point = Atlas.load().point(point_id)
    which = side if side in point.sides else point.sides[0]
    return marks_for_body(allowance, selected=(point_id, which), wanted=(point_id,))


def zones_of(selected: tuple[str, Side] | None) -> frozenset[str]:
    """Return where the pain of the selected point is felt."""
    return frozenset(Atlas.load().point(selected[0]).referral) if selected is not None else frozenset()


def forbidden_regions(allowance: Allowance | None) -> frozenset[str]:
    """Return the regions without the massager: for everybody (F2), and for this person."""
    regions = Atlas.load().regions()
    barred = {region.id for region in regions if speed_max_ppm(region) == 0}
    for region in regions:
        bars = allowance.bars if allowance is not None else ()
        if any(bar.covers(region.id, Tool.PERCUSSION, Mode.SWEEP) for bar in bars):
            barred.add(region.id)
    return frozenset(barred)


def drawn_points() -> frozenset[str]:
    """Return the points that have a place on the map."""
    return frozenset(Figure.load().points)


def view_of(point_id: str) -> View:
    """Return from which side a point is seen."""
    return Figure.load().points[point_id].view


def _spot(
    point: Point, side: Side, allowance: Allowance | None, *, is_faint: bool = False, ratings: Ratings | None = None
) -> Spot:
    def is_barred(tool: Tool, mode: Mode) -> bool:
        return allowance is not None and allowance.bar(point, tool, mode) is not None

    has_no_massager = not allows_percussion(point) or is_barred(Tool.PERCUSSION, Mode.SWEEP)
    return Spot(
        point.id,
        side,
        is_by_hand=has_no_massager,
        is_barred=has_no_massager and is_barred(Tool.HAND, Mode.PIN),
        is_faint=is_faint,
        rating=(ratings or {}).get((point.id, side)),
    )
