"""The twin of a corded wand: it runs at the rate of its dial whenever its socket has power. Pure.

Quirks kept: no soft start; its switch is left on, so that power alone starts it; it has no wire of its own.

Not modelled: a wand whose electronic button has to be pressed again after power comes back.
"""

from __future__ import annotations

from typing import ClassVar, Final

from sims.vendors.twin import StreamTwin
from sims.world import World

RATE_PPM: Final = 1_700
"""Where its dial stands."""


class WandTwin(StreamTwin):
    """A wand in the timer's socket."""

    id: ClassVar[str] = "wand"
    role: ClassVar[str] = "massager"
    plain_url: ClassVar[str | None] = f"wand://?rate={RATE_PPM}"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.relay_feeds_motor = True
        world.motor_faults = lambda _faults, _now_s: None
        world.massager.ramp_max_ppm_per_s = 1e6
        world.massager.run(RATE_PPM, 1_000_000)
