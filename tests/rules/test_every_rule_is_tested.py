"""Every rule that is enforced has tests of its name: just below, at the threshold, recovery; and in time where it counts."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from massctl.rules import RULES

FOLDER = Path(__file__).parent
KINDS = ("just_below", "at_the_threshold", "recovers")
IN_TIME = (2, 10, 12, 13, 15, 20, 22, 23, 33, 34, 35, 38, 39, 40, 42, 44, 53, 54)
"""The acceptance table of safety-rules.md: their latency in virtual time, and their entry in the record with the rule's id."""

WITHOUT: dict[tuple[str, str], str] = {}
"""Rule and kind of a test that makes no sense, with the reason."""

ENFORCED = [rule.id for rule in RULES.values() if not rule.awaits]


@cache
def names() -> frozenset[str]:
    """Return the names of all tests in this folder that assert something or expect to be refused."""
    found = set()
    for path in FOLDER.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _judges(node):
                found.add(node.name)
    return frozenset(found)


def _judges(node: ast.AST) -> bool:
    return any(
        isinstance(inner, ast.Assert)
        or (isinstance(inner, ast.Attribute) and inner.attr == "raises")
        or (isinstance(inner, ast.Name) and inner.id.startswith("assert_"))
        for inner in ast.walk(node)
    )


@pytest.mark.parametrize("rule", ENFORCED)
@pytest.mark.parametrize("kind", KINDS)
def test_each_enforced_rule_has_its_three_tests_or_a_reason(rule: str, kind: str) -> None:
    reason = WITHOUT.get((rule, kind), "")
    has_test = any(name.startswith(f"test_{rule}_{kind}_") for name in names())
    assert has_test != bool(reason), "either a test of that name, or a reason why there is none"


@pytest.mark.parametrize("number", IN_TIME)
def test_the_rules_of_the_acceptance_table_are_measured_in_time(number: int) -> None:
    assert any(name.startswith(f"test_F{number}_in_time_") for name in names())


def test_no_reason_is_left_over() -> None:
    assert {rule for rule, _ in WITHOUT} <= set(ENFORCED)
    assert {kind for _, kind in WITHOUT} <= set(KINDS)
