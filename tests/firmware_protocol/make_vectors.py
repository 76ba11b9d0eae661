"""Writes what is golden: ``vectors/`` and the hexadecimal examples in PROTOCOL.md. Run it after a change of the protocol.

``python tests/firmware_protocol/make_vectors.py``, then read the difference: it is a change of the norm. The tests compare
what stands in the files with what the code does, so a change that nobody wanted cannot pass.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

from firmware_protocol import Connection, DeviceState, FeatureSet, Role
from firmware_protocol.codes import Function, Key, StopReason
from firmware_protocol.features import FeatureValue
from firmware_protocol.framing import FrameSplitter, encode_frame
from firmware_protocol.messages import (
    COMMANDS,
    REPORTS,
    Ack,
    Arm,
    Buzz,
    Calibrate,
    Claim,
    ClearFault,
    Fault,
    Feature,
    ForceTelemetry,
    GetFeature,
    Hello,
    Identity,
    InputEvent,
    Message,
    MotorTelemetry,
    Ping,
    Pong,
    PowerTelemetry,
    Release,
    Renew,
    SetLimits,
    SetSpeed,
    Stop,
    Stopped,
    Stream,
    Tare,
    TimerArm,
    TimerCancel,
    TimerTelemetry,
    Unknown,
    decode,
    encode,
)

ROOM = Path(__file__).parents[2] / "firmware_protocol"
VECTORS = ROOM / "vectors"
KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in (*COMMANDS, *REPORTS)}
FEATURES: dict[int, dict[int, FeatureValue]] = {
    Function.DEVICE: {Key.MODEL: "golden", Key.SIMULATED: 1},
    Function.MOTOR: {
        Key.SPEED_MIN_PPM: 1200,
        Key.SPEED_MAX_PPM: 2400,
        Key.RAMP_MAX_PPM_PER_S: 600,
        Key.STREAM_MAX_HZ: 50,
    },
    Function.FORCE: {Key.FORCE_MAX_MN: 100_000, Key.STREAM_MAX_HZ: 50},
    Function.TIMER: {Key.DURATION_MAX_MS: 600_000, Key.HAS_BUZZER: 1, Key.HAS_PEDAL: 1, Key.STREAM_MAX_HZ: 10},
}
TOKEN = 0x600DCAFE
RIVAL = 0x0BADCAFE

FRAMES: list[tuple[str, Message, int, int]] = [
    ("hello", Hello(1, 1), 0, 0),
    ("hello, widest versions", Hello(1, 255), 255, 255),
    ("first feature", GetFeature(0), 1, 0),
    ("last possible feature", GetFeature(255), 1, 0),
    ("claim, smallest token", Claim(1), 2, 0),
    ("claim, largest token", Claim(0xFFFFFFFF), 2, 0),
    ("release", Release(), 3, 1),
    ("ping of zeros", Ping(0), 0, 0),
    ("ping", Ping(0xFFFFFFFF), 4, 1),
    ("stream off", Stream(1, 0), 5, 1),
    ("force at 50 Hz", Stream(2, 50), 5, 1),
    ("widest stream", Stream(255, 65535), 5, 1),
    ("stop, all zeros but the type", Stop(0), 0, 0),
    ("stop by a person", Stop(StopReason.PERSON), 255, 255),
    ("limits", SetLimits(2400, 60_000, 120), 6, 1),
    ("largest limits", SetLimits(65535, 0xFFFFFFFF, 65535), 6, 1),
    ("arm", Arm(1000), 7, 1),
    ("arm, over BLE", Arm(1500), 7, 1),
    ("stand", SetSpeed(0, 600), 8, 1),
    ("run", SetSpeed(1800, 600), 8, 1),
    ("largest speed", SetSpeed(65535, 65535), 8, 1),
    ("renew, counter before its wrap", Renew(65535), 9, 1),
    ("renew, counter after its wrap", Renew(0), 10, 1),
    ("clear fault", ClearFault(), 11, 2),
    ("tare", Tare(), 12, 2),
    ("calibrate with 5 kg", Calibrate(49_033), 13, 2),
    ("calibrate, largest", Calibrate(0x7FFFFFFF), 13, 2),
    ("relay for 30 s", TimerArm(30_000), 14, 2),
    ("relay, longest", TimerArm(0xFFFFFFFF), 14, 2),
    ("relay off", TimerCancel(), 15, 2),
    ("buzz", Buzz(200), 16, 2),
    ("ack of a stop", Ack(0x10, 255, 0), 0, 1),
    ("refusal, stale epoch", Ack(0x13, 8, 3), 1, 2),
    ("identity", Identity(1, 1, 1, 15, 14, 64, 0x12345678, "golden"), 2, 0),
    ("identity, no common version, no name", Identity(0, 2, 3, 1, 0, 13, 0, ""), 2, 0),
    ("identity, longest name", Identity(1, 1, 1, 0xFFFF, 255, 64, 0xFFFFFFFF, "ü" * 24), 2, 0),
    ("feature, one number", Feature(1, 14, 1, 17, (2400,)), 3, 0),
    ("feature, most numbers", Feature(2, 14, 1, 18, tuple(range(0, 12_000, 1000))), 3, 0),
    ("feature, no number", Feature(3, 14, 1, 18, ()), 3, 0),
    ("feature, text", Feature(0, 14, 0, 1, "Percussor 2"), 3, 0),
    ("feature, unknown function and key", Feature(4, 14, 15, 255, (0xFFFFFFFF,)), 3, 0),
    ("pong", Pong(0xFFFFFFFF, 0), 4, 0),
    ("motor, running", MotorTelemetry(123_456_789, 4660, 1800, 1750, 1743, 0b1011), 5, 1),
    ("motor, all zeros", MotorTelemetry(0, 0, 0, 0, 0, 0), 0, 0),
    ("motor, before all wraps, unmeasured", MotorTelemetry(0xFFFFFFFF, 65535, 65535, 65535, None, 255), 255, 255),
    ("power", PowerTelemetry(1_000_000, 42, 87, 1250, 365, 318, 1), 6, 1),
    ("power, nothing fitted", PowerTelemetry(0, None, None, None, None, None, 0), 6, 1),
    ("power, frost", PowerTelemetry(0, 254, 0, 0, -32767, -1, 255), 6, 1),
    ("force", ForceTelemetry(123_456_789, 18_500, 22_100, 6), 7, 1),
    ("force, pulled", ForceTelemetry(0, -350, -1, 0), 7, 1),
    ("force, ends of the range", ForceTelemetry(0xFFFFFFFF, -(2**31), 2**31 - 1, 255), 7, 1),
    ("timer, closed", TimerTelemetry(5_000_000, 29_000, 3), 8, 2),
    ("timer, longest", TimerTelemetry(0xFFFFFFFF, 0xFFFFFFFF, 255), 8, 2),
    ("pedal down", InputEvent(5_100_000, 7, 2, True), 9, 2),
    ("button up", InputEvent(0xFFFFFFFF, 255, 1, False), 9, 2),
    ("over force", Fault(6_000_000, 1, 1), 10, 3),
    ("fault unknown to version 1", Fault(6_000_000, 0x80000000, 0x80000000), 10, 3),
    ("faults gone", Fault(7_000_000, 0, 0), 10, 3),
    ("stopped by its lease", Stopped(7_000_000, 1), 11, 4),
]


def field_values(thing: object) -> dict[str, Any]:
    """Return the fields of a message or an event as JSON has them."""
    if isinstance(thing, Unknown):
        return {"type": thing.type, "payload": thing.payload.hex(" ")}
    if isinstance(thing, tuple) and hasattr(thing, "_fields"):
        return dict(zip(thing._fields, thing, strict=True))
    if not is_dataclass(thing):
        raise TypeError(f"{thing!r} has no fields")
    return {field.name: _json_value(getattr(thing, field.name)) for field in dataclass_fields(thing)}


def _json_value(value: object) -> Any:
    if isinstance(value, tuple(KINDS.values())):
        return {"message": type(value).__name__, **field_values(value)}
    if isinstance(value, Exception):
        return str(value)
    if isinstance(value, float):
        return round(value, 6)
    return list(value) if isinstance(value, tuple) else value


def words(message: Message | Unknown) -> str:
    """Return a message as PROTOCOL.md writes it."""
    parts = [type(message).__name__]
    for name, value in field_values(message).items():
        parts.append(f"{name}={'none' if value is None else json.dumps(value, separators=(',', ':'))}")
    return " ".join(parts)


def frame_vectors() -> list[dict[str, Any]]:
    """Return each message at least once, with the values at the edges."""
    return [
        {
            "name": name,
            "message": type(message).__name__,
            "fields": field_values(message),
            "sequence": sequence,
            "epoch": epoch,
            "frame": encode(message, sequence, epoch).hex(" "),
        }
        for name, message, sequence, epoch in FRAMES
    ]


def rejected_vectors() -> list[dict[str, str]]:
    """Return bytes between two delimiters that are no message of version 1."""
    good = encode(Arm(1000), 7, 1)[:-1]
    long_text = bytes([0, 1, 0, 1, 2, 49]) + b"x" * 49
    return [
        {"name": "checksum wrong", "stuffed": (good[:-1] + bytes([good[-1] ^ 1])).hex(" ")},
        {"name": "one byte only", "stuffed": "01"},
        {"name": "code byte points behind the end", "stuffed": "ff 01 02"},
        {"name": "shorter than a head and a checksum", "stuffed": "05 01 02 03 04"},
        {"name": "cut off", "stuffed": good[:-2].hex(" ")},
        {"name": "payload shorter than its table", "stuffed": encode_frame(0x12, 0, 0, b"\x01")[:-1].hex(" ")},
        {"name": "text longer than allowed", "stuffed": encode_frame(0x82, 0, 0, long_text)[:-1].hex(" ")},
        {"name": "text cut off", "stuffed": encode_frame(0x82, 0, 0, b"\0\1\0\1\2\5abc")[:-1].hex(" ")},
        {"name": "text not UTF-8", "stuffed": encode_frame(0x82, 0, 0, b"\0\1\0\1\2\1\xff")[:-1].hex(" ")},
        {"name": "feature of unknown kind", "stuffed": encode_frame(0x82, 0, 0, b"\0\1\0\1\3\0")[:-1].hex(" ")},
        {"name": "longer than a frame", "stuffed": ("01 " * 71).strip()},
    ]


class Conversation:
    """Runs hosts and one device against each other and writes down every step, so that either side can be replayed alone."""

    def __init__(self) -> None:
        self.now_ms = 0
        self.steps: list[dict[str, Any]] = []
        self.device = DeviceState("golden", FeatureSet(FEATURES), boot_id=0x12345678)
        self.hosts: dict[str, Connection] = {}
        self.links: dict[str, Connection] = {}

    @property
    def now_s(self) -> float:
        """The time of this step."""
        return self.now_ms / 1000

    def open(self, *links: str) -> None:
        """Open links."""
        for link in links:
            self._note("open", link)
            self.hosts[link] = Connection(Role.HOST)
            self.links[link] = Connection(Role.DEVICE, self.device)

    def say(self, *messages: Message, link: str = "a") -> None:
        """Let a host send, and everything arrive and be answered."""
        for message in messages:
            self._note("host_sends", link, message=type(message).__name__, fields=field_values(message))
            self.hosts[link].send(message, self.now_s)
            self.exchange(link)

    def exchange(self, link: str = "a", *, is_delivered: bool = True) -> None:
        """Carry bytes to and fro, a millisecond each way, until nobody has more to say."""
        while True:
            up = self.hosts[link].data_to_send()
            if up:
                self._carry("to_device", link, up, is_delivered)
            down = self.links[link].data_to_send()
            if down:
                self._carry("to_host", link, down, is_delivered)
            if not up and not down:
                return

    def telemetry(self, commanded_ppm: int, ramped_ppm: int, link: str = "a", *, is_delivered: bool = True) -> int:
        """Let the device send motor telemetry; returns its counter."""
        counter = self.device.number_telemetry(self.now_s)
        message = MotorTelemetry(
            self.device.time_us(self.now_s), counter, commanded_ppm, ramped_ppm, ramped_ppm, self.device.motor_flags()
        )
        self._note("device_sends", link, message="MotorTelemetry", fields=field_values(message))
        self.links[link].send(message, self.now_s)
        self.exchange(link, is_delivered=is_delivered)
        return counter

    def force(self, mean_mn: int, link: str = "a") -> None:
        """Let the device's own sensor read a force, hold its limit, and report."""
        self._note("device_measures_force", link, mean_mn=mean_mn)
        self._events("device_event", link, self.device.note_force(mean_mn, self.now_s))
        message = ForceTelemetry(self.device.time_us(self.now_s), mean_mn, mean_mn + 2000, 6)
        self._note("device_sends", link, message="ForceTelemetry", fields=field_values(message))
        self.links[link].send(message, self.now_s)
        self.exchange(link)

    def inject(self, direction: str, data: bytes, link: str = "a") -> None:
        """Put bytes on the wire that neither side has sent."""
        self._carry(direction, link, data, is_delivered=True, is_injected=True)
        self.exchange(link)

    def wait(self, duration_ms: int, *, is_delivered: bool = True) -> None:
        """Let time pass, deadline by deadline."""
        end_ms = self.now_ms + duration_ms
        while True:
            due = [
                (max(self.now_ms, math.ceil(at_s * 1000)), ends)
                for ends in (*self.hosts.items(), *self.links.items())
                if (at_s := ends[1].next_deadline_s) is not None
            ]
            at_ms = min((at for at, _ in due), default=end_ms)
            if at_ms > end_ms:
                self.now_ms = end_ms
                return
            self.now_ms = at_ms
            self._tick(is_delivered=is_delivered)
            if at_ms == end_ms:
                return

    def lose_link(self, link: str = "a") -> None:
        """Let both ends learn that the link is gone."""
        self._note("link_lost", link)
        self._events("host_event", link, self.hosts.pop(link).link_lost(self.now_s))
        self._events("device_event", link, self.links.pop(link).link_lost(self.now_s))

    def _tick(self, *, is_delivered: bool) -> None:
        for link in sorted(self.hosts):
            self._note("tick", link)
            self._events("host_event", link, self.hosts[link].tick(self.now_s))
            self._events("device_event", link, self.links[link].tick(self.now_s))
        for link in sorted(self.hosts):
            self.exchange(link, is_delivered=is_delivered)

    def _carry(self, kind: str, link: str, data: bytes, is_delivered: bool, is_injected: bool = False) -> None:
        said = [words(decode(piece).message) for piece in FrameSplitter().feed(data)] if not is_injected else []
        extra = {"is_injected": True} if is_injected else {}
        if is_delivered:
            self.now_ms += 1
        else:
            extra["is_lost"] = True
        self._note(kind, link, data=data.hex(" "), says=said, **extra)
        if not is_delivered:
            return
        if kind == "to_device":
            self._events("device_event", link, self.links[link].receive_data(data, self.now_s))
        else:
            self._events("host_event", link, self.hosts[link].receive_data(data, self.now_s))

    def _events(self, kind: str, link: str, events: list[Any]) -> None:
        for event in events:
            self._note(kind, link, event=type(event).__name__, fields=field_values(event))

    def _note(self, kind: str, link: str, **more: Any) -> None:
        self.steps.append({"at_ms": self.now_ms, "link": link, "step": kind, **more})


