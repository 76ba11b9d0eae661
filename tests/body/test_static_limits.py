"""The static limits: each only narrows, each at its edge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massctl.body import limits
from massctl.body.atlas import Atlas

ATLAS = Atlas.load()
BANDS = st.tuples(st.floats(0, 100), st.floats(0, 100)).map(lambda band: (min(band), max(band)))


def test_F17_no_speed_above_2400_or_the_regions_ceiling() -> None:
    for one in ATLAS.points():
        if band := limits.speed_band_ppm(one):
            assert band[0] <= band[1] <= min(one.region.max_ppm, limits.SPEED_CEILING_PPM)


def test_F2_no_speed_and_no_force_where_percussion_is_forbidden() -> None:
    for point in ATLAS.points():
        if point.region.id in limits.NO_PERCUSSION_REGIONS or point.percussion == "no":
            assert limits.speed_band_ppm(point) is None
            assert limits.narrow_force_n(point, (5, 10)) is None
            assert not limits.allows_standing(point)


def test_F2_a_massager_never_stands_over_a_nerve() -> None:
    assert limits.allows_percussion(ATLAS.point("PIRI"))
    assert not limits.allows_standing(ATLAS.point("PIRI"))
    assert limits.allows_standing(ATLAS.point("GMAX"))


@given(
    index=st.integers(0, 52),
    wish=BANDS,
    area_cm2=st.sampled_from([1.0, 3.0, 4.0, 5.0]),
    factor=st.sampled_from([0.5, 0.8, 1.0]),
)
def test_F10_F11_force_only_narrows(index: int, wish: tuple[float, float], area_cm2: float, factor: float) -> None:
    point = ATLAS.points()[index]
    band = limits.narrow_force_n(point, wish, area_cm2, factor)
    if band is None:
        return
    assert point.force_n is not None
    assert limits.FORCE_USEFUL_MIN_N <= band[0] <= band[1]
    assert band[1] <= min(wish[1], point.force_n[1], point.region.max_force_n * factor)
    most_kpa = limits.CONE_PRESSURE_MAX_KPA if area_cm2 < 1.5 else limits.PERCUSSION_PRESSURE_MAX_KPA
    assert band[1] / area_cm2 * 10 <= most_kpa + 1e-9


def test_F11_a_cone_gets_half_the_force_and_20_n_at_most() -> None:
    assert limits.narrow_force_n(ATLAS.point("GMAX"), (15, 45), 1.0) == (7.5, 20.0)
    assert limits.narrow_force_n(ATLAS.point("UTRAP"), (8, 16), 1.0) == (4.0, 8.0)


def test_F18_a_band_narrowed_under_3_n_is_for_a_manual_tool() -> None:
    assert limits.narrow_force_n(ATLAS.point("FLEXF"), (5, 12), 1.0) is None
    assert limits.narrow_force_n(ATLAS.point("FLEXF"), (5, 12), 5.0) == (5, 12)


@given(index=st.integers(0, 52), wish=BANDS)
def test_F11_manual_pressure_stays_in_the_lower_half_and_under_3_5(index: int, wish: tuple[float, float]) -> None:
    point = ATLAS.points()[index]
    low, high = limits.narrow_pressure_kg_cm2(point, wish)
    assert low <= high <= min(sum(point.pressure_kg_cm2) / 2, 3.5, wish[1])


def test_F11_the_wish_is_kept_where_it_lies_in_the_lower_half() -> None:
    assert limits.narrow_pressure_kg_cm2(ATLAS.point("GMIN"), (2.0, 3.0)) == (2.0, 3.0)
    assert limits.narrow_pressure_kg_cm2(ATLAS.point("RHOM"), (1.5, 3.0)) == (1.5, 2.5)
    assert limits.narrow_pressure_kg_cm2(ATLAS.point("RHOM"), (2.8, 3.4)) == (1.5, 2.5)


def test_F35_a_fast_sensor_sees_every_speed_and_a_slow_one_none() -> None:
    assert all(limits.sensor_can_see(ppm, 300) for ppm in range(1000, 6001, 10))
    assert not any(limits.sensor_can_see(ppm, 10) for ppm in range(1000, 2401))


@pytest.mark.parametrize(("ppm", "can_see"), [(1514, True), (1515, False), (1690, False), (1691, True), (1900, True)])
def test_F35_the_edge_is_two_hertz_for_a_gun_that_is_3_percent_off(ppm: int, can_see: bool) -> None:
    # The third harmonic: 78 and 82 Hz are 2 Hz from 80, at 1,560 and 1,640 PPM; a gun set to 1,514 may run 1,559.
    assert limits.sensor_can_see(ppm, 80) is can_see


def test_F35_an_alias_at_exactly_two_hertz_is_too_slow() -> None:
    assert limits.lowest_alias_hz(1500, 105.0) == 2.0  # the fourth harmonic, 103 Hz where the gun is 3 % fast
    assert not limits.sensor_can_see(1500, 105.0)
    assert limits.sensor_can_see(1500, 105.01)


def test_F35_an_alias_that_a_harmonic_passes_over_is_not_stepped_over() -> None:
    assert limits.lowest_alias_hz(2400, 80) == 0.0
    assert limits.lowest_alias_hz(1600, 80) == 0.0
    assert not limits.sensor_can_see(1600, 80)


def test_F35_few_samples_make_no_average() -> None:
    assert not any(limits.sensor_can_see(ppm, rate_hz) for ppm in range(1000, 2401, 10) for rate_hz in (0, 10, 24))
    assert any(limits.sensor_can_see(ppm, 25) for ppm in range(1000, 2401, 10))


@pytest.mark.parametrize("point_id", ATLAS.point_ids)
def test_F35_at_80_samples_a_second_every_point_of_percussion_keeps_a_speed(point_id: str) -> None:
    band = limits.speed_band_ppm(ATLAS.point(point_id))
    if band is not None:
        assert any(limits.sensor_can_see(ppm, 80) for ppm in range(band[0], band[1] + 1, 10))


def test_F17_the_first_speed_after_standstill_is_1800_at_most() -> None:
    assert limits.start_speed_ppm(2100) == 1800
    assert limits.start_speed_ppm(1600) == 1600


def test_F11_the_push_of_a_manual_tool_at_its_highest_pressure() -> None:
    assert limits.static_force_max_n(1.0) == pytest.approx(49.03, abs=0.01)
