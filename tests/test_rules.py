"""The rule table: complete, in order, and the only source of the rule ids that code cites."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

import massctl
from massctl.rules import RULES, Level
from massctl.session.interlocks import ALL

PACKAGE = Path(massctl.__file__).parent
DOCS = Path(__file__).parents[1] / "docs"
CITED = re.compile(r"\bF\d{1,2}\b")


def test_the_table_has_f1_to_f54_in_order() -> None:
    assert list(RULES) == [f"F{number}" for number in range(1, 55)]


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_has_levels_a_sentence_and_a_source(rule: massctl.rules.Rule) -> None:
    assert rule.levels
    assert len(set(rule.levels)) == len(rule.levels)
    assert rule.title
    assert rule.sentence.endswith(".")
    assert rule.source
    assert rule.choice == "" or rule.choice.endswith(".")


def test_what_nothing_enforces_yet_is_no_reason_that_code_gives() -> None:
    given = {
        found
        for path in PACKAGE.rglob("*.py")
        if path.parent != PACKAGE / "rules"
        for found in re.findall(r"(?:Finding|Blocked)\(\s*\"(F\d+)\"", path.read_text(encoding="utf-8"))
    }
    assert {rule.id for rule in RULES.values() if rule.awaits} == {"F28", "F29", "F30", "F31", "F32", "F49"}
    assert given
    assert not {rule for rule in given if RULES[rule].awaits}


def test_the_page_of_the_rules_is_current() -> None:
    page = (DOCS / "rules.md").read_text(encoding="utf-8")
    assert page == runpy.run_path(str(DOCS / "make_rules.py"))["page"](), "run docs/make_rules.py"


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
