"""Store the versions of manifests in the table: who requested them, and their status and outcome."""

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

MAX_STORED_WARNINGS = 500  #: a table item holds 400 KB; the files have them all


@dataclass(frozen=True)
class BuildResult:
    """The outcome of a build, which makes a version ready."""

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
    """Return the version as it is now, or None."""
    item = table.get(keys.manifest_key(event_id, version))
    return _deserialize(item) if item else None


def list_newest_first(event_id: str) -> Iterator[ManifestVersion]:
    """Return the event's versions, read page by page as they are asked for."""
    return map(_deserialize, table.query(event_id, ManifestKey.prefix(), page_size=10, ScanIndexForward=False))


def create(event_id: str, version: int, *, source_revision: str, requested_by: str, now: datetime) -> bool:
    """Write a version to be built; return False where the number is taken."""
    attributes = {
        "version": version,
        "status": "building",
        "requested_at": keys.format_timestamp(now),
        "requested_by": requested_by,
        "basis": source_revision,
        "sent": {},
    }
    return _try_write(Put({**keys.manifest_key(event_id, version), **attributes}))


def mark_begun(event_id: str, version: int, now: datetime) -> bool:
    """Mark that the build has begun: what changes from now on may be missing in it and needs another version."""
    building = {":building": "building"}
    return _transition(
        event_id, version, "#status = :building", building, status="building", begun_at=keys.format_timestamp(now)
    )


def mark_ready(event_id: str, version: int, result: BuildResult) -> bool:
    """Make the version ready, in one write and once; return False where it is ready, withdrawn or missing."""
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
    """Mark that the build failed; return False where the version is not being built."""
    return _transition(
        event_id,
        version,
        "#status = :building",
        {":building": "building"},
        status="failed",
        failed_at=keys.format_timestamp(now),
    )


def mark_withdrawn(event_id: str, version: int, content_hash: str = "") -> bool:
    """Mark that the version's files are deleted; return False where there is no such version.

    Who requested it, its totals and whom it was sent to stay. Without a hash, no later version is compared
    with it.
    """
    return _transition(event_id, version, "attribute_exists(PK)", **build_withdrawn_attributes(content_hash))


def build_withdrawn_attributes(content_hash: str = "") -> dict[str, Any]:
    """Build the attributes of a version whose files are deleted."""
    return {
        "status": "withdrawn",
        "warnings": [],
        "more_warnings": 0,
        "files": [],
        "content_hash": content_hash,
    }


def clear_erased_names(event_id: str, version: int, files: Sequence[str]) -> bool:
    """Mark that the version has only these files left, none of which names an erased person."""
    return _transition(event_id, version, "attribute_exists(PK)", files=list(files), names_gone=False)


def mark_sent(event_id: str, version: int, to: Recipient, *, by: str, now: datetime) -> bool:
    """Mark the version as sent to the recipient; return False where it never was ready.

    A version that was withdrawn since can be marked, too. Marked twice, the first time stands.
    """
    update = Update(
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
    return _try_write(update)


def _transition(
    event_id: str, version: int, condition: str, values: dict[str, Any] | None = None, /, **attributes: Any
) -> bool:
    """Set the attributes on the condition; return False, with nothing written, where it does not hold."""
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
        warnings=tuple(_deserialize_warning(attributes) for attributes in item.get("warnings", ())),
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
    """Return the revision of the event, its registrations and its additions as they are now.

    Raises EventNotFound.
    """
    sources = [keys.places_key(event_id), keys.event_key(event_id), keys.additions_key(event_id)]
    items = {item["SK"]: item for item in table.get_many(sources)}
    places, event, additions = (items.get(key["SK"]) for key in sources)
    if places is None or event is None:
        raise EventNotFound(event_id=event_id)
    revisions = (places["changes"], event["version"], (additions or {}).get("changes"))
    return ".".join(str(revision) for revision in revisions if revision is not None)
