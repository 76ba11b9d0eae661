"""Golden conversations with foreign devices: read from ``firmware_protocol/vectors/vendors``, and checked against a codec."""

from __future__ import annotations

import dataclasses
import json
from importlib.resources import files
from typing import Any, Protocol


class Decoder(Protocol):
    """The reading side of a codec."""

    def receive(self, data: bytes) -> list[Any]: ...


def conversation(device_id: str) -> list[dict[str, Any]]:
    """Return the steps of one golden conversation."""
    text = (files("firmware_protocol") / "vectors" / "vendors" / f"{device_id}.json").read_text("ascii")
    golden = json.loads(text)
    assert golden["device"] == device_id
    assert golden["source"]
    steps: list[dict[str, Any]] = golden["steps"]
    notes = " ".join(step.get("note", "") for step in steps)
    assert "init" in notes
    assert "stop" in notes
    return steps


def said(event: Any) -> str:
    """Return one decoded event as the golden files write it."""
    fields = " ".join(f"{field.name}={getattr(event, field.name)!r}" for field in dataclasses.fields(event))
    return f"{type(event).__name__} {fields}".rstrip()


def check_device_side(device_id: str, decoder: Decoder) -> None:
    """Assert that every answer in the conversation decodes to what the file says, whole and byte by byte."""
    for step in conversation(device_id):
        if "device" in step:
            data = bytes.fromhex(step["device"])
            assert [said(event) for event in decoder.receive(data)] == step["says"], step
            split = [said(event) for byte in data for event in decoder.receive(bytes([byte]))]
            assert split == step["says"], step


def host_frames(device_id: str) -> list[tuple[str, bytes]]:
    """Return what the host sends in the conversation: what it does, and its bytes."""
    return [(step["does"], bytes.fromhex(step["host"])) for step in conversation(device_id) if "host" in step]
