"""The drawn body: every point and place has its room on it, and what is marked can be told apart without colours."""

from __future__ import annotations

import pytest

from massctl.app.persons import today
from massctl.body.atlas import Atlas
from massctl.body.figure import HALF_WIDTH, HEIGHT, Figure, Polygon, View, side_at, sign_of
from massctl.body.limits import NO_PERCUSSION_REGIONS
from massctl.body.person import Answer
from massctl.body.person_rules import Facts, allowance_of
from massctl.body.screening import Matter
from massctl.body.search import known_body_parts
from massctl.body.terms import Side
from massctl.dashboard.body_drawing import Marks, Picture, Spot, Tint, draw, heat_of
from massctl.dashboard.body_map import _nearest
from massctl.dashboard.body_raster import Frame
from massctl.dashboard.map_marks import marks_for_body, marks_for_point, marks_for_program
from massctl.faces.places import PLACES
from massctl.programs.catalogue import Catalogue
from tests.app.screened import healthy
from tests.dashboard.snapshot import compare

ATLAS, FIGURE = Atlas.load(), Figure.load()
SIZES = {"80x24": (18, 21), "120x40": (34, 37)}


def inside(polygon: Polygon, x: float, y: float) -> bool:
    is_in = False
    for (x0, y0), (x1, y1) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            is_in = not is_in
    return is_in


def regions_at(view: View, x: float, y: float) -> list[str]:
    return [name for name, shapes in FIGURE.regions[view].items() if any(inside(shape, x, y) for shape in shapes)]


def tints(picture: Picture) -> set[Tint]:
    return {cell.tint for row in picture.rows for cell in row}


def cells(picture: Picture, tint: Tint) -> set[tuple[int, int]]:
    return {(x, y) for y, row in enumerate(picture.rows) for x, cell in enumerate(row) if cell.tint is tint}


# --- the geometry ----------------------------------------------------------------------------------------------------------


def test_every_region_point_and_place_of_the_atlas_is_drawn_and_nothing_else() -> None:
    assert {name for shapes in FIGURE.regions.values() for name in shapes} == {region.id for region in ATLAS.regions()}
    assert set(FIGURE.points) == set(ATLAS.point_ids)
    assert set(FIGURE.zones) == known_body_parts() == set(PLACES)


@pytest.mark.parametrize("point_id", ATLAS.point_ids)
def test_a_point_is_drawn_in_its_own_region(point_id: str) -> None:
    place = FIGURE.points[point_id]
    assert ATLAS.point(point_id).region.id in regions_at(place.view, place.x, place.y)[-1:], regions_at(
        place.view, place.x, place.y
    )


@pytest.mark.parametrize("view", View)
def test_everything_lies_in_the_frame_on_the_half_that_is_written_down(view: View) -> None:
    shapes = (*FIGURE.outlines[view], *(shape for shapes in FIGURE.regions[view].values() for shape in shapes))
    for x, y in (corner for shape in shapes for corner in shape):
        assert -0.1 <= x <= HALF_WIDTH + 0.1
        assert -2.1 <= y <= HEIGHT


def test_a_front_view_looks_at_you_and_a_back_view_goes_with_you() -> None:
    for view in View:
        for side in (Side.LEFT, Side.RIGHT):
            assert side_at(view, sign_of(view, side) * 5.0) is side
    assert sign_of(View.FRONT, Side.LEFT) == 1
    assert sign_of(View.BACK, Side.LEFT) == -1


# --- the picture -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("view", View)
def test_the_body_looks_as_it_did(view: View, size: str) -> None:
    marks = marks_for_body(
        None, selected=("GMIN", Side.LEFT), ratings={("UTRAP", Side.RIGHT): 7, ("PMAJ", Side.LEFT): 3}
    )
    compare(f"body-{view}-{size}", draw(Frame(view), *SIZES[size], marks).text)


@pytest.mark.parametrize("size", SIZES)
def test_every_point_is_reached_with_the_arrow_keys_from_every_other(size: str) -> None:
    columns, rows = SIZES[size]
    marks = marks_for_body(None, selected=("UTRAP", Side.LEFT))
    places = {
        key: (column + view_left, row)
        for view, view_left in ((View.FRONT, 0), (View.BACK, columns + 2))
        for key, (column, row) in draw(Frame(view), columns, rows, marks).spots.items()
    }
    steps = [(1, 0), (-1, 0), (0, 1), (0, -1)]
    ways = {
        key: {found for step in steps if (found := _nearest(places, place, *step)) is not None}
        for key, place in places.items()
    }
    backwards = {key: {other for other in ways if key in ways[other]} for key in ways}
    for direction in (ways, backwards):
        reached, open_ends = {("UTRAP", Side.LEFT)}, [("UTRAP", Side.LEFT)]
        while open_ends:
            fresh = direction[open_ends.pop()] - reached
            reached |= fresh
            open_ends += fresh
        assert reached == set(places)
    assert len(places) == sum(len(point.sides) for point in ATLAS.points())


@pytest.mark.parametrize("view", View)
def test_the_body_without_marks_is_the_same_on_both_sides(view: View) -> None:
    picture = draw(Frame(view), 34, 37, Marks())
    for row in picture.rows:
        here = [cell.tint is not Tint.NOTHING for cell in row]
        assert sum(a != b for a, b in zip(here, reversed(here), strict=True)) <= 2