def connected() -> Conversation:
    """Return a conversation in which link a has claimed the device."""
    talk = Conversation()
    talk.open("a")
    talk.say(Stop(StopReason.START), Hello(), Claim(TOKEN))
    return talk


def running() -> Conversation:
    """Return one in which the motor runs at 1,800."""
    talk = connected()
    talk.say(SetLimits(2400, 60_000, 120), Stream(1, 20), Arm(1000), SetSpeed(1800, 600))
    return talk


def _connect_and_claim() -> Conversation:
    talk = Conversation()
    talk.open("a")
    talk.say(Stop(StopReason.START), Hello())
    talk.say(*(GetFeature(index) for index in range(len(talk.device.features.entries()))))
    talk.say(Claim(TOKEN), SetLimits(2400, 60_000, 120), Stream(1, 20), Stream(2, 50), Tare())
    talk.wait(1000)
    talk.say(Release())
    return talk


def _run_with_lease() -> Conversation:
    talk = running()
    for step in range(8):
        counter = talk.telemetry(1800, 75 * step)
        talk.say(Renew(counter))
        talk.wait(248)
    talk.say(SetSpeed(0, 600))
    talk.telemetry(0, 525)
    talk.say(Stop(StopReason.END), Release())
    return talk


def _lease_lapses() -> Conversation:
    talk = running()
    old = talk.telemetry(1800, 0)
    talk.say(Renew(old))
    talk.wait(600)
    talk.say(Renew(old))
    talk.wait(500)
    talk.say(Renew(old), SetSpeed(1800, 600), Arm(1000))
    return talk


