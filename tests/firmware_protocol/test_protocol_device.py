"""What a device does with claims, epochs, leases, limits, faults and its relay, frame by frame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol import Connection, DeviceState, FeatureSet, LocalProtocolError, Role
from firmware_protocol.codes import FaultBit, Function, Key, MotorFlag, Result, StopCause
from firmware_protocol.events import (
    Armed,
    CalibrateSensor,
    ClaimChanged,
    CloseRelay,
    FaultsCleared,
    FrameRejected,
    LimitsChanged,
    OpenRelay,
    RunMotor,
    SoundBuzzer,
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
    ClearFault,
    Fault,
    Feature,
    ForceTelemetry,
    GetFeature,
    Hello,
    Identity,
    MotorTelemetry,
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
from tests.firmware_protocol.bench_device import FEATURES, TOKEN, RawLink, messages_in, new_device, only

RIVAL = 0x0BADCAFE


def armed_link(lease_ms: int = 1000, now_s: float = 0.0) -> RawLink:
    """Return the owner's link of a device that is armed."""
    link = RawLink(new_device()).claimed(now_s)
    assert link.result(Arm(lease_ms), now_s) is Result.OK
    return link


def running_link(lease_ms: int = 1000, now_s: float = 0.0) -> RawLink:
    """Return the owner's link of a device whose motor runs."""
    link = armed_link(lease_ms, now_s)
    assert link.result(SetSpeed(1800, 600), now_s) is Result.OK
    return link


def motor(link: RawLink) -> MotorState:
    """Return the motor's state; a call, so that a type checker does not take the last one for granted."""
    return link.connection.device.motor


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


# Arming, speed and lease.


def test_speed_needs_arming_and_arming_needs_a_claim() -> None:
    link = RawLink(new_device())
    link.put(Hello(), 0.0)
    assert link.result(Arm(), 0.0) is Result.NOT_OWNER
    link.put(Claim(TOKEN), 0.0)
    assert link.result(SetSpeed(1800, 600), 0.0) is Result.NOT_ARMED
    assert link.result(Arm(1000), 0.0) is Result.OK
    assert link.events == [Armed(1000)]
    assert link.result(SetSpeed(1800, 600), 0.0) is Result.OK
    assert link.events == [RunMotor(1800, 600)]


@pytest.mark.parametrize(
    ("lease_ms", "result"),
    [(299, Result.OUT_OF_RANGE), (300, Result.OK), (1500, Result.OK), (1501, Result.OUT_OF_RANGE)],
)
def test_the_device_bounds_the_lease_it_grants(lease_ms: int, result: Result) -> None:
    assert RawLink(new_device()).claimed().result(Arm(lease_ms), 0.0) is result


def test_a_device_may_narrow_the_bounds_of_its_lease_and_not_widen_them() -> None:
    features = {**FEATURES, Function.MOTOR: {**FEATURES[Function.MOTOR], Key.LEASE_MIN_MS: 100, Key.LEASE_MAX_MS: 800}}
    link = RawLink(DeviceState("narrow", FeatureSet(features))).claimed()
    assert link.result(Arm(801), 0.0) is Result.OUT_OF_RANGE
    assert link.result(Arm(299), 0.0) is Result.OUT_OF_RANGE
    assert link.result(Arm(800), 0.0) is Result.OK


@pytest.mark.parametrize(
    ("speed_ppm", "result"),
    [(0, Result.OK), (1199, Result.OUT_OF_RANGE), (1200, Result.OK), (2400, Result.OK), (2401, Result.OUT_OF_RANGE)],
)
def test_a_speed_lies_in_the_devices_range(speed_ppm: int, result: Result) -> None:
    assert armed_link().result(SetSpeed(speed_ppm, 600), 0.0) is result


