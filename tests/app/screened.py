"""Persons that several tests of the application use."""

from __future__ import annotations

from massctl.app.persons import Persons, new_person, today
from massctl.body.person import Answer, Person
from massctl.body.screening import Matter, Topic


def healthy(name: str = "me", *answers: Answer, age: Matter = Matter.ADULT) -> Person:
    """Return a person who answered everything today: an adult, and nothing but ``answers`` is true."""
    person = new_person(name)
    return Person(person.name, person.key, dict.fromkeys(Topic, today()), (Answer(age), *answers))


def save_healthy(name: str = "me", *answers: Answer, age: Matter = Matter.ADULT) -> Person:
    """Keep such a person in the folder of this test."""
    person = healthy(name, *answers, age=age)
    Persons().save(person)
    return person
