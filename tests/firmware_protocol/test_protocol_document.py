"""PROTOCOL.md is the norm: what it says in numbers is read out of it here and compared with the code."""

from __future__ import annotations

import re
from enum import IntEnum, IntFlag
from typing import Any

import pytest

from firmware_protocol import codes
from firmware_protocol.codes import FaultBit, Function, Key, Result, StopCause
from firmware_protocol.framing import BODY_MAX, FRAME_MAX
from firmware_protocol.messages import COMMANDS, REPORTS, decode, encode
from tests.firmware_protocol.golden_conversations import conversation_vector
from tests.firmware_protocol.golden_words import field_values, parse_words
from tests.firmware_protocol.make_vectors import ROOM, with_examples

DOCUMENT = (ROOM / "PROTOCOL.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```frame\n(.*?)\n```", DOCUMENT, flags=re.DOTALL)
SHOWN_CONVERSATIONS = re.findall(r"```conversation (\w+)\n", DOCUMENT)
SIZES = {"u8": 1, "u16": 2, "u32": 4, "i16": 2, "i32": 4}


def section(title: str) -> str:
    """Return the text under the heading that begins with ``title``, up to the next heading."""
    found = re.search(rf"^#+ {re.escape(title)}[^\n]*\n(.*?)(?=^#+ |\Z)", DOCUMENT, flags=re.DOTALL | re.MULTILINE)
    assert found, f"PROTOCOL.md has no section {title}"
    return found[1]


def rows(text: str) -> list[list[str]]:
    """Return the cells of all table rows but headings and rules."""
    lines = [line.strip().strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line] for line in lines]
    return [row for row in cells if not set("".join(row)) <= set("-: ")]


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.split("\n")[0] for example in EXAMPLES])
def test_each_example_is_what_the_code_sends_and_reads(example: str) -> None:
    said, position, payload, frame = example.split("\n")
    sequence, epoch = (int(number) for number in re.findall(r"\d+", position))
    message = parse_words(said)
    assert message.encode() == bytes.fromhex(payload.removeprefix("payload"))
    data = bytes.fromhex(frame.removeprefix("frame"))
    assert encode(message, sequence, epoch) == data
    assert decode(data[:-1]) == (sequence, epoch, message)


def test_every_message_has_an_example() -> None:
    shown = {example.split("\n")[0].split(" ")[0] for example in EXAMPLES}
    assert shown == {kind.__name__ for kind in (*COMMANDS, *REPORTS)}


@pytest.mark.parametrize("kind", [*COMMANDS, *REPORTS], ids=lambda kind: kind.__name__)
def test_each_layout_table_names_the_fields_in_order_at_their_offsets(kind: Any) -> None:
    text = section(f"{kind.__name__} (0x{kind.TYPE:02X})")
    table = [row for row in rows(text) if re.fullmatch(r"\d+", row[0]) and (row[1] in SIZES or "UTF-8" in row[1])]
    example = next(example for example in EXAMPLES if example.split("\n")[0].split(" ")[0] == kind.__name__)
    message = parse_words(example.split("\n")[0])
    named = [row[2] for row in table if row[2] not in {"name length", "kind", "length"}]
    assert named == list(field_values(message))
    offset = 0
    for row in table:
        assert int(row[0]) == offset, f"{kind.__name__}.{row[2]}"
        offset += SIZES.get(row[1], 0)
    if not any("UTF-8" in row[1] for row in table):
        assert len(message.encode()) == offset


@pytest.mark.parametrize(("title", "kinds"), [("4. Commands", COMMANDS), ("5. Reports", REPORTS)])
def test_the_overviews_list_every_message_with_its_type(title: str, kinds: tuple[Any, ...]) -> None:
    listed = {(int(row[0], 16), row[1]) for row in rows(section(title)) if row[0].startswith("0x")}
    assert listed == {(kind.TYPE, kind.__name__) for kind in kinds}


def test_the_results_are_those_of_the_code() -> None:
    listed = {(int(row[0]), row[1]) for row in rows(section("3.2")) if row[0].isdigit()}
    assert listed == {(result.value, result.name) for result in Result}


def test_the_features_are_those_of_the_code() -> None:
    table = [row for row in rows(section("6. The feature dictionary")) if row[0].isdigit()]
    keys = {(int(row[0]), row[1]) for row in table if len(row) == 5}
    functions = {(int(row[0]), row[1].split(":")[0]) for row in table if len(row) == 2}
    assert keys == {(key.value, key.name) for key in Key}
    assert functions == {(function.value, function.name) for function in Function}


