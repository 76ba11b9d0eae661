"""A request: what contradicts itself is refused, and it comes back from the record as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from massctl.app.request import RunRequest
from massctl.body.terms import Side, Tool
from massctl.errors import UsageError
from massctl.programs.choices import Choices


@pytest.mark.parametrize(
    "request_made",
    [
        RunRequest(program="tech-neck", is_simulated=True, seed=7, speed=None, link="pty", with_person=False),
        RunRequest(
            program="/home/x/mine.toml",
            massager="serial:///dev/ttyUSB0",
            sensor="tcp://host:1",
            choices=Choices(
                side=Side.LEFT, minutes=5.0, tools=frozenset({Tool.BALL, Tool.CANE}), heads=frozenset({"ball"})
            ),
        ),
        RunRequest(point="UTRAP", speed_ppm=1500, massager="manual://"),
    ],
)
def test_a_request_survives_its_json(request_made: RunRequest) -> None:
    assert RunRequest.from_json(json.loads(json.dumps(request_made.to_json()))) == request_made


def test_repeating_a_run_does_not_write_over_its_recording() -> None:
    asked = RunRequest(program="tech-neck", record=Path("bytes.jsonl"))
    assert RunRequest.from_json(asked.to_json()).record is None


def test_keys_of_another_version_are_left_out() -> None:
    values = RunRequest(program="tech-neck").to_json() | {"colour": "red"}
    assert RunRequest.from_json(values) == RunRequest(program="tech-neck")


def test_addresses_are_listed_by_role() -> None:
    asked = RunRequest(program="x", massager="serial:///a", timer="serial:///a")
    assert asked.urls == {"massager": "serial:///a", "timer": "serial:///a"}


def test_neither_or_both_of_program_and_point_are_refused() -> None:
    with pytest.raises(UsageError, match="must be named"):
        RunRequest()
    with pytest.raises(UsageError, match="must be named"):
        RunRequest(program="tech-neck", point="UTRAP")


def test_a_simulated_run_takes_no_addresses() -> None:
    with pytest.raises(UsageError, match="brings its own devices"):
        RunRequest(program="tech-neck", is_simulated=True, timer="tcp://h:1")
