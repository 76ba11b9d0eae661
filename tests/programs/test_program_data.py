"""The shipped programs: nothing of the reference was lost, and each passes its own linter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from massctl.body.data import profiles_dir
from massctl.body.search import known_causes
from massctl.programs.catalogue import Catalogue
from massctl.programs.findings import is_error
from massctl.programs.linter import check_file, check_text
from massctl.programs.program import Program, Step
from massctl.programs.schema import json_schema

REFERENCE: dict[str, Any] = json.loads((Path(__file__).parent / "reference.json").read_text(encoding="utf-8"))
PROGRAMS = {row["id"]: row for row in REFERENCE["programs"]}
CATALOGUE = Catalogue(Path("no-such-folder"))
FILES = sorted((profiles_dir() / "programs").glob("*.toml"))


def step_as_reference(step: Step) -> dict[str, Any]:
    """A step in the reference's words."""
    values = {
        "point": step.point,
        "side": "-" if step.is_auto else step.side,
        "tool": step.tool,
        "mode": step.mode,
        "ppm": step.speed_ppm,
        "force_n": step.force_n and list(step.force_n),
        "static_kg_cm2": step.pressure_kg_cm2 and list(step.pressure_kg_cm2),
        "discomfort_max": step.discomfort_max,
        "instruction": step.instruction or None,
        "seconds_max": step.maximum_s,
        "seconds_min": step.minimum_s or None,
        "end": step.end,
    }
    return {key: value for key, value in values.items() if value is not None}


def as_reference(program: Program) -> dict[str, Any]:
    """A program in the reference's words."""
    detail = {
        "cause": program.causes[0] if program.causes else "",
        "sport": program.timing or "",
        "manual": program.main_tool or "",
    }.get(program.kind, "")
    return {
        "id": program.id,
        "title": program.title,
        "kind": f"{program.kind}:{detail}" if detail else str(program.kind),
        "level": program.level,
        "goal": program.goal,
        "steps": [step_as_reference(step) for step in program.steps],
        "notes": program.notes,
        "total_s": program.total_s,
        "percussion_s": program.percussion_s,
    }


def test_all_34_programs_are_there() -> None:
    assert len(PROGRAMS) == 34
    assert set(CATALOGUE.program_ids) == set(PROGRAMS)


@pytest.mark.parametrize("program_id", sorted(PROGRAMS))
def test_every_field_of_a_program_is_the_references(program_id: str) -> None:
    assert as_reference(CATALOGUE.program(program_id)) == PROGRAMS[program_id]


@pytest.mark.parametrize("program_id", sorted(PROGRAMS))
def test_a_program_adds_up_to_the_times_it_states(program_id: str) -> None:
    program = CATALOGUE.program(program_id)
    assert (program.computed_total_s, program.computed_percussion_s) == (program.total_s, program.percussion_s)


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_a_shipped_program_passes_the_strict_schema_and_the_linter(file: Path) -> None:
    program, findings = check_file(file)
    assert [finding for finding in findings if is_error(finding)] == []
    assert program == CATALOGUE.program(file.stem), "the plain reader and the strict schema disagree"


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_a_shipped_program_tells_editors_its_schema(file: Path) -> None:
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first == "#:schema ../program.schema.json"
    assert (file.parent / first.split()[1]).is_file()


def test_the_committed_json_schema_is_current() -> None:
    committed = json.loads((profiles_dir() / "program.schema.json").read_text(encoding="utf-8"))
    assert committed == json_schema(), "massctl check --schema > profiles/program.schema.json"


def test_the_json_schema_documents_every_key() -> None:
    schema = json_schema()
    for properties in (schema["properties"], schema["$defs"]["Step"]["properties"]):
        assert [key for key, value in properties.items() if not value.get("description")] == []
    assert "UTRAP" in schema["$defs"]["Step"]["properties"]["point"]["anyOf"][0]["enum"]


def test_causes_are_words_that_the_atlas_knows() -> None:
    for program in CATALOGUE.programs():
        assert set(program.causes) <= known_causes(), program.id


def test_no_title_or_goal_promises_healing() -> None:
    for program in CATALOGUE.programs():
        words = f"{program.title} {program.goal}".lower()
        assert not any(word in words for word in ("heal", "cure", "treat", "therapy", "relieve"))


def test_programs_with_search_words_keep_common_names_out_of_their_titles() -> None:
    for program in CATALOGUE.programs():
        assert not any(word in program.title.lower() for word in program.search_words if "tennis" in word), program.id


def test_F48_manual_and_assessment_programs_hold_no_percussion() -> None:
    for program in CATALOGUE.programs():
        if program.keeps_motor_off:
            assert program.computed_percussion_s == 0


def test_the_example_of_the_readme_passes_the_linter() -> None:
    text = (profiles_dir() / "README.md").read_text(encoding="utf-8")
    example = text.split("```toml\n")[1].split("```")[0]
    assert check_text(example, "my-program.toml")[1] == []
