"""The health questions on a terminal: asked once, topic by topic, in plain words."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date, timedelta

import click

from massctl.app.persons import today
from massctl.body.atlas import Atlas
from massctl.body.person import EXPIRES_AFTER_DAYS, Answer, Person
from massctl.body.screening import TOPIC_OF, Ask, Item, Topic, ask_for
from massctl.cli.preflight import chosen_numbers, interruptible

COLUMNS = 3
"""Regions in a row."""


async def screen_on_terminal(person: Person, topics: Sequence[Topic]) -> Person:
    """Ask ``topics``, and return the person with the answers. Ctrl-C raises KeyboardInterrupt; nothing is kept then."""
    return screen(person, topics)


def screen(person: Person, topics: Sequence[Topic]) -> Person:
    """Do ``screen_on_terminal`` outside an event loop."""
    with interruptible():
        click.echo(click.style(f"\nHealth questions for {person.name}", bold=True), err=True)
        _say(
            f"They decide what is left out and what is made gentler. The answers stay on this machine, in a file that only you "
            f"can read, and are asked again after {EXPIRES_AFTER_DAYS} days. If in doubt, say yes."
        )
        for topic in topics:
            person = person.answered(topic, _ask_topic(ask_for(topic), person), today())
    return person


def _ask_topic(ask: Ask, person: Person) -> tuple[Answer, ...]:
    before = {answer.matter: answer for answer in person.answers if TOPIC_OF[answer.matter] is ask.topic}
    click.echo(f"\n{ask.question}", err=True)
    for number, item in enumerate(ask.items, 1):
        mark = " (so last time)" if item.matter in before else ""
        click.echo(f"  {number:>2}  {item.text}{mark}" + click.style(f"  [{item.rule}]", dim=True), err=True)
    chosen = _chosen(ask)
    return tuple(_details(item) for number, item in enumerate(ask.items, 1) if number in chosen)


def _chosen(ask: Ask) -> set[int]:
    text = "the number" if ask.is_choice else "n for none of this, or the numbers of those that are"
    while True:
        chosen = chosen_numbers(click.prompt(text, err=True), len(ask.items))
        if chosen is not None and (len(chosen) == 1 or not ask.is_choice):
            return chosen
        click.echo(f"Please type {text}, from 1 to {len(ask.items)}.", err=True)


def _details(item: Item) -> Answer:
    """Ask what one yes still needs: where, since when, and whether a clinician allowed it."""
    regions: tuple[str, ...] = ()
    since = None
    if item.wants_regions:
        click.echo(f"\n{item.text}: where? Both sides count.", err=True)
        regions = _regions()
    if item.wants_date:
        since = _since()
    is_cleared = item.can_be_cleared and click.confirm(
        f"{item.text}: has a physician said that massage with pressure is allowed all the same?", default=None, err=True
    )
    return Answer(item.matter, regions, since, is_cleared)


def _regions() -> tuple[str, ...]:
    regions = Atlas.load().regions()
    names = [f"{number:>2} {region.name:<22}" for number, region in enumerate(regions, 1)]
    rows = -(-len(names) // COLUMNS)
    for row in range(rows):
        click.echo("  " + " ".join(names[row::rows]), err=True)
    while True:
        chosen = chosen_numbers(click.prompt("the numbers", err=True), len(regions))
        if chosen:
            return tuple(region.id for number, region in enumerate(regions, 1) if number in chosen)
        click.echo(f"Please type numbers from 1 to {len(regions)}.", err=True)


def _since() -> date | None:
    while True:
        text = click.prompt(
            "When? A date like 2026-05-31, or how many days ago; ? if you do not know", err=True
        ).strip()
        if text == "?":
            return None
        since = _day(text)
        if since is not None and since <= today():
            return since
        click.echo("Please type a day that is past, such as 2026-05-31 or 12.", err=True)


def _day(text: str) -> date | None:
    try:
        return today() - timedelta(days=int(text)) if text.isdecimal() else date.fromisoformat(text)
    except (ValueError, OverflowError):
        return None


def _say(text: str) -> None:
    click.echo(textwrap.fill(text, 78, initial_indent="  ", subsequent_indent="  "), err=True)
