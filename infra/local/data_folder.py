"""The folder that keeps the local data between runs: its lock, keys, clock and whether it was left in order."""

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

_PATIENCE = 5.0  # seconds: the local AWS of a run that was killed saves before it lets go

#: Parameters of the template that are secret.
_KEYS = ("SigningKeys", "IdentityKey")
#: Made later, also in a folder that an earlier version has kept.
_LATER = ("SealingKeys",)

_Read = TypeVar("_Read")


class DataFolder:
    """The local data. Nobody else uses it from `open` to `close`."""

    def __init__(self, path: Path, *, kept: bool = True) -> None:
        self.path = path
        self.kept = kept
        self.aws, self.files, self.mails = path / "aws", path / "files", path / "mails"
        self._lock: IO[str] | None = None
        self._writing = threading.Lock()

    @classmethod
    def open(cls, path: Path | None) -> "DataFolder":
        """Take the folder, made where it is missing; None is one that is removed at the end.

        Raises CannotStart where it cannot be written, is in use, or holds what cannot be read.
        """
        folder = cls(path or Path(tempfile.mkdtemp(prefix="tilmelding-")), kept=path is not None)
        folder._make()
        folder._take()
        try:
            folder._check_what_aws_kept()
        except CannotStart:
            folder.close()
            raise
        return folder

    def close(self) -> None:
        """Leave the folder to others, or remove it when nothing is to be kept."""
        if not self.kept:
            shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()

    def _make(self) -> None:
        try:
            for part in (self.path, self.aws, self.files, self.mails):
                part.mkdir(parents=True, exist_ok=True)
                _try_to_write(part)
        except OSError as error:
            raise CannotStart(
                f"The data folder {self.path} cannot be written ({error.strerror}): "
                "make it writable, or name another one with DATA=/path/to/folder."
            ) from error

    def _take(self) -> None:
        self._lock = (self.path / "lock").open("w")
        ends = time.monotonic() + _PATIENCE
        while not _locked(self._lock):
            if time.monotonic() > ends:
                self._lock.close()
                raise CannotStart(
                    f"The data folder {self.path} is in use by another run: stop that one first, "
                    "or name another folder with DATA=/path/to/folder."
                )
            time.sleep(0.05)

    @property
    def lock(self) -> int:
        """The lock's descriptor; whoever inherits it holds the folder too."""
        return self._lock.fileno() if self._lock else -1

    def _check_what_aws_kept(self) -> None:
        for file in sorted(self.aws.glob("*.json")):
            self.read(file, lambda document: document["payload"])

    def read(self, file: Path, take: Callable[[Any], _Read]) -> _Read:
        """What `take` finds in a JSON file of the folder; raises CannotStart where the file is damaged."""
        try:
            return take(json.loads(file.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise self.damaged(file.relative_to(self.path)) from error

    def damaged(self, what: Path | str) -> CannotStart:
        """The refusal to go on with data that cannot be read."""
        return CannotStart(
            f"The local data in {self.path} is damaged ({what} cannot be read): move the folder away or "
            "delete it to start afresh, or name another one with DATA=/path/to/folder."
        )

    @property
    def holds_a_stack(self) -> bool:
        """Whether an earlier run saved its table, queues and bucket here.

        The local AWS saves also when it is stopped with nothing in it; keys are made once all of it is there.
        """
        return self._keys_file.exists() and any(self.aws.glob("*.json"))

    @property
    def _keys_file(self) -> Path:
        return self.path / "keys.json"

    def keys(self) -> dict[str, str]:
        """The keys that sign the links, make registration ids and seal, to begin with; made once."""
        known = self.read(self._keys_file, _keys_in) if self._keys_file.exists() else _made(_KEYS)
        if missing := _made(name for name in _LATER if name not in known):
            known |= missing
            self._write(self._keys_file, json.dumps(known))
        return known

    def clock(self) -> datetime | None:
        """Where the clock stood when it was last saved."""
        file = self.path / "clock.json"
        if not file.exists():
            return None
        return self.read(file, lambda found: datetime.fromisoformat(found["now"]).astimezone(UTC))

    def save_clock(self, now: datetime) -> None:
        self._write(self.path / "clock.json", json.dumps({"now": now.isoformat()}))

    def left_in_order(self) -> bool:
        """Whether the last run stopped with everything told; from now on it counts as not."""
        marker = self.path / "left-in-order"
        in_order = marker.exists() or not self.holds_a_stack
        marker.unlink(missing_ok=True)
        return in_order

    def leave_in_order(self) -> None:
        """Note that nothing committed is left untold."""
        (self.path / "left-in-order").touch()

    def _write(self, file: Path, text: str) -> None:
        unfinished = file.with_suffix(".tmp")
        with self._writing:
            unfinished.unlink(missing_ok=True)
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(text)
            unfinished.replace(file)


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _try_to_write(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder):
        pass


def _keys_in(found: dict[str, Any]) -> dict[str, str]:
    return {name: _word(found[name]) for name in (*_KEYS, *(name for name in _LATER if name in found))}


def _made(names: Iterable[str]) -> dict[str, str]:
    return {name: secrets.token_urlsafe(32) for name in names}


def _word(value: Any) -> str:
    if not (isinstance(value, str) and value):
        raise TypeError("a key is missing")
    return value
