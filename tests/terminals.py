"""Terminals of tmux: what a person sees and types, with a server and folders of its own for each."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NEEDS_TMUX = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
MASSCTL = f"{sys.executable} -c 'from massctl.cli import main; main()'"
WAIT_S = 20.0


def wait_until(condition: Callable[[], bool], what: str = "it") -> None:
    """Wait until ``condition`` holds."""
    until = time.perf_counter() + WAIT_S
    while not condition():
        assert time.perf_counter() < until, f"{what} never came"
        time.sleep(0.05)


class Terminal:
    """One tmux server with a shell of 80 by 24."""

    def __init__(self, folder: Path) -> None:
        self._socket = str(folder / "tmux")
        self.folder = folder
        environment = {**os.environ, "PS1": "$ ", "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        environment |= {f"MASSCTL_{name}_DIR": str(folder / name.lower()) for name in ("DATA", "CONFIG", "RUNTIME")}
        self._call("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "/bin/sh", environment=environment)

    def _call(self, *arguments: str, environment: dict[str, str] | None = None) -> str:
        command = ["tmux", "-u", "-S", self._socket, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10, env=environment).stdout

    def type(self, *keys: str) -> None:
        """Press keys, named as tmux names them, or type words; ``-H`` first: bytes in hexadecimal."""
        self._call("send-keys", *keys)

    def resize(self, columns: int, rows: int) -> None:
        """Make it another size."""
        self._call("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self) -> str:
        """Return what is on it."""
        return self._call("capture-pane", "-p")

    def wait_for(self, *words: str) -> str:
        """Wait until all ``words`` are on it; return what is."""
        until = time.perf_counter() + WAIT_S
        while not all(word in (shown := self.screen()) for word in words):
            assert time.perf_counter() < until, f"{words} never came:\n{shown}"
            time.sleep(0.05)
        return shown

    def close(self) -> None:
        """Close it, as a person closes a window."""
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], capture_output=True, check=False, timeout=10)


@contextmanager
def new_terminal() -> Iterator[Terminal]:
    """Open a terminal; its folder has a short name, because sockets lie below it."""
    with tempfile.TemporaryDirectory(prefix="massctl-") as folder:
        terminal = Terminal(Path(folder))
        try:
            yield terminal
        finally:
            terminal.close()
