"""Build a manifest: read its sources, render its files, store them, and return the outcome.

It stands apart from the flows because the renderers are slow to import and only the function that builds needs
them.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from chalicelib.programme import store as programme_store
from chalicelib.registration import sealing
from chalicelib.registration import store as registration_store
from chalicelib.travel import additions_store, erasure, files, store
from chalicelib.travel.lists import redaction
from chalicelib.travel.lists.manifest import Manifest, compose
from chalicelib.travel.lists.tables import DOCUMENT_FILE, Document
from chalicelib.travel.render.files import BaselineDocuments, render
from chalicelib.travel.store import BuildResult, read_source_revision
from chalicelib.travel.versions import Baselines, ManifestVersion, choose_baselines

MAX_READS = 3


def build_manifest(event_id: str, version: int, now: datetime) -> BuildResult:
    """Build the version and store its files; return the outcome. Raises EventNotFound."""
    source_revision, manifest = _compose_from_source(event_id, version, now)
    versions = list(store.list_newest_first(event_id))
    baselines = choose_baselines(version, versions)
    documents = _load_baselines(baselines, versions)
    rendered = render(manifest, documents)
    content_hash = hashlib.sha256(rendered.files[DOCUMENT_FILE]).hexdigest()
    files.save(event_id, version, content_hash, rendered.files)
    return BuildResult(
        source_revision=source_revision,
        as_of=now,
        totals=manifest.totals,
        warnings=manifest.warnings,
        baselines=baselines,
        changes=rendered.changes,
        files=tuple(rendered.files),
        content_hash=content_hash,
        has_erased_names=documents.airline is not None and redaction.has_erased_names(documents.airline),
    )


def _load_baselines(baselines: Baselines, versions: Sequence[ManifestVersion]) -> BaselineDocuments:
    """Read the documents of the baselines, one that people and airline share only once."""
    people = _load_document(baselines.since, versions)
    is_same = baselines.airline_since == baselines.since
    return BaselineDocuments(people, people if is_same else _load_document(baselines.airline_since, versions))


def _load_document(number: int | None, versions: Sequence[ManifestVersion]) -> Document | None:
    """Read the lists of the version of that number, as they were stored; None where there is none."""
    for stored in versions:
        if stored.version == number:
            return erasure.read_document(stored)
    return None


def _compose_from_source(event_id: str, version: int, now: datetime) -> tuple[str, Manifest]:
    """Compose the manifest; return it with the source revision that was read before it.

    Content may be newer than its source revision, never older. While people register in between, the sources are
    read again, at most MAX_READS times: then the last reading stands. Its source revision is outdated, so the next
    request builds a new version.
    """
    next_revision = read_source_revision(event_id)
    for _ in range(MAX_READS):
        event = programme_store.read_current(event_id).event
        sealed = registration_store.list_registrations(event_id, status="confirmed", as_of=now)
        registrations = sealing.unseal_where_possible(sealed)
        additions = additions_store.read(event_id)
        manifest = compose(event, registrations, version=version, as_of=now, additions=additions)
        source_revision, next_revision = next_revision, read_source_revision(event_id)
        if next_revision == source_revision:
            break
    return source_revision, manifest
