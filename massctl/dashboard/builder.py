"""A program of one's own: points become steps, steps are changed key by key, and the linter answers after each change."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from massctl.app.own_programs import NameTaken, judge_draft, path_of, save_draft
from massctl.body.atlas import Atlas, Point
from massctl.body.terms import End, Mode, Side, Tool
from massctl.dashboard.builder_view import KEYS, repaired, step_line, step_rows
from massctl.dashboard.dialogs import Choose, Confirm, Item, Read, TypeLine, content_of
from massctl.dashboard.lines import BLANK, Line, Lines, ends, line, wrapped
from massctl.dashboard.page import Page
from massctl.errors import MassctlError
from massctl.programs.draft import Draft, History, first_step, modes_for, tools_for, with_mode, with_tool
from massctl.programs.findings import Finding, is_error
from massctl.programs.program import Program, Step

SPEED_STEP_PPM = 50
TIME_STEP_S = 5
FORCE_STEP_N = 1.0
PRESSURE_STEP = 0.1
_SIDES = (Side.LEFT_THEN_RIGHT, Side.CHOSEN, Side.LEFT, Side.RIGHT)
_EXTRAS = (
    Item("move", "Move: a stretch or an exercise"),
    Item("breathe", "Breathe"),
    Item("rate", "How is it: a rating"),
    Item("check", "A question before it"),
)
_EXTRA_STEPS = {
    "move": Step(Mode.MOVE, Tool.NONE, 60, end=End.DONE, instruction="a slow stretch"),
    "breathe": Step(Mode.BREATHE, Tool.NONE, 60, instruction="4 s in / 6 s out"),
    "rate": Step(Mode.RATE, Tool.NONE, 20, end=End.RATED),
    "check": Step(Mode.CHECK, Tool.NONE, 15, end=End.ALL_CLEAR),
}


class BuilderScreen(Page):
    """The steps at the left, the linter's findings at the right."""

    page_title = "A program of my own"
    key_words = "a add · t tool · m mode · s side · z undo · w save · Enter run · ? all keys"
    DEFAULT_CSS: ClassVar[str] = """
    BuilderScreen #title { height: 2; padding: 0 1; }
    BuilderScreen OptionList, BuilderScreen OptionList:focus {
        width: 44; height: 1fr; border: none; padding: 0 0 0 1; background: $background;
        scrollbar-size-vertical: 1; scrollbar-color: $quiet; scrollbar-background: $shade;
    }
    BuilderScreen VerticalScroll { width: 1fr; padding: 0 1 0 2; scrollbar-size-vertical: 1; }
    BuilderScreen.-wide OptionList { width: 60; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "add a point", show=False),
        Binding("b", "extra", "add another", show=False),
        Binding("t", "tool", "tool", show=False),
        Binding("m", "mode", "mode", show=False),
        Binding("s", "side", "side", show=False),
        Binding("left", "time(-1)", "shorter", show=False),
        Binding("right", "time(1)", "longer", show=False),
        Binding("plus,equals_sign", "speed(1)", "faster", show=False),
        Binding("minus", "speed(-1)", "slower", show=False),
        Binding("left_square_bracket", "push(-1)", "less push", show=False),
        Binding("right_square_bracket", "push(1)", "more push", show=False),
        Binding("p", "passes", "passes", show=False),
        Binding("d", "discomfort", "discomfort", show=False),
        Binding("full_stop", "move(1)", "later", show=False),
        Binding("comma", "move(-1)", "earlier", show=False),
        Binding("delete,backspace", "remove", "take out", show=False),
        Binding("r", "repair", "nearest valid", show=False),
        Binding("z,ctrl+z", "undo", "undo", show=False),
        Binding("y,ctrl+y", "redo", "redo", show=False),
        Binding("T", "retitle", "title", show=False),
        Binding("w,ctrl+s", "save", "save", show=False),
        Binding("escape", "back", "back", show=False),
        Binding("question_mark", "keys", "keys", show=False),
        Binding("1,2,3,4,5,6,q", "stay", "stay", show=False),
    ]

    def __init__(self, *, point_id: str = "", program: Program | None = None, is_own: bool = False) -> None:
        super().__init__()
        draft = Draft.of(program) if program is not None else Draft("My program")
        if program is not None and not is_own:
            draft = draft.with_title(f"My {program.title}")
        if point_id:
            draft = draft.with_step(first_step(Atlas.load().point(point_id)))
        self.history = History(draft)
        self._saved: Draft | None = draft if is_own else None
        self._own_id = program.id if program is not None and is_own else None
        """The id of the user's own program that is being changed."""
        self.findings: list[Finding] = []

    @property
    def draft(self) -> Draft:
        """The program as it is now."""
        return self.history.now

    def body(self) -> ComposeResult:
        """Yield title, steps and findings."""
        with Vertical():
            yield Lines(id="title")
            with Horizontal():
                yield OptionList()
                with VerticalScroll(can_focus=False):
                    yield Lines(id="said")

    def on_mount(self) -> None:
        """Show the draft."""
        super().on_mount()
        self._fit()
        self._show(len(self.draft.steps) - 1)
        self.query_one(OptionList).focus()

    def on_resize(self) -> None:
        """Fit everything to the new size."""
        super().on_resize()
        self._fit()
        self._show(self.at)

    def _fit(self) -> None:
        self.set_class(self.app.size.width >= 110, "-wide")

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

    def _show(self, at: int) -> None:
        self.findings = judge_draft(self.draft)
        options = self.query_one(OptionList)
        width = (60 if self.has_class("-wide") else 44) - 4
        options.clear_options()
        for number, step in enumerate(self.draft.steps, 1):
            mark = "✕" if any(is_error(one) for one in self._about(number)) else "!" if self._about(number) else " "
            options.add_option(Option(content_of(step_line(number, step, width, mark))))
        if self.draft.steps:
            options.highlighted = min(max(at, 0), len(self.draft.steps) - 1)
        self._show_words()

    def _about(self, number: int) -> list[Finding]:
        return [one for one in self.findings if one.step == number]

    def on_option_list_option_highlighted(self) -> None:
        """Show the step at hand."""
        self._show_words()

    def on_option_list_option_selected(self) -> None:
        """Save and run."""
        self._run()

    def _show_words(self) -> None:
        total = sum(step.total_s for step in self.draft.steps)
        is_saved = self._saved == self.draft
        state = "saved" if is_saved else "not saved"
        where = str(path_of(self.draft)).replace(str(path_of(self.draft).home()), "~")
        self.query_one("#title", Lines).show(
            [
                ends(
                    line((self.draft.title or "no title: T gives one", "bold")),
                    line((f"about {max(1, round(total / 60))} min · {state}", "good" if is_saved else "ask")),
                    self.app.size.width - 2,
                ),
                line((f"{where}", "quiet")),
            ]
        )
        width = self.app.size.width - (60 if self.has_class("-wide") else 44) - 5
        self.query_one("#said", Lines).show(self.words(max(width, 24)))

    def words(self, width: int) -> list[Line]:
        """Return the step at hand in full, and what the linter says."""
        rows: list[Line] = []
        if self.step is not None:
            rows += step_rows(self.step, self.point, width)
        rows += [BLANK, line(("The linter", "bold"))]
        if not self.findings:
            return [*rows, *wrapped("✓ No rule is broken: w saves it, Enter runs it.", width, 2, "good")]
        for one in sorted(self.findings, key=lambda found: (not is_error(found), found.step or 0)):
            tone = "danger" if is_error(one) else "caution"
            place = ", ".join(part for part in (f"step {one.step}" if one.step else "", one.key or "") if part)
            rule = f" [{one.rule}]" if one.rule.startswith("F") else ""
            mark = "✕" if is_error(one) else "!"
            rows += wrapped(f"{mark} {place}: {one.message}{rule}", width, 4, tone)
            rows += wrapped(f"  {one.remedy} r takes it." if one.remedy else "", width, 2)
        return rows

    # --- changing ------------------------------------------------------------------------------------------------------------

    def _take(self, draft: Draft, at: int | None = None) -> None:
        self.history.take(draft)
        self._show(self.at if at is None else at)

    def _change(self, **values: Any) -> None:
        if self.step is not None:
            self._take(self.draft.changed(self.at, **values))

    def _put(self, step: Step) -> None:
        self._take(self.draft.with_changed(self.at, step))

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
        chosen = await self.app.push_screen_wait(Choose("What comes here?", _EXTRAS))
        if chosen is not None:
            self._take(self.draft.with_step(_EXTRA_STEPS[chosen], self.at + 1), self.at + 1)

    def action_tool(self) -> None:
        """The next tool that the atlas knows for the point."""
        step, point = self.step, self.point
        if step is not None and point is not None:
            self._put(with_tool(step, point, _next(tools_for(point), step.tool)))

    def action_mode(self) -> None:
        """The next thing that the tool can do there."""
        step, point = self.step, self.point
        if step is not None and point is not None:
            self._put(with_mode(step, point, _next(modes_for(point, step.tool), step.mode)))

    def action_side(self) -> None:
        """Both sides, the one chosen at the start, left, right."""
        if self.step is not None and self.point is not None:
            self._change(side=_next(_SIDES, self.step.side))

    def action_time(self, by: int) -> None:
        """Shorter or longer."""
        if self.step is not None:
            self._change(maximum_s=min(max(self.step.maximum_s + by * TIME_STEP_S, TIME_STEP_S), 3600))

    def action_speed(self, by: int) -> None:
        """Faster or slower."""
        if self.step is not None and self.step.speed_ppm is not None:
            self._change(speed_ppm=min(max(self.step.speed_ppm + by * SPEED_STEP_PPM, 500), 5000))

    def action_push(self, by: int) -> None:
        """More or less: the upper edge of the push, or of the pressure."""
        step = self.step
        if step is not None and step.force_n is not None:
            low, high = step.force_n
            self._change(force_n=(low, min(max(high + by * FORCE_STEP_N, low), 100.0)))
        elif step is not None and step.pressure_kg_cm2 is not None:
            low, high = step.pressure_kg_cm2
            self._change(pressure_kg_cm2=(low, round(min(max(high + by * PRESSURE_STEP, low), 10.0), 2)))

    def action_passes(self) -> None:
        """Once, twice, three times."""
        if self.step is not None and self.point is not None:
            self._change(passes=self.step.passes % 3 + 1)

    def action_discomfort(self) -> None:
        """The rating to stay at or below."""
        if self.step is not None and self.point is not None:
            now = self.step.discomfort_max
            self._change(discomfort_max=None if now == 6 else (now or 2) + 1)

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
        self.notify("Nothing can be put right by itself here: change the step.", markup=False)

    def action_undo(self) -> None:
        """One change back."""
        if not self.history.undo():
            self.notify("There is nothing to undo.", markup=False)
        self._show(self.at)

    def action_redo(self) -> None:
        """One change forth."""
        if not self.history.redo():
            self.notify("There is nothing to redo.", markup=False)
        self._show(self.at)

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
        try:
            await asyncio.to_thread(save_draft, draft, replaces=self._own_id)
        except NameTaken as problem:
            question = (
                f"You have a program '{draft.program_id}' already. Write over it? T gives this one another title."
            )
            if not await self.app.push_screen_wait(Confirm("Write over it?", question)):
                return False
            try:
                await asyncio.to_thread(save_draft, draft, replaces=draft.program_id)
            except MassctlError as worse:
                self.massctl.tell(worse)
                return False
            del problem
        except MassctlError as problem:
            self.massctl.tell(problem)
            return False
        self._saved, self._own_id = draft, draft.program_id
        self.notify(f"Saved: massctl run {draft.program_id}. It is in the list now.", markup=False)
        self._show_words()
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
        self.notify("Esc leaves; w saves first.", markup=False)

    def action_keys(self) -> None:
        """Show every key of this page."""
        self.app.push_screen(Read("Keys of this page", [line((f"{key:<7}", "ask"), words) for key, words in KEYS]))


def _is_dosed(point_id: str) -> bool:
    return Atlas.load().point(point_id).is_dosed


def _next(values: tuple[Any, ...], value: Any) -> Any:
    return values[(values.index(value) + 1) % len(values)] if value in values else values[0]
