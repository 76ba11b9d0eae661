"""From bytes to keys: every mapped key, sequences that are no keys, and the stop key that nothing can swallow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massctl.faces.keyboard import PASTE_WAIT_S, SEQUENCE_MAX, KeyDecoder, press_of
from massctl.faces.words import KEYS
from massctl.session.commands import KEYBOARD, Key, Press

BYTES = {"enter": b"\r", "space": b" ", "escape": b"\x1b"}


def keys(*pieces: bytes) -> list[str]:
    decoder = KeyDecoder()
    return [key for piece in pieces for key in decoder.feed(piece, 0.0)] + decoder.expire()


@pytest.mark.parametrize("name", KEYBOARD)
def test_every_key_of_the_keyboard_arrives_and_means_what_the_table_says(name: str) -> None:
    (arrived,) = keys(BYTES.get(name, name.encode()))
    assert press_of(arrived) == KEYBOARD[name]


def test_nine_is_nine_or_ten_and_counts_as_ten() -> None:
    assert press_of("9") == Press(Key.DISCOMFORT, 10)


@pytest.mark.parametrize("sequence", [b"\n", b"\r"])
def test_both_line_ends_are_enter(sequence: bytes) -> None:
    assert keys(sequence) == ["enter"]


def test_capital_letters_count_as_small_ones() -> None:
    assert press_of("X") == Press(Key.STOP)


@pytest.mark.parametrize("name", ["z", "Ä", "ü", "/", "你"])
def test_a_printable_key_that_is_not_mapped_pauses(name: str) -> None:
    assert [press_of(key) for key in keys(name.encode())] == [Press(Key.PAUSE)]


@pytest.mark.parametrize("control", [b"\x1a", b"\x1c"])
def test_what_would_suspend_or_kill_the_process_is_the_emergency_stop(control: bytes) -> None:
    assert [press_of(key) for key in keys(control)] == [Press(Key.STOP)]


@pytest.mark.parametrize("control", [b"\t", b"\x7f", b"\x00", b"\x01"])
def test_other_control_characters_are_no_keys(control: bytes) -> None:
    assert keys(control) == []


SEQUENCES = {
    "arrow": b"\x1b[A",
    "arrow, application mode": b"\x1bOA",
    "ctrl-arrow": b"\x1b[1;5C",
    "F5": b"\x1b[15~",
    "mouse, SGR": b"\x1b[<0;35;12M",
    "mouse, old": b"\x1b[M !!",
    "mouse, old, at column 88": b"\x1b[M x!",
    "focus in": b"\x1b[I",
    "focus out": b"\x1b[O",
    "paste": b"\x1b[200~x r 9 \r\x1b[201~",
    "paste with an escape": b"\x1b[200~a\x1b b\x1b[201~",
    "title report": b"\x1b]11;rgb:0000/0000/0000\x07",
    "device attributes": b"\x1bP>|tmux 3.3a\x1b\\",
}


@pytest.mark.parametrize("sequence", SEQUENCES.values(), ids=SEQUENCES)
def test_sequences_are_no_keys_whole_or_byte_by_byte(sequence: bytes) -> None:
    assert keys(sequence) == []
    assert set(keys(*(bytes([byte]) for byte in sequence))) <= {"x"}, "an x that comes alone may be a finger's"
    assert keys(sequence + b"r") == ["r"]


@pytest.mark.parametrize("sequence", SEQUENCES.values(), ids=SEQUENCES)
def test_F42_a_stop_key_behind_many_sequences_in_one_piece_is_not_lost(sequence: bytes) -> None:
    assert keys(sequence * 40 + b"x") == ["x"]
    assert keys(b"x" + sequence * 40) == ["x"]


@pytest.mark.parametrize("size", [7, 64, 65, 4096])
def test_a_long_paste_is_no_key_in_pieces_of_any_size(size: int) -> None:
    data = b"\x1b[200~" + b"xq nd 123\r" * 800 + b"\x1b[201~" + b"r"
    assert keys(*(data[start : start + size] for start in range(0, len(data), size))) == ["r"]


@pytest.mark.parametrize(
    "broken", [b"\x1b[12;", b"\x1bO", b"\x1b[M !", b"\x1b]11;rgb", b"\x1bP>|tm", b"\x1b[200~a\x1b]b\x1b[201~\x1b["]
)
@pytest.mark.parametrize("stop", [b"\x03", b"\x1b", b"\x1a"])
def test_F42_a_broken_sequence_swallows_no_stop(broken: bytes, stop: bytes) -> None:
    assert keys(broken, stop)[-1:] == ["escape"]


def test_escape_alone_counts_when_nothing_follows_it() -> None:
    decoder = KeyDecoder()
    assert decoder.feed(b"\x1b", 0.0) == []
    assert decoder.is_waiting
    assert decoder.expire() == ["escape"]
    assert not decoder.is_waiting


@pytest.mark.parametrize("mash", [b"\x1b\x1b", b"\x1bx", b"\x1b\r", b"x\x1b", b"\x1b["])
def test_an_escape_among_other_keys_stops(mash: bytes) -> None:
    assert any(press_of(key) == Press(Key.STOP) for key in keys(mash))


def test_a_paste_that_never_ends_does_not_kill_the_stop_key() -> None:
    decoder = KeyDecoder()
    assert decoder.feed(b"\x1b[200~abc", 0.0) == []
    assert decoder.feed(b"x", PASTE_WAIT_S + 0.01) == ["x"]


@pytest.mark.parametrize("stop", [b"x", b"X", b"xx", b"\x03", b"\x1a", b"\x1c", b"\x1b", b"\x1b\x1b"])
def test_F42_the_stop_key_hit_in_a_hurry_stops_behind_a_paste_that_never_ends(stop: bytes) -> None:
    decoder = KeyDecoder()
    decoder.feed(b"\x1b[200~hello", 0.0)
    for n in range(1, 4):
        assert press_of([*decoder.feed(stop, n * 0.3), *decoder.expire()][0]) == Press(Key.STOP)


def test_F53_what_follows_a_stop_among_pasted_letters_starts_nothing() -> None:
    assert keys(b"\x1b[200~", *(bytes([byte]) for byte in b"ax lc\r"), b"\x1b[201~", b"r") == ["x", "r"]


def test_a_broken_character_does_not_swallow_the_stop_key() -> None:
    assert keys(b"\xe4x")[-1] == "x"
    assert keys(b"\xf0\x9fx")[-1] == "x"


def test_half_a_character_pauses_in_the_end() -> None:
    assert [press_of(key) for key in keys(b"\xe4")] == [Press(Key.PAUSE)]


@given(st.binary(max_size=200))
def test_after_any_garbage_and_a_silence_the_stop_key_works(garbage: bytes) -> None:
    decoder = KeyDecoder()
    decoder.feed(garbage, 0.0)
    decoder.expire()
    assert decoder.feed(b"x", PASTE_WAIT_S + 1.0)[-1:] == ["x"]


@given(st.lists(st.binary(max_size=20), max_size=30))
def test_what_waits_stays_bounded(pieces: list[bytes]) -> None:
    decoder = KeyDecoder()
    for piece in pieces:
        decoder.feed(piece, 0.0)
        assert len(decoder._waiting) <= SEQUENCE_MAX + 20


def test_the_list_of_keys_names_every_meaning_of_the_keyboard() -> None:
    assert {key for _, key, _ in KEYS} == {press.key for press in KEYBOARD.values()}
