"""A device in another process is reached by its name, or by the address that a scan has heard."""

from __future__ import annotations

import pytest

from sims.radio.entry import _heard_or_named
from sims.radio.station import address_of


@pytest.mark.parametrize(
    ("path", "address"),
    [("", ""), ("hypervolt2", address_of("hypervolt2")), ("CD:94:EC:90:36:4d", "CD:94:EC:90:36:4d")],
)
def test_the_path_is_a_name_or_an_address(path: str, address: str) -> None:
    assert _heard_or_named(path) == address
