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
from chalicelib.travel.lists.tables import DOCUMENT_FILE, Document
from chalicelib.travel.render.files import BaselineDocuments, render
from chalicelib.travel.store import BuildResult, read_source_revision
from chalicelib.travel.versions import Baselines, ManifestVersion, choose_baselines

MAX_READS = 3


def build_manifest(event_id: str, version: int, now: datetime) -> BuildResult:
    """What the version came to, its files kept; raises EventNotFound."""
    rests_on, composed = _compose_from_source(event_id, version, now)
    versions = list(store.list_newest_first(event_id))
    compared = choose_baselines(version, versions)
    before = _load_baselines(compared, versions)
    rendered = render(composed, before)
    content_hash = hashlib.sha256(rendered.files[DOCUMENT_FILE]).hexdigest()
    files.save(event_id, version, content_hash, rendered.files)
    return BuildResult(
        source_revision=rests_on,
        as_of=now,
        totals=composed.totals,
        warnings=composed.warnings,
        baselines=compared,
        changes=rendered.changes,
        files=tuple(rendered.files),
        content_hash=content_hash,
        has_erased_names=before.airline is not None and redaction.has_erased_names(before.airline),
    )


def _load_baselines(baselines: Baselines, versions: Sequence[ManifestVersion]) -> BaselineDocuments:
    """What is compared with, read once where people and airline have the same."""
    people = _load_document(baselines.since, versions)
    same = baselines.airline_since == baselines.since
    return BaselineDocuments(people, people if same else _load_document(baselines.airline_since, versions))


def _load_document(number: int | None, versions: Sequence[ManifestVersion]) -> Document | None:
    """The lists of the version of that number, as they were kept."""
    for each in versions:
        if each.version == number:
            return erasure.read_document(each)
    return None


def _compose_from_source(event_id: str, version: int, now: datetime) -> tuple[str, Manifest]:
    """The manifest and what it rests on, read before it: content may be newer than its basis, never older.

    Read again while people register in between; after some readings the last one stands, and as its basis
    is outdated, the next request builds anew.
    """
    before = read_source_revision(event_id)
    for _ in range(MAX_READS):
        event = programme_store.read_current(event_id).event
        found = registration_store.list_registrations(event_id, status="confirmed", as_of=now)
        confirmed = sealing.unseal_where_possible(found)
        added = additions_store.read(event_id)
        composed = manifest.compose(event, confirmed, version=version, as_of=now, additions=added)
        rests_on, before = before, read_source_revision(event_id)
        if before == rests_on:
            break
    return rests_on, composed
