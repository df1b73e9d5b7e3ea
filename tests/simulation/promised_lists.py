"""Check manifests: their people, and the changes that each names."""

import json
from collections.abc import Iterator

from chalicelib.aws.items import Item
from chalicelib.travel.store import read_source_revision
from testing.faulty_aws.stream import WriteRecord
from tests.simulation.world import World


def check(world: World, event_id: str) -> None:
    """Check the event's manifests.

    Each version that was asked for exists, and has exactly the registrations that were confirmed at one moment of
    its build. The next one names each addition and each removal since, once. A version whose source has not
    changed is as the event is now.

    A version that names an erased person has lost all files but the lists without them; and no file has an older
    version, which might name them still.
    """
    writes = [write for write in world.aws.stream_reader.written if write.event_id == event_id]
    versions = {write.new["version"]: write.new for write in writes if write.kind == "MANIFEST" and write.new}
    requested = {
        version for requested_event, version in world.organisers.requested_manifests if requested_event == event_id
    }
    assert requested <= versions.keys()
    listed_at_first = {
        version: _read_listed(world.aws.bucket.first_versions, item) for version, item in versions.items()
    }
    listed_now = {version: _read_listed(world.aws.bucket.objects, item) for version, item in versions.items()}
    erased = {write.id for write in world.people.persons if write.event_id == event_id and world.is_erased(write)}
    confirmed = list(_confirmed(writes))
    for version, item in versions.items():
        assert item["status"] == "withdrawn" or (item["status"], listed_now[version]) == (
            "ready",
            listed_at_first[version],
        ), item
        assert not listed_now[version] & erased, item
        _check_files(world, item)
        first, last = _find_build_span(writes, version)
        assert listed_at_first[version] in confirmed[first : last + 1], item
        _check_changes(item, listed_at_first, listed_now)
        if item["basis"] == read_source_revision(event_id):
            assert listed_at_first[version] == confirmed[-1], item


def _read_listed(objects: dict[str, bytes], item: Item) -> set[str]:
    document = json.loads(objects[f"{_build_prefix(item)}{item['content_hash'][:16]}/manifest.json"])
    return {contact["registration_id"] for contact in document["contacts"]}


def _check_files(world: World, item: Item) -> None:
    prefix, content_prefix = _build_prefix(item), item["content_hash"][:16]
    kept = {key.removeprefix(prefix) for key in world.aws.bucket.objects if key.startswith(prefix)}
    overwritten = {key for key, versions in world.aws.bucket.versions.items() if len(versions) > 1}
    assert not overwritten, overwritten
    if item["status"] == "withdrawn":
        assert kept == {f"{content_prefix}/manifest.json"}, (kept, item)
    assert {f"{content_prefix}/{file}" for file in item["files"]} <= kept, item


def _build_prefix(item: Item) -> str:
    return f"manifests/{item['PK'].removeprefix('EVENT#')}/{item['version']:06d}/"


def _confirmed(writes: list[WriteRecord]) -> Iterator[set[str]]:
    """Yield the ids of the confirmed registrations after each write."""
    confirmed: set[str] = set()
    for write in writes:
        if write.kind == "REG":
            assert write.new
            confirmed = (
                confirmed | {write.suffix} if write.new["status"] == "confirmed" else confirmed - {write.suffix}
            )
        yield confirmed


def _find_build_span(writes: list[WriteRecord], version: int) -> tuple[int, int]:
    """Return the indexes of the writes between which the version was built."""
    indexes = [
        index for index, write in enumerate(writes) if write.new and write.sort_key == f"MANIFEST#{version:06d}"
    ]
    states = [writes[index].new or {} for index in indexes]
    begun_indexes = (index for index, item in zip(indexes, states, strict=True) if "begun_at" in item)
    first = next(begun_indexes, indexes[0])  # given up before it was begun, it is built all the same
    return first, next(index for index, item in zip(indexes, states, strict=True) if item["status"] == "ready")


def _check_changes(item: Item, listed_at_first: dict[int, set[str]], listed_now: dict[int, set[str]]) -> None:
    """Check the numbers of additions and removals.

    A person erased from the earlier lists may count as removed, or not.
    """
    since, changes = item["compared"]["since"], item["changes"]
    if not since:
        assert (changes["added"], changes["removed"]) == (0, 0), item
        return
    were, known, are = listed_at_first[since], listed_now[since], listed_at_first[item["version"]]
    assert len(are - were) <= changes["added"] <= len(are - known), item
    assert len(known - are) <= changes["removed"] <= len(were - are), item
