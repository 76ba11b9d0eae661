"""What can break on the bench: a catalogue of named, timed faults in the link, the device, the sensor, the person and the host.

A fault is data and a small effect that throws a switch of a part (``effects``); ``catalogue`` names them, ``timing`` says when,
``scenario`` reads a file of several, and ``schedule`` begins and ends them on the bench's clock.
"""

from __future__ import annotations

from sims.faults.catalogue import CATALOGUE, Fault, Place, find
from sims.faults.schedule import Schedule
from sims.faults.timing import Moment, Timed, parse

__all__ = ["CATALOGUE", "Fault", "Moment", "Place", "Schedule", "Timed", "find", "parse"]
