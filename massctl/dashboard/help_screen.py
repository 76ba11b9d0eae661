"""The help page: how to begin, every key, the safety notice, what is known of the effects, and the rules with their sources."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final, NamedTuple

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from massctl import __version__
from massctl.app.preflight import DISCLAIMER
from massctl.dashboard.lines import BLANK, Line, line, whole
from massctl.dashboard.two_panes import TwoPanes
from massctl.faces.words import KEYS as SESSION_KEYS
from massctl.programs.evidence import all_evidence
from massctl.rules import RULES

Keys = tuple[tuple[str, str], ...]


class Topic(NamedTuple):
    """One topic of the help."""

    id: str
    title: str
    rows: Callable[[int], list[Line]]


class HelpScreen(TwoPanes):
    """Topics at the left, their text at the right."""

    page_title = "Help"
    page_name = "help"
    keys = (("↑↓", "topic"), ("j J", "read on, back"), ("t", "the two-minute tour"), ("Esc", "programs"))
    key_words = "↑↓ topic · j J read on, back · t two-minute tour · Esc programs"
    left_widths = (24, 24)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "tour", "tour", show=False),
        Binding("space", "card(1)", "read on", show=False),
    ]

    def left(self) -> Widget:
        """Return the topics."""
        return OptionList(*(Option(topic.title, id=topic.id) for topic in TOPICS), classes="left")

    def begin(self) -> None:
        """Begin at the beginning."""
        self.query_one(OptionList).highlighted = 0

    def card(self, width: int) -> list[Line]:
        """Return the text of the topic at hand."""
        return TOPICS[self.query_one(OptionList).highlighted or 0].rows(width)

    def on_option_list_option_highlighted(self) -> None:
        """Show the topic at hand."""
        self.show_card()
        self.card_to_top()

    def on_option_list_option_selected(self) -> None:
        """Read on: Enter does what a reader expects."""
        self.action_card(1)

    @work(group="tour", exclusive=True)
    async def action_tour(self) -> None:
        """The two-minute tour on the bench."""
        from massctl.dashboard.tour import tour  # noqa: PLC0415 - seldom

        await tour(self)


_STEPS: Final = (
    "1 Programs: / and type where it hurts, or choose one with the arrows. The card says what it would be for you today.",
    "Enter starts it. On hardware a page of questions comes first; nothing moves before you have answered.",
    "The screen says what to do. Enter starts the motor, softly, each time anew. Give 0–9 for how strong it is.",
    "space pauses. In a session Esc and x stop it, above everything. On a page x stops all that massctl can reach.",
    "The massager's own switch stays in reach.",
)
_ASKED: Final = (
    ("I have five minutes", "i on the programs page, until it says 5."),
    ("Only my right side", "s on the programs page."),
    ("The same as last time", "a on the programs page; favourites: f."),
    (
        "My gun has no Bluetooth",
        "m on the devices page, or just start: it is asked. massctl then tells level and time.",
    ),
    ("I own only a ball", "o on the person page: mark what you have. Programs take what is there."),
    ("Just run the massager here", "g on the programs or body page: two minutes at most [F46]."),
    (
        "Help me find the point",
        "l on the programs or body page; f in a session, while the motor is off. No clock runs.",
    ),
    ("I can't reach it", "u while finding the points: another tool gets there. w in a session."),
    ("A partner holds the massager", "p on the programs page."),
    ("Somebody else now", "Enter on the person page hands over."),
    ("I mistyped that 8", "Type the right number within 5 seconds: it replaces the wrong one [F20]."),
    (
        "A foot pedal, or the timer's button",
        "ctrl+p, then Pedals and buttons: tread on it, and choose what it means. One is enough to pause, go on and stop.",
    ),
    ("Change the head", "space pauses, the motor is off; h says which one, and waits until it is fitted."),
    ("It is blocked", "u on the programs page shows what is possible instead."),
    ("I did one without massctl", "a on the history page logs it."),
    ("It stopped because I was dizzy", "The summary says what to do now; the history page shows it again."),
)
"""What people ask, and where it is."""


def _begin(width: int) -> list[Line]:
    rows: list[Line] = [line((f"massctl {__version__}", "bold"))]
    rows += [*whole("A wellness and hobby controller.", width, "quiet"), BLANK]
    for number, text in enumerate(_STEPS, 1):
        first, *more = whole(text, width - 2)
        rows += [line((f"{number} ", "ask"), *first), *(line("  ", *row) for row in more)]
    rows += [BLANK, *whole("t shows it in two minutes, on the simulated bench: nothing real moves.", width, "ask")]
    rows += [BLANK, line(("Often asked", "bold"))]
    for question, answer in _ASKED:
        rows += [*whole(question, width, "ask"), *(line("  ", *row) for row in whole(answer, width - 2))]
    return rows


def _notice(width: int) -> list[Line]:
    rows = [*whole(DISCLAIMER, width), BLANK]
    for text in (_NEVER, _ENOUGH):
        rows += whole(text, width)
    return [*rows, BLANK, *whole(_SEEK_CARE, width, "caution")]


_NEVER: Final = (
    "Never while driving. The massager never on head, neck, armpit, spine, ribs, belly, groin, knee, hand or inner thigh. "
    "[F2]"
)
_ENOUGH: Final = (
    "More pressure and more pain are not faster: aim at 3 to 6 of 10, and stop at anything numb or sharp. [F20]"
)
_SEEK_CARE: Final = (
    "Seek care now, and do not massage it away: a sudden headache, the worst you have known; new dizziness, double vision, "
    "slurred speech, a drooping face; weakness in a leg, numbness between the legs, a change in bladder or bowel; chest pain; one "
    "calf hot and swollen; fever with back pain; dark urine with muscle pain. [F9]"
)


def _session_keys(width: int) -> list[Line]:
    rows = [
        *whole("The same in every face. Any other letter or figure pauses.", width, "quiet"),
        BLANK,
    ]
    return [*rows, *_key_rows(tuple((name, text) for name, _, text in SESSION_KEYS), width)]


def _page_keys(width: int) -> list[Line]:
    from massctl.dashboard import (  # noqa: PLC0415 - only where somebody reads it
        body_screen,
        builder_view,
        devices_screen,
        free_run,
        history_screen,
        library_words,
        person_screen,
    )

    rows: list[Line] = [
        *whole("1–6 pages, x stops all that massctl can reach, q leaves, ctrl+p commands, F2 large figures.", width),
        BLANK,
    ]
    pages: tuple[tuple[str, Keys], ...] = (
        ("1 Programs", library_words.KEYS),
        ("2 Body", body_screen.KEYS),
        ("3 Devices", devices_screen.KEYS),
        ("4 Person", person_screen.KEYS),
        ("5 History", history_screen.KEYS),
        ("The massager alone (g)", free_run.FreeRunScreen.keys),
        ("A program of my own (n)", builder_view.KEYS),
        ("After a session", (("a", "the same again"), ("Enter q", "back to the programs"))),
    )
    for title, keys in pages:
        rows += [line((title, "bold")), *_key_rows(keys, width), BLANK]
    return rows


def _key_rows(keys: Keys, width: int) -> list[Line]:
    rows: list[Line] = []
    for name, text in keys:
        first, *more = whole(text, width - 10)
        rows += [line((f"{name:<9} ", "ask"), *first), *(line(" " * 10, *row) for row in more)]
    return rows


def _evidence(width: int) -> list[Line]:
    rows: list[Line] = [*whole("What studies found, and no more. Other doses are design values.", width, "quiet")]
    for note in all_evidence():
        unsure = "" if note.is_verified else " (unverified)"
        rows += [BLANK, *whole(f"{note.text}{unsure}", width), *whole(note.source, width, "quiet")]
    return rows


def _rules(width: int) -> list[Line]:
    rows: list[Line] = [*whole("Every refusal and intervention names its rule.", width, "quiet")]
    for rule in RULES.values():
        levels = ", ".join(level.value for level in rule.levels)
        rows += [BLANK, *whole(f"{rule.id}  {rule.title}", width, "ask"), *whole(levels, width, "quiet")]
        if rule.awaits:
            rows += whole(f"Not enforced yet: it comes with the {rule.awaits}.", width, "caution")
        rows += [*whole(rule.sentence, width), *whole(f"Source: {rule.source}", width, "quiet")]
    return rows


TOPICS: Final = (
    Topic("begin", "How to begin", _begin),
    Topic("notice", "Safety notice", _notice),
    Topic("session", "Keys of a session", _session_keys),
    Topic("pages", "Keys of the pages", _page_keys),
    Topic("evidence", "What is known", _evidence),
    Topic("rules", "The rules", _rules),
)
"""In the order of the list."""
