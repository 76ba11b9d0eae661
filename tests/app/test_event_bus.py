"""The bus: order, later delivery, a failing or slow watcher disturbs nobody, safety events are never dropped."""

from __future__ import annotations

import asyncio

import pytest

from massctl.app import bus as bus_module
from massctl.app.bus import EventBus, EventStream
from massctl.rules import Level
from massctl.session.events import Cue, CueKind, Event, Intervention, Phase, PhaseChanged, Tick, Warned


def tick(at_s: float) -> Tick:
    return Tick(
        at_s=at_s,
        phase=Phase.WORKING,
        number=1,
        clock_s=0.0,
        remaining_s=0.0,
        contact_s=0.0,
        speed_set_ppm=0.0,
        speed_measured_ppm=None,
        force_n=None,
        peak_n=None,
        cue=None,
        discomfort=None,
        battery_percent=None,
        temperature_c=None,
        lease_s=None,
        timer_remaining_s=None,
        progress=0.0,
    )


async def all_of(stream: EventStream) -> list[Event]:
    events = []
    while (event := await stream.get()) is not None:
        events.append(event)
    return events


def stop(at_s: float) -> Intervention:
    return Intervention(at_s=at_s, rule="F10", level=Level.STOP, text="too hard")


async def test_watchers_get_events_in_order_and_not_inside_publish() -> None:
    bus, seen = EventBus(), list[float]()
    bus.subscribe("a display", lambda event: seen.append(event.at_s))
    bus.publish(stop(1.0))
    bus.publish(stop(2.0))
    assert seen == []
    await asyncio.sleep(0)
    assert seen == [1.0, 2.0]
    assert bus.last_at_s == 2.0


async def test_a_failing_watcher_is_dropped_and_the_others_hear_why() -> None:
    bus, seen = EventBus(), list[Event]()

    def fail(_event: Event) -> None:
        raise BrokenPipeError("gone")

    bus.subscribe("the display", fail)
    bus.subscribe("the record", seen.append)
    bus.publish(stop(1.0))
    bus.publish(stop(2.0))
    await asyncio.sleep(0)
    bus.deliver()
    assert [event.kind for event in seen] == ["intervention", "intervention", "warning"]
    assert isinstance(seen[-1], Warned)
    assert "the display failed" in seen[-1].text
    bus.publish(stop(3.0))
    bus.deliver()
    assert seen[3:] == [stop(3.0)]


async def test_a_watcher_that_unsubscribes_hears_no_more() -> None:
    bus, seen = EventBus(), list[Event]()
    unsubscribe = bus.subscribe("a display", seen.append)
    unsubscribe()
    unsubscribe()
    bus.publish(stop(1.0))
    bus.deliver()
    assert seen == []


async def test_a_full_queue_drops_the_oldest_ticks_and_no_safety_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus_module, "QUEUE_MAX", 3)
    bus, seen = EventBus(), list[Event]()
    bus.subscribe("a display", seen.append)
    for event in (tick(1.0), tick(2.0), stop(3.0), tick(4.0), stop(5.0), stop(6.0), stop(7.0), tick(8.0)):
        bus.publish(event)
    bus.deliver()
    assert [event.at_s for event in seen] == [3.0, 5.0, 6.0, 7.0]


async def test_a_stream_ends_when_closed_after_what_waits() -> None:
    bus = EventBus()
    stream = EventStream(bus, "a reader")
    bus.publish(Cue(at_s=1.0, cue=CueKind.GOOD))
    bus.deliver()
    stream.close()
    bus.publish(Cue(at_s=2.0, cue=CueKind.GOOD))
    bus.deliver()
    assert [event.at_s for event in await all_of(stream)] == [1.0]


async def test_a_reader_that_never_reads_is_cut_off_and_memory_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus_module, "QUEUE_MAX", 3)
    bus = EventBus()
    stream = EventStream(bus, "a reader")
    for n in range(100):
        bus.publish(PhaseChanged(at_s=float(n), phase=Phase.WAITING))
        bus.publish(tick(float(n)))
        bus.deliver()
    assert len(await all_of(stream)) <= 6
