"""Speed ladders: the shipped ones are right in form and give sources; a user's own corrects them, strictly read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from massctl.body.data import profiles_dir, read_toml, shipped_ids
from massctl.devices.ladder_file import check_ladder, ladder_toml, parse_ladder
from massctl.devices.ladders import HEADS, Ladder, Level, Range, ladder, ladder_ids, shipped_ladder
from massctl.errors import FileProblem, UsageError

SHIPPED = [name for name in shipped_ids("devices") if name != HEADS]
OWN = """\
id = "hypervolt2"
name = "My Hypervolt"
heads = ["ball"]
heads_source = "in its box"

[[levels]]
ppm = 1655
source = "counted with a phone, 2026-11-20"
is_measured = true

[[levels]]
ppm = 2310
source = "counted with a phone, 2026-11-20"
is_measured = true
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MASSCTL_CONFIG_DIR", str(tmp_path))
    (tmp_path / "devices").mkdir()
    return tmp_path / "devices"


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_ladder_is_strictly_right_and_every_figure_has_a_source(name: str) -> None:
    made, faults = check_ladder(profiles_dir() / "devices" / f"{name}.toml")
    assert faults == []
    assert made == replace(shipped_ladder(name), is_own=True)


def test_what_nobody_measured_says_so() -> None:
    for name in SHIPPED:
        raw = read_toml("devices", f"{name}.toml")
        for figure in [*raw.get("levels", ()), *([raw["range"]] if "range" in raw else [])]:
            assert figure["is_measured"] is False
            assert "unverified" in figure["source"]
        assert shipped_ladder(name).note


def test_a_hypervolt_2_has_three_levels_and_a_theragun_a_range() -> None:
    hypervolt, theragun = ladder("hypervolt2"), ladder("theragun-pro")
    assert hypervolt.levels_ppm == (1700, 2200, 2700)
    assert (theragun.speed_min_ppm, theragun.speed_max_ppm, theragun.levels_ppm) == (1750, 2400, ())


def test_a_wand_above_every_ceiling_says_that_no_program_runs_it() -> None:
    assert "no program runs it" in ladder("purewave-cm7").note


def test_the_users_own_file_takes_the_place_of_a_shipped_one(folder: Path) -> None:
    (folder / "hypervolt2.toml").write_text(OWN, encoding="utf-8")
    mine = ladder("hypervolt2")
    assert mine.levels_ppm == (1655, 2310)
    assert mine.is_own
    assert mine.is_measured
    assert mine.note == ""


def test_a_gun_of_the_users_own_is_listed(folder: Path) -> None:
    (folder / "my-gun.toml").write_text(OWN.replace("hypervolt2", "my-gun"), encoding="utf-8")
    assert "my-gun" in ladder_ids()
    assert ladder("my-gun").levels_ppm == (1655, 2310)


def test_an_unknown_ladder_names_the_nearest(folder: Path) -> None:
    with pytest.raises(UsageError, match="Did you mean hypervolt2"):
        ladder("hypervolt")


@pytest.mark.parametrize(
    ("old", "new", "key", "line", "nearest"),
    [
        ("is_measured = true", "is_mesured = true", "levels.1.is_mesured", 9, "is_measured"),
        ('name = "My Hypervolt"', 'nam = "x"', "nam", 2, "name"),
        ('heads = ["ball"]', 'heads = ["bal"]', "heads", 3, "ball"),
        ("ppm = 2310", "ppm = 1600", "levels.2.ppm", 12, ""),
        ("ppm = 1655", "ppm = 16550", "levels.1.ppm", 7, "6000"),
        ("ppm = 1655", "ppm = 27.5", "levels.1.ppm", 7, ""),
        ("ppm = 1655", 'ppm = "1655"', "levels.1.ppm", 7, ""),
        ('id = "hypervolt2"', 'id = "hypervolt3"', "id", 1, "hypervolt2"),
        ('source = "counted with a phone, 2026-11-20"', 'source = " "', "levels.1.source", 8, ""),
        ("[[levels]]\nppm = 1655", "is_own = true\n[[levels]]\nppm = 1655", "is_own", None, ""),
    ],
)
def test_a_fault_names_key_line_and_the_nearest_valid_word(
    old: str, new: str, key: str, line: int | None, nearest: str
) -> None:
    made, faults = parse_ladder(OWN.replace(old, new, 1), "hypervolt2")
    assert made is None
    fault = next(each for each in faults if each.key == key)
    assert (fault.nearest, fault.line) == (nearest, line)
    assert fault.message.endswith(".")


def test_a_missing_key_is_found_in_its_table() -> None:
    _, (fault,) = parse_ladder(OWN.replace("ppm = 2310\n", ""), "hypervolt2")
    assert (fault.key, fault.line, fault.message) == ("levels.2.ppm", 11, "the key 'ppm' is missing.")


def test_levels_and_a_range_together_are_refused_and_so_is_neither() -> None:
    both = OWN + '\n[range]\nmin_ppm = 1200\nmax_ppm = 2400\nsource = "x"\n'
    neither = OWN.split("[[levels]]", maxsplit=1)[0]
    for text in (both, neither):
        _, faults = parse_ladder(text, "hypervolt2")
        assert [fault.key for fault in faults] == ["levels"]


def test_text_that_is_no_toml_names_its_line() -> None:
    _, (fault,) = parse_ladder("id = hypervolt2\n", "hypervolt2")
    assert fault.line == 1
    assert "not valid TOML" in fault.message


def test_using_a_wrong_file_is_one_sentence_with_its_place(folder: Path) -> None:
    path = folder / "hypervolt2.toml"
    path.write_text(OWN.replace("ppm = 1655", "ppm = 16550"), encoding="utf-8")
    with pytest.raises(FileProblem, match=rf"{path}:7, levels.1.ppm: is 16550") as caught:
        ladder("hypervolt2")
    assert "Nearest valid: 6000" in caught.value.remedy


def test_a_ladder_survives_being_written_and_read() -> None:
    levels = Ladder(
        "a",
        'My "gun" é',
        ("ball", "flat"),
        "in its box",
        levels=(Level(1500, "x\\y"), Level(1900, "z", is_measured=True)),
    )
    ranged = Ladder("b", "Gun", (), "", range=Range(1200, 2400, "its manual"))
    for made in (levels, ranged):
        assert parse_ladder(ladder_toml(made), made.id) == (replace(made, is_own=True), [])
