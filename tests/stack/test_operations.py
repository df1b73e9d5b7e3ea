"""The page for whoever runs the service: its local steps, run word for word."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.aws import ROOT
from tests.stack.client import System

PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
_SECTIONS = [section.partition("\n") for section in PAGE.partition("## Step by step")[2].split("### ")]
STEPS = [
    (title, "".join(re.findall(r"^```sh local\n(.*?)^```", text, re.M | re.S))) for title, _, text in _SECTIONS
]
LOCAL = {title: commands for title, commands in STEPS if commands}
FIRST = LOCAL.pop("Who asks")


@pytest.mark.parametrize("step", LOCAL)
def test_a_step_works_as_it_is_written(system: System, tmp_path: Path, step: str) -> None:
    """Each command succeeds, after those that every step begins with."""
    script = f"set -euo pipefail\n{FIRST}{LOCAL[step]}".replace("localhost:8000", system.address)
    script = script.replace("make ", f"make -C {ROOT} ")
    ran = subprocess.run(["bash", "-xc", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr + ran.stdout


def test_every_step_is_marked() -> None:
    """Either it is run here, or it needs an AWS account."""
    steps = PAGE.partition("## Step by step")[2]
    assert set(re.findall(r"^```(.+)$", steps, re.MULTILINE)) == {"sh local", "sh aws"}
    assert len(LOCAL) == 5
