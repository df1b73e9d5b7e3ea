"""Erase a person from what was built for the journey: lists, shared rooms, bookings.

The manifest worker does it on the fact that the registration was erased. Delivery is at-least-once and may be
late, and the worker may be stopped anywhere, so each step is idempotent.
"""

import json

from chalicelib.aws import keys, table
from chalicelib.aws.retry import retried
from chalicelib.facts import Erased
from chalicelib.travel import adding, additions_store, files, store
from chalicelib.travel.lists import redaction
from chalicelib.travel.lists.additions import Additions
from chalicelib.travel.lists.pnl import ADL_SUFFIX
from chalicelib.travel.lists.tables import DOCUMENT_FILE, Document
from chalicelib.travel.versions import ManifestVersion

_MAX_ATTEMPTS = 20


def erase(fact: Erased) -> None:
    """Withdraw each version that names the person, and delete the additions about them; raises TooBusy."""
    event_id, registration_id = fact.event_id, fact.registration_id
    adding.delete_sharing(event_id, registration_id)
    _delete_bookings(event_id, registration_id)
    for version in store.list_newest_first(event_id):  # newest first, so before its baselines
        if version.has_lists and _is_affected(version, registration_id):
            withdraw(version, registration_id)
            withdraw_if_erased(event_id, version.version)


@retried(_MAX_ATTEMPTS)
def _delete_bookings(event_id: str, registration_id: str) -> None:
    """Delete the person's bookings, flight by flight: each write changes the revision that the next needs."""
    additions = additions_store.read(event_id)
    while leg := _find_booked_leg(additions, registration_id):
        bookings = {id: booking for id, booking in additions.bookings[leg].items() if id != registration_id}
        additions_store.write_bookings(event_id, leg, bookings, additions)
        additions = additions_store.read(event_id)


def _find_booked_leg(additions: Additions, registration_id: str) -> str | None:
    return next((leg for leg, bookings in additions.bookings.items() if registration_id in bookings), None)


def _is_affected(version: ManifestVersion, registration_id: str) -> bool:
    """Return True if the version's files name the person, in its lists or as removed since its baselines.

    A withdrawn version always counts: its withdrawal may have been stopped half-way.
    """
    if version.status == "withdrawn":
        return True
    baselines = (store.find(version.event_id, number) for number in {*version.baselines.version_numbers})
    return any(
        registration_id in redaction.collect_registration_ids(read_document(stored))
        for stored in (version, *baselines)
        if stored and stored.has_lists
    )


def withdraw(version: ManifestVersion, *erased_ids: str) -> None:
    """Delete the version's files; keep the document that later versions compare with, without the erased people.

    Idempotent: stopped anywhere, it is done again whole, with the same ids or with none left to redact.
    """
    document = read_document(version)
    store.mark_withdrawn(version.event_id, version.version, version.content_hash)
    for registration_id in erased_ids:
        document = redaction.redact(document, registration_id)
    content = json.dumps(document, ensure_ascii=False).encode()
    files.save(version.event_id, version.version, version.content_hash, {DOCUMENT_FILE: content})
    files.delete(version.event_id, version.version, keep_hash=version.content_hash, keep_file=DOCUMENT_FILE)


def read_document(version: ManifestVersion) -> Document:
    """Read the version's lists, as they were stored."""
    content = files.read(version.event_id, version.version, version.content_hash, DOCUMENT_FILE)
    document: Document = json.loads(content)
    return document


def withdraw_if_erased(event_id: str, number: int) -> None:
    """Withdraw the version if a person in it was erased while it was built or while another person was redacted.

    In both cases a document that was read before the erasure may have been written after it, so this is repeated
    until the stored document names no erased person.
    """
    version = store.find(event_id, number)
    while version and version.has_lists and (erased_ids := _find_erased_ids(version)):
        withdraw(version, *erased_ids)
        version = store.find(event_id, number)


def _find_erased_ids(version: ManifestVersion) -> set[str]:
    """Return the ids in the version's lists that have no registration any more."""
    ids = redaction.collect_registration_ids(read_document(version))
    items = table.get_many([keys.registration_key(version.event_id, id) for id in sorted(ids)])
    return ids - {keys.parse_registration_id(item) for item in items if "attendee" in item}


def delete_superseded(event_id: str) -> None:
    """Delete what was kept to tell the airline of erased people, once a version was sent to it.

    That is older lists, and deltas that name erased people.
    """
    versions = list(store.list_newest_first(event_id))
    last_sent = max((version.version for version in versions if version.was_sent("airline")), default=0)
    for version in versions:
        if version.status == "withdrawn" and version.version < last_sent:
            if version.has_lists:
                store.mark_withdrawn(event_id, version.version)
            files.delete(event_id, version.version)  # also where an earlier attempt was stopped before this
        elif version.has_erased_names and version.version <= last_sent:
            _delete_deltas(version)


def _delete_deltas(version: ManifestVersion) -> None:
    """Delete the airline's deltas of the version, which name erased people."""
    deltas = [file for file in version.files if file.endswith(ADL_SUFFIX)]
    for file in deltas:
        files.delete_file(version.event_id, version.version, version.content_hash, file)
    files_left = tuple(file for file in version.files if file not in deltas)
    store.clear_erased_names(version.event_id, version.version, files_left)
