from __future__ import annotations

import importlib
import runpy
from pathlib import Path

import pytest

from massctl.devices.address import read_address
from massctl.devices.supported import SUPPORTED, Driver, driver
from sims.vendors.registry import TWINS, make_twin, role_of
from sims.vendors.twin import StreamTwin
from sims.world import World

ROOT = Path(__file__).parents[2]
each_row = pytest.mark.parametrize("row", SUPPORTED, ids=lambda row: row.id)


def test_the_page_is_what_the_table_says() -> None:
    page = runpy.run_path(str(ROOT / "docs" / "make_supported.py"))["page"]()
    assert (ROOT / "SUPPORTED.md").read_text("utf-8") == page, "run docs/make_supported.py"


def test_every_id_is_unique_and_found() -> None:
    ids = [row.id for row in SUPPORTED]
    assert len(ids) == len(set(ids))
    assert all(driver(each).id == each for each in ids)


@each_row
def test_a_row_names_an_opener_that_exists(row: Driver) -> None:
    module, _, function = row.opener.partition(":")
    assert callable(getattr(importlib.import_module(module), function))


@each_row
def test_a_row_says_where_its_facts_are_from_and_what_the_device_can_do(row: Driver) -> None:
    assert row.sources
    assert row.capabilities
    assert row.roles


@each_row
def test_a_device_has_a_twin_of_the_same_role(row: Driver) -> None:
    assert row.id in TWINS
    assert role_of(row.id) in row.roles
    assert read_address(f"sim://{row.id}").row is row


@each_row
def test_a_device_has_a_golden_conversation(row: Driver) -> None:
    if row.id != "wand":  # it has no bytes
        assert (ROOT / "firmware_protocol" / "vectors" / "vendors" / f"{row.id}.json").exists()


def test_no_twin_is_without_a_driver() -> None:
    assert set(TWINS) == {row.id for row in SUPPORTED}


@each_row
def test_what_a_twins_address_need_not_say_is_what_its_address_on_a_wire_says(row: Driver) -> None:
    assert set(dict(row.sim_defaults)) <= set(row.url_options)
    twin = make_twin(row.id, World(1))
    if isinstance(twin, StreamTwin) and twin.plain_url is None:
        assert "".join(f"&{key}={text}" for key, text in row.sim_defaults) == twin.options
    elif isinstance(twin, StreamTwin):
        assert twin.plain_url == f"{row.id}://?" + "&".join(f"{key}={text}" for key, text in row.sim_defaults)
