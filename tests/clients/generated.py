"""Clients generated with pinned tools register, read and cancel; `make clients` runs this file.

The default run leaves it out, because it takes packages from npm and PyPI.
"""

import json
import os
import shutil
import subprocess
import venv
from pathlib import Path
from typing import Any

import pytest

from chalicelib.web.openapi import build_description
from testing import builders
from testing.world import publish
from tests.hostile.conftest import site as site
from tests.hostile.site import Site

HERE = Path(__file__).parent
STATUSES = ["confirmed", "confirmed", "cancelled"]


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run the command; show its output where it fails."""
    done = subprocess.run(command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture
def folder(site: Site, tmp_path: Path) -> Path:  # noqa: ARG001 - the description names the site
    """A folder with the description and the clients' sources."""
    shutil.copytree(HERE, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "openapi.json").write_text(json.dumps(build_description()))
    (tmp_path / "generated.py").unlink()  # the generated client is a package of that name
    return tmp_path


def call(*command: str | Path, site: Site, folder: Path) -> Any:
    """What the client prints of a new event of the site."""
    event = publish(builders.event())
    return json.loads(run(*command, site.address, event.id, cwd=folder))


def test_a_typescript_client(site: Site, folder: Path) -> None:
    """openapi-typescript with its defaults, compiled strictly."""
    run("npm", "ci", "--no-audit", "--no-fund", cwd=folder)
    run("npx", "openapi-typescript", "openapi.json", "--output", "api.d.ts", cwd=folder)
    run("npx", "tsc", cwd=folder)
    assert call("node", "call.mjs", site=site, folder=folder) == STATUSES


def test_a_python_client(site: Site, folder: Path) -> None:
    """openapi-python-client, without a warning about what it has left out."""
    venv.create(folder / "venv", with_pip=True)
    binaries = folder / "venv" / "bin"
    run(binaries / "pip", "install", "-q", "--require-hashes", "-r", "requirements.txt", cwd=folder)
    generator = (binaries / "openapi-python-client", "generate", "--fail-on-warning", "--meta", "none")
    path = f"{binaries}:{os.environ['PATH']}"
    run(*generator, "--path", "openapi.json", "--output-path", "generated", cwd=folder, PATH=path)
    assert call(binaries / "python", "client.py", site=site, folder=folder) == STATUSES
