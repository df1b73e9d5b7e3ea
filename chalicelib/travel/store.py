"""Where the versions of manifests live in the table: what was asked for, and how it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from chalicelib.aws import keys, table
from chalicelib.aws.items import Item, Put, Update
from chalicelib.aws.keys import ManifestKey
from chalicelib.aws.table import ConditionFailed
from chalicelib.problems import EventNotFound
from chalicelib.travel.lists.warning import ManifestWarning, WarningCode
from chalicelib.travel.versions import NO_CHANGES, Baselines, ManifestVersion, Recipient, SentRecord

MAX_STORED_WARNINGS = 500  #: in the table, whose items hold 400 KB; the files have them all


@dataclass(frozen=True)
class BuildResult:
    """What a build came to."""

    source_revision: str
    as_of: datetime
    totals: dict[str, Any]
    warnings: tuple[ManifestWarning, ...]
    baselines: Baselines
    changes: dict[str, int]
    files: tuple[str, ...]
    content_hash: str
    has_erased_names: bool = False


def find(event_id: str, version: int) -> ManifestVersion | None:
    """The version as it is now, or None."""
    item = table.get(keys.manifest_key(event_id, version))
    return _deserialize(item) if item else None


def list_newest_first(event_id: str) -> Iterator[ManifestVersion]:
    """The event's versions, read page by page as they are asked for."""
    return map(_deserialize, table.query(event_id, ManifestKey.prefix(), page_size=10, ScanIndexForward=False))


def create(event_id: str, version: int, *, source_revision: str, requested_by: str, now: datetime) -> bool:
    """Write a version that is to be built; False where there is one of that number."""
    asked = {
        "version": version,
        "status": "building",
        "requested_at": keys.format_timestamp(now),
        "requested_by": requested_by,
        "basis": source_revision,
        "sent": {},
    }
    return _try_write(Put({**keys.manifest_key(event_id, version), **asked}))


def mark_begun(event_id: str, version: int, now: datetime) -> bool:
    """Say that a version is being built from here on: what is asked for from now on is another one."""
    building = {":building": "building"}
    return _transition(
        event_id, version, "#status = :building", building, status="building", begun_at=keys.format_timestamp(now)
    )


def mark_ready(event_id: str, version: int, result: BuildResult) -> bool:
    """Make the version ready, whole and once; False where it is ready already, withdrawn or not there."""
    return _transition(
        event_id,
        version,
        "#status IN (:building, :failed)",
        {":building": "building", ":failed": "failed"},
        status="ready",
        basis=result.source_revision,
        as_of=keys.format_timestamp(result.as_of),
        totals=result.totals,
        warnings=[_serialize_warning(warning.redacted) for warning in result.warnings[:MAX_STORED_WARNINGS]],
        more_warnings=max(0, len(result.warnings) - MAX_STORED_WARNINGS),
        compared=asdict(result.baselines),
        changes=result.changes,
        files=list(result.files),
        content_hash=result.content_hash,
        names_gone=result.has_erased_names,
    )


def mark_failed(event_id: str, version: int, now: datetime) -> bool:
    """Say that the version could not be built; False where it is not being built."""
    return _transition(
        event_id,
        version,
        "#status = :building",
        {":building": "building"},
        status="failed",
        failed_at=keys.format_timestamp(now),
    )


def mark_withdrawn(event_id: str, version: int, content_hash: str = "") -> bool:
    """Say that the version's files are deleted, and keep of it who asked for it, its totals and to whom it was
    sent; False where there is none. Without a hash, no later version is compared with it any more."""
    return _transition(
        event_id,
        version,
        "attribute_exists(PK)",
        status="withdrawn",
        warnings=[],
        more_warnings=0,
        files=[],
        content_hash=content_hash,
    )


def clear_erased_names(event_id: str, version: int, files: Sequence[str]) -> bool:
    """Say that the version has only these files left, which name nobody who was erased."""
    return _transition(event_id, version, "attribute_exists(PK)", files=list(files), names_gone=False)


def mark_sent(event_id: str, version: int, to: Recipient, *, by: str, now: datetime) -> bool:
    """Say that a version was sent to somebody, perhaps before it was withdrawn; False where it never was ready.
    The first time counts."""
    mark = Update(
        key=keys.manifest_key(event_id, version),
        expression="SET sent.#to = if_not_exists(sent.#to, :mark)",
        condition="#status IN (:ready, :withdrawn)",
        names={"#to": to, "#status": "status"},
        values={
            ":mark": {"by": by, "at": keys.format_timestamp(now)},
            ":ready": "ready",
            ":withdrawn": "withdrawn",
        },
    )
    return _try_write(mark)


def _transition(
    event_id: str, version: int, condition: str, values: dict[str, Any] | None = None, /, **attributes: Any
) -> bool:
    return _try_write(Update.set(keys.manifest_key(event_id, version), attributes, when=condition, values=values))


def _try_write(write: Put | Update) -> bool:
    try:
        table.write(write)
    except ConditionFailed:
        return False
    return True


def _deserialize(item: Item) -> ManifestVersion:
    return ManifestVersion(
        event_id=keys.parse_event_id(item),
        version=item["version"],
        status=item["status"],
        requested_at=item["requested_at"],
        requested_by=item["requested_by"],
        source_revision=item["basis"],
        is_begun="begun_at" in item,
        as_of=item.get("as_of", ""),
        totals=item.get("totals"),
        warnings=tuple(_deserialize_warning(written) for written in item.get("warnings", ())),
        more_warnings=item.get("more_warnings", 0),
        baselines=Baselines(**item.get("compared", {})),
        changes=item.get("changes", NO_CHANGES),
        files=tuple(item.get("files", ())),
        content_hash=item.get("content_hash", ""),
        sent=_parse_sent(item.get("sent", {})),
        has_erased_names=item.get("names_gone", False),
    )


def _parse_sent(marks_by_recipient: dict[Recipient, dict[str, str]]) -> tuple[SentRecord, ...]:
    marks = (SentRecord(to, mark["by"], mark["at"]) for to, mark in marks_by_recipient.items())
    return tuple(sorted(marks, key=lambda sent: (sent.at, sent.to)))


def _serialize_warning(warning: ManifestWarning) -> dict[str, str]:
    return {"code": warning.code, "registration_id": warning.registration_id, "name": warning.name}


def _deserialize_warning(attributes: dict[str, Any]) -> ManifestWarning:
    code: WarningCode = attributes["code"]
    return ManifestWarning(code, attributes["registration_id"], attributes["name"])


def read_source_revision(event_id: str) -> str:
    """The state of the event and its registrations as they are now; raises EventNotFound."""
    sources = [keys.places_key(event_id), keys.event_key(event_id), keys.additions_key(event_id)]
    items = {item["SK"]: item for item in table.get_many(sources)}
    places, event, additions = (items.get(key["SK"]) for key in sources)
    if places is None or event is None:
        raise EventNotFound(event_id=event_id)
    revisions = (places["changes"], event["version"], (additions or {}).get("changes"))
    return ".".join(str(revision) for revision in revisions if revision is not None)
