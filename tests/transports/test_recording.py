from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from massctl.errors import FileProblem, LinkLost
from massctl.transports import open_stream
from massctl.transports.memory import memory_pair
from massctl.transports.recorder import RecordingStream
from massctl.transports.replay import WAIT_S
from tests.transports.wires import Ear

pytestmark = pytest.mark.virtual


async def record(path: Path) -> None:
    """A short talk: asked at 1 s, answered at 1.5 s, one word unasked at 2 s."""
    host, device = memory_pair("memory://gun")
    stream = RecordingStream(host, path)
    ear = Ear(stream)
    device.start(lambda _: None, lambda _: None)
    await asyncio.sleep(1.0)
    stream.write(b"who?")
    await asyncio.sleep(0.5)
    device.write(b"gun")
    await asyncio.sleep(0.5)
    stream.discard_unsent()
    device.write(b"\x00\xff")
    await asyncio.sleep(0.1)
    assert ear.heard == b"gun\x00\xff"
    await stream.aclose()


async def test_a_recording_holds_both_directions_with_their_times(tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"
    await record(path)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines[0] == {"massctl_recording": 1, "url": "memory://gun"}
    assert lines[1:] == [
        {"t": pytest.approx(1.0), "dir": "tx", "hex": b"who?".hex()},
        {"t": pytest.approx(1.5), "dir": "rx", "hex": b"gun".hex()},
        {"t": pytest.approx(2.0), "dir": "discard", "hex": ""},
        {"t": pytest.approx(2.0), "dir": "rx", "hex": "00ff"},
    ]


async def test_a_replay_says_the_same_at_the_same_times_and_then_ends(tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"
    await record(path)
    stream = await open_stream(f"replay://{path}")
    ear = Ear(stream)
    await asyncio.sleep(1.0)
    stream.write(b"who?")
    await asyncio.sleep(0.49)
    assert ear.heard == b""
    await asyncio.sleep(0.02)
    assert ear.heard == b"gun"
    await asyncio.sleep(0.6)
    assert ear.heard == b"gun\x00\xff"
    await asyncio.sleep(0.1)
    assert isinstance(ear.lost[0], LinkLost)
    assert "recording ends" in str(ear.lost[0])
    await stream.aclose()


async def test_a_replayed_answer_waits_for_its_question(tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"
    await record(path)
    stream = await open_stream(f"replay://{path}")
    ear = Ear(stream)
    await asyncio.sleep(1.8)
    assert ear.heard == b""
    stream.write(b"who?")
    await asyncio.sleep(0.01)
    assert ear.heard == b"gun"
    await stream.aclose()


async def test_a_replay_waits_for_a_question_only_so_long(tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"
    await record(path)
    stream = await open_stream(f"replay://{path}")
    ear = Ear(stream)
    await asyncio.sleep(1.5 + WAIT_S + 0.01)
    assert ear.heard == b"gun"
    await stream.aclose()
    await asyncio.sleep(5.0)
    assert ear.lost == [], "closed by us: no loss is told"


async def test_the_end_of_the_link_closes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"
    host, device = memory_pair()
    stream = RecordingStream(host, path)
    ear = Ear(stream)
    device.start(lambda _: None, lambda _: None)
    device.write(b"last")
    await device.aclose()
    await asyncio.sleep(0.1)
    assert len(ear.lost) == 1
    assert path.read_text().splitlines()[-1].endswith('"hex": "6c617374"}')
    await stream.aclose()


async def test_a_full_disk_ends_the_recording_and_not_the_link() -> None:
    host, device = memory_pair()
    stream = RecordingStream(host, Path("/dev/full"))
    ear = Ear(stream)
    device.start(lambda _: None, lambda _: None)
    for _ in range(200):
        stream.write(b"." * 500)
        device.write(b"!")
        await asyncio.sleep(0.001)
    assert ear.heard == b"!" * 200
    await stream.aclose()


async def test_a_recording_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    host, _ = memory_pair()
    with pytest.raises(FileProblem, match="no recording can be written"):
        RecordingStream(host, tmp_path / "no folder" / "talk.jsonl")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "talk.jsonl"),
        ("hello\n", "talk.jsonl:1"),
        ('{"massctl_recording": 2, "url": "x"}\n', "talk.jsonl:1"),
        ('{"massctl_recording": 1, "url": "x"}\n', "talk.jsonl"),
        ('{"massctl_recording": 1, "url": "x"}\n{"t": 0, "dir": "rx", "hex": "0"}\n', "talk.jsonl:2"),
        ('{"massctl_recording": 1, "url": "x"}\n[]\n', "talk.jsonl:2"),
        ("\xe4\n", "talk.jsonl"),
    ],
)
async def test_a_file_that_is_no_recording_is_refused_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    path = tmp_path / "talk.jsonl"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(FileProblem) as refusal:
        await open_stream(f"replay://{path}")
    assert refusal.value.place.endswith(place)


async def test_a_missing_recording_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="cannot be read"):
        await open_stream(f"replay://{tmp_path}/none.jsonl")
