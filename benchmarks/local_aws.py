"""An empty local AWS for this process and those that it starts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.local import aws
from infra.local.data_folder import DataFolder
from testing import account


@contextmanager
def local_aws() -> Iterator[None]:
    """Create table, queues and bucket of the template, and the settings that name them."""
    before = dict(os.environ)
    with TemporaryDirectory() as name:
        folder = DataFolder.open(Path(name))
        emulator = aws.Emulator(folder)
        try:
            address = emulator.wait_until_ready()
            os.environ.update({name: value for name, value in account.ENVIRONMENT.items() if name[:4] != "AWS_"})
            aws.point_clients_at(address, address)
            os.environ.update(account.create_resources(with_sender=False))
            yield
        finally:
            emulator.stop()
            folder.close()
            os.environ.clear()
            os.environ.update(before)
