"""The bill of materials that lies beside the package."""

import csv
import io
import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from infra.packaging.dependencies import read_pins
from testing.account import ROOT

OURS = {"app.py", "chalicelib", "__pycache__"}
PINS = ROOT / "requirements.txt"


@pytest.fixture(scope="module")
def bill(packaged: Path) -> Any:
    return json.loads((packaged / "sbom.json").read_text("utf-8"))


def test_it_names_all_that_is_pinned_and_chalice(bill: Any) -> None:
    """Each in its version, by a wheel that is pinned, under a licence."""
    parts = {each["name"]: each for each in bill["components"]}
    chalice = parts.pop("chalice")
    assert {(name, part["version"]) for name, part in parts.items()} == read_pins(PINS)
    hashes = {each["content"] for part in parts.values() for each in part["hashes"]}
    assert hashes <= set(re.findall(r"sha256:(\w{64})", PINS.read_text()))
    assert [name for name, part in {**parts, "chalice": chalice}.items() if not part["licenses"]] == []


def test_nothing_else_lies_in_the_archive(bill: Any, packaged: Path) -> None:
    """Whatever is neither ours nor Chalice's is a file of some distribution that the bill names."""
    with ZipFile(packaged / "deployment.zip") as opened:
        lies_there = {name.partition("/")[0] for name in opened.namelist()}
        records = [name for name in opened.namelist() if re.fullmatch(r"[^/]+\.dist-info/RECORD", name)]
        rows = [row for name in records for row in csv.reader(io.StringIO(opened.read(name).decode()))]
    assert len(records) == len(bill["components"]) - 1
    assert lies_there - {row[0].partition("/")[0] for row in rows} == OURS | {"chalice"}


def test_it_is_valid_and_of_this_archive(bill: Any, packaged: Path) -> None:
    """By the schema, and by the archive's hash."""
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill)) is None
    (hashed,) = bill["metadata"]["component"]["hashes"]
    assert hashed["content"] == sha256((packaged / "deployment.zip").read_bytes()).hexdigest()
