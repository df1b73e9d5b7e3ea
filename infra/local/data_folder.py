"""The folder that keeps the local data between runs: its lock, keys and clock, and the clean shutdown marker."""

import fcntl
import json
import os
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, TypeVar

from infra.local.options import CannotStart

_LOCK_TIMEOUT = 5.0  # seconds: the local AWS of a killed run saves before it releases the lock

#: Parameters of the template that hold secret keys.
_KEY_NAMES = ("SigningKeys", "IdentityKey")
#: Generated later, also in a folder of an earlier version.
_ADDED_KEY_NAMES = ("SealingKeys", "SessionKeys")

_Read = TypeVar("_Read")


class DataFolder:
    """The local data, which no other process uses between `open` and `close`."""

    def __init__(self, path: Path, *, is_persistent: bool = True) -> None:
        self.path = path
        self.is_persistent = is_persistent
        self.aws, self.files, self.mails = path / "aws", path / "files", path / "mails"
        self._lock_file: IO[str] | None = None
        self._write_lock = threading.Lock()

    @classmethod
    def open(cls, path: Path | None) -> "DataFolder":
        """Open the folder, created where it is missing; None is a temporary one that is removed at the end.

        Raises CannotStart where it cannot be written, is in use, or holds damaged data.
        """
        folder = cls(path or Path(tempfile.mkdtemp(prefix="tilmelding-")), is_persistent=path is not None)
        folder._create_folders()
        folder._acquire_lock()
        try:
            folder._check_saved_state()
        except CannotStart:
            folder.close()
            raise
        return folder

    def close(self) -> None:
        """Release the folder's lock; remove a folder that is not to be kept."""
        if not self.is_persistent:
            shutil.rmtree(self.path, ignore_errors=True)
        if self._lock_file is not None:
            self._lock_file.close()

    def _create_folders(self) -> None:
        try:
            for part in (self.path, self.aws, self.files, self.mails):
                part.mkdir(parents=True, exist_ok=True)
                part.chmod(0o700)  # keys and mails are in it, also of earlier versions
                _check_writable(part)
        except OSError as error:
            raise CannotStart(
                f"The data folder {self.path} cannot be written ({error.strerror}): "
                "make it writable, or name another one with DATA=/path/to/folder."
            ) from error

    def _acquire_lock(self) -> None:
        self._lock_file = (self.path / "lock").open("w")
        deadline = time.monotonic() + _LOCK_TIMEOUT
        while not _try_lock(self._lock_file):
            if time.monotonic() > deadline:
                self._lock_file.close()
                raise CannotStart(
                    f"The data folder {self.path} is in use by another run: stop that one first, "
                    "or name another folder with DATA=/path/to/folder."
                )
            time.sleep(0.05)

    @property
    def lock_descriptor(self) -> int:
        """The lock's descriptor; a process that inherits it holds the lock, too."""
        return self._lock_file.fileno() if self._lock_file else -1

    def _check_saved_state(self) -> None:
        for file in sorted(self.aws.glob("*.json")):
            self.read(file, lambda document: document["payload"])

    def read(self, file: Path, parse: Callable[[Any], _Read]) -> _Read:
        """Parse a JSON file of the folder; raises CannotStart where the file is damaged."""
        try:
            return parse(json.loads(file.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise self.build_damage_error(file.relative_to(self.path)) from error

    def build_damage_error(self, what: Path | str) -> CannotStart:
        """Build the error for data that cannot be read."""
        return CannotStart(
            f"The local data in {self.path} is damaged ({what} cannot be read): move the folder away or "
            "delete it to start afresh, or name another one with DATA=/path/to/folder."
        )

    @property
    def has_stack(self) -> bool:
        """Whether an earlier run saved its table, queues and bucket here.

        The local AWS saves also when it is stopped with nothing in it; keys are generated once the stack is
        complete.
        """
        return self._keys_file.exists() and any(self.aws.glob("*.json"))

    @property
    def _keys_file(self) -> Path:
        return self.path / "keys.json"

    def load_or_create_keys(self) -> dict[str, str]:
        """Load the keys that sign links and sessions, make registration ids and seal, generated once."""
        keys = self.read(self._keys_file, _parse_keys) if self._keys_file.exists() else _generate_keys(_KEY_NAMES)
        if missing := _generate_keys(name for name in _ADDED_KEY_NAMES if name not in keys):
            keys |= missing
            self._write(self._keys_file, json.dumps(keys))
        return keys

    def read_clock(self) -> datetime | None:
        """Return the time of the clock when it was last saved, or None."""
        file = self.path / "clock.json"
        if not file.exists():
            return None
        return self.read(file, lambda document: datetime.fromisoformat(document["now"]).astimezone(UTC))

    def save_clock(self, now: datetime) -> None:
        """Save the time of the clock."""
        self._write(self.path / "clock.json", json.dumps({"now": now.isoformat()}))

    def consume_clean_shutdown_marker(self) -> bool:
        """Return True if the last run shut down cleanly, and remove its marker."""
        marker = self.path / "left-in-order"
        was_clean = marker.exists() or not self.has_stack
        marker.unlink(missing_ok=True)
        return was_clean

    def mark_clean_shutdown(self) -> None:
        """Mark that every committed change has been relayed."""
        (self.path / "left-in-order").touch()

    def _write(self, file: Path, text: str) -> None:
        unfinished = file.with_suffix(".tmp")
        with self._write_lock:
            unfinished.unlink(missing_ok=True)
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(text)
            unfinished.replace(file)


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _check_writable(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder):
        pass


def _parse_keys(document: dict[str, Any]) -> dict[str, str]:
    return {
        name: _require_text(document[name])
        for name in (*_KEY_NAMES, *(name for name in _ADDED_KEY_NAMES if name in document))
    }


def _generate_keys(names: Iterable[str]) -> dict[str, str]:
    return {name: secrets.token_urlsafe(32) for name in names}


def _require_text(value: Any) -> str:
    if not (isinstance(value, str) and value):
        raise TypeError("a key is missing")
    return value
