"""Asking for manifests, building them, and finding them again."""

from datetime import datetime, timedelta

from chalicelib.facts import Erased, ManifestRequested
from chalicelib.problems import ManifestNotReady, NotFound, TooBusy
from chalicelib.programme import store as programme_store
from chalicelib.travel import erasure, files, store
from chalicelib.travel.store import basis
from chalicelib.travel.versions import ManifestVersion, Recipient, is_outdated

#: A version that is older than this and still not built is not waited for: its message was lost.
BUILT_WITHIN = timedelta(hours=1)
_ATTEMPTS = 5


def request(event_id: str, requested_by: str, now: datetime) -> tuple[ManifestVersion, bool]:
    """A new version to be built, and True; or, when nothing changed since the latest one, that one and False.

    One that nobody has begun to build will have what changes until then: many changes and requests make one build.
    What it was compared with counts, too: an earlier version marked as sent meanwhile asks for a new one.
    Raises EventNotFound. The stream carries the request on to the builder.
    """
    for _ in range(_ATTEMPTS):
        wanted = basis(event_id)
        newest = next(store.newest_first(event_id), None)
        if newest and _counts(newest, now) and _will_do(newest, wanted):
            return newest, False
        number = newest.version + 1 if newest else 1
        if store.start(event_id, number, basis=wanted, requested_by=requested_by, now=now):
            return version(event_id, number), True
    raise TooBusy  # others asked in the same moment, each time


def _counts(newest: ManifestVersion, now: datetime) -> bool:
    """Whether there is, or soon will be, something to download."""
    late = datetime.fromisoformat(newest.requested_at) + BUILT_WITHIN < now
    return newest.status == "ready" or (newest.status == "building" and not late)


def _will_do(newest: ManifestVersion, wanted: str) -> bool:
    """Whether it has, or is going to have, all that there is now."""
    if newest.status == "building" and not newest.is_begun:
        return True
    return newest.basis == wanted and not _is_outdated(newest)


def _is_outdated(newest: ManifestVersion) -> bool:
    return is_outdated(newest, store.newest_first(newest.event_id))


def build(fact: ManifestRequested, now: datetime) -> None:
    """Build the version asked for, unless it is ready, or was and is withdrawn. The files are kept first; then
    the version becomes ready in one write; what goes is deleted last. So whatever crashes in between can be run
    again."""
    asked = store.find(fact.event_id, fact.version)
    if asked is None:
        return
    if asked.status not in ("ready", "withdrawn"):
        from chalicelib.travel import building  # renders: too slow for functions that only look versions up

        store.begin(fact.event_id, fact.version, now)
        built = building.built(fact.event_id, fact.version, now)
        # Refused where another was quicker, or it was withdrawn meanwhile.
        store.finish(fact.event_id, fact.version, built)
        asked = store.find(fact.event_id, fact.version)
    _clear_up(fact, asked)


def _clear_up(fact: ManifestRequested, found: ManifestVersion | None) -> None:
    """Delete what builds that came to nothing left, who was erased meanwhile, and what nobody needs any more."""
    content_hash = found.content_hash if found else ""
    but = erasure.LISTS if found and found.status == "withdrawn" else ""
    files.delete(fact.event_id, fact.version, of=content_hash, but=but)
    if found and basis(fact.event_id) != found.basis:
        erasure.look_again(fact.event_id, fact.version)
    erasure.tidy(fact.event_id)


def erase(fact: Erased) -> None:
    """Erase somebody from what was built and added for the journey. Raises TooBusy."""
    erasure.erase(fact)


def give_up(fact: ManifestRequested, now: datetime) -> None:
    """Say that the version failed, when its message will not come again; a ready one stays ready. What it left is
    deleted."""
    if store.fail(fact.event_id, fact.version, now):
        files.delete(fact.event_id, fact.version)


def versions(event_id: str) -> list[ManifestVersion]:
    """All versions, the newest first; raises EventNotFound."""
    programme_store.read(event_id)
    return list(store.newest_first(event_id))


def version(event_id: str, version: int | str) -> ManifestVersion:
    """The version of that number, or the newest one that is ready for `latest`; raises NotFound."""
    if isinstance(version, int):
        found = store.find(event_id, version)
    else:
        found = next((each for each in store.newest_first(event_id) if each.status == "ready"), None)
    if found is None:
        raise NotFound
    return found


def mark_sent(event_id: str, version_sent: int | str, to: Recipient, by: str, now: datetime) -> ManifestVersion:
    """The version, marked as sent to them; raises NotFound, and ManifestNotReady where there is nothing to send.

    Said twice, the first time stands. Later versions are compared with what was sent.
    """
    found = version(event_id, version_sent)
    if not store.mark_sent(event_id, found.version, to, by=by, now=now):
        raise ManifestNotReady(version=found.version)
    return version(event_id, found.version)


def download_address(event_id: str, version_wanted: int | str, file: str) -> str:
    """An address where the file can be downloaded for five minutes; raises NotFound."""
    found = version(event_id, version_wanted)
    if found.status != "ready" or file not in found.files:
        raise NotFound
    return files.download_address(event_id, found.version, found.content_hash, file)
