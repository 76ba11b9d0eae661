"""The bytes of a terminal on their way to a session, past Textual."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from massctl.dashboard.driver import ExpressLane, TextualParser
from massctl.dashboard.keys import route
from massctl.session.commands import Key, Press


class Session:
    """Takes what a session would."""

    def __init__(self) -> None:
        self.is_live = True
        self.presses: list[Press] = []

    def take(self, name: str) -> bool:
        press = route(name, {})
        if not self.is_live or not isinstance(press, Press):
            return False
        self.presses.append(press)
        return True


def left_for_textual(lane: ExpressLane, data: bytes) -> list[str]:
    """Return the keys that Textual gets of ``data``."""
    messages = TextualParser().feed(data)
    return [m.key for m in messages if isinstance(m, events.Key) and not lane.was_taken(m)]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"x", Key.STOP),
        (b"X", Key.STOP),
        (b"\x03", Key.STOP),
        (b"\x1a", Key.STOP),
        (b" ", Key.PAUSE),
        (b"\r", Key.GO_ON),
    ],
)
def test_a_key_of_the_session_is_taken_and_textual_does_not_see_it_again(data: bytes, key: Key) -> None:
    session = Session()
    lane = ExpressLane(session.take)
    lane.feed(data, 0.0)
    assert [press.key for press in session.presses] == [key]
    assert left_for_textual(lane, data) == []


def test_what_the_session_does_not_know_is_left_for_textual() -> None:
    session = Session()
    lane = ExpressLane(session.take)
    data = b"?\x1b[A\x1bOQ"
    lane.feed(data, 0.0)
    assert session.presses == []
    assert left_for_textual(lane, data) == ["question_mark", "up", "f2"]


def test_a_lone_escape_stops_once_nothing_has_followed() -> None:
    session = Session()
    lane = ExpressLane(session.take)
    lane.feed(b"\x1b", 0.0)
    assert lane.is_waiting
    assert session.presses == []
    lane.expire()
    assert [press.key for press in session.presses] == [Key.STOP]


@pytest.mark.parametrize(
    "data", [b"\x1b[<0;10;10M", b"\x1b[I", b"\x1b[O", b"\x1b[200~x q\r\x1b[201~", b"\x1b[48;40;120;0;0t"]
)
def test_mouse_focus_paste_and_resize_are_no_keys(data: bytes) -> None:
    session = Session()
    lane = ExpressLane(session.take)
    lane.feed(data, 0.0)
    lane.expire()
    assert session.presses == []


def test_without_a_session_every_key_is_textuals() -> None:
    session = Session()
    session.is_live = False
    lane = ExpressLane(session.take)
    lane.feed(b"xq\r", 0.0)
    assert left_for_textual(lane, b"xq\r") == ["x", "q", "enter"]


def test_a_key_taken_but_never_echoed_is_forgotten_when_the_session_is_over() -> None:
    session = Session()
    lane = ExpressLane(session.take)
    lane.feed(b"q", 0.0)
    session.is_live = False
    lane.feed(b"a", 1.0)
    assert left_for_textual(lane, b"q") == ["q"]


@pytest.mark.parametrize(
    ("data", "left"), [(b"\r?", ["question_mark"]), (b"+?", ["question_mark"]), (b"?\r?\r", ["question_mark"] * 2)]
)
def test_F53_a_key_read_together_with_one_of_the_face_is_pressed_once(data: bytes, left: list[str]) -> None:
    session = Session()
    lane = ExpressLane(session.take)
    lane.feed(data, 0.0)
    assert len(session.presses) == len(data) - len(left)
    assert left_for_textual(lane, data) == left


@given(st.binary(max_size=200))
def test_no_bytes_break_the_lane(data: bytes) -> None:
    lane = ExpressLane(Session().take)
    lane.feed(data, 0.0)
    lane.expire()
    left_for_textual(lane, data)


@given(st.lists(st.binary(max_size=30), max_size=10))
def test_no_bytes_raise_in_textuals_parser_either(pieces: list[bytes]) -> None:
    parser = TextualParser()
    for piece in pieces:
        parser.feed(piece)
        parser.tick()


def test_half_a_character_does_not_end_textuals_reading() -> None:
    parser = TextualParser()
    keys = [m for data in (b"\xc3", b"\xff", b"a") for m in parser.feed(data) if isinstance(m, events.Key)]
    assert keys[-1].key == "a"
