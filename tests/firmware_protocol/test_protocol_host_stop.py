"""How a host stops: before everything, by the clock, until it is acknowledged."""

from __future__ import annotations

import pytest

from firmware_protocol import Connection, Role
from firmware_protocol.codes import Result, StopReason
from firmware_protocol.events import (
    CommandDropped,
    CommandRefused,
    StopAcknowledged,
    StopTimedOut,
)
from firmware_protocol.framing import DELIMITER
from firmware_protocol.messages import (
    Ack,
    Arm,
    Command,
    Hello,
    Renew,
    SetSpeed,
    Stop,
    Tare,
    TimerArm,
    encode,
)
from tests.firmware_protocol.bench_device import armed_pair, hear, messages_in, new_host, only


def test_stop_empties_the_queue_and_the_send_buffer_and_goes_first() -> None:
    host = new_host()
    host.send(Hello(), 0.0)
    host.send(Tare(), 0.0)
    host.send(SetSpeed(2400, 600), 0.0)
    host.send(Stop(StopReason.PERSON), 0.0)
    assert messages_in(host.data_to_send()) == [Stop(StopReason.PERSON)]
    dropped = only(CommandDropped, host.tick(0.0))
    assert {type(event.command) for event in dropped} == {Hello, Tare, SetSpeed}


def test_a_delimiter_before_stop_ends_what_was_cut_off() -> None:
    pair = armed_pair()
    cut = encode(SetSpeed(2400, 600), 1, pair.host.epoch)[:5]
    pair.host.send(Stop(), 0.0)
    data = pair.host.data_to_send()
    assert data.startswith(DELIMITER)
    pair.end.receive_data(cut + data, 0.0)
    assert not pair.device.is_armed


def test_stop_is_sent_at_0_50_150_ms_and_on_until_it_is_given_up() -> None:
    host = new_host()
    host.send(Stop(), 10.0)
    times_ms = [0] if host.data_to_send() else []
    for tick_ms in range(1, 6000):
        host.tick(10 + tick_ms / 1000)
        if host.data_to_send():
            times_ms.append(tick_ms)
        if not host.is_stopping:
            break
    assert times_ms[:5] == pytest.approx([0, 50, 150, 250, 350], abs=2)
    assert tick_ms == pytest.approx(5000, abs=1)
    assert len(times_ms) < 60


def test_an_unacknowledged_stop_ends_in_a_report() -> None:
    host = new_host()
    sequence = host.send(Stop(), 0.0)
    assert host.tick(4.999) == []
    assert host.tick(5.0) == [StopTimedOut(sequence or 0)]
    assert not host.is_stopping


def test_stop_is_no_longer_sent_once_acknowledged() -> None:
    host = new_host()
    host.send(Stop(), 0.0)
    host.data_to_send()
    assert hear(host, Ack(Stop.TYPE, 0, 0), 0.03125, epoch=9)[1:] == [StopAcknowledged(0, 0.03125)]
    assert not host.is_stopping
    assert host.tick(0.2) == []
    assert host.data_to_send() == b""
    assert host.epoch == 9


def test_stopping_again_repeats_the_same_stop_at_once() -> None:
    host = new_host()
    first = host.send(Stop(), 0.0)
    data = host.data_to_send()
    assert host.send(Stop(StopReason.SUPERVISOR), 0.01) == first
    assert host.data_to_send() == data


@pytest.mark.parametrize("command", [SetSpeed(1800, 600), Renew(1), TimerArm(1000)], ids=lambda c: type(c).__name__)
def test_nothing_that_moves_is_sent_while_a_stop_is_on_its_way(command: Command) -> None:
    host = new_host()
    host.send(Stop(), 0.0)
    host.data_to_send()
    assert host.send(command, 0.01) is None
    assert host.data_to_send() == b""


def test_what_is_queued_after_a_stop_waits_for_its_acknowledgement() -> None:
    host = new_host()
    host.send(Stop(), 0.0)
    host.send(Hello(), 0.0)
    assert messages_in(host.data_to_send()) == [Stop()]
    hear(host, Ack(Stop.TYPE, 0, 0), 0.01)
    assert messages_in(host.data_to_send()) == [Hello()]


def test_an_arm_decided_before_the_stop_was_answered_is_refused_by_its_epoch() -> None:
    pair = armed_pair()
    pair.host.send(Stop(), pair.now_s)
    pair.host.send(Arm(), pair.now_s)
    pair.host_events = []
    pair.shuttle()
    assert [event.result for event in only(CommandRefused, pair.host_events)] == [Result.STALE_EPOCH]
    assert not pair.device.is_armed
    pair.say(Arm())
    assert pair.device.is_armed


def test_a_stop_that_gets_lost_is_repeated_until_it_arrives() -> None:
    pair = armed_pair()
    pair.say(SetSpeed(1800, 600))
    pair.host.send(Stop(), pair.now_s)
    pair.host.data_to_send()
    events = pair.pass_time(0.1)
    assert [event.latency_s for event in only(StopAcknowledged, events)] == [pytest.approx(0.05, abs=0.011)]
    assert not pair.device.is_armed


def test_a_stop_waits_for_no_answer_to_anything_else() -> None:
    pair = armed_pair()
    pair.host.send(Tare(), pair.now_s)
    pair.host.data_to_send()
    assert only(StopAcknowledged, pair.say(Stop()))


def test_pressing_stop_again_does_not_put_off_its_repetitions() -> None:
    host = Connection(Role.HOST, ping_every_s=None)
    host.send(Stop(), 1.0)
    host.send(Stop(), 1.003)
    host.data_to_send()
    sent_s = []
    for millisecond in range(4, 480):
        now_s = 1.0 + millisecond / 1000
        host.tick(now_s)
        if host.data_to_send():
            sent_s.append(round(now_s, 3))
    assert sent_s == pytest.approx([1.05, 1.15, 1.25, 1.35, 1.45], abs=0.0021)
