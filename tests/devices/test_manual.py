from __future__ import annotations

import math

import pytest

from massctl.devices.capabilities import DeviceLimits, LinkLoss, Massager, Report
from massctl.devices.manual import ManualMassager
from massctl.errors import UsageError


def test_a_gun_without_a_link_is_a_massager_that_cannot_be_controlled() -> None:
    gun: Massager = ManualMassager("manual://")
    assert gun.capabilities.is_controllable is False
    assert gun.capabilities.confirms_speed is False
    assert gun.capabilities.on_link_loss is LinkLoss.KEEPS_RUNNING
    assert gun.capabilities.lease_s is None
    assert gun.last_frame_at_s == math.inf


def test_levels_in_the_address_become_its_capabilities() -> None:
    gun = ManualMassager("manual://?levels=2100,1800,2400&heads=ball,flat")
    assert gun.capabilities.levels_ppm == (1800, 2100, 2400)
    assert (gun.capabilities.speed_min_ppm, gun.capabilities.speed_max_ppm) == (1800, 2400)
    assert gun.capabilities.heads == ("ball", "flat")


def test_a_range_in_the_address_becomes_its_capabilities() -> None:
    gun = ManualMassager("manual://old%20gun?min=1500&max=3000")
    assert gun.capabilities.levels_ppm == ()
    assert (gun.capabilities.speed_min_ppm, gun.capabilities.speed_max_ppm) == (1500, 3000)
    assert gun.name == "old gun"


def test_a_ladder_in_the_address_gives_levels_and_heads_and_says_that_nobody_measured_it() -> None:
    gun = ManualMassager("manual://?ladder=theragun-mini")
    assert gun.capabilities.levels_ppm == (1750, 2080, 2400)
    assert gun.capabilities.heads == ("ball",)
    assert "not measured" in gun.note
    ranged = ManualMassager("manual://?ladder=theragun-pro&heads=wedge")
    assert (ranged.capabilities.speed_min_ppm, ranged.capabilities.speed_max_ppm) == (1750, 2400)
    assert ranged.capabilities.heads == ("wedge",)


@pytest.mark.parametrize(
    "query", ["ladder=theragun-mini&levels=1800", "ladder=theragun-mini&max=2000", "ladder=theragon"]
)
def test_a_ladder_goes_with_no_speeds_of_its_own_and_has_to_exist(query: str) -> None:
    with pytest.raises(UsageError, match=r"either a ladder|no speed ladder 'theragon'"):
        ManualMassager(f"manual://?{query}")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("levels=", "names no level"),
        ("levels=fast", "'fast' is no number"),
        ("levels=0", "'0' is no number"),
        ("levels=18000", "'18000' is no number"),
        ("min=2400&max=1200", r"min \(2400\) is above max"),
        ("levels=1800&max=2400", "not both"),
        ("level=1800", "no setting 'level'"),
    ],
)
def test_a_bad_setting_is_refused_with_its_reason(query: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        ManualMassager(f"manual://?{query}")


@pytest.mark.virtual
async def test_commands_do_nothing_and_never_fail() -> None:
    gun, told = ManualMassager("manual://"), list[Report]()
    gun.subscribe(told.append)
    await gun.prepare(DeviceLimits(speed_max_ppm=2400, force_max_n=40.0, run_max_s=60.0))
    await gun.arm()
    gun.set_speed(1800, 600)
    gun.renew()
    assert not gun.stop(), "nothing was written, and nobody may think so"
    await gun.aclose()
    assert told == []
