"""Taking a device into what is remembered: the dialogs that ask for its address and its name, judged as they are typed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from massctl.app.devices import Found, Remembered, check_address, check_free, remember, rename
from massctl.dashboard.device_card import NAME_IT
from massctl.dashboard.dialogs import TypeLine
from massctl.dashboard.page import Page
from massctl.dashboard.procedure import Procedure
from massctl.dashboard.remedies import in_pages
from massctl.errors import MassctlError

NAME: Final = "What do you call it?"
EXAMPLES: Final = "serial:///dev/ttyUSB0 · tcp://192.168.1.9:6722?driver=sr201 · ble://AA:BB:CC:DD:EE:FF · manual://"


async def remember_found(page: Page, found: Found) -> str | None:
    """Ask for a name, and remember what a scan found; return the name, None where it is not remembered."""
    if found.remembered_as:
        page.notify(f"It is remembered as {found.remembered_as}.", markup=False)
        return None
    if found.driver is None and found.medium != "serial":
        page.notify(f"massctl does not know what it is, and sends it nothing. {NAME_IT}", markup=False, timeout=10)
        return None
    return await _named(page, found.url, found.roles, _name_for(found))


async def add_by_address(page: Page) -> str | None:
    """Ask for an address and a name, and remember what is there; return the name, None where it is not remembered."""
    url = await page.app.push_screen_wait(TypeLine("Which address?", said=EXAMPLES, judge=_wrong(check_address)))
    return await _named(page, url.strip()) if url is not None else None


async def call_otherwise(page: Page, device: Remembered) -> str | None:
    """Ask for another name until it can be one; return it, None where it keeps the one it has."""
    name, wrong = device.name, ""
    while True:
        typed = await page.app.push_screen_wait(TypeLine(NAME, name, said=wrong))
        if typed is None:
            return None
        try:
            return (await asyncio.to_thread(rename, device.name, typed)).name
        except MassctlError as problem:
            name, wrong = typed, in_pages(str(problem))


async def _named(page: Page, url: str, roles: tuple[str, ...] = (), suggested: str = "") -> str | None:
    name = await page.app.push_screen_wait(TypeLine(NAME, suggested, judge=_wrong(check_free)))
    if name is None:
        return None
    kept: list[str] = []

    async def keep(dialog: Procedure) -> None:
        dialog.say("Looking what it is; nothing moves …")
        kept.append((await remember(name, url, roles=roles or None)).name)
        page.notify(f"{kept[-1]} is remembered.", markup=False)

    await page.app.push_screen_wait(Procedure(f"Remember {name}", keep))
    return kept[-1] if kept else None


def _wrong(check: Callable[[str], None]) -> Callable[[str], str]:
    """Return what judges a typed line by ``check``, which raises what is wrong with it."""

    def judge(typed: str) -> str:
        try:
            check(typed.strip())
        except MassctlError as problem:
            return in_pages(str(problem))
        return ""

    return judge


def _name_for(found: Found) -> str:
    """Return a name to begin with."""
    words = "".join(one if one.isalnum() or one in " .+-" else " " for one in found.name or found.what)
    return " ".join(words.split())[:30] or "my device"