@pytest.mark.parametrize(("columns", "rows"), [(1, 1), (2, 60), (60, 2), (18, 21), (80, 80)])
def test_any_size_is_filled_exactly(columns: int, rows: int) -> None:
    picture = draw(Frame(View.BACK), columns, rows, marks_for_body(None, selected=("UTRAP", Side.LEFT)))
    assert len(picture.rows) == rows
    assert {len(row) for row in picture.rows} == {columns}


def test_pain_is_shown_on_the_side_of_the_selected_point_only() -> None:
    for side in (Side.LEFT, Side.RIGHT):
        picture = draw(Frame(View.BACK), 34, 37, marks_for_point("GMIN", side, None))
        middle = 17
        lefts = {x < middle for x, _ in cells(picture, Tint.ZONE)}
        assert lefts == {side is Side.LEFT}


def test_what_is_forbidden_is_thinner_than_what_is_allowed_and_a_zone_is_full() -> None:
    marks = Marks((), ("GMIN", Side.LEFT), frozenset({"thigh_back"}), NO_PERCUSSION_REGIONS)
    picture = draw(Frame(View.BACK), 60, 66, marks)

    def dots(tint: Tint) -> float:
        full = [cell for row in picture.rows for cell in row if cell.tint is tint and cell.ground is tint]
        return sum((ord(cell.character) - 0x2800).bit_count() for cell in full) / (8 * len(full))

    assert dots(Tint.FORBIDDEN) < 0.4
    assert 0.6 < dots(Tint.BODY) < 0.8
    assert dots(Tint.ZONE) > 0.9


def test_a_persons_forbidden_region_is_drawn_as_one() -> None:
    plain = draw(Frame(View.BACK), 34, 37, Marks())
    barred = draw(Frame(View.BACK), 34, 37, Marks(forbidden=frozenset({"calf"})))
    assert not cells(plain, Tint.FORBIDDEN)
    assert cells(barred, Tint.FORBIDDEN)


@pytest.mark.parametrize(
    ("rating", "tint"),
    [(0, Tint.HEAT_LOW), (3, Tint.HEAT_LOW), (4, Tint.HEAT_MIDDLE), (6, Tint.HEAT_MIDDLE), (7, Tint.HEAT_HIGH)],
)
def test_tenderness_is_a_digit_and_a_heat(rating: int, tint: Tint) -> None:
    assert heat_of(rating) is tint
    spot = Spot("INFRA", Side.RIGHT, rating=rating)
    picture = draw(Frame(View.BACK), 34, 37, Marks((spot,)))
    column, row = picture.spots["INFRA", Side.RIGHT]
    assert picture.rows[row][column].character == str(rating)
    assert len(cells(picture, tint)) > 4


def test_a_tenderness_of_ten_takes_one_cell() -> None:
    picture = draw(Frame(View.BACK), 34, 37, Marks((Spot("INFRA", Side.LEFT, rating=10),)))
    column, row = picture.spots["INFRA", Side.LEFT]
    assert picture.rows[row][column].character == "X"


@pytest.mark.parametrize("size", SIZES)
def test_no_two_points_share_a_cell_and_the_selected_one_is_always_there(size: str) -> None:
    for view in View:
        for point_id, place in FIGURE.points.items():
            picture = draw(Frame(view), *SIZES[size], marks_for_body(None, selected=(point_id, Side.LEFT)))
            assert len(set(picture.spots.values())) == len(picture.spots)
            if place.view is view:
                column, row = picture.spots[point_id, Side.LEFT]
                assert picture.rows[row][column].tint is Tint.SELECTED


def test_at_the_larger_size_every_point_is_on_the_map() -> None:
    shown = {key for view in View for key in draw(Frame(view), *SIZES["120x40"], marks_for_body(None)).spots}
    assert shown == {(point.id, side) for point in ATLAS.points() for side in point.sides}


def test_a_close_up_has_the_point_in_its_middle() -> None:
    place = FIGURE.points["PIRI"]
    frame = Frame.around(View.BACK, sign_of(View.BACK, Side.RIGHT) * place.x, place.y)
    picture = draw(frame, 36, 18, marks_for_point("PIRI", Side.RIGHT, None))
    column, row = picture.spots["PIRI", Side.RIGHT]
    assert abs(column - 18) <= 1
    assert abs(row - 9) <= 1


def test_a_programs_points_are_marked_and_no_others() -> None:
    program = Catalogue.load().program("plantar-morning")
    assert {spot.point_id for spot in marks_for_program(program, None).spots} == set(program.point_ids)


def test_a_point_for_the_hand_looks_other_than_one_for_the_massager() -> None:
    marks = marks_for_body(None)
    picture = draw(Frame(View.FRONT), 60, 66, marks)

    def at(point_id: str) -> str:
        column, row = picture.spots[point_id, Side.LEFT]
        return picture.rows[row][column].character

    assert at("SCM") == "◦"
    assert at("RFEM") == "•"


def test_where_the_person_may_have_nothing_the_point_says_so_and_where_no_massager_it_is_one_by_hand() -> None:
    pacemaker = allowance_of(Facts(healthy("me", Answer(Matter.ACTIVE_IMPLANT)), today(), 0))
    spots = {(spot.point_id, spot.side): spot for spot in marks_for_body(pacemaker).spots}
    chest, calf = spots["PMAJ", Side.LEFT], spots["GASM", Side.LEFT]
    assert (chest.is_by_hand, chest.is_barred) == (True, True)
    assert (calf.is_by_hand, calf.is_barred) == (True, False)
    assert "×" in draw(Frame(View.FRONT), 34, 37, marks_for_body(pacemaker)).text
    assert "×" not in draw(Frame(View.FRONT), 34, 37, marks_for_body(None)).text
