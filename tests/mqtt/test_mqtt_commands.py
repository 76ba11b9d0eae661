"""Reading commands from bytes that anybody may have sent."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from massctl.mqtt.commands import PAYLOAD_MAX_BYTES, BadCommand, Command, Name, read_command

GOOD: dict[Name, object] = {
    Name.PROGRAM: "desk-shoulders",
    Name.SIDE: "left",
    Name.TIMER: 10,
    Name.SPEED: 1800,
    Name.DISCOMFORT: 4,
}
HOSTILE = 100_000
"""Payloads, as the figure asks for."""


def payload(name: Name, **changes: object) -> bytes:
    values: dict[str, object] = {"id": "a-1"}
    if name in GOOD:
        values["value"] = GOOD[name]
    return json.dumps(values | changes).encode()


@pytest.mark.parametrize("name", [name for name in Name if name is not Name.STOP])
def test_each_command_is_read(name: Name) -> None:
    assert read_command(name, payload(name)) == Command(name, "a-1", GOOD.get(name))  # type: ignore[arg-type]


@pytest.mark.parametrize("data", [b"", b"x", b"{", b"\xff\xfe", payload(Name.SPEED), b"[" * 5000])
def test_a_stop_is_a_stop_whatever_it_says(data: bytes) -> None:
    assert read_command("stop", data).name is Name.STOP


@pytest.mark.parametrize("name", [name for name in Name if name is not Name.STOP])
@pytest.mark.parametrize(
    "changes", [{"id": ""}, {"id": 7}, {"id": "a" * 65}, {"id": "a b"}, {"more": 1}, {"value": [1]}, {"value": {}}]
)
def test_what_is_not_exactly_the_form_is_refused(name: Name, changes: dict[str, object]) -> None:
    with pytest.raises(BadCommand):
        read_command(name, payload(name, **changes))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (Name.TIMER, 0),
        (Name.TIMER, 21),
        (Name.TIMER, 1.5),
        (Name.TIMER, True),
        (Name.SPEED, -1),
        (Name.SPEED, 2401),
        (Name.SPEED, "1800"),
        (Name.DISCOMFORT, 11),
        (Name.DISCOMFORT, None),
        (Name.SIDE, "up"),
        (Name.PROGRAM, "../../etc/passwd"),
        (Name.PROGRAM, "mine.toml"),
    ],
)
def test_values_out_of_their_range_are_refused_by_name(name: Name, value: object) -> None:
    with pytest.raises(BadCommand, match="value"):
        read_command(name, payload(name, value=value))


def test_an_unknown_command_names_those_that_are() -> None:
    with pytest.raises(BadCommand, match="start"):
        read_command("explode", b"{}")


def test_a_long_payload_is_not_read() -> None:
    long = payload(Name.PAUSE, id="a").ljust(PAYLOAD_MAX_BYTES)
    assert read_command("pause", long).name is Name.PAUSE
    with pytest.raises(BadCommand, match="bytes"):
        read_command("pause", long + b" ")


def test_its_own_words_are_short_whatever_was_sent() -> None:
    with pytest.raises(BadCommand) as caught:
        read_command("program", payload(Name.PROGRAM, value="é" * 150))
    assert len(str(caught.value)) < 200


@given(st.sampled_from(sorted(Name)), st.binary(max_size=PAYLOAD_MAX_BYTES + 8))
@example(Name.PAUSE, b"[" * PAYLOAD_MAX_BYTES)
@example(Name.PAUSE, b'{"id":' * 80)
def test_any_bytes_are_a_command_or_a_refusal(name: str, data: bytes) -> None:
    try:
        command = read_command(name, data)
    except BadCommand:
        return
    assert command.name == name


def test_a_hundred_thousand_hostile_payloads_start_nothing_and_break_nothing() -> None:
    """Valid payloads with a few bytes changed, cut off or repeated: near enough to be dangerous."""
    chance = random.Random(6)
    names = [name for name in Name if name is not Name.STOP]
    bases = {name: payload(name) for name in names}
    read = 0
    for _ in range(HOSTILE):
        name = chance.choice(names)
        data = bytearray(bases[name])
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(data))
            match chance.randrange(3):
                case 0:
                    data[place] = chance.randrange(256)
                case 1:
                    del data[place:]
                    data = data or bytearray(b"{")
                case _:
                    data[place:place] = data[:place]
        try:
            command = read_command(name, bytes(data))
        except BadCommand:
            continue
        read += 1
        assert command.value is None or isinstance(command.value, str | int)
    assert 0 < read < HOSTILE / 2