def test_a_device_with_levels_runs_at_its_levels_only() -> None:
    features = {**FEATURES, Function.MOTOR: {**FEATURES[Function.MOTOR], Key.LEVELS_PPM: (1500, 1900, 2400)}}
    link = RawLink(DeviceState("levels", FeatureSet(features))).claimed()
    link.put(SetLimits(2000, 1, 1), 0.0)
    link.put(Arm(), 0.0)
    assert link.result(SetSpeed(1900, 600), 0.0) is Result.OK
    assert link.result(SetSpeed(1600, 600), 0.0) is Result.OUT_OF_RANGE
    assert link.result(SetSpeed(2400, 600), 0.0) is Result.OUT_OF_RANGE


def test_the_ramp_is_no_steeper_than_the_devices_own() -> None:
    link = armed_link()
    link.put(SetSpeed(1800, 9000), 0.0)
    assert link.events == [RunMotor(1800, 600)]
    assert link.result(SetSpeed(1800, 0), 0.0) is Result.OUT_OF_RANGE


def test_the_lease_lapses_without_renewal() -> None:
    link = running_link(lease_ms=1000, now_s=5.0)
    assert link.connection.tick(5.999) == []
    assert link.connection.tick(6.0) == [SwitchOff(StopCause.LEASE_LAPSED)]
    assert motor(link) is MotorState.OFF
    assert messages_in(link.connection.data_to_send()) == [Stopped(6_000_000, StopCause.LEASE_LAPSED)]


def test_a_lapsed_lease_is_no_fault_and_another_may_follow() -> None:
    link = running_link()
    link.connection.tick(1.0)
    assert link.connection.device.faults == 0
    assert link.result(Arm(), 1.1) is Result.OK


def test_standing_armed_the_lease_runs_too() -> None:
    link = armed_link()
    assert link.connection.tick(1.0) == [SwitchOff(StopCause.LEASE_LAPSED)]


def test_a_renewal_counts_from_when_the_telemetry_was_sent() -> None:
    link = running_link(lease_ms=1000)
    counter = link.connection.device.number_telemetry(0.3)
    assert link.result(Renew(counter), 0.9) is Result.OK
    assert link.connection.device.lease_deadline_s == pytest.approx(1.3)


def test_a_queue_of_old_renewals_extends_nothing() -> None:
    link = running_link(lease_ms=1000)
    counters = [link.connection.device.number_telemetry(0.1 * number) for number in range(9)]
    for counter in counters[:3]:
        link.put(Renew(counter), 0.9)
    assert link.connection.device.lease_deadline_s == pytest.approx(1.2)
    for counter in (counters[0], counters[1]):
        link.put(Renew(counter), 0.95)
    assert link.connection.device.lease_deadline_s == pytest.approx(1.2)
    assert link.connection.tick(1.2) == [SwitchOff(StopCause.LEASE_LAPSED)]


def test_a_renewal_for_telemetry_older_than_the_lease_is_refused() -> None:
    link = running_link(lease_ms=300)
    device = link.connection.device
    old = device.number_telemetry(0.0)
    new = device.number_telemetry(0.25)
    assert link.result(Renew(new), 0.29) is Result.OK
    assert link.result(Renew(old), 0.31) is Result.STALE_RENEWAL


def test_a_renewal_for_telemetry_never_sent_is_refused() -> None:
    assert running_link().result(Renew(4711), 0.1) is Result.STALE_RENEWAL


def test_only_the_newest_telemetry_is_remembered() -> None:
    link = running_link()
    first = link.connection.device.number_telemetry(0.0)
    for _ in range(64):
        last = link.connection.device.number_telemetry(0.1)
    assert link.result(Renew(first), 0.2) is Result.STALE_RENEWAL
    assert link.result(Renew(last), 0.2) is Result.OK


def test_the_telemetry_counter_wraps() -> None:
    device = new_device()
    counters = [device.number_telemetry(0.0) for _ in range(65_537)]
    assert counters[65_535:] == [65_535, 0]


def test_a_renewal_after_the_lapse_does_not_revive_the_motor() -> None:
    link = running_link(lease_ms=1000)
    counter = link.connection.device.number_telemetry(0.9)
    assert link.result(Renew(counter), 1.0) is not Result.OK
    assert only(SwitchOff, link.events) == [SwitchOff(StopCause.LEASE_LAPSED)]
    assert motor(link) is MotorState.OFF


