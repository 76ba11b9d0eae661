"""The trace in columns of time, and its drawing in braille."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massctl.dashboard.trace import COLUMN_S, COLUMNS_KEPT, Column, Trace
from massctl.dashboard.widgets.chart import axis, braille, shaded


def filled(*readings: tuple[float, float]) -> Trace:
    trace = Trace()
    for at_s, value in readings:
        trace.add(at_s, value)
    return trace


def test_a_column_keeps_the_extremes_so_that_no_spike_is_lost() -> None:
    assert filled((0.01, 5.0), (0.02, 60.0), (0.03, 4.0)).columns(1) == [Column(4.0, 60.0)]


def test_a_short_gap_is_bridged_and_a_stale_one_is_a_gap() -> None:
    assert filled((0.05, 5.0), (0.35, 6.0)).columns(4) == [Column(5, 5)] * 3 + [Column(6, 6)]
    assert filled((0.05, 5.0), (1.05, 6.0)).columns(3) == [None, None, Column(6, 6)]


def test_what_is_no_number_is_left_out() -> None:
    trace = filled((0.0, 5.0))
    trace.add(0.2, math.nan)
    trace.add(0.2, math.inf)
    assert trace.columns(1) == [Column(5, 5)]


def test_a_clock_that_went_back_begins_anew() -> None:
    trace = filled((100.0, 5.0))
    trace.add(1.0, 6.0)
    assert trace.columns(3) == [None, None, Column(6, 6)]


def test_memory_is_bounded_however_long_a_session_is() -> None:
    trace = Trace()
    for number in range(COLUMNS_KEPT * 30):
        trace.add(number * COLUMN_S / 10, 1.0)
    trace.add(1e6, 1.0)
    assert len(trace.columns(10**6)) == 10**6
    assert sum(column is not None for column in trace.columns(COLUMNS_KEPT * 2)) <= COLUMNS_KEPT


readings = st.lists(st.one_of(st.none(), st.tuples(st.floats(-1e4, 1e4), st.floats(0, 1e4))), max_size=60)


@given(readings, st.floats(0.1, 1e4), st.integers(1, 12))
def test_whatever_is_measured_is_drawn_inside_the_chart(
    values: list[tuple[float, float] | None], full: float, height: int
) -> None:
    columns = [None if value is None else Column(value[0], value[0] + value[1]) for value in values]
    rows = braille(columns, full, height)
    assert len(rows) == height
    assert all(len(row) == (len(columns) + 1) // 2 and all(0 <= bits <= 0xFF for bits in row) for row in rows)
    lit = sum(bits.bit_count() for row in rows for bits in row)
    assert (lit > 0) == any(column is not None for column in columns)


def test_more_push_is_drawn_higher() -> None:
    low, high = (braille([Column(value, value)], 40.0, 4) for value in (5.0, 35.0))
    assert [bool(row[0]) for row in low] == [False, False, False, True]
    assert [bool(row[0]) for row in high] == [True, False, False, False]


def test_a_steep_rise_is_a_line_without_holes() -> None:
    rows = braille([Column(0, 0), Column(40, 40)], 40.0, 4)
    assert all(row[0] for row in rows)


@given(st.floats(0, 99), st.floats(0.01, 50), st.integers(1, 20))
def test_the_band_is_always_to_be_seen(low: float, wide: float, height: int) -> None:
    full = (low + wide) * 1.5
    assert any(shaded((low, low + wide), full, height))


@pytest.mark.parametrize("height", [1, 2, 4, 9])
def test_the_axis_is_as_wide_in_every_row(height: int) -> None:
    labels = axis((20.0, 30.0), 45.0, height, "N")
    assert len({len(label) for label in labels}) == 1
    assert "N" in labels[0]
