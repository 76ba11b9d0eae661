"""A host to be killed: a real session of a corded wand on a plug at a broker; prints 'running' when the wand starts."""

from __future__ import annotations

import asyncio
import sys

from massctl import __version__
from massctl.app.control import SessionControl
from massctl.app.persons import today
from massctl.app.preflight import PreflightAnswers, PreflightPage
from massctl.app.request import RunRequest
from massctl.app.run import run_session
from massctl.app.selftest import certificate
from massctl.body.person import Answer, Person
from massctl.body.screening import Matter, Topic
from massctl.body.terms import Side
from massctl.programs.choices import Choices
from massctl.session.commands import Key, Press
from massctl.session.events import Event, Phase, PhaseChanged


class Hand:
    """Presses what is asked for."""

    def __init__(self) -> None:
        self.control: SessionControl | None = None

    def begin(self, control: SessionControl) -> None:
        self.control = control

    def see(self, event: Event) -> None:
        if isinstance(event, PhaseChanged) and event.phase in {Phase.WAITING, Phase.RATING} and self.control:
            asyncio.get_running_loop().call_later(0.7, self.control.press, Press(Key.GO_ON, origin="test"))
        if isinstance(event, PhaseChanged) and event.phase is Phase.RAMPING:
            print("running", flush=True)


async def healthy(page: PreflightPage) -> PreflightAnswers:
    return PreflightAnswers(accepts_disclaimer=True, confirmed=frozenset(each.id for each in page.confirmations))


async def well(person: Person, topics: tuple[Topic, ...]) -> Person:
    for topic in topics:
        answers = [Answer(Matter.ADULT)] if topic is Topic.AGE else []
        person = person.answered(topic, answers, today())
    return person


def main() -> None:
    passed = certificate.Certificate(__version__, certificate.code_digest(), "", is_passed=True, proofs=())
    certificate.last = lambda: passed
    hand = Hand()
    request = RunRequest(
        point=sys.argv[2],
        choices=Choices(side=Side.LEFT),
        massager="wand://?rate=1700",
        timer=sys.argv[1],
    )
    asyncio.run(run_session(request, on_event=hand.see, on_ready=hand.begin, ask=healthy, screen=well))


main()
