"""``massctl mqtt``: sessions and devices on an MQTT broker, for Home Assistant and whoever else listens."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from massctl.app.control import SessionControl
from massctl.app.preflight import PreflightAnswers, PreflightPage
from massctl.app.request import RunRequest
from massctl.body.person import Person
from massctl.body.screening import Topic
from massctl.cli.completion import complete_programs
from massctl.cli.line_face import LineFace
from massctl.cli.lines import plain_lines
from massctl.cli.output import chosen_units
from massctl.cli.preflight import ask_on_terminal
from massctl.cli.screening import screen_on_terminal
from massctl.cli.terminal import TerminalKeys
from massctl.errors import MassctlError, UsageError
from massctl.faces.keyboard import press_of
from massctl.session.events import Event

if TYPE_CHECKING:
    from massctl.transports.broker_address import BrokerAddress

DEFAULT_BROKER: Final = "mqtt://127.0.0.1"
EPILOG: Final = """\b
Examples:
  massctl mqtt --embedded --sim                  try it, with a broker of its own
  massctl mqtt --broker mqtts://me@broker.lan --massager serial:///dev/ttyUSB0
  massctl mqtt password mqtts://me@broker.lan    store the password once
  massctl mqtt remove --broker mqtt://broker.lan take it out of Home Assistant
