"""Manifests: who stands on them, and what each tells of what changed."""

import json
from collections.abc import Iterator
from typing import Any

from chalicelib.items import Item
from chalicelib.travel.basis import basis
from tests.simulation.reading import Written
from tests.simulation.world import World


def check(world: World, event_id: str) -> None:
    """Each version that was asked for is there, and has exactly who was confirmed at one moment while it was
    built; the next tells each who came or went since, once; what rests on how it stands now, is how it stands."""
    written = [each for each in world.aws.reading.written if each.event_id == event_id]
    versions = {each.new["version"]: each.new for each in written if each.kind == "MANIFEST" and each.new}
    asked = {version for theirs, version in world.organisers.asked if theirs == event_id}
    assert asked <= versions.keys()
    listed = {version: _listed(world, item) for version, item in versions.items()}
    confirmed = list(_confirmed(written))
    for version, item in versions.items():
        assert item["status"] == "ready", item
        first, last = _built(written, version)
        assert listed[version] in confirmed[first : last + 1], item
        _check_changes(item, listed)
        if item["basis"] == basis(event_id):
            assert listed[version] == confirmed[-1], item


def _listed(world: World, item: Item) -> set[str]:
    document = _document(world, item)
    return {each["registration_id"] for each in document["contacts"]}


def _document(world: World, item: Item) -> Any:
    event_id = item["PK"].removeprefix("EVENT#")
    place = f"manifests/{event_id}/{item['version']:06d}/{item['content_hash'][:16]}"
    for file in item["files"]:
        assert f"{place}/{file}" in world.aws.bucket.objects
    return json.loads(world.aws.bucket.objects[f"{place}/manifest.json"])


def _confirmed(written: list[Written]) -> Iterator[set[str]]:
    """Who was confirmed after each write."""
    confirmed: set[str] = set()
    for each in written:
        if each.kind == "REG":
            assert each.new
            confirmed = confirmed | {each.rest} if each.new["status"] == "confirmed" else confirmed - {each.rest}
        yield confirmed


def _built(written: list[Written], version: int) -> tuple[int, int]:
    """Between which writes."""
    own = [place for place, each in enumerate(written) if each.new and each.sort_key == f"MANIFEST#{version:06d}"]
    states = [written[place].new or {} for place in own]
    begun = (place for place, item in zip(own, states, strict=True) if "begun_at" in item)
    first = next(begun, own[0])  # given up before it was begun, it is built all the same
    return first, next(place for place, item in zip(own, states, strict=True) if item["status"] == "ready")


def _check_changes(item: Item, listed: dict[int, set[str]]) -> None:
    since = item["compared"]["since"]
    were, are = listed[since] if since else set(), listed[item["version"]]
    told = item["changes"]["added"], item["changes"]["removed"]
    assert told == ((len(are - were), len(were - are)) if since else (0, 0)), item
