"""Hypervolt 2 on the wire: the published vectors, the rule behind them, and every edge of each frame."""

from __future__ import annotations

import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.vendors import hypervolt2
from firmware_protocol.vendors.hypervolt2 import State, Telemetry

MAC = "10:20:30:40:50:60"


@pytest.mark.parametrize(
    ("address", "challenge", "expected"),
    [
        (MAC, "01 CA 6E 71", "01 58 59 D2"),  # public vector
        (MAC, "01 52 DD FA", "01 20 97 82"),  # public vector
        ("AA:BB:CC:DD:EE:FF", "01 02 03 04", "01 4F DC FC"),  # computed from the stated rule
        ("aa-bb-cc-dd-ee-ff", "01 02 03 04", "01 4F DC FC"),
    ],
)
def test_the_reply_to_a_challenge_is_the_published_one(address: str, challenge: str, expected: str) -> None:
    given_reply = hypervolt2.reply(hypervolt2.parse_address(address), bytes.fromhex(challenge))
    assert given_reply == bytes.fromhex(expected)


def test_the_shift_register_has_period_217_and_follows_its_rule() -> None:
    table = hypervolt2._T
    assert (len(table), table[0], len(set(table))) == (256, 1, 217)
    assert table[217:] == table[:39]
    for before, after in itertools.pairwise(table):
        bit = (before ^ before >> 3) & 1
        assert after == before >> 1 | bit << 7


@given(st.binary(min_size=6, max_size=6), st.binary(min_size=3, max_size=3))
def test_every_challenge_has_a_reply_of_four_bytes(address: bytes, challenge: bytes) -> None:
    answer = hypervolt2.reply(address, b"\x01" + challenge)
    assert len(answer) == 4
    assert answer[0] == 1


def test_the_reply_depends_on_the_address() -> None:
    challenge = bytes.fromhex("01CA6E71")
    one = hypervolt2.reply(bytes.fromhex("102030405060"), challenge)
    assert one != hypervolt2.reply(bytes.fromhex("102030405061"), challenge)


@pytest.mark.parametrize("challenge", ["", "01", "01 02 03", "01 02 03 04 05", "00 02 03 04", "02 02 03 04"])
def test_what_is_no_challenge_is_refused(challenge: str) -> None:
    with pytest.raises(RemoteProtocolError, match="no challenge"):
        hypervolt2.reply(bytes(6), bytes.fromhex(challenge))


@pytest.mark.parametrize("length", [0, 5, 7])
def test_an_address_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(LocalProtocolError, match="6 bytes"):
        hypervolt2.reply(bytes(length), bytes.fromhex("01020304"))


@pytest.mark.parametrize(
    "text", ["", "AA:BB:CC:DD:EE", "AA:BB:CC:DD:EE:FF:00", "AABBCCDDEEFF", "GG:BB:CC:DD:EE:FF", f"{MAC}\n"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(LocalProtocolError, match="no Bluetooth address"):
        hypervolt2.parse_address(text)


@given(st.integers(0, 3))
def test_a_level_goes_round(level: int) -> None:
    assert hypervolt2.decode_level(hypervolt2.encode_level(level)) == level


@pytest.mark.parametrize("level", [-1, 4, 5, 256])
def test_a_level_that_it_has_not_is_not_encoded(level: int) -> None:
    with pytest.raises(LocalProtocolError, match="levels 0 to 3"):
        hypervolt2.encode_level(level)


@pytest.mark.parametrize("data", ["", "04", "05", "FF", "00 00"])
def test_the_gun_ignores_what_is_no_level(data: str) -> None:
    assert hypervolt2.decode_level(bytes.fromhex(data)) is None


def test_a_state_is_read_as_published() -> None:
    assert hypervolt2.decode_state(bytes.fromhex("0203")) == State(level=2, load=3)


@given(st.integers(0, 3), st.integers(0, 3))
def test_a_state_goes_round(level: int, load: int) -> None:
    state = State(level, load)
    assert hypervolt2.decode_state(hypervolt2.encode_state(state)) == state


@pytest.mark.parametrize("data", ["", "02", "02 03 00", "04 00", "00 04", "FF FF"])
def test_a_state_that_was_never_seen_is_refused(data: str) -> None:
    with pytest.raises(RemoteProtocolError, match="no state"):
        hypervolt2.decode_state(bytes.fromhex(data))


def test_telemetry_is_read_as_published() -> None:
    data = bytes.fromhex("00000000000000000E4805E51B00")
    telemetry = Telemetry(load_raw=3656, battery_v=15.09, temperature_c=27, flags=0)
    assert hypervolt2.decode_telemetry(data) == telemetry
    assert hypervolt2.encode_telemetry(telemetry) == data


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), st.integers(0, 255), st.integers(0, 255))
def test_telemetry_goes_round(load: int, hundredths: int, temperature_c: int, flags: int) -> None:
    telemetry = Telemetry(load, hundredths / 100, temperature_c, flags)
    assert hypervolt2.decode_telemetry(hypervolt2.encode_telemetry(telemetry)) == telemetry


def test_the_first_eight_bytes_of_telemetry_say_nothing_known() -> None:
    data = bytes(range(1, 9)) + bytes.fromhex("0E4805E51B80")
    assert hypervolt2.decode_telemetry(data) == Telemetry(3656, 15.09, 27, flags=0x80)


@pytest.mark.parametrize("length", [0, 13, 15, 20])
def test_telemetry_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(RemoteProtocolError, match="14 bytes"):
        hypervolt2.decode_telemetry(bytes(length))


@given(st.binary(max_size=40))
def test_hostile_bytes_are_read_or_refused(data: bytes) -> None:
    assert hypervolt2.decode_level(data) in {None, 0, 1, 2, 3}
    for decode in (hypervolt2.decode_state, hypervolt2.decode_telemetry, lambda data: hypervolt2.reply(bytes(6), data)):
        with contextlib.suppress(RemoteProtocolError):
            decode(data)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("Hypervolt 2", True), ("HYPERVOLT 2 Pro", True), ("my hypervolt 2", True), ("Hypervolt", False), ("", False)],
)
def test_it_is_known_by_its_name(name: str, is_one: bool) -> None:
    assert hypervolt2.is_name(name) is is_one