def test_the_faults_are_those_of_the_code() -> None:
    listed: dict[str, int] = {}
    for row in rows(section("Fault (0xA1)")):
        for bit, name in zip(row[::2], row[1::2], strict=False):
            if bit.isdigit() and (word := re.match(r"[A-Z_]{4,}", name)):
                listed[word[0]] = 1 << int(bit)
    assert listed == {str(fault.name): fault.value for fault in FaultBit}


@pytest.mark.parametrize(
    ("title", "flags"),
    [
        ("MotorTelemetry", codes.MotorFlag),
        ("PowerTelemetry", codes.PowerFlag),
        ("ForceTelemetry", codes.ForceFlag),
        ("TimerTelemetry", codes.TimerFlag),
    ],
)
def test_the_flags_are_those_of_the_code(title: str, flags: type[IntFlag]) -> None:
    (row,) = [row for row in rows(section(title)) if len(row) > 2 and row[2] == "flags"]
    listed = {name: 1 << int(bit) for bit, name in re.findall(r"(?:bit )?(\d) ([A-Z_]{4,})", row[-1])}
    assert listed == {str(flag.name): flag.value for flag in flags}


def test_the_bounds_are_those_of_the_code() -> None:
    text = section("2. Frames")
    assert f"at most {codes.PAYLOAD_MAX} bytes, a body {BODY_MAX}, a frame with its delimiter {FRAME_MAX}" in text
    assert f"0–{codes.NUMBERS_MAX} numbers, 0–{codes.TEXT_MAX} bytes" in section("Feature (0x82)")
    assert f"0–{codes.TEXT_MAX}" in section("Identity (0x81)")


def test_the_times_are_those_of_the_code() -> None:
    times = {row[0]: row[1] for row in rows(section("9. Timing"))}
    assert f"{codes.LEASE_DEFAULT_MS:,} ms, over BLE {codes.LEASE_BLE_MS:,} ms" in times["lease"]
    assert f"bounds {codes.LEASE_MIN_MS}–{codes.LEASE_MAX_MS:,} ms" in times["lease"]
    assert times["renew"] == f"every {codes.RENEW_EVERY_S * 1000:g} ms"
    assert times["claim lapses after"] == f"{codes.CLAIM_LAPSE_S:g} s"
    assert times["ping"] == f"every {codes.PING_EVERY_S:g} s"
    assert (
        times["retransmission"] == f"after {codes.ACK_TIMEOUT_S * 1000:g} ms, {codes.COMMAND_SENDS_MAX} transmissions"
    )
    again = ", ".join(f"{again_s * 1000:g}" for again_s in (0, *codes.STOP_AGAIN_AFTER_S))
    assert (
        times["STOP"] == f"at {again} ms, then every {codes.STOP_EVERY_S * 1000:g} ms, for {codes.STOP_GIVE_UP_S:g} s"
    )
    assert times["motor telemetry while armed"] == f"≥ {codes.ARMED_TELEMETRY_HZ} Hz"
    assert f"{codes.LEASE_MAX_MS * 50 // 1000} at 50 Hz and {codes.LEASE_MAX_MS:,} ms" in section("7.3")


def test_the_causes_of_switching_off_are_those_of_the_code() -> None:
    (row,) = [row for row in rows(section("Stopped (0xA2)")) if row[2] == "cause"]
    assert {int(number) for number in re.findall(r"(?:^|, )(\d) ", row[3])} == {cause.value for cause in StopCause}


def test_the_reasons_of_a_stop_are_those_of_the_code() -> None:
    (row,) = [row for row in rows(section("Stop (0x10)")) if row[2] == "reason"]
    listed = {int(number) for number in re.findall(r"(\d) [a-z]", row[4])}
    assert listed == {reason.value for reason in codes.StopReason}


def test_the_conversations_shown_are_the_golden_ones() -> None:
    assert len(SHOWN_CONVERSATIONS) == len(set(SHOWN_CONVERSATIONS)) >= 4
    conversations = {name: conversation_vector(name) for name in SHOWN_CONVERSATIONS}
    assert with_examples(DOCUMENT, conversations) == DOCUMENT


def test_every_link_in_the_document_leads_somewhere() -> None:
    headings = re.findall(r"^#+ (.*)$", DOCUMENT, flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]*)\)", DOCUMENT)) <= anchors


def test_the_enumerations_have_no_number_twice() -> None:
    for kind in vars(codes).values():
        if isinstance(kind, type) and issubclass(kind, IntEnum):
            assert len(kind) == len(kind.__members__)
