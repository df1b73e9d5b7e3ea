"""What `make package` makes for this machine's processor, deployed once for the session."""

import os
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from filelock import FileLock

from infra.package import package
from infra.packaging.dependencies import Processor
from tests.deployed.account import Account
from tests.deployed.client import DeployedSystem

_PROCESSOR: Processor = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"


@pytest.fixture(scope="session")
def archive(packaged: Path) -> bytes:
    return (packaged / "deployment.zip").read_bytes()


@pytest.fixture(scope="session")
def template(packaged: Path) -> Any:
    return yaml.safe_load((packaged / "template.yaml").read_text("utf-8"))


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with deployment.zip and template.yaml, made once for all processes that test."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "package"
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            package(folder, _PROCESSOR)
    return folder


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    running = Account(tmp_path_factory.mktemp("account"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def deployed(account: Account, archive: bytes, template: Any) -> Iterator[DeployedSystem]:
    """The service, with an organiser signed in; at the end, no function was refused anything."""
    made = account.deploy("tilmelding", archive, template)
    made.sign_in()
    yield made
    functions = set(made.resources.values())
    assert {
        each for each in account.list_permission_checks() if each.function in functions and not each.allowed
    } == set()
