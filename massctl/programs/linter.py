"""Judges a program file by the safety rules (F47): each step, the session as a whole, and the file's own words.

Errors forbid running; warnings are said. Nothing here is switched off by anything.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from massctl.body import limits
from massctl.body.atlas import Atlas
from massctl.body.search import known_causes
from massctl.body.terms import Mode, Side, Tool
from massctl.errors import FileProblem
from massctl.programs.findings import Finding, Severity, is_error, refusal, unknown, with_lines
from massctl.programs.program import Program
from massctl.programs.schema import SIZE_MAX, parse
from massctl.programs.step_rules import step_findings

ID_PATTERN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def lint(program: Program, file: str) -> list[Finding]:
    """Return everything that is wrong with a program whose form is right, without lines."""
    steps = [
        finding for number, step in enumerate(program.steps, start=1) for finding in step_findings(file, number, step)
    ]
    if any(is_error(finding) and finding.rule in ("file", "atlas") for finding in steps):
        return steps
    return [*_words(program, file), *steps, *_session(program, file)]


def check_text(text: str, file: str) -> tuple[Program | None, list[Finding]]:
    """Return the program of a file's text, if its form allows one, and all findings with their lines."""
    program, findings = parse(text, file)
    if program is None:
        return None, findings
    return program, with_lines(lint(program, file), text)


def check_file(path: Path) -> tuple[Program | None, list[Finding]]:
    """Read and judge a program file.

    Raises:
        FileProblem: it cannot be read at all.
    """
    return check_text(_read(path), str(path))


def load_file(path: Path) -> Program:
    """Read a user's program file for a run.

    Raises:
        FileProblem: it cannot be read, or its form is wrong.
        Blocked: it breaks a safety rule (F47).
    """
    program, findings = check_file(path)
    if program is None or any(map(is_error, findings)):
        raise refusal(findings)
    return program


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise FileProblem(str(path), "there is no such file.", "massctl programs lists those there are.") from None
    except OSError as problem:
        raise FileProblem(str(path), f"it cannot be read: {problem.strerror}.") from None
    if len(data) > SIZE_MAX:
        raise FileProblem(str(path), f"{len(data):,} bytes is no program file.", f"The most is {SIZE_MAX:,}.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        raise FileProblem(f"{path}:{line}", "it is not UTF-8 text.", "Save it as UTF-8.") from None


def _words(program: Program, file: str) -> Iterator[Finding]:
    if not ID_PATTERN.fullmatch(program.id):
        near = re.sub(r"[^a-z0-9]+", "-", program.id.lower()).strip("-")
        text = f"{program.id!r} is no id: small letters, digits and dashes."
        yield Finding(file, Severity.ERROR, "file", text, key="id", nearest=near)
    known = known_causes()
    for cause in program.causes:
        if cause not in known:
            text, near = unknown(f"no point knows the cause {cause!r}.", cause, known)
            yield Finding(file, Severity.WARNING, "atlas", text, key="causes", nearest=near)
    for key, said, computed in (
        ("total_s", program.total_s, program.computed_total_s),
        ("percussion_s", program.percussion_s, program.computed_percussion_s),
    ):
        if said is not None and said != computed:
            text = f"the steps add up to {computed} s, not {said}."
            yield Finding(file, Severity.WARNING, "file", text, key=key, nearest=str(computed))


def _session(program: Program, file: str) -> Iterator[Finding]:
    if program.keeps_motor_off:
        for number, step in enumerate(program.steps, start=1):
            if step.tool is Tool.PERCUSSION:
                text = f"the motor stays off in a program of the kind {program.kind}."
                yield Finding(file, Severity.ERROR, "F48", text, number, "tool", "kind own")
    yield from _f13_passes(program, file)
    yield from _f14_muscles(program, file)
    yield from _two_limits(
        file, "F15", program.computed_percussion_s, (limits.SESSION_DEFAULT_S, limits.SESSION_MAX_S), "s of percussion"
    )
    auto = sum(step.is_auto for step in program.steps)
    pinned = len({step.point for step in program.steps if step.mode is Mode.PIN and not step.is_auto}) + auto
    yield from _two_limits(
        file, "F16", pinned, (limits.PIN_POINTS_DEFAULT, limits.PIN_POINTS_MAX), "points pinned in one session"
    )


def _f13_passes(program: Program, file: str) -> Iterator[Finding]:
    passes: Counter[tuple[str, Side]] = Counter()
    for number, step in enumerate(program.steps, start=1):
        if not limits.is_standing(step.mode) or step.is_auto or step.point is None:
            continue
        for side in _worst_sides(step.side):
            before = passes[step.point, side]
            passes[step.point, side] += step.passes
            if before <= limits.PASSES_MAX < passes[step.point, side]:
                text = f"{step.point} is stood on {passes[step.point, side]} times; at most {limits.PASSES_MAX} passes."
                yield Finding(file, Severity.ERROR, "F13", text, number, "passes", str(limits.PASSES_MAX))
                break


def _f14_muscles(program: Program, file: str) -> Iterator[Finding]:
    seconds: defaultdict[str, Counter[Side]] = defaultdict(Counter)
    for step in program.steps:
        if step.tool is Tool.PERCUSSION and step.point is not None and not step.is_auto:
            for side in _worst_sides(step.side):
                seconds[Atlas.load().point(step.point).muscle][side] += step.maximum_s * step.passes
    for muscle, by_side in seconds.items():
        what = f"s of percussion on {muscle}, one side"
        yield from _two_limits(file, "F14", max(by_side.values()), (limits.MUSCLE_DEFAULT_S, limits.MUSCLE_MAX_S), what)


def _worst_sides(side: Side | None) -> tuple[Side, ...]:
    """Return the sides a step may count for: the chosen one may be either."""
    return (side,) if side in (Side.LEFT, Side.RIGHT) else (Side.LEFT, Side.RIGHT)


def _two_limits(
    file: str, rule: str, value: float, usual_and_most: tuple[float, float], what: str
) -> Iterator[Finding]:
    usual, most = usual_and_most
    if value > most:
        yield Finding(file, Severity.ERROR, rule, f"{value:g} {what}: at most {most:g}.", nearest=f"{most:g}")
    elif value > usual:
        yield Finding(file, Severity.WARNING, rule, f"{value:g} {what}: usual are {usual:g}.", nearest=f"{usual:g}")
