"""A dialog that carries something out with a device, step by step: it says what it does, asks, waits, and tells the outcome.

Esc ends it at every moment, and what was open is closed before the dialog is. What is carried out is the caller's; no device and
no rule is here.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerError

from massctl.dashboard import questions
from massctl.dashboard.dialogs import Dialog
from massctl.dashboard.lines import BLANK, Line, Lines, wrapped
from massctl.dashboard.remedies import in_pages
from massctl.errors import MassctlError

WIDTH: Final = 66
"""Cells of its text."""
ROWS: Final = 12
"""Most rows that one sentence of it takes."""


class Procedure(Dialog[None]):
    """Carries ``work`` out; a ``MassctlError`` of it is told like any outcome.

    Args:
        title: what is done.
        work: does it, by ``say``, ``go_on``, ``yes`` and ``line`` of the dialog that it is given; returns the outcome's lines, or
            None where there is nothing to read. It is cancelled by Esc, and closes what it has opened.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "end", "stop", show=False),
        Binding("enter", "enter", "go on", show=False),
        Binding("y", "yes", "go ahead", show=False),
        Binding("up", "scroll(-1)", "up", show=False),
        Binding("down", "scroll(1)", "down", show=False),
    ]

    AUTO_FOCUS = ""

    def __init__(self, title: str, work: Callable[[Procedure], Awaitable[Sequence[Line] | None]]) -> None:
        super().__init__(title)
        self._work = work
        self._worker: Worker[None] | None = None
        self._answer: asyncio.Future[str] | None = None
        self._judge: Callable[[str], str] = lambda _typed: ""
        self._takes_yes = False
        self._asked_s = self._pressed_s = -math.inf
        self._is_over = False

    def content(self) -> ComposeResult:
        """Yield the text, the field, and the place for what is wrong."""
        with VerticalScroll(can_focus=False):
            yield Lines(id="text")
        field = Input(id="typed")
        field.display = False
        yield field
        yield Static("", classes="wrong", id="wrong")

    def on_mount(self) -> None:
        """Begin."""
        self._worker = self.run_worker(self._carry_out(), name=str(self._title))

    async def _carry_out(self) -> None:
        try:
            rows = await self._work(self)
        except MassctlError as problem:
            rows = problem_rows(problem)
        self._is_over = True
        if rows is None:
            self.dismiss(None)
        else:
            self.show(rows, "Enter close")

    # --- for what is carried out -----------------------------------------------------------------------------------------------

    def show(self, rows: Sequence[Line], hint: str = "Esc stop") -> None:
        """Show ``rows`` in place of what was there, and which keys there are."""
        self.query_one("#typed").display = False
        self.query_one("#wrong", Static).update("")
        self.query_one("#text", Lines).show(rows)
        self.query_one(".hint", Static).update(Content(hint))

    def say(self, *texts: str) -> None:
        """Say what is done now."""
        self.show(_paragraphs(texts))

    async def go_on(self, *texts: str) -> None:
        """Say what a person has to do, and wait for Enter."""
        self.show(_paragraphs(texts), "Enter go on · Esc back")
        await self._answered()

    async def yes(self, *texts: str) -> None:
        """Say what is going to move, and wait until somebody who can have read it says yes: y, and no other key."""
        self.show(_paragraphs(texts), "y go ahead · Esc back")
        self._takes_yes, self._asked_s = True, time.perf_counter()
        try:
            await self._answered()
        finally:
            self._takes_yes = False

    async def line(self, *texts: str, judge: Callable[[str], str]) -> str:
        """Ask for a line; return it once ``judge`` finds nothing wrong with it."""
        self.show(_paragraphs(texts), "Enter take · Esc back")
        field = self.query_one("#typed", Input)
        field.value, field.display, self._judge = "", True, judge
        field.focus()
        return await self._answered()

    async def _answered(self) -> str:
        self._answer = asyncio.get_running_loop().create_future()
        try:
            return await self._answer
        finally:
            self._answer = None

    # --- what a person does --------------------------------------------------------------------------------------------------

    def action_enter(self) -> None:
        """Go on, or close what is over."""
        if self._is_over:
            self.dismiss(None)
        elif not self._takes_yes and not self.query_one("#typed").display:
            self._take("")

    def action_yes(self) -> None:
        """Go ahead with what moves; a key that was typed ahead, or is held down, is no go-ahead."""
        now_s = time.perf_counter()
        is_held = now_s - self._pressed_s < min(questions.REPEAT_S, questions.READ_S)
        self._pressed_s = now_s
        if self._takes_yes and (is_held or now_s - self._asked_s < questions.READ_S):
            self.query_one("#wrong", Static).update(questions.HURRIED)
        elif self._takes_yes:
            self._take("y")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the line, or say in one sentence what is wrong with it."""
        wrong = self._judge(event.value)
        self.query_one("#wrong", Static).update(Content(wrong))
        if not wrong:
            self._take(event.value)

    def _take(self, answer: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)

    async def action_end(self) -> None:
        """End it, and close the dialog once all that was open is closed."""
        if self._worker is not None and not self._is_over:
            self._worker.cancel()
            with suppress(WorkerError):
                await self._worker.wait()
        self.dismiss(None)

    def action_scroll(self, by: int) -> None:
        """Go up or down in the text."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


def problem_rows(problem: MassctlError, width: int = WIDTH) -> list[Line]:
    """Return what went wrong, and what helps."""
    remedy = f"→ {in_pages(problem.remedy)}" if problem.remedy else ""
    return [*wrapped(f"✕ {problem.what}", width, ROWS, "danger"), *wrapped(remedy, WIDTH, ROWS)]


def _paragraphs(texts: Sequence[str]) -> list[Line]:
    rows: list[Line] = []
    for text in filter(None, texts):
        rows += [*([BLANK] if rows else []), *wrapped(text, WIDTH, ROWS)]
    return rows
