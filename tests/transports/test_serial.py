from __future__ import annotations

import asyncio
import errno
import grp
import os
import subprocess
import sys
from pathlib import Path

import pytest

from massctl.errors import ConnectionProblem, ExitCode, LinkLost, PortBusy, PortForbidden, PortMissing
from massctl.transports import open_stream, serial
from massctl.transports.owners import holders, permission_remedy
from massctl.transports.ports import PortInfo, list_ports
from tests.transports.wires import Ear, Pty, until


async def test_bytes_pass_both_ways(pty: Pty) -> None:
    stream = await open_stream(pty.url)
    ear = Ear(stream)
    stream.write(b"to the device")
    pty.send(bytes(range(256)))
    await until(lambda: len(ear.heard) == 256)
    assert ear.heard == bytes(range(256))
    assert pty.received() == b"to the device"
    await stream.aclose()


async def test_a_write_is_with_the_system_before_it_returns(pty: Pty) -> None:
    stream = await open_stream(pty.url)
    Ear(stream)
    stream.write(b"STOP")
    await asyncio.to_thread(lambda: None)
    assert pty.received() == b"STOP"
    await stream.aclose()


async def test_bytes_that_came_before_the_start_are_delivered(pty: Pty) -> None:
    stream = await open_stream(pty.url)
    pty.send(b"early")
    await asyncio.sleep(0.02)
    ear = Ear(stream)
    await until(lambda: ear.heard == b"early")
    await stream.aclose()


async def test_a_stop_overtakes_what_the_system_did_not_take(pty: Pty) -> None:
    stream = await open_stream(pty.url)
    Ear(stream)
    for _ in range(100):
        stream.write(b"." * 500)
    stream.discard_unsent()
    stream.write(b"STOP")
    arrived = b""

    def drained() -> bool:
        nonlocal arrived
        arrived += pty.received()
        return arrived.endswith(b"STOP")

    await until(drained)
    assert len(arrived) < 40_000
    assert (len(arrived) - 4) % 500 == 0, "a frame that was begun is finished"
    await stream.aclose()


async def test_a_port_that_takes_nothing_any_more_is_lost_instead_of_filling_the_memory(pty: Pty) -> None:
    stream = await open_stream(pty.url)
    ear = Ear(stream)
    for _ in range(400):
        stream.write(b"." * 500)
    assert isinstance(ear.lost[0], LinkLost)
    assert "takes no bytes" in str(ear.lost[0])
    await stream.aclose()


async def test_unplugging_in_use_is_told_once_and_in_words(pty: Pty) -> None:
    stream = await open_stream(pty.url)
    ear = Ear(stream)
    pty.unplug()
    await until(lambda: ear.lost)
    stream.write(b"nobody hears this")
    await asyncio.sleep(0.01)
    assert len(ear.lost) == 1
    assert isinstance(ear.lost[0], LinkLost)
    assert "unplugged" in str(ear.lost[0])
    assert pty.url in str(ear.lost[0])
    await stream.aclose()
    await stream.aclose()


async def test_unplugged_between_opening_and_start_is_told_too(pty: Pty) -> None:
    stream = await open_stream(pty.url)
    pty.unplug()
    await asyncio.sleep(0.02)
    ear = Ear(stream)
    await until(lambda: ear.lost)
    await stream.aclose()


async def test_our_own_close_is_no_loss_and_frees_the_port(pty: Pty) -> None:
    for _ in range(2):
        stream = await open_stream(pty.url)
        ear = Ear(stream)
        await stream.aclose()
        assert ear.lost == []


async def test_closing_is_bounded_when_the_other_side_takes_nothing(pty: Pty) -> None:
    stream = await open_stream(pty.url)
    Ear(stream)
    for _ in range(60):
        stream.write(b"." * 1000)
    loop = asyncio.get_running_loop()
    start_s = loop.time()
    await stream.aclose()
    assert loop.time() - start_s < 1.2


