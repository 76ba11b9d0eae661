"""What importing massctl costs, and who may know whom: proven at run time, beside the import contracts."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "textual",
    "bleak",
    "serial",
    "serialx",
    "aiomqtt",
    "paho",
    "bumble",
    "sims",
    "pydantic",
    "sqlite3",
    "rich.live",
)


def modules_after(statement: str) -> set[str]:
    """Return the names of all modules that a fresh interpreter holds after a statement."""
    code = f"import sys; {statement}; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    return set(done.stdout.split())


@pytest.mark.parametrize("statement", ["import massctl", "import massctl.cli"])
def test_importing_massctl_loads_nothing_heavy(statement: str) -> None:
    loaded = modules_after(statement)
    assert not loaded & set(HEAVY)


def test_the_wire_protocol_imports_neither_asyncio_nor_massctl() -> None:
    loaded = modules_after("import firmware_protocol")
    assert not {name for name in loaded if name.split(".")[0] in {"asyncio", "massctl", "sims"}}


def test_the_session_core_does_not_know_the_bench_or_a_face() -> None:
    loaded = modules_after("import massctl.app.run")
    assert not {name for name in loaded if name.split(".")[0] in {"sims", "textual", "click"} or name == "massctl.cli"}
