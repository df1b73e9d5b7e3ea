"""Erasing somebody from what was built for the journey: lists, rooms shared by an organiser's word, bookings.

It follows the erasure of the registration, as a fact on the queue of those who build, so it may come late, twice,
and be stopped anywhere.
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
    """Withdraw each version that names them, and delete what was added to the lists about them. Raises TooBusy."""
    event_id, registration_id = fact.event_id, fact.registration_id
    adding.delete_sharing(event_id, registration_id)
    _delete_bookings(event_id, registration_id)
    for version in store.list_newest_first(event_id):  # what a version is compared with is older
        if version.has_lists and _is_affected(version, registration_id):
            withdraw(version, registration_id)
            withdraw_if_erased(event_id, version.version)


@retried(_MAX_ATTEMPTS)
def _delete_bookings(event_id: str, registration_id: str) -> None:
    """Delete their bookings, flight by flight: each write changes the revision that the next one rests on."""
    additions = additions_store.read(event_id)
    while leg := _find_booked_leg(additions, registration_id):
        bookings = {id: booking for id, booking in additions.bookings[leg].items() if id != registration_id}
        additions_store.write_bookings(event_id, leg, bookings, additions)
        additions = additions_store.read(event_id)


def _find_booked_leg(additions: Additions, registration_id: str) -> str | None:
    return next((leg for leg, bookings in additions.bookings.items() if registration_id in bookings), None)


def _is_affected(version: ManifestVersion, registration_id: str) -> bool:
    """Whether its files name them: in its lists, or as gone since those that it was compared with. A withdrawn one
    may have been left half-way."""
    if version.status == "withdrawn":
        return True
    before = (store.find(version.event_id, number) for number in {*version.baselines.version_numbers})
    return any(
        registration_id in redaction.collect_registration_ids(read_document(each))
        for each in (version, *before)
        if each and each.has_lists
    )


def withdraw(version: ManifestVersion, *erased_ids: str) -> None:
    """Delete the version's files, and keep without those who are gone what later versions are compared with.
    Stopped anywhere it is done again whole: with those who are gone, or with nobody left to take out."""
    document = read_document(version)
    store.mark_withdrawn(version.event_id, version.version, version.content_hash)
    for registration_id in erased_ids:
        document = redaction.redact(document, registration_id)
    content = json.dumps(document, ensure_ascii=False).encode()
    files.save(version.event_id, version.version, version.content_hash, {DOCUMENT_FILE: content})
    files.delete(version.event_id, version.version, keep_hash=version.content_hash, keep_file=DOCUMENT_FILE)


def read_document(version: ManifestVersion) -> Document:
    """The version's lists, as they were kept."""
    kept = files.read(version.event_id, version.version, version.content_hash, DOCUMENT_FILE)
    document: Document = json.loads(kept)
    return document


def withdraw_if_erased(event_id: str, number: int) -> None:
    """Withdraw the version if somebody in it was erased: while it was built, or while another was taken out of it,
    so that what was read before is kept since. Done again until it is seen that nobody is."""
    version = store.find(event_id, number)
    while version and version.has_lists and (gone := _find_erased_ids(version)):
        withdraw(version, *gone)
        version = store.find(event_id, number)


def _find_erased_ids(version: ManifestVersion) -> set[str]:
    """Who is in its lists and registered no more."""
    named = redaction.collect_registration_ids(read_document(version))
    found = table.get_many([keys.registration_key(version.event_id, each) for each in sorted(named)])
    return named - {keys.parse_registration_id(item) for item in found if "attendee" in item}


def delete_superseded(event_id: str) -> None:
    """Once the airline has been sent a version, delete what was kept so that it hears of those who are gone: older
    lists, and deltas that name them."""
    versions = list(store.list_newest_first(event_id))
    told = max((each.version for each in versions if each.was_sent("airline")), default=0)
    for each in versions:
        if each.status == "withdrawn" and each.version < told:
            if each.has_lists:
                store.mark_withdrawn(event_id, each.version)
            files.delete(event_id, each.version)  # again where it was stopped before this
        elif each.has_erased_names and each.version <= told:
            _delete_deltas(each)


def _delete_deltas(version: ManifestVersion) -> None:
    deltas = [file for file in version.files if file.endswith(ADL_SUFFIX)]
    for file in deltas:
        files.delete_file(version.event_id, version.version, version.content_hash, file)
    left = tuple(file for file in version.files if file not in deltas)
    store.clear_erased_names(version.event_id, version.version, left)
