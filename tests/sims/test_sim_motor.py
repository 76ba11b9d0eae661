"""The simulated motor and its battery: inertia, droop, stall, sag, heat; and the soft start of the firmware above it."""

from __future__ import annotations

import pytest

from firmware_protocol.codes import FaultBit
from sims.battery import Battery
from sims.massager import COAST_S_MOST, RAMP_MAX_PPM_PER_S, Massager
from sims.motor import ROOM_C, STALL_N, Motor

DT_S = 0.02


def turned(drive_ppm: float, load_n: float, seconds: float, charge: float = 0.86) -> Motor:
    motor = Motor(Battery(charge))
    for _ in range(round(seconds / DT_S)):
        motor.step(DT_S, drive_ppm, load_n)
    return motor


def test_soft_start_is_never_faster_than_its_ramp() -> None:
    massager = Massager(Motor(Battery()))
    massager.run(1800, 600)
    before_ppm = 0.0
    for _ in range(200):
        massager.step(DT_S, 0.0)
        assert massager.motor.speed_ppm - before_ppm <= 600 * DT_S + 1e-6
        before_ppm = massager.motor.speed_ppm
    assert massager.ramped_ppm == 1800
    assert not massager.is_ramping


def test_a_ramp_steeper_than_the_device_allows_is_flattened() -> None:
    massager = Massager(Motor(Battery()))
    massager.run(1800, 60_000)
    massager.step(DT_S, 0.0)
    assert massager.ramped_ppm == pytest.approx(RAMP_MAX_PPM_PER_S * DT_S)


def test_switched_off_it_coasts_to_a_standstill_in_less_than_a_second() -> None:
    massager = Massager(Motor(Battery()))
    massager.run(2400, 1200)
    for _ in range(200):
        massager.step(DT_S, 12.0)
    massager.switch_off()
    assert massager.is_moving
    for _ in range(round(COAST_S_MOST / DT_S)):
        massager.step(DT_S, 12.0)
    assert massager.motor.speed_ppm == 0.0
    assert not massager.is_moving


def test_speed_droops_under_load_and_comes_back() -> None:
    motor = turned(2000, 0.0, 3.0)
    assert motor.speed_ppm == pytest.approx(2000, rel=0.001)
    for _ in range(100):
        motor.step(DT_S, 2000, 25.0)
    assert 0.94 * 2000 < motor.speed_ppm < 0.98 * 2000
    for _ in range(100):
        motor.step(DT_S, 2000, 0.0)
    assert motor.speed_ppm == pytest.approx(2000, rel=0.001)


def test_it_stalls_under_more_than_its_stall_force_and_draws_its_stall_current() -> None:
    motor = turned(2000, 0.0, 3.0)
    for _ in range(100):
        state = motor.step(DT_S, 2000, STALL_N)
    assert state.speed_ppm == 0.0
    assert state.current_a > 5.0


def test_a_jam_stops_it_at_once_and_the_firmware_finds_out() -> None:
    massager = Massager(Motor(Battery()))
    massager.run(1800, 1200)
    for _ in range(150):
        assert massager.step(DT_S, 10.0) == ()
    massager.motor.is_jammed = True
    faults = [massager.step(DT_S, 10.0) for _ in range(100)]
    assert massager.motor.speed_ppm == 0.0
    assert not any(faults[:70])
    assert faults[-1] == (FaultBit.STALLED,)


def test_the_voltage_sags_with_the_current_and_recovers() -> None:
    battery = Battery(0.5)
    rested_v = battery.step(0.0, 0.0)
    assert battery.step(DT_S, 4.0) == pytest.approx(rested_v - 0.72, abs=0.01)
    assert battery.step(0.0, 0.0) == pytest.approx(rested_v, abs=0.01)


def test_an_almost_empty_battery_limits_the_speed_under_load() -> None:
    assert turned(3200, 30.0, 3.0, charge=0.02).speed_ppm < turned(3200, 30.0, 3.0, charge=1.0).speed_ppm - 200


def test_a_quarter_of_an_hour_of_use_takes_some_of_the_charge() -> None:
    motor = turned(1800, 14.0, 900)
    assert 0.05 < 0.86 - motor.battery.charge < 0.25


def test_the_battery_reports_itself_empty() -> None:
    massager = Massager(Motor(Battery(0.02)))
    assert FaultBit.BATTERY_EMPTY in massager.step(DT_S, 0.0)


def test_it_warms_by_use_stays_below_the_warning_and_cools() -> None:
    motor = turned(1800, 14.0, 900)
    hot_c = motor.temperature_c
    assert ROOM_C + 5 < hot_c < 55
    for _ in range(round(600 / DT_S)):
        motor.step(DT_S, 0.0, 0.0)
    assert motor.temperature_c < hot_c - 4


def test_held_fast_it_overheats_and_says_so() -> None:
    massager = Massager(Motor(Battery(1.0)))
    massager.motor.is_jammed = True
    massager.run(1800, 1200)
    faults: tuple[FaultBit, ...] = ()
    for _ in range(round(180 / DT_S)):
        faults = massager.step(DT_S, 10.0)
    assert FaultBit.MOTOR_HOT in faults


def test_without_supply_it_does_not_turn() -> None:
    motor = Motor(Battery())
    motor.is_powered = False
    for _ in range(100):
        motor.step(DT_S, 2000, 0.0)
    assert motor.speed_ppm == 0.0
    assert motor.current_a == 0.0


def test_a_charge_outside_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match="charge must be 0–1"):
        Battery(1.2)
