"""The local AWS of this run: start it, point the clients at it, stop it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from infra.local.data_folder import DataFolder
from infra.local.emulator import UNREADABLE
from infra.local.options import CannotStart

REGION = "eu-west-1"
ACCOUNT = "000000000001"

_ROOT = Path(__file__).parents[2]
_TIMEOUT_SECONDS = 10  # seconds


class Emulator:
    """The process that emulates DynamoDB, its streams, SQS, S3 and SSM."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._log = folder.path / "aws.log"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "infra.local.emulator"],
                cwd=_ROOT,
                env=_build_environment(folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                pass_fds=(folder.lock_descriptor,),  # holds the lock until it has saved
                start_new_session=True,  # Ctrl-C goes to the runner, which ends this process last
            )

    def wait_until_ready(self) -> str:
        """Return the URL that it answers at; raises CannotStart where it does not come up."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if line:
            return f"http://127.0.0.1:{line.decode()}"
        if self._process.wait(_TIMEOUT_SECONDS) == UNREADABLE:
            raise self._folder.build_damage_error(self._folder.aws.name)
        raise CannotStart(f"The local AWS did not start: {self._log} says why.")

    @property
    def has_ended(self) -> bool:
        """Whether the process has ended."""
        return self._process.poll() is not None

    def stop(self) -> None:
        """Let it save and end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


def _build_environment(folder: DataFolder) -> dict[str, str]:
    return {
        **_drop_aws_variables(os.environ),
        "MINISTACK_REGION": REGION,
        "PERSIST_STATE": "1" if folder.is_persistent else "0",
        "STATE_DIR": str(folder.aws),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder.files),
        # Part of the stored names of queues: the same in each run, whatever the port is.
        "GATEWAY_PORT": "4566",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "ERROR",
        "DOCKER_HOST": f"unix://{folder.path}/no-docker",
    }


def point_clients_at(endpoint_url: str, mailbox_url: str) -> None:
    """Point every AWS client of this process at the local AWS and the local mailbox.

    The account, profile or proxy of the environment is ignored from here on.
    """
    environment = _drop_aws_variables(os.environ)
    for name in set(os.environ) - set(environment):
        del os.environ[name]
    os.environ.update(
        {
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "test",  # pragma: allowlist secret - for ministack's signatures
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
            "AWS_ENDPOINT_URL": endpoint_url,
            "AWS_ENDPOINT_URL_SESV2": mailbox_url,
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }
    )


def _drop_aws_variables(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith("AWS_")}
