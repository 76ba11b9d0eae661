"""The world: all parts coupled, driven through the protocol by a host in the same test, without an event loop."""

from __future__ import annotations

import statistics

import pytest

from firmware_protocol.codes import FaultBit, ForceFlag, Input, TimerFlag
from firmware_protocol.commands import ClearFault, Stop, Tare, TimerArm, TimerCancel
from firmware_protocol.events import StopAcknowledged
from firmware_protocol.reports import Fault, ForceTelemetry, InputEvent, MotorTelemetry, PowerTelemetry, TimerTelemetry
from sims.world import World
from tests.sims.hosts import Host, log_of


def started(world: World, speed_ppm: int = 1800) -> Host:
    host = Host(world)
    host.claim()
    host.run(1.0)
    host.send("sensor", Tare())
    host.run(1.0)
    host.start(speed_ppm)
    return host


def test_the_hand_pushes_while_the_motor_runs_and_lifts_when_it_is_off() -> None:
    world = World(seed=1)
    host = started(world)
    host.run(10)
    assert world.motor.speed_ppm == pytest.approx(1800, rel=0.05)
    assert world.contact.force_n == pytest.approx(10.5, rel=0.2)
    host.send("massager", Stop())
    assert host.all_of(StopAcknowledged)
    host.run(2)
    assert world.motor.speed_ppm == 0.0
    assert world.contact.force_n == 0.0


def test_the_published_force_is_the_push_within_5_percent_while_it_strikes() -> None:
    world = World(seed=1)
    host = started(world)
    host.run(5)
    pairs = []
    for _ in range(250):
        host.run(0.02)
        pairs.append((host.all_of(ForceTelemetry)[-1].mean_mn / 1000, world.contact.force_n))
    assert world.contact.ripple_n > 4.0
    assert statistics.mean(read for read, _ in pairs) == pytest.approx(
        statistics.mean(real for _, real in pairs), rel=0.02
    )


def test_a_lease_that_is_not_renewed_stops_the_motor() -> None:
    world = World(seed=1)
    host = started(world)
    host.run(5)
    host.renews = False
    host.run(1.1)
    assert "massager: motor off: lease lapsed" in log_of(world)
    host.run(1.0)
    assert world.motor.speed_ppm == 0.0


def test_a_force_sensor_is_still_read_after_its_motor_stopped() -> None:
    world = World(seed=1)
    host = started(world)
    host.run(3)
    host.send("massager", Stop())
    host.run(3)
    newest = host.all_of(ForceTelemetry)[-1]
    assert abs(newest.mean_mn) < 200
    assert newest.flags & ForceFlag.TARED


@pytest.mark.parametrize("is_combined", [False, True])
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(is_combined: bool) -> None:
    wires = []
    for seed in (4, 4, 5):
        world = World(seed, is_combined=is_combined)
        host = Host(world)
        host.claim()
        motor_role = "all" if is_combined else "massager"
        host.run(1.0, motor_role)
        host.start(role=motor_role)
        host.run(20.0, motor_role)
        wires.append(bytes(host.wire))
    assert wires[0] == wires[1]
    assert wires[0] != wires[2]
    assert len(wires[0]) > 20_000


def test_a_jammed_motor_is_seen_in_telemetry_and_then_latched_by_its_own_firmware() -> None:
    world = World(seed=1)
    host = started(world)
    host.run(5)
    world.motor.is_jammed = True
    host.run(0.2)
    newest = host.all_of(MotorTelemetry)[-1]
    assert newest.measured_ppm == 0
    assert newest.ramped_ppm == 1800
    host.run(2.0)
    assert host.all_of(Fault)[-1].faults & FaultBit.STALLED
    assert "massager: motor off: a fault" in log_of(world)


def test_a_latched_fault_is_cleared_once_its_cause_is_gone() -> None:
    world = World(seed=1)
    host = started(world)
    host.run(3)
    world.motor.is_jammed = True
    host.run(3)
    world.motor.is_jammed = False
    host.run(1)
    host.send("massager", ClearFault())
    assert host.all_of(Fault)[-1].faults == 0
    host.start()
    host.run(5)
    assert world.motor.speed_ppm > 1700


def test_one_device_with_all_functions_holds_its_own_force_limit() -> None:
    world = World(seed=1, is_combined=True)
    host = Host(world)
    host.claim()
    host.run(1.0, "all")
    host.start(role="all", force_max_n=30.0)
    host.run(5.0, "all")
    assert world.motor.speed_ppm > 1500
    world.hand.aim(host.now_s, 60.0)
    world.hand.wanted_n = world.hand.push_n = 60.0
    host.run(0.5, "all")
    assert host.all_of(Fault)[-1].faults & FaultBit.OVER_FORCE
    assert world.massager.commanded_ppm == 0


