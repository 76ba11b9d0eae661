"""The keyboard of a real (pseudo) terminal: keys arrive at once, the terminal is restored, a closed terminal is noticed."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import termios
from collections.abc import Iterator
from contextlib import suppress

import pytest

from massctl.cli.terminal import TerminalKeys


@pytest.fixture
def wires() -> Iterator[tuple[int, int]]:
    """Return the terminal's two ends: where a person types, and where massctl reads."""
    master, slave = pty.openpty()
    yield master, slave
    for end in (master, slave):
        try:
            os.close(end)
        except OSError:
            continue


async def until(arrived: list[str], count: int) -> None:
    async with asyncio.timeout(2):
        while len(arrived) < count:  # noqa: ASYNC110 - the keys come by callback
            await asyncio.sleep(0.005)


async def test_keys_arrive_one_by_one_without_enter(wires: tuple[int, int]) -> None:
    master, slave = wires
    arrived: list[str] = []
    with TerminalKeys(arrived.append, lambda: None, slave) as keys:
        keys.start(asyncio.get_running_loop())
        os.write(master, b"r7 ")
        await until(arrived, 3)
        os.write(master, b"\x1b[A\x1b")
        await until(arrived, 4)
    assert arrived == ["r", "7", "space", "escape"]


async def test_what_was_typed_before_the_session_is_no_key(wires: tuple[int, int]) -> None:
    master, slave = wires
    os.write(master, b"\r\r")
    assert select.select([slave], [], [], 2.0)[0], "the terminal has it"
    arrived: list[str] = []
    with TerminalKeys(arrived.append, lambda: None, slave) as keys:
        keys.start(asyncio.get_running_loop())
        await asyncio.sleep(0.05)
    assert arrived == []


@pytest.mark.parametrize("fails", [False, True])
def test_the_terminal_is_restored_even_after_an_exception(wires: tuple[int, int], fails: bool) -> None:
    _, slave = wires
    before = termios.tcgetattr(slave)
    with suppress(ZeroDivisionError), TerminalKeys(lambda _: None, lambda: None, slave):
        during = termios.tcgetattr(slave)
        assert not during[3] & termios.ECHO
        assert not during[3] & termios.ICANON
        assert during[3] & termios.ISIG, "Ctrl-C stays a signal"
        assert 1 / (not fails)
    assert termios.tcgetattr(slave) == before


def test_keys_that_suspend_kill_or_freeze_are_off(wires: tuple[int, int]) -> None:
    _, slave = wires
    with TerminalKeys(lambda _: None, lambda: None, slave):
        mode = termios.tcgetattr(slave)
        off = bytes([os.fpathconf(slave, "PC_VDISABLE")])
        assert mode[6][termios.VSUSP] == mode[6][termios.VQUIT] == off
        assert not mode[0] & termios.IXON


async def test_a_closed_terminal_is_told_once(wires: tuple[int, int]) -> None:
    master, slave = wires
    closed: list[bool] = []
    with TerminalKeys(lambda _: None, lambda: closed.append(True), slave) as keys:
        keys.start(asyncio.get_running_loop())
        os.close(master)
        async with asyncio.timeout(2):
            while not closed:  # noqa: ASYNC110 - it comes by callback
                await asyncio.sleep(0.005)
        await asyncio.sleep(0.02)
    assert closed == [True]


async def test_pasted_text_is_no_key(wires: tuple[int, int]) -> None:
    master, slave = wires
    arrived: list[str] = []
    with TerminalKeys(arrived.append, lambda: None, slave) as keys:
        keys.start(asyncio.get_running_loop())
        assert os.read(master, 100) == b"\x1b[?2004h", "massctl asks the terminal to mark pastes"
        os.write(master, b"\x1b[200~rx9\x1b[201~r")
        await until(arrived, 1)
    assert arrived == ["r"]
