"""A program of one's own: points become steps, steps are changed key by key, and the linter answers after each change."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from massctl.app.own_programs import NameTaken, judge_draft, path_of, save_draft, with_free_title
from massctl.body.atlas import Atlas, Point
from massctl.dashboard.builder_edits import EDITS, EXTRAS, repaired
from massctl.dashboard.builder_view import KEYS, linter_rows, mark_of, step_line, step_rows, title_rows
from massctl.dashboard.dialogs import Choose, Confirm, Item, TypeLine, content_of
from massctl.dashboard.lines import BLANK, Line, Lines
from massctl.dashboard.two_panes import TwoPanes
from massctl.errors import MassctlError
from massctl.programs.draft import Draft, History, first_step
from massctl.programs.findings import Finding, is_error
from massctl.programs.program import Program, Step


class BuilderScreen(TwoPanes):
    """The steps at the left, the linter's findings at the right."""

    page_title = "A program of my own"
    key_words = "a add · t tool · m mode · s side · z undo · w save · Enter go on · ? all keys"
    DEFAULT_CSS: ClassVar[str] = "BuilderScreen #title { height: 2; padding: 0 1; }"
    wide_from = 110
    left_widths = (39, 60)
    keys = KEYS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "add a point", show=False),
        Binding("b", "extra", "add another", show=False),
        Binding("t", "edit('tool', 1)", "tool", show=False),
        Binding("m", "edit('mode', 1)", "mode", show=False),
        Binding("s", "edit('side', 1)", "side", show=False),
        Binding("left", "edit('time', -1)", "shorter", show=False),
        Binding("right", "edit('time', 1)", "longer", show=False),
        Binding("plus,equals_sign", "edit('speed', 1)", "faster", show=False),
        Binding("minus", "edit('speed', -1)", "slower", show=False),
        Binding("left_square_bracket", "edit('push', -1)", "less push", show=False),
        Binding("right_square_bracket", "edit('push', 1)", "more push", show=False),
        Binding("p", "edit('passes', 1)", "passes", show=False),
        Binding("d", "edit('rating', 1)", "discomfort", show=False),
        Binding("full_stop", "move(1)", "later", show=False),
        Binding("comma", "move(-1)", "earlier", show=False),
        Binding("delete,backspace", "remove", "take out", show=False),
        Binding("r", "repair", "nearest valid", show=False),
        Binding("z,ctrl+z", "undo", "undo", show=False),
        Binding("y,ctrl+y", "redo", "redo", show=False),
        Binding("T", "retitle", "title", show=False),
        Binding("w,ctrl+s", "save", "save", show=False),
        Binding("escape", "back", "back", show=False),
        Binding("1,2,3,4,5,6,q", "stay", "stay", show=False),
    ]

    def __init__(self, *, point_id: str = "", program: Program | None = None, is_own: bool = False) -> None:
        super().__init__()
        draft = Draft.of(program) if program is not None else Draft("My program")
        if not is_own:
            title = f"My {program.title}" if program is not None else draft.title
            draft = with_free_title(draft.with_title(title))
        if point_id:
            draft = draft.with_step(first_step(Atlas.load().point(point_id)))
        self.history = History(draft)
        self._saved: Draft | None = draft if is_own else None
        self._own_id = program.id if program is not None and is_own else None
        """The id of the user's own program that is being changed."""
        self.findings: list[Finding] = []
        self._said = ""

    @property
    def draft(self) -> Draft:
        """The program as it is now."""
        return self.history.now

    def body(self) -> ComposeResult:
        """Yield the title above the panes."""
        yield Lines(id="title")
        yield from super().body()

    def begin(self) -> None:
        """Show the draft, its last step at hand."""
        self._show_steps(len(self.draft.steps) - 1)

    def show(self) -> None:
        """Show everything anew."""
        self._show_steps(self.at)

    # --- showing -------------------------------------------------------------------------------------------------------------

    @property
    def at(self) -> int:
        """The index of the step at hand; 0 where there is none."""
        return self.query_one(OptionList).highlighted or 0

    @property
    def step(self) -> Step | None:
        """The step at hand."""
        return self.draft.steps[self.at] if self.at < len(self.draft.steps) else None

    @property
    def point(self) -> Point | None:
        """The point of the step at hand."""
        step = self.step
        return Atlas.load().point(step.point) if step is not None and step.point and not step.is_auto else None

    def _show_steps(self, at: int) -> None:
        self.findings = judge_draft(self.draft)
        options, width = self.query_one(OptionList), self.left_width - 4
        options.clear_options()
        for number, step in enumerate(self.draft.steps, 1):
            options.add_option(Option(content_of(step_line(number, step, width, mark_of(self.findings, number)))))
        if self.draft.steps:
            options.highlighted = min(max(at, 0), len(self.draft.steps) - 1)
        self.show_card()

    def show_card(self) -> None:
        """Show the title, the step at hand, and the linter's word."""
        said = self._said or str(path_of(self.draft)).replace(str(Path.home()), "~")
        title = title_rows(self.draft, said, self.app.size.width - 2, is_saved=self._saved == self.draft)
        self.query_one("#title", Lines).show(title)
        super().show_card()

    def _say(self, words: str) -> None:
        """Say something below the title until the next change: what pops up would lie over the linter's word."""
        self._said = words
        self.show_card()

    def card(self, width: int) -> list[Line]:
        """Return the step at hand in full, and what the linter says."""
        rows = [*step_rows(self.step, self.point, width), BLANK] if self.step is not None else []
        return [*rows, *linter_rows(self.draft, self.findings, width)]

    def on_option_list_option_highlighted(self) -> None:
        """Show the step at hand."""
        self.show_card()

    def on_option_list_option_selected(self) -> None:
        """Save and run."""
        self._run()

    # --- changing ------------------------------------------------------------------------------------------------------------

    def _take(self, draft: Draft, at: int | None = None) -> None:
        self.history.take(draft)
        self._said = ""
        self._show_steps(self.at if at is None else at)

    def action_edit(self, what: str, by: int) -> None:
        """Change one thing of the step at hand."""
        if self.step is not None:
            self._take(self.draft.with_changed(self.at, EDITS[what](self.step, self.point, by)))

    @work
    async def action_add(self) -> None:
        """Add a point behind the step at hand."""
        items = [Item(point.id, f"{point.name} · {point.region.name} · {point.id}") for point in Atlas.load().points()]
        chosen = await self.app.push_screen_wait(Choose("Which point?", [item for item in items if _is_dosed(item.id)]))
        if chosen is not None:
            step = first_step(Atlas.load().point(chosen))
            self._take(self.draft.with_step(step, self.at + 1), self.at + 1)

    @work
    async def action_extra(self) -> None:
        """Add something that presses nothing."""
        items = (Item(name, words) for name, (words, _) in EXTRAS.items())
        chosen = await self.app.push_screen_wait(Choose("What comes here?", items))
        if chosen is not None:
            self._take(self.draft.with_step(EXTRAS[chosen][1], self.at + 1), self.at + 1)

    def action_move(self, by: int) -> None:
        """This step later, or earlier."""
        self._take(self.draft.moved(self.at, by), self.at + by)

    def action_remove(self) -> None:
        """Take this step out; z brings it back."""
        if self.step is not None:
            self._take(self.draft.without(self.at), self.at)

    def action_repair(self) -> None:
        """Take the nearest valid value of the first finding that has one."""
        for one in sorted(self.findings, key=lambda found: not is_error(found)):
            draft = repaired(self.draft, one)
            if draft is not None:
                self._take(draft, (one.step or 1) - 1)
                return
        self._say("Nothing can be put right by itself here: change the step.")

    def action_undo(self) -> None:
        """One change back."""
        self._said = "" if self.history.undo() else "There is nothing to undo."
        self._show_steps(self.at)

    def action_redo(self) -> None:
        """One change forth."""
        self._said = "" if self.history.redo() else "There is nothing to redo."
        self._show_steps(self.at)

    @work
    async def action_retitle(self) -> None:
        """Another title."""
        title = await self.app.push_screen_wait(TypeLine("What is it called?", self.draft.title))
        if title is not None:
            self._take(self.draft.with_title(title.strip()))

    # --- keeping -------------------------------------------------------------------------------------------------------------

    @work(exclusive=True, group="save")
    async def action_save(self) -> None:
        """Save it."""
        await self._save()

    @work(exclusive=True, group="save")
    async def _run(self) -> None:
        if self._saved == self.draft or await self._save():
            from massctl.dashboard.library import LibraryScreen  # noqa: PLC0415 - a page knows others only on the way there

            self.app.pop_screen()
            self.app.switch_screen(LibraryScreen(f"program:{self.draft.program_id}"))

    async def _save(self) -> bool:
        draft = self.draft
        if any(map(is_error, self.findings)):
            self._say("Not saved: a rule is broken [F47]. r takes the nearest valid value.")
            return False
        try:
            is_written = await self._write(draft)
        except MassctlError as problem:
            self.massctl.tell(problem)
            return False
        if is_written:
            self._saved, self._own_id = draft, draft.program_id
            self._say(f"Saved: massctl run {draft.program_id}. It is in the list now.")
        return is_written

    async def _write(self, draft: Draft) -> bool:
        """Write it, over another program of the person's own only after a yes; return whether it was."""
        try:
            await asyncio.to_thread(save_draft, draft, replaces=self._own_id)
        except NameTaken:
            question = (
                f"You have a program '{draft.program_id}' already. Write over it? T gives this one another title."
            )
            if not await self.app.push_screen_wait(Confirm("Write over it?", question)):
                return False
            await asyncio.to_thread(save_draft, draft, replaces=draft.program_id)
        return True

    @work
    async def action_back(self) -> None:
        """Leave; what is not saved is asked about."""
        is_touched = self._saved != self.draft and self.history.can_undo
        if is_touched and not await self.app.push_screen_wait(
            Confirm("Leave without saving?", "What you put together is not saved: n goes back to it, w saves it.")
        ):
            return
        self.app.pop_screen()

    def action_stay(self) -> None:
        """Say how to leave: a digit or q must not throw away what was put together."""
        self._say("Esc leaves; w saves first.")


def _is_dosed(point_id: str) -> bool:
    return Atlas.load().point(point_id).is_dosed
