"""A person, as far as the safety rules need to know: what was answered, on which day, and what has expired. Pure data.

The field names are the keys of the person's file. No name appears in a record of a session: it carries ``key`` (F50).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar, Final

from massctl.body.screening import ASKS, TOPIC_OF, Matter, Topic

EXPIRES_AFTER_DAYS: Final = 90
"""F8: an answer is asked again from its 90th day on."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that the person said is true."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    matter: Matter
    regions: tuple[str, ...] = ()
    """Ids of the regions concerned, both sides of the body."""
    since: date | None = None
    """The day it began or happened; None is unknown, and counts as today."""
    is_cleared: bool = False
    """A clinician said that massage is allowed all the same."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person's screening."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    name: str
    key: str
    """A random word that stands for the name in records."""
    answered_on: Mapping[Topic, date] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()

    def answer(self, matter: Matter) -> Answer | None:
        """Return the first answer about ``matter``; None where it is not true."""
        return next((answer for answer in self.answers if answer.matter is matter), None)

    def answered(self, topic: Topic, answers: Iterable[Answer], today: date) -> Person:
        """Return the person with ``topic`` answered anew."""
        kept = tuple(answer for answer in self.answers if TOPIC_OF[answer.matter] is not topic)
        return replace(self, answers=(*kept, *answers), answered_on={**self.answered_on, topic: today})


def expired_topics(person: Person, today: date) -> tuple[Topic, ...]:
    """Return what has to be asked: what never was, what is 90 days old, what is dated in the future, and an age left open."""
    return tuple(ask.topic for ask in ASKS if not _holds(person, ask.topic, today))


def _holds(person: Person, topic: Topic, today: date) -> bool:
    answered_on = person.answered_on.get(topic)
    if answered_on is None or not 0 <= (today - answered_on).days < EXPIRES_AFTER_DAYS:
        return False
    ages = [answer for answer in person.answers if TOPIC_OF[answer.matter] is Topic.AGE]
    return topic is not Topic.AGE or len(ages) == 1


@dataclass(frozen=True, slots=True)
class Day:
    """What the pre-flight page of one day was told; it holds for that day."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    on: date
    no: frozenset[str] = frozenset()
    """The questions answered with no, by their whole text: another wording, or other regions, are another question."""
    yes: frozenset[str] = frozenset()
    """Those answered with yes."""

    def told(self, asked: Iterable[str], yes: Iterable[str]) -> Day:
        """Return the day with one more page answered; a yes stays a yes."""
        yes = self.yes | frozenset(yes)
        return replace(self, no=(self.no | frozenset(asked)) - yes, yes=yes)
