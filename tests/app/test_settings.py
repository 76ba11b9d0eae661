"""The settings file: strict, for the user alone, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from massctl.app.settings import (
    CueStyle,
    Settings,
    Units,
    change_settings,
    load_settings,
    save_settings,
    with_favourite,
)
from massctl.body.terms import Tool
from massctl.errors import FileProblem


def test_without_a_file_everything_is_as_nobody_had_asked(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "settings.json") == Settings()
    assert Settings().tools is None


def test_what_was_set_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    settings = Settings(
        is_set_up=True,
        units=Units.KPA,
        tools=frozenset({Tool.BALL}),
        heads=frozenset({"ball", "dampener"}),
        favourites=("tech-neck",),
        cues=CueStyle.SILENT,
        pedal={"f1": "go_on"},
    )
    save_settings(settings, path)
    assert load_settings(path) == settings


def test_the_file_is_for_the_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    save_settings(Settings(), path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    load_settings(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_one_change_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    change_settings(path, units=Units.KPA)
    assert (
        change_settings(path, large_figures=True)
        == load_settings(path)
        == Settings(units=Units.KPA, large_figures=True)
    )


@pytest.mark.parametrize(
    ("values", "place", "reason"),
    [
        ({"unit": "N"}, "unit", "Did you mean units?"),
        ({"units": "lb"}, "units", "input should be"),
        ({"cadence_s": 1}, "cadence_s", "greater than or equal to 5"),
        ({"heads": ["bal"]}, "heads", "no head 'bal'"),
        ({"large_figures": "yes"}, "large_figures", "boolean"),
    ],
)
def test_a_wrong_key_or_value_is_named_with_its_place(
    tmp_path: Path, values: dict[str, object], place: str, reason: str
) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(values))
    with pytest.raises(FileProblem) as told:
        load_settings(path)
    assert told.value.place.startswith(f"{path}: {place}")
    assert reason in str(told.value)


def test_a_file_that_is_no_json_says_what_helps(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text("units = N")
    with pytest.raises(FileProblem, match="delete it"):
        load_settings(path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileProblem, match="MASSCTL_CONFIG_DIR"):
        save_settings(Settings(), tmp_path / "file" / "settings.json")


def test_a_new_favourite_comes_first_and_only_once() -> None:
    settings = with_favourite(Settings(favourites=("a", "b")), "b", is_favourite=True)
    assert settings.favourites == ("b", "a")
    assert with_favourite(settings, "b", is_favourite=False).favourites == ("a",)
