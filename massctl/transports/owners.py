"""Who may open a device file, and who has it open: what the system tells without opening it."""

from __future__ import annotations

import grp
import os
import stat
from pathlib import Path


def permission_remedy(path: str) -> str:
    """Return what a person can do who may not open ``path``: the group to join, with the command."""
    try:
        status = Path(path).stat()
        group = grp.getgrgid(status.st_gid).gr_name
    except (OSError, KeyError):
        return f"See who may: ls -l {path}"
    needed = stat.S_IRGRP | stat.S_IWGRP
    if status.st_mode & needed != needed or group == "root":
        return f"Only its owner may (see: ls -l {path}). A udev rule with GROUP and MODE=0660 changes that for good."
    return f"The group {group} may: sudo usermod -aG {group} $USER, then log out and in again."


def holders(path: str) -> list[str]:
    """Return "name (pid 12)" of the other processes that have ``path`` open, as far as this user may see."""
    real = str(Path(path).resolve())
    found = []
    for process in _processes():
        try:
            descriptors = list((process / "fd").iterdir())
        except OSError:
            continue
        if process.name != str(os.getpid()) and any(_target(link) == real for link in descriptors):
            found.append(f"{_name(process)} (pid {process.name})")
    return found


def _processes() -> list[Path]:
    try:
        return [entry for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    except OSError:
        return []


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text().strip()
    except OSError:
        return "a program"
