"""Asking for manifests, building them, and finding them again."""

from datetime import datetime, timedelta

from chalicelib.aws.retry import LostRace, retried
from chalicelib.facts import Erased, ManifestRequested
from chalicelib.problems import ManifestNotReady, NotFound
from chalicelib.programme import store as programme_store
from chalicelib.travel import erasure, files, store
from chalicelib.travel.lists.tables import DOCUMENT_FILE
from chalicelib.travel.store import read_source_revision
from chalicelib.travel.versions import ManifestVersion, Recipient, is_outdated

#: A version that is older than this and still not built is not waited for: its message was lost.
BUILD_TIMEOUT = timedelta(hours=1)
_MAX_ATTEMPTS = 5


@retried(_MAX_ATTEMPTS)
def request(event_id: str, requested_by: str, now: datetime) -> tuple[ManifestVersion, bool]:
    """A new version to be built, and True; or, when nothing changed since the latest one, that one and False.

    One that nobody has begun to build will have what changes until then: many changes and requests make one build.
    What it was compared with counts, too: an earlier version marked as sent meanwhile asks for a new one.
    Raises EventNotFound. The stream carries the request on to the builder.
    """
    source_revision = read_source_revision(event_id)
    newest = next(store.list_newest_first(event_id), None)
    if newest and _is_ready_or_building(newest, now) and _is_usable(newest, source_revision):
        return newest, False
    number = newest.version + 1 if newest else 1
    if not store.create(event_id, number, source_revision=source_revision, requested_by=requested_by, now=now):
        raise LostRace  # another request took the number
    return get_version(event_id, number), True


def _is_ready_or_building(newest: ManifestVersion, now: datetime) -> bool:
    """Whether there is, or soon will be, something to download."""
    late = datetime.fromisoformat(newest.requested_at) + BUILD_TIMEOUT < now
    return newest.status == "ready" or (newest.status == "building" and not late)


def _is_usable(newest: ManifestVersion, source_revision: str) -> bool:
    """Whether it has, or is going to have, all that there is now."""
    if newest.status == "building" and not newest.is_begun:
        return True
    return newest.source_revision == source_revision and not _is_outdated(newest)


def _is_outdated(newest: ManifestVersion) -> bool:
    return is_outdated(newest, store.list_newest_first(newest.event_id))


def build(fact: ManifestRequested, now: datetime) -> None:
    """Build the version asked for, unless it is ready, or was and is withdrawn. The files are kept first; then
    the version becomes ready in one write; what goes is deleted last. So whatever crashes in between can be run
    again."""
    asked = store.find(fact.event_id, fact.version)
    if asked is None:
        return
    if asked.status not in ("ready", "withdrawn"):
        from chalicelib.travel import building  # renders: too slow for functions that only look versions up

        store.mark_begun(fact.event_id, fact.version, now)
        built = building.build_manifest(fact.event_id, fact.version, now)
        # Refused where another was quicker, or it was withdrawn meanwhile.
        store.mark_ready(fact.event_id, fact.version, built)
        asked = store.find(fact.event_id, fact.version)
    _clean_up(fact, asked)


def _clean_up(fact: ManifestRequested, version: ManifestVersion | None) -> None:
    """Delete what builds that came to nothing left, who was erased meanwhile, and what nobody needs any more."""
    content_hash = version.content_hash if version else ""
    keep_file = DOCUMENT_FILE if version and version.status == "withdrawn" else ""
    files.delete(fact.event_id, fact.version, keep_hash=content_hash, keep_file=keep_file)
    if version and read_source_revision(fact.event_id) != version.source_revision:
        erasure.withdraw_if_erased(fact.event_id, fact.version)
    erasure.delete_superseded(fact.event_id)


def erase(fact: Erased) -> None:
    """Erase somebody from what was built and added for the journey. Raises TooBusy."""
    erasure.erase(fact)


def give_up(fact: ManifestRequested, now: datetime) -> None:
    """Say that the version failed, when its message will not come again; a ready one stays ready. What it left is
    deleted."""
    if store.mark_failed(fact.event_id, fact.version, now):
        files.delete(fact.event_id, fact.version)


def list_versions(event_id: str) -> list[ManifestVersion]:
    """All versions, the newest first; raises EventNotFound."""
    programme_store.read_cached(event_id)
    return list(store.list_newest_first(event_id))


def get_version(event_id: str, version: int | str) -> ManifestVersion:
    """The version of that number, or the newest one that is ready for `latest`; raises NotFound."""
    if isinstance(version, int):
        found = store.find(event_id, version)
    else:
        found = next((each for each in store.list_newest_first(event_id) if each.status == "ready"), None)
    if found is None:
        raise NotFound
    return found


def mark_sent(event_id: str, version: int | str, to: Recipient, by: str, now: datetime) -> ManifestVersion:
    """The version, marked as sent to them; raises NotFound, and ManifestNotReady where there is nothing to send.

    Said twice, the first time stands. Later versions are compared with what was sent.
    """
    found = get_version(event_id, version)
    if not store.mark_sent(event_id, found.version, to, by=by, now=now):
        raise ManifestNotReady(version=found.version)
    return get_version(event_id, found.version)


def create_download_url(event_id: str, version: int | str, file: str) -> str:
    """An address where the file can be downloaded for five minutes; raises NotFound."""
    found = get_version(event_id, version)
    if found.status != "ready" or file not in found.files:
        raise NotFound
    return files.create_download_url(event_id, found.version, found.content_hash, file)
