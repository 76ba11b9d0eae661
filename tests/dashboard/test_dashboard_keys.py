"""Keys of a running session: the same as in ``massctl run``, above every dialog, and on pedals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massctl.app.pedals import COMMANDS, TREAD
from massctl.dashboard.keys import (
    HELD_S,
    SPACE_COMMANDS,
    STOPS_EVERYWHERE,
    Above,
    Tread,
    Treads,
    check_pedal,
    name_of,
    route,
)
from massctl.dashboard.pedal import NOTHING, _commands
from massctl.errors import UsageError
from massctl.session.commands import KEYBOARD, Key, Press


@pytest.mark.parametrize("name", KEYBOARD)
def test_every_key_means_what_it_means_in_massctl_run(name: str) -> None:
    assert route(name, {}) == KEYBOARD[name]


@pytest.mark.parametrize("name", sorted(STOPS_EVERYWHERE))
@pytest.mark.parametrize("above", Above)
def test_the_stop_key_stops_above_every_dialog(name: str, above: Above) -> None:
    press = route(name, {}, above)
    assert isinstance(press, Press)
    assert press.key is Key.STOP


@given(st.characters(exclude_categories=("C", "Z")))
def test_any_printable_key_that_means_nothing_pauses(character: str) -> None:
    press = route(character, {})
    if character == "?":
        assert press is None
    else:
        assert isinstance(press, Press)
        assert press.key is Key.PAUSE or character in KEYBOARD or character.lower() in KEYBOARD


@pytest.mark.parametrize(
    "name", ["up", "down", "tab", "f2", "f5", "pageup", "home", "shift+tab", "ctrl+p", "backspace"]
)
def test_what_writes_no_letter_is_no_key_of_the_session(name: str) -> None:
    assert route(name, {}) is None


@pytest.mark.parametrize("name", ["x", "X", "q", "enter", "space", "5", "z"])
def test_letters_of_a_field_are_the_fields(name: str) -> None:
    assert route(name, {}, Above.FIELD) is None


@pytest.mark.parametrize("name", ["q", "enter", "space", "5", "z", "u"])
def test_keys_of_a_dialog_are_the_dialogs(name: str) -> None:
    assert route(name, {}, Above.DIALOG) is None


@pytest.mark.parametrize("name", ["x", "X"])
def test_F42_the_letter_that_stops_does_so_above_a_dialog_without_a_field(name: str) -> None:
    assert route(name, {}, Above.DIALOG) == Press(Key.STOP)


@pytest.mark.parametrize(
    ("key", "character", "name"),
    [("plus", "+", "+"), ("space", " ", "space"), ("enter", "\r", "enter"), ("X", "X", "X"), ("ctrl+j", "\n", "enter")],
)
def test_names_of_textual_become_ours(key: str, character: str, name: str) -> None:
    assert name_of(key, character) == name


def test_a_pedal_sends_what_it_is_mapped_to_and_says_that_it_was_the_pedal() -> None:
    assert route("f13", {"f13": "softer"}) == Press(Key.SOFTER, origin="pedal")
    assert route("pagedown", {"pagedown": TREAD}) == TREAD
    assert route("pagedown", {"pagedown": "pause"}, Above.FIELD) == Press(Key.PAUSE, origin="pedal")


def test_F53_a_letter_that_a_pedal_sends_starts_nothing_where_letters_are_typed() -> None:
    assert route("b", {"b": TREAD}) == TREAD
    assert route("b", {"b": TREAD}, Above.FIELD) is None
    assert route("b", {"b": "go on"}, Above.FIELD) is None
    assert route("b", {"b": "stop"}, Above.FIELD) == Press(Key.STOP, origin="pedal")


@pytest.mark.parametrize("name", ["escape", "x", "X", "ctrl+c"])
def test_no_pedal_takes_a_stop_key_away(name: str) -> None:
    with pytest.raises(UsageError, match="always stops"):
        check_pedal({name: TREAD})


@pytest.mark.parametrize("command", COMMANDS)
def test_F42_a_pedal_that_sends_space_takes_the_motor_off_whatever_it_means_besides(command: str) -> None:
    if command in {TREAD, Key.PAUSE, Key.STOP}:
        assert check_pedal({"space": command}) == {"space": command}
    else:
        with pytest.raises(UsageError, match="takes the motor off"):
            check_pedal({"space": command})


def test_F42_the_dialog_offers_for_space_what_space_can_mean() -> None:
    offered = [item.id for item in _commands("space")]
    assert offered == [*SPACE_COMMANDS, NOTHING]
    assert len(_commands("f13")) > len(offered)


def test_a_mistyped_command_of_a_pedal_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="softer"):
        check_pedal({"b": "sofer"})
    with pytest.raises(UsageError, match="no command"):
        check_pedal({"b": "discomfort"})


def test_single_treads_are_each_a_tread() -> None:
    treads = Treads()
    assert [treads.tread(at_s) for at_s in (0.0, 1.0, 2.0)] == [Tread.FIRST] * 3


def test_a_second_tread_at_once_starts_nothing() -> None:
    treads = Treads()
    assert treads.tread(0.0) is Tread.FIRST
    assert treads.tread(0.3) is Tread.AGAIN


def test_a_held_pedal_is_the_emergency_stop() -> None:
    treads = Treads()
    times = [0.0, 0.5, *(0.5 + 0.033 * n for n in range(1, 60))]
    seen = [treads.tread(at_s) for at_s in times]
    assert seen[0] is Tread.FIRST
    assert Tread.FIRST not in seen[1:]
    held_at_s = times[seen.index(Tread.HELD)]
    assert HELD_S <= held_at_s < HELD_S + 0.1
