"""Words a person: what was answered, when it is asked again, what follows from it, and what is at hand. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from massctl.app.settings import Settings
from massctl.body.allowance import Allowance
from massctl.body.person import EXPIRES_AFTER_DAYS, Person, expired_topics
from massctl.body.screening import TOPIC_OF, Topic, ask_for
from massctl.dashboard.at_hand import settings_words
from massctl.dashboard.lines import BLANK, Line, line, whole
from massctl.dashboard.remedies import in_pages
from massctl.faces.follows import answer_words, what_follows


def person_card(
    person: Person, allowance: Allowance, said_today: frozenset[str], on: date, width: int, *, is_current: bool
) -> list[Line]:
    """Return the card of a person."""
    rows: list[Line] = [line((person.name, "bold"))]
    if is_current:
        rows += whole("Sessions on hardware are planned for this person.", width, "good")
    else:
        rows += whole("Enter hands over: sessions are planned for this person then.", width, "ask")
    for text in sorted(said_today):
        rows += whole(f"Said to be true today: {text}. y takes it back, if it was a slip.", width, "danger")
    rows += [BLANK, line(("What follows from the answers", "bold"))]
    follows = tuple(what_follows(allowance))
    rows += [] if follows else whole("Nothing is left out and nothing is made gentler.", width, "good")
    for text in follows:
        rows += whole(f"· {in_pages(text)}", width, "caution")
    rows += [BLANK, line(("What was answered", "bold"))]
    for topic in Topic:
        rows += _topic(person, topic, on, width)
    return rows


def _topic(person: Person, topic: Topic, on: date, width: int) -> list[Line]:
    answered_on = person.answered_on.get(topic)
    said = [answer_words(answer) for answer in person.answers if TOPIC_OF[answer.matter] is topic]
    rows = whole(ask_for(topic).question, width, "quiet")
    for text in said or (["nothing of it"] if answered_on else ["not answered yet"]):
        rows += whole(f"  {text}", width)
    if answered_on is not None:
        is_open = topic in expired_topics(person, on)
        until = answered_on + timedelta(days=EXPIRES_AFTER_DAYS)
        again = "now: s answers it" if is_open else f"on {until}"
        rows += whole(f"  answered {answered_on}, asked again {again}", width, "caution" if is_open else "quiet")
    return rows


def nobody_card(width: int) -> list[Line]:
    """Return what to do where nobody has answered yet."""
    return [
        *whole("Nobody has answered the health questions yet.", width, "bold"),
        BLANK,
        *whole(
            "They are asked once, and decide what is left out and what is made gentler. They take two minutes.", width
        ),
        BLANK,
        *whole("s answers them now. Before the first session on hardware they are asked anyway.", width, "ask"),
    ]


def at_hand_rows(settings: Settings, width: int) -> list[Line]:
    """Return what is at hand."""
    rows: list[Line] = [line(("At hand", "bold"), ("  o tools · h heads · u units", "ask"))]
    for text in settings_words(settings):
        rows += whole(text, width)
    return rows
