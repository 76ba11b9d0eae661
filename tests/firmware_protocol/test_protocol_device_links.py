"""What a device does for each link: repeated commands, sensor, timer, streams, what is not understood."""

from __future__ import annotations

import pytest

from firmware_protocol import Connection, DeviceState, FeatureSet, LocalProtocolError, Role
from firmware_protocol.codes import FaultBit, Function, Key, Result, StopCause, TimerFlag
from firmware_protocol.events import (
    CalibrateSensor,
    CloseRelay,
    FrameRejected,
    OpenRelay,
    SoundBuzzer,
    StreamChanged,
    SwitchOff,
    TareSensor,
)
from firmware_protocol.features import FeatureValue
from firmware_protocol.framing import encode_frame
from firmware_protocol.messages import (
    Ack,
    Arm,
    Buzz,
    Calibrate,
    Claim,
    Fault,
    ForceTelemetry,
    Hello,
    MotorTelemetry,
    Ping,
    Release,
    Renew,
    SetLimits,
    Stop,
    Stopped,
    Stream,
    Tare,
    TimerArm,
    TimerCancel,
    encode,
)
from tests.firmware_protocol.bench_device import (
    FEATURES,
    RIVAL,
    TOKEN,
    RawLink,
    armed_link,
    messages_in,
    new_device,
    only,
    running_link,
)

# Repeated commands.


def test_a_repeated_set_up_command_is_acknowledged_again_and_not_done_again() -> None:
    link = RawLink(new_device()).claimed()
    for _ in range(3):
        assert link.result(Tare(), 0.1, sequence=9) is Result.OK
    assert link.events == []


def test_a_repeated_refusal_is_repeated() -> None:
    link = armed_link()
    epoch = link.connection.epoch
    assert link.result(Tare(), 0.1, sequence=9, epoch=epoch) is Result.MOTOR_ON
    link.connection.device.switch_off(StopCause.LOCAL_STOP, 0.2)
    assert link.result(Tare(), 0.3, sequence=9, epoch=epoch) is Result.MOTOR_ON
    assert link.result(Tare(), 0.4, sequence=10) is Result.OK


def test_renewals_and_pings_in_between_do_not_hide_a_repetition() -> None:
    link = RawLink(new_device()).claimed()
    link.put(Tare(), 0.1, sequence=9)
    link.put(Ping(1), 0.2)
    link.put(Renew(1), 0.2)
    link.put(Tare(), 0.3, sequence=9)
    assert link.events == []


def test_an_arm_repeated_after_a_stop_does_not_count_as_done() -> None:
    link = RawLink(new_device()).claimed()
    epoch = link.connection.epoch
    assert link.result(Arm(), 0.1, sequence=9) is Result.OK
    link.put(Stop(), 0.2)
    assert link.result(Arm(), 0.3, sequence=9, epoch=epoch) is Result.STALE_EPOCH


def test_a_new_host_on_the_same_line_is_not_taken_for_a_repetition() -> None:
    link = RawLink(new_device()).claimed()
    link.put(Tare(), 0.1, sequence=9)
    link.put(Hello(), 0.2)
    link.put(Tare(), 0.3, sequence=9)
    assert link.events == [TareSensor()]


# Sensor, timer, streams.


def test_tare_and_calibration_reach_the_hardware() -> None:
    link = RawLink(new_device()).claimed()
    link.put(Tare(), 0.1)
    assert link.events == [TareSensor()]
    link.put(Calibrate(49_033), 0.2)
    assert link.events == [CalibrateSensor(49_033)]
    assert link.result(Calibrate(0), 0.3) is Result.OUT_OF_RANGE


def test_the_relay_opens_when_its_time_is_up() -> None:
    link = RawLink(new_device()).claimed()
    assert link.result(TimerArm(500), 1.0) is Result.OK
    assert link.events == [CloseRelay(500)]
    device = link.connection.device
    assert (device.relay_remaining_ms(1.2), device.timer_flags()) == (300, 3)
    assert link.connection.tick(1.499) == []
    assert link.connection.tick(1.5) == [OpenRelay(is_elapsed=True)]
    assert (device.relay_remaining_ms(1.6), device.timer_flags()) == (0, 0)


def test_arming_the_relay_again_renews_it() -> None:
    link = RawLink(new_device()).claimed()
    link.put(TimerArm(500), 1.0)
    link.put(TimerArm(500), 1.4)
    assert link.connection.tick(1.6) == []
    assert link.connection.tick(1.9) == [OpenRelay(is_elapsed=True)]


