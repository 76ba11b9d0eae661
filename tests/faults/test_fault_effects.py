"""What faults do to the bench, seen at the bench alone; and lines in trouble."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from massctl.transports import open_stream
from sims.entry import Bench
from sims.line import Line, Trouble
from tests.sims.test_sim_bench import Wire


def carried(trouble: Trouble, pieces: list[bytes], until_s: float = 10.0) -> list[tuple[float, bytes]]:
    line = Line(random.Random(1))
    line.trouble = trouble
    arrived: list[tuple[float, bytes]] = []
    for number, piece in enumerate(pieces):
        line.carry(piece, 0.1 * number, lambda data, at_s: arrived.append((at_s, data)), is_from_host=True)
    for step in range(int(until_s / 0.02)):
        line.step(0.02 * step)
    return arrived


PIECES = [bytes([number]) * 4 for number in range(50)]


def test_a_line_loses_about_its_share_and_keeps_the_order() -> None:
    arrived = [data for _, data in carried(Trouble(loss=0.3), PIECES)]
    assert 25 <= len(arrived) <= 45
    assert arrived == sorted(arrived)


def test_a_line_delays_every_piece() -> None:
    arrived = carried(Trouble(delay_s=0.6), PIECES[:3])
    assert [round(at_s, 2) for at_s, _ in arrived] == [0.6, 0.7, 0.8]


def test_a_line_repeats_splits_and_turns_bits_over() -> None:
    assert [data for _, data in carried(Trouble(copies=2), [b"ab"])] == [b"abab"]
    assert [data for _, data in carried(Trouble(piece=1), [b"abc"])] == [b"a", b"b", b"c"]
    flipped = b"".join(data for _, data in carried(Trouble(flip=1.0), [b"\x00" * 8]))
    assert all(byte.bit_count() == 1 for byte in flipped)


def test_a_deaf_line_carries_only_what_the_device_sends() -> None:
    line = Line(random.Random(1))
    line.trouble = Trouble(is_deaf=True)
    arrived: list[bytes] = []
    line.carry(b"host", 0.0, lambda data, _: arrived.append(data), is_from_host=True)
    line.carry(b"device", 0.0, lambda data, _: arrived.append(data), is_from_host=False)
    assert arrived == [b"device"]


def test_what_is_on_its_way_still_arrives_in_order_when_the_trouble_is_over() -> None:
    line = Line(random.Random(1))
    line.trouble = Trouble(delay_s=1.0)
    arrived: list[bytes] = []
    line.carry(b"first", 0.0, lambda data, _: arrived.append(data), is_from_host=True)
    line.trouble = None
    assert not line.is_straight
    line.carry(b"second", 0.5, lambda data, _: arrived.append(data), is_from_host=True)
    line.step(1.0)
    assert arrived == [b"first", b"second"]
    assert line.is_straight


class Driven:
    """A bench whose motor a bare host has started, with a lease that nobody renews."""

    def __init__(self, *faults: str, **options: Any) -> None:
        self.bench = Bench(faults=faults, **options)

    async def run(self, seconds: float) -> Wire:
        wire = Wire(await open_stream(self.bench.urls["massager"]))
        await wire.start_motor()
        await asyncio.sleep(seconds)
        return wire

    def log(self) -> list[str]:
        return [entry.what for entry in self.bench.world.log]


@pytest.mark.virtual
async def test_a_fault_begins_at_its_second_and_ends_after_its_duration(tmp_path: Any) -> None:
    path = tmp_path / "short.toml"
    path.write_text('[[fault]]\nname = "sensor-stuck"\nafter_s = 2\nduration_s = 1\n', encoding="utf-8")
    async with Bench(faults=(str(path),)) as bench:
        seen = []
        for _ in range(40):
            await asyncio.sleep(0.1)
            seen.append(bench.world.gauge.is_stuck)
        began_s = bench.evidence("sensor-stuck").fault_began_s
        assert began_s is not None
        assert began_s == pytest.approx(2.0, abs=0.03)
        assert 9 <= sum(seen) <= 11
        assert not seen[-1]
        assert [entry.what for entry in bench.world.log if "FAULT" in entry.what][-1] == "FAULT sensor-stuck is over"


@pytest.mark.virtual
async def test_a_fault_without_a_time_begins_after_the_motor_runs() -> None:
    driven = Driven("motor-stall")
    async with driven.bench as bench:
        await asyncio.sleep(10.0)
        assert bench.evidence("motor-stall").fault_began_s is None
        await driven.run(4.0)
        assert bench.evidence("motor-stall").fault_began_s is not None


@pytest.mark.virtual
async def test_a_rebooted_device_is_off_and_has_forgotten_its_claim() -> None:
    driven = Driven("device-reboot@0.6")
    async with driven.bench as bench:
        await driven.run(0.5)
        assert not bench.world.motor.is_driven
        assert bench.world.boards["massager"].state.boot_id == 2
        assert not bench.world.boards["massager"].state.is_claimed
        assert "firmware starts anew" in driven.log()


@pytest.mark.virtual
async def test_a_burnt_driver_runs_on_until_the_relay_opens() -> None:
    driven = Driven("motor-wont-stop-bare@0.4")
    async with driven.bench as bench:
        await driven.run(3.0)
        assert bench.world.motor.is_driven
        assert bench.evidence().unwanted[-1].until_s is None
        bench.world.motor.is_powered = False
        await asyncio.sleep(1.0)
        assert bench.evidence().unwanted[-1].until_s is not None


@pytest.mark.virtual
async def test_a_fault_that_only_a_relay_helps_lays_it_into_the_supply() -> None:
    driven = Driven("device-hang")
    async with driven.bench as bench:
        await driven.run(1.0)
        assert not bench.world.motor.is_powered


@pytest.mark.virtual
async def test_a_cable_that_is_pulled_for_a_moment_can_be_opened_again(tmp_path: Any) -> None:
    path = tmp_path / "loose.toml"
    path.write_text('[[fault]]\nname = "link-cut"\nafter_s = 1\nduration_s = 1\n', encoding="utf-8")
    async with Bench(faults=(str(path),)) as bench:
        wire = Wire(await open_stream(bench.urls["massager"]))
        await asyncio.sleep(1.5)
        assert wire.lost
        await asyncio.sleep(1.0)
        await (await open_stream(bench.urls["massager"])).aclose()


@pytest.mark.virtual
async def test_a_wrong_device_answers_at_the_address() -> None:
    async with Bench(faults=("wrong-identity@0",)) as bench:
        await asyncio.sleep(0.1)
        assert bench.world.boards["massager"].state.name == "sim-sensor"


@pytest.mark.virtual
async def test_the_same_seed_and_fault_give_the_same_journal() -> None:
    journals = []
    for _ in range(2):
        driven = Driven("link-drop@0.3", seed=3)
        async with driven.bench as bench:
            await driven.run(3.0)
            begin_s = next(iter(bench.world.log)).at_s
            journals.append([(round(entry.at_s - begin_s, 3), entry.what) for entry in bench.world.log])
    assert journals[0] == journals[1]
