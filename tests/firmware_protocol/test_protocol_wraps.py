"""Every counter on the wire is short and comes round: a run goes on across each of them as if nothing were."""

from __future__ import annotations

import pytest

from firmware_protocol import DeviceState, FeatureSet
from firmware_protocol.codes import StopReason
from firmware_protocol.device_clock import WRAP_US
from firmware_protocol.events import (
    CommandAcknowledged,
    CommandRefused,
    CommandTimedOut,
    Event,
    FrameRejected,
    StopAcknowledged,
)
from firmware_protocol.messages import Ack, Arm, Claim, Hello, MotorTelemetry, Ping, Renew, SetSpeed, Stop, Tare
from firmware_protocol.states import MotorState
from tests.firmware_protocol.bench_device import FEATURES, TOKEN, Pair, only

BEAT_S = 0.05
BEFORE_THE_WRAP_US = WRAP_US - 1_000_000


def running_pair(device: DeviceState | None = None, *, counter: int = 0) -> Pair:
    """Return a pair whose motor runs, and whose next telemetry has this counter."""
    pair = Pair(device)
    pair.say(Hello(), Claim(TOKEN), Arm(1000), SetSpeed(1800, 600))
    assert pair.device.motor is MotorState.RUNNING
    pair.device._lease._next_counter = counter
    return pair


def renewed(pair: Pair, beats: int) -> tuple[list[int], list[Event]]:
    """Let telemetry and renewals go to and fro; return the counters seen and what the host heard."""
    counters, heard = [], []
    for _ in range(beats):
        heard += pair.pass_time(BEAT_S)
        pair.host_events = []
        counters.append(pair.telemetry(1800).counter)
        heard += pair.host_events
        heard += pair.say(Renew(counters[-1]))
    return counters, heard


def troubles(heard: list[Event]) -> list[Event]:
    """Return what should not have been heard."""
    return [event for event in heard if isinstance(event, CommandRefused | CommandTimedOut | FrameRejected)]


def test_the_lease_is_renewed_across_the_wrap_of_the_telemetry_counter() -> None:
    pair = running_pair(counter=65_526)
    counters, heard = renewed(pair, 40)
    assert counters[9:11] == [65_535, 0]
    assert troubles(heard) == []
    assert pair.device.lease_deadline_s == pytest.approx(pair.now_s + 1.0)
    assert pair.device.motor is MotorState.RUNNING


def test_a_renewal_from_before_the_wrap_is_older_than_one_from_behind_it() -> None:
    pair = running_pair(counter=65_535)
    (last,), _ = renewed(pair, 1)
    pair.pass_time(0.4)
    (first,), _ = renewed(pair, 1)
    assert (last, first) == (65_535, 0)
    deadline_s = pair.device.lease_deadline_s
    pair.say(Renew(last))
    assert pair.device.lease_deadline_s == deadline_s


def test_device_time_is_mapped_across_its_wrap() -> None:
    pair = running_pair(DeviceState("late", FeatureSet(FEATURES), time_offset_us=BEFORE_THE_WRAP_US))
    pair.say(Ping(1))
    clock = pair.host.device_clock
    for _ in range(40):
        pair.pass_time(BEAT_S)
        pair.host_events = []
        sent = pair.telemetry(1800)
        pair.say(Renew(sent.counter))
        assert clock.host_s(sent.time_us) == pytest.approx(pair.now_s, abs=1e-3)
    assert sent.time_us < BEFORE_THE_WRAP_US
    pair.say(Ping(2))
    assert clock.host_s(sent.time_us) == pytest.approx(pair.now_s, abs=1e-3)


def test_a_run_of_six_hours_pings_across_five_wraps_of_device_time() -> None:
    pair = Pair()
    for minute in range(360):
        pair.now_s = 60.0 * minute
        pair.say(Ping(minute))
        assert pair.host.device_clock.host_s(pair.device.time_us(pair.now_s)) == pytest.approx(pair.now_s, abs=1e-3)


def test_stopping_and_arming_go_on_across_the_wrap_of_the_epoch() -> None:
    pair = Pair()
    pair.say(Hello(), Claim(TOKEN))
    seen = []
    for _ in range(300):
        heard = pair.say(Stop(StopReason.PERSON))
        assert len(only(StopAcknowledged, heard)) == 1
        assert only(CommandAcknowledged, pair.say(Arm(1000)))
        assert pair.host.epoch == pair.device.epoch
        seen.append(pair.host.epoch)
    assert seen[254:257] == [0, 1, 2]


def test_commands_find_their_answers_across_the_wrap_of_the_sequences() -> None:
    pair = running_pair()
    _, heard = renewed(pair, 600)
    assert troubles(heard) == []
    assert len([ack for ack in only(Ack, heard) if ack.command == Renew.TYPE]) == 600


def test_set_up_commands_are_done_once_each_across_the_wrap_of_their_sequence() -> None:
    pair = Pair()
    pair.say(Hello(), Claim(TOKEN))
    pair.device_events = []
    for _ in range(600):
        assert len(only(CommandAcknowledged, pair.say(Tare()))) == 1
    assert len(pair.device_events) == 600


def test_the_devices_frames_are_counted_round() -> None:
    pair = running_pair()
    counters, heard = renewed(pair, 300)
    assert [message.counter for message in only(MotorTelemetry, heard)] == counters
