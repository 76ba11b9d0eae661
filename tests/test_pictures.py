"""The pictures of the documents: shown somewhere, and fetching nothing from the network when they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PICTURES = sorted((ROOT / "docs").glob("*.svg"))
NAMESPACES = {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_names_no_address_outside(picture: Path) -> None:
    assert set(re.findall(r"\w+://[^\"'\s)<]+", picture.read_text(encoding="utf-8"))) <= NAMESPACES


def test_every_picture_is_shown_and_every_picture_shown_is_there() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown = {name for path in documents for name in re.findall(r"([\w-]+\.svg)\)", path.read_text(encoding="utf-8"))}
    assert shown == {picture.name for picture in PICTURES}
