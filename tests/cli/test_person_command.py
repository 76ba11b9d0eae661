"""massctl person: the health questions on a terminal, what is shown of them, and several persons."""

from __future__ import annotations

import asyncio
import json
import stat
from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from massctl.app.persons import Persons, today
from massctl.body.person import Answer, Person
from massctl.body.screening import Matter, Topic
from massctl.cli import main
from massctl.cli.screening import screen_on_terminal

NOTHING = "3\nn\nn\nn\nn\nn\nn\n"
"""An adult, and nothing else is true."""


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MASSCTL_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("MASSCTL_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "config"


def massctl(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["person", *arguments], input=typed)


def answers() -> tuple[Answer, ...]:
    person = Persons().current()
    assert person is not None
    return person.answers


def test_the_questions_are_narration_and_what_follows_is_data() -> None:
    result = massctl("screen", typed=NOTHING)
    assert result.exit_code == 0, result.output
    assert "How old are you?" in result.stderr
    assert "Is anything hurt?" in result.stderr
    assert "first two sessions [F18]" in " ".join(result.stdout.split())
    assert answers() == (Answer(Matter.ADULT),)


def test_the_file_is_the_users_alone(config: Path) -> None:
    massctl("screen", typed=NOTHING)
    assert stat.S_IMODE((config / "persons" / "me.json").stat().st_mode) == 0o600


def test_where_when_and_whether_it_was_cleared_is_asked_of_what_needs_it() -> None:
    result = massctl("screen", "ann", typed="3\n1\ny\nn\n2\n17\nn\n4\n5\n27, 28\n10\n")
    assert result.exit_code == 0, result.output
    assert answers() == (
        Answer(Matter.ADULT),
        Answer(Matter.CLOT, is_cleared=True),
        Answer(Matter.IMPLANT, ("chest",)),
        Answer(Matter.SCIATICA),
        Answer(Matter.INJURY, ("calf", "shin"), since=today() - timedelta(days=10)),
    )
    assert Persons().current_name == "ann"


@pytest.mark.parametrize(
    ("typed", "since"),
    [
        ("0", today()),
        ("2026-01-02", today().replace(2026, 1, 2)),
        ("?", None),
        ("soon\n9999-01-01\n99999999999\n1", today() - timedelta(days=1)),
    ],
)
def test_a_day_is_a_date_or_a_number_of_days_ago_and_never_to_come(typed: str, since: object) -> None:
    massctl("screen", typed=f"3\nn\nn\nn\nn\nn\n7\n21\n{typed}\n")
    assert answers()[1].since == since


@pytest.mark.parametrize("nonsense", ["", "maybe", "0", "4", "1 2", "n"])
def test_an_age_is_exactly_one(nonsense: str) -> None:
    result = massctl("screen", typed=f"{nonsense}\n{NOTHING}")
    assert result.exit_code == 0
    assert answers() == (Answer(Matter.ADULT),)


def test_nothing_is_kept_of_half_the_questions() -> None:
    result = massctl("screen", typed="3\nn\n")
    assert result.exit_code != 0
    assert Persons().names == ()


def test_only_what_expired_is_asked_again() -> None:
    massctl("screen", typed=NOTHING)
    assert "Nothing is open" in massctl("screen", "--expired").stderr
    person = Persons().load("me")
    old = today() - timedelta(days=90)
    Persons().save(Person("me", person.key, {**person.answered_on, Topic.PREGNANCY: old}, person.answers))
    result = massctl("screen", "--expired", typed="1\nn\n")
    assert result.exit_code == 0, result.output
    assert "How old" not in result.stderr
    assert Answer(Matter.PREGNANT) in answers()
    assert Persons().load("me").key == person.key


def test_last_times_answers_are_marked() -> None:
    massctl("screen", typed="3\n12\nn\nn\nn\nn\nn\n")
    assert "fibromyalgia (so last time)" in massctl("screen", typed=NOTHING).stderr


def test_show_says_what_was_answered_until_when_and_what_is_possible_instead() -> None:
    massctl("screen", typed="3\nn\n1\nn\nn\nn\nn\n")
    result = massctl("show")
    assert "Medicine against clotting" in result.stdout
    assert f"asked again on {today() + timedelta(days=90)}" in result.stdout
    text = " ".join(result.stdout.split())
    assert "because of medicine against clotting [F3]. Ask a physician first. Programs without pressure" in text


def test_show_as_json() -> None:
    massctl("screen", typed="3\nn\nn\n1\nn\nn\nn\nn\n")
    shown = json.loads(massctl("show", "--json").stdout)
    assert shown["name"] == "me"
    assert {row["is_open"] for row in shown["topics"]} == {False}
    assert shown["answers"][1] == {"matter": "pacemaker_icd_port", "regions": [], "since": None, "is_cleared": False}
    assert {"F4", "F18"} == {row["rule"] for row in shown["what_follows"]}


def test_show_of_nobody_names_the_command() -> None:
    result = massctl("show")
    assert result.exit_code == 2
    assert "massctl person screen" in result.stderr


def test_list_use_and_forget() -> None:
    for name in ("ann", "ben"):
        massctl("screen", name, typed=NOTHING)
    assert massctl("list").stdout == "  ann\n* ben\n"
    massctl("use", "ann")
    assert json.loads(massctl("list", "--json").stdout)[0] == {"name": "ann", "is_current": True}
    assert massctl("forget", "ann", typed="n\n").exit_code == 0
    assert Persons().names == ("ann", "ben")
    massctl("forget", "ann", "--yes")
    assert Persons().names == ("ben",)
    assert massctl("use", "bean").exit_code == 2
    assert "ben" in massctl("use", "bean").stderr


def test_a_broken_file_is_told_and_answered_anew(config: Path) -> None:
    massctl("screen", typed=NOTHING)
    (config / "persons" / "me.json").write_text("{")
    shown = massctl("show")
    assert shown.exit_code == 2
    assert "massctl person screen" in shown.stderr
    result = massctl("screen", typed=NOTHING)
    assert result.exit_code == 0
    assert "me.json" in result.stderr
    assert answers() == (Answer(Matter.ADULT),)


def test_forgetting_the_day_keeps_the_answers(config: Path) -> None:
    massctl("screen", typed=NOTHING)
    (config / "persons" / "me.today").write_text("{}")
    massctl("forget", "me", "--today")
    assert [path.name for path in sorted((config / "persons").iterdir())] == ["current", "me.json"]


def test_a_run_can_ask_inside_its_loop() -> None:
    asked: list[Person] = []

    @click.command()
    def command() -> None:
        asked.append(asyncio.run(screen_on_terminal(Person("me", "k"), (Topic.AGE, Topic.PREGNANCY))))

    CliRunner().invoke(command, input="2\nn\n")
    assert asked[0].answers == (Answer(Matter.TEENAGER),)
    assert set(asked[0].answered_on) == {Topic.AGE, Topic.PREGNANCY}
