from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol import FeatureSet, LocalProtocolError, RemoteProtocolError
from firmware_protocol.codes import Function, Key
from firmware_protocol.messages import Feature, decode, encode

u32 = st.integers(0, 0xFFFFFFFF)
values = u32 | st.text("abc", max_size=48) | st.lists(u32, min_size=1, max_size=30).map(tuple)
dictionaries = st.dictionaries(
    st.integers(0, 15), st.dictionaries(st.integers(0, 255), values, min_size=1, max_size=4), max_size=4
)


@given(dictionaries)
def test_a_dictionary_survives_the_wire(by_function: dict[int, dict[int, int | str | tuple[int, ...]]]) -> None:
    sent = FeatureSet(by_function)
    arrived = []
    for entry in sent.entries():
        message = decode(encode(entry, 0, 0)[:-1]).message
        assert isinstance(message, Feature)
        arrived.append(message)
    received = FeatureSet.from_entries(arrived)
    assert received.functions == sent.functions
    for function, keys in by_function.items():
        for key, value in keys.items():
            as_sent = (value,) if isinstance(value, int) else value
            assert received.by_function[function][key] == as_sent
    assert {entry.count for entry in arrived} <= {len(arrived)}
    assert [entry.index for entry in arrived] == list(range(len(arrived)))


def test_a_long_list_continues_under_its_key() -> None:
    levels = tuple(range(1000, 1000 + 30 * 50, 50))
    features = FeatureSet({Function.MOTOR: {Key.LEVELS_PPM: levels}})
    assert len(features.entries()) == 3
    assert FeatureSet.from_entries(features.entries()).numbers(Function.MOTOR, Key.LEVELS_PPM) == levels


def test_what_is_absent_is_the_default() -> None:
    features = FeatureSet({Function.MOTOR: {Key.SPEED_MAX_PPM: 2400, Key.HEADS: "ball"}})
    assert features.number(Function.MOTOR, Key.SPEED_MAX_PPM) == 2400
    assert features.number(Function.MOTOR, Key.RUN_MAX_S, 7) == 7
    assert features.number(Function.FORCE, Key.FORCE_MAX_MN) == 0
    assert features.text(Function.MOTOR, Key.HEADS) == "ball"
    assert features.text(Function.MOTOR, Key.SPEED_MAX_PPM, "?") == "?"
    assert features.numbers(Function.MOTOR, Key.HEADS) == ()
    assert features.function_bits == 2


@pytest.mark.parametrize("value", [((1,), "text"), ("text", (1,)), ("text", "again")])
def test_a_key_with_contradicting_values_is_the_remote_error(value: tuple[tuple[int, ...] | str, ...]) -> None:
    entries = [Feature(index, 2, 1, 25, part) for index, part in enumerate(value)]
    with pytest.raises(RemoteProtocolError):
        FeatureSet.from_entries(entries)


def test_a_dictionary_that_does_not_fit_is_the_local_error() -> None:
    with pytest.raises(LocalProtocolError):
        FeatureSet({Function.DEVICE: {Key.MODEL: "x" * 49}}).entries()
    with pytest.raises(LocalProtocolError):
        FeatureSet({Function.DEVICE: dict.fromkeys(range(256), 1)}).entries()
