"""``massctl devices``: what a stranger types, right and wrong, and what the screen and the exit code say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from massctl.app import devices_keeping, devices_scan
from massctl.app.devices_scan import Found, ScanResult, Sureness, from_advertisement, from_port
from massctl.app.request import RunRequest
from massctl.cli import devices_scan as scan_command
from massctl.cli import run as run_module
from massctl.cli import stop as stop_module
from massctl.cli.device_names import complete_devices, complete_ladders, complete_removed
from massctl.devices.supported import SUPPORTED, Medium
from massctl.errors import BluetoothOff
from massctl.transports.gatt import Advertisement
from massctl.transports.ports import PortInfo

Run = Callable[..., Result]
GUN = "manual://?levels=1700,2200"
GAUGE = "serial:///dev/ttyUSB9?driver=mark10"


@pytest.fixture
def two(run_cli: Run) -> Run:
    assert run_cli("devices", "add", "gun", GUN).exit_code == 0
    assert run_cli("devices", "add", "gauge", GAUGE).exit_code == 0
    return run_cli


# ---------------------------------------------------------------- remembering


def test_add_says_what_was_remembered_and_list_shows_it(two: Run) -> None:
    shown = two("devices", "list").stdout
    assert "gun" in shown
    assert GAUGE in shown
    rows = json.loads(two("devices", "list", "--json").stdout)
    assert [(row["name"], row["roles"], row["default_for"]) for row in rows] == [
        ("gun", ["massager"], ["massager"]),
        ("gauge", ["sensor"], ["sensor"]),
    ]


def test_without_any_device_list_says_what_to_do(run_cli: Run) -> None:
    assert "massctl devices scan" in run_cli("devices", "list").stdout


def test_the_whole_way_of_a_name(two: Run) -> None:
    assert two("devices", "rename", "GUN", "hyper").exit_code == 0
    assert two("devices", "add", "second", "manual://").exit_code == 0
    assert "used as massager when none is named" in two("devices", "default", "second").stdout
    gone = two("devices", "remove", "second")
    assert "massctl devices restore second" in gone.stdout
    assert "hyper is the massager" in gone.stderr
    assert "second" in two("devices", "restore").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "x", "ttyUSB0"], "no device address"),
        (["add", "gun", "manual://?max=2000"], "called 'gun' already"),
        (["add", "x", "serial:///dev/x?driver=mark1"], "Did you mean mark10"),
        (["add", "x", "serial:///dev/x?driver=mark10&sgin=inverted"], "did you mean sign"),
        (["add", "x", GAUGE.replace("USB9", "USB8"), "--role", "massager"], "is no massager"),
        (["remove", "gaug"], "Did you mean gauge"),
        (["rename", "gnu", "x"], "Did you mean gun"),
        (["restore"], "No device was removed"),
        (["scna"], "Did you mean 'scan'"),
        (["ladder", "hypervolt"], "Did you mean hypervolt2"),
        (["probe", "gnu"], "Did you mean gun"),
        (["tare", "gun"], "gun is no force sensor"),
        (["calibrate", "gauge", "--weight", "1", "--weight", "2"], "calibrated by its maker"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence_with_a_way_on(two: Run, arguments: list[str], said: str) -> None:
    result = two("devices", *arguments)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert "Traceback" not in result.output


def test_calibrating_where_nobody_can_be_asked_says_so(two: Run) -> None:
    result = two("devices", "calibrate", "gauge")
    assert result.exit_code == 2
    assert "Nobody can be asked here" in result.stderr


def test_names_are_completed(two: Run) -> None:
    complete, context = complete_devices(), None
    assert complete(context, None, "g") == ["gun", "gauge"]  # type: ignore[arg-type]
    assert complete_devices("sensor")(context, None, "G") == ["gauge"]  # type: ignore[arg-type]
    two("devices", "remove", "gun")
    assert complete_removed(context, None, "") == ["gun"]  # type: ignore[arg-type]
    assert "hypervolt2" in complete_ladders(context, None, "hyp")  # type: ignore[arg-type]


# ---------------------------------------------------------------- using


@pytest.fixture
def performed(monkeypatch: pytest.MonkeyPatch) -> list[RunRequest]:
    made: list[RunRequest] = []
    monkeypatch.setattr(run_module, "perform", lambda request, **_: made.append(request))
    return made


@pytest.mark.parametrize(
    ("options", "urls"),
    [
        ([], {"massager": GUN, "sensor": GAUGE}),
        (["--massager", "GUN", "--sensor", "none"], {"massager": GUN}),
        (["--massager", "none"], {"sensor": GAUGE}),
        (["--massager", "tcp://127.0.0.1:1"], {"massager": "tcp://127.0.0.1:1", "sensor": GAUGE}),
        (["--sim"], {}),
    ],
)
def test_a_run_uses_what_is_remembered_by_role_and_names(
    two: Run, performed: list[RunRequest], options: list[str], urls: dict[str, str]
) -> None:
    assert two("run", "desk-shoulders", *options).exit_code == 0
    assert performed[0].urls == urls


@pytest.mark.parametrize(
    ("option", "name", "said"),
    [
        ("--massager", "gnu", "Did you mean gun"),
        ("--massager", "gauge", "gauge is no massager"),
        ("--timer", "gun", "--role timer"),
    ],
)
def test_a_run_with_a_wrong_name_is_refused_before_anything(
    two: Run, performed: list[RunRequest], option: str, name: str, said: str
) -> None:
    result = two("run", "desk-shoulders", option, name)
    assert result.exit_code == 2
    assert said in result.stderr
    assert performed == []


def test_a_wrong_name_does_not_hold_up_the_stop_of_the_rest(two: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []

    async def stop_everything(urls: tuple[str, ...]) -> tuple[()]:
        asked.append(urls)
        return ()

    monkeypatch.setattr(stop_module, "stop_everything", stop_everything)
    result = two("stop", "gnu", "gauge")
    assert asked == [(GAUGE,)]
    assert result.exit_code == 4
    assert "NOT STOPPED  gnu: No device is called 'gnu'" in result.stdout


# ---------------------------------------------------------------- ladders and own files


def test_a_counted_level_is_kept_in_a_file_of_ones_own_that_check_finds_right(two: Run, tmp_path: Path) -> None:
    result = two("devices", "ladder", "hypervolt2", "--level", "1", "--ppm", "1650", "--by", "tachometer")
    assert result.exit_code == 0
    assert "1,650" in result.stdout
    assert "tachometer" in result.stdout
    path = tmp_path / "config" / "devices" / "hypervolt2.toml"
    assert two("check", str(path)).exit_code == 0
    path.write_text(path.read_text(encoding="utf-8").replace("ppm = 2200", "pmp = 2200"), encoding="utf-8")
    checked = two("check", str(path))
    assert checked.exit_code == 2
    assert "levels.2.pmp: unknown key 'pmp'. Nearest valid: ppm." in checked.stdout
    assert ":13, levels.2.pmp" in checked.stdout
    assert "hypervolt2.toml:13" in two("devices", "ladder", "hypervolt2").stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--level", "1"], "both --level and --ppm"),
        (["--level", "4", "--ppm", "2000"], "has 3 levels"),
        (["--level", "1", "--ppm", "2500"], "from slow to fast"),
        (["--level", "1", "--ppm", "99999"], "6000"),
    ],
)
def test_a_wrong_correction_says_why_and_changes_nothing(
    two: Run, tmp_path: Path, options: list[str], said: str
) -> None:
    result = two("devices", "ladder", "hypervolt2", *options)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split()).replace("6,000", "6000")
    assert not (tmp_path / "config" / "devices").exists()


def test_check_judges_areas_of_heads(two: Run, tmp_path: Path) -> None:
    path = tmp_path / "heads.toml"
    path.write_text('[bal]\narea_cm2 = 3.8\nsource = "carbon paper"\n', encoding="utf-8")
    assert "Nearest valid: ball" in two("check", str(path)).stdout


# ---------------------------------------------------------------- looking around


def heard(**said: object) -> Advertisement:
    return Advertisement(**({"address": "AA:BB", "name": "", "rssi_dbm": -60, "at_s": 0.0} | said))  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MASSCTL_CONFIG_DIR", str(tmp_path / "config"))


def test_a_broadcast_tells_what_a_device_is_and_how_sure_that_is() -> None:
    hypervolt = from_advertisement(heard(name="Hypervolt 2"))
    assert (hypervolt.driver, hypervolt.sureness) == ("hypervolt2", Sureness.LIKELY)
    assert hypervolt.url == "ble://AA:BB?driver=hypervolt2"
    heart = from_advertisement(heard(service_uuids=frozenset({"0000180d-0000-1000-8000-00805f9b34fb"})))
    assert (heart.driver, heart.sureness) == ("heart_rate", Sureness.CERTAIN)
    ffe0 = frozenset({"0000ffe0-0000-1000-8000-00805f9b34fb"})
    theragun = from_advertisement(heard(name="Pro", service_uuids=ffe0))
    assert (theragun.driver, theragun.sureness) == ("theragun", Sureness.GUESS)
    scale = from_advertisement(heard(name="CTS500", service_uuids=ffe0))
    assert (scale.driver, scale.sureness) == (None, Sureness.UNKNOWN)


def test_a_serial_line_over_bluetooth_is_ours_only_by_its_name() -> None:
    uart = frozenset({devices_scan.NORDIC_UART})
    ours = from_advertisement(heard(name="massctl gun", service_uuids=uart))
    assert (ours.driver, ours.sureness) == ("", Sureness.LIKELY)
    assert from_advertisement(heard(name="Thing", service_uuids=uart)).sureness is Sureness.GUESS


def test_an_unknown_device_is_said_to_be_left_alone() -> None:
    unknown = from_advertisement(heard(name="TV"))
    assert (unknown.sureness, unknown.driver, unknown.note) == (Sureness.UNKNOWN, None, "nothing is written to it")


@pytest.mark.parametrize(
    ("usb_id", "sureness", "driver", "note"),
    [
        ((0x0483, 0xA1AD), Sureness.LIKELY, "mark10", ""),
        ((0x1A86, 0x7523), Sureness.GUESS, None, "?driver=lcus"),
        ((0x2341, 0x0043), Sureness.GUESS, None, "?driver=line"),
        ((0x0403, 0x6001), Sureness.GUESS, None, "maker's papers"),
        ((0xDEAD, 0xBEEF), Sureness.UNKNOWN, None, "not opened"),
        (None, Sureness.UNKNOWN, None, "not opened"),
    ],
)
def test_a_ports_usb_identity_is_a_hint(
    usb_id: tuple[int, int] | None, sureness: Sureness, driver: str | None, note: str
) -> None:
    found = from_port(PortInfo("/dev/ttyUSB0", "n/a", usb_id, None, None))
    assert (found.sureness, found.driver) == (sureness, driver)
    assert note in found.note


def test_our_own_board_is_known_by_its_usb_identity() -> None:
    found = from_port(PortInfo("/dev/ttyACM0", "massctl gun", (0x1209, 0x0001), None, "massctl gun"))
    assert (found.sureness, found.driver, found.url) == (Sureness.LIKELY, "", "serial:///dev/ttyACM0")


def test_what_is_remembered_is_called_by_its_name() -> None:
    devices_keeping.keep("gun", "ble://AA:BB?driver=hypervolt2", ["massager"])
    assert from_advertisement(heard(address="aa:bb", name="Hypervolt 2")).remembered_as == "gun"


def test_a_dead_radio_is_told_and_the_ports_are_listed_all_the_same(
    run_cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = from_port(PortInfo("/dev/ttyUSB3", "n/a", (0x0483, 0xA1AD), None, None))
    off = BluetoothOff("ble://", "Bluetooth is switched off.", "Switch it on.")

    async def look(*_: object, **__: object) -> ScanResult:
        return ScanResult((port,), (off,))

    monkeypatch.setattr(scan_command, "look", look)
    result = run_cli("devices", "scan")
    assert result.exit_code == 0
    assert "Mark-10" in result.stdout
    assert "Bluetooth is switched off. Switch it on." in result.stderr
    assert json.loads(run_cli("devices", "scan", "--json").stdout)["problems"][0]["remedy"] == "Switch it on."

    async def nothing(*_: object, **__: object) -> ScanResult:
        return ScanResult((), (off,))

    monkeypatch.setattr(scan_command, "look", nothing)
    assert run_cli("devices", "scan").exit_code == 3


def test_unknown_devices_are_counted_and_shown_only_when_asked(run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(*_: object, **__: object) -> ScanResult:
        return ScanResult(tuple(from_advertisement(heard(address=f"AA:{n}", name="TV")) for n in range(3)))

    monkeypatch.setattr(scan_command, "look", look)
    result = run_cli("devices", "scan")
    assert result.stdout == ""
    assert "3 more devices" in result.stderr
    assert run_cli("devices", "scan", "--all").stdout.count("unknown") >= 3


def test_scan_sim_lists_one_twin_of_each_bluetooth_device(run_cli: Run) -> None:
    result = run_cli("devices", "scan", "--sim", "--seconds", "1", "--json")
    rows = json.loads(result.stdout)["found"]
    by_radio = {row.id for row in SUPPORTED if row.medium in (Medium.GATT, Medium.ADVERTISEMENTS)}
    assert {row["driver"] for row in rows} == by_radio
    assert {row["url"] for row in rows} == {f"sim://{each}" for each in by_radio}
    assert len(by_radio) >= 5


def test_supported_lists_every_driver_with_how_well_it_is_known(run_cli: Run) -> None:
    rows = json.loads(run_cli("devices", "supported", "--json").stdout)
    assert {row["id"] for row in rows} == {row.id for row in SUPPORTED}
    shown = run_cli("devices", "supported").stdout
    assert "hypervolt2" in shown
    assert "worked out" in shown


def test_found_is_told_in_plain_json() -> None:
    found = Found("ble://A", "x", "y", None, (), Sureness.UNKNOWN, "Bluetooth")
    assert json.loads(json.dumps(found.to_json()))["sureness"] == "unknown"
