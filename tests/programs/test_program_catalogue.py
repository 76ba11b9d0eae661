"""The catalogue: shipped programs and the user's own, by id and by path."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from massctl.body.data import profiles_dir
from massctl.errors import Blocked, FileProblem, UsageError
from massctl.programs.catalogue import Catalogue
from tests.programs.samples import GOOD, with_step


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_users_folder_adds_programs(folder: Path) -> None:
    write(folder, "my-shoulders", GOOD)
    catalogue = Catalogue(folder)
    assert "my-shoulders" in catalogue.program_ids
    assert catalogue.program("my-shoulders").title == "My shoulders"
    assert len(catalogue.programs()) == 35
    assert catalogue.problems() == ()


def test_the_users_folder_lies_in_the_config_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASSCTL_CONFIG_DIR", str(folder))
    (folder / "programs").mkdir()
    write(folder / "programs", "my-shoulders", GOOD)
    assert Catalogue.load().program("my-shoulders").id == "my-shoulders"


def test_a_program_can_be_named_by_its_path(folder: Path) -> None:
    path = write(folder, "elsewhere", GOOD)
    assert Catalogue(folder / "none").program(str(path)).id == "my-shoulders"


def test_no_program_of_the_user_shadows_a_shipped_one(folder: Path) -> None:
    write(folder, "tech-neck", GOOD.replace("my-shoulders", "tech-neck"))
    catalogue = Catalogue(folder)
    with pytest.raises(FileProblem, match="a shipped program has this name"):
        catalogue.program("tech-neck")
    listed = [program for program in catalogue.programs() if program.id == "tech-neck"]
    assert [program.title for program in listed] == ["Tech neck / forward head"]
    assert len(catalogue.problems()) == 1


def test_no_file_runs_under_the_name_of_a_shipped_program_it_differs_from(folder: Path) -> None:
    text = (profiles_dir() / "programs" / "tech-neck.toml").read_text(encoding="utf-8")
    same = write(folder, "copy", text)
    assert Catalogue(folder / "none").program(str(same)).id == "tech-neck"
    changed = write(folder, "changed", text.replace("8.0, 14.0", "8.0, 16.0"))
    with pytest.raises(FileProblem, match="a shipped program has the id 'tech-neck'"):
        Catalogue(folder / "none").program(str(changed))


def test_a_file_is_named_as_its_program(folder: Path) -> None:
    write(folder, "other", GOOD)
    with pytest.raises(FileProblem, match=r"its id is 'my-shoulders'.*Name the file my-shoulders\.toml"):
        Catalogue(folder).program("other")


def test_a_broken_file_does_not_hide_the_others(folder: Path) -> None:
    write(folder, "my-shoulders", GOOD)
    write(folder, "broken", "id = ")
    write(folder, "mine", with_step(point="TEMP"))
    catalogue = Catalogue(folder)
    assert len(catalogue.programs()) == 35
    broken, unsafe = catalogue.problems()
    assert isinstance(broken, FileProblem)
    assert isinstance(unsafe, Blocked)


def test_an_unknown_program_names_the_nearest(folder: Path) -> None:
    with pytest.raises(UsageError, match="Did you mean tech-neck"):
        Catalogue(folder).program("teck-neck")
    with pytest.raises(FileProblem, match="there is no such file"):
        Catalogue(folder).program("./tech-neck.toml")


def test_a_name_cannot_lead_out_of_the_folder(folder: Path) -> None:
    with pytest.raises((UsageError, FileProblem)):
        Catalogue(folder).program("../programs/tech-neck")


def test_a_shipped_program_is_read_without_the_schema_library() -> None:
    code = (
        "import sys; from massctl.programs.catalogue import Catalogue; from massctl.programs import planner;"
        "Catalogue.load().program('tech-neck'); print('pydantic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