def _over_force() -> Conversation:
    talk = running()
    talk.force(59_000)
    talk.force(61_500)
    talk.device.present_faults = 1
    talk.steps.append({"at_ms": talk.now_ms, "link": "a", "step": "device_faults_present", "faults": 1})
    talk.say(Renew(0), Arm(1000), ClearFault())
    talk.device.present_faults = 0
    talk.steps.append({"at_ms": talk.now_ms, "link": "a", "step": "device_faults_present", "faults": 0})
    talk.say(ClearFault(), Arm(1000))
    return talk


def _link_lost_and_back() -> Conversation:
    talk = running()
    talk.telemetry(1800, 0)
    talk.telemetry(1800, 100, is_delivered=False)
    talk._note("host_sends", "a", message="Stop", fields={"reason": int(StopReason.LINK)})
    talk.hosts["a"].send(Stop(StopReason.LINK), talk.now_s)
    talk.exchange(is_delivered=False)
    talk.wait(1200, is_delivered=False)
    talk.lose_link("a")
    talk.open("b")
    talk.say(
        Stop(StopReason.START), Hello(), Claim(TOKEN), SetSpeed(1260, 600), Arm(1000), SetSpeed(1260, 600), link="b"
    )
    return talk


def _second_controller() -> Conversation:
    talk = running()
    talk.open("b")
    talk.say(Hello(), Claim(RIVAL), Stream(1, 10), SetSpeed(2400, 600), link="b")
    talk.say(Stop(StopReason.PERSON), link="b")
    talk.exchange("a")
    talk.say(SetSpeed(1900, 600))
    talk.say(Release())
    talk.exchange("b")
    talk.say(Claim(RIVAL), link="b")
    talk.exchange("a")
    return talk


