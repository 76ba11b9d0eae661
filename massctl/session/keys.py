"""What each key does to the walk through a plan. Stop and reset are not here: the runner takes them before anything else.

A key that means nothing in the phase at hand does nothing; every key is a sign of life (F23), which is counted elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from massctl.programs.planner import manual_alternative
from massctl.session import asks, endings
from massctl.session.commands import Key, Press
from massctl.session.conductor import Conductor
from massctl.session.events import DiscomfortRated, Phase
from massctl.session.modes import TRAITS

EXTEND_S: Final = 15.0


def press(conductor: Conductor, now_s: float, pressed: Press) -> None:
    """Let one press act."""
    match pressed.key:
        case Key.GO_ON:
            _go_on(conductor, now_s)
        case Key.PAUSE:
            conductor.pause(now_s)
        case Key.DISCOMFORT:
            _rate(conductor, now_s, pressed)
        case Key.SOFTER:
            _softer(conductor, now_s)
        case Key.EXTEND if conductor.is_at_work:
            conductor.work.maximum_s = endings.extended_s(conductor.work, conductor.scope, EXTEND_S)
        case Key.FASTER | Key.SLOWER:
            _nudge(conductor, pressed.key)
        case Key.BACK | Key.SKIP | Key.TRIM | Key.SWAP:
            _leave(conductor, now_s, pressed.key)
        case _:
            pass


def _go_on(conductor: Conductor, now_s: float) -> None:
    match conductor.snapshot.phase:
        case Phase.WAITING if conductor.is_ending:
            conductor.switched_off(now_s)
        case Phase.WAITING:
            conductor.start(now_s)
        case Phase.PAUSED:
            conductor.resume(now_s)
        case Phase.RATING if conductor.is_scanning and conductor.scan is not None:
            conductor.scan.go_on()
            conductor.ask_candidate(now_s)
        case Phase.RATING:
            conductor.answered(now_s)
        case Phase.WORKING if TRAITS[conductor.step.mode].ends_by_press:
            if conductor.scope.measures_pressure and conductor.snapshot.last_force is not None:
                conductor.work.end_force_n = conductor.snapshot.last_force.mean_n
            conductor.end(now_s, "done")
        case _:
            pass


def _rate(conductor: Conductor, now_s: float, pressed: Press) -> None:
    value = pressed.value
    if value is None:
        return
    feelings, is_scanning = conductor.snapshot.feelings, conductor.is_scanning
    scanned = conductor.scan.candidate if is_scanning and conductor.scan is not None else None
    if is_scanning and conductor.scan is not None and not conductor.scan.rate(value):
        conductor.say(now_s, Phase.RATING, conductor.scan.ask_again)
        return
    corrects = feelings.rate(value, now_s)
    at_s = conductor.at_s(now_s)
    rated = DiscomfortRated(at_s=at_s, value=value, corrects=corrects, origin=pressed.origin)
    if scanned is not None and scanned.point is not None:
        rated = replace(rated, point=scanned.point.id, side=scanned.side)
    conductor.events.append(rated)
    if is_scanning:
        conductor.ask_candidate(now_s)
    elif conductor.snapshot.phase is Phase.RATING:
        conductor.rated(now_s)
    elif corrects is not None:
        conductor.corrected(now_s, value)


def _softer(conductor: Conductor, now_s: float) -> None:
    """Remember 'felt softer', of a pause too, because a double tread pauses first: it ends a pin from its minimum on."""
    phase = conductor.snapshot.phase
    is_paused = phase is Phase.PAUSED and not conductor.is_ending
    if (conductor.is_at_work or is_paused) and TRAITS[conductor.step.mode].may_ease:
        work = conductor.work
        work.feels_softer = True
        if not is_paused and work.clock_s < endings.minimum_s(work):
            conductor.say(now_s, phase, asks.softer(endings.minimum_s(work)))


def _nudge(conductor: Conductor, key: Key) -> None:
    """Change the speed by at most 100 PPM a press (F17), never above the plan or what the device can do."""
    if not conductor.is_at_work:
        return
    if key is Key.FASTER:
        conductor.supervisor.faster(conductor.snapshot)
    else:
        conductor.supervisor.slower(conductor.snapshot)


def _leave(conductor: Conductor, now_s: float, key: Key) -> None:
    """Leave the step at hand: to the one before, to the next, or for a manual tool. The motor is off at once."""
    if (
        conductor.snapshot.phase in {Phase.STOPPED, Phase.RECONNECTING, Phase.CONNECTING, Phase.DONE}
        or conductor.index < 0
    ):
        return
    conductor.supervisor.forget_pause()
    if key is Key.BACK and conductor.is_scanning and conductor.scan is not None and conductor.scan.at > 0:
        conductor.scan.go_back()
        conductor.ask_candidate(now_s)
    elif key is Key.BACK:
        conductor.close(now_s, "skipped", next_index=conductor.index_before)
    elif key is Key.SWAP:
        _swap(conductor, now_s)
    elif key is Key.TRIM and conductor.is_at_work:
        conductor.end(now_s, "trimmed")
    else:
        conductor.close(now_s, "skipped")


def _swap(conductor: Conductor, now_s: float) -> None:
    """Do this step with a manual tool instead; nothing happens where the point has none."""
    manual = manual_alternative(conductor.step, conductor.plan.tools)
    if manual is None:
        return
    index = conductor.index
    conductor.steps = (*conductor.steps[:index], manual, *conductor.steps[index + 1 :])
    conductor.close(now_s, "swapped", next_index=index)
