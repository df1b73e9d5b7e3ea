"""Manifests: who stands on them, and what each tells of what changed."""

import json
from collections.abc import Iterator

from chalicelib.aws.items import Item
from chalicelib.travel.store import read_source_revision
from testing.faulty_aws.stream import WriteRecord
from tests.simulation.world import World


def check(world: World, event_id: str) -> None:
    """Each version that was asked for is there, and has exactly who was confirmed at one moment while it was
    built; the next tells each who came or went since, once; what rests on how it stands now, is how it stands.

    Of one that names somebody who was erased, all is gone but the lists without them; and of no file is there an
    older version, where they might be named still.
    """
    written = [each for each in world.aws.stream_reader.written if each.event_id == event_id]
    versions = {each.new["version"]: each.new for each in written if each.kind == "MANIFEST" and each.new}
    asked = {version for theirs, version in world.organisers.requested_manifests if theirs == event_id}
    assert asked <= versions.keys()
    listed = {version: _read_listed(world.aws.bucket.first_versions, item) for version, item in versions.items()}
    left = {version: _read_listed(world.aws.bucket.objects, item) for version, item in versions.items()}
    erased = {each.id for each in world.people.everybody if each.event_id == event_id and world.is_erased(each)}
    confirmed = list(_confirmed(written))
    for version, item in versions.items():
        assert item["status"] == "withdrawn" or (item["status"], left[version]) == ("ready", listed[version]), item
        assert not left[version] & erased, item
        _check_files(world, item)
        first, last = _find_build_span(written, version)
        assert listed[version] in confirmed[first : last + 1], item
        _check_changes(item, listed, left)
        if item["basis"] == read_source_revision(event_id):
            assert listed[version] == confirmed[-1], item


def _read_listed(objects: dict[str, bytes], item: Item) -> set[str]:
    document = json.loads(objects[f"{_build_prefix(item)}{item['content_hash'][:16]}/manifest.json"])
    return {each["registration_id"] for each in document["contacts"]}


def _check_files(world: World, item: Item) -> None:
    place, own = _build_prefix(item), item["content_hash"][:16]
    kept = {key.removeprefix(place) for key in world.aws.bucket.objects if key.startswith(place)}
    overwritten = {key for key, held in world.aws.bucket.versions.items() if len(held) > 1}
    assert not overwritten, overwritten
    if item["status"] == "withdrawn":
        assert kept == {f"{own}/manifest.json"}, (kept, item)
    assert {f"{own}/{file}" for file in item["files"]} <= kept, item


def _build_prefix(item: Item) -> str:
    return f"manifests/{item['PK'].removeprefix('EVENT#')}/{item['version']:06d}/"


def _confirmed(written: list[WriteRecord]) -> Iterator[set[str]]:
    """Who was confirmed after each write."""
    confirmed: set[str] = set()
    for each in written:
        if each.kind == "REG":
            assert each.new
            confirmed = (
                confirmed | {each.suffix} if each.new["status"] == "confirmed" else confirmed - {each.suffix}
            )
        yield confirmed


def _find_build_span(written: list[WriteRecord], version: int) -> tuple[int, int]:
    """Between which writes."""
    own = [place for place, each in enumerate(written) if each.new and each.sort_key == f"MANIFEST#{version:06d}"]
    states = [written[place].new or {} for place in own]
    begun = (place for place, item in zip(own, states, strict=True) if "begun_at" in item)
    first = next(begun, own[0])  # given up before it was begun, it is built all the same
    return first, next(place for place, item in zip(own, states, strict=True) if item["status"] == "ready")


def _check_changes(item: Item, listed: dict[int, set[str]], left: dict[int, set[str]]) -> None:
    """Whoever was erased from the lists before may have been so by the time of these, or not."""
    since, told = item["compared"]["since"], item["changes"]
    if not since:
        assert (told["added"], told["removed"]) == (0, 0), item
        return
    were, known, are = listed[since], left[since], listed[item["version"]]
    assert len(are - were) <= told["added"] <= len(are - known), item
    assert len(known - are) <= told["removed"] <= len(were - are), item
