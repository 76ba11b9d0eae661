"""Reading the record: newest first, simulated marked, found by the beginning of an id, the last request."""

from __future__ import annotations

from pathlib import Path

import pytest

from massctl.errors import FileProblem, UsageError
from massctl.history.reading import History
from massctl.history.store import SessionWriter
from massctl.session.events import DiscomfortRated, SessionEnded, SessionStarted


async def record(
    path: Path, session_id: str, *, is_simulated: bool = False, request: dict[str, object] | None = None
) -> None:
    writer = SessionWriter(
        session_id, is_simulated=is_simulated, request=request or {}, on_problem=pytest.fail, path=path
    )
    writer.start()
    writer.append(
        SessionStarted(
            at_s=0.0,
            session_id=session_id,
            program="tech-neck",
            title="Tech neck",
            is_simulated=is_simulated,
            wall_time="",
            steps=1,
            about_s=60.0,
            devices={},
        )
    )
    writer.append(
        SessionEnded(
            at_s=60.0,
            session_id=session_id,
            program="tech-neck",
            is_simulated=is_simulated,
            ended_by="person",
            reason="finished early",
            rule=None,
            duration_s=60.0,
            percussion_s=30.0,
            steps_done=1,
            steps=1,
            points=(),
        )
    )
    await writer.aclose()


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    path = tmp_path / "h.sqlite"
    await record(path, "aaa111", request={"program": "first"})
    await record(path, "aaa222", is_simulated=True, request={"program": "second"})
    await record(path, "bbb333", request={"program": "third"})
    return path


async def test_sessions_come_newest_first_and_say_whether_they_were_simulated(path: Path) -> None:
    sessions = History(path).sessions()
    assert [(one.session_id, one.is_simulated) for one in sessions] == [
        ("bbb333", False),
        ("aaa222", True),
        ("aaa111", False),
    ]
    assert [one.session_id for one in History(path).sessions(limit=1)] == ["bbb333"]


async def test_one_session_is_shown_with_its_summary(path: Path) -> None:
    one = History(path).session("bbb")
    assert (one.program, one.title, one.ended_by, one.events) == ("tech-neck", "Tech neck", "person", 2)
    assert one.summary is not None
    assert one.summary["percussion_s"] == 30.0


async def test_last_means_the_newest(path: Path) -> None:
    assert History(path).session("last").session_id == "bbb333"


@pytest.mark.parametrize(
    ("name", "match"), [("aaa", "More than one"), ("zzz", "No session"), ("%", "No session"), ("a_", "No s")]
)
async def test_an_id_that_means_none_or_several_is_refused(path: Path, name: str, match: str) -> None:
    with pytest.raises(UsageError, match=match):
        History(path).session(name)


async def test_the_last_request_can_be_asked_for_among_real_sessions_only(path: Path) -> None:
    await record(path, "ccc444", is_simulated=True, request={"program": "fourth"})
    assert History(path).last_request() == {"program": "fourth"}
    assert History(path).last_request(is_simulated=False) == {"program": "third"}


async def test_the_last_request_can_be_asked_for_of_one_person(path: Path) -> None:
    await record(path, "ddd555", request={"program": "fifth", "person": "ann"})
    await record(path, "eee666", request={"program": "sixth", "person": "bob"})
    ann = History(path).last_request(is_simulated=False, person_key="ann")
    assert ann is not None
    assert ann["program"] == "fifth"
    assert History(path).last_request(person_key="carl") is None


async def test_an_empty_record_is_no_error(tmp_path: Path) -> None:
    history = History(tmp_path / "none.sqlite")
    assert history.sessions() == ()
    assert history.last_request() is None
    assert list(history.events("x")) == []


async def test_a_file_that_is_no_database_is_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "h.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(FileProblem, match=r"h\.sqlite: the record cannot be used .*moved away"):
        History(tmp_path / "h.sqlite").sessions()


async def record_scan(
    path: Path, session_id: str, ratings: dict[tuple[str, str], int], *, is_simulated: bool = False, person: str = ""
) -> None:
    writer = SessionWriter(
        session_id, is_simulated=is_simulated, request={"person": person}, on_problem=pytest.fail, path=path
    )
    writer.start()
    writer.append(DiscomfortRated(at_s=0.0, value=9))
    for (point, side), value in ratings.items():
        writer.append(DiscomfortRated(at_s=1.0, value=value, point=point, side=side))
    await writer.aclose()


async def test_the_newest_scan_is_read_and_only_what_was_rated_in_it(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    await record_scan(path, "a" * 12, {("UTRAP", "L"): 8, ("LEVS", "L"): 2})
    await record_scan(path, "b" * 12, {("UTRAP", "L"): 3, ("UTRAP", "R"): 5})
    await record(path, "c" * 12)
    assert History(path).last_scan(is_simulated=False) == {("UTRAP", "L"): 3, ("UTRAP", "R"): 5}


async def test_f51_a_simulated_scan_is_never_a_persons(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    await record_scan(path, "a" * 12, {("UTRAP", "L"): 8}, is_simulated=True)
    assert History(path).last_scan(is_simulated=False) == {}
    assert History(path).last_scan(is_simulated=True) == {("UTRAP", "L"): 8}


async def test_each_person_has_a_scan_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    await record_scan(path, "a" * 12, {("UTRAP", "L"): 8}, person="ann")
    await record_scan(path, "b" * 12, {("UTRAP", "L"): 1}, person="bob")
    assert History(path).last_scan(is_simulated=False, person_key="ann") == {("UTRAP", "L"): 8}
    assert History(path).last_scan(is_simulated=False, person_key="eve") == {}


def test_without_a_record_there_was_no_scan(tmp_path: Path) -> None:
    assert History(tmp_path / "none.sqlite").last_scan(is_simulated=False) == {}
