"""The bench on an event loop, reached in memory: opening, driving by the production drivers, unplugging, failing loudly."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from firmware_protocol import Connection, Role
from firmware_protocol.commands import Arm, Claim, Command, Hello, SetLimits, SetSpeed, Stream
from firmware_protocol.events import Event
from firmware_protocol.reports import ForceTelemetry, Identity, MotorTelemetry
from massctl.errors import ConnectionProblem, PortMissing, UsageError
from massctl.transports import open_stream
from massctl.transports.stream import ByteStream
from sims.bench import SimulationError, working_push_n
from sims.entry import Bench
from sims.loop import SimulatedTimeLoop


class Wire:
    """A bare host on one stream."""

    def __init__(self, stream: ByteStream) -> None:
        self.stream = stream
        self.connection = Connection(Role.HOST, ping_every_s=None)
        self.events: list[Event] = []
        self.data = b""
        self.lost: list[ConnectionProblem] = []
        stream.start(self._hear, self.lost.append)

    def _hear(self, data: bytes) -> None:
        self.data += data
        self.events += self.connection.receive_data(data, asyncio.get_running_loop().time())
        self.stream.write(self.connection.data_to_send())

    def send(self, *commands: Command) -> None:
        for command in commands:
            self.connection.send(command, asyncio.get_running_loop().time())
        self.stream.write(self.connection.data_to_send())

    async def start_motor(self) -> None:
        """Claim and run, with a lease that nobody will renew."""
        self.send(Hello(), Claim(9), SetLimits(2400, 30_000, 600), Stream(1, 20))
        await asyncio.sleep(0.1)
        self.send(Arm(1000))
        await asyncio.sleep(0.1)
        self.send(SetSpeed(1800, 1200))
        await asyncio.sleep(0.1)


@pytest.mark.virtual
async def test_every_device_answers_at_its_address() -> None:
    async with Bench(seed=1) as bench:
        assert bench.urls == {role: f"sim://bench/{role}" for role in ("massager", "sensor", "timer")}
        for role, url in bench.urls.items():
            wire = Wire(await open_stream(url))
            wire.send(Hello())
            await asyncio.sleep(0.1)
            assert [event.name for event in wire.events if isinstance(event, Identity)] == [f"sim-{role}"]
            await wire.stream.aclose()


@pytest.mark.virtual
async def test_a_combined_device_carries_all_functions_at_one_address() -> None:
    async with Bench(seed=1, combined=True) as bench:
        assert set(bench.urls.values()) == {"sim://bench/all"}
        wire = Wire(await open_stream(bench.urls["sensor"]))
        wire.send(Hello(), Stream(1, 20), Stream(2, 50))
        await asyncio.sleep(1.0)
        assert any(isinstance(event, MotorTelemetry) for event in wire.events)
        assert any(isinstance(event, ForceTelemetry) for event in wire.events)
        await wire.stream.aclose()


@pytest.mark.virtual
async def test_two_benches_in_one_process_have_names_of_their_own() -> None:
    async with Bench(seed=1) as first, Bench(seed=2) as second:
        assert first.urls["massager"] == "sim://bench/massager"
        assert second.urls["massager"] == "sim://bench2/massager"


@pytest.mark.virtual
async def test_an_address_without_a_bench_is_refused_with_a_remedy() -> None:
    with pytest.raises(UsageError, match="Run with --sim"):
        await open_stream("sim://bench/massager")
    async with Bench(seed=1):
        with pytest.raises(UsageError, match="has no 'toaster'"):
            await open_stream("sim://bench/toaster")


@pytest.mark.virtual
async def test_unplugged_the_link_breaks_and_the_motor_stops_by_its_lease() -> None:
    async with Bench(seed=1) as bench:
        wire = Wire(await open_stream(bench.urls["massager"]))
        await wire.start_motor()
        bench.unplug("massager")
        await asyncio.sleep(0.2)
        assert [problem.reason for problem in wire.lost] == ["the simulated device was unplugged."]
        assert bench.world.massager.commanded_ppm == 1800
        with pytest.raises(PortMissing):
            await open_stream(bench.urls["massager"])
        await asyncio.sleep(1.0)
        assert bench.world.massager.commanded_ppm == 0
        assert "motor off: lease lapsed" in [entry.what for entry in bench.world.log]
        await bench.plug_in("massager")
        again = Wire(await open_stream(bench.urls["massager"]))
        again.send(Hello())
        await asyncio.sleep(0.1)
        assert again.events
        await again.stream.aclose()


@pytest.mark.virtual
async def test_a_host_that_closes_its_stream_switches_the_motor_off_at_once() -> None:
    async with Bench(seed=1) as bench:
        wire = Wire(await open_stream(bench.urls["massager"]))
        await wire.start_motor()
        await wire.stream.aclose()
        await asyncio.sleep(0.05)
        assert bench.world.massager.commanded_ppm == 0


@pytest.mark.virtual
async def test_a_hung_device_is_silent_while_the_others_go_on() -> None:
    async with Bench(seed=1) as bench:
        motor, force = Wire(await open_stream(bench.urls["massager"])), Wire(await open_stream(bench.urls["sensor"]))
        motor.send(Hello(), Stream(1, 20))
        force.send(Hello(), Stream(2, 50))
        await asyncio.sleep(1.0)
        bench.hang("massager")
        await asyncio.sleep(0.1)
        motor.events.clear()
        force.events.clear()
        await asyncio.sleep(1.0)
        assert not motor.events
        assert len(force.events) >= 49
        assert not motor.lost
        await motor.stream.aclose()
        await force.stream.aclose()


def run_recorded(seed: int) -> bytes:
    """Return all bytes of a run of 20 s in virtual time."""

    async def run() -> bytes:
        async with Bench(seed=seed) as bench:
            wires = [Wire(await open_stream(url)) for url in bench.urls.values()]
            for wire, function in zip(wires, (1, 2, 3), strict=True):
                wire.send(Hello(), Stream(function, 50))
            await wires[0].start_motor()
            await asyncio.sleep(20)
            data = b"".join(wire.data for wire in wires)
            for wire in wires:
                await wire.stream.aclose()
            return data

    with asyncio.Runner(loop_factory=Bench.loop_factory(None)) as runner:
        return runner.run(run())


def test_two_runs_of_one_seed_are_the_same_to_the_byte() -> None:
    first, second, other = run_recorded(7), run_recorded(7), run_recorded(8)
    assert len(first) > 30_000
    assert first == second
    assert first != other


@pytest.mark.virtual
async def test_the_person_presses_on_the_keyboard_that_it_was_given() -> None:
    pressed: list[str] = []
    async with Bench(seed=1) as bench:
        bench.attach(pressed.append)
        bench.see({"event": "phase", "phase": "waiting", "ask": "Enter"})
        await asyncio.sleep(3.0)
    assert pressed == ["enter"]


@pytest.mark.virtual
async def test_without_a_person_the_hand_follows_the_session_and_no_key_is_pressed() -> None:
    pressed: list[str] = []
    step: dict[str, Any] = {"event": "step_started", "mode": "pin", "tool": "ball", "point": "INFRA", "side": "L"}
    async with Bench(seed=1, with_person=False) as bench:
        bench.attach(pressed.append)
        bench.see(step)
        bench.see({"event": "phase", "phase": "working", "ask": "0–10?"})
        await asyncio.sleep(10.0)
        assert bench.world.contact.force_n > 5
    assert pressed == []


@pytest.mark.virtual
async def test_a_simulation_that_fails_says_when_and_breaks_all_links() -> None:
    with pytest.raises(SimulationError, match=r"bench, world, at 1\.\d+ s simulated: .*hand slipped"):  # noqa: PT012 - two moments
        async with Bench(seed=1) as bench:
            wire = Wire(await open_stream(bench.urls["sensor"]))
            await asyncio.sleep(1.0)

            def slip(_now_s: float, _dt_s: float) -> float:
                raise ArithmeticError("hand slipped")

            bench.world.hand.step = slip  # type: ignore[method-assign, assignment]
            await asyncio.sleep(1.0)
            assert wire.lost


@pytest.mark.virtual
async def test_a_bench_on_system_links_refuses_virtual_time() -> None:
    with pytest.raises(UsageError, match="virtual time"):
        await Bench(link="pty").__aenter__()


def test_a_scaled_loop_carries_the_bench_at_its_pace() -> None:
    async def run() -> float:
        async with Bench(seed=1) as bench:
            await asyncio.sleep(4.0)
            return bench.world.now_s

    with asyncio.Runner(loop_factory=Bench.loop_factory(20.0)) as runner:
        assert isinstance(runner.get_loop(), SimulatedTimeLoop)
        assert runner.run(run()) == pytest.approx(4.0, abs=0.1)


def test_points_are_worked_with_the_middle_of_their_band() -> None:
    assert 5 < working_push_n("UTRAP") < 20
    assert working_push_n("nowhere") == working_push_n("")
