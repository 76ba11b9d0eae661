"""A person's file: read strictly, with errors that name the place, and written for the user alone (mode 0600).

Form only; what an answer means is the rules'. pydantic is imported when a file is read, never at start-up.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from massctl.app.private_file import read_private, write_private
from massctl.body.atlas import Atlas
from massctl.body.data import suggestion
from massctl.body.person import Answer, Day, Person
from massctl.body.screening import ITEMS, Matter
from massctl.errors import FileProblem

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_REMEDY = "Put it right, or answer anew: massctl person screen."
_KEPT = "your answers"


def read_person(path: Path, name: str) -> Person:
    """Read the person ``name`` from ``path``.

    Raises:
        FileProblem: it cannot be read, or its form is wrong; the place names file and key.
    """
    person = _parse(_person_adapter(), read_private(path, _REMEDY), str(path))
    assert isinstance(person, Person)
    if person.name != name:
        raise FileProblem(f"{path}: name", f"the file is called {name!r}, the person {person.name!r}.", _REMEDY)
    for number, answer in enumerate(person.answers, start=1):
        _check_answer(f"{path}: answer {number} ({answer.matter.value})", answer)
    return person


def write_person(path: Path, person: Person) -> None:
    """Write ``person`` to ``path``, whole or not at all. Raises FileProblem."""
    write_private(path, _person_adapter().dump_json(person, indent=2), _KEPT)


def read_day(path: Path, today: date) -> Day:
    """Read what today's page was told; a fresh day where there is none, it is another day's, or it cannot be read."""
    try:
        day = _parse(_day_adapter(), read_private(path, _REMEDY), str(path))
    except FileProblem:
        return Day(today)
    assert isinstance(day, Day)
    return day if day.on == today else Day(today)


def write_day(path: Path, day: Day) -> None:
    """Write what today's page was told. Raises FileProblem."""
    write_private(path, _day_adapter().dump_json(day, indent=2), _KEPT)


def write_text(path: Path, text: str) -> None:
    """Write a small text for the user alone. Raises FileProblem."""
    write_private(path, text.encode(), _KEPT)


@cache
def _person_adapter() -> TypeAdapter[Person]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - lazy: see the module's docstring

    return TypeAdapter(Person)


@cache
def _day_adapter() -> TypeAdapter[Day]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - lazy: see the module's docstring

    return TypeAdapter(Day)


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
