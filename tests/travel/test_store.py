"""Versions in the table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.travel import store
from chalicelib.travel.lists.warning import ManifestWarning
from chalicelib.travel.store import BuildResult
from chalicelib.travel.versions import Baselines, ManifestVersion, Recipient, SentRecord

NOW = datetime(2020, 8, 11, 12, 30, tzinfo=UTC)
BUILT = BuildResult(
    source_revision="8.2",
    as_of=NOW,
    totals={"people": 1, "allotments": {"place": 1}, "rooms": {}},
    warnings=(ManifestWarning("phone-missing", "rid", "Bo Zoff"),),
    baselines=Baselines(4, 2),
    changes={"added": 1, "removed": 0, "changed": 2},
    files=("manifest.json", "passengers.csv"),
    content_hash="abc",
)
ASKED = ManifestVersion(
    event_id="meeting",
    version=1,
    status="building",
    requested_at="2020-08-11T12:30:00.000000Z",
    requested_by="organiser@network.example",
    source_revision="7.1",
)

NO_PHONE = {"da": "Der mangler et telefonnummer til rejsen.", "en": "There is no phone number for the journey."}

pytestmark = pytest.mark.usefixtures("aws")


def start(version: int = 1) -> bool:
    """Create a version of the meeting."""
    return store.create(
        "meeting", version, source_revision="7.1", requested_by="organiser@network.example", now=NOW
    )


def send(to: Recipient, minutes: int = 0) -> bool:
    """Mark version 1 as sent, some minutes after NOW."""
    now = NOW + timedelta(minutes=minutes)
    return store.mark_sent("meeting", 1, to, by="organiser@network.example", now=now)


def test_a_version_is_started_once() -> None:
    """A number is given to one version only."""
    assert (start(), start(), store.find("meeting", 1)) == (True, False, ASKED)


def test_a_version_becomes_ready_once() -> None:
    """All it came to is written together, and not again."""
    start()
    assert (store.mark_ready("meeting", 1, BUILT), store.mark_ready("meeting", 1, BUILT)) == (True, False)
    assert store.find("meeting", 1) == ManifestVersion(
        event_id="meeting",
        version=1,
        status="ready",
        requested_at="2020-08-11T12:30:00.000000Z",
        requested_by="organiser@network.example",
        source_revision="8.2",
        as_of="2020-08-11T12:30:00.000000Z",
        totals=BUILT.totals,
        warnings=BUILT.warnings,
        baselines=BUILT.baselines,
        changes=BUILT.changes,
        files=BUILT.files,
        content_hash="abc",
    )


def test_a_version_that_is_not_there_is_not_finished() -> None:
    """Finishing writes no version that was never requested."""
    assert (store.mark_ready("meeting", 1, BUILT), store.find("meeting", 1)) == (False, None)


def test_a_ready_version_does_not_fail() -> None:
    """Only a version that is being built fails; a failed one can still be built."""
    start()
    assert (store.mark_failed("meeting", 1, NOW), store.mark_ready("meeting", 1, BUILT)) == (True, True)
    assert (store.mark_failed("meeting", 1, NOW), store.mark_failed("meeting", 2, NOW)) == (False, False)


def test_a_ready_version_is_sent() -> None:
    """To each recipient once: said again, the first time stands."""
    start()
    assert send("airline") is False
    store.mark_ready("meeting", 1, BUILT)
    assert [send("airline"), send("hotel", minutes=5), send("airline", minutes=9)] == [True, True, True]
    found = store.find("meeting", 1)
    assert found is not None
    assert found.sent == (
        SentRecord("airline", "organiser@network.example", "2020-08-11T12:30:00.000000Z"),
        SentRecord("hotel", "organiser@network.example", "2020-08-11T12:35:00.000000Z"),
    )
    assert (found.was_sent(), found.was_sent("hotel"), found.was_sent("kitchen")) == (True, True, False)


def test_the_newest_comes_first() -> None:
    """Also beyond one page, and by number, not by text."""
    for version in range(1, 13):
        start(version)
    assert [each.version for each in store.list_newest_first("meeting")] == list(range(12, 0, -1))


def test_a_ready_version_as_organisers_see_it() -> None:
    """With local times, both languages, files and people under the event's link, and whom it was sent to."""
    start()
    store.mark_ready("meeting", 1, BUILT)
    send("hotel")
    found = store.find("meeting", 1)
    assert found is not None
    assert found.as_document("https://x") == {
        "version": 1,
        "status": "ready",
        "requested_at": "2020-08-11T14:30:00+02:00",
        "requested_by": "organiser@network.example",
        "as_of": "2020-08-11T14:30:00+02:00",
        "content_hash": "abc",
        "totals": BUILT.totals,
        "warnings": [
            {
                "code": "phone-missing",
                "registration_id": "rid",
                "name": "Bo Zoff",
                "text": NO_PHONE,
                "link": "https://x/registrations/rid",
            }
        ],
        "ready": False,
        "more_checks": 0,
        "checks": [
            {
                "code": "phone-missing",
                "registration_id": "rid",
                "name": "Bo Zoff",
                "ask": "traveller",
                "message": NO_PHONE,
                "link": "https://x/registrations/rid",
            }
        ],
        "since": 4,
        "airline_since": 2,
        "changes": {"added": 1, "removed": 0, "changed": 2},
        "files": {
            "manifest.json": "https://x/manifests/1/manifest.json",
            "passengers.csv": "https://x/manifests/1/passengers.csv",
        },
        "sent": [{"to": "hotel", "by": "organiser@network.example", "at": "2020-08-11T14:30:00+02:00"}],
    }


def test_a_version_with_nothing_left_to_look_at() -> None:
    """It is ready to be sent; what is not about a person has no link."""
    start()
    store.mark_ready("meeting", 1, replace(BUILT, warnings=()))
    found = store.find("meeting", 1)
    assert found is not None
    assert found.as_document("https://x")["ready"] is True
    crowded = replace(found, warnings=(ManifestWarning("more-than-seats", "", "Fly"),)).as_document("https://x")
    assert (crowded["ready"], crowded["checks"][0]["link"]) == (False, None)


def test_a_version_being_built_as_organisers_see_it() -> None:
    """It has no files and no totals yet."""
    assert ASKED.as_document("https://x") == {
        "version": 1,
        "status": "building",
        "requested_at": "2020-08-11T14:30:00+02:00",
        "requested_by": "organiser@network.example",
        "as_of": None,
        "content_hash": None,
        "totals": None,
        "warnings": [],
        "ready": False,
        "more_checks": 0,
        "checks": [],
        "since": None,
        "airline_since": None,
        "changes": {"added": 0, "removed": 0, "changed": 0},
        "files": {},
        "sent": [],
    }


def test_what_an_item_cannot_hold_is_counted() -> None:
    """However many findings there are, the version becomes ready: the files have them all."""
    start()
    many = tuple(ManifestWarning("name-on-id-missing", f"rid{number}", "A" * 200) for number in range(10_000))
    assert store.mark_ready("meeting", 1, replace(BUILT, warnings=many))
    found = store.find("meeting", 1)
    assert found
    assert (found.warnings, found.more_warnings) == (many[:500], 9_500)
    assert not found.is_checked
