"""The control socket: private, stops a running session and says how that went, gives events, survives rude clients."""

from __future__ import annotations

import asyncio
import json
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from massctl import paths
from massctl.app import control, stopping
from massctl.app.bus import EventBus
from massctl.app.control import ControlServer
from massctl.app.request import RunRequest
from massctl.app.stopping import StopOutcome, stop_everything
from massctl.devices import Stopped
from massctl.errors import NoAnswer, UsageError
from massctl.history.store import SessionWriter
from massctl.session.commands import Press
from massctl.session.events import Cue, CueKind, SeenBy, StopSeen


class RunningSession:
    """A session that takes 38 ms to come to a standstill, or never does."""

    def __init__(self, bus: EventBus, *, confirms: bool = True) -> None:
        self.origins: list[str] = []
        self.was_stopped = asyncio.Event()
        self._bus = bus
        self._confirms = confirms

    def press(self, press: Press) -> None:
        raise AssertionError("the socket presses no keys")

    def emergency_stop(self, origin: str) -> None:
        self.origins.append(origin)
        self.was_stopped.set()
        seen = StopSeen(
            at_s=5.0,
            reason="stopped from the socket",
            rule="F42",
            written_s=0.001,
            acknowledged_s=0.010,
            standstill_s=0.038 if self._confirms else None,
            is_confirmed=self._confirms,
            seen_by=SeenBy.MEASURED if self._confirms else SeenBy.NOTHING,
        )
        asyncio.get_running_loop().call_later(0.02, self._bus.publish, seen)


@pytest.fixture
def bus() -> EventBus:
    return EventBus()


@pytest.fixture
def running(bus: EventBus) -> RunningSession:
    return RunningSession(bus)


def greeting(session_id: str = "abc123", urls: tuple[str, ...] = ("serial:///dev/ttyX",)) -> dict[str, Any]:
    return {"session_id": session_id, "program": "desk-shoulders", "is_simulated": False, "urls": list(urls)}


@pytest.fixture
async def server(running: RunningSession, bus: EventBus) -> AsyncIterator[ControlServer]:
    async with ControlServer(running, bus, greeting()) as server:
        yield server


async def open_client() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_unix_connection(str(paths.runtime_dir() / "abc123.sock"))
    assert json.loads(await reader.readline())["session_id"] == "abc123"
    return reader, writer


async def close_client(writer: asyncio.StreamWriter) -> None:
    writer.close()
    await writer.wait_closed()


@pytest.mark.usefixtures("server")
async def test_the_socket_is_for_its_user_alone() -> None:
    path = paths.runtime_dir() / "abc123.sock"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_a_session_that_is_called_off_while_its_socket_opens_leaves_none(
    running: RunningSession, bus: EventBus
) -> None:
    opening = asyncio.get_running_loop().create_task(ControlServer(running, bus, greeting()).__aenter__())
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert list(paths.runtime_dir().iterdir()) == []


@pytest.mark.usefixtures("server")
async def test_stop_reaches_the_running_session_and_is_confirmed_with_its_time(running: RunningSession) -> None:
    outcomes = await stop_everything()
    assert running.origins == ["socket"]
    assert outcomes == (
        StopOutcome(
            "desk-shoulders (session abc123)", is_stopped=True, text="motor off, confirmed in 38 ms", is_measured=True
        ),
    )


async def test_a_stop_that_was_not_seen_is_said_to_be_not_confirmed(bus: EventBus) -> None:
    async with ControlServer(RunningSession(bus, confirms=False), bus, greeting()):
        (outcome,) = await stop_everything()
    assert not outcome.is_stopped
    assert "NOT CONFIRMED: lift it off" in outcome.text


