"""The persons' files: for the user alone, strict, several by name, one current; and what a day was told."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from massctl.app.persons import Persons, new_person, today
from massctl.body.person import Answer, Day
from massctl.body.screening import Matter
from massctl.errors import FileProblem, UsageError
from tests.app.screened import healthy

BRUISE = Answer(Matter.BRUISE, ("calf",))
SURGERY = Answer(Matter.SURGERY, ("buttock",), since=date(2026, 10, 1))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "config" / "persons"


@pytest.fixture
def persons(folder: Path) -> Persons:
    return Persons(folder)


def test_what_is_saved_is_loaded(persons: Persons) -> None:
    person = healthy("Ann-2", BRUISE, SURGERY, Answer(Matter.CLOT, is_cleared=True))
    persons.save(person)
    assert persons.load("Ann-2") == person


def test_the_files_are_the_users_alone_also_when_somebody_opened_them(persons: Persons, folder: Path) -> None:
    persons.save(healthy())
    persons.save_day("me", Day(today(), yes=frozenset({"Fever"})))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    (folder / "me.json").chmod(0o644)
    persons.load("me")
    assert stat.S_IMODE((folder / "me.json").stat().st_mode) == 0o600


def test_the_first_becomes_the_current_one_and_another_is_chosen_by_name(persons: Persons) -> None:
    assert persons.current() is None
    persons.save(healthy("ann"))
    persons.save(healthy("ben"))
    assert persons.names == ("ann", "ben")
    assert persons.current_name == "ann"
    persons.use("ben")
    assert persons.current_name == "ben"


def test_with_several_and_none_chosen_it_is_asked_who(persons: Persons) -> None:
    for name in ("ann", "ben", "cat"):
        persons.save(healthy(name))
    persons.forget("ann")
    with pytest.raises(UsageError, match="ben or cat") as error:
        persons.current()
    assert "person use" in error.value.remedy


def test_forgetting_deletes_the_answers_and_the_day(persons: Persons, folder: Path) -> None:
    persons.save(healthy())
    persons.save_day("me", Day(today(), yes=frozenset({"Fever"})))
    persons.forget("me")
    assert list(folder.iterdir()) == []
    with pytest.raises(UsageError, match="no person 'me'"):
        persons.load("me")


@pytest.mark.parametrize("name", ["", "../evil", "a/b", ".hidden", "-x", " ", "x" * 41, "a\0b"])
def test_a_name_that_makes_no_file_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        new_person(name)


def test_two_persons_have_different_keys_and_no_key_is_a_name() -> None:
    assert new_person("ann").key != new_person("ann").key


def test_an_unknown_name_gets_the_nearest(persons: Persons) -> None:
    persons.save(healthy("annabel"))
    with pytest.raises(UsageError) as error:
        persons.use("anabel")
    assert "annabel" in error.value.remedy


# ---------------------------------------------------------------- strict


def _set(key: str, value: Any) -> Callable[[dict[str, Any]], object]:
    return lambda raw: raw.__setitem__(key, value)


def _answer(**changes: Any) -> Callable[[dict[str, Any]], object]:
    return lambda raw: raw["answers"][1].update(changes)


@pytest.mark.parametrize(
    ("change", "place", "reason"),
    [
        (_set("colour", "red"), "me.json: colour", "unexpected"),
        (_set("answers", "none"), "me.json: answers", "valid"),
        (_set("name", "ann"), "me.json: name", "'me'"),
        (_answer(matter="bruize"), "answers.2.matter", "'bruise'"),
        (_answer(regions=["claf"]), "answer 2 (bruise)", "calf"),
        (_answer(regions=[]), "answer 2 (bruise)", "no region"),
        (_answer(is_cleared=True), "answer 2 (bruise)", "cannot be cleared [F5]"),
        (_answer(is_cleared=1), "answers.2.is_cleared", "boolean"),
        (_answer(since="yesterday"), "answers.2.since", "date"),
        (_answer(sinse="2026-01-01"), "answers.2.sinse", "unexpected"),
    ],
)
def test_a_wrong_file_is_refused_with_place_and_reason(
    persons: Persons, folder: Path, change: Callable[[dict[str, Any]], object], place: str, reason: str
) -> None:
    persons.save(healthy("me", BRUISE))
    raw = json.loads((folder / "me.json").read_text())
    change(raw)
    (folder / "me.json").write_text(json.dumps(raw))
    with pytest.raises(FileProblem) as error:
        persons.load("me")
    assert place in error.value.place
    assert reason.strip("'") in error.value.reason
    assert "massctl person screen" in error.value.remedy


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff\xfe", b" " * 200_000])
def test_garbage_is_refused(persons: Persons, folder: Path, text: bytes) -> None:
    persons.save(healthy())
    (folder / "me.json").write_bytes(text)
    with pytest.raises(FileProblem):
        persons.load("me")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "persons").write_text("a file in the way")
    with pytest.raises(FileProblem, match="cannot be kept"):
        Persons(tmp_path / "persons").save(healthy())


# ---------------------------------------------------------------- the day


def test_what_a_day_was_told_holds_for_that_day_alone(persons: Persons) -> None:
    day = Day(today(), no=frozenset({"Fever"}), yes=frozenset({"Pain in the chest"}))
    persons.save_day("me", day)
    assert persons.day("me", today()) == day
    tomorrow = today() + timedelta(days=1)
    assert persons.day("me", tomorrow) == Day(tomorrow)


def test_a_broken_day_is_asked_again(persons: Persons, folder: Path) -> None:
    persons.save(healthy())
    (folder / "me.today").write_text("{")
    assert persons.day("me", today()) == Day(today())


def test_new_answers_make_the_day_be_asked_again(persons: Persons) -> None:
    persons.save_day("me", Day(today(), yes=frozenset({"Something new"})))
    persons.save(healthy())
    assert persons.day("me", today()) == Day(today())


def test_a_yes_stays_a_yes_until_it_is_forgotten() -> None:
    day = Day(today()).told({"Fever", "Pain"}, {"Fever"})
    assert day.no == {"Pain"}
    assert day.yes == {"Fever"}
    assert day.told({"Fever"}, ()).yes == {"Fever"}
    assert "Fever" not in day.told({"Fever"}, ()).no
