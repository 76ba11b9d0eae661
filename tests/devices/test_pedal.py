from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massctl.devices.capabilities import InputKind
from massctl.devices.pedal import DOUBLE_S, HELD_S, PedalReader


def test_a_short_press_is_told_when_no_second_one_followed() -> None:
    pedal = PedalReader()
    assert pedal.edge(True, 1.0) == [InputKind.PEDAL_DOWN]
    assert pedal.edge(False, 1.2) == []
    assert pedal.next_deadline_s == pytest.approx(1.2 + DOUBLE_S)
    assert pedal.tick(1.2 + DOUBLE_S - 0.001) == []
    assert pedal.tick(1.2 + DOUBLE_S) == [InputKind.PEDAL]
    assert pedal.tick(9.0) == []
    assert pedal.next_deadline_s is None


def test_two_short_presses_are_one_double() -> None:
    pedal = PedalReader()
    pedal.edge(True, 1.0)
    pedal.edge(False, 1.1)
    assert pedal.edge(True, 1.3) == [InputKind.PEDAL_DOWN]
    assert pedal.edge(False, 1.4) == [InputKind.PEDAL_DOUBLE]
    assert pedal.tick(9.0) == []


def test_two_presses_far_apart_are_two_singles() -> None:
    pedal = PedalReader()
    pedal.edge(True, 1.0)
    pedal.edge(False, 1.1)
    assert pedal.edge(True, 1.1 + DOUBLE_S) == [InputKind.PEDAL, InputKind.PEDAL_DOWN]
    pedal.edge(False, 2.0)
    assert pedal.tick(3.0) == [InputKind.PEDAL]


def test_holding_is_told_while_it_is_still_down_and_only_once() -> None:
    pedal = PedalReader()
    pedal.edge(True, 1.0)
    assert pedal.tick(1.0 + HELD_S - 0.001) == []
    assert pedal.tick(1.0 + HELD_S) == [InputKind.PEDAL_HELD]
    assert pedal.next_deadline_s is None
    assert pedal.tick(5.0) == []
    assert pedal.edge(False, 6.0) == []
    assert pedal.tick(9.0) == []


def test_a_second_press_that_is_held_is_an_emergency_stop_too() -> None:
    pedal = PedalReader()
    pedal.edge(True, 1.0)
    pedal.edge(False, 1.1)
    pedal.edge(True, 1.2)
    assert pedal.tick(1.2 + HELD_S) == [InputKind.PEDAL_HELD]


def test_an_edge_told_twice_changes_nothing() -> None:
    pedal = PedalReader()
    assert pedal.edge(True, 1.0) == [InputKind.PEDAL_DOWN]
    assert pedal.edge(True, 1.1) == []
    assert pedal.is_down
    pedal.edge(False, 1.2)
    pedal.edge(False, 1.3)
    assert pedal.tick(2.0) == [InputKind.PEDAL]


@given(st.lists(st.floats(0.01, 2.0), min_size=2, max_size=40))
def test_every_long_press_is_an_emergency_stop_whatever_came_before(pauses_s: list[float]) -> None:
    pedal = PedalReader()
    now_s, down_s = 0.0, 0.0
    is_down = False
    held = long_presses = 0
    for pause_s in pauses_s:
        now_s += pause_s
        kinds = pedal.tick(now_s)
        if is_down:
            long_presses += now_s >= down_s + HELD_S
        is_down = not is_down
        if is_down:
            down_s = now_s
        held += [*kinds, *pedal.edge(is_down, now_s)].count(InputKind.PEDAL_HELD)
    assert held == long_presses