def _host_started_again() -> Conversation:
    talk = running()
    talk.telemetry(1800, 0)
    talk._note("host_ends", "a")
    talk.hosts["a"] = Connection(Role.HOST)
    talk.say(Stop(StopReason.START), Hello(), Claim(RIVAL), SetSpeed(1260, 600), Arm(1000), SetSpeed(1260, 600))
    return talk


def _unknown_message_skipped() -> Conversation:
    talk = connected()
    talk.inject("to_device", encode_frame(0x7E, 9, 1, b"from a later version"))
    talk.inject("to_host", encode_frame(0xFE, 9, 2, b"from a later version"))
    talk.inject("to_device", encode_frame(0x12, 77, talk.device.epoch, b"\xe8\x03later"))
    talk.inject("to_device", b"\xff\x00garbage, then a frame that is cut\x00" + encode(Ping(5), 80, 0))
    talk.inject("to_device", encode_frame(0x13, 78, talk.device.epoch, b"\x01"))
    return talk


def _stop_until_acknowledged() -> Conversation:
    talk = running()
    talk._note("host_sends", "a", message="Stop", fields={"reason": int(StopReason.PERSON)})
    talk.hosts["a"].send(Stop(StopReason.PERSON), talk.now_s)
    talk.exchange(is_delivered=False)
    talk.wait(240, is_delivered=False)
    talk.wait(20)
    talk.say(Arm(1000))
    return talk


