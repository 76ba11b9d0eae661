"""What a host does with its queue, its STOP, its renewals and what a device answers."""

from __future__ import annotations

import pytest

from firmware_protocol import Connection, LocalProtocolError, Role
from firmware_protocol.codes import FaultBit, Result
from firmware_protocol.events import (
    CommandAcknowledged,
    CommandDropped,
    CommandRefused,
    CommandTimedOut,
    FrameRejected,
    StopTimedOut,
    result_text,
)
from firmware_protocol.framing import encode_frame
from firmware_protocol.host_side import QUEUE_MAX
from firmware_protocol.messages import (
    Ack,
    Arm,
    Claim,
    ClearFault,
    Command,
    Fault,
    GetFeature,
    Hello,
    MotorTelemetry,
    Ping,
    Pong,
    Renew,
    SetLimits,
    SetSpeed,
    Stop,
    Stopped,
    Stream,
    Tare,
    TimerCancel,
    Unknown,
    encode,
)
from tests.firmware_protocol.bench_device import TOKEN, Pair, armed_pair, hear, messages_in, new_host, only

# Set-up commands.


def test_one_set_up_command_is_outstanding_and_the_others_wait_their_turn() -> None:
    host = new_host()
    for message in (Hello(), GetFeature(0), Tare()):
        host.send(message, 0.0)
    assert messages_in(host.data_to_send()) == [Hello()]
    hear(host, Ack(Hello.TYPE, 0, Result.UNSUPPORTED), 0.01)
    assert messages_in(host.data_to_send()) == [GetFeature(0)]
    hear(host, Ack(GetFeature.TYPE, 1, Result.OUT_OF_RANGE), 0.02)
    assert messages_in(host.data_to_send()) == [Tare()]


def test_an_unanswered_set_up_command_is_sent_four_times_the_same_and_then_given_up() -> None:
    host = new_host()
    sequence = host.send(Tare(), 0.0)
    sent = [host.data_to_send()]
    for at_s in (0.25, 0.5, 0.75):
        assert host.next_deadline_s == pytest.approx(at_s)
        assert host.tick(at_s) == []
        sent.append(host.data_to_send())
    assert set(sent) == {encode(Tare(), 0, 0)}
    assert host.tick(1.0) == [CommandTimedOut(Tare(), sequence or 0)]
    assert host.data_to_send() == b""
    assert host.next_deadline_s is None


def test_after_one_is_given_up_the_next_is_sent() -> None:
    host = new_host()
    host.send(Tare(), 0.0)
    host.send(Stream(2, 50), 0.0)
    for at_s in (0.25, 0.5, 0.75, 1.0):
        host.data_to_send()
        host.tick(at_s)
    assert messages_in(host.data_to_send()) == [Stream(2, 50)]


def test_an_acknowledgement_carries_its_round_trip_and_a_refusal_its_reason() -> None:
    host = new_host()
    host.send(Tare(), 1.0)
    assert hear(host, Ack(Tare.TYPE, 0, Result.OK), 1.125)[1:] == [CommandAcknowledged(Tare(), 0, 0.125)]
    host.send(Tare(), 2.0)
    refused = hear(host, Ack(Tare.TYPE, 1, Result.MOTOR_ON), 2.01)[1]
    assert refused == CommandRefused(Tare(), 1, Result.MOTOR_ON)
    assert isinstance(refused, CommandRefused)
    assert refused.reason == "the motor is on"


def test_every_result_has_words_and_an_unknown_one_is_a_refusal_too() -> None:
    assert len({result_text(result) for result in Result}) == len(Result)
    assert "code 99" in result_text(99)
    host = new_host()
    host.send(Tare(), 0.0)
    assert hear(host, Ack(Tare.TYPE, 0, 99), 0.1)[1:] == [CommandRefused(Tare(), 0, 99)]


@pytest.mark.parametrize("ack", [Ack(Tare.TYPE, 7, 0), Ack(Arm.TYPE, 0, 0), Ack(Stop.TYPE, 0, 0), Ack(0x7E, 0, 8)])
def test_an_acknowledgement_that_fits_no_command_is_ignored(ack: Ack) -> None:
    host = new_host()
    host.send(Tare(), 0.0)
    assert hear(host, ack, 0.1) == [ack]
    assert host.next_deadline_s == pytest.approx(0.25)


def test_a_second_answer_to_a_retransmitted_command_is_ignored() -> None:
    host = new_host()
    host.send(Tare(), 0.0)
    host.tick(0.25)
    hear(host, Ack(Tare.TYPE, 0, 0), 0.26)
    host.send(Stream(1, 5), 0.3)
    assert hear(host, Ack(Tare.TYPE, 0, 0), 0.31) == [Ack(Tare.TYPE, 0, 0)]


