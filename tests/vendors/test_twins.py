"""Where driver and twin must agree at the edges, and what twins do with what no driver of ours sends."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, cast

import pytest

from firmware_protocol.vendors import vesc
from firmware_protocol.vendors.gauge import NEWTONS, Complaint, Reading
from firmware_protocol.vendors.mark10 import Mark10Codec
from firmware_protocol.vendors.waveshare import Rtu
from massctl.devices import connect
from massctl.devices.address import read_address
from massctl.devices.capabilities import DeviceLimits
from massctl.errors import PortMissing, UsageError
from massctl.transports.recorder import VERSION
from sims.bench import Bench, default_bench
from sims.loop import SimulatedTimeLoop
from sims.vendors.registry import TWINS, make_twin, role_of
from sims.vendors.twin import StreamTwin
from sims.world import World
from tests.vendors.golden import host_frames

pytestmark = pytest.mark.virtual


class Cable:
    """One client of a twin in a world without a loop."""

    def __init__(self, device_id: str) -> None:
        self.world = World(1)
        self.twin = cast(StreamTwin, make_twin(device_id, self.world))
        self.world.twins.append(self.twin)
        self.heard = b""
        self.link = self.twin.attach(self._hear)

    def _hear(self, data: bytes) -> None:
        self.heard += data

    def ask(self, data: bytes) -> bytes:
        self.heard = b""
        self.twin.receive(self.link, data, self.world.now_s)
        return self.heard

    def live(self, seconds: float) -> None:
        self.world.advance_to(self.world.now_s + seconds)


# Gauges.


@pytest.mark.parametrize(
    ("command", "unit"),
    [(b"LB", "lbF"), (b"OZ", "ozF"), (b"KG", "kgF"), (b"G", "gF"), (b"N", "N"), (b"MN", "mN"), (b"KN", "kN")],
)
def test_a_mark10_shows_the_unit_that_it_is_set_to_and_the_codec_reads_it(command: bytes, unit: str) -> None:
    gauge = Cable("mark10")
    gauge.twin.sampler._zero_n = 12.0  # type: ignore[attr-defined]
    gauge.live(0.1)
    assert gauge.ask(command + b"\r") == b""
    (event,) = Mark10Codec().receive(gauge.ask(b"?\r"))
    assert isinstance(event, Reading)
    assert event.unit == unit
    assert event.force_n == pytest.approx(12.0, abs=0.3 + 0.01 * NEWTONS[unit.lower()])


def test_a_mark10_keeps_its_peaks_until_they_are_cleared_and_complains_of_what_it_does_not_know() -> None:
    gauge = Cable("mark10")
    sampler = gauge.twin.sampler  # type: ignore[attr-defined]
    for zero_n in (20.0, -8.0, 1.0):
        sampler._zero_n = zero_n
        gauge.live(0.1)
    codec = Mark10Codec()
    (high,), (low,) = codec.receive(gauge.ask(b"?PC\r\n")), codec.receive(gauge.ask(b"?PT\r\n"))
    assert isinstance(high, Reading)
    assert isinstance(low, Reading)
    assert high.force_n == pytest.approx(20.0, abs=0.5)
    assert low.force_n == pytest.approx(-8.0, abs=0.5)
    gauge.ask(b"CLR\r\n")
    (high,) = codec.receive(gauge.ask(b"?PC\r\n"))
    assert isinstance(high, Reading)
    assert high.force_n == 0.0
    (refusal,) = codec.receive(gauge.ask(b"HELLO\r\n"))
    assert isinstance(refusal, Complaint)


@pytest.mark.parametrize(
    ("device_id", "command"), [("wagner-fdx", b"Z\r\n"), ("wagner-fpx", b"C?\r\n"), ("sauter", b"x")]
)
def test_other_gauges_meet_what_they_do_not_know_with_silence(device_id: str, command: bytes) -> None:
    gauge = Cable(device_id)
    gauge.live(0.1)
    assert gauge.ask(command) == b""


def test_a_sauter_in_its_peak_mode_says_the_same_for_ever() -> None:
    gauge = Cable("sauter")
    gauge.ask(b"7")
    gauge.live(0.5)
    first = gauge.ask(b"9")
    gauge.live(1.0)
    assert float(gauge.ask(b"9")[1:]) >= float(first[1:]) > 0.0
    gauge.ask(b"6")
    assert gauge.ask(b"9") != first


# Motors.


def test_a_vesc_takes_alive_for_a_sign_of_life_and_broken_packets_for_none() -> None:
    motor = Cable("vesc")
    motor.ask(vesc.set_rpm(1500 * 21))
    for _ in range(5):
        motor.live(0.5)
        motor.ask(vesc.packet(bytes((vesc.Id.ALIVE,))))
    assert motor.world.massager.commanded_ppm == 1500
    for _ in range(5):
        motor.live(0.5)
        assert motor.ask(vesc.set_rpm(1500 * 21)[:-2] + b"\x00\x03") == b""
    assert motor.world.massager.commanded_ppm == 0
    assert motor.ask(vesc.packet(b"\x63")) == b""


@pytest.mark.parametrize("data", [vesc.set_rpm(800), vesc.set_current(5000), vesc.packet(b"\x05\x00\x00\xc3\x50")])
def test_a_vesc_twin_runs_by_speed_only_and_not_below_its_least(data: bytes) -> None:
    motor = Cable("vesc")
    motor.ask(data)
    motor.live(0.5)
    assert motor.world.motor.speed_ppm == 0.0


def test_a_vescs_fault_is_told_for_a_while_and_then_gone() -> None:
    motor = Cable("vesc")
    twin: Any = motor.twin
    motor.world.motor.temperature_c = 90.0
    motor.live(0.1)
    assert twin.fault == 6
    motor.world.motor.temperature_c = 30.0
    motor.live(0.6)
    assert twin.fault == 0


# Relays.


@pytest.mark.parametrize(
    ("pdu", "answer"),
    [
        (b"\x06\x00\x00\x00\x01", b"\x86\x01"),
        (b"\x05\x00\x09\xff\x00", b"\x85\x02"),
        (b"\x05\x07\x00\xff\x00", b"\x85\x02"),
        (b"\x05\x00\x00\x00\x32", b"\x85\x03"),
        (b"\x05\x00\x01\xff\x00", b"\x05\x00\x01\xff\x00"),
        (b"\x05\x00\x00\xff\x00", b"\x05\x00\x00\xff\x00"),
    ],
)
def test_a_waveshare_answers_what_it_cannot_do_with_an_exception(pdu: bytes, answer: bytes) -> None:
    board = Cable("waveshare")
    assert board.ask(b"\x00\xff" + Rtu().wrap(pdu)) == Rtu().wrap(answer)
    assert board.world.timer.is_relay_closed == (pdu[2:4] == b"\x00\xff" and pdu[1:3] == b"\x00\x00")


def test_a_waveshare_waits_for_the_rest_of_a_request() -> None:
    board = Cable("waveshare")
    whole = Rtu().wrap(b"\x05\x02\x00\x00\x14")
    assert board.ask(whole[:5]) == b""
    assert board.ask(whole[5:]) == whole
    board.live(1.9)
    assert board.world.timer.is_relay_closed
    board.live(0.2)
    assert not board.world.timer.is_relay_closed


def test_two_commands_in_one_packet_are_another_command_on_an_sr201() -> None:
    board = Cable("sr201")
    assert board.ask(b"11:221") == b"10000000"
    board.live(10.0)
    assert board.world.timer.is_relay_closed, "which is why one is sent only when the one before is answered"
    assert board.ask(b"0021") == b""
    assert board.ask(b"21") == b"00000000"
    assert board.ask(b"12") == b"00000000"
    assert board.ask(b"11") == b"10000000"


def test_an_lcus_ignores_a_wrong_sum_and_answers_only_its_question() -> None:
    board = Cable("lcus")
    assert board.ask(b"\xa0\x01\x01\xff\xa0\x01") == b""
    assert not board.world.timer.is_relay_closed
    assert board.ask(b"\x01\xa2\xff") == b"CH1:ON \r\n"
    board.twin.set_up({"answers": "bytes"})
    assert board.ask(b"\xff") == b"\x01"
    board.twin.set_up({"answers": "none"})
    assert board.ask(b"\xff\x00") == b""


# Bench, addresses, recordings.


def test_every_twin_lives_in_a_world_of_its_own_for_a_second() -> None:
    for device_id in TWINS:
        world = World(1)
        world.twins.append(make_twin(device_id, world))
        world.advance_to(1.0)
        assert role_of(device_id)


def test_a_twin_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(UsageError, match="no simulated 'mark11'") as refusal:
        make_twin("mark11", World(1))
    assert "mark10" in refusal.value.remedy
    with pytest.raises(UsageError):
        Bench(devices={"sensor": "mark11"})


async def test_all_twins_without_a_bench_share_one_world_that_lives_as_long_as_the_loop() -> None:
    first, second = await connect("sim://mark10"), await connect("sim://wagner-fdx")
    bench = default_bench()
    assert set(bench.twins) == {"mark10", "wagner-fdx"}
    assert bench.runs_on(asyncio.get_running_loop())
    await first.aclose()
    await second.aclose()
    assert default_bench() is bench


def test_the_next_loop_gets_another_bench() -> None:
    async def name() -> tuple[str, int]:
        bench = default_bench()
        return bench.name, id(bench)

    runs = []
    for _ in range(2):
        with asyncio.Runner(loop_factory=SimulatedTimeLoop) as runner:
            runs.append(runner.run(name()))
    assert runs[0][0] == runs[1][0]


async def test_a_bench_that_is_open_is_the_default_one() -> None:
    async with Bench(devices={"sensor": "mark10"}) as bench:
        assert default_bench() is bench
        assert bench.urls["sensor"] == f"sim://{bench.name}/mark10"
        assert bench.urls["massager"] == f"sim://{bench.name}/massager"


async def test_a_twin_that_was_unplugged_is_missing_until_it_is_plugged_in() -> None:
    async with Bench(devices={"sensor": "mark10"}) as bench:
        bench.unplug("sensor")
        with pytest.raises(PortMissing):
            await connect(bench.urls["sensor"])
        await bench.plug_in("sensor")
        await (await connect(bench.urls["sensor"])).aclose()


@pytest.mark.parametrize(
    ("url", "transport_url", "driver"),
    [
        ("serial:///dev/ttyUSB0?driver=mark10&max=500", "serial:///dev/ttyUSB0", "mark10"),
        ("serial:///dev/ttyUSB0?max=500&baud=9600&driver=mark10", "serial:///dev/ttyUSB0?baud=9600", "mark10"),
        ("tcp://127.0.0.1:6722?driver=sr201", "tcp://127.0.0.1:6722", "sr201"),
        ("replay:///x.jsonl?driver=mark10", "replay:///x.jsonl", "mark10"),
        ("sim://mark10", "sim://mark10", "mark10"),
        ("sim://bench2/mark10?max=5", "sim://bench2/mark10", "mark10"),
        ("sim://line?prints=hx711&unit=g", "sim://line?prints=hx711", "line"),
        ("wand://?rate=1700", "wand://", "wand"),
        ("serial:///dev/ttyUSB0?baud=9600", "serial:///dev/ttyUSB0?baud=9600", None),
        ("sim://bench/massager", "sim://bench/massager", None),
    ],
)
def test_an_address_is_taken_apart(url: str, transport_url: str, driver: str | None) -> None:
    address = read_address(url)
    assert address.transport_url == transport_url
    assert (address.row.id if address.row else None) == driver
    assert address.is_simulated == url.startswith("sim:")


def test_the_speed_of_a_port_is_the_persons_or_else_the_devices() -> None:
    assert read_address("serial:///dev/x?driver=sauter").with_baud(9600) == "serial:///dev/x?baud=9600"
    assert read_address("serial:///dev/x?driver=sauter&baud=2400").with_baud(9600) == "serial:///dev/x?baud=2400"
    assert read_address("tcp://h:1?driver=sauter").with_baud(9600) == "tcp://h:1"


async def test_the_bytes_of_a_foreign_device_are_recorded_and_played_back(tmp_path: Path) -> None:
    path = tmp_path / "gauge.jsonl"
    bundle = await connect("sim://mark10", record=path)
    await asyncio.sleep(1.0)
    await bundle.aclose()
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines[0]["massctl_recording"] == VERSION
    assert {line["dir"] for line in lines[1:]} == {"rx", "tx"}


async def test_a_recording_that_cannot_be_made_leaves_no_port_open(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        await connect("sim://mark10", record=tmp_path / "missing" / "gauge.jsonl")
    await asyncio.sleep(0.01)
    assert not cast(StreamTwin, default_bench().twins["mark10"]).links


# The driver speaks as the golden conversation does.


def spoken(device_id: str) -> list[bytes]:
    """Keep what the twin hears."""
    twin: Any = default_bench().add(device_id)
    heard: list[bytes] = []
    receive = twin.receive

    def note(link: Any, data: bytes, now_s: float) -> None:
        heard.append(data)
        receive(link, data, now_s)

    twin.receive = note
    return heard


def is_within(wanted: list[bytes], heard: list[bytes]) -> bool:
    """Whether all of ``wanted`` was heard in this order, other things between."""
    stream = b"|".join(heard)
    at = 0
    for data in wanted:
        at = stream.find(data, at)
        if at < 0:
            return False
        at += len(data)
    return True


@pytest.mark.parametrize("device_id", ["waveshare", "sr201", "lcus"])
async def test_a_relay_driver_opens_closes_and_opens_as_the_golden_conversation_does(device_id: str) -> None:
    heard = spoken(device_id)
    bundle = await connect(f"sim://{device_id}")
    assert bundle.timer is not None
    await bundle.timer.prepare()
    if device_id == "waveshare":
        bundle.timer.arm(0.7)
        await asyncio.sleep(0.3)
    bundle.timer.arm(2.0)
    await asyncio.sleep(0.3)
    bundle.timer.cancel()
    await asyncio.sleep(0.3)
    await bundle.aclose()
    assert is_within([data for _, data in host_frames(device_id)], heard)


async def test_a_vesc_driver_asks_runs_and_stops_as_the_golden_conversation_does() -> None:
    heard = spoken("vesc")
    bundle = await connect("sim://vesc?pole_pairs=7&gear=1&max=2400&min=500")
    gun = bundle.massager
    assert gun is not None
    await gun.prepare(DeviceLimits(2400, 60.0, 60.0))
    await gun.arm()
    gun.set_speed(1000, 10_000)
    for _ in range(4):
        gun.renew()
        await asyncio.sleep(0.2)
    gun.stop()
    await asyncio.sleep(0.1)
    await bundle.aclose()
    assert is_within([data for _, data in host_frames("vesc")], heard)


@pytest.mark.parametrize("device_id", ["mark10", "wagner-fdx", "wagner-fpx", "sauter"])
async def test_a_gauge_driver_asks_and_zeroes_as_the_golden_conversation_does(device_id: str) -> None:
    heard = spoken(device_id)
    bundle = await connect(f"sim://{device_id}")
    assert bundle.sensor is not None
    await bundle.sensor.prepare()
    await bundle.sensor.tare()
    await bundle.aclose()
    assert is_within([data for _, data in host_frames(device_id)], heard)
