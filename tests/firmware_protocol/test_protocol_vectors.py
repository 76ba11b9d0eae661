"""The golden frames and conversations, each replayed against one side alone, so that both cannot be wrong together."""

from __future__ import annotations

import json
from collections import deque
from importlib.resources import files
from typing import Any

import pytest

from firmware_protocol import Connection, DeviceState, FeatureSet, RemoteProtocolError, Role
from firmware_protocol.codes import PAYLOAD_SHORT, Result
from firmware_protocol.events import Event, FrameRejected
from firmware_protocol.framing import DELIMITER, FrameSplitter
from firmware_protocol.messages import COMMANDS, REPORTS, Ack, Arm, Message, decode, encode
from tests.firmware_protocol.golden_conversations import CONVERSATIONS, conversation_vector
from tests.firmware_protocol.golden_words import KINDS, field_values

VECTORS = files("firmware_protocol") / "vectors"
FRAMES: list[dict[str, Any]] = json.loads((VECTORS / "frames.json").read_text(encoding="utf-8"))
REJECTED: list[dict[str, str]] = json.loads((VECTORS / "rejected.json").read_text(encoding="utf-8"))


def load(name: str) -> dict[str, Any]:
    """Return a golden conversation."""
    content: dict[str, Any] = json.loads((VECTORS / "conversations" / f"{name}.json").read_text(encoding="utf-8"))
    return content


def built(kind: str, fields: dict[str, Any]) -> Message:
    """Return the message that a vector describes."""
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
    message: Message = KINDS[kind](**values)
    return message


@pytest.mark.parametrize("vector", FRAMES, ids=[vector["name"] for vector in FRAMES])
def test_a_golden_frame_is_sent_and_read_as_written(vector: dict[str, Any]) -> None:
    message = built(vector["message"], vector["fields"])
    data = bytes.fromhex(vector["frame"])
    assert encode(message, vector["sequence"], vector["epoch"]) == data
    (stuffed,) = FrameSplitter().feed(data)
    assert decode(stuffed) == (vector["sequence"], vector["epoch"], message)


def test_every_message_has_a_golden_frame() -> None:
    assert {vector["message"] for vector in FRAMES} == {kind.__name__ for kind in (*COMMANDS, *REPORTS)}


def test_the_time_critical_golden_frames_fit_20_bytes() -> None:
    long = {vector["message"] for vector in FRAMES if len(bytes.fromhex(vector["frame"])) > PAYLOAD_SHORT + 7}
    assert long == {"Identity", "Feature"}


@pytest.mark.parametrize("vector", REJECTED, ids=[vector["name"] for vector in REJECTED])
def test_a_golden_bad_frame_is_the_remote_error(vector: dict[str, str]) -> None:
    with pytest.raises(RemoteProtocolError):
        decode(bytes.fromhex(vector["stuffed"]))


@pytest.mark.parametrize("vector", REJECTED, ids=[vector["name"] for vector in REJECTED])
def test_a_golden_bad_frame_is_rejected_by_the_sides_it_names(vector: dict[str, str]) -> None:
    data = bytes.fromhex(vector["stuffed"]) + DELIMITER
    ends = {"host": Connection(Role.HOST), "device": Connection(Role.DEVICE, DeviceState("golden", FeatureSet({})))}
    for side in ends if vector["by"] == "both" else [vector["by"]]:
        (event,) = ends[side].receive_data(data, 0.0)
        assert isinstance(event, FrameRejected)
        answers = [decode(piece).message for piece in FrameSplitter().feed(ends[side].data_to_send())]
        is_answered = vector["name"] == "payload shorter than its table"
        assert answers == ([Ack(Arm.TYPE, 0, Result.MALFORMED)] if is_answered else [])


class Replay:
    """Plays one side of a conversation; what the other side did comes from the file."""

    def __init__(self, vector: dict[str, Any]) -> None:
        self.vector = vector
        self.pending: dict[str, deque[Event]] = {}
        self.checked = 0

    def run(self) -> None:
        """Play every step; fails where this side does anything else than the file says."""
        for number, step in enumerate(self.vector["steps"]):
            self.number = number
            link, now_s = step["link"], step["at_ms"] / 1000
            if not step["step"].endswith("_event"):
                self.expect_nothing_more(link)
            play = getattr(self, step["step"], None)
            if play is not None:
                play(step, link, now_s)
        for link in self.pending:
            self.expect_nothing_more(link)

    def expect_nothing_more(self, link: str) -> None:
        assert not self.pending.get(link), f"before step {self.number}: more events than written"

    def note(self, link: str, events: list[Event]) -> None:
        self.pending.setdefault(link, deque()).extend(events)

    def check_event(self, step: dict[str, Any], link: str) -> None:
        event = self.pending[link].popleft()
        assert type(event).__name__ == step["event"], f"step {self.number}"
        assert json.loads(json.dumps(field_values(event))) == step["fields"], f"step {self.number}"
        self.checked += 1

    def check_data(self, step: dict[str, Any], connection: Connection) -> None:
        if not step.get("is_injected"):
            assert connection.data_to_send().hex(" ") == step["data"], f"step {self.number}"
            self.checked += 1