def test_arming_again_extends_nothing() -> None:
    link = running_link(lease_ms=1000)
    assert link.result(Arm(1500), 0.9) is Result.OK
    assert link.connection.device.lease_deadline_s == 1.0
    assert motor(link) is MotorState.RUNNING


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0, 3)), max_size=30))
def test_no_renewal_holds_the_motor_longer_than_one_lease_after_the_telemetry_it_answers(
    moves: list[tuple[float, float]],
) -> None:
    link = running_link(lease_ms=1000)
    device = link.connection.device
    sent = sorted((at_s, at_s + delay_s) for at_s, delay_s in moves)
    arrivals = sorted((arrives_s, at_s, number) for number, (at_s, arrives_s) in enumerate(sent))
    numbered: dict[int, int] = {}
    newest_s = 0.0
    for now_s, kind, number in sorted(
        [(at_s, 0, number) for number, (at_s, _) in enumerate(sent)]
        + [(arrives_s, 1, number) for arrives_s, _, number in arrivals]
    ):
        device.tick(now_s)
        if kind == 0:
            numbered[number] = device.number_telemetry(now_s)
        else:
            newest_s = max(newest_s, sent[number][0])
            link.put(Renew(numbered[number]), now_s)
        if device.is_armed:
            assert device.lease_deadline_s is not None
            assert device.lease_deadline_s <= newest_s + 1.0 + 1e-9


# Limits and faults.


def test_limits_narrow_what_the_device_does() -> None:
    link = RawLink(new_device()).claimed()
    assert link.result(SetLimits(1800, 50_000, 60), 0.0) is Result.OK
    assert link.events == [LimitsChanged(1800, 50_000, 60)]
    link.put(Arm(), 0.0)
    assert link.result(SetSpeed(1801, 600), 0.0) is Result.OUT_OF_RANGE
    assert link.result(SetSpeed(1800, 600), 0.0) is Result.OK


def test_limits_above_the_devices_own_become_its_own() -> None:
    link = RawLink(new_device()).claimed()
    link.put(SetLimits(9000, 900_000, 9000), 0.0)
    assert link.events == [LimitsChanged(2400, 100_000, 300)]


@pytest.mark.parametrize("limits", [SetLimits(0, 1, 1), SetLimits(1, 0, 1), SetLimits(1, 1, 0)])
def test_a_limit_of_zero_is_refused(limits: SetLimits) -> None:
    assert RawLink(new_device()).claimed().result(limits, 0.0) is Result.OUT_OF_RANGE


@pytest.mark.parametrize(
    "command", [SetLimits(2400, 60_000, 60), Tare(), Calibrate(10_000)], ids=lambda c: type(c).__name__
)
def test_limits_and_zero_are_set_only_while_the_motor_is_off_and_stands(command: SetLimits | Tare | Calibrate) -> None:
    link = armed_link()
    assert link.result(command, 0.1) is Result.MOTOR_ON
    link.put(Stop(), 0.1)
    link.connection.device.is_moving = True
    assert link.result(command, 0.2) is Result.MOTOR_ON
    link.connection.device.is_moving = False
    assert link.result(command, 0.3) is Result.OK


def test_a_new_owner_finds_the_devices_own_limits() -> None:
    owner = RawLink(new_device()).claimed()
    owner.put(SetLimits(1500, 10_000, 10), 0.0)
    owner.put(Release(), 0.1)
    RawLink(owner.connection.device).claimed(0.2, RIVAL)
    assert owner.connection.device.limits == SetLimits(2400, 100_000, 300)


def test_the_devices_own_sensor_stops_it_above_the_limit() -> None:
    link = RawLink(new_device()).claimed()
    link.put(SetLimits(2400, 60_000, 60), 0.0)
    link.put(Arm(), 0.0)
    device = link.connection.device
    assert device.note_force(60_000, 0.1) == []
    assert device.note_force(60_001, 0.2) == [SwitchOff(StopCause.FAULT)]
    assert motor(link) is MotorState.FAULTED
    assert messages_in(link.connection.data_to_send()) == [Fault(200_000, 1, 1), Stopped(200_000, StopCause.FAULT)]


