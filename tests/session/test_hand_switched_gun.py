"""A gun without a link: it counts as running until a person says that it is off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from massctl.devices import connect
from massctl.devices.capabilities import Massager, TimerCapabilities
from massctl.programs.plan import PlannedStep
from massctl.session import events
from massctl.session.commands import Key
from massctl.session.events import Phase
from massctl.session.facts import facts_of
from massctl.session.runner import SessionDevices
from tests.session.rig import Rig, rig
from tests.session.stage import manual, percussion, plan

pytestmark = pytest.mark.virtual

BY_HAND = percussion("GMAX", speed_ppm=1700, head="ball", maximum_s=120.0)
LEVEL_1 = percussion("GMAX", speed_ppm=1500, level=1, maximum_s=20.0)
OFF_NOW = "witch it off now"


async def gun(url: str) -> Massager:
    massager = (await connect(url, ["massager"])).massager
    assert massager is not None
    return massager


@asynccontextmanager
async def by_hand(*steps: PlannedStep, levels: str = "1400,1700") -> AsyncIterator[Rig]:
    """Run a session with a gun of these levels, to where it asks for its start."""
    devices = SessionDevices(massager=await gun(f"manual://?levels={levels}"))
    async with rig(plan(*steps), with_person=False, roles=(), devices=devices) as stage:
        await stage.until_phase(Phase.RATING)
        stage.press(Key.GO_ON)
        yield stage


async def switch_on(stage: Rig) -> None:
    stage.press(Key.GO_ON)
    assert stage.runner._core.snapshot.is_hand_on
    await asyncio.sleep(5.0)


@pytest.mark.parametrize("key", [Key.PAUSE, Key.SKIP, Key.SWAP, Key.DISCOMFORT])
async def test_f42_a_gun_without_a_link_counts_as_running_until_a_person_says_it_is_off(key: Key) -> None:
    async with by_hand(BY_HAND, BY_HAND, manual()) as stage:
        await switch_on(stage)
        stage.press(key, 8 if key is Key.DISCOMFORT else None)
        await asyncio.sleep(0.6)
        snapshot = stage.runner._core.snapshot
        assert OFF_NOW in stage.ask
        assert snapshot.is_hand_on
        assert snapshot.is_motor_on
        stage.press(Key.GO_ON)
        assert not snapshot.is_hand_on
        assert snapshot.phase in {Phase.PAUSED, Phase.WAITING}
        assert OFF_NOW not in stage.ask


async def test_f23_nobody_who_says_that_a_gun_is_off_is_silence() -> None:
    async with by_hand(BY_HAND) as stage:
        await switch_on(stage)
        stage.press(Key.PAUSE)
        await asyncio.sleep(81.0)
        assert ("F23", "stop") in stage.told()


async def test_f42_finish_over_a_gun_without_a_link_waits_for_the_word_that_it_is_off() -> None:
    async with by_hand(BY_HAND) as stage:
        await switch_on(stage)
        stage.press(Key.FINISH)
        await asyncio.sleep(5.0)
        assert not stage.task.done()
        assert OFF_NOW in stage.ask
        stage.press(Key.GO_ON)
        ended = await stage.task
        assert (ended.ended_by, ended.rule) == ("person", None)


async def test_a_gun_without_a_link_is_told_about_and_never_said_to_be_stopped() -> None:
    async with by_hand(LEVEL_1, levels="1500,1800") as stage:
        assert "level 1 on Gluteus maximus left" in stage.ask
        assert "massctl cannot stop it" in stage.ask
        await switch_on(stage)
        await stage.until_phase(Phase.WAITING, 30.0)
        assert stage.ask.startswith("Switch it off now, lift it off")
        await asyncio.sleep(0.6)
        stage.press(Key.GO_ON)
        assert stage.of(events.StepEnded)[-1].contact_s == pytest.approx(20.6, abs=0.3)
        assert (await stage.task).ended_by == "completed"


async def test_a_gun_without_a_link_is_not_confirmed_to_stand_after_a_stop() -> None:
    async with by_hand(LEVEL_1, levels="1500,1800") as stage:
        await switch_on(stage)
        stage.press(Key.STOP)
        assert "massctl cannot stop it: switch it off now" in stage.ask
        await stage.until(lambda: bool(stage.of(events.StopSeen)), 3.0)
        assert not stage.stop.is_confirmed
        stage.press(Key.RELEASE)
        stage.press(Key.CONFIRM)
        assert stage.is_in(Phase.WAITING)


@pytest.mark.parametrize(("url", "can_stop"), [("manual://?min=1500", False), ("manual://?min=1500&relay=yes", True)])
async def test_f54_a_relay_stops_a_gun_only_if_its_owner_has_declared_that_it_feeds_it(
    url: str, can_stop: bool
) -> None:
    facts = facts_of((await gun(url)).capabilities, None, TimerCapabilities(60.0))
    assert facts.can_stop is can_stop