def test_the_relay_opens_by_itself_when_it_is_not_renewed() -> None:
    world = World(seed=1)
    host = Host(world)
    host.claim()
    host.send("timer", TimerArm(2000))
    host.run(1.5)
    assert world.timer.is_relay_closed
    assert host.all_of(TimerTelemetry)[-1].flags & TimerFlag.RELAY_CLOSED
    assert 0 < host.all_of(TimerTelemetry)[-1].remaining_ms <= 700
    host.run(0.6)
    assert not world.timer.is_relay_closed
    assert "timer: relay opens: time is up" in log_of(world)


def test_a_cancelled_relay_opens_at_once() -> None:
    world = World(seed=1)
    host = Host(world)
    host.claim()
    host.send("timer", TimerArm(2000), TimerCancel())
    assert not world.timer.is_relay_closed
    assert world.timer.closures == 1


def test_a_relay_in_the_supply_takes_the_motor_its_power_even_if_the_firmware_hangs() -> None:
    world = World(seed=1, relay_feeds_motor=True)
    host = started(world)
    host.send("timer", TimerArm(5000))
    host.run(4.0)
    assert world.motor.speed_ppm > 1700
    world.boards["massager"].is_hung = True
    host.run(3.0)
    assert world.massager.commanded_ppm == 1800
    assert world.motor.speed_ppm == 0.0


def test_a_hung_firmware_says_nothing_and_lets_the_motor_run() -> None:
    world = World(seed=1)
    host = started(world)
    host.run(5.0)
    world.boards["massager"].is_hung = True
    heard = len(host.all_of(MotorTelemetry))
    host.run(3.0)
    assert len(host.all_of(MotorTelemetry)) == heard
    assert world.motor.speed_ppm > 1700
    world.boards["massager"].is_hung = False
    host.run(1.0)
    assert "massager: motor off: lease lapsed" in log_of(world)


def test_pedal_and_button_reach_every_client() -> None:
    world = World(seed=1)
    host = Host(world)
    host.claim()
    world.timer.tread(host.now_s + 0.1, Input.PEDAL, hold_s=0.1, times=2)
    world.timer.tread(host.now_s + 1.0, Input.BUTTON)
    host.run(2.0)
    told = [(event.input, event.is_pressed) for event in host.all_of(InputEvent)]
    assert told == [(Input.PEDAL, True), (Input.PEDAL, False)] * 2 + [(Input.BUTTON, True), (Input.BUTTON, False)]
    assert [event.counter for event in host.all_of(InputEvent)] == [1, 2, 3, 4, 5, 6]


def test_power_telemetry_tells_load_charge_and_warmth() -> None:
    world = World(seed=1)
    host = started(world)
    host.run(30.0)
    first, last = host.all_of(PowerTelemetry)[0], host.all_of(PowerTelemetry)[-1]
    assert first.current_ma == 0
    assert last.current_ma is not None
    assert last.current_ma > 200
    assert last.battery_percent == 86
    assert (last.motor_temperature_dc or 0) > (first.motor_temperature_dc or 0)
    assert last.skin_temperature_dc is None


def test_reports_come_at_the_rate_that_was_asked_for() -> None:
    world = World(seed=1)
    host = Host(world)
    host.claim()
    host.heard.clear()
    host.run(10.0)
    assert len(host.all_of(ForceTelemetry)) == pytest.approx(500, abs=2)
    assert len(host.all_of(MotorTelemetry)) == pytest.approx(200, abs=2)
    assert len(host.all_of(TimerTelemetry)) == pytest.approx(50, abs=2)


def test_garbage_on_the_wire_is_noted_and_survived() -> None:
    world = World(seed=1)
    host = Host(world)
    link = world.boards["sensor"].links[0]
    world.boards["sensor"].receive(link, b"\x05garbage\x00", 0.0)
    assert any("frame rejected" in line for line in log_of(world))
    host.claim()
    host.run(1.0)
    assert host.all_of(ForceTelemetry)


def test_a_world_that_has_begun_cannot_begin_again() -> None:
    world = World(seed=1)
    world.begin(100.0)
    assert world.next_step_s == pytest.approx(100.02)
    world.advance_to(100.5)
    with pytest.raises(ValueError, match="has begun already"):
        world.begin(0.0)
