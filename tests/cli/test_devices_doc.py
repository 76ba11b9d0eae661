"""The page about devices says what is so."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from massctl.body import limits
from massctl.devices.address import read_address
from massctl.devices.ladder_file import parse_ladder

PAGE = (Path(__file__).parents[2] / "docs" / "devices.md").read_text(encoding="utf-8")


def test_the_ladder_on_the_page_is_a_right_one() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    made, faults = parse_ladder(block, "my-gun")
    assert faults == []
    assert made is not None
    assert made.levels_ppm == (1550, 2050)


def test_the_speeds_of_a_sensor_of_80_samples_are_those_of_the_rule() -> None:
    bands = re.findall(r"\| 80 .*? at ([\d,]+)–([\d,]+) and ([\d,]+)–([\d,]+) PPM", PAGE)
    first, last, again, end = (int(text.replace(",", "")) for text in bands[0])
    seen = [ppm for ppm in range(1200, 2401, 10) if limits.sensor_can_see(ppm, 80)]
    assert seen == [*range(first, last + 1, 10), *range(again, end + 1, 10)]


def test_the_addresses_on_the_page_can_be_read() -> None:
    for url in re.findall(r"'((?:ble|serial)://[^']+)'", PAGE):
        assert read_address(url).row is not None


def test_the_commands_on_the_page_exist(run_cli: Callable[..., Result]) -> None:
    known = run_cli("devices", "--help").stdout
    for name in set(re.findall(r"massctl devices (\w+)", PAGE)):
        assert re.search(rf"^  {name}\b", known, re.MULTILINE), name
