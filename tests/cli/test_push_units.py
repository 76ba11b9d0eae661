"""In what unit a push is shown: the one place that converts it."""

from __future__ import annotations

import pytest

from massctl.app.settings import Units
from massctl.faces.push import force_words, pressure_band_words, pressure_words, push_unit, why_newtons


@pytest.mark.parametrize(
    ("units", "push", "pressure"),
    [(Units.NEWTON, "10 N", "98 N"), (Units.KPA, "20 kPa", "196 kPa"), (Units.KG_CM2, "0.20 kg/cm²", "2.0 kg/cm²")],
)
def test_push_and_pressure_are_told_in_the_persons_units(units: Units, push: str, pressure: str) -> None:
    assert force_words(10.0, 5.0, units) == push
    assert pressure_words(2.0, 5.0, units) == pressure


def test_without_a_known_tip_the_unit_is_the_one_that_needs_none() -> None:
    assert force_words(10.0, None, Units.KPA) == "10 N"
    assert pressure_words(2.0, None, Units.NEWTON) == "2.0 kg/cm²"
    assert "contact area" in why_newtons(Units.KPA, None)
    assert why_newtons(Units.NEWTON, None) == why_newtons(Units.KPA, 5.0) == ""


@pytest.mark.parametrize(
    ("units", "reading", "band", "aim"),
    [
        (Units.NEWTON, "22.5", "15–30.5 N", "74–123 N"),
        (Units.KPA, "45", "30–61 kPa", "147–245 kPa"),
        (Units.KG_CM2, "0.46", "0.31–0.62 kg/cm²", "1.5–2.5 kg/cm²"),
    ],
)
def test_a_band_names_its_unit_once_and_a_reading_has_its_own_decimals(
    units: Units, reading: str, band: str, aim: str
) -> None:
    unit = push_unit(units, 5.0)
    assert unit.figure(22.5) == reading
    assert unit.band((15.0, 30.500000001)) == band
    assert pressure_band_words((1.5, 2.5), 5.0, units) == aim


def test_what_a_rule_says_in_newtons_is_told_in_the_persons_unit_and_nothing_else_in_it_changes() -> None:
    said = "60 N of push: above the 45.5 N allowed here, 10–20 N is right. 5 s, 2 NO, 3 mm."
    told = "120 kPa of push: above the 91 kPa allowed here, 20–40 kPa is right. 5 s, 2 NO, 3 mm."
    assert push_unit(Units.KPA, 5.0).retold(said) == told
    assert push_unit(Units.NEWTON, 5.0).retold(said) == said


def test_a_pressure_keeps_the_decimals_that_it_has() -> None:
    told = [pressure_words(value, None, Units.KG_CM2) for value in (2.0, 1.5, 2.25)]
    assert told == ["2.0 kg/cm²", "1.5 kg/cm²", "2.25 kg/cm²"]
