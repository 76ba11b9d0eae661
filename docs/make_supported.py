#!/usr/bin/env python3
"""Write SUPPORTED.md, the devices that massctl speaks to, from the table of drivers."""

from __future__ import annotations

from pathlib import Path

from massctl.devices.capabilities import LinkLoss
from massctl.devices.supported import SUPPORTED, Driver, Medium

TARGET = Path(__file__).parents[1] / "SUPPORTED.md"
ROLES = {"massager": "Massagers", "sensor": "Force sensors", "timer": "Timers and cut-offs", "heart": "Heart rate"}
EXAMPLES = {
    "vesc": "serial:///dev/ttyACM0?driver=vesc&pole_pairs=7&gear=3",
    "wand": "wand://?rate=1700",
    "sr201": "tcp://192.168.1.100:6722?driver=sr201",
    "line": "serial:///dev/ttyACM0?driver=line&unit=g",
    "shelly2": "mqtt://broker/shellyplus1-a8032ab?driver=shelly2",
}
INTRODUCTION = """# Supported devices

Written by `docs/make_supported.py` from `massctl/devices/supported.py`, which a test holds it to; `massctl devices supported`
prints the table in a terminal. massctl's own firmware (`firmware_protocol/PROTOCOL.md`) needs no row: it says what it is.

**No driver here has been confirmed on hardware by this project unless *verified on* says so**: each was written from the sources
named and runs against a simulated twin that keeps the device's quirks (`sim://ID`). Before the first use hold the head in the air,
a hand on the device's own switch, and try start, stop, and pulling the plug.

- *known from* says how well the protocol is known. A driver of what one person worked out, or nobody confirmed, warns when it
  connects.
- *link lost* is what the device does when massctl, its machine or its cable dies: what is unknown counts as *keeps running*. A
  relay that keeps what it had is a **software timer only**: it never counts as the third layer of safety.
- *Try that a new time renews it*: no source has confirmed on a real board that a time given anew begins anew. A board that does not
  renew opens after the first two seconds; massctl sees that, stops, and says that the lease lapsed.
- Addresses are quoted in a shell: `massctl run desk-shoulders --sensor 'serial:///dev/ttyUSB0?driver=mark10'`.
"""


def page() -> str:
    """Return the whole page."""
    parts = [INTRODUCTION]
    for role, heading in ROLES.items():
        rows = [row for row in SUPPORTED if row.roles[0] == role]
        table = ["| device | link | can | link lost | known from | verified on |", "|---|---|---|---|---|---|"]
        parts += [f"## {heading}", "", *table, *map(_line, rows), "", *map(_details, rows), ""]
    return "\n".join(parts).rstrip() + "\n"


def _line(row: Driver) -> str:
    lost = _lost(row) if {"massager", "timer"} & set(row.roles) else "–"
    return f"| {row.name} | {row.medium} | {row.capabilities} | {lost} | {row.confidence} | {row.verified_on} |"


def _lost(row: Driver) -> str:
    if "timer" in row.roles:
        return "opens by itself" if row.on_link_loss is LinkLoss.STOPS else f"{row.on_link_loss}: software timer only"
    return str(row.on_link_loss)


def _details(row: Driver) -> str:
    options = f" Options: {', '.join(f'`{option}`' for option in row.url_options)}." if row.url_options else ""
    twin = f"`sim://{row.id}`" + (
        f" ({', '.join(f'`{option}`' for option in row.sim_options)})" if row.sim_options else ""
    )
    return f"- **{row.name}**: `{_example(row)}`.{options} Twin: {twin}. Sources: {'; '.join(row.sources)}."


def _example(row: Driver) -> str:
    if row.id in EXAMPLES:
        return EXAMPLES[row.id]
    if row.medium in (Medium.GATT, Medium.ADVERTISEMENTS):
        return f"ble://AA:BB:CC:DD:EE:FF?driver={row.id}"
    if row.medium is Medium.STREAM:
        return f"serial:///dev/ttyUSB0?driver={row.id}"
    return (
        f"http://192.168.1.30?driver={row.id}"
        if row.medium is Medium.HTTP
        else f"mqtt://broker/my_plug?driver={row.id}"
    )


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