def _relay() -> Conversation:
    talk = connected()
    talk.say(Stream(3, 10), TimerArm(500))
    talk.wait(300)
    talk.say(TimerArm(500))
    talk.wait(600)
    talk.say(TimerArm(60_000), Buzz(200))
    talk.say(TimerCancel(), TimerArm(60_000), Stop(StopReason.PERSON))
    return talk


CONVERSATIONS = {
    "connect_and_claim": (
        "A host connects, reads the feature dictionary, claims, sets up, and leaves",
        _connect_and_claim,
    ),
    "run_with_lease": ("The motor runs for two seconds on renewals, ramps down, and is stopped", _run_with_lease),
    "lease_lapses": (
        "Renewals that answer old telemetry extend nothing: the device switches off by itself",
        _lease_lapses,
    ),
    "over_force": (
        "The device's own force limit stops the motor; the fault is latched until its cause is gone",
        _over_force,
    ),
    "link_lost_and_back": (
        "The link breaks in a run; the lease ends it; a new link takes the claim over",
        _link_lost_and_back,
    ),
    "second_controller": (
        "A second controller may read and stop, and nothing else until the first lets go",
        _second_controller,
    ),
    "host_started_again": ("A host dies without a word; the next one on the same line takes over", _host_started_again),
    "unknown_message_skipped": (
        "Later messages, later fields, garbage and cut frames do no harm",
        _unknown_message_skipped,
    ),
    "stop_until_acknowledged": (
        "STOP is repeated on a link that swallows it, then acknowledged",
        _stop_until_acknowledged,
    ),
    "relay": ("The timer's relay is armed, renewed, left to elapse, cancelled and stopped", _relay),
}


