"""Request manifests, build them, and find them again."""

from datetime import datetime, timedelta

from chalicelib.aws.retry import LostRace, retried
from chalicelib.facts import Erased, ManifestRequested
from chalicelib.problems import ManifestNotReady, NotFound
from chalicelib.programme import store as programme_store
from chalicelib.travel import erasure, files, store
from chalicelib.travel.lists.tables import DOCUMENT_FILE
from chalicelib.travel.store import read_source_revision
from chalicelib.travel.versions import ManifestVersion, Recipient, is_outdated

#: A version that is not built after this long is not waited for: its message was lost.
BUILD_TIMEOUT = timedelta(hours=1)
_MAX_ATTEMPTS = 5


@retried(_MAX_ATTEMPTS)
def request(event_id: str, requested_by: str, now: datetime) -> tuple[ManifestVersion, bool]:
    """Create a version to be built, and return it and True; where nothing changed, the latest one and False.

    A version whose build has not begun will include what changes until then, so many changes and requests make one
    build. A changed baseline asks for a new version, too: an earlier version was marked as sent meanwhile.

    The stream carries the request to the manifest worker. Raises EventNotFound, and TooBusy after too many lost
    races.
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
    """Return True if the version has files to download, or can be expected to have them soon."""
    is_overdue = datetime.fromisoformat(newest.requested_at) + BUILD_TIMEOUT < now
    return newest.status == "ready" or (newest.status == "building" and not is_overdue)


def _is_usable(newest: ManifestVersion, source_revision: str) -> bool:
    """Return True if the version has, or is going to have, everything that there is now."""
    if newest.status == "building" and not newest.is_begun:
        return True
    return newest.source_revision == source_revision and not _is_outdated(newest)


def _is_outdated(newest: ManifestVersion) -> bool:
    """Return True if the version should be compared with other baselines by now."""
    return is_outdated(newest, store.list_newest_first(newest.event_id))


def build(fact: ManifestRequested, now: datetime) -> None:
    """Build the version, unless it is ready or withdrawn.

    The files are stored first, then the version becomes ready in one write, and deletions come last: a build that
    crashes in between can be run again.
    """
    version = store.find(fact.event_id, fact.version)
    if version is None:
        return
    if version.status not in ("ready", "withdrawn"):
        from chalicelib.travel import building  # slow to import for functions that only find versions

        store.mark_begun(fact.event_id, fact.version, now)
        result = building.build_manifest(fact.event_id, fact.version, now)
        # Nothing is written where another delivery was quicker, or the version was withdrawn meanwhile.
        store.mark_ready(fact.event_id, fact.version, result)
        version = store.find(fact.event_id, fact.version)
    _clean_up(fact, version)


def _clean_up(fact: ManifestRequested, version: ManifestVersion | None) -> None:
    """Delete what failed builds left and what is superseded; withdraw a version that names an erased person."""
    content_hash = version.content_hash if version else ""
    keep_file = DOCUMENT_FILE if version and version.status == "withdrawn" else ""
    files.delete(fact.event_id, fact.version, keep_hash=content_hash, keep_file=keep_file)
    if version and read_source_revision(fact.event_id) != version.source_revision:
        erasure.withdraw_if_erased(fact.event_id, fact.version)
    erasure.delete_superseded(fact.event_id)


def erase(fact: Erased) -> None:
    """Erase a person from what was built and added for the journey. Raises TooBusy."""
    erasure.erase(fact)


def give_up(fact: ManifestRequested, now: datetime) -> None:
    """Mark the version as failed and delete its files, when its message is a dead letter.

    A ready version stays ready.
    """
    if store.mark_failed(fact.event_id, fact.version, now):
        files.delete(fact.event_id, fact.version)


def list_versions(event_id: str) -> list[ManifestVersion]:
    """Return all versions, the newest first; raises EventNotFound."""
    programme_store.read_cached(event_id)
    return list(store.list_newest_first(event_id))


def get_version(event_id: str, version: int | str) -> ManifestVersion:
    """Return the version of that number, or for `latest` the newest one that is ready; raises NotFound."""
    if isinstance(version, int):
        stored = store.find(event_id, version)
    else:
        stored = next(
            (candidate for candidate in store.list_newest_first(event_id) if candidate.status == "ready"), None
        )
    if stored is None:
        raise NotFound
    return stored


def mark_sent(event_id: str, version: int | str, to: Recipient, by: str, now: datetime) -> ManifestVersion:
    """Mark the version as sent to the recipient, and return it; later versions are compared with what was sent.

    Marked twice, the first time stands. Raises NotFound, and ManifestNotReady where the version never was ready.
    """
    stored = get_version(event_id, version)
    if not store.mark_sent(event_id, stored.version, to, by=by, now=now):
        raise ManifestNotReady(version=stored.version)
    return get_version(event_id, stored.version)


def create_download_url(event_id: str, version: int | str, file: str) -> str:
    """Create a URL that the file can be downloaded from for five minutes; raises NotFound."""
    stored = get_version(event_id, version)
    if stored.status != "ready" or file not in stored.files:
        raise NotFound
    return files.create_download_url(event_id, stored.version, stored.content_hash, file)
