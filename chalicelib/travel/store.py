"""Where the versions of manifests live in the table: what was asked for, and how it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from chalicelib.aws import keys, table
from chalicelib.aws.items import Item, Put, Update
from chalicelib.aws.table import Refused
from chalicelib.problems import EventNotFound
from chalicelib.travel.lists.warning import Code, ManifestWarning
from chalicelib.travel.versions import NO_CHANGES, Compared, ManifestVersion, Recipient, Sent

MOST_WARNINGS = 500  #: in the table, whose items hold 400 KB; the files have them all


@dataclass(frozen=True)
class Built:
    """What a build came to."""

    basis: str
    as_of: datetime
    totals: dict[str, Any]
    warnings: tuple[ManifestWarning, ...]
    compared: Compared
    changes: dict[str, int]
    files: tuple[str, ...]
    content_hash: str
    names_gone: bool = False


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
        "sent": {},
    }
    return _written_where_it_holds(Put({**keys.manifest_key(event_id, version), **asked}))


def begin(event_id: str, version: int, now: datetime) -> bool:
    """Say that a version is being built from here on: what is asked for from now on is another one."""
    building = {":building": "building"}
    return _turn(
        event_id, version, "#status = :building", building, status="building", begun_at=keys.timestamp(now)
    )


def finish(event_id: str, version: int, built: Built) -> bool:
    """Make the version ready, whole and once; False where it is ready already, withdrawn or not there."""
    return _turn(
        event_id,
        version,
        "#status IN (:building, :failed)",
        {":building": "building", ":failed": "failed"},
        status="ready",
        basis=built.basis,
        as_of=keys.timestamp(built.as_of),
        totals=built.totals,
        warnings=[_written(warning.kept) for warning in built.warnings[:MOST_WARNINGS]],
        more_warnings=max(0, len(built.warnings) - MOST_WARNINGS),
        compared=asdict(built.compared),
        changes=built.changes,
        files=list(built.files),
        content_hash=built.content_hash,
        names_gone=built.names_gone,
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


def withdraw(event_id: str, version: int, content_hash: str = "") -> bool:
    """Say that the version's files are deleted, and keep of it who asked for it, its totals and to whom it was
    sent; False where there is none. Without a hash, no later version is compared with it any more."""
    return _turn(
        event_id,
        version,
        "attribute_exists(PK)",
        status="withdrawn",
        warnings=[],
        more_warnings=0,
        files=[],
        content_hash=content_hash,
    )


def names_nobody_gone(event_id: str, version: int, files: Sequence[str]) -> bool:
    """Say that the version has only these files left, which name nobody who was erased."""
    return _turn(event_id, version, "attribute_exists(PK)", files=list(files), names_gone=False)


def mark_sent(event_id: str, version: int, to: Recipient, *, by: str, now: datetime) -> bool:
    """Say that a version was sent to somebody, perhaps before it was withdrawn; False where it never was ready.
    The first time counts."""
    mark = Update(
        key=keys.manifest_key(event_id, version),
        expression="SET sent.#to = if_not_exists(sent.#to, :mark)",
        condition="#status IN (:ready, :withdrawn)",
        names={"#to": to, "#status": "status"},
        values={
            ":mark": {"by": by, "at": keys.timestamp(now)},
            ":ready": "ready",
            ":withdrawn": "withdrawn",
        },
    )
    return _written_where_it_holds(mark)


def _turn(
    event_id: str, version: int, condition: str, values: dict[str, Any] | None = None, /, **attributes: Any
) -> bool:
    update = Update(
        key=keys.manifest_key(event_id, version),
        expression="SET " + ", ".join(f"#{name} = :{name}" for name in attributes),
        condition=condition,
        names={f"#{name}": name for name in attributes},
        values={f":{name}": value for name, value in attributes.items()} | (values or {}),
    )
    return _written_where_it_holds(update)


def _written_where_it_holds(write: Put | Update) -> bool:
    try:
        table.write(write)
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
        is_begun="begun_at" in item,
        as_of=item.get("as_of", ""),
        totals=item.get("totals"),
        warnings=tuple(_read(written) for written in item.get("warnings", ())),
        more_warnings=item.get("more_warnings", 0),
        compared=Compared(**item.get("compared", {})),
        changes=item.get("changes", NO_CHANGES),
        files=tuple(item.get("files", ())),
        content_hash=item.get("content_hash", ""),
        sent=_sent(item.get("sent", {})),
        names_gone=item.get("names_gone", False),
    )


def _sent(written: dict[Recipient, dict[str, str]]) -> tuple[Sent, ...]:
    marks = (Sent(to, mark["by"], mark["at"]) for to, mark in written.items())
    return tuple(sorted(marks, key=lambda sent: (sent.at, sent.to)))


def _written(warning: ManifestWarning) -> dict[str, str]:
    return {"code": warning.code, "registration_id": warning.registration_id, "name": warning.name}


def _read(written: dict[str, Any]) -> ManifestWarning:
    code: Code = written["code"]
    return ManifestWarning(code, written["registration_id"], written["name"])


def basis(event_id: str) -> str:
    """The state of the event and its registrations as they are now; raises EventNotFound."""
    wanted = [keys.places_key(event_id), keys.event_key(event_id), keys.lists_key(event_id)]
    items = {item["SK"]: item for item in table.get_many(wanted)}
    if not {"PLACES", "EVENT"} <= items.keys():
        raise EventNotFound(event_id=event_id)
    changes = (items["PLACES"]["changes"], items["EVENT"]["version"], items.get("LISTS", {}).get("changes"))
    return ".".join(str(each) for each in changes if each is not None)
