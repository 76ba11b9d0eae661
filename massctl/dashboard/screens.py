"""The pages of the dashboard: name, key, title, and where the screen lives; each is imported when it is first opened."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from massctl.dashboard.page import Page


class PageEntry(NamedTuple):
    """One page that a key opens from every other page."""

    name: str
    key: str
    title: str
    target: str
    """``module:class`` of a ``Page`` that is made without arguments."""


PAGES: Final = (
    PageEntry("library", "1", "Programs", "massctl.dashboard.library:LibraryScreen"),
    PageEntry("body", "2", "Body", "massctl.dashboard.body_screen:BodyScreen"),
    PageEntry("devices", "3", "Devices", "massctl.dashboard.devices_screen:DevicesScreen"),
    PageEntry("person", "4", "Person", "massctl.dashboard.person_screen:PersonScreen"),
    PageEntry("history", "5", "History", "massctl.dashboard.history_screen:HistoryScreen"),
    PageEntry("help", "6", "Help", "massctl.dashboard.help_screen:HelpScreen"),
)
"""In the order of the key line; the first is the first screen."""


def make_page(name: str) -> Page:
    """Import and make the page ``name``."""
    target = next(entry.target for entry in PAGES if entry.name == name)
    module, _, attribute = target.partition(":")
    page: Page = getattr(import_module(module), attribute)()
    return page
