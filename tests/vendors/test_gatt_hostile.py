"""Whatever a Bluetooth device sends, its driver neither raises nor believes it to be more than it is."""

from __future__ import annotations

import asyncio
import math
import struct
from collections.abc import Callable
from typing import TypeVar

from hypothesis import example, given, settings
from hypothesis import strategies as st

from firmware_protocol.vendors import heart_rate, hypervolt2, progressor, theragun, whc06
from massctl.devices.capabilities import ForceReading, HeartReading, MotorReading, PowerReading, Report
from massctl.devices.ladders import ladder
from massctl.devices.radio_device import RadioDevice
from massctl.devices.vendors.heart_rate import HeartRateSensor
from massctl.devices.vendors.hypervolt2 import Hypervolt2
from massctl.devices.vendors.progressor import Progressor
from massctl.devices.vendors.theragun import Theragun
from massctl.devices.vendors.whc06 import WHC06
from massctl.transports.gatt import Advertisement
from sims.radio.peripheral import Characteristic, Peripheral, Service
from tests.vendors.gatt_links import DirectLink

DeviceT = TypeVar("DeviceT", bound=RadioDevice)
PACKETS = st.lists(st.binary(max_size=24), max_size=40)


class Anything(Peripheral):
    """Takes every write, and says what it is told to say."""

    services = (
        Service(
            "0000ffe0-0000-1000-8000-00805f9b34fb",
            tuple(
                Characteristic(uuid, "read", "write", "notify")
                for uuid in (
                    hypervolt2.LOGIN,
                    hypervolt2.SPEED,
                    hypervolt2.TELEMETRY,
                    theragun.NOTIFY,
                    theragun.WRITE,
                    progressor.DATA,
                    progressor.CONTROL,
                    heart_rate.MEASUREMENT,
                )
            ),
        ),
    )

    def on_read(self, uuid: str, now_s: float) -> bytes:
        return b"\x01\x02\x03\x04"

    def on_write(self, uuid: str, data: bytes, now_s: float) -> None:
        return


def heard_of(
    make: Callable[[DirectLink], DeviceT], feed: Callable[[DeviceT], Callable[[bytes], None]], packets: list[bytes]
) -> list[Report]:
    """Return what a driver reports of packets that come one after the other."""

    async def run() -> list[Report]:
        link = DirectLink(Anything())
        link.name = "Pro"
        device, reports = make(link), list[Report]()
        device.subscribe(reports.append)
        take = feed(device)
        for packet in packets:
            take(packet)
        await asyncio.sleep(0)
        return reports

    return asyncio.run(run())


@settings(max_examples=40)
@given(PACKETS)
def test_a_hypervolt_reports_levels_that_it_has(packets: list[bytes]) -> None:
    rates = ladder("hypervolt2")
    for feed in (lambda gun: gun._note_state, lambda gun: gun._note_telemetry):
        reports = heard_of(lambda link: Hypervolt2(link, link.url, rates), feed, packets)
        for report in reports:
            if isinstance(report, MotorReading):
                assert report.measured_ppm in {0, *rates.levels_ppm}
            else:
                assert isinstance(report, PowerReading)
                assert 0.0 <= (report.battery_percent or 0.0) <= 100.0


@settings(max_examples=40)
@given(PACKETS)
def test_a_theragun_reports_only_frames_with_a_right_checksum(packets: list[bytes]) -> None:
    sealed = [b"\xbb" + bytes((sum(packet) % 256,)) + packet for packet in packets]
    reports = heard_of(
        lambda link: Theragun(link, link.url, is_experiment=True), lambda gun: gun._note, [*packets, *sealed]
    )
    valid = [packet for packet in sealed if len(packet) >= 15 and packet[2] == theragun.STATUS]
    assert len([report for report in reports if isinstance(report, MotorReading)]) <= len(valid) + sum(
        packet[:1] == b"\xbb" for packet in packets
    )


@settings(max_examples=40)
@given(PACKETS)
def test_a_progressor_survives_anything(packets: list[bytes]) -> None:
    reports = heard_of(lambda link: Progressor(link, link.url, 1, 1471.0), lambda sensor: sensor._note, packets)
    assert all(isinstance(report, ForceReading) for report in reports)


@settings(max_examples=60)
@example([(0.0, 0), (0.0, 187_500), (0.0, 0)])  # its clock began anew within a packet
@given(st.lists(st.tuples(st.floats(width=32), st.integers(0, 2**32 - 1)), min_size=1, max_size=60))
def test_a_progressors_readings_are_never_from_the_future(samples: list[tuple[float, int]]) -> None:
    packets = [
        bytes((1, 8 * len(chunk))) + b"".join(struct.pack("<fI", *sample) for sample in chunk)
        for chunk in (samples[start : start + 8] for start in range(0, len(samples), 8))
    ]
    reports = heard_of(lambda link: Progressor(link, link.url, 1, 1471.0), lambda sensor: sensor._note, packets)
    for report in reports:
        assert isinstance(report, ForceReading)
        assert report.at_s <= report.received_at_s + 1e-6
        assert math.isnan(report.mean_n) or math.isfinite(report.mean_n)


@settings(max_examples=40)
@given(PACKETS)
def test_a_strap_reports_rates_or_none(packets: list[bytes]) -> None:
    reports = heard_of(lambda link: HeartRateSensor(link, link.url, "strap"), lambda strap: strap._note, packets)
    for report in reports:
        assert isinstance(report, HeartReading)
        assert report.rate_bpm is None or report.rate_bpm > 0


@settings(max_examples=60)
@given(st.text(max_size=8) | st.just(whc06.NAME), st.sampled_from([0, whc06.COMPANY_ID]), st.binary(max_size=24))
def test_a_scale_takes_only_what_it_knows(name: str, company: int, data: bytes) -> None:
    scale, reports = WHC06("ble://scale", 1), list[Report]()
    scale.subscribe(reports.append)
    scale.hear(Advertisement("C2:00:00:00:00:01", name, -60, 1.0, manufacturer_data={company: data}))
    if name != whc06.NAME or company != whc06.COMPANY_ID:
        assert reports == []
