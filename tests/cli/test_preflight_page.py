"""The page before a run on hardware, as asked on a terminal."""

from __future__ import annotations

import asyncio
import signal

import click
import pytest
from click.testing import CliRunner, Result

from massctl.app.preflight import PreflightAnswers, PreflightPage, Question
from massctl.cli.preflight import ask_on_terminal, chosen_numbers

QUESTIONS = (
    Question("clot", "F3", "A blood clot"),
    Question("fever", "F3", "Fever"),
    Question("chest", "F9", "Pain in the chest"),
)
NOTES = ("The last session was cut off.",)
PAGE = PreflightPage(title="tech-neck", disclaimer="Not a medical device.", questions=QUESTIONS, notes=NOTES)
ACCEPTED = PreflightPage(title="tech-neck", disclaimer="", questions=QUESTIONS)


def ask(page: PreflightPage, typed: str) -> tuple[PreflightAnswers | None, Result]:
    answers: list[PreflightAnswers] = []

    @click.command()
    def command() -> None:
        answers.append(asyncio.run(ask_on_terminal(page)))

    result = CliRunner().invoke(command, input=typed)
    return (answers[0] if answers else None), result


def test_it_shows_the_notice_the_notes_and_every_question_with_its_rule() -> None:
    _, result = ask(PAGE, "y\nn\n")
    for text in (
        "Not a medical device.",
        "The last session was cut off.",
        "A blood clot  [F3]",
        "Pain in the chest  [F9]",
    ):
        assert text in result.stderr
    assert result.stdout == ""


def test_n_means_none_of_it() -> None:
    assert ask(ACCEPTED, "n\n")[0] == PreflightAnswers(accepts_disclaimer=True, yes=frozenset())


def test_numbers_name_what_is_true() -> None:
    assert ask(ACCEPTED, "1, 3\n")[0] == PreflightAnswers(accepts_disclaimer=True, yes=frozenset({"clot", "chest"}))


def test_an_answer_that_is_neither_is_asked_again() -> None:
    answers, result = ask(ACCEPTED, "maybe\n4\n\n2\n")
    assert answers == PreflightAnswers(accepts_disclaimer=True, yes=frozenset({"fever"}))
    assert "numbers from 1 to 3" in result.stderr


def test_a_notice_that_is_not_accepted_ends_the_page() -> None:
    answers, result = ask(PAGE, "n\n")
    assert answers == PreflightAnswers(accepts_disclaimer=False)
    assert "A blood clot" not in result.stderr


FOR_ANN = PreflightPage(
    title="tech-neck",
    disclaimer="",
    questions=QUESTIONS,
    person="ann",
    setup=("Side: right", "Head to fit: dampener"),
    confirmations=(Question("adult", "F7", "An adult is here with me, and stays"),),
)


def test_it_names_the_person_the_side_and_the_head() -> None:
    _, result = ask(FOR_ANN, "y\nn\n")
    for text in ("For ann", "Side: right", "Head to fit: dampener", "An adult is here with me, and stays?"):
        assert text in result.stderr


@pytest.mark.parametrize(("typed", "confirmed"), [("y", {"adult"}), ("n", set[str]())])
def test_F7_a_confirmation_is_a_question_of_its_own_without_a_default(typed: str, confirmed: set[str]) -> None:
    answers, _ = ask(FOR_ANN, f"\n{typed}\nn\n")
    assert answers is not None
    assert answers.confirmed == confirmed


def test_the_notice_has_no_default_answer() -> None:
    answers, _ = ask(PAGE, "\n\ny\nn\n")
    assert answers is not None
    assert answers.accepts_disclaimer


def test_the_end_of_input_answers_nothing() -> None:
    answers, result = ask(ACCEPTED, "")
    assert answers is None
    assert result.exit_code != 0


def test_the_handler_of_ctrl_c_is_put_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    ask(ACCEPTED, "n\n")
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(("answer", "numbers"), [("n", set()), (" None ", set()), ("2", {2}), ("1 2,3", {1, 2, 3})])
def test_answers(answer: str, numbers: set[int]) -> None:
    assert chosen_numbers(answer, 3) == numbers


@pytest.mark.parametrize("answer", ["0", "4", "", "n 1", "-1", "²"])
def test_what_is_no_answer(answer: str) -> None:
    assert chosen_numbers(answer, 3) is None