@pytest.mark.parametrize(
    ("duration_ms", "result"), [(0, Result.OUT_OF_RANGE), (600_000, Result.OK), (600_001, Result.OUT_OF_RANGE)]
)
def test_the_relay_is_bounded(duration_ms: int, result: Result) -> None:
    assert RawLink(new_device()).claimed().result(TimerArm(duration_ms), 0.0) is result


@pytest.mark.parametrize("end", ["cancel", "stop", "lapse"])
def test_the_relay_opens_on_cancel_stop_and_lapse(end: str) -> None:
    link = RawLink(new_device()).claimed()
    link.put(TimerArm(60_000), 0.0)
    match end:
        case "cancel":
            link.put(TimerCancel(), 0.1)
            assert link.events == [OpenRelay(is_elapsed=False)]
        case "stop":
            link.put(Stop(), 0.1)
            assert only(SwitchOff, link.events)
        case "lapse":
            assert SwitchOff(StopCause.CLAIM_LAPSED) in link.connection.tick(3.0)
    assert link.connection.device.timer_flags() == 0


def test_the_buzzer_sounds_where_there_is_one() -> None:
    link = RawLink(new_device()).claimed()
    link.put(Buzz(200), 0.0)
    assert link.events == [SoundBuzzer(200)]
    mute: dict[int, dict[int, FeatureValue]] = {Function.TIMER: {Key.DURATION_MAX_MS: 1000}}
    assert RawLink(DeviceState("mute", FeatureSet(mute))).claimed().result(Buzz(200), 0.0) is Result.UNSUPPORTED


def test_a_stream_is_no_faster_than_the_device_and_only_of_what_it_carries() -> None:
    link = RawLink(new_device())
    assert link.result(Stream(Function.FORCE, 50), 0.0) is Result.OK
    assert link.result(Stream(Function.FORCE, 51), 0.0) is Result.OUT_OF_RANGE
    assert link.result(Stream(Function.POWER, 1), 0.0) is Result.UNSUPPORTED
    assert link.result(Stream(200, 1), 0.0) is Result.UNSUPPORTED
    assert link.connection.stream_hz(Function.FORCE) == 50


def test_an_armed_owner_gets_motor_telemetry_unasked() -> None:
    link = RawLink(new_device()).claimed()
    assert link.connection.stream_hz(Function.MOTOR) == 0
    link.put(Arm(), 0.0)
    assert link.connection.stream_hz(Function.MOTOR) == 10
    assert RawLink(link.connection.device).connection.stream_hz(Function.MOTOR) == 0


@pytest.mark.parametrize(
    "command", [Arm(), Tare(), TimerArm(1), Buzz(1), SetLimits(1, 1, 1)], ids=lambda c: type(c).__name__
)
def test_a_function_the_device_does_not_carry_is_unsupported(command: Arm | Tare | TimerArm | Buzz | SetLimits) -> None:
    link = RawLink(DeviceState("bare", FeatureSet({Function.DEVICE: {Key.MODEL: "bare"}}))).claimed()
    assert link.result(command, 0.0) is Result.UNSUPPORTED


# What is not understood.


def test_an_unknown_command_is_answered_and_skipped() -> None:
    link = RawLink(new_device())
    events = link.connection.receive_data(encode_frame(0x7E, 5, 0, b"later"), 0.0)
    assert events == []
    assert messages_in(link.connection.data_to_send()) == [Ack(0x7E, 5, Result.UNSUPPORTED)]


def test_a_malformed_command_is_answered_and_reported() -> None:
    link = RawLink(new_device())
    events = link.connection.receive_data(encode_frame(Arm.TYPE, 5, 0, b"\x01"), 0.0)
    assert [type(event) for event in events] == [FrameRejected]
    assert messages_in(link.connection.data_to_send()) == [Ack(Arm.TYPE, 5, Result.MALFORMED)]


def test_what_runs_out_before_a_bad_frame_is_not_lost_with_it() -> None:
    link = running_link(lease_ms=1000)
    events = link.connection.receive_data(encode_frame(Arm.TYPE, 5, 0, b""), 1.2)
    assert [type(event) for event in events] == [SwitchOff, FrameRejected]


def test_a_device_sends_no_commands_and_a_device_connection_needs_its_state() -> None:
    link = RawLink(new_device())
    with pytest.raises(LocalProtocolError):
        link.connection.send(Arm(), 0.0)
    with pytest.raises(LocalProtocolError):
        Connection(Role.DEVICE)
    with pytest.raises(LocalProtocolError):
        _ = link.connection.device_clock


def test_a_device_name_that_does_not_fit_is_the_local_error() -> None:
    with pytest.raises(LocalProtocolError):
        DeviceState("x" * 49, FeatureSet(FEATURES))


