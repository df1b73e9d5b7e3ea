"""The versions of an event's document: each is kept, so that a slip can be undone.

A version is an item of its own, written in the transaction that makes the document the event's. It has the
address of the organiser who saved it, and so it expires when the audit log's entry about that does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from chalicelib import clock
from chalicelib.audit import lasting
from chalicelib.audit.audit_log import AuditChange, shorten
from chalicelib.aws import keys, table
from chalicelib.aws.items import Item, Put
from chalicelib.aws.keys import VersionKey
from chalicelib.problems import NotFound
from chalicelib.programme.documents import StoredDocument, parse_document

MAX_CHANGES = 200  #: kept of one version: an item holds 400 KB
_PAGE_SIZE = 50  #: of one query
_LISTED = "PK, SK, changed_at, #by, changes, expires_at"
#: A version that expires sooner is not there for long enough to undo the next change by it.
_TIME_TO_UNDO = timedelta(days=30)


@dataclass(frozen=True)
class Version:
    """A version of an event's document: its number, when and by whom it was saved, and what it changed.

    `by` is the organiser's address, empty where none acted. `changes` are those from the version before.
    """

    number: int
    at: str
    by: str = ""
    changes: Sequence[AuditChange] = ()


def build_put(event_id: str, version: Version, document: str) -> Put:
    """Build the put of the version with its document; its condition fails where there is one of that number.

    One without a moment names no organiser, and does not expire.
    """
    item = {
        **keys.version_key(event_id, version.number),
        "changed_at": version.at,
        "by": version.by,
        "changes": [asdict(shorten(change)) for change in version.changes[:MAX_CHANGES]],
        "document": document,
    }
    return Put(item | ({"expires_at": lasting.compute_expiry(version.at)} if version.at else {}))


def is_kept(item: Item, at: str) -> bool:
    """Return True if the version is there for long enough to undo a change at that moment."""
    return not _is_expired(item, datetime.fromisoformat(at) + _TIME_TO_UNDO)


def _is_expired(item: Item, moment: datetime) -> bool:
    return "expires_at" in item and bool(item["expires_at"] <= moment.timestamp())


def list_versions(event_id: str, before: int | None = None) -> Iterator[Version]:
    """Yield the versions of the event, the latest first, read page by page; or those `before` that number."""
    latest = VersionKey.last() if before is None else keys.version_key(event_id, before - 1)["SK"]
    items = table.query(
        event_id,
        VersionKey.prefix(),
        up_to=latest,
        page_size=_PAGE_SIZE,
        ProjectionExpression=_LISTED,
        ExpressionAttributeNames={"#by": "by"},
        ScanIndexForward=False,
    )
    now = clock.now()
    return (_deserialize(item) for item in items if not _is_expired(item, now))


def read_document(event_id: str, number: int) -> StoredDocument:
    """Read the document of that version as it was saved, readable or not; raises NotFound."""
    item = table.get(keys.version_key(event_id, number))
    if item is None or _is_expired(item, clock.now()):
        raise NotFound
    return parse_document(event_id, number, item["document"])


def _deserialize(item: Item) -> Version:
    return Version(
        number=int(VersionKey.parse(item).number),
        at=item["changed_at"],
        by=item["by"],
        changes=tuple(AuditChange(**change) for change in item["changes"]),
    )