def test_two_set_up_commands_never_share_a_sequence_however_many_renewals_lie_between() -> None:
    pair = armed_pair()
    pair.host.send(Tare(), 0.0)
    pair.shuttle()
    for _ in range(255):
        pair.telemetry()
        pair.say(Renew(0))
    pair.device_events = []
    refused = only(CommandRefused, pair.say(Tare()))
    assert [event.result for event in refused] == [Result.MOTOR_ON]


def test_opening_the_relay_jumps_the_queue() -> None:
    host = new_host()
    for message in (Hello(), Tare(), TimerCancel()):
        host.send(message, 0.0)
    host.data_to_send()
    hear(host, Ack(Hello.TYPE, 0, Result.UNSUPPORTED), 0.01)
    assert messages_in(host.data_to_send()) == [TimerCancel()]


def test_the_queue_is_bounded() -> None:
    host = new_host()
    for _ in range(QUEUE_MAX + 1):
        host.send(Tare(), 0.0)
    with pytest.raises(LocalProtocolError, match="wait for an answer"):
        host.send(Tare(), 0.0)


def test_a_host_sends_no_reports_and_keeps_no_streams() -> None:
    host = new_host()
    with pytest.raises(LocalProtocolError):
        host.send(Pong(0, 0), 0.0)
    with pytest.raises(LocalProtocolError):
        host.stream_hz(1)
    with pytest.raises(LocalProtocolError):
        _ = host.device


# Speeds and renewals.


def test_speeds_and_renewals_go_past_the_queue_and_are_never_retransmitted() -> None:
    host = new_host()
    host.send(Hello(), 0.0)
    host.send(SetSpeed(1800, 600), 0.0)
    host.send(Renew(3), 0.0)
    assert messages_in(host.data_to_send()) == [Hello(), SetSpeed(1800, 600), Renew(3)]
    events = [event for tick in range(1, 200) for event in host.tick(tick / 100)]
    again = messages_in(host.data_to_send())
    assert set(again) == {Hello()}
    assert {type(event.command) for event in only(CommandTimedOut, events)} == {SetSpeed, Renew, Hello}


def test_a_newer_speed_supersedes_an_older_one() -> None:
    host = new_host()
    host.send(SetSpeed(1800, 600), 0.0)
    host.send(SetSpeed(1900, 600), 0.125)
    assert host.next_deadline_s == 0.125
    assert host.tick(0.125) == [CommandDropped(SetSpeed(1800, 600), 0)]
    assert hear(host, Ack(SetSpeed.TYPE, 0, 0), 0.15) == [Ack(SetSpeed.TYPE, 0, 0)]
    assert hear(host, Ack(SetSpeed.TYPE, 1, 0), 0.25)[1:] == [CommandAcknowledged(SetSpeed(1900, 600), 1, 0.125)]


def test_a_connection_renews_nothing_by_itself() -> None:
    pair = armed_pair()
    pair.say(SetSpeed(1800, 600))
    for _ in range(9):
        pair.telemetry(1800)
        pair.pass_time(0.1)
    assert pair.host.is_armed
    stopped = only(Stopped, pair.pass_time(0.2))
    assert [report.cause for report in stopped] == [1]
    assert not pair.host.is_armed


def test_renewals_keep_the_motor_running() -> None:
    pair = armed_pair()
    pair.say(SetSpeed(1800, 600))
    for _ in range(20):
        counter = pair.telemetry(1800).counter
        pair.say(Renew(counter))
        pair.pass_time(0.25)
    assert pair.host.is_armed
    assert pair.device.is_armed


# What the device says by itself.


def test_the_host_follows_what_the_device_does_with_its_motor() -> None:
    for report in (Stopped(0, 1), Fault(0, FaultBit.STALLED, FaultBit.STALLED), MotorTelemetry(0, 0, 0, 0, 0, 0)):
        pair = armed_pair()
        assert pair.host.is_armed
        hear(pair.host, report, pair.now_s, pair.host.epoch)
        assert not pair.host.is_armed


def test_a_fault_bit_unknown_to_this_version_disarms_too() -> None:
    pair = armed_pair()
    hear(pair.host, Fault(0, 1 << 31, 1 << 31), pair.now_s)
    assert not pair.host.is_armed


def test_the_epoch_of_every_report_is_taken_over() -> None:
    host = new_host()
    hear(host, Pong(0, 0), 0.0, epoch=17)
    host.send(Arm(), 0.0)
    assert host.data_to_send() == encode(Arm(), 0, 17)


