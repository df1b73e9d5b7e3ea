"""Building a manifest: read what it rests on, render its files, keep them, say what it came to.

Apart from the flows, because what renders is slow to import and only the function that builds needs it.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from chalicelib.programme import store as programme_store
from chalicelib.registration import sealing
from chalicelib.registration import store as registration_store
from chalicelib.travel import additions_store, erasure, files, store
from chalicelib.travel.lists import manifest, redaction
from chalicelib.travel.lists.manifest import Manifest
from chalicelib.travel.lists.tables import Document
from chalicelib.travel.render.files import Before, render
from chalicelib.travel.store import Built, basis
from chalicelib.travel.versions import Compared, ManifestVersion, compared_with

READINGS = 3


def built(event_id: str, version: int, now: datetime) -> Built:
    """What the version came to, its files kept; raises EventNotFound."""
    rests_on, composed = _read(event_id, version, now)
    versions = list(store.newest_first(event_id))
    compared = compared_with(version, versions)
    before = _before(compared, versions)
    rendered = render(composed, before)
    content_hash = hashlib.sha256(rendered.files["manifest.json"]).hexdigest()
    files.keep(event_id, version, content_hash, rendered.files)
    return Built(
        basis=rests_on,
        as_of=now,
        totals=composed.totals,
        warnings=composed.warnings,
        compared=compared,
        changes=rendered.changes,
        files=tuple(rendered.files),
        content_hash=content_hash,
        names_gone=before.airline is not None and redaction.names_gone(before.airline),
    )


def _before(compared: Compared, versions: Sequence[ManifestVersion]) -> Before:
    """What is compared with, read once where people and airline have the same."""
    people = _document(compared.since, versions)
    same = compared.airline_since == compared.since
    return Before(people, people if same else _document(compared.airline_since, versions))


def _document(number: int | None, versions: Sequence[ManifestVersion]) -> Document | None:
    """The lists of the version of that number, as they were kept."""
    for each in versions:
        if each.version == number:
            return erasure.lists(each)
    return None


def _read(event_id: str, version: int, now: datetime) -> tuple[str, Manifest]:
    """The manifest and what it rests on, read before it: content may be newer than its basis, never older.

    Read again while people register in between; after some readings the last one stands, and as its basis
    is outdated, the next request builds anew.
    """
    before = basis(event_id)
    for _ in range(READINGS):
        event = programme_store.read_stored(event_id).event
        found = registration_store.registrations(event_id, status="confirmed", as_of=now)
        confirmed = sealing.opened_where_possible(found)
        added = additions_store.read(event_id)
        composed = manifest.compose(event, confirmed, version=version, as_of=now, added=added)
        rests_on, before = before, basis(event_id)
        if before == rests_on:
            break
    return rests_on, composed
