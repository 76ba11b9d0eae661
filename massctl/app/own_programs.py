"""A program of one's own: judged while it is put together, and kept in the user's program folder. No face, no session."""

from __future__ import annotations

from pathlib import Path

from massctl.app.private_file import write_private
from massctl.errors import FileProblem, MassctlError
from massctl.programs.catalogue import Catalogue
from massctl.programs.draft import Draft
from massctl.programs.findings import Finding, Severity, is_error, refusal
from massctl.programs.linter import check_text
from massctl.programs.program import Program


class NameTaken(FileProblem):
    """The user has a program of this name already; it is written over only when asked to."""


def judge_draft(draft: Draft, catalogue: Catalogue | None = None) -> list[Finding]:
    """Return everything that is wrong with a draft, as ``massctl check`` would say it of its file."""
    catalogue = catalogue or Catalogue.load()
    file = str(path_of(draft, catalogue))
    findings = []
    if not draft.program_id:
        text = "a program has a title, with a letter or digit in it."
        findings.append(Finding(file, Severity.ERROR, "file", text, key="title", nearest="My program"))
    elif draft.program_id in catalogue.shipped_ids:
        text = f"a shipped program has the id {draft.program_id!r}."
        near = f"my-{draft.program_id}"
        findings.append(Finding(file, Severity.ERROR, "file", text, key="id", nearest=near))
    if not any(step.point for step in draft.steps):
        text = "nothing is worked on yet: add a point."
        findings.append(Finding(file, Severity.ERROR, "file", text, key="steps"))
    judged = check_text(draft.to_toml(), file)[1]
    return [*findings, *(one for one in judged if draft.program_id or one.key not in ("id", "title"))]


def with_free_title(draft: Draft, catalogue: Catalogue | None = None) -> Draft:
    """Return a new draft under a title that none of the user's programs has: 'My program 2' beside 'My program'."""
    taken = (catalogue or Catalogue.load()).own_ids
    number, free = 1, draft
    while free.program_id in taken:
        number += 1
        free = draft.with_title(f"{draft.title} {number}")
    return free


def save_draft(draft: Draft, *, replaces: str | None = None, catalogue: Catalogue | None = None) -> Program:
    """Write a draft into the user's program folder, and return the program as it is read back.

    Args:
        draft: what is kept.
        replaces: the id of the user's program that may be written over: the one that is being changed, or a confirmed one.
        catalogue: where programs are.

    Raises:
        NameTaken: another program of the user's has this name.
        Blocked, FileProblem: it breaks a safety rule (F47), or its form is wrong, or it cannot be written.
    """
    catalogue = catalogue or Catalogue.load()
    findings = judge_draft(draft, catalogue)
    if any(map(is_error, findings)):
        raise refusal(findings)
    path = path_of(draft, catalogue)
    if path.exists() and replaces != draft.program_id:
        raise NameTaken(str(path), "you have a program of this name.", "Give it another title, or confirm.")
    write_private(path, draft.to_toml().encode(), "your program")
    return catalogue.program(draft.program_id)


def delete_own(program_id: str, catalogue: Catalogue | None = None) -> Draft:
    """Delete a program of the user's, and return its draft: saving that brings it back.

    Raises:
        MassctlError: there is none of this name among the user's own, or its file cannot be deleted.
    """
    catalogue = catalogue or Catalogue.load()
    if program_id not in catalogue.own_ids:
        raise MassctlError(f"{program_id!r} is not a program of your own.", "Shipped programs stay.")
    draft = Draft.of(catalogue.program(program_id))
    path = catalogue.folder / f"{program_id}.toml"
    try:
        path.unlink()
    except OSError as problem:
        raise FileProblem(str(path), f"cannot be deleted ({problem.strerror}).", "Delete it by hand.") from problem
    return draft


def path_of(draft: Draft, catalogue: Catalogue | None = None) -> Path:
    """Return where a draft would lie."""
    return (catalogue or Catalogue.load()).folder / f"{draft.program_id or 'program'}.toml"
