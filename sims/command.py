"""Serve the simulated bench to another terminal.

The command ``massctl sim``; how the addresses and the status line look, and nothing of the simulation itself.
"""

from __future__ import annotations

import asyncio
import json
import shlex
import shutil
import signal
import sys
from typing import Any, Final, Literal

import click

from massctl.transports.broker_address import BrokerAddress, parse_broker
from sims.bench import Bench
from sims.devices import ALL, ROLES
from sims.faults.catalogue import CATALOGUE, Place
from sims.faults.timing import RUNNING_S
from sims.gauge import RATES_HZ
from sims.vendors.plug_links import plugs_served
from sims.vendors.registry import role_of
from sims.world import World

STATUS_S: Final = 0.2
"""How often the status line is drawn."""
AFTERLIFE_S: Final = 3.0
"""Unplugged, the motor must stop by its lease (at most 1.5 s) and coast out."""
EXAMPLE_PROGRAM: Final = "desk-shoulders"
EXAMPLE_FAULT: Final = "massctl run tech-neck --sim --fault sensor-stuck"


@click.command()
@click.option("--pty", "link", flag_value="pty", default="pty", help="Serial ports on pseudo-terminals (the default).")
@click.option("--tcp", "link", flag_value="tcp", help="TCP ports on this machine; several clients each.")
@click.option("--ble", "link", flag_value="ble", help="Bluetooth LE on a simulated radio; one client a device.")
@click.option(
    "--seed",
    type=int,
    metavar="N",
    default=1,
    show_default=True,
    help="Draws body, hand and chance; same seed, same bench.",
)
@click.option("--combined", is_flag=True, help="One device with all three functions instead of three devices.")
@click.option(
    "--rate",
    "rate_hz",
    type=click.Choice([str(rate) for rate in RATES_HZ]),
    default=str(RATES_HZ[-1]),
    show_default=True,
    help="Conversions a second of the force sensor.",
)
@click.option(
    "--device",
    "device_ids",
    metavar="ID",
    multiple=True,
    help="A twin of this device in place of ours: mark10, vesc, … ('massctl devices supported'). May be repeated.",
)
@click.option(
    "--broker",
    "broker_text",
    metavar="URL",
    help="Put simulated plugs (tasmota, shelly2, zigbee2mqtt) at this MQTT broker: mqtt://127.0.0.1",
)
@click.option(
    "--for",
    "for_s",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    help="End by itself after so many seconds.",
)
@click.option(
    "--fault",
    "faults",
    metavar="NAME[@SECONDS]",
    multiple=True,
    help="Break something, by default 3 s after the motor runs; or a scenario file. May be repeated.",
)
@click.option("--faults", "is_list", is_flag=True, help="List the faults, and end.")
@click.option("--json", "is_json", is_flag=True, help="Print the addresses (or the faults) as JSON.")
def sim(
    *,
    link: Literal["pty", "tcp", "ble"],
    seed: int,
    combined: bool,
    rate_hz: str,
    device_ids: tuple[str, ...],
    broker_text: str | None,
    for_s: float | None,
    faults: tuple[str, ...],
    is_list: bool,
    is_json: bool,
) -> None:
    """Serve the simulated bench: massager, force sensor and timer, for another terminal to drive.

    It runs in real time. The simulated hand pushes while the motor runs and lifts when it is off; you press the keys, in the
    other terminal. Ctrl-C here pulls the plug there: the motor then stops by its own lease, which is shown.
    """
    if is_list:
        _list_faults(is_json=is_json)
        return
    bench = Bench(
        seed,
        link,
        with_person=False,
        rate_hz=int(rate_hz),
        combined=combined,
        devices={role_of(device_id): device_id for device_id in device_ids},
        faults=faults,
    )
    broker = parse_broker(broker_text) if broker_text else None
    with asyncio.Runner() as runner:
        runner.run(_serve(bench, for_s, broker, is_json=is_json))


