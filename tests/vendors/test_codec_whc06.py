"""WH-C06 on the air: the computed broadcast, its units, and what is refused rather than guessed at."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.vendors import whc06
from firmware_protocol.vendors.whc06 import Unit, Weight

STABLE_12_34_KG = bytes(10) + bytes.fromhex("04 D2 00 00 11")


def test_a_broadcast_is_read_as_computed() -> None:
    weight = Weight(12.34, Unit.KG, is_stable=True)
    assert whc06.decode(STABLE_12_34_KG) == weight
    assert whc06.encode(weight) == STABLE_12_34_KG


@pytest.mark.parametrize(
    ("unit", "weight_kg"), [(Unit.KG, 10.0), (Unit.LB, 4.5359237), (Unit.ST, 63.5029318), (Unit.JIN, 5.0)]
)
def test_each_unit_is_known_in_kilograms(unit: Unit, weight_kg: float) -> None:
    assert Weight(10.0, unit, is_stable=False).weight_kg == pytest.approx(weight_kg)


@given(st.integers(-0x8000, 0x7FFF), st.sampled_from(Unit), st.booleans())
def test_a_broadcast_goes_round(hundredths: int, unit: Unit, is_stable: bool) -> None:
    weight = Weight(hundredths / 100, unit, is_stable)
    assert whc06.decode(whc06.encode(weight)) == weight


@pytest.mark.parametrize("value", [327.68, -327.69])
def test_a_weight_that_does_not_fit_is_not_encoded(value: float) -> None:
    with pytest.raises(LocalProtocolError, match="does not fit"):
        whc06.encode(Weight(value, Unit.KG, is_stable=True))


def test_a_weight_beyond_the_scale_is_a_negative_one() -> None:
    assert whc06.decode(bytes(10) + bytes.fromhex("FF 9C 00 00 11")).value == -1.0


@pytest.mark.parametrize("length", range(15))
def test_a_short_broadcast_is_refused(length: int) -> None:
    with pytest.raises(RemoteProtocolError, match="too short"):
        whc06.decode(STABLE_12_34_KG[:length])


def test_bytes_behind_the_flags_are_not_looked_at() -> None:
    assert whc06.decode(STABLE_12_34_KG + b"\xff\xff") == whc06.decode(STABLE_12_34_KG)


@pytest.mark.parametrize("flags", [0x00, 0x10, 0x05, 0x15, 0x0F, 0x21, 0xF1, 0xFF])
def test_a_unit_or_flag_that_nobody_knows_is_refused(flags: int) -> None:
    """Another make with other offsets must not be read as a weight that is wrong by a factor."""
    with pytest.raises(RemoteProtocolError, match="speaks otherwise"):
        whc06.decode(STABLE_12_34_KG[:14] + bytes((flags,)))


@given(st.binary(max_size=40))
def test_hostile_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(RemoteProtocolError):
        assert -327.68 <= whc06.decode(data).value <= 327.67
