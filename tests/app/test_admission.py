"""Who may run on hardware: screened once, asked once a day, planned for; and what a simulated run needs of it: nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from massctl.app.persons import Persons, today
from massctl.app.preflight import PreflightAnswers, PreflightPage
from massctl.app.request import RunRequest
from massctl.app.run import run_session
from massctl.body.person import Answer, Person
from massctl.body.screening import Matter, Topic
from massctl.body.terms import Side
from massctl.errors import Blocked, MassctlError, UsageError
from massctl.history.reading import History
from massctl.history.store import SessionWriter
from massctl.programs.choices import Choices
from massctl.session.commands import Key, Press
from massctl.session.events import Event, PointSummary, SessionEnded, SessionStarted
from tests.app.screened import healthy, save_healthy

MANUAL = RunRequest(program="ball-upper-back", choices=Choices(side=Side.RIGHT))
WITH_GUN = RunRequest(
    program="post-leg-day", choices=Choices(side=Side.RIGHT), massager="manual://?levels=1500,1800,2100"
)


class Desk:
    """Where the questions are asked: answers them, and keeps what was shown and what happened."""

    def __init__(
        self, *yes: str, confirmed: Sequence[str] = (), answers: Callable[[Person], Person] | None = None
    ) -> None:
        self.pages: list[PreflightPage] = []
        self.topics: list[tuple[Topic, ...]] = []
        self.events: list[Event] = []
        self._said = PreflightAnswers(accepts_disclaimer=True, yes=frozenset(yes), confirmed=frozenset(confirmed))
        self._answers = answers or (lambda person: replace(healthy(person.name), key=person.key))

    async def ask(self, page: PreflightPage) -> PreflightAnswers:
        self.pages.append(page)
        return self._said

    async def screen(self, person: Person, topics: tuple[Topic, ...]) -> Person:
        self.topics.append(topics)
        return self._answers(person)

    async def run(self, request: RunRequest = MANUAL) -> SessionEnded:
        return await run_session(
            request,
            on_event=self.events.append,
            on_ready=lambda session: asyncio.get_running_loop().call_later(0.3, session.press, Press(Key.FINISH)),
            ask=self.ask,
            screen=self.screen,
        )

    async def refused(self, request: RunRequest = MANUAL) -> MassctlError:
        with pytest.raises(MassctlError) as error:
            await self.run(request)
        return error.value

    def of(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


async def test_F8_the_first_run_on_hardware_asks_everything_once_and_keeps_it() -> None:
    desk = Desk()
    await desk.run()
    assert desk.topics == [tuple(Topic)]
    assert Persons().current() is not None
    await desk.run()
    assert len(desk.topics) == 1


async def test_F8_what_expired_is_asked_again_and_nothing_else() -> None:
    person = healthy()
    old = today() - timedelta(days=90)
    Persons().save(replace(person, answered_on={**person.answered_on, Topic.INJURIES: old}))
    desk = Desk()
    await desk.run()
    assert desk.topics == [(Topic.INJURIES,)]


async def test_F8_with_nobody_to_screen_it_is_refused_with_the_command() -> None:
    desk = Desk()
    with pytest.raises(Blocked, match="massctl person screen") as refused:
        await run_session(MANUAL, on_event=desk.events.append, on_ready=lambda _: None, ask=desk.ask)
    assert refused.value.rule_id == "F8"
    assert desk.pages == []


async def test_F3_who_must_not_have_it_is_refused_before_the_page_and_told_what_is_possible() -> None:
    save_healthy("me", Answer(Matter.ANTICOAGULANTS))
    desk = Desk()
    error = await desk.refused()
    assert isinstance(error, Blocked)
    assert error.rule_id == "F3"
    assert "back-strength" in error.remedy
    assert desk.pages == []
    assert History().sessions() == ()


async def test_F3_what_presses_nothing_runs_for_them() -> None:
    save_healthy("me", Answer(Matter.ANTICOAGULANTS))
    assert (await Desk().run(RunRequest(program="back-strength"))).ended_by == "person"


async def test_the_page_names_the_person_the_side_and_the_head_and_the_second_of_the_day_is_short() -> None:
    save_healthy("ann")
    desk = Desk()
    await desk.run(WITH_GUN)
    await desk.run(WITH_GUN)
    first, second = desk.pages
    assert first.person == "ann"
    assert "Side: right" in first.setup
    assert any(line.startswith("Head to fit: ") for line in first.setup)
    assert len(second.questions) < len(first.questions)
    assert {question.rule for question in second.questions} == {"F3", "F19"}


async def test_F9_a_red_flag_of_this_morning_holds_in_the_afternoon() -> None:
    save_healthy()
    await Desk("chest").refused()
    desk = Desk()
    error = await desk.refused()
    assert isinstance(error, Blocked)
    assert error.rule_id == "F9"
    assert desk.pages == []
    Persons().forget_day("me")
    await desk.run()


async def test_F7_an_adult_must_be_confirmed() -> None:
    save_healthy(age=Matter.TEENAGER)
    error = await Desk().refused()
    assert isinstance(error, Blocked)
    assert error.rule_id == "F7"
    desk = Desk(confirmed=["adult"])
    await desk.run()
    started = desk.of(SessionStarted)[0]
    assert started.about_s <= 480
    assert any("[F7]" in warning for warning in started.warnings)


async def test_F19_what_the_page_was_told_shapes_this_plan_and_is_not_kept() -> None:
    save_healthy()
    desk = Desk("hard_exercise")
    await desk.run(RunRequest(program="roller-legs", choices=Choices(side=Side.RIGHT)))
    assert any("[F19]" in warning for warning in desk.of(SessionStarted)[0].warnings)
    later = Desk()
    await later.run(RunRequest(program="roller-legs", choices=Choices(side=Side.RIGHT)))
    assert not any("[F19]" in warning for warning in later.of(SessionStarted)[0].warnings)


async def test_F5_a_bruise_is_refused_by_its_rule_before_anything_about_the_devices_is() -> None:
    save_healthy("me", Answer(Matter.BRUISE, ("upper_back",)))
    desk = Desk()
    error = await desk.refused(RunRequest(point="RHOM", choices=Choices(side=Side.LEFT), massager="manual://"))
    assert isinstance(error, Blocked)
    assert error.rule_id == "F5"
    assert desk.pages == []


async def test_F5_a_bruise_is_left_out_of_the_session_and_said() -> None:
    save_healthy("me", Answer(Matter.BRUISE, ("chest",)))
    desk = Desk()
    await desk.run(RunRequest(program="desk-shoulders", choices=Choices(side=Side.RIGHT)))
    assert any("because of a bruise (chest) [F5]" in warning for warning in desk.of(SessionStarted)[0].warnings)


async def test_several_persons_and_none_chosen_is_asked_not_guessed() -> None:
    for name in ("ann", "ben", "cat"):
        save_healthy(name)
    Persons().forget("ann")
    assert isinstance(await Desk().refused(), UsageError)
    Persons().use("cat")
    desk = Desk()
    await desk.run()
    assert desk.pages[0].person == "cat"


# ---------------------------------------------------------------- F18: the count of real sessions


async def worked(person: str | None, *, is_simulated: bool = False, dose_s: float = 60.0, name: str = "s") -> None:
    """Put a session in the record."""
    request = MANUAL.to_json() | ({"person": person} if person else {})
    writer = SessionWriter(name, is_simulated=is_simulated, request=request, on_problem=pytest.fail)
    writer.start()
    point = PointSummary(
        point="RHOM", name="Rhomboids", side="R", tools=("ball",), dose_s=dose_s, in_band_s=0.0, mean_force_n=None,
        mean_speed_ppm=None, discomfort_before=None, discomfort_after=None, outcomes=("time",),
    )  # fmt: skip
    writer.append(
        SessionEnded(
            at_s=1.0, session_id=name, program="x", is_simulated=is_simulated, ended_by="person", reason="", rule=None,
            duration_s=1.0, percussion_s=0.0, steps_done=1, steps=1, points=(point,),
        )
    )  # fmt: skip
    await writer.aclose()


async def is_beginner(desk: Desk) -> bool:
    await desk.run()
    return any("[F18]" in warning for warning in desk.of(SessionStarted)[-1].warnings)


async def test_F18_the_first_two_real_sessions_of_each_person_are_gentle() -> None:
    ann, ben = save_healthy("ann"), save_healthy("ben")
    Persons().use("ann")
    assert await is_beginner(Desk())
    await worked(ann.key, name="a")
    assert await is_beginner(Desk())
    await worked(ann.key, name="b")
    assert not await is_beginner(Desk())
    Persons().use("ben")
    assert await is_beginner(Desk())
    assert ben.key != ann.key


async def test_F18_simulated_sessions_and_those_without_work_do_not_count() -> None:
    person = save_healthy()
    for number in range(3):
        await worked(None, is_simulated=True, name=f"sim{number}")
        await worked(person.key, dose_s=0.0, name=f"idle{number}")
    assert History().worked_sessions(person.key) == 0
    assert await is_beginner(Desk())


async def test_F18_a_record_that_cannot_be_read_counts_as_none(folders: Path) -> None:
    save_healthy()
    (folders / "data").mkdir(exist_ok=True)
    (folders / "data" / "history.sqlite").write_bytes(b"no database" * 100)
    assert await is_beginner(Desk())


# ---------------------------------------------------------------- simulated and real apart


async def test_F51_a_simulated_run_asks_nothing_keeps_nothing_and_says_so(folders: Path) -> None:
    save_healthy("me", Answer(Matter.ANTICOAGULANTS))
    desk = Desk()
    await desk.run(RunRequest(program="ball-upper-back", choices=Choices(side=Side.RIGHT), is_simulated=True))
    assert desk.pages == []
    assert desk.topics == []
    started = desk.of(SessionStarted)[0]
    assert started.is_simulated
    assert started.warnings[0].startswith("Simulated: nobody is touched")
    assert "person" not in (History().last_request(is_simulated=True) or {})


async def test_F50_no_name_and_no_answer_goes_into_the_record(folders: Path) -> None:
    person = save_healthy("Annabel-Lee", Answer(Matter.DIABETES))
    desk = Desk()
    await desk.run(WITH_GUN)
    record = b"".join(path.read_bytes() for path in (folders / "data").iterdir() if path.is_file())
    assert b"Annabel" not in record
    assert json.dumps(person.key).encode() in record
