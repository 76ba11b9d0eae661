"""Remembered devices: names, defaults by role, a strict file for the user alone, and the way back from a removal."""

from __future__ import annotations

import dataclasses
import stat
from datetime import date, timedelta
from pathlib import Path

import pytest

from massctl.app import devices, devices_file, devices_keeping, devices_known, stopping
from massctl.app.devices_file import Calibration
from massctl.app.devices_keeping import forget, keep, make_default, rename, restore
from massctl.app.devices_known import device_url, find, remembered
from massctl.app.request import RunRequest
from massctl.body.terms import Tool
from massctl.devices import recognising
from massctl.errors import FileProblem, UsageError, WrongDevice
from massctl.programs.choices import Choices
from massctl.transports.gatt import Advertisement

GUN = "ble://AA:BB:CC:DD:EE:FF?driver=hypervolt2"
GUN2 = "ble://AA:BB:CC:DD:EE:00?driver=hypervolt2"
GAUGE = "serial:///dev/ttyACM0?driver=line&unit=g"
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MASSCTL_CONFIG_DIR", str(tmp_path))
    monkeypatch.setattr(devices_known, "today", lambda: TODAY)
    return tmp_path


def names() -> list[str]:
    return [each.name for each in remembered()]


def test_without_a_file_nothing_is_remembered_and_none_is_made() -> None:
    assert remembered() == ()
    assert device_url("massager") is None
    assert not devices_file.path().exists()


def test_the_first_of_a_role_is_its_default_and_a_second_one_has_a_name() -> None:
    keep("gun", GUN, ["massager"])
    keep("gun2", GUN2, ["massager"])
    keep("gauge", GAUGE, ["sensor"])
    assert device_url("massager") == GUN
    assert device_url("massager", "GUN2") == GUN2
    assert device_url("sensor") == GAUGE
    assert device_url("timer") is None
    assert [each.default_for for each in remembered()] == [("massager",), (), ("sensor",)]
    make_default("gun2")
    assert device_url("massager") == GUN2


def test_an_address_is_taken_as_it_is_and_none_means_none() -> None:
    keep("gun", GUN, ["massager"])
    assert device_url("massager", "tcp://host:1") == "tcp://host:1"
    assert device_url("massager", "none") is None


def test_a_typing_error_is_answered_with_the_nearest_name() -> None:
    keep("gun", GUN, ["massager"])
    keep("kitchen scale", GAUGE, ["sensor"])
    with pytest.raises(UsageError, match="No device is called 'gnu'") as caught:
        device_url("massager", "gnu")
    assert caught.value.remedy == "Did you mean gun?"
    assert find("Kitchen Scale").url == GAUGE


def test_a_name_of_another_role_says_what_it_is_and_which_would_do() -> None:
    keep("gun", GUN, ["massager"])
    keep("gauge", GAUGE, ["sensor"])
    with pytest.raises(UsageError, match="gauge is no massager: it is a force sensor") as caught:
        device_url("massager", "gauge")
    assert caught.value.remedy == "One that is: gun."
    with pytest.raises(UsageError, match="gun is no timer") as caught:
        device_url("timer", "gun")
    assert "--role timer" in caught.value.remedy


