"""The two-minute tour: what the session screen shows and which keys to try, then a run of it on the simulated bench."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from massctl.app.request import RunRequest
from massctl.body.terms import Side
from massctl.dashboard.dialogs import Read
from massctl.dashboard.lines import BLANK, Line, line
from massctl.programs.choices import Choices

if TYPE_CHECKING:
    from massctl.dashboard.page import Page

POINT: Final = "GMAX"
"""A large muscle on which nothing delicate lies."""
ROWS: Final[tuple[Line, ...]] = (
    line("All of it is simulated, the person too: nothing real moves."),
    line("It ends by itself after two minutes of work. A simulated person"),
    line("presses keys; yours work as well."),
    BLANK,
    line(("Look for", "bold")),
    line("  the large figures: the time that is left"),
    line("  the gauge: PRESS HARDER, GOOD or EASE OFF, in words"),
    line("  the line at the bottom: the keys that do something now"),
    BLANK,
    line(("Try", "bold")),
    line(("  0–9    ", "ask"), "how strong it is; 7 or more makes it gentler"),
    line(("  + −    ", "ask"), "faster, slower"),
    line(("  space  ", "ask"), "pause: the motor is off at once; Enter goes on"),
    line(("  Esc    ", "ask"), "emergency stop; then l and c go on, or q finishes"),
)


async def tour(page: Page) -> bool:
    """Show what to look for, then run on the bench, from a worker; return whether it began."""
    if not await page.app.push_screen_wait(Read("The two-minute tour", ROWS)):
        return False
    page.massctl.start_session(RunRequest(point=POINT, choices=Choices(side=Side.LEFT), is_simulated=True))
    return True
