"""The one page before a run on hardware: what massctl is, and whether anything on the list is true today (F1, F3, F7–F9, F19)."""

from __future__ import annotations

import signal
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

import click

from massctl.app.preflight import PreflightAnswers, PreflightPage


async def ask_on_terminal(page: PreflightPage) -> PreflightAnswers:
    """Show ``page`` and take the answers. Ctrl-C raises KeyboardInterrupt."""
    with interruptible():
        click.echo(click.style(f"\nBefore {page.title}", bold=True), err=True)
        for note in page.notes:
            click.echo(textwrap.fill(note, 78, initial_indent="  ! ", subsequent_indent="    "), err=True)
        if page.disclaimer and not _accepts(page.disclaimer):
            return PreflightAnswers(accepts_disclaimer=False, yes=frozenset())
        _show_setup(page)
        confirmed = frozenset(
            each.id for each in page.confirmations if click.confirm(f"{each.text}?", default=None, err=True)
        )
        return PreflightAnswers(accepts_disclaimer=True, yes=_true_today(page), confirmed=confirmed)


def _show_setup(page: PreflightPage) -> None:
    if page.person:
        click.echo(f"\nFor {page.person} ('massctl person use NAME' for somebody else)", err=True)
    for line in (*page.setup, *page.changes):
        click.echo(textwrap.fill(line, 78, initial_indent="  ", subsequent_indent="    "), err=True)


def _accepts(disclaimer: str) -> bool:
    click.echo(textwrap.fill(disclaimer, 78, initial_indent="  ", subsequent_indent="  "), err=True)
    return click.confirm("Do you accept this?", default=None, err=True)


def _true_today(page: PreflightPage) -> frozenset[str]:
    if not page.questions:
        return frozenset()
    click.echo("\nIs any of this true for you today?", err=True)
    for number, question in enumerate(page.questions, 1):
        lines = textwrap.wrap(question.text, 68)
        click.echo(
            f"  {number:>2}  " + "\n      ".join(lines) + click.style(f"  [{question.rule}]", dim=True), err=True
        )
    while True:
        answer = click.prompt("n for none of this, or the numbers of those that are", err=True)
        chosen = chosen_numbers(answer, len(page.questions))
        if chosen is not None:
            return frozenset(page.questions[number - 1].id for number in chosen)
        click.echo(f"Please type n, or numbers from 1 to {len(page.questions)}.", err=True)


def chosen_numbers(answer: str, highest: int) -> set[int] | None:
    """Return the numbers in ``answer``, the empty set for none of them, None for what is neither."""
    words = answer.replace(",", " ").lower().split()
    if words in (["n"], ["no"], ["none"]):
        return set()
    if not words or not all(word.isdecimal() and 1 <= int(word) <= highest for word in words):
        return None
    return {int(word) for word in words}


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C end a prompt: the event loop's own handler would wait for the loop, which stands still here."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
