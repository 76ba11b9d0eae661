"""A device's motor, frame by frame: arming, speeds, leases, limits, faults."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol import DeviceState, FeatureSet
from firmware_protocol.codes import FaultBit, Function, Key, MotorFlag, Result, StopCause
from firmware_protocol.events import (
    Armed,
    FaultsCleared,
    LimitsChanged,
    RunMotor,
    SwitchOff,
)
from firmware_protocol.framing import FrameSplitter
from firmware_protocol.lease import Lease
from firmware_protocol.messages import (
    Ack,
    Arm,
    Calibrate,
    Claim,
    ClearFault,
    Fault,
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
    Tare,
    decode,
    encode,
)
from firmware_protocol.states import MotorState
from tests.firmware_protocol.bench_device import (
    FEATURES,
    RIVAL,
    TOKEN,
    RawLink,
    armed_link,
    messages_in,
    motor,
    new_device,
    only,
    running_link,
)

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


@pytest.mark.parametrize("rate_hz", [10, 50, 200])
def test_telemetry_is_remembered_for_the_longest_lease_however_fast_it_comes(rate_hz: int) -> None:
    link = running_link(lease_ms=1500)
    device = link.connection.device
    counters = [device.number_telemetry(number / rate_hz) for number in range(int(1.4 * rate_hz))]
    assert link.result(Renew(counters[1]), 1.45) is Result.OK
    assert device.lease_deadline_s == pytest.approx(1 / rate_hz + 1.5)


def test_telemetry_older_than_the_longest_lease_is_forgotten() -> None:
    lease = Lease()
    for number in range(10_000):
        lease.number_telemetry(number * 0.01)
    lease.grant(1.5, 100.0)
    assert not lease.renew(9_999 - 151, 99.99)
    assert lease.renew(9_999 - 149, 99.99)
    assert len(lease._sent_s) <= 151


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


def test_at_full_scale_the_force_is_over_any_limit() -> None:
    link = armed_link()
    device = link.connection.device
    assert device.limits.force_max_mn == 100_000
    assert device.note_force(99_999, 0.1) == []
    assert device.note_force(100_000, 0.1) == [SwitchOff(StopCause.FAULT)]
    assert device.faults == FaultBit.OVER_FORCE


def test_a_device_without_a_force_sensor_takes_any_force_limit_but_none() -> None:
    bare = DeviceState("bare", FeatureSet({Function.MOTOR: FEATURES[Function.MOTOR]}))
    link = RawLink(bare).claimed()
    assert link.result(SetLimits(2400, 0xFFFFFFFF, 60), 0.0) is Result.OK
    assert link.result(SetLimits(2400, 0, 60), 0.0) is Result.OUT_OF_RANGE


def test_an_armed_motor_that_stands_counts_as_on() -> None:
    link = armed_link()
    assert motor(link) is MotorState.STANDING
    for command in (SetLimits(2400, 60_000, 60), Tare(), Calibrate(1000)):
        assert link.result(command, 0.1) is Result.MOTOR_ON


def test_clearing_what_is_not_latched_is_no_refusal_and_says_nothing() -> None:
    link = RawLink(new_device()).claimed()
    assert [type(answer) for answer in link.put(ClearFault(), 0.1)] == [Ack]


def test_clearing_in_vain_tells_what_is_still_latched() -> None:
    link = armed_link()
    device = link.connection.device
    device.present_faults = FaultBit.STALLED
    device.latch(FaultBit.STALLED, 0.1)
    link.connection.data_to_send()
    assert [type(answer) for answer in link.put(ClearFault(), 0.2)] == [Ack, Fault]


def test_what_ran_out_is_told_before_the_answer_and_what_a_command_causes_behind_it() -> None:
    link = running_link(lease_ms=1000)
    assert [type(answer) for answer in link.put(Ping(1), 1.2)] == [Stopped, Pong]
    link.connection.device.latch(FaultBit.STALLED, 1.3)
    assert [type(answer) for answer in link.put(Stop(), 1.4)] == [Fault, Stopped, Ack, Stopped]


def test_the_answer_to_a_stop_carries_the_epoch_behind_it() -> None:
    link = running_link()
    link.connection.receive_data(encode(Stop(), 5, 0), 0.1)
    frames = [decode(piece) for piece in FrameSplitter().feed(link.connection.data_to_send())]
    assert [(type(frame.message), frame.epoch) for frame in frames] == [
        (Ack, link.connection.epoch),
        (Stopped, link.connection.epoch),
    ]
