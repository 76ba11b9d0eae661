"""Who controls a device and who may stop it: identity, claims, epochs, STOP."""

from __future__ import annotations

import pytest

from firmware_protocol import DeviceState, FeatureSet
from firmware_protocol.codes import Function, Key, Result, StopCause
from firmware_protocol.events import (
    ClaimChanged,
    SwitchOff,
)
from firmware_protocol.framing import encode_frame
from firmware_protocol.messages import (
    Ack,
    Arm,
    Claim,
    ClearFault,
    Feature,
    GetFeature,
    Hello,
    Identity,
    Ping,
    Pong,
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
)
from firmware_protocol.states import MotorState
from tests.firmware_protocol.bench_device import (
    FEATURES,
    RIVAL,
    TOKEN,
    RawLink,
    messages_in,
    motor,
    new_device,
    only,
    running_link,
)

# Who is there.


def test_hello_is_answered_with_the_identity_and_the_common_version() -> None:
    link = RawLink(new_device())
    (identity,) = link.put(Hello(1, 9), 0.0)
    assert isinstance(identity, Identity)
    assert (identity.version, identity.name) == (1, "test device")
    assert identity.functions == 1 << Function.MOTOR | 1 << Function.FORCE | 1 << Function.TIMER


def test_without_a_common_version_nobody_claims_but_everybody_stops() -> None:
    link = RawLink(new_device())
    (identity,) = link.put(Hello(2, 9), 0.0)
    assert isinstance(identity, Identity)
    assert identity.version == 0
    assert link.result(Claim(TOKEN), 0.0) is Result.NO_VERSION
    assert link.result(Stop(), 0.0) is Result.OK


def test_the_feature_dictionary_is_read_entry_by_entry() -> None:
    link = RawLink(new_device())
    (identity,) = link.put(Hello(), 0.0)
    assert isinstance(identity, Identity)
    entries = [link.put(GetFeature(index), 0.0)[0] for index in range(identity.feature_count)]
    features = FeatureSet.from_entries(entry for entry in entries if isinstance(entry, Feature))
    assert features.number(Function.MOTOR, Key.SPEED_MAX_PPM) == 2400
    assert link.result(GetFeature(identity.feature_count), 0.0) is Result.OUT_OF_RANGE


def test_ping_is_answered_with_the_devices_time() -> None:
    assert RawLink(new_device()).put(Ping(7), 1.5) == [Pong(7, 1_500_000)]


def test_device_time_wraps() -> None:
    device = DeviceState("late", FeatureSet(FEATURES), time_offset_us=2**32 - 10)
    assert device.time_us(0.0) == 2**32 - 10
    assert device.time_us(0.00002) == 10


# Claims.


def test_a_claim_needs_a_token_other_than_zero() -> None:
    link = RawLink(new_device())
    link.put(Hello(), 0.0)
    assert link.result(Claim(0), 0.0) is Result.OUT_OF_RANGE


def test_a_claim_switches_off_and_raises_the_epoch() -> None:
    link = RawLink(new_device())
    link.put(Hello(), 0.0)
    epoch = link.connection.epoch
    answers = link.put(Claim(TOKEN), 0.0)
    assert link.events == [SwitchOff(StopCause.CLAIM_CHANGED), ClaimChanged(is_claimed=True)]
    assert link.connection.epoch == epoch + 1
    assert Stopped(0, StopCause.CLAIM_CHANGED) in answers


def test_a_second_controller_is_refused_and_changes_nothing() -> None:
    owner = running_link()
    rival = RawLink(owner.connection.device)
    rival.put(Hello(), 0.1)
    for command in (
        Claim(RIVAL),
        Arm(),
        SetSpeed(2400, 600),
        Renew(0),
        SetLimits(1, 1, 1),
        ClearFault(),
        Tare(),
        TimerArm(1),
        Release(),
    ):
        assert rival.result(command, 0.1) in {Result.CLAIMED_BY_OTHER, Result.NOT_OWNER}
    assert motor(owner) is MotorState.RUNNING
    assert owner.connection.device.commanded_ppm == 1800


def test_a_second_controller_may_read() -> None:
    owner = running_link()
    rival = RawLink(owner.connection.device)
    assert rival.result(Stream(Function.MOTOR, 10), 0.1) is Result.OK
    assert rival.connection.stream_hz(Function.MOTOR) == 10


