"""The library's card: the program or point at hand as it would be, or why there is nothing to show. Pure."""

from __future__ import annotations

from massctl.body.atlas import Atlas
from massctl.dashboard.lines import BLANK, Line, line, wrapped
from massctl.dashboard.listing import Chosen
from massctl.dashboard.picks import Picks
from massctl.dashboard.shelf import Shelf
from massctl.faces.words import SIDES

_POINT_KEYS = "Enter or g: the massager here · l: help me find it · n: a program of it"
_INSTEAD = "Esc shows all again, then w lists where it can hurt."


def card_of(chosen: Chosen, shelf: Shelf, picks: Picks, width: int, red_flags: tuple[str, ...]) -> list[Line]:
    """Return the card of what is chosen; without plan and person while these are being read."""
    program, ahead = chosen.program, shelf.ahead
    if ahead is None:
        title = program.title if program is not None else chosen.point_id
        return [line((title, "bold")), line(("reading …", "quiet"))]
    again = [*wrapped(_again(shelf), width, 3, "ask"), BLANK] if chosen.is_again else []
    if program is not None:
        from massctl.dashboard.program_card import program_card  # noqa: PLC0415 - the first frame comes without it

        seen = shelf.outlook(program, picks)
        assert seen is not None, "what it needs has been read"
        card = program_card(seen, picks, shelf.settings, ahead.person, width, red_flags=red_flags)
        return [*again, *card]
    if chosen.point_id:
        from massctl.dashboard.point_card import point_card  # noqa: PLC0415 - the same

        keys = again or [*wrapped(_POINT_KEYS, width, 2, "ask"), BLANK]
        point = Atlas.load().point(chosen.point_id)
        return [*keys, *point_card(point, ahead.person.allowance, shelf.settings, width)]
    return []


def _again(shelf: Shelf) -> str:
    """Return how the last session is repeated; of the massager alone with the side and the speed it had."""
    last = shelf.last
    if last is None or not last.point:
        return "Enter runs this as you did last time."
    side = SIDES.get(last.choices.side.value, "") if last.choices.side is not None else ""
    speed = f"{last.speed_ppm:,} strokes a minute" if last.speed_ppm is not None else "at its gentlest"
    how = ", ".join(part for part in (side, speed) if part)
    return f"Enter runs the massager here as you did last time: {how}."


def nothing_found(words: str, meant: str, width: int) -> list[Line]:
    """Return what is said where nothing fits the words, and the words that may have been meant."""
    did_you = f" Did you mean {meant}? Enter looks for it." if meant else ""
    return [
        *wrapped(f"Nothing fits '{words}'.{did_you}", width, 3, "ask" if meant else ""),
        *wrapped(_INSTEAD, width, 2),
    ]
