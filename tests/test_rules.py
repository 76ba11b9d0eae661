"""The rule table: complete, in order, and the only source of the rule ids that code cites."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import massctl
from massctl.rules import RULES, Level
from massctl.session.interlocks import ALL

PACKAGE = Path(massctl.__file__).parent
CITED = re.compile(r"\bF\d{1,2}\b")


def test_the_table_has_f1_to_f54_in_order() -> None:
    assert list(RULES) == [f"F{number}" for number in range(1, 55)]


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_has_levels_a_sentence_and_a_source(rule: massctl.rules.Rule) -> None:
    assert rule.levels
    assert len(set(rule.levels)) == len(rule.levels)
    assert rule.sentence.endswith(".")
    assert rule.source


def test_every_rule_id_cited_anywhere_in_the_code_exists() -> None:
    cited = {
        (found, path.name)
        for path in PACKAGE.rglob("*.py")
        for found in CITED.findall(path.read_text(encoding="utf-8"))
    }
    assert {found for found, _ in cited} >= {interlock.rule for interlock in ALL}
    assert not {(found, name) for found, name in cited if found not in RULES}


def test_every_interlock_acts_at_levels_that_its_rule_names() -> None:
    folder = PACKAGE / "session" / "interlocks"
    finding = re.compile(r'Finding\(\s*"(F\d+)",\s*Level\.(\w+)')
    acted = {
        (rule, Level[level])
        for path in folder.glob("*.py")
        for rule, level in finding.findall(path.read_text(encoding="utf-8"))
    }
    assert acted
    assert not {(rule, level) for rule, level in acted if level not in RULES[rule].levels}