\b
Nothing from the network starts a motor unless somebody armed it at the
device within the last 60 s: key A here, the pedal, or the timer's button.
A stop is always taken. Topics and payloads: docs/mqtt.md."""

_BROKER_OPTIONS = (
    click.option("--broker", "broker_text", metavar="URL", help=f"mqtt://host or mqtts://user@host [{DEFAULT_BROKER}]"),
    click.option("--node", default="massctl", show_default=True, metavar="NAME", help="This bridge's name in topics."),
    click.option(
        "--ca", "ca_file", type=click.Path(path_type=Path), metavar="FILE", help="Who vouches for the broker."
    ),
    click.option(
        "--cert", "certificate_file", type=click.Path(path_type=Path), metavar="FILE", help="Our certificate."
    ),
    click.option("--key", "key_file", type=click.Path(path_type=Path), metavar="FILE", help="Its private key."),
    click.option(
        "--password-file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Mode 0600; else the keyring's is used.",
    ),
)


def _with_broker(command: Any) -> Any:
    for option in reversed(_BROKER_OPTIONS):
        command = option(command)
    return command


@click.group(invoke_without_command=True, epilog=EPILOG)
@_with_broker
@click.option("--embedded", is_flag=True, help="Serve a broker on this machine too, for this machine alone.")
@click.option("--port", type=int, default=1883, show_default=True, metavar="N", help="Of the embedded broker.")
@click.option("--no-home-assistant", is_flag=True, help="Announce nothing to Home Assistant.")
@click.option("--program", shell_complete=complete_programs, default="desk-shoulders", help="The first choice.")
@click.option("--sim", "is_simulated", is_flag=True, help="Use the simulated bench instead of hardware.")
@click.option("--massager", metavar="URL", help="The massager of sessions that the network starts.")
@click.option("--sensor", metavar="URL", help="Its force sensor; may be the same URL.")
@click.option("--timer", metavar="URL", help="Its timer hardware: pedal and button arm.")
@click.pass_context
def mqtt(
    context: click.Context,
    /,
    *,
    embedded: bool,
    port: int,
    no_home_assistant: bool,
    node: str,
    program: str,
    is_simulated: bool,
    massager: str | None,
    sensor: str | None,
    timer: str | None,
    **broker: Any,
) -> None:
    """Publish sessions on an MQTT broker, and take commands from it.

    Every session of yours on this machine is told of, whichever command runs it. With devices named here (or --sim) the network
    may also start one, once you have armed it.
    """
    if context.invoked_subcommand is not None:
        return
    if embedded and broker["broker_text"]:
        raise UsageError("--embedded serves a broker of its own, so no --broker goes with it.", "Leave out one.")
    request = RunRequest(
        program=program, massager=massager, sensor=sensor, timer=timer, is_simulated=is_simulated, with_person=False
    )
    address = None if embedded else _address(**broker)
    terminal = _Terminal(request, node, address, port, announces=not no_home_assistant)
    with asyncio.Runner() as runner:
        runner.run(terminal.run())


@mqtt.command()
@click.argument("broker_text", metavar="BROKER")
def password(*, broker_text: str) -> None:
    """Store the password for BROKER (mqtts://user@host) in the system's keyring, or a file for you alone."""
    from massctl.transports.broker_address import parse_broker  # noqa: PLC0415 - loaded when used
    from massctl.transports.broker_passwords import store_password  # noqa: PLC0415 - the same

    address = parse_broker(broker_text)
    if address.user is None:
        raise UsageError(f"{broker_text} names no user.", "Write mqtts://user@host")
    secret = click.prompt(f"Password for {address}", hide_input=True, err=True)
    click.echo(f"Stored in {store_password(address, secret)}.", err=True)


@mqtt.command()
@_with_broker
def remove(*, node: str, **broker: Any) -> None:
    """Take the bridge out of Home Assistant: remove what it announced."""
    from massctl.mqtt.removal import remove_announcement  # noqa: PLC0415 - aiomqtt is loaded when it is used

    address = _address(**broker)
    asyncio.run(remove_announcement(address, node))
    click.echo(f"Home Assistant is told to forget massctl {node}, at {address}.", err=True)


def _address(
    *,
    broker_text: str | None,
    ca_file: Path | None,
    certificate_file: Path | None,
    key_file: Path | None,
    password_file: Path | None,
) -> BrokerAddress:
    from massctl.transports.broker_address import parse_broker, read_password_file  # noqa: PLC0415 - loaded when used

    def parsed(secret: str | None) -> BrokerAddress:
        return parse_broker(
            broker_text or DEFAULT_BROKER,
            password=secret,
            ca_file=ca_file,
            certificate_file=certificate_file,
            key_file=key_file,
        )

    address = parsed(None)
    if password_file is not None:
        return parsed(read_password_file(password_file))
    if address.user is None:
        return address
    from massctl.transports.broker_passwords import find_password  # noqa: PLC0415 - a keyring is looked for only where a user is named

    return parsed(find_password(address))


class _Terminal:
    """The bridge as a person at its terminal meets it: lines, and keys."""

    def __init__(
        self, request: RunRequest, node: str, address: BrokerAddress | None, port: int, *, announces: bool
    ) -> None:
        self._request, self._node, self._address, self._port = request, node, address, port
        self._announces = announces
        self._has_keyboard = sys.stdin.isatty()
        self._keys: ExitStack | None = None
        self._control: SessionControl | None = None
        self._face: LineFace | None = None
        self._over = asyncio.Event()

    async def run(self) -> None:
        """Serve until Ctrl-C, q, SIGTERM, or the end of the terminal."""
        from massctl.mqtt.bridge import Bridge, BridgeSettings  # noqa: PLC0415 - aiomqtt is loaded when it is used
        from massctl.mqtt.discovery import PREFIX  # noqa: PLC0415 - the same
        from massctl.mqtt.embedded import embedded_broker  # noqa: PLC0415 - the same

        async with AsyncExitStack() as stack:
            address = self._address
            if address is None:
                address = await stack.enter_async_context(embedded_broker(self._port))
            self._bridge = Bridge(
                BridgeSettings(self._node, address, self._request, PREFIX if self._announces else None),
                self._say,
                ask=self._ask if self._has_keyboard else None,
                screen=self._screen if self._has_keyboard else None,
                is_attended=self._has_keyboard,
                on_event=self._see,
                on_session=self._note_session,
            )
            self._greet(address)
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, self._over.set)
            try:
                self._listen()
                await self._serve()
            finally:
                self._unlisten()

    async def _serve(self) -> None:
        refused: list[BaseException] = []
        try:
            async with asyncio.TaskGroup() as group:
                serving = group.create_task(self._bridge.run(), name="bridge")
                await self._over.wait()
                serving.cancel()
        except* MassctlError as errors:
            refused += errors.exceptions
        if refused:
            raise refused[0]

    def _greet(self, address: BrokerAddress) -> None:
        kind = "SIMULATED. " if self._request.is_simulated else ""
        self._say(f"{kind}Bridge '{self._node}' at {address}: topics massctl/{self._node}/…")
        if self._has_keyboard:
            self._say("Keys: A lets the network start or go on for 60 s, q ends the bridge; in a session as always.")

    # The person at the terminal.

    def _listen(self) -> None:
        if self._has_keyboard and self._keys is None:
            self._keys = ExitStack()
            self._keys.enter_context(TerminalKeys(self._press, self._closed)).start(asyncio.get_running_loop())

    def _unlisten(self) -> None:
        if self._keys is not None:
            self._keys.close()
            self._keys = None

    def _press(self, name: str) -> None:
        if self._control is not None:
            self._control.press(press_of(name))
        elif name in {"a", "A"}:
            self._bridge.arm("keyboard")
        elif name in {"q", "Q"}:
            self._over.set()
        else:
            self._bridge.disarm()

    def _closed(self) -> None:
        if self._control is not None:
            self._control.emergency_stop("SIGHUP")
        self._over.set()

    async def _ask(self, page: PreflightPage) -> PreflightAnswers:
        """Ask in a thread: the broker must go on hearing from us, and the keys are lines meanwhile."""
        self._unlisten()
        try:
            return await asyncio.to_thread(asyncio.run, ask_on_terminal(page))
        finally:
            self._listen()

    async def _screen(self, person: Person, topics: tuple[Topic, ...]) -> Person:
        self._unlisten()
        try:
            return await asyncio.to_thread(asyncio.run, screen_on_terminal(person, topics))
        finally:
            self._listen()

    # What is shown.

    def _say(self, text: str) -> None:
        click.echo(text, err=True)

    def _see(self, event: Event) -> None:
        if self._face is not None:
            self._face.see(event)

    def _note_session(self, control: SessionControl | None) -> None:
        self._control = control
        if control is not None:
            self._face = LineFace(plain_lines(chosen_units()), sys.stdout, self._closed)
            self._face.start()
        elif self._face is not None:
            self._face.close()
            self._face = None