def conversation_vector(name: str) -> dict[str, Any]:
    """Run a conversation and return its file."""
    title, run = CONVERSATIONS[name]
    talk = run()
    features = {
        str(int(function)): {str(int(key)): value for key, value in keys.items()} for function, keys in FEATURES.items()
    }
    return {
        "title": title,
        "device": {"name": "golden", "boot_id": 0x12345678, "features": features},
        "steps": talk.steps,
    }


def transcript(name: str, vector: dict[str, Any]) -> str:
    """Return what is said on the wire, as PROTOCOL.md shows it."""
    lines = [f"```conversation {name}"]
    for step in vector["steps"]:
        if step["step"] not in {"to_device", "to_host"}:
            continue
        arrow = ">" if step["step"] == "to_device" else "<"
        lost = "  (lost)" if step.get("is_lost") else ""
        said = step["says"] or [f"bytes {step['data']}"]
        lines += [f"{step['at_ms']:6} ms {step['link']} {arrow} {words}{lost}" for words in said]
    return "\n".join([*lines, "```"])


def parse_value(text: str) -> Any:
    """Read a value as PROTOCOL.md writes it."""
    if text == "none":
        return None
    value = json.loads(text)
    return tuple(value) if isinstance(value, list) else value


def parse_words(line: str) -> Message:
    """Read a message as PROTOCOL.md writes it."""
    name, *rest = line.split(" ", 1)
    found = re.findall(r"(\w+)=(\"[^\"]*\"|\S+)", rest[0]) if rest else []
    message: Message = KINDS[name](**{key: parse_value(text) for key, text in found})
    return message


def with_examples(document: str, conversations: dict[str, dict[str, Any]]) -> str:
    """Return PROTOCOL.md with the bytes of its examples and the conversations filled in."""

    def frame_block(found: re.Match[str]) -> str:
        said, position = found[1].splitlines()[:2]
        sequence, epoch = (int(number) for number in re.findall(r"\d+", position))
        message = parse_words(said)
        payload = f"payload {message.encode().hex(' ')}".rstrip()
        frame = f"frame   {encode(message, sequence, epoch).hex(' ')}"
        return f"```frame\n{said}\n{position}\n{payload}\n{frame}\n```"

    document = re.sub(r"```frame\n(.*?)```", frame_block, document, flags=re.DOTALL)
    return re.sub(
        r"```conversation (\w+)\n.*?```",
        lambda found: transcript(found[1], conversations[found[1]]),
        document,
        flags=re.DOTALL,
    )


def main() -> None:
    """Write everything."""
    conversations = {name: conversation_vector(name) for name in CONVERSATIONS}
    _write_json(VECTORS / "frames.json", frame_vectors())
    _write_json(VECTORS / "rejected.json", rejected_vectors())
    for name, vector in conversations.items():
        _write_json(VECTORS / "conversations" / f"{name}.json", vector)
    document = ROOM / "PROTOCOL.md"
    document.write_text(with_examples(document.read_text(encoding="utf-8"), conversations), encoding="utf-8")


def _write_json(path: Path, content: Any) -> None:
    """Write a list of small objects one to a line: readable, and its differences too."""
    if isinstance(content, list):
        text = "[\n" + ",\n".join(f" {json.dumps(item, ensure_ascii=False)}" for item in content) + "\n]\n"
    else:
        steps = ",\n".join(f"  {json.dumps(step, ensure_ascii=False)}" for step in content["steps"])
        head = {key: value for key, value in content.items() if key != "steps"}
        text = json.dumps(head, ensure_ascii=False)[:-1] + ',\n "steps": [\n' + steps + "\n ]}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
