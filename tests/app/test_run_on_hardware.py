"""Before a run on hardware: a person is asked, a yes blocks, a cut-off session is stopped and told. The bench plays hardware."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from massctl.app import recovery
from massctl.app.connect import Connections
from massctl.app.control import SessionControl
from massctl.app.preflight import PreflightAnswers, PreflightPage
from massctl.app.request import RunRequest
from massctl.app.run import run_session
from massctl.app.stopping import StopOutcome, stop_port
from massctl.body.terms import Side
from massctl.errors import Blocked, ExitCode, Interrupted, MassctlError
from massctl.history.reading import History
from massctl.history.store import SessionWriter
from massctl.programs.choices import Choices
from massctl.session.commands import Key, Press
from massctl.session.events import Event, Phase, PhaseChanged, SessionEnded, SessionStarted, StepStarted
from sims.bench import Bench
from tests.app.screened import save_healthy

Answer = Callable[[PreflightPage], PreflightAnswers]


@pytest.fixture(autouse=True)
def somebody(folders: Path) -> None:
    save_healthy()


@pytest.fixture
async def bench(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    monkeypatch.setattr(Connections, "are_simulated", lambda _: False)
    async with Bench(link="tcp") as bench:
        yield bench


def request_on(bench: Bench) -> RunRequest:
    return RunRequest(
        program="desk-shoulders",
        choices=Choices(side=Side.RIGHT),
        massager=bench.urls["massager"],
        sensor=bench.urls["sensor"],
    )


class Person:
    """Answers the page; remembers it."""

    def __init__(
        self,
        *yes: str,
        accepts: bool = True,
        confirmed: Sequence[str] = (),
        then: Callable[[], None] = lambda: None,
    ) -> None:
        self.pages: list[PreflightPage] = []
        self._answers = PreflightAnswers(accepts_disclaimer=accepts, yes=frozenset(yes), confirmed=frozenset(confirmed))
        self._then = then

    async def ask(self, page: PreflightPage) -> PreflightAnswers:
        self.pages.append(page)
        self._then()
        await asyncio.sleep(0.02)
        return self._answers


async def run_and_finish(request: RunRequest, person: Person | None) -> SessionEnded:
    """Run until the first step waits, then finish."""
    return await run_session(
        request,
        on_event=lambda _: None,
        on_ready=lambda session: asyncio.get_running_loop().call_later(0.5, session.press, Press(Key.FINISH)),
        ask=person.ask if person is not None else None,
    )


async def refused(request: RunRequest, person: Person | None) -> MassctlError:
    with pytest.raises(MassctlError) as error:
        await run_and_finish(request, person)
    return error.value


def was_claimed(bench: Bench) -> bool:
    return any(word in entry.what for entry in bench.world.log for word in ("claimed", "armed", "motor"))


async def test_with_nobody_to_ask_the_run_is_refused_by_f1_and_nothing_is_claimed(bench: Bench) -> None:
    error = await refused(request_on(bench), None)
    assert isinstance(error, Blocked)
    assert error.rule_id == "F1"
    assert not was_claimed(bench), bench.world.log


async def test_a_red_flag_blocks_with_seek_care_now_and_nothing_is_claimed(bench: Bench) -> None:
    person = Person("headache")
    error = await refused(request_on(bench), person)
    assert isinstance(error, Blocked)
    assert error.rule_id == "F9"
    assert "Seek care now" in str(error)
    assert {"headache", "chest", "fever"} <= {question.id for question in person.pages[0].questions}
    assert not was_claimed(bench), bench.world.log
    assert History().sessions() == ()


async def test_a_refused_notice_blocks_by_f1(bench: Bench) -> None:
    error = await refused(request_on(bench), Person(accepts=False))
    assert isinstance(error, Blocked)
    assert error.rule_id == "F1"


async def test_a_run_that_was_agreed_to_is_a_real_session_in_the_record(bench: Bench) -> None:
    person = Person()
    summary = await run_and_finish(request_on(bench), person)
    assert summary.ended_by == "person"
    assert not summary.is_simulated
    assert was_claimed(bench)
    record = History().session("last")
    assert not record.is_simulated
    asked = History().last_request(is_simulated=False) or {}
    assert RunRequest.from_json(asked) == request_on(bench)
    assert "me" not in asked.values()
    assert person.pages[0].disclaimer
    await run_and_finish(request_on(bench), person)
    assert person.pages[1].disclaimer == ""


async def test_a_program_without_devices_is_asked_for_too() -> None:
    person = Person("fever")
    error = await refused(RunRequest(program="ball-upper-back", choices=Choices(side=Side.RIGHT)), person)
    assert isinstance(error, Blocked)
    assert error.rule_id == "F3"


async def test_a_signal_before_anything_runs_interrupts_with_130(bench: Bench) -> None:
    error = await refused(request_on(bench), Person(then=lambda: os.kill(os.getpid(), signal.SIGINT)))
    assert isinstance(error, Interrupted)
    assert error.exit_code is ExitCode.INTERRUPTED
    assert not was_claimed(bench)


async def test_F43_a_session_that_was_cut_off_is_stopped_told_closed_and_asked_about(bench: Bench) -> None:
    await leave_unfinished(request_on(bench))
    person = Person(confirmed=["stands"])
    await run_and_finish(request_on(bench), person)
    notes = "\n".join(person.pages[0].notes)
    assert "(Desk shoulders) was cut off" in notes
    assert f"{bench.urls['massager']}: motor off, confirmed in" in notes
    assert bench.urls["sensor"] not in notes, "nothing is to be stopped at a sensor"
    assert [(question.rule, question.id) for question in person.pages[0].confirmations] == [("F43", "stands")]
    assert History().session("cutoff").ended_by == "interrupted"
    assert [event["event"] for event in History().events("cutoff")] == ["session_started", "interrupted"]
    await run_and_finish(request_on(bench), person)
    assert person.pages[1].notes == ()
    assert person.pages[1].confirmations == ()


async def test_F43_the_devices_of_a_cut_off_session_get_their_stop_before_its_record_is_closed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await leave_unfinished(request_on(bench))
    kinds_at_stop: list[list[str]] = []
    stop = stop_port

    async def watched(url: str) -> StopOutcome:
        kinds_at_stop.append([event["event"] for event in History().events("cutoff")])
        return await stop(url)

    monkeypatch.setattr(recovery, "stop_port", watched)
    await run_and_finish(request_on(bench), Person(confirmed=["stands"]))
    assert kinds_at_stop
    assert all(kinds == ["session_started"] for kinds in kinds_at_stop)
    assert History().session("cutoff").ended_by == "interrupted"


async def test_F43_a_start_that_breaks_off_while_it_stops_asks_at_the_next(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await leave_unfinished(request_on(bench))

    async def broken(_url: str) -> StopOutcome:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(recovery, "stop_port", broken)
        with pytest.raises(asyncio.CancelledError):
            await recovery.recover(is_simulated=False)
    assert [event["event"] for event in History().events("cutoff")] == ["session_started"]
    person = Person(confirmed=["stands"])
    await run_and_finish(request_on(bench), person)
    assert [question.id for question in person.pages[0].confirmations] == ["stands"]


async def test_F43_what_was_cut_off_is_asked_about_until_somebody_has_looked(bench: Bench) -> None:
    await leave_unfinished(request_on(bench))
    person = Person()
    for _ in range(2):
        error = await refused(request_on(bench), person)
        assert isinstance(error, Blocked)
        assert error.rule_id == "F43"
        assert "its own button" in error.remedy
    assert not [entry for entry in bench.world.log if "armed" in entry.what]
    await run_and_finish(request_on(bench), Person(confirmed=["stands"]))


async def test_F43_a_session_without_a_massager_that_was_cut_off_is_told_and_not_asked_about(bench: Bench) -> None:
    await leave_unfinished(RunRequest(program="ball-upper-back", sensor=bench.urls["sensor"]))
    person = Person()
    await run_and_finish(request_on(bench), person)
    assert "was cut off" in person.pages[0].notes[0]
    assert person.pages[0].confirmations == ()


async def test_a_simulated_run_leaves_a_real_session_that_was_cut_off_for_the_next_real_one(bench: Bench) -> None:
    await leave_unfinished(request_on(bench))
    simulated = RunRequest(program="micro-break", is_simulated=True)
    await run_session(
        simulated,
        on_event=lambda _: None,
        on_ready=lambda session: asyncio.get_running_loop().call_later(0.1, session.press, Press(Key.FINISH)),
    )
    assert [event["event"] for event in History().events("cutoff")] == ["session_started"]


async def test_a_broken_record_is_told_on_the_page_and_does_not_block(bench: Bench, folders: Path) -> None:
    break_record(folders)
    person = Person()
    summary = await run_and_finish(request_on(bench), person)
    assert summary.ended_by == "person"
    assert "is not known" in person.pages[0].notes[0]


def break_record(folders: Path) -> None:
    (folders / "data").mkdir(exist_ok=True)
    (folders / "data" / "history.sqlite").write_bytes(b"no database" * 100)


async def leave_unfinished(request: RunRequest) -> None:
    writer = SessionWriter("cutoff", is_simulated=False, request=request.to_json(), on_problem=pytest.fail)
    writer.start()
    writer.append(
        SessionStarted(
            at_s=0.0,
            session_id="cutoff",
            program="desk-shoulders",
            title="Desk shoulders",
            is_simulated=False,
            wall_time="",
            steps=1,
            about_s=1.0,
            devices={},
        )
    )
    await writer.aclose()


class Presser:
    """Presses Enter whenever something is asked."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def on_ready(self, session: SessionControl) -> None:
        self._session = session

    def on_event(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, PhaseChanged) and event.phase in (Phase.WAITING, Phase.RATING):
            asyncio.get_running_loop().call_later(1.0, self._session.press, Press(Key.GO_ON))


