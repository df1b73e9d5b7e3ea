"""What is measured of a start works."""

import json
import subprocess
import sys

import pytest

from benchmarks import cold_starts
from chalicelib.aws import table
from testing.account import ENVIRONMENT, ROOT, build_settings


@pytest.mark.parametrize("which", ["ours", "floor"])
def test_the_first_registration_is_answered(environment: pytest.MonkeyPatch, which: str) -> None:
    """A new process says last what it took until it could be called, and what until it had answered."""
    environment.setattr(table, "client", table.client)  # put back behind what is measured, as all that follows
    for name, value in build_settings().items():
        environment.setenv(name, value)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.first_request", which],
        cwd=ROOT,
        env=ENVIRONMENT | build_settings(),
        input=json.dumps(cold_starts.build_first_request()),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    started, answered = json.loads(done.stdout.splitlines()[-1])
    assert 0 < started < answered


@pytest.mark.parametrize("command", cold_starts.COMMANDS, ids=lambda command: str(command[-1])[:40])
def test_each_command_that_is_measured_can_be_run(command: tuple[str, ...]) -> None:
    """Whatever imports a command names are there: they stand in strings, where no other check reads them."""
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=ENVIRONMENT | build_settings(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert float(json.loads(done.stdout.splitlines()[-1])[0]) > 0
