"""F45: who drives a device already. A mistaken second start is refused and stops nobody; a person's stop always works."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from massctl.app.control import SessionControl
from massctl.app.ownership import Owner, owners, refuse_if_owned
from massctl.app.request import RunRequest
from massctl.app.run import run_session
from massctl.app.stopping import stop_everything
from massctl.body.terms import Side
from massctl.errors import ExitCode, PortBusy
from massctl.programs.choices import Choices
from massctl.session.commands import KEYBOARD
from massctl.session.events import Event, Intervention, Phase, SessionEnded, Tick
from sims.bench import Bench


class First:
    """The session that is there first, on a served bench whose person presses its keys."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.events: list[Event] = []
        self.is_working = asyncio.Event()

    def see(self, event: Event) -> None:
        self.events.append(event)
        self.bench.see(event.to_json())
        if isinstance(event, Tick) and event.phase is Phase.WORKING and event.clock_s > 1:
            self.is_working.set()

    def begin(self, session: SessionControl) -> None:
        self.bench.attach(lambda key: session.press(KEYBOARD[key]))


def request_on(bench: Bench) -> RunRequest:
    urls: dict[str, Any] = {role: bench.urls[role] for role in ("massager", "sensor", "timer")}
    return RunRequest(program="racket-warm-up", choices=Choices(side=Side.RIGHT), **urls)


def test_F45_a_second_start_is_refused_in_clear_words_and_the_first_session_goes_on_until_a_person_stops_it() -> None:
    async def main() -> None:
        async with Bench(link="tcp") as bench, asyncio.TaskGroup() as group:
            first = First(bench)
            task: asyncio.Task[SessionEnded] = group.create_task(
                run_session(request_on(bench), on_event=first.see, on_ready=first.begin), name="first session"
            )
            await first.is_working.wait()
            drives = len(bench.world.drives)
            with pytest.raises(PortBusy) as refusal:
                await run_session(request_on(bench), on_event=print, on_ready=print)
            assert "another session of yours: racket-warm-up" in str(refusal.value)
            assert "massctl stop" in refusal.value.remedy
            assert refusal.value.exit_code is ExitCode.CONNECTION
            assert len(bench.world.drives) == drives
            assert bench.world.motor.speed_ppm > 500
            assert not [event for event in first.events if isinstance(event, Intervention)]
            (outcome,) = await stop_everything([bench.urls["massager"]])
            assert outcome.is_stopped
            assert outcome.is_measured
            assert (await task).ended_by == "interrupted"

    with asyncio.Runner(loop_factory=Bench.loop_factory(10.0)) as runner:
        runner.run(main())


async def test_F45_without_a_living_session_nothing_is_refused(folders: Path) -> None:
    assert await owners() == ()
    (folders / "runtime").mkdir(exist_ok=True)
    (folders / "runtime" / "dead.sock").write_text("no socket")
    await refuse_if_owned(["tcp://127.0.0.1:1"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ble://C4:7C:8D:6A:12:34", "ble://c4:7c:8d:6a:12:34?driver=hypervolt2"),
        ("tcp://192.0.2.9:6722?driver=sr201", "tcp://192.0.2.9:6722?driver=sr201&channel=1"),
        ("serial:///dev/ttyUSB0", "serial:///dev/ttyUSB0?driver=mark10&baud=9600"),
    ],
)
async def test_F45_a_device_is_known_by_its_place_however_its_address_is_written(
    one: str, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def owned() -> tuple[Owner, ...]:
        return (Owner("abc", "racket-warm-up", 1, frozenset({one})),)

    monkeypatch.setattr("massctl.app.ownership.owners", owned)
    with pytest.raises(PortBusy, match="racket-warm-up"):
        await refuse_if_owned([other])
    await refuse_if_owned(["serial:///dev/ttyUSB1", "manual://"])
