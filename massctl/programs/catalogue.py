"""All programs there are: the shipped ones and those in the user's own folder, by id or by path."""

from __future__ import annotations

import os
from pathlib import Path

from massctl import paths
from massctl.body.data import shipped_ids, suggestion
from massctl.errors import FileProblem, MassctlError, UsageError
from massctl.programs.program import Program
from massctl.programs.shipped import read_shipped


class Catalogue:
    """Programs by id; a file is read when it is asked for."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or paths.config_dir() / "programs"
        """The user's own programs."""

    @staticmethod
    def load(folder: Path | None = None) -> Catalogue:
        """Return the catalogue over the shipped programs and ``folder`` (the user's own where None)."""
        return Catalogue(folder)

    @property
    def shipped_ids(self) -> tuple[str, ...]:
        """The ids of the shipped programs."""
        return shipped_ids("programs")

    @property
    def own_ids(self) -> tuple[str, ...]:
        """The ids of the user's own programs: their files' names."""
        return tuple(sorted(path.stem for path in self.folder.glob("*.toml")))

    @property
    def program_ids(self) -> tuple[str, ...]:
        """All ids, sorted; reads no program."""
        return tuple(sorted({*self.shipped_ids, *self.own_ids}))

    def program(self, name: str) -> Program:
        """Return a program by its id, or by the path of its file.

        Raises:
            UsageError: there is no such program; the remedy names the nearest.
            FileProblem: the user's file cannot be read, its form is wrong, or it has the name of a shipped program.
            Blocked: the user's file breaks a safety rule (F47).
        """
        if name.endswith(".toml") or os.sep in name:
            return self._by_path(Path(name).expanduser())
        if name in self.own_ids:
            return self._own(name)
        if name in self.shipped_ids:
            return read_shipped(name)
        raise UsageError(f"There is no program {name!r}.", suggestion(name, self.program_ids))

    def programs(self) -> tuple[Program, ...]:
        """Return every program that may run, shipped ones first; see ``problems`` for the user's others."""
        own, _ = self._all_own()
        return (*map(read_shipped, self.shipped_ids), *own)

    def problems(self) -> tuple[MassctlError, ...]:
        """Return why some of the user's own programs are not in the list."""
        return self._all_own()[1]

    def _by_path(self, path: Path) -> Program:
        program = _load(path)
        if program.id in self.shipped_ids and program != read_shipped(program.id):
            raise FileProblem(str(path), f"a shipped program has the id {program.id!r}.", "Give yours another one.")
        return program

    def _own(self, program_id: str) -> Program:
        path = self.folder / f"{program_id}.toml"
        if program_id in self.shipped_ids:
            raise FileProblem(str(path), "a shipped program has this name.", "Give yours another name and id.")
        program = _load(path)
        if program.id != program_id:
            raise FileProblem(
                str(path),
                f"its id is {program.id!r}.",
                f"Name the file {program.id}.toml, or the program {program_id}.",
            )
        return program

    def _all_own(self) -> tuple[tuple[Program, ...], tuple[MassctlError, ...]]:
        programs, problems = [], []
        for program_id in self.own_ids:
            try:
                programs.append(self._own(program_id))
            except MassctlError as problem:
                problems.append(problem)
        return tuple(programs), tuple(problems)


def _load(path: Path) -> Program:
    from massctl.programs.linter import load_file  # noqa: PLC0415 - lazy: only a user's file needs the strict schema

    return load_file(path)
