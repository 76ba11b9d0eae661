"""Whether the motor runs, in a few words for every face: what was measured goes before what was set. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from massctl.faces.session_view import SessionView
from massctl.session.events import Phase

TURNS_PPM: Final = 30.0
"""Below this a motor stands: a reading of a standing motor is never quite zero (design value)."""


class MotorState(NamedTuple):
    """What is known of the motor."""

    words: str
    """To go behind 'motor'; '' where there is none, or nothing is known yet."""
    runs: bool


OFF: Final = MotorState("OFF", runs=False)


def motor_state(view: SessionView) -> MotorState:
    """Return whether the motor runs."""
    step, tick = view.step, view.tick
    if not view.has_motor or (step is None and view.phase is Phase.CONNECTING):
        return MotorState("", runs=False)
    if step is not None and step.is_switched_by_hand:
        return MotorState("by your switch", runs=view.phase is Phase.WORKING)
    if tick is None:  # between two steps it is off (F53)
        return OFF
    measured_ppm, set_ppm = tick.speed_measured_ppm, tick.speed_set_ppm
    if measured_ppm is None:
        return MotorState(f"on: {set_ppm:,.0f}/min set", runs=True) if set_ppm else OFF
    if measured_ppm < TURNS_PPM:
        return MotorState("starts", runs=True) if set_ppm else OFF
    return MotorState(f"{'runs' if set_ppm else 'still turns'}: {measured_ppm:,.0f}/min", runs=True)
