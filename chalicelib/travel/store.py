"""Where the versions of manifests live in the table: what was asked for, and how it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from chalicelib import keys, table
from chalicelib.items import Item, Put, Update
from chalicelib.programme.model import ZONE
from chalicelib.table import Refused
from chalicelib.travel.warning import Code, ManifestWarning

Status = Literal["building", "ready", "failed"]


@dataclass(frozen=True)
class ManifestVersion:
    """One numbered version. `basis` names the state of event and registrations that it rests on: content is
    never older. What only a built manifest has is empty before."""

    event_id: str
    version: int
    status: Status
    requested_at: str
    requested_by: str
    basis: str
    as_of: str = ""
    totals: dict[str, Any] | None = None
    warnings: tuple[ManifestWarning, ...] = ()
    files: tuple[str, ...] = ()
    content_hash: str = ""

    def as_document(self, link: str) -> dict[str, Any]:
        """The version as the organisers' API shows it; its files stand under `link`."""
        return {
            "version": self.version,
            "status": self.status,
            "requested_at": _shown(self.requested_at),
            "as_of": _shown(self.as_of),
            "totals": self.totals,
            "warnings": [warning.as_document() for warning in self.warnings],
            "changes": {"added": [], "removed": [], "changed": []},
            "files": {file: f"{link}/{file}" for file in self.files},
        }


@dataclass(frozen=True)
class Built:
    """What a build came to."""

    basis: str
    as_of: datetime
    totals: dict[str, Any]
    warnings: tuple[ManifestWarning, ...]
    files: tuple[str, ...]
    content_hash: str


def find(event_id: str, version: int) -> ManifestVersion | None:
    """The version as it is now, or None."""
    item = table.get(keys.manifest_key(event_id, version))
    return _version(item) if item else None


def newest_first(event_id: str) -> Iterator[ManifestVersion]:
    """The event's versions, read page by page as they are asked for."""
    return map(_version, table.query(event_id, "MANIFEST#", limit=10, ScanIndexForward=False))


def start(event_id: str, version: int, *, basis: str, requested_by: str, now: datetime) -> bool:
    """Write a version that is to be built; False where there is one of that number."""
    asked = {
        "version": version,
        "status": "building",
        "requested_at": keys.timestamp(now),
        "requested_by": requested_by,
        "basis": basis,
    }
    try:
        table.write(Put({**keys.manifest_key(event_id, version), **asked}))
    except Refused:
        return False
    return True


def finish(event_id: str, version: int, built: Built) -> bool:
    """Make the version ready, whole and once; False where it is ready already or not there."""
    return _turn(
        event_id,
        version,
        "attribute_exists(PK) AND #status <> :status",
        status="ready",
        basis=built.basis,
        as_of=keys.timestamp(built.as_of),
        totals=built.totals,
        warnings=[_written(warning) for warning in built.warnings],
        files=list(built.files),
        content_hash=built.content_hash,
    )


def fail(event_id: str, version: int, now: datetime) -> bool:
    """Say that the version could not be built; False where it is not being built."""
    return _turn(
        event_id,
        version,
        "#status = :building",
        {":building": "building"},
        status="failed",
        failed_at=keys.timestamp(now),
    )


def _turn(
    event_id: str, version: int, condition: str, compared: dict[str, Any] | None = None, **attributes: Any
) -> bool:
    update = Update(
        key=keys.manifest_key(event_id, version),
        expression="SET " + ", ".join(f"#{name} = :{name}" for name in attributes),
        condition=condition,
        names={f"#{name}": name for name in attributes},
        values={f":{name}": value for name, value in attributes.items()} | (compared or {}),
    )
    try:
        table.write(update)
    except Refused:
        return False
    return True


def _version(item: Item) -> ManifestVersion:
    return ManifestVersion(
        event_id=keys.event_id(item),
        version=item["version"],
        status=item["status"],
        requested_at=item["requested_at"],
        requested_by=item["requested_by"],
        basis=item["basis"],
        as_of=item.get("as_of", ""),
        totals=item.get("totals"),
        warnings=tuple(_read(written) for written in item.get("warnings", ())),
        files=tuple(item.get("files", ())),
        content_hash=item.get("content_hash", ""),
    )


def _written(warning: ManifestWarning) -> dict[str, str]:
    return {"code": warning.code, "registration_id": warning.registration_id, "name": warning.name}


def _read(written: dict[str, Any]) -> ManifestWarning:
    code: Code = written["code"]
    return ManifestWarning(code, written["registration_id"], written["name"])


def _shown(timestamp: str) -> str | None:
    """A moment of the table in local time with its offset; None where there is none yet."""
    return datetime.fromisoformat(timestamp).astimezone(ZONE).isoformat() if timestamp else None
