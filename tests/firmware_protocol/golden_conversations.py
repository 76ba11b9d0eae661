"""The golden conversations: a device and its hosts played against each other, each step written down."""

from __future__ import annotations

import math
from typing import Any

from firmware_protocol import Connection, DeviceState, FeatureSet, Role
from firmware_protocol.codes import Function, Key, StopReason
from firmware_protocol.features import FeatureValue
from firmware_protocol.framing import FrameSplitter, encode_frame
from firmware_protocol.messages import (
    Arm,
    Buzz,
    Calibrate,
    Claim,
    ClearFault,
    ForceTelemetry,
    GetFeature,
    Hello,
    Message,
    MotorTelemetry,
    Ping,
    Release,
    Renew,
    SetLimits,
    SetSpeed,
    Stop,
    Stream,
    Tare,
    TimerArm,
    TimerCancel,
    decode,
    encode,
)
from tests.firmware_protocol.golden_words import field_values, words

FEATURES: dict[int, dict[int, FeatureValue]] = {
    Function.DEVICE: {Key.MODEL: "golden", Key.SIMULATED: 1},
    Function.MOTOR: {
        Key.SPEED_MIN_PPM: 1200,
        Key.SPEED_MAX_PPM: 2400,
        Key.RAMP_MAX_PPM_PER_S: 600,
        Key.STREAM_MAX_HZ: 50,
    },
    Function.FORCE: {Key.FORCE_MAX_MN: 100_000, Key.STREAM_MAX_HZ: 50},
    Function.TIMER: {
        Key.DURATION_MAX_MS: 600_000,
        Key.HAS_RELAY: 1,
        Key.HAS_BUZZER: 1,
        Key.HAS_PEDAL: 1,
        Key.STREAM_MAX_HZ: 10,
    },
}
TOKEN = 0x600DCAFE
RIVAL = 0x0BADCAFE


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


def _refusals() -> Conversation:
    """Each refusal has a later one behind it, so that a device which looks in another order shows."""
    talk = Conversation()
    talk.open("a", "b")
    talk.say(Claim(0), Hello(2, 1), Claim(0), Hello(), Claim(0), Claim(TOKEN))
    talk.say(Hello(), Claim(0), Claim(RIVAL), Stream(4, 60), Stream(1, 60), SetLimits(0, 0, 0), Buzz(1), link="b")
    talk.say(
        SetLimits(2400, 60_000, 0), SetLimits(1300, 0xFFFFFFFF, 60), SetSpeed(9999, 0), Renew(7), Arm(299), Arm(1000)
    )
    talk.say(
        SetSpeed(1301, 600), SetSpeed(1300, 0), Renew(7), Arm(299), Arm(1500), SetLimits(0, 0, 0), Tare(), Calibrate(0)
    )
    talk.force(100_000)
    talk.exchange("b")
    talk.say(Arm(299), SetSpeed(9999, 0), Tare(), TimerArm(0), TimerArm(300), ClearFault(), ClearFault())
    talk.say(Calibrate(0), GetFeature(200))
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
    "refusals": ("Commands that are refused for several reasons at once, and which one is told", _refusals),
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
