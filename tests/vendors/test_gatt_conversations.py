"""The golden conversations of Bluetooth devices: codecs read and write their frames, and drivers hold their half of the talk."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Callable
from enum import IntEnum
from importlib.resources import files
from typing import Any

import pytest

from firmware_protocol.vendors import heart_rate, hypervolt2, progressor, theragun, whc06
from massctl.devices.capabilities import DeviceLimits, ForceReading, HeartReading, MotorReading, Report
from massctl.devices.ladders import ladder
from massctl.devices.vendors import progressor as progressor_driver
from massctl.devices.vendors.heart_rate import HeartRateSensor
from massctl.devices.vendors.hypervolt2 import Hypervolt2
from massctl.devices.vendors.progressor import Progressor
from massctl.devices.vendors.theragun import Theragun
from massctl.devices.vendors.whc06 import WHC06
from massctl.transports.gatt import Advertisement
from tests.vendors.gatt_links import ScriptedLink
from tests.vendors.golden import conversation

LIMITS = DeviceLimits(2400, 60.0, 120.0)


def said(value: Any) -> str:
    """Return a decoded value as the golden files write it."""
    match value:
        case progressor.Weights(samples):
            return " ".join(["Weights", *(f"({each.weight_kg} kg, {each.time_us} us)" for each in samples)])
        case progressor.Answer():
            return f"Answer battery_mv={value.battery_mv}"
    fields = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
    words = (f"{name}={each.name if isinstance(each, IntEnum) else repr(each)}" for name, each in fields)
    return " ".join([type(value).__name__, *words])


def decoder(device_id: str, step: dict[str, Any]) -> Callable[[bytes], Any]:
    if device_id == "hypervolt2":
        is_speed = step.get("notify") == hypervolt2.SPEED
        return hypervolt2.decode_state if is_speed else hypervolt2.decode_telemetry
    return {
        "theragun": theragun.decode_report,
        "progressor": progressor.decode_notification,
        "whc06": whc06.decode,
        "heart_rate": heart_rate.decode,
    }[device_id]


@pytest.mark.parametrize("device_id", ["hypervolt2", "theragun", "progressor", "whc06", "heart_rate"])
def test_every_answer_is_read_as_it_is_written_down(device_id: str) -> None:
    answers = [step for step in conversation(device_id) if "device" in step and "read" not in step]
    assert answers
    for step in answers:
        assert said(decoder(device_id, step)(bytes.fromhex(step["device"]))) == step["says"]


def test_a_theraguns_requests_are_read_as_they_are_written_down() -> None:
    for step in conversation("theragun"):
        if "host" in step:
            assert said(theragun.decode_request(bytes.fromhex(step["host"]))) == step["does"]


def test_a_progressors_commands_are_those_that_are_written_down() -> None:
    for step in conversation("progressor"):
        if "host" in step:
            assert progressor.encode_command(progressor.Command[step["does"]]) == bytes.fromhex(step["host"])


@pytest.mark.virtual
async def test_the_hypervolt_driver_holds_its_half() -> None:
    golden = json.loads((files("firmware_protocol") / "vectors/vendors/hypervolt2.json").read_text("ascii"))
    polls = frozenset({hypervolt2.FIRMWARE_REVISION})
    link = ScriptedLink(golden["steps"], "Hypervolt 2", address=golden["address"], polls=polls)
    gun, reports = Hypervolt2(link, link.url, ladder("hypervolt2")), list[Report]()
    gun.subscribe(reports.append)
    await gun.log_in(hypervolt2.parse_address(link.address))
    await gun.prepare(LIMITS)
    await gun.arm()
    for speed_ppm in gun.capabilities.levels_ppm[:2]:
        gun.set_speed(speed_ppm, 600)
        await asyncio.sleep(0.5)
        newest = [report for report in reports if isinstance(report, MotorReading)][-1]
        assert newest.measured_ppm == speed_ppm
    await gun.aclose()
    assert not link.left


@pytest.mark.virtual
async def test_the_theragun_driver_holds_its_half() -> None:
    status = theragun.encode_request(theragun.StatusRequest())
    link = ScriptedLink(conversation("theragun"), "Pro", poll=status)
    gun, reports = Theragun(link, link.url, is_experiment=True), list[Report]()
    gun.subscribe(reports.append)
    await gun.identify()
    await gun.prepare(LIMITS)
    await gun.arm()
    for speed_ppm in (1750, 2400):
        gun.set_speed(speed_ppm, 600)
        await asyncio.sleep(0.5)
        newest = [report for report in reports if isinstance(report, MotorReading)][-1]
        assert newest.measured_ppm == speed_ppm
    await gun.aclose()
    assert not link.left


@pytest.mark.virtual
async def test_the_progressor_driver_holds_its_half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progressor_driver, "PACE_SAMPLES", 2)
    monkeypatch.setattr(progressor_driver, "TARED_SAMPLES", 2)
    link = ScriptedLink(conversation("progressor"), "Progressor_1")
    sensor = Progressor(link, link.url, 1, 1471.0)
    assert await sensor.begin(asks_battery=True) == ("Its battery has 3.99 V.",)
    assert sensor.capabilities.rate_hz == pytest.approx(80.0)
    await sensor.tare()
    await sensor.aclose()
    assert not link.left


@pytest.mark.virtual
async def test_the_heart_rate_driver_holds_its_half() -> None:
    link = ScriptedLink(conversation("heart_rate"), "HRM")
    sensor, reports = HeartRateSensor(link, link.url, "HRM"), list[Report]()
    sensor.subscribe(reports.append)
    await sensor.prepare()
    await sensor.prepare()
    await asyncio.sleep(0.1)
    await sensor.aclose()
    assert [report.rate_bpm for report in reports if isinstance(report, HeartReading)] == [72, None, 300]
    assert not link.left


@pytest.mark.virtual
async def test_the_whc06_driver_reads_its_half() -> None:
    scale, reports = WHC06("ble://scale", 1), list[Report]()
    scale.subscribe(reports.append)
    for number, step in enumerate(step for step in conversation("whc06") if "device" in step):
        data = {whc06.COMPANY_ID: bytes.fromhex(step["device"])}
        scale.hear(Advertisement("C2:00:00:00:00:01", whc06.NAME, -60, number / 4, manufacturer_data=data))
    forces = [report.mean_n for report in reports if isinstance(report, ForceReading)]
    assert forces == pytest.approx([0.0, 121.01, 120.99, -0.4903], abs=0.01)
