"""``massctl sim`` in a process of its own: prints its addresses at once, serves, ends cleanly."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from firmware_protocol.commands import Hello
from massctl.devices import connect
from massctl.errors import UsageError
from massctl.transports import open_stream
from sims.command import sim, status_line
from sims.world import World
from tests.sims.test_sim_bench import Wire
from tests.sims.test_sim_endpoints import names
from tests.transports.wires import until

SERVE = [sys.executable, "-c", "from sims.command import sim; sim()"]


@contextmanager
def served(*options: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen([*SERVE, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def test_it_prints_the_addresses_and_the_command_and_ends_cleanly_on_ctrl_c() -> None:
    with served() as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(6)]
        assert [line.split()[0] for line in lines[:3]] == ["massager", "sensor", "timer"]
        assert all("serial:///dev/" in line for line in lines[:3])
        assert lines[5].strip().startswith("massctl run desk-shoulders --massager serial://")
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert process.stderr is not None
        assert "unplugged" in process.stderr.read()


@pytest.mark.parametrize("options", [("--tcp",), ("--pty", "--combined", "--rate", "80")])
async def test_another_process_reaches_it(options: tuple[str, ...]) -> None:
    with served("--json", *options) as process:
        assert process.stdout is not None
        found = json.loads(process.stdout.readline())
        assert found["command"].startswith("massctl run ")
        wire = Wire(await open_stream(found["urls"]["massager"]))
        wire.send(Hello())
        await until(lambda: names(wire), within_s=5.0)
        assert names(wire) == ["sim-bench" if "--combined" in options else "sim-massager"]
        process.send_signal(signal.SIGTERM)
        await until(lambda: wire.lost, within_s=5.0)
        assert process.wait(10) == 0
        await wire.stream.aclose()


def test_it_ends_by_itself_when_told_to() -> None:
    result = CliRunner().invoke(sim, ["--tcp", "--for", "0.1"])
    assert result.exit_code == 0, result.output
    assert "tcp://127.0.0.1:" in result.stdout


def test_the_status_line_says_that_it_is_simulated_and_what_moves() -> None:
    line = status_line(World(1), 12.3)
    assert line.startswith("SIMULATED")
    assert "0 PPM" in line
    assert "relay open" in line


async def test_unplugged_while_the_motor_runs_it_shows_the_lease_lapsing() -> None:
    with served("--json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        found = json.loads(process.stdout.readline())
        wire = Wire(await open_stream(found["urls"]["massager"]))
        await wire.start_motor()
        process.send_signal(signal.SIGINT)
        await until(lambda: wire.lost, within_s=5.0)
        await wire.stream.aclose()
        assert process.wait(10) == 0
        said = process.stderr.read()
        assert "motor to 1800 PPM" in said
        assert said.index("unplugged") < said.index("motor off: lease lapsed")


async def test_it_serves_twins_of_foreign_devices_in_place_of_ours() -> None:
    with served("--json", "--device", "wand", "--device", "sr201") as process:
        assert process.stdout is not None
        found = json.loads(process.stdout.readline())
        assert found["urls"]["massager"] == "wand://?rate=1700"
        assert found["urls"]["timer"].startswith("tcp://127.0.0.1:")
        assert "--timer 'tcp://127.0.0.1:" in found["command"], "quoted: a shell takes ? for a file's name"
        bundle = await connect(found["urls"]["timer"])
        assert bundle.identity.name == "SR-201 Ethernet relay"
        await bundle.aclose()


def test_a_device_without_a_twin_is_refused_with_those_that_have_one() -> None:
    outcome = CliRunner().invoke(sim, ["--device", "mark11"])
    assert isinstance(outcome.exception, UsageError)
    assert "mark10" in outcome.exception.remedy