class HostReplay(Replay):
    """Plays the hosts, one a link."""

    def __init__(self, vector: dict[str, Any]) -> None:
        super().__init__(vector)
        self.hosts: dict[str, Connection] = {}

    def open(self, _step: dict[str, Any], link: str, _now_s: float) -> None:
        self.hosts[link] = Connection(Role.HOST)

    def host_ends(self, _step: dict[str, Any], link: str, _now_s: float) -> None:
        self.hosts[link] = Connection(Role.HOST)

    def host_sends(self, step: dict[str, Any], link: str, now_s: float) -> None:
        self.hosts[link].send(built(step["message"], step["fields"]), now_s)

    def tick(self, _step: dict[str, Any], link: str, now_s: float) -> None:
        self.note(link, self.hosts[link].tick(now_s))

    def to_device(self, step: dict[str, Any], link: str, _now_s: float) -> None:
        self.check_data(step, self.hosts[link])

    def to_host(self, step: dict[str, Any], link: str, now_s: float) -> None:
        if not step.get("is_lost"):
            self.note(link, self.hosts[link].receive_data(bytes.fromhex(step["data"]), now_s))

    def link_lost(self, _step: dict[str, Any], link: str, now_s: float) -> None:
        self.note(link, self.hosts[link].link_lost(now_s))

    def host_event(self, step: dict[str, Any], link: str, _now_s: float) -> None:
        self.check_event(step, link)


class DeviceReplay(Replay):
    """Plays the device, with a connection for each link."""

    def __init__(self, vector: dict[str, Any]) -> None:
        super().__init__(vector)
        about = vector["device"]
        features = {
            int(function): {int(key): value for key, value in keys.items()}
            for function, keys in about["features"].items()
        }
        self.device = DeviceState(about["name"], FeatureSet(features), boot_id=about["boot_id"])
        self.links: dict[str, Connection] = {}

    def open(self, _step: dict[str, Any], link: str, _now_s: float) -> None:
        self.links[link] = Connection(Role.DEVICE, self.device)

    def device_sends(self, step: dict[str, Any], link: str, now_s: float) -> None:
        message = built(step["message"], step["fields"])
        if step["message"] == "MotorTelemetry":
            assert self.device.number_telemetry(now_s) == step["fields"]["counter"]
        self.links[link].send(message, now_s)

    def device_measures_force(self, step: dict[str, Any], link: str, now_s: float) -> None:
        self.note(link, list(self.device.note_force(step["mean_mn"], now_s)))

    def device_faults_present(self, step: dict[str, Any], _link: str, _now_s: float) -> None:
        self.device.present_faults = step["faults"]

    def tick(self, _step: dict[str, Any], link: str, now_s: float) -> None:
        self.note(link, self.links[link].tick(now_s))

    def to_host(self, step: dict[str, Any], link: str, _now_s: float) -> None:
        self.check_data(step, self.links[link])

    def to_device(self, step: dict[str, Any], link: str, now_s: float) -> None:
        if not step.get("is_lost"):
            self.note(link, self.links[link].receive_data(bytes.fromhex(step["data"]), now_s))

    def link_lost(self, _step: dict[str, Any], link: str, now_s: float) -> None:
        self.note(link, self.links[link].link_lost(now_s))

    def device_event(self, step: dict[str, Any], link: str, _now_s: float) -> None:
        self.check_event(step, link)


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_host_plays_its_part_of_a_golden_conversation(name: str) -> None:
    replay = HostReplay(load(name))
    replay.run()
    assert replay.checked > 5


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_device_plays_its_part_of_a_golden_conversation(name: str) -> None:
    replay = DeviceReplay(load(name))
    replay.run()
    assert replay.checked > 5


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_golden_conversation_is_what_its_writer_writes(name: str) -> None:
    assert json.loads(json.dumps(conversation_vector(name))) == load(name)


def test_the_conversations_on_file_are_the_ones_played() -> None:
    on_file = {path.name for path in (VECTORS / "conversations").iterdir()}
    assert on_file == {f"{name}.json" for name in CONVERSATIONS}


def test_each_direction_is_heard_by_both_sides_at_least_once_lost_and_once_injected() -> None:
    steps = [step for name in CONVERSATIONS for step in load(name)["steps"]]
    for kind in ("to_device", "to_host"):
        assert any(step.get("is_lost") for step in steps if step["step"] == kind)
        assert any(step.get("is_injected") for step in steps if step["step"] == kind)
