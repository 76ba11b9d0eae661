"""The search for points: words, parts of words, nearest words, and red flags first."""

from __future__ import annotations

import pytest

from massctl.body.red_flags import red_flags
from massctl.body.search import (
    _COMMON_NAMES,
    SPORTS,
    Query,
    body_parts,
    causes_meant,
    find_points,
    known_body_parts,
    place_meant,
    tool_meant,
)
from massctl.body.terms import Tool
from massctl.errors import UsageError


def ids(query: Query) -> list[str]:
    return [point.id for point in find_points(query)]


def test_points_behind_a_place_that_hurts_those_that_name_it_first_come_first() -> None:
    assert ids(Query(hurts="head_temple")) == ["TEMP", "SUBOCC", "UTRAP", "SCM", "SPLEN"]


@pytest.mark.parametrize("word", ["head_temple", "Head Temple", "head-temple", "temple"])
def test_a_place_can_be_written_as_people_write_it(word: str) -> None:
    assert body_parts(word) == {"head_temple"}


def test_a_part_of_a_name_means_all_that_begin_with_it() -> None:
    assert body_parts("knee") == {"knee_back", "knee_front", "knee_lat", "knee_med"}
    assert body_parts("head") == {"head_forehead", "head_occiput", "head_temple", "head_vertex"}


def test_all_words_of_a_query_must_fit() -> None:
    assert ids(Query(hurts="calf", tool="massager", region="buttock")) == []
    assert set(ids(Query(region="buttock", tool="massager"))) == {"GMAX", "PIRI"}
    assert ids(Query(muscle="trapezius", cause="phone")) == ["UTRAP"]


def test_sport_means_every_sport() -> None:
    assert causes_meant("sport") == SPORTS | {"sport"}
    for sport in sorted(SPORTS):
        assert set(ids(Query(cause=sport))) <= set(ids(Query(cause="sport")))


def test_the_massager_is_offered_only_where_it_may_run() -> None:
    assert not {"SCM", "TEMP", "QLUM", "PMIN"} & set(ids(Query(tool="massager")))
    assert len(ids(Query(tool="perc"))) == 35
    assert tool_meant("percussion") is Tool.PERCUSSION


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (Query(hurts="head_tempel"), "Did you mean head_temple"),
        (Query(cause="driving"), "Did you mean drive"),
        (Query(muscle="pirifromis"), "Did you mean piriformis"),
        (Query(tool="bal"), "Did you mean ball"),
        (Query(region="calve"), "Did you mean calf"),
        (Query(hurts="zzz"), "Known are: achilles"),
    ],
)
def test_an_unknown_word_names_the_nearest_and_lists_all(query: Query, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        find_points(query)
    assert "Known are:" in caught.value.remedy


@pytest.mark.parametrize(
    "place", ["chest", "abdomen", "jaw", "eye", "ear", "teeth", "groin", "calf", "head", "low_back"]
)
def test_F9_searches_from_these_places_show_red_flags(place: str) -> None:
    assert red_flags(place)
    assert red_flags(f" {place.upper()} ") == red_flags(place)


def test_F9_other_places_show_none() -> None:
    with_flags = {"chest", "jaw", "eye", "ear", "teeth", "groin", "calf", "low_back"} | body_parts("head")
    assert not any(red_flags(part) for part in known_body_parts() - with_flags)


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("headache", "head_temple"),
        ("Lower back", "low_back"),
        ("tennis elbow", "elbow_lat"),
        ("shoulder blade", "scapula"),
    ],
)
def test_what_people_call_a_place_is_found(word: str, part: str) -> None:
    assert part in body_parts(word)


def test_every_common_name_leads_to_a_place() -> None:
    assert all(body_parts(name) for name in _COMMON_NAMES)
    assert tool_meant("gun") is Tool.PERCUSSION


def test_a_headache_shows_red_flags_whatever_it_is_called() -> None:
    assert red_flags(place_meant("headache")) == red_flags("head_temple") != ()
