"""Building a manifest: read what it rests on, render its files, keep them, say what it came to.

Apart from the flows, because what renders is slow to import and only the function that builds needs it.
"""

import hashlib
import json
from datetime import datetime

from chalicelib.programme import store as programme_store
from chalicelib.registration import store as registration_store
from chalicelib.travel import files, manifest, store
from chalicelib.travel.basis import basis
from chalicelib.travel.manifest import Manifest
from chalicelib.travel.render.files import render
from chalicelib.travel.store import Built
from chalicelib.travel.tables import Document

READINGS = 3


def built(event_id: str, version: int, now: datetime) -> Built:
    """What the version came to, its files kept; raises EventNotFound."""
    rests_on, composed = _read(event_id, version, now)
    rendered = render(composed, _before(event_id, version))
    content_hash = hashlib.sha256(rendered["manifest.json"]).hexdigest()
    files.keep(event_id, version, content_hash, rendered)
    return Built(rests_on, now, composed.totals, composed.warnings, tuple(rendered), content_hash)


def _before(event_id: str, version: int) -> Document | None:
    """The ready version before this one, as its lists were; None where there is none."""
    earlier = (each for each in store.newest_first(event_id) if each.version < version and each.status == "ready")
    found = next(earlier, None)
    if found is None:
        return None
    document: Document = json.loads(files.read(event_id, found.version, found.content_hash, "manifest.json"))
    return document


def _read(event_id: str, version: int, now: datetime) -> tuple[str, Manifest]:
    """The manifest and what it rests on, read before it: content may be newer than its basis, never older.

    Read again while people register in between; after some readings the last one stands, and as its basis
    is outdated, the next request builds anew.
    """
    before = basis(event_id)
    for _ in range(READINGS):
        event = programme_store.read_stored(event_id).event
        confirmed = registration_store.registrations(event_id, status="confirmed")
        composed = manifest.compose(event, confirmed, version=version, as_of=now)
        rests_on, before = before, basis(event_id)
        if before == rests_on:
            break
    return rests_on, composed
