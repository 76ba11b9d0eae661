"""A corded wand's program on each smart plug, from the first question to the summary."""

from __future__ import annotations

import pytest

from massctl.app.request import RunRequest
from massctl.app.run import run_session
from massctl.body.terms import Side
from massctl.programs.choices import Choices


@pytest.mark.virtual
@pytest.mark.parametrize("name", ["tasmota", "shelly1", "shelly2", "zigbee2mqtt"])
async def test_a_wands_program_runs_to_its_end(name: str) -> None:
    request = RunRequest(
        program="racket-warm-up",
        choices=Choices(side=Side.LEFT),
        massager="sim://wand",
        timer=f"sim://{name}",
        speed=None,
    )
    summary = await run_session(request, on_event=lambda _: None, on_ready=lambda _: None)
    assert summary.ended_by == "completed"
    assert summary.percussion_s > 10
    assert {entry["rule"] for entry in summary.interventions} <= {"F35"}  # without a force sensor, gently
