"""Contact areas that their owner has measured correct the shipped ones, strictly read."""

from __future__ import annotations

from pathlib import Path

import pytest

from massctl.body.atlas import Atlas
from massctl.errors import FileProblem


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MASSCTL_CONFIG_DIR", str(tmp_path))
    (tmp_path / "devices").mkdir()
    return tmp_path / "devices" / "heads.toml"


def test_without_a_file_of_ones_own_every_area_is_an_unmeasured_design_value(path: Path) -> None:
    for head in Atlas().heads():
        assert not head.is_measured
        assert "design value" in head.source


def test_a_measured_area_takes_the_place_of_the_shipped_one(path: Path) -> None:
    path.write_text('[ball]\narea_cm2 = 3.8\nsource = "carbon paper"\n', encoding="utf-8")
    atlas = Atlas()
    ball = atlas.head("ball")
    assert (ball.area_cm2, ball.source, ball.is_measured, ball.name) == (3.8, "carbon paper", True, "ball")
    assert atlas.head("flat").area_cm2 == 4.0


@pytest.mark.parametrize(
    ("text", "said", "near"),
    [
        ('[bal]\narea_cm2 = 3.8\nsource = "x"\n', "'bal' is no head", "Nearest valid: ball"),
        ('[ball]\narea = 3.8\nsource = "x"\n', r"ball\.area: unknown key 'area'", "Nearest valid: area_cm2"),
        ('[ball]\narea_cm2 = 380\nsource = "x"\n', "must be 0.3 to 25 cm², not 380", ""),
        ('[ball]\narea_cm2 = true\nsource = "x"\n', "must be 0.3 to 25 cm²", ""),
        ("[ball]\narea_cm2 = 3.8\n", "must say in words", ""),
        ('[ball]\narea_cm2 = 3.8\nsource = "x"\nis_measured = 1\n', "must be true or false", ""),
        ("ball = 3.8\n", "must be a table", ""),
        ("[ball\n", "not valid TOML", ""),
    ],
)
def test_a_fault_is_one_sentence_with_its_place(path: Path, text: str, said: str, near: str) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileProblem, match=said) as caught:
        Atlas().heads()
    assert str(path) in caught.value.place
    assert near in caught.value.remedy
