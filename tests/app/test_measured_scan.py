"""A scan is measured where an algometer is at hand: its sensor takes part without being named."""

from __future__ import annotations

import pytest

from massctl.app.devices import with_remembered
from massctl.app.devices_keeping import keep
from massctl.app.request import RunRequest
from massctl.body.terms import Tool
from massctl.programs.choices import Choices

GAUGE = "serial:///dev/ttyUSB1?driver=wagner-fpx"


@pytest.mark.parametrize(("tools", "urls"), [(None, {}), ({Tool.BALL}, {}), ({Tool.ALGOMETER}, {"sensor": GAUGE})])
def test_a_scan_uses_the_sensor_of_an_algometer_that_is_at_hand(tools: set[Tool] | None, urls: dict[str, str]) -> None:
    keep("gauge", GAUGE, ["sensor"])
    choices = Choices(tools=None if tools is None else frozenset(tools))
    assert with_remembered(RunRequest(program="cluster-hunt", choices=choices)).urls == urls
