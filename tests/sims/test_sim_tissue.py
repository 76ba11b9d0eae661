"""Tissue and body: depth follows push, ripple follows stroke, and both stiffness and tenderness fall with the dose."""

from __future__ import annotations

import random

import pytest

from sims.body import Body
from sims.tissue import BOUNCE, FELT_SHARE, SOFTENING, Tissue

DT_S = 0.02


def tissue() -> Tissue:
    return Tissue(12.0, random.Random(1))


def pressed(place: Tissue, push_n: float, seconds: float, amplitude_mm: float = 5.0) -> Tissue:
    for _ in range(round(seconds / DT_S)):
        place.step(DT_S, push_n, amplitude_mm)
    return place


def test_the_depth_follows_the_push_late_and_settles_on_the_spring() -> None:
    place = tissue()
    first = place.step(DT_S, 12.0, 0.0)
    settled = pressed(place, 12.0, 1.0, 0.0)
    assert first.depth_mm < 0.5 * settled.depth_mm
    assert settled.depth_mm == pytest.approx(12.0 / settled.stiffness_n_per_mm, rel=0.02)
    pressed(place, 0.0, 2.0, 0.0)
    assert place.depth_mm == 0.0


def test_the_stroke_rides_on_the_push_and_never_pulls() -> None:
    place = tissue()
    assert place.step(DT_S, 12.0, 0.0).ripple_n == 0.0
    assert place.step(DT_S, 12.0, 5.0).ripple_n > 2.0
    assert place.step(DT_S, 3.0, 50.0).ripple_n == pytest.approx(BOUNCE * 3.0)


def test_a_dose_softens_and_eases() -> None:
    place = tissue()
    fresh = place.discomfort(12.0)
    assert place.softness == 0.0
    pressed(place, 12.0, 30.0)
    assert place.softness < FELT_SHARE
    pressed(place, 12.0, 20.0)
    assert FELT_SHARE < place.softness < SOFTENING
    assert place.discomfort(12.0) < 0.75 * fresh


def test_half_the_push_is_half_the_dose() -> None:
    assert pressed(tissue(), 6.0, 60.0).dose_s == pytest.approx(pressed(tissue(), 12.0, 30.0).dose_s)


def test_nothing_happens_to_tissue_that_is_not_touched() -> None:
    place = pressed(tissue(), 0.0, 60.0)
    assert place.dose_s == 0.0
    assert place.discomfort(0.0) == 0.0


def test_a_good_press_on_any_point_starts_between_4_and_6_and_more_push_hurts_more() -> None:
    body = Body(seed=3)
    for number in range(40):
        place = body.at((f"P{number}", "L"))
        assert 3.5 <= place.discomfort(place.reference_n) <= 6.0
        assert place.discomfort(2 * place.reference_n) > place.discomfort(place.reference_n)
        assert place.discomfort(100 * place.reference_n) == 10.0


def test_a_place_is_the_same_for_the_same_seed_whatever_was_touched_before() -> None:
    one, other, third = Body(1), Body(1), Body(2)
    other.at(("INFRA", "R"))
    assert one.at(("UTRAP", "L")).tenderness == other.at(("UTRAP", "L")).tenderness
    assert one.at(("UTRAP", "L")).tenderness != third.at(("UTRAP", "L")).tenderness
    assert one.at(("UTRAP", "L")).tenderness != one.at(("UTRAP", "R")).tenderness


def test_a_body_remembers_what_a_place_has_had() -> None:
    body = Body(1)
    pressed(body.at(("UTRAP", "L")), 12.0, 10.0)
    assert body.at(("UTRAP", "L")).dose_s == pytest.approx(10.0)
    assert body.at(("UTRAP", "R")).dose_s == 0.0


def test_a_reference_push_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Tissue(0.0, random.Random(1))