@pytest.mark.parametrize(
    "request_",
    [
        RunRequest(program="cuff-shoulder"),
        RunRequest(point="GMAX", massager="manual://"),
        RunRequest(point="GMAX", choices=Choices(side=Side.LEFT), speed_ppm=6000, massager="manual://"),
        RunRequest(point="SUBOCC", choices=Choices(side=Side.LEFT), massager="manual://"),
    ],
    ids=["no side", "no side of a point", "speed outside the band", "a point that forbids it"],
)
async def test_what_cannot_be_planned_is_refused_before_a_person_answers_a_page(request_: RunRequest) -> None:
    person = Person()
    with pytest.raises(MassctlError):
        await run_session(request_, on_event=lambda _: None, on_ready=lambda _: None, ask=person.ask)
    assert not person.pages


@pytest.mark.virtual
@pytest.mark.parametrize("urls", [{}, {"massager": "manual://?levels=1500,1800,2100"}])
async def test_a_program_runs_by_the_clock_alone_without_devices_and_with_a_gun_that_has_no_link(
    urls: dict[str, str],
) -> None:
    presser = Presser()
    request = RunRequest(program="post-leg-day", choices=Choices(side=Side.RIGHT), **urls)  # type: ignore[arg-type]
    summary = await run_session(request, on_event=presser.on_event, on_ready=presser.on_ready, ask=Person().ask)
    assert summary.ended_by == "completed", summary
    assert not summary.is_simulated
    tools = {event.tool for event in presser.events if isinstance(event, StepStarted)}
    assert ("perc" in tools) is bool(urls)
