"""The published schema of manifest.json."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from chalicelib.travel.render.json_schema import build_schema

GOLDEN = Path(__file__).parent.parent / "golden"
SCHEMA = build_schema("https://tilmelding.example/schemas/manifest.json")


def manifest(name: str) -> Any:
    """The golden file of that name."""
    return json.loads((GOLDEN / name).read_text())


@pytest.mark.parametrize("name", ["manifest.json", "empty/manifest.json"])
def test_what_is_built_is_what_the_schema_says(name: str) -> None:
    """The party of twenty, and an event without people."""
    validator = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    validator.check_schema(SCHEMA)
    assert [error.message for error in validator.iter_errors(manifest(name))] == []


def test_what_is_otherwise_is_told() -> None:
    """An unknown key, a missing key, a word for a number."""
    wrong = manifest("manifest.json")
    wrong["passengers"][0]["diet"] = "vegan"
    del wrong["transfers"][0]["leg"]
    wrong["version"] = "three"
    found = {tuple(error.path) for error in Draft202012Validator(SCHEMA).iter_errors(wrong)}
    assert found == {("passengers", 0), ("transfers", 0), ("version",)}
