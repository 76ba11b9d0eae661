"""The atlas: nothing of the reference was lost, and it is found from any folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from massctl.body import limits
from massctl.body.atlas import SHORT_MOST, Atlas, Point
from massctl.body.data import nearest, profiles_dir, read_toml
from massctl.body.terms import Percussion, Tool
from massctl.errors import UsageError

REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "programs" / "reference.json").read_text(encoding="utf-8")
)
ATLAS = Atlas.load()
POINTS = {row["id"]: row for row in REFERENCE["points"]}


def as_reference(point: Point) -> dict[str, Any]:
    """The point in the reference's words."""
    return {
        "id": point.id,
        "name": point.name,
        "muscle": point.muscle,
        "region": point.region.id,
        "sides": list(point.sides),
        "location": point.location,
        "referral": list(point.referral),
        "causes": list(point.causes),
        "percussion": point.percussion,
        "sweep_only": point.sweep_only,
        "head": point.head,
        "ppm": point.speed_ppm and list(point.speed_ppm),
        "force_n": point.force_n and list(point.force_n),
        "pin_s": point.pin_s,
        "sweep_s": point.sweep_s,
        "passes": point.passes,
        "alt_tools": list(point.alternative_tools),
        "static_kg_cm2": list(point.pressure_kg_cm2),
        "pose": point.pose,
        "contra": point.cautions,
        "sources": list(point.sources),
    }


def test_all_points_and_regions_are_there() -> None:
    assert len(ATLAS.points()) == len(POINTS) == 53
    assert [region.id for region in ATLAS.regions()] == list(REFERENCE["regions"])
    assert len(ATLAS.regions()) == 29
    allowed = [point.percussion for point in ATLAS.points()]
    assert [allowed.count(kind) for kind in Percussion] == [20, 15, 18]


@pytest.mark.parametrize("point_id", sorted(POINTS))
def test_every_field_of_a_point_is_the_references(point_id: str) -> None:
    assert as_reference(ATLAS.point(point_id)) == POINTS[point_id]


@pytest.mark.parametrize(("region_id", "caps"), REFERENCE["regions"].items())
def test_every_cap_of_a_region_is_the_references(region_id: str, caps: dict[str, int]) -> None:
    region = ATLAS.region(region_id)
    assert {"max_force_n": region.max_force_n, "max_ppm": region.max_ppm} == caps


def test_neighbours_are_the_points_of_the_same_clusters() -> None:
    for point in ATLAS.points():
        expected = {one for cluster in REFERENCE["clusters"] if point.id in cluster for one in cluster} - {point.id}
        assert set(point.neighbours) == expected
        assert len(point.neighbours) == len(expected)


def test_every_source_code_is_explained_and_the_unread_books_are_marked() -> None:
    used = {code for point in ATLAS.points() for code in point.sources}
    assert used == set(ATLAS.sources)
    assert {code for code, source in ATLAS.sources.items() if source.status == "U"} == {"TS1", "TS2"}


def test_forbidden_regions_are_exactly_those_with_caps_of_zero() -> None:
    zero = {region.id for region in ATLAS.regions() if region.max_ppm == 0}
    assert zero == limits.NO_PERCUSSION_REGIONS
    assert all(region.max_force_n == 0 for region in ATLAS.regions() if region.id in zero)


def test_points_with_percussion_have_a_dose_and_the_others_none() -> None:
    for point in ATLAS.points():
        has_dose = point.speed_ppm is not None and point.force_n is not None and point.head is not None
        assert has_dose is point.allows_percussion


def test_points_for_a_clinician_have_no_dose() -> None:
    undosed = {point.id for point in ATLAS.points() if not point.is_dosed}
    assert undosed == {"SCAL", "SUBSC", "ILIOP", "POP"}
    assert all(ATLAS.point(one).alternative_tools == (Tool.HAND_PRO,) for one in undosed)


def test_heads_have_their_areas() -> None:
    areas = {head.id: head.area_cm2 for head in ATLAS.heads()}
    assert areas == {"ball": 5, "dampener": 5, "flat": 4, "fork": 4, "wedge": 3, "cone": 1, "thumb": 1.5}
    assert all(head.source for head in ATLAS.heads())
    assert {point.head for point in ATLAS.points()} - {None} <= set(areas)


def test_an_unknown_name_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="Did you mean UTRAP"):
        ATLAS.point("UTRPA")
    with pytest.raises(UsageError, match="Did you mean calf"):
        ATLAS.region("calff")
    with pytest.raises(UsageError, match="Known are: ball"):
        ATLAS.head("qqq")


def test_a_point_is_found_in_any_case() -> None:
    assert ATLAS.point("utrap") is ATLAS.point("UTRAP")


def test_an_unknown_key_in_a_shipped_point_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = read_toml("points", "UTRAP.toml") | {"speed": 3}
    monkeypatch.setattr("massctl.body.atlas.read_toml", lambda *_: raw)
    with pytest.raises(ValueError, match=r"UTRAP\.toml: unknown keys \['speed'\]"):
        Atlas()._read_point("UTRAP")


def test_the_nearest_word_is_found_whatever_the_case() -> None:
    assert nearest("utrpa", ["UTRAP", "LEVS"]) == ["UTRAP"]
    assert nearest("zzz", ["UTRAP"]) == []


def test_a_profiles_folder_in_the_working_directory_adds_nothing(tmp_path: Path) -> None:
    (tmp_path / "profiles" / "points").mkdir(parents=True)
    (tmp_path / "profiles" / "points" / "EVIL.toml").write_text('id = "EVIL"\n', encoding="utf-8")
    code = "from massctl.body import Atlas; print(len(Atlas.load().point_ids))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.strip() == "53"


def test_every_shipped_data_file_is_read_by_something() -> None:
    known = {"regions.toml", "sources.toml", "body_map.toml", "evidence.toml"}
    loose = {
        path.name
        for path in profiles_dir().rglob("*.toml")
        if path.parent.name not in ("points", "programs", "devices") and path.name not in known
    }
    assert not loose


def test_short_names_tell_all_points_apart_and_fit_a_column() -> None:
    atlas = Atlas.load()
    names = [atlas.point(point_id).short_name for point_id in atlas.point_ids]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= SHORT_MOST
    assert not any("(" in name for name in names)
    assert atlas.point("SCM").short_name == "Sternocleidomastoid"
    assert atlas.point("GASL").short_name == "Gastrocnemius, lateral head"
