"""Theragun on the wire: frames computed from the stated rules (nobody has captured one), and the edges of each."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.vendors import theragun
from firmware_protocol.vendors.theragun import SpeedRequest, Status, StatusRequest, Version, VersionRequest

REQUESTS = [
    (StatusRequest(), "AA 10 10 00"),  # computed
    (VersionRequest(), "AA 20 20 00"),  # public
    (SpeedRequest(1750), "AA E3 01 03 06 D6 03"),  # computed
    (SpeedRequest(2400), "AA 70 01 03 09 60 03"),
    (SpeedRequest(3616), "AA 35 01 03 0E 20 03"),
    (SpeedRequest(0), "AA 07 01 03 00 00 03"),
]
STATUS = "BB 7A 10 00 01 00 00 00 00 00 00 00 00 09 60"
VERSION = "BB F8 20 00 00 00 00 00 00 00 00 00 00 D8"


@pytest.mark.parametrize(("request_", "data"), REQUESTS)
def test_a_request_is_the_computed_frame(request_: theragun.Request, data: str) -> None:
    assert theragun.encode_request(request_) == bytes.fromhex(data)
    assert theragun.decode_request(bytes.fromhex(data)) == request_


@given(st.integers(0, 3616))
def test_a_speed_goes_round(speed_rpm: int) -> None:
    request = SpeedRequest(speed_rpm)
    assert theragun.decode_request(theragun.encode_request(request)) == request


@pytest.mark.parametrize("speed_rpm", [-1, 3617, 0x10000])
def test_a_speed_that_no_model_has_is_not_encoded(speed_rpm: int) -> None:
    with pytest.raises(LocalProtocolError, match="0 to 3616"):
        theragun.encode_request(SpeedRequest(speed_rpm))


def test_reports_are_read_as_computed() -> None:
    assert theragun.decode_report(bytes.fromhex(STATUS)) == Status(is_running=True, speed_rpm=2400)
    assert theragun.decode_report(bytes.fromhex(VERSION)) == Version(2, 1, 6)
    assert theragun.encode_report(Status(is_running=True, speed_rpm=2400)) == bytes.fromhex(STATUS)
    assert theragun.encode_report(Version(2, 1, 6)) == bytes.fromhex(VERSION)


@given(st.booleans(), st.integers(0, 0xFFFF))
def test_a_status_goes_round(is_running: bool, speed_rpm: int) -> None:
    status = Status(is_running, speed_rpm)
    assert theragun.decode_report(theragun.encode_report(status)) == status


@given(st.integers(0, 654), st.integers(0, 9), st.integers(0, 9))
def test_a_version_goes_round(major: int, minor: int, patch: int) -> None:
    version = Version(major, minor, patch)
    assert theragun.decode_report(theragun.encode_report(version)) == version
    assert version.as_tuple == (major, minor, patch)
    assert str(version) == f"{major}.{minor}.{patch}"


@pytest.mark.parametrize("data", [STATUS, VERSION])
def test_a_report_that_is_cut_off_anywhere_is_refused(data: str) -> None:
    whole = bytes.fromhex(data)
    for length in range(len(whole)):
        with pytest.raises(RemoteProtocolError):
            theragun.decode_report(whole[:length])


@pytest.mark.parametrize("data", [STATUS, VERSION])
def test_one_byte_short_with_a_right_checksum_is_refused_too(data: str) -> None:
    body = bytes.fromhex(data)[2:-1]
    with pytest.raises(RemoteProtocolError, match="cut off"):
        theragun.decode_report(bytes((0xBB, sum(body) % 256)) + body)


@pytest.mark.parametrize("data", [STATUS, VERSION])
def test_bytes_behind_what_is_known_are_not_looked_at(data: str) -> None:
    """The force field's offset is cut off in every copy of the source: longer frames are to be expected."""
    body = bytes.fromhex(data)[2:] + bytes.fromhex("00 42 17")
    longer = bytes((0xBB, sum(body) % 256)) + body
    assert theragun.decode_report(longer) == theragun.decode_report(bytes.fromhex(data))


@pytest.mark.parametrize("data", [STATUS, VERSION])
def test_a_wrong_checksum_is_refused(data: str) -> None:
    for index in range(1, len(bytes.fromhex(data))):
        broken = bytearray.fromhex(data)
        broken[index] ^= 0x40
        with pytest.raises(RemoteProtocolError):
            theragun.decode_report(bytes(broken))


@pytest.mark.parametrize("lead", [0x00, 0xAA, 0xBC])
def test_another_lead_is_no_report(lead: int) -> None:
    with pytest.raises(RemoteProtocolError, match="no frame"):
        theragun.decode_report(bytes((lead,)) + bytes.fromhex(STATUS)[1:])


def test_an_unknown_report_is_refused() -> None:
    body = bytes((0x30,)) + bytes(20)
    with pytest.raises(RemoteProtocolError, match="0x30"):
        theragun.decode_report(bytes((0xBB, sum(body) % 256)) + body)


@pytest.mark.parametrize(
    "body",
    ["01 03", "01 03 00 00 00", "01 02 06 D6 03", "01 03 06 D6 03 00", "10 01", "20", "21 00", "02 03 06 D6 03"],
)
def test_the_gun_refuses_what_it_does_not_know(body: str) -> None:
    data = bytes.fromhex(body)
    with pytest.raises(RemoteProtocolError):
        theragun.decode_request(bytes((0xAA, sum(data) % 256)) + data)


@given(st.binary(max_size=40))
def test_hostile_bytes_are_read_or_refused(data: bytes) -> None:
    for candidate in (data, b"\xbb" + bytes((sum(data) % 256,)) + data, b"\xaa" + bytes((sum(data) % 256,)) + data):
        for decode in (theragun.decode_report, theragun.decode_request):
            with contextlib.suppress(RemoteProtocolError):
                decode(candidate)


def test_only_the_percussion_massagers_are_known() -> None:
    assert set(theragun.MODELS) == {"Pro", "Elite", "Prime"}
    assert all(theragun.MODELS[name].name == name for name in theragun.MODELS)
