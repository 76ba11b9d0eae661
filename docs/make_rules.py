#!/usr/bin/env python3
"""Write docs/rules.md, the table of safety rules, from ``massctl.rules`` and from the code and tests that cite them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from massctl.rules import RULES, Rule

ROOT = Path(__file__).parents[1]
TARGET = Path(__file__).parent / "rules.md"
TESTS = ROOT / "tests" / "rules"
CITED = re.compile(r"\bF\d{1,2}\b")
NAMED = re.compile(r"test_(F\d{1,2})_")

INTRODUCTION = """# The safety rules

What massctl refuses, and what makes it slow down, pause and stop. `massctl why F10` prints one of these in the terminal; every
refusal and every intervention names its rule, on the screen and in the record. This page is written by `docs/make_rules.py` from
`massctl/rules/`, from the code that cites a rule, and from the tests that are named after it; a test keeps it current.

- **warn**: said, and kept on screen. **backoff**: the ceiling of speed comes down for the rest of the step; only a key raises it.
  **pause**: motor off at once, Enter goes on. **block**: cannot start; what is possible instead is said. **stop**: motor off and
  latched, until a person's two-step reset.
- *Chosen* says what this project took where the rule's text leaves a choice: the safer. *Numbers* are the constants of the code
  that cite the rule, with their values. *Acts in* are the files that act or refuse by it.
- `design` as a source means that there is no literature value: a conservative number of this project, tested as such.
- No switch turns F2, F10, F33–F35 or F42 off.
"""


def page() -> str:
    """Return the whole page."""
    acting, numbers, tests = acting_files(), numbers_by_rule(), tests_by_rule()
    rows = [
        f"| [{rule.id}](#{rule.id.lower()}) | {rule.title} | {_levels(rule)} | {_status(rule, tests)} |"
        for rule in RULES.values()
    ]
    table = ["| rule | | acts by | tests of its name |", "|---|---|---|---|", *rows, ""]
    sections = [_section(rule, acting, numbers, tests) for rule in RULES.values()]
    return "\n".join([INTRODUCTION, *table, *sections])


def _section(
    rule: Rule, acting: dict[str, list[str]], numbers: dict[str, list[str]], tests: dict[str, dict[str, list[str]]]
) -> str:
    lines = [f"## {rule.id}", "", f"**{rule.title}** ({_levels(rule)}). {rule.sentence}", ""]
    if rule.choice:
        lines.append(f"- Chosen: {rule.choice}")
    if rule.awaits:
        lines.append(f"- Nothing enforces it yet: it comes with the {rule.awaits}.")
    if rule.id in numbers:
        lines.append(f"- Numbers: {', '.join(numbers[rule.id])}")
    if rule.id in acting:
        lines.append(f"- Acts in: {', '.join(f'`{path}`' for path in acting[rule.id])}")
    lines.append(f"- Source: {rule.source}")
    for path, names in tests.get(rule.id, {}).items():
        said = "; ".join(name.removeprefix(f"test_{rule.id}_").replace("_", " ") for name in names)
        lines.append(f"- Tests in `{path}`: {said}")
    return "\n".join([*lines, ""])


def _levels(rule: Rule) -> str:
    return ", ".join(level.value for level in rule.levels)


def _status(rule: Rule, tests: dict[str, dict[str, list[str]]]) -> str:
    if rule.awaits:
        return f"comes with the {rule.awaits}"
    return str(sum(map(len, tests.get(rule.id, {}).values())))


def acting_files() -> dict[str, list[str]]:
    """Return, by rule, the files whose code names it as the reason of what it does."""
    found: dict[str, list[str]] = {}
    for path, tree in _sources():
        cited = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in RULES}
        for rule in cited:
            found.setdefault(rule, []).append(path)
    return found


def numbers_by_rule() -> dict[str, list[str]]:
    """Return, by rule, the constants whose docstring cites it, as 'NAME = value'."""
    found: dict[str, list[str]] = {}
    for _, tree in _sources():
        pending: list[tuple[str, object]] = []
        for node in tree.body:
            if isinstance(node, ast.AnnAssign | ast.Assign):
                pending += _constant(node)
                continue
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                for rule in sorted(set(CITED.findall(str(node.value.value)))):
                    if pending:
                        found.setdefault(rule, []).extend(f"`{name}` = {value}" for name, value in pending)
            pending = []
    return found


def _constant(node: ast.Assign | ast.AnnAssign) -> list[tuple[str, object]]:
    """Return the name and value of a constant that is a number or several."""
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
    if not isinstance(target, ast.Name) or not target.id.isupper() or node.value is None:
        return []
    try:
        value = ast.literal_eval(node.value)
    except ValueError:
        return []
    is_number = isinstance(value, int | float) or (
        isinstance(value, tuple) and all(isinstance(one, int | float) for one in value)
    )
    return [(target.id, value)] if is_number else []


def tests_by_rule() -> dict[str, dict[str, list[str]]]:
    """Return, by rule and file, the names of the tests in ``tests/rules`` that are named after it."""
    found: dict[str, dict[str, list[str]]] = {}
    for path in sorted(TESTS.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (named := NAMED.match(node.name)):
                place = found.setdefault(named[1], {}).setdefault(path.relative_to(ROOT).as_posix(), [])
                place.append(node.name)
    return found


def _sources() -> Iterator[tuple[str, ast.Module]]:
    for folder in ("massctl", "firmware_protocol"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith("massctl/rules/"):
                yield name, ast.parse(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
