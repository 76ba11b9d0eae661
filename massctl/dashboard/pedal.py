"""What a pedal and the timer's buttons mean: shown, learnt by pressing them, changed, kept in the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from massctl.app.pedals import COMMANDS, TIMER_COMMANDS, TIMER_INPUTS, TREAD
from massctl.dashboard.dialogs import Choose, Dialog, Item
from massctl.dashboard.keys import SPACE_COMMANDS, check_pedal, name_of
from massctl.errors import UsageError
from massctl.faces.words import KEYS
from massctl.session.attended import INPUTS

if TYPE_CHECKING:
    from massctl.dashboard.app import MassctlApp

LEARN: Final = "a new key"
NOTHING: Final = "nothing"
TREAD_WORDS: Final = "one button for all: pauses while it runs, else goes on"
_SAID: Final = (
    "One or two pedals are enough to run a session: any that sends a key, or the timer's own. A pedal held down is always the "
    "emergency stop, and one that goes down while the motor runs always takes it off; so does the timer's button, unless it means "
    "something gentler."
)
_WORDS: Final = {TREAD: TREAD_WORDS} | {key.value: words for _, key, words in KEYS}


async def ask_pedal(app: MassctlApp) -> None:
    """Show what each input means, and change it, until the person goes back."""
    while (name := await app.push_screen_wait(Choose("Pedals and buttons", _inputs(app.pedal), _SAID))) is not None:
        if name == LEARN:
            name = await app.push_screen_wait(PressKey())
        command = name and await app.push_screen_wait(Choose(f"What shall '{name}' mean?", _commands(name)))
        if name and command:
            others = {each: meaning for each, meaning in app.pedal.items() if each != name}
            app.change_pedal(others if command == NOTHING else {**others, name: command})


def _inputs(pedal: dict[str, str]) -> list[Item]:
    rows = [Item(name, f"{name}: {_WORDS[pedal.get(name) or _usual(name)]}") for name in TIMER_INPUTS]
    rows += [
        Item(name, f"key {name}: {_WORDS[meaning]}") for name, meaning in pedal.items() if name not in TIMER_INPUTS
    ]
    return [*rows, Item(LEARN, "Another pedal: press it, and choose what it means")]


def _commands(name: str) -> list[Item]:
    none = f"as it comes: {_WORDS[_usual(name)]}" if name in TIMER_INPUTS else "nothing: it is no pedal"
    commands = TIMER_COMMANDS if name in TIMER_INPUTS else SPACE_COMMANDS if name == "space" else COMMANDS
    return [*(Item(command, _WORDS[command].capitalize()) for command in commands), Item(NOTHING, none.capitalize())]


def _usual(name: str) -> str:
    """Return what an input of the timer means where nobody said otherwise."""
    key = INPUTS[TIMER_INPUTS[name]]
    return TREAD if key is None else key.value


class PressKey(Dialog[str]):
    """Waits for a key; dismisses with its name. A key that always stops can mean nothing else."""

    def __init__(self) -> None:
        super().__init__(
            "Press the pedal now",
            "A letter then means this in every session: better one that nobody types, such as F13.",
        )

    def content(self) -> ComposeResult:
        """Yield the place for what is wrong."""
        yield Static("", classes="wrong", id="wrong")

    def on_key(self, event: events.Key) -> None:
        """Take the key."""
        if event.key == "escape":
            return
        event.stop()
        event.prevent_default()
        name = name_of(event.key, event.character)
        try:
            check_pedal({name: TREAD})
        except UsageError as problem:
            self.query_one("#wrong", Static).update(Content(str(problem)))
        else:
            self.dismiss(name)