@pytest.mark.parametrize("name", ["", "a/b", "none", "x" * 41, "-gun", "ble://x"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is no name"):
        keep(name, GUN, ["massager"])


def test_a_name_or_an_address_is_not_taken_twice_whatever_case_and_options() -> None:
    keep("gun", GUN, ["massager"])
    with pytest.raises(UsageError, match="called 'Gun' already"):
        keep("Gun", GUN2, ["massager"])
    with pytest.raises(UsageError, match="remembered already, as 'gun'"):
        keep("other", "ble://aa:bb:cc:dd:ee:ff", ["massager"])


def test_a_removed_device_is_restored_and_its_role_passes_on_meanwhile() -> None:
    keep("gun", GUN, ["massager"])
    keep("gun2", GUN2, ["massager"])
    assert forget("gun").url == GUN
    assert device_url("massager") == GUN2
    assert restore().name == "gun"
    assert names() == ["gun2", "gun"]
    assert device_url("massager") == GUN
    forget("gun2")
    assert restore().default_for == ()
    with pytest.raises(UsageError, match="No device was removed"):
        restore()


def test_a_restored_device_whose_name_is_taken_gets_another() -> None:
    keep("gun", GUN, ["massager"])
    forget("gun")
    keep("gun", GUN2, ["massager"])
    assert restore("gun").name == "gun-2"
    assert device_url("massager", "gun") == GUN2
    assert device_url("massager") == GUN


def test_the_last_of_a_role_leaves_no_default() -> None:
    keep("gun", GUN, ["massager"])
    forget("gun")
    assert device_url("massager") is None
    assert restore("GUN").default_for == ("massager",)


def test_renaming_keeps_the_default_and_only_letters_may_change() -> None:
    keep("gun", GUN, ["massager"])
    keep("gun2", GUN2, ["massager"])
    assert rename("gun", "Gun").default_for == ("massager",)
    assert rename("gun", "hyper").name == "hyper"
    assert device_url("massager") == GUN
    with pytest.raises(UsageError, match="called 'gun2' already"):
        rename("hyper", "gun2")


def test_a_combined_device_is_the_default_of_all_its_roles() -> None:
    keep("bench", "tcp://127.0.0.1:7707", ["timer", "massager", "sensor"])
    assert remembered()[0].roles == ("massager", "sensor", "timer")
    assert {role: device_url(role) for role in ("massager", "sensor", "timer")} == dict.fromkeys(
        ("massager", "sensor", "timer"), "tcp://127.0.0.1:7707"
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (GAUGE, "scale as the board prints it, not verified: counts as uncalibrated"),
        (f"{GAUGE}&n_per_unit=0.01", "scale from the address, not verified: counts as uncalibrated"),
        ("serial:///dev/ttyACM0?driver=mark10", None),
        ("serial:///dev/ttyACM0?driver=line&kind=fsr", None),
        ("tcp://192.0.2.1:1", None),
    ],
)
def test_F36_a_scale_that_nobody_has_verified_counts_as_uncalibrated_remembered_or_not(
    url: str, said: str | None
) -> None:
    assert devices.calibration_warning(url) == (f"The force sensor: {said}. [F36]" if said else None)
    keep("gauge", url, ["sensor"])
    assert devices.calibration_warning(url) == (f"gauge: {said}. [F36]" if said else None)
    assert find("gauge").badges == ((said,) if said else ())


def test_a_kept_calibration_goes_into_the_address_and_ages_to_a_warning() -> None:
    keep("gauge", GAUGE, ["sensor"])
    made = Calibration(TODAY, 0.4, zero=8123.5, n_per_unit=-0.00123)
    devices_keeping.note_calibration("gauge", made)
    assert device_url("sensor") == f"{GAUGE}&zero=8123.5&n_per_unit=-0.00123"
    assert find("gauge").badges == ()
    assert devices.calibration_warning(GAUGE) is None
    for days, is_old in ((90, False), (91, True)):
        devices_keeping.note_calibration("gauge", dataclasses.replace(made, on=TODAY - timedelta(days=days)))
        warning = devices.calibration_warning(f"{GAUGE}&zero=1&n_per_unit=2")
        assert (warning == f"gauge: calibrated {days} days ago, counts as uncalibrated. [F36]") is is_old
        assert bool(find("gauge").badges) is is_old


def test_the_file_is_the_users_alone_and_is_read_back_as_it_was_written() -> None:
    keep("my gun é", GUN, ["massager"])
    keep("gauge", GAUGE, ["sensor"])
    devices_keeping.note_calibration("gauge", Calibration(TODAY, 0.4, zero=-1e7, n_per_unit=1.5e-6))
    keep("third", GUN2, ["massager"])
    forget("third")
    assert stat.S_IMODE(devices_file.path().stat().st_mode) == 0o600
    content = devices_file.load()
    devices_file.save(content)
    assert devices_file.load() == content
    assert names() == ["my gun é", "gauge"]
    assert list(content.removed) == ["third"]


FILE = """\
[defaults]
massager = "gun"

[devices.gun]
url = "ble://AA:BB:CC:DD:EE:FF"
roles = ["massager"]
added_on = 2026-11-22
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("roles =", "rols =", r"devices\.gun\.rols: unknown key 'rols'\. Did you mean roles"),
        ('["massager"]', '["masager"]', r"devices\.gun\.roles: 'masager' is no role\. Did you mean massager"),
        ('["massager"]', "[]", "names no role"),
        ('massager = "gun"', 'massager = "gnu"', r"defaults\.massager: no massager called 'gnu'"),
        ('massager = "gun"', 'gun = "gun"', r"defaults\.gun: 'gun' is no role"),
        ('"ble://AA:BB:CC:DD:EE:FF"', '"AA:BB"', "'AA:BB' is no device address"),
        ("added_on = 2026-11-22", "added_on = 3", r"devices\.gun\.added_on"),
        ('url = "ble://AA:BB:CC:DD:EE:FF"\n', "", "the key 'url' is missing"),
        ("[defaults]", "[defaults", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_one_sentence_with_its_place_and_the_remedy(old: str, new: str, said: str) -> None:
    devices_file.path().write_text(FILE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FileProblem, match=said) as caught:
        device_url("massager")
    assert "devices.toml" in caught.value.place
    assert "massctl devices add" in caught.value.remedy


def test_a_stop_finds_the_default_addresses_in_a_file_that_is_wrong_elsewhere() -> None:
    devices_file.path().write_text(FILE.replace("added_on = 2026-11-22", "added = 1"), encoding="utf-8")
    assert devices_file.addresses_without_checking(frozenset({"massager"})) == ("ble://AA:BB:CC:DD:EE:FF",)
    assert devices_file.addresses_without_checking(frozenset({"timer"})) == ()
    for text in ("]", 'defaults = "x"', "", "[defaults]\nmassager = 3"):
        devices_file.path().write_text(text, encoding="utf-8")
        assert devices_file.addresses_without_checking(frozenset({"massager"})) == ()


# ---------------------------------------------------------------- what a run uses


def run_of(program: str = "desk-shoulders", **given: str) -> RunRequest:
    return RunRequest(program=program, **given)  # type: ignore[arg-type]


def test_a_run_gets_the_remembered_devices_of_the_roles_it_leaves_open() -> None:
    keep("gun", GUN, ["massager"])
    keep("gauge", GAUGE, ["sensor"])
    assert devices.with_remembered(run_of()).urls == {"massager": GUN, "sensor": GAUGE}
    assert devices.with_remembered(run_of(massager=GUN2)).urls == {"massager": GUN2, "sensor": GAUGE}
    assert devices.with_remembered(run_of(), without=["sensor"]).urls == {"massager": GUN}


def test_a_program_without_the_massager_leaves_it_alone() -> None:
    keep("gun", GUN, ["massager"])
    keep("gauge", GAUGE, ["sensor"])
    assert devices.with_remembered(run_of("ball-upper-back")).urls == {}
    assert devices.with_remembered(run_of("algometer-check")).urls == {"sensor": GAUGE}


def test_a_scan_uses_the_sensor_where_an_algometer_is_at_hand() -> None:
    keep("gauge", GAUGE, ["sensor"])
    for tools, urls in ((None, {}), (frozenset({Tool.BALL}), {}), (frozenset({Tool.ALGOMETER}), {"sensor": GAUGE})):
        request = RunRequest(program="cluster-hunt", choices=Choices(tools=tools))
        assert devices.with_remembered(request).urls == urls


def test_a_free_run_uses_all_that_is_remembered() -> None:
    keep("gun", GUN, ["massager"])
    request = RunRequest(point="GMAX", choices=dataclasses.replace(RunRequest(program="x").choices, side=None))
    with pytest.raises(UsageError, match="two sides"):
        devices.with_remembered(request)


def test_F51_simulated_and_real_devices_are_not_mixed() -> None:
    keep("gun", GUN, ["massager"])
    keep("gauge", GAUGE, ["sensor"])
    keep("scale", "sim://progressor", ["sensor"])
    assert devices.with_remembered(run_of(massager="sim://hypervolt2")).urls == {"massager": "sim://hypervolt2"}
    assert devices.with_remembered(run_of(massager="manual://")).urls == {"massager": "manual://", "sensor": GAUGE}
    simulated = RunRequest(program="desk-shoulders", is_simulated=True)
    assert devices.with_remembered(simulated) is simulated


def test_F51_where_both_kinds_are_remembered_the_real_ones_are_meant() -> None:
    keep("scale", "sim://progressor", ["sensor"])
    assert devices.with_remembered(run_of()).urls == {"sensor": "sim://progressor"}
    keep("gun", GUN, ["massager"])
    assert devices.with_remembered(run_of()).urls == {"massager": GUN}
    keep("gauge", GAUGE, ["sensor"])
    assert find("gauge").default_for == ("sensor",), "a twin that was tried gives way to the first real one"
    assert devices.with_remembered(run_of()).urls == {"massager": GUN, "sensor": GAUGE}


async def test_a_gun_without_a_link_is_remembered_and_nothing_is_opened() -> None:
    url = "manual://?levels=1800,2100,2400"
    kept = await devices.remember("my gun", url, roles={"massager"})
    assert kept.default_for == ("massager",)
    assert devices.with_remembered(run_of()).urls == {"massager": url}


async def test_a_foreign_devices_roles_are_in_the_table() -> None:
    kept = await devices.remember("gauge", "serial:///dev/ttyUSB9?driver=mark10")
    assert kept.roles == ("sensor",)
    assert kept.driver == "mark10"
    with pytest.raises(UsageError, match="is no massager: it is a force sensor"):
        await devices.remember("x", "serial:///dev/ttyUSB8?driver=mark10", roles={"massager"})


async def test_what_is_no_address_is_answered_with_where_to_find_one() -> None:
    with pytest.raises(UsageError, match="'ttyUSB0' is no device address") as caught:
        await devices.remember("gun", "ttyUSB0")
    assert "devices scan" in caught.value.remedy


async def test_our_own_device_is_remembered_unseen_when_its_role_is_said() -> None:
    kept = await devices.remember("box", "serial:///dev/not-there", roles={"timer"})
    assert (kept.roles, kept.driver) == (("timer",), "")


async def test_a_bluetooth_device_is_remembered_with_the_driver_that_its_broadcast_means(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def hear(_url: str) -> Advertisement:
        return Advertisement("AA:BB:CC:DD:EE:FF", name, -50, 0.0)

    monkeypatch.setattr(recognising, "hear", hear)
    name = "Hypervolt 2"
    kept = await devices.remember("gun", "ble://AA:BB:CC:DD:EE:FF")
    assert (kept.url, kept.roles, kept.driver) == (GUN, ("massager",), "hypervolt2")
    name = "TV"
    with pytest.raises(WrongDevice, match="which massctl does not know; nothing was sent"):
        await devices.remember("tv", "ble://AA:BB:CC:DD:EE:01")


async def test_a_taken_name_is_refused_before_anybody_listens() -> None:
    keep("gun", GUN, ["massager"])
    with pytest.raises(UsageError, match="called 'gun' already"):
        await devices.remember("gun", "ble://AA:BB:CC:DD:EE:01")


async def test_a_stop_without_a_name_reaches_the_devices_that_are_used_when_none_is_named(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    for variable in ("MASSCTL_DATA_DIR", "MASSCTL_RUNTIME_DIR"):
        monkeypatch.setenv(variable, str(folder / variable))
    stopped: list[str] = []

    async def stop_port(url: str) -> stopping.StopOutcome:
        stopped.append(url)
        return stopping.StopOutcome(url, is_stopped=True, text="off")

    monkeypatch.setattr(stopping, "stop_port", stop_port)
    keep("gun", GUN, ["massager"])
    keep("gun2", GUN2, ["massager"])
    keep("gauge", GAUGE, ["sensor"])
    keep("relay", "tcp://192.0.2.1:6722?driver=sr201", ["timer"])
    await stopping.stop_everything()
    assert stopped == [GUN, "tcp://192.0.2.1:6722?driver=sr201"]
    stopped.clear()
    for name in ("gun", "gun2"):
        forget(name)
    keep("twin", "sim://hypervolt2", ["massager"])
    await stopping.stop_everything()
    assert stopped == ["tcp://192.0.2.1:6722?driver=sr201"]
