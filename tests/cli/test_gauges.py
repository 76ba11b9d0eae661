"""Large figures and bars: exact widths, clamped values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massctl.cli.gauges import band_bar, band_scale, dots, progress_bar, trace
from massctl.faces.digits import large, minutes


def test_large_figures_are_five_lines_of_equal_width() -> None:
    lines = large("0:27")
    assert lines == [
        "██████      ██████  ██████",
        "██  ██  ██      ██      ██",
        "██  ██      ██████      ██",
        "██  ██  ██  ██          ██",
        "██████      ██████      ██",
    ]
    assert {len(line) for line in large("19:48")} == {len(large("56:03")[0])}


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (-3, "0:00"), (0.1, "0:01"), (27.0, "0:27"), (60, "1:00"), (600.5, "10:01")]
)
def test_a_time_left_rounds_up_so_that_zero_means_over(seconds: float, text: str) -> None:
    assert minutes(seconds) == text


@given(st.floats(-10, 200), st.integers(5, 90))
def test_a_bar_has_its_width_whatever_the_value(value: float, width: int) -> None:
    assert band_bar(value, (10, 20), 30, width, "green").cell_len == width
    assert progress_bar(value / 100, width, "blue").cell_len == width
    assert trace([value, None, value], (10, 20), 30, width).cell_len == width


@given(st.floats(0.5, 50), st.floats(0.1, 50), st.integers(12, 90))
def test_the_scale_under_a_bar_has_its_width(low: float, span: float, width: int) -> None:
    band = (round(low, 1), round(low + span, 1))
    assert band_scale(band, band[1] * 1.5, width, f"{band[0]:g}–{band[1]:g} N").cell_len == width


def test_the_band_shows_through_until_the_force_covers_it() -> None:
    assert band_bar(0, (10, 20), 30, 30, "green").plain == "·" * 10 + "▒" * 10 + "·" * 10
    assert band_bar(15, (10, 20), 30, 30, "green").plain == "█" * 15 + "▒" * 5 + "·" * 10
    assert band_bar(99, (10, 20), 30, 30, "green").plain == "█" * 30
    assert band_scale((10, 20), 30, 60, "10–20 N").plain.strip() == "╰──── 10–20 N ─────╯"


def test_a_rating_is_ten_dots() -> None:
    assert dots(4, "green").plain == "●●●●○○○○○○"
    assert dots(None, "green").plain == "○" * 10
    assert dots(10, "red").plain == "●" * 10