def test_anybody_may_stop_unclaimed_without_hello_in_any_epoch() -> None:
    owner = running_link()
    stranger = RawLink(owner.connection.device)
    assert stranger.result(Stop(), 0.1, epoch=77) is Result.OK
    assert stranger.events == [SwitchOff(StopCause.HOST_STOP)]
    assert motor(owner) is MotorState.OFF
    assert messages_in(owner.connection.data_to_send()) == [Stopped(100_000, StopCause.HOST_STOP)]


def test_a_claim_lapses_3_s_after_the_owners_last_frame_and_switches_off() -> None:
    link = RawLink(new_device()).claimed(10.0)
    assert link.connection.tick(12.999) == []
    assert link.connection.tick(13.0) == [SwitchOff(StopCause.CLAIM_LAPSED), ClaimChanged(is_claimed=False)]
    assert link.result(Arm(), 13.0) is Result.NOT_OWNER


@pytest.mark.parametrize("frame", [Ping(1), Hello(), Arm(1), Renew(9)], ids=lambda frame: type(frame).__name__)
def test_any_good_frame_of_the_owner_keeps_the_claim(frame: Ping | Hello | Arm | Renew) -> None:
    link = RawLink(new_device()).claimed(10.0)
    link.put(frame, 12.9)
    assert link.connection.tick(15.8) == []
    assert link.connection.device.is_claimed


def test_garbage_and_misdirected_frames_keep_no_claim() -> None:
    link = RawLink(new_device()).claimed(10.0)
    link.connection.receive_data(b"\x11garbage\x00" + encode_frame(0x90, 0, 1, bytes(13)), 12.9)
    assert ClaimChanged(is_claimed=False) in link.connection.tick(13.0)


def test_a_frame_that_comes_after_the_lapse_does_not_revive_the_claim() -> None:
    link = RawLink(new_device()).claimed(10.0)
    assert link.result(Arm(), 13.0) is Result.NOT_OWNER
    assert ClaimChanged(is_claimed=False) in link.events


def test_another_token_gets_the_device_after_the_lapse() -> None:
    owner = RawLink(new_device()).claimed(10.0)
    rival = RawLink(owner.connection.device)
    rival.put(Hello(), 12.0)
    assert rival.result(Claim(RIVAL), 12.9) is Result.CLAIMED_BY_OTHER
    assert rival.result(Claim(RIVAL), 13.1) is Result.OK


def test_the_same_token_on_a_new_link_takes_over_and_finds_the_motor_off() -> None:
    owner = running_link()
    again = RawLink(owner.connection.device)
    again.put(Hello(), 0.2)
    assert again.result(Claim(TOKEN), 0.2) is Result.OK
    assert again.events[0] == SwitchOff(StopCause.CLAIM_CHANGED)
    assert owner.result(SetSpeed(1800, 600), 0.3) is Result.NOT_OWNER
    assert again.result(Arm(), 0.3) is Result.OK


def test_claiming_again_on_the_same_link_changes_nothing() -> None:
    link = running_link()
    epoch = link.connection.epoch
    assert link.result(Claim(TOKEN), 0.1) is Result.OK
    assert link.events == []
    assert (motor(link), link.connection.epoch) == (MotorState.RUNNING, epoch)


def test_a_new_host_on_a_line_whose_old_host_died_takes_over_at_once_and_finds_the_motor_off() -> None:
    link = RawLink(new_device()).claimed()
    for command in (SetLimits(1500, 10_000, 10), Arm(), SetSpeed(1500, 600)):
        assert link.result(command, 0.0) is Result.OK
    before = link.connection.epoch
    link.put(Hello(), 0.1)
    assert link.result(Claim(RIVAL), 0.2) is Result.OK
    assert link.events == [SwitchOff(StopCause.CLAIM_CHANGED), ClaimChanged(is_claimed=True)]
    assert link.connection.epoch == before + 1
    assert link.connection.device.limits == SetLimits(2400, 100_000, 300)
    assert link.result(SetSpeed(1800, 600), 0.3) is Result.NOT_ARMED


def test_release_switches_off_and_frees() -> None:
    link = running_link()
    assert link.result(Release(), 0.1) is Result.OK
    assert link.events == [SwitchOff(StopCause.CLAIM_CHANGED), ClaimChanged(is_claimed=False)]
    assert link.result(SetSpeed(1800, 600), 0.1) is Result.NOT_OWNER


