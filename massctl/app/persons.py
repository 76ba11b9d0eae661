"""The persons who use this massctl: one file each, by name, and which of them is the current one. The files are the user's alone.

Nothing of them goes into a record: a session carries a person's ``key`` only (F50), and a simulated one carries none (F51).
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Final

from massctl import clock, paths
from massctl.app.person_file import read_day, read_person, write_day, write_person, write_text
from massctl.app.private_file import SIZE_MAX, move_private
from massctl.body.data import suggestion
from massctl.body.person import Day, Person
from massctl.errors import FileProblem, UsageError

FIRST_NAME: Final = "me"
"""The name of the first person where none is given."""
_NAME = re.compile(r"\w[\w -]{0,39}")
_KEY = re.compile(rb'"key":\s*"([0-9a-f]{12})"')


def today() -> date:
    """Return the day by the machine's own calendar: answers are dated, and expire, by days."""
    return clock.wall_now().astimezone().date()


class Persons:
    """The persons in ``folder``, by default the user's own."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or paths.config_dir() / "persons"

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(path.stem for path in self._folder.glob("[!.]*.json")))

    @property
    def current_name(self) -> str | None:
        """The name of the current person; the only one's where nobody was chosen; None where it is open."""
        names = self.names
        try:
            chosen = self._current.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            chosen = ""
        if chosen in names:
            return chosen
        return names[0] if len(names) == 1 else None

    def current(self) -> Person | None:
        """Return the current person; None where there is none at all.

        Raises:
            UsageError: there are several, and none was chosen.
            FileProblem: the file is wrong.
        """
        name = self.current_name
        if name is None and self.names:
            raise UsageError(f"Who is it: {' or '.join(self.names)}?", "Say it: massctl person use NAME.")
        return self.load(name) if name is not None else None

    def load(self, name: str) -> Person:
        """Return the person called ``name``. Raises UsageError where there is none, FileProblem where the file is wrong."""
        self._known(name)
        return read_person(self._file(name), name)

    def save(self, person: Person) -> None:
        """Keep ``person``; what was told today is forgotten, since it is asked in the light of these answers.

        A file that cannot be read any more is kept beside it: somebody may put it right by hand.
        """
        is_first = not self.names
        self._keep_broken(person.name)
        write_person(self._file(valid_name(person.name)), person)
        self.forget_day(person.name)
        if is_first:
            self.use(person.name)

    def use(self, name: str) -> None:
        """Make ``name`` the current person. Raises UsageError where there is none of that name."""
        self._known(name)
        write_text(self._current, name)

    def forget(self, name: str) -> None:
        """Delete all that is kept of ``name``. Raises UsageError where there is none of that name."""
        self._known(name)
        was_current = self.current_name == name
        self.forget_day(name)
        _delete(self._file(name))
        _delete(self._broken_file(name))
        if was_current:
            _delete(self._current)

    def anew(self, name: str) -> Person:
        """Return the person ``name`` with nothing answered.

        Of a file that cannot be read it keeps the key where that still stands there: the record goes by it.
        """
        try:
            with self._file(name).open("rb") as file:
                found = _KEY.search(file.read(SIZE_MAX))
        except OSError:
            found = None
        return new_person(name) if found is None else Person(valid_name(name), found[1].decode())

    def day(self, name: str, on: date) -> Day:
        """Return what the page of the day ``on`` was told."""
        return read_day(self._day_file(name), on)

    def save_day(self, name: str, day: Day) -> None:
        """Keep what the page of a day was told."""
        write_day(self._day_file(name), day)

    def forget_day(self, name: str) -> None:
        """Forget what the page of the day was told: it is asked again."""
        _delete(self._day_file(name))

    def _known(self, name: str) -> None:
        if name not in self.names:
            remedy = suggestion(name, self.names) if self.names else "Answer the questions once: massctl person screen."
            raise UsageError(f"There is no person {name!r}.", remedy)

    @property
    def _current(self) -> Path:
        return self._folder / "current"

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _day_file(self, name: str) -> Path:
        return self._folder / f"{name}.today"

    def _broken_file(self, name: str) -> Path:
        return self._folder / f"{name}.unreadable"

    def _keep_broken(self, name: str) -> None:
        """Put a file aside that is there and cannot be read."""
        if name not in self.names:
            return
        try:
            self.load(name)
        except FileProblem:
            move_private(self._file(name), self._broken_file(name), "your answers")


def names_by_key() -> dict[str, str]:
    """Return the names of all persons by the word that stands for them in records; a file that cannot be read has none."""
    persons = Persons()
    names = {}
    for name in persons.names:
        with suppress(FileProblem):
            names[persons.load(name).key] = name
    return names


def new_person(name: str, make_key: Callable[[], str] = lambda: uuid.uuid4().hex[:12]) -> Person:
    """Return a person who has not been asked anything yet. Raises UsageError for a name that makes no file."""
    return Person(valid_name(name), make_key())


def valid_name(name: str) -> str:
    """Return ``name`` in the one form that is kept. Raises UsageError for a name that makes no file."""
    plain = unicodedata.normalize("NFC", " ".join(name.split()))
    if not _NAME.fullmatch(plain):
        shown = f"{name[:40]}…" if len(name) > 40 else name
        raise UsageError(f"{shown!r} cannot be a name here.", "Take letters, digits, spaces, '-' and '_', 40 at most.")
    return plain


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as problem:
        raise FileProblem(str(path), f"cannot be deleted ({problem.strerror}).", "Delete it by hand.") from problem
