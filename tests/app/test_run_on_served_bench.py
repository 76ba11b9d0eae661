"""Two terminals in one process: a served bench, and a run against the addresses that it prints, unplugged and stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from massctl.app.control import SessionControl
from massctl.app.preflight import PreflightAnswers, PreflightPage
from massctl.app.request import RunRequest
from massctl.app.run import exit_code, run_session
from massctl.app.stopping import stop_everything
from massctl.body.terms import Side
from massctl.errors import ExitCode
from massctl.history.reading import History
from massctl.programs.choices import Choices
from massctl.session.commands import KEYBOARD, Key, Press
from massctl.session.events import Event, LinkChanged, Phase, PhaseChanged, Pressed, SessionEnded, Tick
from sims.bench import Bench

LEASE_S = 1.0


def in_scaled_time(main: Coroutine[Any, Any, None], speed: float | None = 60.0) -> None:
    with asyncio.Runner(loop_factory=Bench.loop_factory(speed)) as runner:
        runner.run(main)


Act = tuple[Callable[[Event], bool], Callable[[SessionControl], object]]
"""At the first event of which the one says so, the other is done."""


class SecondTerminal:
    """Runs on a bench that it knows by its addresses only; the bench's person watches and presses its keys."""

    def __init__(self, bench: Bench, *story: Act) -> None:
        self.events: list[Event] = []
        self.moments_s: list[float] = []
        """When each act of the story was done."""
        self._bench = bench
        self._story = list(story)

    async def run(self, **changes: Any) -> SessionEnded:
        urls = {role: self._bench.urls[role] for role in ("massager", "sensor", "timer")}
        request = RunRequest(program="racket-warm-up", choices=Choices(side=Side.RIGHT), **(urls | changes))
        return await run_session(request, on_event=self._see, on_ready=self._start, ask=self._accept)

    async def _accept(self, page: PreflightPage) -> PreflightAnswers:
        return PreflightAnswers(accepts_disclaimer=bool(page.disclaimer))

    def _start(self, session: SessionControl) -> None:
        self._session = session
        self._bench.attach(lambda key: session.press(KEYBOARD[key]))

    def _see(self, event: Event) -> None:
        self.events.append(event)
        self._bench.see(event.to_json())
        if self._story and self._story[0][0](event):
            _, act = self._story.pop(0)
            self.moments_s.append(asyncio.get_running_loop().time())
            act(self._session)


def is_working(event: Event) -> bool:
    return isinstance(event, Tick) and event.phase is Phase.WORKING and event.clock_s > 3


def is_state(state: str) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, LinkChanged) and event.state == state


def finish(session: SessionControl) -> None:
    session.press(Press(Key.FINISH))


def answer(session: SessionControl) -> None:
    """Say a moment later that the tool is off the body: nobody can see the motor stand."""
    asyncio.get_running_loop().call_later(0.5, session.press, Press(Key.RELEASE))


@pytest.mark.parametrize("link", ["pty", "tcp"])
def test_unplugging_all_mid_run_is_a_lost_link_with_exit_code_3_and_the_motor_off_within_its_lease(link: Any) -> None:
    async def main() -> None:
        async with Bench(link=link) as bench:

            def unplug(_session: SessionControl) -> None:
                assert bench.world.motor.speed_ppm > 500
                for role in ("massager", "sensor", "timer"):
                    bench.unplug(role)

            terminal = SecondTerminal(bench, (is_working, unplug), (is_state("given up"), answer))
            summary = await terminal.run()
            assert summary.ended_by == "link lost", summary
            assert exit_code(summary) is ExitCode.CONNECTION
            states = [event.state for event in terminal.events if isinstance(event, LinkChanged)]
            assert (states[0], states[-1]) == ("lost", "given up")
            off = [entry.at_s for entry in bench.world.log if entry.device == "massager" and "motor off" in entry.what]
            unplugged_s = terminal.moments_s[0]
            assert any(unplugged_s <= at_s <= unplugged_s + LEASE_S + 0.1 for at_s in off), bench.world.log
            assert bench.world.motor.speed_ppm == pytest.approx(0.0, abs=1.0)

    in_scaled_time(main())


def test_unplugging_all_in_a_pause_is_a_lost_link_with_a_summary_too() -> None:
    async def main() -> None:
        async with Bench(link="pty") as bench:

            def pause_and_unplug(session: SessionControl) -> None:
                session.press(Press(Key.PAUSE))
                for role in ("massager", "sensor", "timer"):
                    asyncio.get_running_loop().call_later(1.0, bench.unplug, role)

            terminal = SecondTerminal(bench, (is_working, pause_and_unplug), (is_state("given up"), answer))
            summary = await terminal.run()
            assert exit_code(summary) is ExitCode.CONNECTION, summary
            assert terminal.events[-1] == summary
            assert [event for event in terminal.events if isinstance(event, LinkChanged)]

    in_scaled_time(main())


def test_a_session_on_a_served_bench_is_recorded_as_simulated() -> None:
    async def main() -> None:
        async with Bench(link="tcp") as bench:
            terminal = SecondTerminal(bench, (is_working, finish))
            summary = await terminal.run()
            assert summary.is_simulated
            assert History().session("last").is_simulated
            assert History().last_request(is_simulated=False) is None

    in_scaled_time(main())


def test_a_massager_back_on_its_link_goes_on_only_after_a_press() -> None:
    async def main() -> None:
        async with Bench(link="tcp") as bench, asyncio.TaskGroup() as group:

            async def out_and_in() -> None:
                bench.unplug("massager")
                await asyncio.sleep(1.2)
                await bench.plug_in("massager")

            terminal = SecondTerminal(
                bench,
                (is_working, lambda _: group.create_task(out_and_in(), name="a loose cable")),
                (is_state("back"), lambda _: None),
                (is_working, finish),
            )
            summary = await terminal.run()
            assert summary.ended_by == "person", summary
            back = next(index for index, event in enumerate(terminal.events) if is_state("back")(event))
            behind = terminal.events[back:]
            press = next(index for index, event in enumerate(behind) if isinstance(event, Pressed))
            assert any(isinstance(event, PhaseChanged) and event.phase is Phase.PAUSED for event in behind[:press])
            assert {event.speed_set_ppm for event in behind[:press] if isinstance(event, Tick)} <= {0}

    in_scaled_time(main())


def test_stop_without_a_running_session_reaches_the_devices_by_their_address() -> None:
    async def main() -> None:
        async with Bench(link="tcp") as bench:
            outcomes = await stop_everything([bench.urls["massager"], bench.urls["timer"]])
            assert [outcome.is_stopped for outcome in outcomes] == [True, True], outcomes
            massager, timer = outcomes
            assert massager.text.startswith("motor off, confirmed in "), "its own speed is read without a claim"
            assert massager.is_measured
            assert "nobody measured it: look" in timer.text, "a board without a motor has none to read"
            assert not timer.is_measured

    in_scaled_time(main(), speed=1.0)


def test_the_bytes_of_every_link_are_recorded_when_asked_for(tmp_path: Path) -> None:
    async def main() -> None:
        async with Bench(link="tcp") as bench:
            terminal = SecondTerminal(bench, (is_working, finish))
            await terminal.run(record=tmp_path / "bytes.jsonl")

    in_scaled_time(main())
    assert sorted(path.name for path in tmp_path.glob("bytes*")) == ["bytes-2.jsonl", "bytes-3.jsonl", "bytes.jsonl"]