def test_a_peer_that_does_not_read_costs_bounded_memory() -> None:
    link = running_link()
    sample = ForceTelemetry(0, 1, 2, 0)
    sent = [link.connection.send(sample, 0.1) for _ in range(2000)]
    assert None in sent
    assert len(link.connection.data_to_send()) <= 16_384
    assert link.connection.send(sample, 0.2) is not None


def test_telemetry_is_numbered_once_for_all_links() -> None:
    device = new_device()
    counter = device.number_telemetry(0.0)
    message = MotorTelemetry(0, counter, 0, 0, 0, 0)
    for link in (RawLink(device), RawLink(device)):
        link.connection.send(message, 0.0)
        assert messages_in(link.connection.data_to_send()) == [message]


# Streams.


def test_hello_ends_the_streams_of_its_link_and_of_no_other() -> None:
    link = RawLink(new_device()).claimed()
    reader = RawLink(link.connection.device)
    for each in (link, reader):
        assert each.result(Stream(Function.FORCE, 50), 0.1) is Result.OK
    assert link.result(Stream(Function.MOTOR, 20), 0.1) is Result.OK
    link.put(Hello(), 0.2)
    assert link.events == [StreamChanged(Function.FORCE, 0), StreamChanged(Function.MOTOR, 0)]
    assert (link.connection.stream_hz(Function.FORCE), reader.connection.stream_hz(Function.FORCE)) == (0, 50)
    link.put(Hello(), 0.3)
    assert link.events == []


def test_hello_touches_neither_claim_nor_lease_nor_limits() -> None:
    link = RawLink(new_device()).claimed()
    for command in (SetLimits(2000, 60_000, 60), Arm()):
        assert link.result(command, 0.0) is Result.OK
    device = link.connection.device
    before = (device.epoch, device.limits, device.lease_deadline_s)
    link.put(Hello(), 0.1)
    assert (device.epoch, device.limits, device.lease_deadline_s) == before
    assert link.connection.stream_hz(Function.MOTOR) == 10, "the armed owner's, without which nothing could be renewed"


def test_nothing_but_hello_and_the_end_of_the_link_ends_a_stream() -> None:
    link = RawLink(new_device()).claimed()
    link.put(Stream(Function.FORCE, 50), 0.0)
    for command in (Claim(TOKEN), Stop(), Release(), Claim(RIVAL)):
        assert link.result(command, 0.1) is Result.OK
    link.connection.tick(9.0)
    assert link.connection.stream_hz(Function.FORCE) == 50
    link.connection.link_lost(9.1)
    assert link.connection.stream_hz(Function.FORCE) == 0


def test_a_timer_without_relay_counts_down_and_closes_nothing() -> None:
    features: dict[int, dict[int, FeatureValue]] = {Function.TIMER: {Key.DURATION_MAX_MS: 1000}}
    link = RawLink(DeviceState("egg timer", FeatureSet(features))).claimed()
    assert link.result(TimerArm(500), 1.0) is Result.OK
    assert link.connection.device.timer_flags() == TimerFlag.ARMED
    assert link.connection.tick(1.5) == [OpenRelay(is_elapsed=True)]


def test_a_latched_fault_of_the_motor_does_not_keep_the_relay_open_but_a_new_one_opens_it() -> None:
    link = RawLink(new_device()).claimed()
    device = link.connection.device
    device.latch(FaultBit.STALLED, 0.1)
    assert link.result(TimerArm(500), 0.2) is Result.OK
    device.latch(FaultBit.MOTOR_HOT, 0.3)
    assert device.timer_flags() == 0


# A peer that reads too slowly.


def test_telemetry_that_nobody_reads_leaves_room_for_answers() -> None:
    link = running_link()
    device = link.connection.device
    sample = ForceTelemetry(0, 1, 2, 0)
    while link.connection.send(sample, 0.1) is not None:
        pass
    answers = link.put(Stop(), 0.2)
    assert Ack(Stop.TYPE, link.sequence - 1, Result.OK) in answers
    assert Stopped(200_000, StopCause.HOST_STOP) in answers
    assert not device.is_armed


def test_a_notice_for_which_there_is_no_room_at_all_is_told_later() -> None:
    link = running_link()
    for number in range(2000):
        link.connection.receive_data(encode(Ping(1), number % 256, 0), 0.1)
    link.connection.device.latch(FaultBit.STALLED, 0.2)
    assert not any(isinstance(message, Fault) for message in messages_in(link.connection.data_to_send()))
    assert [type(message) for message in messages_in(link.connection.data_to_send())] == [Fault, Stopped]