async def test_several_running_sessions_are_all_stopped(bus: EventBus, running: RunningSession) -> None:
    other_bus = EventBus()
    other = RunningSession(other_bus)
    async with (
        ControlServer(running, bus, greeting()),
        ControlServer(other, other_bus, greeting("def456", ("tcp://h:1",))),
    ):
        outcomes = await stop_everything()
    assert [outcome.is_stopped for outcome in outcomes] == [True, True]
    assert running.origins == other.origins == ["socket"]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is opened to be stopped; nothing is."""
    opened: list[str] = []

    async def stop_port(url: str) -> StopOutcome:
        opened.append(url)
        return StopOutcome(url, is_stopped=True, text="motor off")

    monkeypatch.setattr(stopping, "stop_port", stop_port)
    return opened


@pytest.mark.usefixtures("server")
async def test_ports_that_a_living_session_owns_are_not_opened_and_others_are(opened: list[str]) -> None:
    outcomes = await stop_everything(["serial:///dev/ttyX", "serial:///dev/ttyY", "serial:///dev/ttyY"])
    assert opened == ["serial:///dev/ttyY"]
    assert len(outcomes) == 2


async def test_the_devices_of_the_last_session_are_remembered(opened: list[str]) -> None:
    for session_id, url, is_simulated in (("a", "tcp://real:1", False), ("b", "tcp://served:1", True)):
        request = RunRequest(program="x", massager=url).to_json()
        writer = SessionWriter(session_id, is_simulated=is_simulated, request=request, on_problem=pytest.fail)
        writer.start()
        writer.append(Cue(at_s=0.0, cue=CueKind.GOOD))
        await writer.aclose()
    await stop_everything()
    assert opened == ["tcp://real:1", "tcp://served:1"]


async def test_a_gun_without_a_link_of_a_session_that_is_over_is_nothing_to_stop() -> None:
    request = RunRequest(program="x", massager="manual://?levels=1800").to_json()
    writer = SessionWriter("a", is_simulated=False, request=request, on_problem=pytest.fail)
    writer.start()
    writer.append(Cue(at_s=0.0, cue=CueKind.GOOD))
    await writer.aclose()
    assert await stop_everything() == ()


async def test_a_record_that_cannot_be_read_is_not_taken_for_nothing_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("MASSCTL_DATA_DIR", str(tmp_path / "file"))
    (outcome,) = await stop_everything()
    assert not outcome.is_stopped
    assert "MASSCTL_DATA_DIR" in outcome.text


async def test_nothing_running_and_nothing_remembered_is_an_empty_answer() -> None:
    assert await stop_everything() == ()


async def test_a_port_that_does_not_answer_is_reported_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    async def stop_and_see(url: str) -> Stopped:
        raise NoAnswer(url, "STOP was not acknowledged", 2.0)

    monkeypatch.setattr("massctl.devices.stop_and_see", stop_and_see)
    (outcome,) = await stop_everything(["serial:///dev/ttyY"])
    assert not outcome.is_stopped
    assert "lift it off" in outcome.text


async def test_a_gun_without_a_link_is_said_to_be_out_of_reach() -> None:
    (outcome,) = await stop_everything(["manual://?levels=1800"])
    assert not outcome.is_stopped
    assert "press its own button" in outcome.text


async def test_the_socket_of_a_dead_session_is_cleared_away() -> None:
    path = paths.runtime_dir() / "dead.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    assert await stop_everything() == ()
    assert not path.exists()


async def test_an_owner_that_hangs_is_reported_and_not_waited_for_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "GREETING_S", 0.05)
    with socket.socket(socket.AF_UNIX) as hung:
        hung.bind(str(paths.runtime_dir() / "hung.sock"))
        hung.listen()
        (outcome,) = await stop_everything()
    assert not outcome.is_stopped
    assert "does not answer" in outcome.text


@pytest.mark.usefixtures("server")
async def test_events_can_be_read_as_json_lines(bus: EventBus) -> None:
    reader, writer = await open_client()
    writer.write(b'{"command": "events"}\n')
    await asyncio.sleep(0.02)
    bus.publish(Cue(at_s=1.0, cue=CueKind.GOOD))
    assert json.loads(await reader.readline()) == {"event": "cue", "at_s": 1.0, "cue": "good"}
    await close_client(writer)


@pytest.mark.parametrize(
    "rubbish", [b"[" * 4000 + b"\n", b"\n", b"hello\n", b"[1]\n", b"x" * 100_000 + b"\n", b"\xff\xfe\n", b'"stop"\n']
)
@pytest.mark.usefixtures("server")
async def test_rubbish_from_a_client_disturbs_nobody(rubbish: bytes, running: RunningSession) -> None:
    reader, writer = await open_client()
    writer.write(rubbish)
    assert await reader.read() == b""
    await close_client(writer)
    assert running.origins == []
    assert (await stop_everything())[0].is_stopped


@pytest.mark.usefixtures("server")
async def test_an_unknown_command_is_answered_and_the_line_stays_open(running: RunningSession) -> None:
    reader, writer = await open_client()
    writer.write(b'{"command": "start"}\n{"command": "stop"}\n')
    assert "unknown command 'start'" in json.loads(await reader.readline())["error"]
    assert json.loads(await reader.readline())["stopped"] is True
    assert running.origins == ["socket"]
    await close_client(writer)


async def test_a_client_that_goes_away_during_a_stop_does_not_take_the_stop_back(
    bus: EventBus, running: RunningSession
) -> None:
    async with ControlServer(running, bus, greeting()):
        _, writer = await open_client()
        writer.write(b'{"command": "stop"}\n')
        await writer.drain()
        await close_client(writer)
        await asyncio.sleep(0.05)
    assert running.origins == ["socket"]


async def test_an_answer_on_its_way_is_given_when_the_session_ends_meanwhile(
    bus: EventBus, running: RunningSession
) -> None:
    async with ControlServer(running, bus, greeting()):
        stopping_task = asyncio.ensure_future(stop_everything())
        await running.was_stopped.wait()
        await asyncio.sleep(0.021)
    assert (await stopping_task)[0].is_stopped


async def test_the_socket_is_gone_after_the_session_with_idle_clients_cut_off(
    bus: EventBus, running: RunningSession
) -> None:
    async with ControlServer(running, bus, greeting()):
        reader, writer = await open_client()
    assert await reader.read() == b""
    await close_client(writer)
    assert list(paths.runtime_dir().iterdir()) == []


async def test_a_folder_name_too_long_for_a_socket_is_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bus: EventBus, running: RunningSession
) -> None:
    monkeypatch.setenv("MASSCTL_RUNTIME_DIR", str(tmp_path / ("x" * 120)))
    with pytest.raises(UsageError, match="MASSCTL_RUNTIME_DIR"):
        async with ControlServer(running, bus, greeting()):
            pass


async def test_a_folder_of_another_user_is_refused(
    monkeypatch: pytest.MonkeyPatch, bus: EventBus, running: RunningSession
) -> None:
    paths.runtime_dir()
    monkeypatch.setattr("os.getuid", lambda: 4711)
    with pytest.raises(UsageError, match="another user"):
        ControlServer(running, bus, greeting())
    (outcome,) = await stop_everything()
    assert not outcome.is_stopped
    assert "another user" in outcome.text


async def test_a_folder_open_to_others_is_closed_to_them(bus: EventBus, running: RunningSession) -> None:
    paths.runtime_dir().chmod(0o755)
    async with ControlServer(running, bus, greeting()):
        assert stat.S_IMODE(paths.runtime_dir().stat().st_mode) == 0o700


async def test_the_session_own_error_goes_on_through_the_socket(bus: EventBus, running: RunningSession) -> None:
    with pytest.raises(NoAnswer):
        async with ControlServer(running, bus, greeting()):
            raise NoAnswer("massager", "nothing", 1.0)


@pytest.mark.parametrize(
    ("seen_by", "took_s", "words"),
    [
        (SeenBy.MEASURED, 0.038, "motor off, confirmed in 38 ms"),
        (SeenBy.RELAY, 0.4, "motor off, confirmed in 400 ms: its relay has opened"),
        (
            SeenBy.ACKNOWLEDGED,
            None,
            "motor off, by the device's word only; nobody measured it: look",
        ),
        (SeenBy.NOTHING, None, "NOT CONFIRMED: lift it off and press its own button."),
    ],
)
def test_F54_a_stop_is_told_as_what_it_is(seen_by: SeenBy, took_s: float | None, words: str) -> None:
    seen = StopSeen(
        at_s=0.0,
        reason="",
        rule="F42",
        written_s=0.0,
        acknowledged_s=0.012,
        standstill_s=took_s,
        is_confirmed=took_s is not None,
        seen_by=seen_by,
    )
    assert control.stop_text(seen) == words
