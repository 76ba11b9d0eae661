"""``massctl person``: who is massaged, what was answered once, and what follows from it."""

from __future__ import annotations

import textwrap
from datetime import timedelta
from typing import Any

import click

from massctl.app.admission import real_sessions
from massctl.app.persons import FIRST_NAME, Persons, new_person, today
from massctl.body.allowance import Allowance
from massctl.body.person import EXPIRES_AFTER_DAYS, Person, expired_topics
from massctl.body.person_rules import Facts, allowance_of
from massctl.body.screening import ASKS, TOPIC_OF, Topic, ask_for
from massctl.cli.output import print_json
from massctl.cli.screening import screen
from massctl.errors import FileProblem, UsageError
from massctl.faces.follows import answer_words, what_follows


def _complete(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    return [name for name in Persons().names if name.startswith(typed)]


@click.group()
def person() -> None:
    """Answer the health questions; see what they mean for your plans.

    They are asked once, and again after 90 days. Each person has a name of their own here.
    """


@person.command("screen")
@click.argument("name", required=False, shell_complete=_complete)
@click.option("--expired", "is_expired_only", is_flag=True, help="Only what was never answered, or is 90 days old.")
def screen_command(name: str | None, is_expired_only: bool) -> None:
    """Answer the health questions for NAME (the current person, or 'me').

    Nothing is kept when you leave in the middle. NAME becomes the current person.
    """
    persons = Persons()
    name = name or persons.current_name or FIRST_NAME
    known = _known_or_new(persons, name)
    topics = expired_topics(known, today()) if is_expired_only else tuple(Topic)
    if not topics:
        click.echo(f"Nothing is open for {known.name}.", err=True)
        return
    answered = screen(known, topics)
    persons.save(answered)
    persons.use(answered.name)
    click.echo(err=True)
    _print_what_follows(_allowance(answered))


@person.command()
@click.argument("name", required=False, shell_complete=_complete)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(name: str | None, as_json: bool) -> None:
    """Show what NAME (the current person) answered, when it is asked again, and what follows from it."""
    persons = Persons()
    known = persons.load(name) if name else persons.current()
    if known is None:
        raise UsageError("Nobody has answered the health questions yet.", "Answer them once: massctl person screen.")
    allowance = _allowance(known)
    if as_json:
        print_json(_as_json(known, allowance))
        return
    click.echo(click.style(known.name, bold=True))
    for topic in Topic:
        _print_topic(known, topic)
    click.echo()
    _print_what_follows(allowance)


@person.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(as_json: bool) -> None:
    """List the persons; the current one is marked."""
    persons = Persons()
    current = persons.current_name
    if as_json:
        print_json([{"name": name, "is_current": name == current} for name in persons.names])
        return
    for name in persons.names:
        click.echo(f"{'*' if name == current else ' '} {name}")
    if not persons.names:
        click.echo("Nobody has answered the health questions yet: massctl person screen", err=True)


@person.command()
@click.argument("name", shell_complete=_complete)
def use(name: str) -> None:
    """Make NAME the current person: runs on hardware are planned for them."""
    Persons().use(name)
    click.echo(f"Runs on hardware are now planned for {name}.", err=True)


@person.command()
@click.argument("name", shell_complete=_complete)
@click.option("--today", "is_today_only", is_flag=True, help="Only what was said on today's page.")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
def forget(name: str, is_today_only: bool, is_sure: bool) -> None:
    """Delete the answers of NAME. The record of sessions holds no names, and stays."""
    persons = Persons()
    if is_today_only:
        persons.forget_day(persons.load(name).name)
        click.echo(f"What {name} said today is forgotten; the page asks again.", err=True)
    elif is_sure or click.confirm(f"Delete all answers of {name}?", default=False, err=True):
        persons.forget(name)
        click.echo(f"{name} is forgotten.", err=True)


def _known_or_new(persons: Persons, name: str) -> Person:
    """Return the person, or a new one of this name: a file that cannot be read is answered anew."""
    if name not in persons.names:
        return new_person(name)
    try:
        return persons.load(name)
    except FileProblem as problem:
        click.echo(f"{problem.what} Everything is asked anew.", err=True)
        return persons.anew(name)


def _allowance(known: Person) -> Allowance:
    return allowance_of(Facts(known, today(), real_sessions(known)))


def _print_topic(known: Person, topic: Topic) -> None:
    answered_on = known.answered_on.get(topic)
    said = [answer_words(answer) for answer in known.answers if TOPIC_OF[answer.matter] is topic]
    click.echo(f"\n{ask_for(topic).question}")
    for line in said or (["nothing of it"] if answered_on else ["not answered yet"]):
        click.echo(f"  {line}")
    if answered_on is not None:
        until = answered_on + timedelta(days=EXPIRES_AFTER_DAYS)
        is_open = topic in expired_topics(known, today())
        text = f"answered {answered_on}, asked again {'now' if is_open else f'on {until}'}"
        click.echo(click.style(f"  {text}", dim=True))


def _print_what_follows(allowance: Allowance) -> None:
    lines = tuple(what_follows(allowance))
    click.echo("What follows:" if lines else "Nothing is left out and nothing is made gentler.")
    for line in lines:
        click.echo(textwrap.fill(line, 90, initial_indent="  - ", subsequent_indent="    ", break_on_hyphens=False))


def _as_json(known: Person, allowance: Allowance) -> dict[str, Any]:
    expired = expired_topics(known, today())
    return {
        "name": known.name,
        "topics": [
            {
                "topic": ask.topic,
                "answered_on": str(known.answered_on[ask.topic]) if ask.topic in known.answered_on else None,
                "is_open": ask.topic in expired,
            }
            for ask in ASKS
        ],
        "answers": [
            {
                "matter": answer.matter,
                "regions": list(answer.regions),
                "since": str(answer.since) if answer.since else None,
                "is_cleared": answer.is_cleared,
            }
            for answer in known.answers
        ],
        "what_follows": [
            *(
                {"rule": bar.rule, "because": bar.because, "instead": bar.instead, "regions": sorted(bar.regions or ())}
                for bar in allowance.bars
            ),
            *(
                {"rule": one.rule, "because": one.because, "regions": sorted(one.regions or ())}
                for one in allowance.reductions
            ),
        ],
    }
