"""The words of the library page: its keys, and what can be searched for, as a person calls it. Pure."""

from __future__ import annotations

from massctl.app.lookup import By, words_of
from massctl.dashboard.dialogs import Item
from massctl.faces.places import PLACES, cause, place, plain
from massctl.faces.words import TOOLS

ASKED = {
    By.HURTS: "Where does it hurt?",
    By.CAUSE: "What brings it on?",
    By.MUSCLE: "Which muscle?",
    By.TOOL: "With which tool?",
}

KEYS: tuple[tuple[str, str], ...] = (
    ("Enter", "start what is chosen"),
    ("a", "again: the same as last time"),
    ("/", "find by words"),
    ("w", "where it hurts"),
    ("c", "what brings it on"),
    ("m", "by muscle"),
    ("t", "by tool"),
    ("s", "side: both, only right, only left"),
    ("i", "I have 5, 10 or 15 minutes"),
    ("p", "a partner holds the tool"),
    ("l", "help me find the points; tell which are out of reach"),
    ("g", "just run the massager on one point"),
    ("u", "it is blocked: what can I do instead"),
    ("f", "favourite, or no longer"),
    ("n", "a new program of my own"),
    ("e", "change it (a copy of a shipped one)"),
    ("Del z", "delete a program of your own; bring it back"),
    ("Esc", "back: all programs again"),
)


def by_items(by: By) -> list[Item]:
    """Return what can be chosen of one kind, as a person calls it: places from head to foot."""
    order = {name: number for number, name in enumerate(PLACES)}
    words = (
        sorted(words_of(by), key=lambda word: (order.get(word, len(order)), word))
        if by is not By.TOOL
        else words_of(by)
    )
    return [Item(word, words_for(by, word).capitalize()) for word in words]


def words_for(by: By, word: str) -> str:
    """Return a word of one kind as a person says it."""
    match by:
        case By.HURTS:
            return place(word)
        case By.CAUSE:
            return cause(word)
        case By.MUSCLE:
            return plain(word)
        case By.TOOL:
            return TOOLS.get(word, word)