def test_force_on_a_motor_that_is_off_is_no_fault() -> None:
    assert new_device().note_force(99_000, 0.1) == []


def test_a_run_longer_than_its_limit_is_a_fault() -> None:
    link = RawLink(new_device()).claimed()
    link.put(SetLimits(2400, 60_000, 2), 0.0)
    link.put(Arm(1500), 0.0)
    link.put(SetSpeed(1800, 600), 0.5)
    for tenth in range(1, 26):
        counter = link.connection.device.number_telemetry(tenth / 10)
        link.put(Renew(counter), tenth / 10)
        if tenth < 25:
            assert motor(link) is MotorState.RUNNING
    assert link.connection.device.faults == FaultBit.RUN_TOO_LONG


def test_a_fault_latches_refuses_arming_and_keeps_its_first_reason() -> None:
    link = running_link()
    device = link.connection.device
    device.latch(FaultBit.STALLED, 0.1)
    device.latch(FaultBit.MOTOR_HOT, 0.2)
    assert device.latch(FaultBit.STALLED, 0.3) == []
    assert link.result(Arm(), 0.4) is Result.FAULTED
    faults = only(Fault, link.put(Ping(0), 0.4))  # type: ignore[arg-type]
    assert faults == []
    link.put(Stop(), 0.5)
    assert motor(link) is MotorState.FAULTED
    assert link.connection.device.faults == FaultBit.STALLED | FaultBit.MOTOR_HOT


def test_clearing_leaves_what_is_still_present_latched() -> None:
    link = running_link()
    device = link.connection.device
    device.latch(FaultBit.STALLED, 0.1)
    device.latch(FaultBit.MOTOR_HOT, 0.2)
    device.present_faults = FaultBit.MOTOR_HOT
    answers = link.put(ClearFault(), 0.3)
    assert link.events == [FaultsCleared(FaultBit.MOTOR_HOT)]
    assert [answer for answer in answers if isinstance(answer, Ack)] == [
        Ack(ClearFault.TYPE, link.sequence - 1, Result.FAULTED)
    ]
    assert Fault(300_000, FaultBit.MOTOR_HOT, 0) in answers
    device.present_faults = 0
    assert link.result(ClearFault(), 0.4) is Result.OK
    assert motor(link) is MotorState.OFF
    assert link.result(Arm(), 0.5) is Result.OK


def test_a_cleared_fault_does_not_start_the_motor() -> None:
    link = running_link()
    link.connection.device.latch(FaultBit.STALLED, 0.1)
    link.put(ClearFault(), 0.2)
    assert link.result(SetSpeed(1800, 600), 0.3) is Result.NOT_ARMED


def test_a_fault_unknown_to_this_version_is_latched_like_any_other() -> None:
    link = running_link()
    link.connection.device.latch(FaultBit(1 << 31), 0.1)
    assert motor(link) is MotorState.FAULTED
    assert link.result(Arm(), 0.2) is Result.FAULTED


def test_who_connects_while_a_fault_is_latched_is_told() -> None:
    device = new_device()
    device.latch(FaultBit.SELF_TEST, 0.0)
    late = RawLink(device)
    answers = late.put(Hello(), 1.0)
    assert [type(answer) for answer in answers] == [Identity, Fault]
    assert late.put(Ping(1), 1.1) == [Pong(1, 1_100_000)]


def test_motor_telemetry_flags_say_what_holds() -> None:
    link = running_link()
    device = link.connection.device
    assert device.motor_flags(is_ramping=True) == MotorFlag.ARMED | MotorFlag.CLAIMED | MotorFlag.RAMPING
    device.latch(FaultBit.STALLED, 0.1)
    assert device.motor_flags() == MotorFlag.CLAIMED | MotorFlag.FAULTED


def test_the_devices_own_stop_button_switches_off() -> None:
    link = running_link()
    assert link.connection.device.switch_off(StopCause.LOCAL_STOP, 0.1) == [SwitchOff(StopCause.LOCAL_STOP)]
    assert messages_in(link.connection.data_to_send()) == [Stopped(100_000, StopCause.LOCAL_STOP)]


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
