"""What is at hand, asked once: tools, heads, and the unit of push and pressure. Kept in the settings."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from massctl.app.settings import Settings, Units, change_settings
from massctl.body.atlas import Atlas
from massctl.body.terms import Tool
from massctl.dashboard.dialogs import Choose, ChooseSome, Item
from massctl.errors import MassctlError
from massctl.faces.words import TOOLS

if TYPE_CHECKING:
    from massctl.dashboard.page import Page

_TOOLS: Final = (Tool.BALL, Tool.ROLLER, Tool.ROLLER_STICK, Tool.CANE, Tool.ALGOMETER)
_TOOL_HINTS: Final = {
    Tool.BALL: "a tennis or lacrosse ball",
    Tool.ROLLER: "a foam roller",
    Tool.ROLLER_STICK: "a stick with rolls, held in both hands",
    Tool.CANE: "a hooked cane with knobs, for the back",
    Tool.ALGOMETER: "a pressure gauge with a rubber tip",
}
_HEADS: Final = ("ball", "dampener", "flat", "fork", "wedge", "cone")
_UNITS: Final = (
    Item(Units.NEWTON, "Newtons (N): the push of the hand, as a spring balance shows it"),
    Item(Units.KG_CM2, "kg/cm²: pressure, as clinics and most studies give it"),
    Item(Units.KPA, "Kilopascals (kPa): pressure"),
)


async def ask_tools(page: Page, settings: Settings) -> Settings | None:
    """Ask which tools there are besides hands; None where left."""
    items = (Item(tool, f"{TOOLS[tool].capitalize()}: {_TOOL_HINTS[tool]}") for tool in _TOOLS)
    said = "Mark what you have; hands always count. What you lack is replaced in every program."
    chosen = await page.app.push_screen_wait(ChooseSome("Which tools have you?", items, settings.tools or (), said))
    return None if chosen is None else await _keep(page, tools=frozenset(map(Tool, chosen)))


async def ask_heads(page: Page, settings: Settings) -> Settings | None:
    """Ask which heads of the massager there are; None where left."""
    items = (Item(head, Atlas.load().head(head).name.capitalize()) for head in _HEADS)
    said = "Mark the heads of your massager. Mark none if you are not sure: then all count."
    chosen = await page.app.push_screen_wait(ChooseSome("Which heads have you?", items, settings.heads or (), said))
    return None if chosen is None else await _keep(page, heads=chosen or None)


async def ask_units(page: Page) -> Settings | None:
    """Ask for the unit; None where left."""
    chosen = await page.app.push_screen_wait(Choose("In which unit do you think?", _UNITS))
    return None if chosen is None else await _keep(page, units=Units(chosen))


async def _keep(page: Page, **changes: Any) -> Settings | None:
    try:
        settings = await asyncio.to_thread(lambda: change_settings(**changes))
    except MassctlError as problem:
        page.massctl.tell(problem)
        return None
    page.massctl.settings = settings
    return settings


def settings_words(settings: Settings) -> tuple[str, ...]:
    """Return what is at hand, a line each."""
    tools = (
        "not asked: all count" if settings.tools is None else ", ".join(sorted(TOOLS[tool] for tool in settings.tools))
    )
    heads = "not asked: all count" if settings.heads is None else ", ".join(sorted(settings.heads))
    units = {Units.NEWTON: "N", Units.KG_CM2: "kg/cm²", Units.KPA: "kPa"}[settings.units]
    return (f"Tools: {tools or 'hands only'}", f"Heads: {heads}", f"Units: {units}")
