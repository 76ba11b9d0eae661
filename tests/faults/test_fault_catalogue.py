"""Names, times and scenario files of faults: strict, with the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest

from massctl.errors import FileProblem, UsageError
from sims.faults import CATALOGUE, Moment, Place, find, parse
from sims.faults.scenario import read_faults
from sims.faults.timing import RUNNING_S


def test_the_catalogue_has_faults_in_all_places() -> None:
    assert {fault.place for fault in CATALOGUE.values()} == set(Place)
    assert all(fault.sentence.endswith(".") for fault in CATALOGUE.values())


def test_a_misspelt_fault_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="'sensor-stuck'"):
        find("sensor-stok")


def test_a_fault_of_the_host_is_the_tests_to_make() -> None:
    with pytest.raises(UsageError, match="cannot make it"):
        find("host-killed")


def test_without_a_time_a_fault_waits_for_the_motor() -> None:
    timed = parse("link-cut")
    assert (timed.moment, timed.after_s, timed.duration_s) == (Moment.RUNNING, RUNNING_S, None)


def test_seconds_count_from_the_beginning() -> None:
    timed = parse("link-cut@12.5")
    assert (timed.moment, timed.after_s) == (Moment.CONNECTING, 12.5)


def test_a_phase_begins_it_at_once() -> None:
    timed = parse("sensor-nan@paused")
    assert (timed.role, timed.moment, timed.after_s) == ("sensor", Moment.PAUSED, 0.0)


@pytest.mark.parametrize("when", ["soon", "-1", "nan", "inf"])
def test_a_bad_time_lists_the_phases(when: str) -> None:
    with pytest.raises(UsageError, match="dwelling"):
        parse(f"link-cut@{when}")


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_scenario_names_several_faults_with_their_times(tmp_path: Path) -> None:
    text = """
        title = "A loose cable, then a sensor that sticks"
        [[fault]]
        name = "link-cut"
        role = "timer"
        after_s = 20
        duration_s = 2.5
        [[fault]]
        name = "sensor-stuck"
        phase = "dwelling"
    """
    first, second = read_faults([write(tmp_path / "loose.toml", text)])
    assert (first.fault.name, first.role, first.moment, first.after_s, first.duration_s) == (
        "link-cut",
        "timer",
        Moment.CONNECTING,
        20.0,
        2.5,
    )
    assert (second.fault.name, second.role, second.moment, second.duration_s) == (
        "sensor-stuck",
        "sensor",
        Moment.DWELLING,
        None,
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[[fault]]\nname = "link-cut"\ndurations_s = 2', "fault 1: the key 'durations_s' is unknown.*'duration_s'"),
        ('tittle = "x"\n[[fault]]\nname = "link-cut"', "'tittle' is unknown.*'title'"),
        ('[[fault]]\nname = "link-cutt"', "fault 1: There is no fault 'link-cutt'.*'link-cut'"),
        ("[[fault]]\nafter_s = 2", "'name' must be a text"),
        ('[[fault]]\nname = "link-cut"\nphase = "dwell"', "'phase' is 'dwell'.*dwelling"),
        ('[[fault]]\nname = "link-cut"\nrole = "gun"', "'role' is 'gun'.*massager"),
        ('[[fault]]\nname = "link-cut"\nafter_s = -1', "'after_s' must be a number of seconds"),
        ('[[fault]]\nname = "link-cut"\nafter_s = true', "'after_s' must be a number of seconds"),
        ('title = "nothing"', "names no fault"),
        ("fault = [1]", "fault 1: is no table"),
        ("x = [", "no valid TOML"),
    ],
)
def test_a_wrong_scenario_is_an_error_with_its_place_and_remedy(tmp_path: Path, text: str, found: str) -> None:
    with pytest.raises(FileProblem, match=f"wrong.toml.*{found}"):
        read_faults([write(tmp_path / "wrong.toml", text)])


def test_a_scenario_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="cannot be read"):
        read_faults([str(tmp_path / "none.toml")])
