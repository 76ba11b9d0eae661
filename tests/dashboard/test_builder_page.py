"""A program of one's own, key by key: the linter answers at once, nothing is written over unasked, and it can be run."""

from __future__ import annotations

from massctl.dashboard.builder import BuilderScreen
from massctl.dashboard.builder_edits import EXTRAS, repaired
from massctl.dashboard.library import LibraryScreen
from massctl.programs.catalogue import Catalogue
from massctl.programs.draft import CHECK, Draft
from massctl.programs.findings import Finding, Severity
from tests.app.test_own_programs import a_draft
from tests.dashboard.driving import Driver, dashboard
from tests.dashboard.pages import gone, looks, starts, told_on_card
from tests.dashboard.snapshot import compare


def builder(person: Driver) -> BuilderScreen:
    screen = person.app.screen
    assert isinstance(screen, BuilderScreen)
    return screen


async def begins(person: Driver, point: str = "anterior deltoid") -> None:
    await person.sees("Gentle starter")
    await person.type("n")
    await person.sees("not saved", "nothing is worked on")
    await person.type("a")
    await person.sees("Which point?")
    await person.type(*point, "enter")
    await person.sees("No rule is broken")


async def test_a_program_is_built_saved_and_run() -> None:
    async with dashboard() as person:
        await begins(person)
        rows = (await looks(person)).splitlines()
        compare("builder-80x24", "\n".join([*rows[:2], " the file's path", *rows[3:]]))
        await person.type("w")
        await person.sees("· saved")
        assert Catalogue.load().own_ids == ("my-program",)
        await person.type("enter")
        await person.until(lambda: isinstance(person.app.screen, LibraryScreen), "the programs")
        await person.sees("My program", "massctl run my-program")
        await person.type("enter")
        request = await starts(person)
        assert request.program == "my-program"


async def test_the_linter_answers_while_it_is_built_and_r_takes_its_word() -> None:
    async with dashboard(size=(120, 40)) as person:
        await begins(person)
        await person.type(*["plus"] * 12)
        await person.sees("✕ step 2, speed_ppm", "[F17]", "r takes it")
        await person.type("w")
        await person.sees("Not saved: a rule is broken [F47]")
        assert not Catalogue.load().own_ids
        await person.type("r")
        await person.sees("No rule is broken", "2,200/min")
        person.hits(*["right"] * 40)
        text = await told_on_card(person, "! 245 s of percussion", "usual are 120")
        assert "r takes it" not in text, "no key puts that right"


async def test_every_change_can_be_undone() -> None:
    async with dashboard() as person:
        await begins(person)
        first = builder(person).draft
        for key in ("s", "right", "t", "m", "p", "right_square_bracket"):
            before = builder(person).draft
            await person.type(key)
            await person.until(lambda: builder(person).draft != before, f"what {key} changes")  # noqa: B023 - used at once
        await person.type(*["z"] * 6)
        await person.until(lambda: builder(person).draft == first, "the first draft")
        await person.type("delete")
        await person.until(lambda: len(builder(person).draft.steps) == 1, "a step less")
        await person.type("z")
        await person.until(lambda: builder(person).draft == first, "the first draft")
        await person.type(*["z"] * 3)
        await person.sees("nothing to undo")


async def test_what_presses_nothing_is_put_in_and_moved() -> None:
    async with dashboard() as person:
        await begins(person)
        page = builder(person)
        for number, key in enumerate(EXTRAS, 3):
            person.hits("b")
            await person.sees("What comes here?")
            person.hits(*["down"] * (number - 3), "enter")
            await person.until(lambda: len(page.draft.steps) == number, key)  # noqa: B023 - used at once
            assert page.draft.steps[-1] == EXTRAS[key][1]
        last = page.draft.steps[-1]
        person.hits("comma", "comma")
        await person.until(lambda: page.draft.steps[-3] == last, "two places earlier")


async def test_another_program_is_never_written_over_unasked() -> None:
    from massctl.app.own_programs import save_draft  # noqa: PLC0415

    save_draft(a_draft("UTRAP", title="My program"))
    async with dashboard() as person:
        await begins(person)
        await person.sees("My program 2")
        person.hits("T", *"My program", "enter", "w")
        await person.sees("Write over it?", "y yes")
        await person.type("n")
        await gone(person, "Write over it?")
        assert Catalogue.load().program("my-program").point_ids == ("UTRAP",)
        await person.type("T")
        await person.sees("What is it called?")
        await person.type(*"Front of the shoulder", "enter")
        await person.sees("Front of the shoulder")
        await person.type("w")
        await person.sees("· saved")
        assert Catalogue.load().own_ids == ("front-of-the-shoulder", "my-program")


async def test_leaving_with_something_unsaved_is_asked_and_digits_do_not_leave() -> None:
    async with dashboard() as person:
        await begins(person)
        await person.type("2", "q")
        assert isinstance(person.app.screen, BuilderScreen)
        await person.type("escape")
        await person.sees("Leave without saving?")
        await person.type("n")
        await gone(person, "Leave without saving?")
        await person.type("escape")
        await person.sees("Leave without saving?")
        await person.type("y")
        await person.until(lambda: isinstance(person.app.screen, LibraryScreen), "the programs")


async def test_a_copy_of_a_shipped_program_is_changed_not_the_program() -> None:
    async with dashboard() as person:
        await person.sees("Steps")
        await person.type("e")
        await person.sees("My Gentle starter")
        await person.type("w")
        await person.sees("· saved")
        (own,) = Catalogue.load().own_ids
        assert own.startswith("my-gentle-starter")


def finding(key: str, nearest: str, step: int | None = 2) -> Finding:
    return Finding("x.toml", Severity.ERROR, "F17", "wrong.", step, key, nearest)


def test_a_nearest_value_is_taken_where_it_fits() -> None:
    draft = a_draft("UTRAP").changed(1, speed_ppm=2600, force_n=(9.0, 90.0))
    for key, near, value in (("speed_ppm", "1900", 1900), ("force_n", "18", (9.0, 18.0)), ("maximum_s", "60", 60)):
        mended = repaired(draft, finding(key, near))
        assert mended is not None
        assert getattr(mended.steps[1], key) == value


def test_a_tool_that_is_not_allowed_is_replaced_with_all_that_belongs_to_it() -> None:
    draft = Draft("x", (CHECK, a_draft("UTRAP").steps[1])).changed(1, point="SCM")
    mended = repaired(draft, finding("tool", "hand"))
    assert mended is not None
    assert (mended.steps[1].tool, mended.steps[1].speed_ppm) == ("hand", None)


def test_what_no_value_puts_right_is_left_alone() -> None:
    draft = a_draft("UTRAP")
    for one in (
        finding("speed_ppm", ""),
        finding("passes", "a few"),
        finding("percussion_s", "60", None),
        finding("head", "x"),
    ):
        assert repaired(draft, one) is None
