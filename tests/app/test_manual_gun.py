"""A gun without a link, by the levels that its manual tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from massctl.app.devices import device_url, remembered
from massctl.app.manual_gun import manual_url, remember_manual_gun
from massctl.errors import UsageError


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("1800, 2100, 2400", "manual://?levels=1800,2100,2400"),
        ("2400 1800;2100", "manual://?levels=1800,2100,2400"),
        ("", "manual://"),
    ],
)
def test_levels_are_taken_however_they_are_typed(typed: str, url: str) -> None:
    assert manual_url(typed) == url


@pytest.mark.parametrize("typed", ["18, 9", "fast", "1800-2400", "18000", "-1800", "1 2 3"])
def test_what_is_no_speed_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(UsageError, match="1800, 2100, 2400"):
        manual_url(typed)


async def test_it_is_remembered_once_and_used_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASSCTL_CONFIG_DIR", str(tmp_path))
    await remember_manual_gun("1800, 2400")
    await remember_manual_gun("1900, 2400")
    assert [device.name for device in remembered()] == ["my gun"]
    assert device_url("massager") == "manual://?levels=1800,2400"