def test_after_a_fault_and_its_clearing_the_motor_is_armed_anew() -> None:
    pair = armed_pair()
    pair.device.latch(FaultBit.STALLED, pair.now_s)
    pair.shuttle()
    assert only(CommandRefused, pair.say(Arm()))[0].result == Result.FAULTED
    assert only(CommandAcknowledged, pair.say(ClearFault()))
    pair.say(Arm())
    assert pair.host.is_armed


def test_unknown_reports_are_handed_on_and_harm_nothing() -> None:
    host = new_host()
    host.send(Hello(), 0.0)
    assert host.receive_data(encode_frame(0xFE, 0, 3, b"later"), 0.1) == [Unknown(0xFE, b"later")]
    assert host.epoch == 3


def test_a_command_that_arrives_at_a_host_is_rejected() -> None:
    host = new_host()
    events = host.receive_data(encode(Stop(), 0, 9), 0.0)
    assert [type(event) for event in events] == [FrameRejected]
    assert host.epoch == 0


# Pings and the end of a link.


def test_a_host_pings_every_second_from_its_first_word_on() -> None:
    host = new_host(ping_every_s=1.0)
    assert host.next_deadline_s is None
    host.send(Renew(0), 5.0)
    host.data_to_send()
    hear(host, Ack(Renew.TYPE, 0, 0), 5.01)
    assert host.next_deadline_s == 6.0
    host.tick(6.0)
    assert messages_in(host.data_to_send()) == [Ping(0)]
    host.tick(7.0)
    assert messages_in(host.data_to_send()) == [Ping(1)]


def test_pings_alone_keep_the_claim() -> None:
    pair = Pair()
    pair.host = Connection(Role.HOST)
    pair.say(Hello(), Claim(TOKEN))
    pair.pass_time(10)
    assert pair.device.is_claimed


def test_an_answered_ping_is_acknowledged_with_its_round_trip_and_maps_the_clock() -> None:
    host = new_host()
    host.send(Ping(9), 1.0)
    events = hear(host, Pong(9, 500_000), 1.125)
    assert events == [Pong(9, 500_000), CommandAcknowledged(Ping(9), 0, 0.125)]
    assert host.device_clock.host_s(500_000) == pytest.approx(1.0625)
    assert host.device_clock.round_trip_s == 0.125


def test_a_pong_that_answers_no_ping_maps_nothing() -> None:
    host = new_host()
    assert hear(host, Pong(9, 500_000), 1.04) == [Pong(9, 500_000)]
    assert host.device_clock.host_s(0) is None


def test_a_lost_link_ends_every_command_and_the_stop() -> None:
    host = new_host(ping_every_s=1.0)
    host.send(Tare(), 0.0)
    host.send(SetLimits(1, 1, 1), 0.0)
    host.send(SetSpeed(0, 1), 0.0)
    events = host.link_lost(0.1)
    assert {type(event.command) for event in only(CommandDropped, events)} == {Tare, SetLimits, SetSpeed}
    assert host.next_deadline_s is None
    stopping = new_host()
    stopping.send(Stop(), 0.0)
    assert only(StopTimedOut, stopping.link_lost(0.1))
    assert not stopping.is_stopping


def test_every_queued_command_ends_exactly_once() -> None:
    pair = armed_pair()
    commands: list[Command] = [
        Tare(),
        Stream(1, 20),
        SetLimits(1, 1, 1),
        GetFeature(0),
        GetFeature(99),
        ClearFault(),
        Claim(TOKEN),
    ]
    for command in commands:
        pair.host.send(command, pair.now_s)
    pair.host_events = []
    pair.shuttle()
    ends = (CommandAcknowledged, CommandRefused, CommandTimedOut, CommandDropped)
    assert [event.command for event in pair.host_events if isinstance(event, ends)] == commands


def test_pings_that_nobody_answers_are_forgotten_and_no_round_trip_is_made_of_them() -> None:
    host = new_host(ping_every_s=1.0)
    host.send(Hello(), 0.0)
    for second in range(1, 21):
        host.tick(float(second))
    host.data_to_send()
    assert only(CommandAcknowledged, host.receive_data(encode(Pong(2, 0), 0, 0), 20.1)) == []
    assert host.device_clock.round_trip_s is None
    (answered,) = only(CommandAcknowledged, host.receive_data(encode(Pong(19, 0), 1, 0), 20.1))
    assert answered.command == Ping(19)
    assert host.device_clock.round_trip_s == pytest.approx(0.1)
