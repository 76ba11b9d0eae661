"""A person's file: read strictly, with errors that name the place, and written for the user alone (mode 0600).

Form only; what an answer means is the rules'. pydantic is imported when a file is read, never at start-up.
"""

from __future__ import annotations

import os
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from massctl.body.atlas import Atlas
from massctl.body.data import suggestion
from massctl.body.person import Answer, Day, Person
from massctl.body.screening import ITEMS, Matter
from massctl.errors import FileProblem

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SIZE_MAX = 100_000
"""Bytes of a person's file; it holds some dozens of answers."""

_REMEDY = "Put it right, or answer anew: massctl person screen."


def read_person(path: Path, name: str) -> Person:
    """Read the person ``name`` from ``path``.

    Raises:
        FileProblem: it cannot be read, or its form is wrong; the place names file and key.
    """
    person = _parse(_person_adapter(), _text(path), str(path))
    assert isinstance(person, Person)
    if person.name != name:
        raise FileProblem(f"{path}: name", f"the file is called {name!r}, the person {person.name!r}.", _REMEDY)
    for number, answer in enumerate(person.answers, start=1):
        _check_answer(f"{path}: answer {number} ({answer.matter.value})", answer)
    return person


def write_person(path: Path, person: Person) -> None:
    """Write ``person`` to ``path``, whole or not at all. Raises FileProblem."""
    _write(path, _person_adapter().dump_json(person, indent=2))


def read_day(path: Path, today: date) -> Day:
    """Read what today's page was told; a fresh day where there is none, it is another day's, or it cannot be read."""
    try:
        day = _parse(_day_adapter(), _text(path), str(path))
    except FileProblem:
        return Day(today)
    assert isinstance(day, Day)
    return day if day.on == today else Day(today)


def write_day(path: Path, day: Day) -> None:
    """Write what today's page was told. Raises FileProblem."""
    _write(path, _day_adapter().dump_json(day, indent=2))


def write_text(path: Path, text: str) -> None:
    """Write a small text for the user alone. Raises FileProblem."""
    _write(path, text.encode())


@cache
def _person_adapter() -> TypeAdapter[Person]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - lazy: see the module's docstring

    return TypeAdapter(Person)


@cache
def _day_adapter() -> TypeAdapter[Day]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - lazy: see the module's docstring

    return TypeAdapter(Day)


def _text(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                os.fchmod(file.fileno(), 0o600)
            text = file.read(SIZE_MAX + 1)
    except OSError as problem:
        raise FileProblem(str(path), f"cannot be read ({problem.strerror}).", _REMEDY) from problem
    if len(text) > SIZE_MAX:
        raise FileProblem(str(path), f"is longer than {SIZE_MAX:,} bytes.", _REMEDY)
    return text


def _parse(adapter: TypeAdapter[Any], text: bytes, place: str) -> object:
    from pydantic import ValidationError  # noqa: PLC0415 - lazy: see the module's docstring

    try:
        return adapter.validate_json(text)
    except ValidationError as problem:
        error = problem.errors(include_url=False)[0]
        key = ".".join(str(part + 1) if isinstance(part, int) else part for part in error["loc"])
        reason = f"{error['msg'][0].lower()}{error['msg'][1:]}."
        if error["loc"][-1:] == ("matter",):
            reason = f"{error['input']!r} is nothing that is asked. {suggestion(str(error['input']), list(Matter))}"
        raise FileProblem(f"{place}: {key}" if key else place, reason, _REMEDY) from problem


def _check_answer(place: str, answer: Answer) -> None:
    known = [region.id for region in Atlas.load().regions()]
    for region in answer.regions:
        if region not in known:
            raise FileProblem(place, f"{region!r} is no region. {suggestion(region, known)}", _REMEDY)
    item = ITEMS[answer.matter]
    if item.wants_regions and not answer.regions:
        raise FileProblem(place, "names no region.", _REMEDY)
    if answer.is_cleared and not item.can_be_cleared:
        raise FileProblem(place, f"cannot be cleared [{item.rule}].", _REMEDY)


def _write(path: Path, text: bytes) -> None:
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as problem:
        raise FileProblem(
            str(path),
            f"your answers cannot be kept ({problem.strerror}).",
            "Set MASSCTL_CONFIG_DIR to a folder of your own.",
        ) from problem
