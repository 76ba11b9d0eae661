"""Numbers on the command line: one sentence that names the range, and nothing strange gets through."""

from __future__ import annotations

from collections.abc import Callable

import click
import pytest
from click.testing import Result

from massctl.cli.numbers import Number


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e308", "-3", "0", "five", "", "5 minutes", "½"])
def test_what_is_no_number_of_the_range_is_refused_with_the_range(text: str) -> None:
    with pytest.raises(click.BadParameter, match=r"is not a number from 0\.5 to 1440"):
        Number(0.5, 1440).convert(text, None, None)


def test_a_whole_number_is_whole() -> None:
    assert Number(1, 10, is_whole=True).convert("3", None, None) == 3
    with pytest.raises(click.BadParameter, match="a whole number from 1 to 10"):
        Number(1, 10, is_whole=True).convert("2.5", None, None)


def test_a_huge_limit_is_refused_and_does_not_crash(run_cli: Callable[..., Result]) -> None:
    result = run_cli("history", "--limit", "99999999999999999999")
    assert result.exit_code == 2
    assert "from 1 to 100000" in result.stderr


def test_a_head_that_nobody_makes_is_refused(run_cli: Callable[..., Result]) -> None:
    result = run_cli("run", "tech-neck", "--sim", "--head", "dampner")
    assert result.exit_code == 2
    assert "dampener" in result.stderr
