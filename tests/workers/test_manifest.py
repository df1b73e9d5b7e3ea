"""The manifest worker."""

import pytest

from chalicelib import clock, facts
from chalicelib.travel import building, flows
from chalicelib.workers import manifest
from testing import account as aws
from testing import builders
from testing.batches import failed, messages
from testing.world import publish

pytestmark = pytest.mark.usefixtures("aws")

EVENT = "leverandoerernes-oenskeseddel"


def asked() -> facts.ManifestRequested:
    publish(builders.event())
    version, _ = flows.request(EVENT, "organiser@network.example", clock.now())
    return facts.ManifestRequested(event_id=EVENT, at=version.requested_at, version=version.version)


def test_a_message_builds_its_version_once() -> None:
    """Delivered twice, it is built once and stays ready."""
    batch = messages(asked())
    for _ in range(2):
        assert manifest.manifest(batch, None) == {"batchItemFailures": []}
        assert flows.get_version(EVENT, 1).status == "ready"


def test_other_facts_are_reported() -> None:
    """A fact that asks for no manifest becomes a dead letter."""
    batch = messages(asked(), facts.Freed(event_id=EVENT, at="", version=1))
    assert failed(manifest.manifest(batch, None), batch) == [1]


def test_a_build_that_keeps_failing_is_given_up_with_its_last_delivery(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until then it is tried again; then the version says that it failed."""
    fact = asked()
    monkeypatch.setattr(building, "build_manifest", lambda *_: 1 / 0)
    ordinary = facts.Freed(event_id=EVENT, at="", version=1)
    for count, status in (("4", "building"), ("5", "failed")):
        batch = messages(fact, ordinary)
        batch["Records"][0]["attributes"]["ApproximateReceiveCount"] = count
        assert failed(manifest.manifest(batch, None), batch) == [0, 1]
        assert flows.get_version(EVENT, 1).status == status


def test_deliveries_are_what_the_queue_says() -> None:
    """The worker's last delivery is the queue's."""
    assert (
        aws.load_resources()["ManifestQueue"]["Properties"]["RedrivePolicy"]["maxReceiveCount"]
        == manifest.MAX_RECEIVE_COUNT
    )