def _list_faults(*, is_json: bool) -> None:
    """Print the catalogue; the host's own faults are the tests' to make."""
    rows = [fault for fault in CATALOGUE.values() if fault.effect is not None]
    if is_json:
        click.echo(
            json.dumps(
                [{"name": each.name, "place": each.place, "role": each.role, "text": each.sentence} for each in rows]
            )
        )
        return
    for place in Place:
        if here := [each for each in rows if each.place is place]:
            click.echo(f"{place}:")
            for each in here:
                click.echo(f"  {each.name:<22} {each.sentence}")
    click.echo(f"\nBy default a fault begins {RUNNING_S:g} s after the motor runs. Watch one: {EXAMPLE_FAULT}")


async def _serve(bench: Bench, for_s: float | None, broker: BrokerAddress | None, *, is_json: bool) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, ended.set)
    async with bench, plugs_served(bench, broker):
        if bench.has_radio:
            await bench.serve_radio()
        _announce(bench, is_json=is_json)
        screen = _Screen(bench.world, loop.time())
        try:
            async with asyncio.timeout(for_s):
                while not ended.is_set():
                    screen.draw(loop.time())
                    await _wait(ended, STATUS_S)
        except TimeoutError:
            pass
        await _unplug(bench, screen)
        screen.close()
    click.echo("The bench is unplugged.", err=True)


async def _unplug(bench: Bench, screen: _Screen) -> None:
    """Pull the cables, and watch until the motor has stopped by itself: it must, within its lease."""
    loop = asyncio.get_running_loop()
    bench.unplug_all()
    deadline_s = loop.time() + AFTERLIFE_S
    while bench.world.massager.is_moving and loop.time() < deadline_s:
        screen.draw(loop.time())
        await asyncio.sleep(0.05)
    screen.draw(loop.time())


async def _wait(ended: asyncio.Event, seconds: float) -> None:
    """Wait for the end, or for so long."""
    try:
        async with asyncio.timeout(seconds):
            await ended.wait()
    except TimeoutError:
        pass


def run_command(bench: Bench) -> str:
    """Return the whole command for the second terminal; quoted, since shells take ``?`` for a file's name."""
    urls = dict.fromkeys(ROLES, bench.urls[ALL]) if bench.is_combined else bench.urls
    return f"massctl run {EXAMPLE_PROGRAM} " + " ".join(f"--{role} {shlex.quote(urls[role])}" for role in ROLES)


def _announce(bench: Bench, *, is_json: bool) -> None:
    """Print the addresses, at once: whoever started us waits for them."""
    if is_json:
        found: dict[str, Any] = {
            "urls": bench.urls,
            "command": run_command(bench),
            "seed": bench.seed,
            "link": bench.link,
        }
        click.echo(json.dumps(found))
    else:
        for role in ROLES if not bench.is_combined else (ALL,):
            click.echo(f"{role:<9} {bench.urls[role]}")
        click.echo(f"\nIn another terminal:\n  {run_command(bench)}\n")
    sys.stdout.flush()
    if not is_json:
        click.echo("SIMULATED. Ctrl-C unplugs it.", err=True)


class _Screen:
    """The status line on a terminal, and what happened above it; on a pipe only what happened."""

    def __init__(self, world: World, began_s: float) -> None:
        self._world = world
        self._began_s = began_s
        self._has_line = sys.stderr.isatty()
        self._seen = 0

    def draw(self, now_s: float) -> None:
        """Print what is new, and the status."""
        world = self._world
        for entry in world.log.since(self._seen):
            self._print(f"{entry.at_s - self._began_s:9.2f} s  {entry.device:<9} {entry.what}")
        self._seen = world.log.written
        if self._has_line:
            text = status_line(world, now_s - self._began_s)[: shutil.get_terminal_size().columns - 1]
            click.echo(f"\r\x1b[2K{text}", nl=False, err=True)

    def _print(self, text: str) -> None:
        click.echo(f"\r\x1b[2K{text}" if self._has_line else text, err=True)

    def close(self) -> None:
        """Leave the line."""
        if self._has_line:
            click.echo(err=True)


def status_line(world: World, elapsed_s: float) -> str:
    """Return the bench's state in one line."""
    relay = "closed" if world.timer.is_relay_closed else "open"
    return (
        f"SIMULATED {elapsed_s:8.1f} s   motor {world.motor.speed_ppm:4.0f} PPM   push {world.contact.force_n:4.1f} N   "
        f"relay {relay}   battery {world.motor.battery.percent:3.0f} %   {world.motor.temperature_c:2.0f} °C"
    )
