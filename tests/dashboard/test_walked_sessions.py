"""Sessions as a stranger walked them: what stood on the screen at bad moments, and must not again."""

from __future__ import annotations

from textual import events
from textual.geometry import Size
from textual.widgets import Input

from tests.dashboard.driving import Driver, dashboard, free_run


async def resize(person: Driver, columns: int, rows: int) -> None:
    size = Size(columns, rows)
    person.app.post_message(events.Resize(size, size))
    await person.until(lambda: person.app.screen.size == size, f"{size}")


async def test_a_new_size_keeps_the_title_and_the_keys_of_a_session() -> None:
    async with dashboard(free_run()) as person:
        await person.starts()
        title = person.text.splitlines()[0].strip()
        assert "Gluteus" in title
        for size in ((40, 12), (120, 40), (80, 24)):
            await resize(person, *size)
        shown = (await person.sees("space pause", "? keys")).splitlines()
        assert shown[0].strip() == title
        await person.sees("RUNNING")


async def test_a_new_size_begins_no_page_anew() -> None:
    async with dashboard() as person:
        await person.sees("Desk shoulders")
        await person.type("slash")
        await person.until(lambda: isinstance(person.app.screen.focused, Input))
        await resize(person, 100, 30)
        assert isinstance(person.app.screen.focused, Input), "what is typed goes on going there"