def test_a_link_known_to_be_gone_ends_its_claim_and_no_other() -> None:
    owner = running_link()
    reader = RawLink(owner.connection.device)
    assert reader.connection.link_lost(0.1) == []
    assert SwitchOff(StopCause.CLAIM_LAPSED) in owner.connection.link_lost(0.2)
    assert not owner.connection.device.is_claimed


# Epochs.


@pytest.mark.parametrize(
    "command", [Arm(), SetSpeed(1800, 600), Renew(0), ClearFault(), TimerArm(1000)], ids=lambda c: type(c).__name__
)
def test_what_was_sent_before_a_stop_is_refused_after_it(
    command: Arm | SetSpeed | Renew | ClearFault | TimerArm,
) -> None:
    link = running_link()
    before = link.connection.epoch
    link.put(Stop(), 0.1)
    assert link.result(command, 0.2, epoch=before) is Result.STALE_EPOCH
    assert motor(link) is MotorState.OFF


@pytest.mark.parametrize(
    "command", [Stop(), Tare(), Ping(0), Stream(1, 5), TimerCancel(), Release()], ids=lambda c: type(c).__name__
)
def test_what_cannot_start_anything_is_not_bound_to_an_epoch(
    command: Stop | Tare | Ping | Stream | TimerCancel | Release,
) -> None:
    link = RawLink(new_device()).claimed()
    for answer in link.put(command, 0.1, epoch=200):
        assert not isinstance(answer, Ack) or answer.result == Result.OK


def test_the_epoch_wraps() -> None:
    link = RawLink(new_device()).claimed()
    link.connection.device.epoch = 255
    link.put(Stop(), 0.1)
    assert link.connection.epoch == 0
    assert link.result(Arm(), 0.2, epoch=255) is Result.STALE_EPOCH
    assert link.result(Arm(), 0.2, epoch=0) is Result.OK


# STOP.


def test_repetitions_of_one_stop_raise_the_epoch_once() -> None:
    link = running_link()
    epochs = []
    for at_s in (0.1, 0.15, 0.25):
        assert link.result(Stop(1), at_s, sequence=42) is Result.OK
        epochs.append(link.connection.epoch)
    assert len(set(epochs)) == 1


def test_a_late_repetition_of_a_stop_stops_what_was_armed_since() -> None:
    link = running_link()
    link.put(Stop(1), 0.1, sequence=42)
    assert link.result(Arm(), 0.2) is Result.OK
    link.put(Stop(1), 0.3, sequence=42)
    assert motor(link) is MotorState.OFF
    assert link.events == [SwitchOff(StopCause.HOST_STOP, 1)]


def test_two_stops_raise_the_epoch_twice() -> None:
    link = running_link()
    link.put(Stop(), 0.1, sequence=42)
    before = link.connection.epoch
    link.put(Stop(), 0.2, sequence=43)
    assert link.connection.epoch == before + 1


def test_a_stop_stops_however_short_its_payload_or_damaged_its_surroundings() -> None:
    link = running_link()
    data = b"\x05cut off" + b"\x00" + encode_frame(Stop.TYPE, 1, 0, b"")
    events = [event for byte in data for event in link.connection.receive_data(bytes([byte]), 0.1)]
    assert only(SwitchOff, events) == [SwitchOff(StopCause.HOST_STOP)]


@pytest.mark.parametrize(("low", "high"), [(2, 1), (0, 0), (255, 254)])
def test_versions_the_wrong_way_round_are_none_in_common(low: int, high: int) -> None:
    link = RawLink(new_device())
    (identity,) = link.put(Hello(low, high), 0.0)
    assert isinstance(identity, Identity)
    assert identity.version == 0
    assert link.result(Claim(TOKEN), 0.0) is Result.NO_VERSION


def test_a_device_that_nobody_controls_waits_for_nothing() -> None:
    link = RawLink(new_device())
    assert link.connection.next_deadline_s is None
    assert link.result(Stop(), 0.0) is Result.OK
    assert link.connection.next_deadline_s is None
    link.claimed(1.0)
    assert link.connection.next_deadline_s == 4.0
    assert link.result(Release(), 2.0) is Result.OK
    assert link.connection.next_deadline_s is None


def test_a_relay_is_waited_for_beside_the_claim() -> None:
    link = RawLink(new_device()).claimed(1.0)
    link.put(TimerArm(500), 1.0)
    assert link.connection.next_deadline_s == 1.5