async def test_a_missing_port_names_those_that_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    port = PortInfo("/dev/ttyACM7", "Massage gun", None, None, None)
    monkeypatch.setattr(serial, "list_ports", lambda: [port])
    with pytest.raises(PortMissing) as refusal:
        await open_stream("serial:///dev/ttyMISSING0")
    assert refusal.value.exit_code is ExitCode.CONNECTION
    assert "there is no such port" in str(refusal.value)
    assert "/dev/ttyACM7 (Massage gun)" in refusal.value.remedy


async def test_a_missing_port_on_a_machine_without_ports_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serial, "list_ports", list)
    with pytest.raises(PortMissing, match="no serial port"):
        await open_stream("serial:///dev/ttyMISSING0")


async def test_a_file_that_is_no_port_is_named_as_that(tmp_path: Path) -> None:
    file = tmp_path / "gun"
    file.write_bytes(b"")
    with pytest.raises(PortMissing, match="not a serial port"):
        await open_stream(f"serial://{file}")
    with pytest.raises(PortMissing, match="not a serial port"):
        await open_stream(f"serial://{tmp_path}")


async def test_a_port_that_another_program_has_names_that_program(pty: Pty) -> None:
    code = (
        "import fcntl, os, sys; fd = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY); fcntl.flock(fd, fcntl.LOCK_EX); "
        "print('has it', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs in this loop
        [sys.executable, "-c", code, pty.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"has it\n"
        with pytest.raises(PortBusy) as refusal:
            await open_stream(pty.url)
    assert f"(pid {other.pid})" in str(refusal.value)


async def test_a_port_that_this_process_has_already_is_busy(pty: Pty) -> None:
    stream = await open_stream(pty.url)
    with pytest.raises(PortBusy):
        await open_stream(pty.url)
    await stream.aclose()


def test_the_kernels_exclusive_mode_counts_as_busy() -> None:
    refusal = serial._not_opened("serial:///dev/x", "/dev/x", OSError(errno.EBUSY, "Device or resource busy"))
    assert isinstance(refusal, PortBusy)
    assert "another program" in str(refusal)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can lose a permission for a moment")
def test_a_port_that_one_may_not_open_names_the_group_that_may(pty: Pty) -> None:
    group = next(entry for entry in grp.getgrall() if entry.gr_name == "dialout")
    os.chown(pty.path, 0, group.gr_gid)
    os.chmod(pty.path, 0o660)  # noqa: PTH101 - beside chown
    os.seteuid(65534)
    try:
        with pytest.raises(PermissionError) as denied:
            os.open(pty.path, os.O_RDWR | os.O_NOCTTY)
        refusal = serial._not_opened(pty.url, pty.path, denied.value)
    finally:
        os.seteuid(0)
    assert isinstance(refusal, PortForbidden)
    assert "sudo usermod -aG dialout $USER" in refusal.remedy


def test_a_port_that_no_group_may_open_is_not_answered_with_a_group(tmp_path: Path) -> None:
    file = tmp_path / "port"
    file.touch(mode=0o600)
    assert "usermod" not in permission_remedy(str(file))
    assert "udev" in permission_remedy(str(file))
    assert "ls -l" in permission_remedy(str(tmp_path / "gone"))


def test_who_has_a_file_open_leaves_us_out(pty: Pty) -> None:
    assert holders(pty.path) == []


def test_listing_ports_opens_none(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = os.open

    def spy(path: str, *rest: int) -> int:
        opened.append(str(path))
        return real(path, *rest)

    monkeypatch.setattr(os, "open", spy)
    list_ports()
    assert [path for path in opened if path.startswith("/dev")] == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EIO, "Input/output error"), "unplugged?"),
        (OSError(errno.EMFILE, "Too many open files"), "Too many open files"),
        (TimeoutError(), "in time"),
    ],
)
def test_every_refusal_of_the_system_becomes_a_sentence(error: OSError, words: str) -> None:
    refusal = serial._not_opened("serial:///dev/x", "/dev/x", error)
    assert isinstance(refusal, ConnectionProblem)
    assert words in str(refusal)
    assert refusal.remedy


def test_a_break_while_the_device_file_is_still_there_gives_the_systems_words(pty: Pty) -> None:
    problem = serial._lost(pty.url, pty.path, OSError(errno.EIO, "Input/output error"))
    assert "Input/output error" in str(problem)
