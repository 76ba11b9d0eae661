"""Text snapshots of screens: compared with tests/dashboard/shots/NAME.txt; MASSCTL_RENEW_SHOTS=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "shots"


def compare(name: str, text: str) -> None:
    """Compare ``text`` with the snapshot ``name``."""
    path = FOLDER / f"{name}.txt"
    text = "\n".join(line.rstrip() for line in text.splitlines()).rstrip() + "\n"
    if os.environ.get("MASSCTL_RENEW_SHOTS"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no snapshot {name}: MASSCTL_RENEW_SHOTS=1 writes it; then look at it"
    assert text == path.read_text(encoding="utf-8"), f"{name} looks different; MASSCTL_RENEW_SHOTS=1 takes it as it is"
