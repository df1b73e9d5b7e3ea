"""Asking for manifests, building them, downloading them."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib import facts
from chalicelib.aws import keys, table
from chalicelib.aws.items import Update
from chalicelib.facts import ManifestRequested
from chalicelib.problems import EventNotFound, ManifestNotReady, NotFound
from chalicelib.programme import store as programme_store
from chalicelib.programme import transactions as programme_transactions
from chalicelib.programme.versions import Version
from chalicelib.registration import sealing, transactions
from chalicelib.registration import store as registration_store
from chalicelib.registration.model import Registration
from chalicelib.travel import files, flows, store
from chalicelib.travel.versions import Baselines, ManifestVersion
from testing import bornholm
from testing.bornholm import EVENT_ID, guest
from testing.world import break_seal
from tests.travel import pnl_reader

NOW = datetime(2020, 8, 11, 12, 30, tzinfo=UTC)
ORGANISER = "organiser@network.example"
FILES = {
    "manifest.xlsx", "manifest.pdf", "manifest.json", "passengers.csv", "transfers.csv", "rooming.csv",
    "dietary.csv", "contacts.csv", "flight_out.pnl.txt", "flight_home.pnl.txt",
}  # fmt: skip
DELTAS = {"flight_out.adl.txt", "flight_home.adl.txt", "changes.csv"}


@pytest.fixture(autouse=True)
def _meeting(bucket: None) -> None:  # noqa: ARG001 - the bucket must be there
    programme_transactions.create(bornholm.event(), keys.format_timestamp(NOW))


def register(who: Registration) -> None:
    """Register the person as confirmed."""
    transactions.confirm(who)


def ask(now: datetime = NOW) -> tuple[int, bool]:
    """Request a manifest; the version's number, and whether it is new."""
    asked, is_new = flows.request(EVENT_ID, ORGANISER, now)
    return asked.version, is_new


def build(version: int = 1, now: datetime = NOW) -> ManifestVersion:
    """Build the version as the worker does; the version afterwards."""
    flows.build(ManifestRequested(event_id=EVENT_ID, at=keys.format_timestamp(now), version=version), now)
    return flows.get_version(EVENT_ID, version)


def kept() -> dict[str, bytes]:
    """Every object in the bucket, by key."""
    objects = files.client().list_objects_v2(Bucket="manifests").get("Contents", [])
    return {
        each["Key"]: files.client().get_object(Bucket="manifests", Key=each["Key"])["Body"].read()
        for each in objects
    }


def downloaded(version: int, file: str) -> bytes:
    """The content of the file, by its download URL."""
    return kept()[urlsplit(flows.create_download_url(EVENT_ID, version, file)).path.removeprefix("/")]


def contacts(version: int = 1) -> list[str]:
    """The given names in a version's contacts, as downloaded."""
    return [each["given_name"] for each in json.loads(downloaded(version, "manifest.json"))["contacts"]]


def test_nothing_changed_since_the_last_request() -> None:
    """The same version answers, while it is built and when it is ready."""
    register(guest("Bo", "Zoff"))
    assert (ask(), ask()) == ((1, True), (1, False))
    build()
    assert ask() == (1, False)


def test_a_new_registration_asks_for_a_new_version() -> None:
    """A version is for one state of the registrations."""
    register(guest("Bo", "Zoff"))
    ask()
    build()
    register(guest("Ida", "Holm"))
    assert ask() == (2, True)
    build(2)
    assert (contacts(1), contacts(2)) == (["Bo"], ["Ida", "Bo"])


def test_a_changed_event_asks_for_a_new_version() -> None:
    """A version is for one version of the event, too."""
    ask()
    build()
    stored = programme_store.read_current(EVENT_ID)
    programme_transactions.replace(
        stored, bornholm.event(meals=[]), Version(stored.version + 1, keys.format_timestamp(NOW))
    )
    assert ask() == (2, True)


def test_a_burst_of_changes_makes_one_build() -> None:
    """A request before the build begins gets the version that will include its change, too."""
    versions = []
    for number in range(25):
        registration = guest("Bo", f"Zoff {number}", email=f"bo{number}@example.org")
        register(registration)
        versions.append(ask())
        transactions.end_registration(registration, (), facts.Cancelled, NOW, was="confirmed", by="participant")
        versions.append(ask())
    register(guest("Ida", "Holm"))
    assert [*versions, ask()] == [(1, True), *[(1, False)] * 50]
    build()
    assert (contacts(), ask()) == (["Ida"], (1, False))


def test_what_changes_once_a_build_has_begun_asks_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be missing in the one that is being built."""
    ask()
    asked: list[tuple[int, bool]] = []
    keep = files.save

    def meanwhile(*arguments: Any) -> None:
        register(guest("Bo", "Zoff"))
        asked.append(ask())
        keep(*arguments)

    monkeypatch.setattr(files, "save", meanwhile)
    build()
    assert (asked, contacts()) == ([(2, True)], [])


def test_a_failed_version_is_not_offered_again() -> None:
    """Asking again after a failure starts a new version."""
    ask()
    flows.give_up(ManifestRequested(event_id=EVENT_ID, at=keys.format_timestamp(NOW), version=1), NOW)
    assert (flows.get_version(EVENT_ID, 1).status, ask()) == ("failed", (2, True))


def test_a_version_that_is_never_built_is_not_waited_for() -> None:
    """After an hour it counts as lost."""
    ask()
    assert ask(NOW + timedelta(minutes=59)) == (1, False)
    assert ask(NOW + timedelta(minutes=61)) == (2, True)


def test_an_unknown_event_has_no_manifests() -> None:
    """It is not found, whatever is asked."""
    with pytest.raises(EventNotFound):
        flows.request("unknown", ORGANISER, NOW)
    with pytest.raises(EventNotFound):
        flows.list_versions("unknown")


def test_a_version_is_built() -> None:
    """It becomes ready with totals and warnings, and every file can be downloaded."""
    register(guest("Bo", "Zoff", "transfer_out"))
    ask()
    ready = build()
    assert (ready.status, ready.source_revision, ready.as_of) == ("ready", "1.1", "2020-08-11T12:30:00.000000Z")
    assert (ready.totals or {})["people"] == 1
    assert [(warning.code, warning.name) for warning in ready.warnings] == [("phone-missing", "Bo Zoff")]
    addresses = [
        urlsplit(flows.create_download_url(EVENT_ID, 1, file)).path.removeprefix("/") for file in ready.files
    ]
    assert sorted(addresses) == sorted(kept())
    assert set(ready.files) == FILES


def test_who_asked_for_assistance_too_late_stands_in_the_files_alone() -> None:
    """The table says that a traveller did, and not who."""
    wishes: dict[str, Any] = {"travel": {"special_assistance": ["WCHC"]}, "phone": "20 12 34 56"}
    late = replace(guest("Bo", "Zoff", "flight_out", **wishes), registered_at=NOW + timedelta(days=13))
    register(sealing.seal(late))
    ask()
    stored = [(warning.code, warning.registration_id, warning.name) for warning in build().warnings]
    assert [each for each in stored if each[0] == "assistance-late"] == [("assistance-late", "", "")]
    warnings = json.loads(downloaded(1, "manifest.json"))["warnings"]
    assert ("assistance-late", "Bo Zoff") in [(each["code"], each["name"]) for each in warnings]


def test_lists_are_built_although_a_seal_does_not_open() -> None:
    """A warning names the person missing in them; the others' food is there."""
    food: dict[str, Any] = {"dietary": {"meals": ["vegan"], "consent": True}, "phone": "20 12 34 56"}
    people = [guest(name, "Holm", **food) for name in ("Bo", "Ida")]
    for registration in people:
        register(sealing.seal(registration))
    break_seal(people[0])
    ask()
    assert [(warning.code, warning.name) for warning in build().warnings] == [("details-sealed", "Bo Holm")]
    named = json.loads(downloaded(1, "manifest.json"))["dietary_by_name"]
    assert [row["given_name"] for row in named] == ["Ida"]


def test_a_second_version_says_what_changed() -> None:
    """The airline's deltas go from the ready version before, whatever failed in between."""
    register(guest("Bo", "Zoff", "flight_out"))
    ask()
    build()
    register(guest("Ida", "Holm", "flight_out"))
    ask()
    flows.give_up(ManifestRequested(event_id=EVENT_ID, at=keys.format_timestamp(NOW), version=2), NOW)
    ask()
    assert set(build(3).files) == FILES | DELTAS
    delta = pnl_reader.read(downloaded(3, "flight_out.adl.txt").decode())
    assert [(section, entry.name) for section, entry in delta.sections] == [("ADD", ("HOLM", "IDA"))]
    held = pnl_reader.read(downloaded(1, "flight_out.pnl.txt").decode()).of("")
    assert pnl_reader.applied(held, delta) == pnl_reader.read(downloaded(3, "flight_out.pnl.txt").decode()).of("")


def test_what_changed_goes_from_the_version_that_was_sent() -> None:
    """People compare with what was sent last, the airline with what it got, even if others got a later one."""
    for number, name in enumerate(("Bo", "Ida", "Per"), start=1):
        register(guest(name, "Holm", "flight_out"))
        ask()
        build(number)
        if number < 3:
            flows.mark_sent(EVENT_ID, number, "airline" if number == 1 else "hotel", ORGANISER, NOW)
    third = flows.get_version(EVENT_ID, 3)
    assert (third.baselines, third.changes) == (Baselines(2, 1), {"added": 1, "removed": 0, "changed": 0})
    delta = pnl_reader.read(downloaded(3, "flight_out.adl.txt").decode())
    assert [entry.given for _, entry in delta.sections] == ["IDA", "PER"]


def test_a_version_said_to_be_sent_late() -> None:
    """What was built meanwhile compares with another one: asked again, it is built anew, once."""
    for number, name in enumerate(("Bo", "Ida", "Per"), start=1):
        register(guest(name, "Holm", "flight_out"))
        ask()
        build(number)
    assert ask() == (3, False)
    flows.mark_sent(EVENT_ID, 1, "airline", ORGANISER, NOW)
    assert ask() == (4, True)
    assert build(4).baselines == Baselines(1, 1)
    assert ask() == (4, False)


def test_the_version_that_was_sent_is_the_one_to_have() -> None:
    """Saying so asks for no new one."""
    register(guest("Bo", "Zoff"))
    ask()
    build()
    flows.mark_sent(EVENT_ID, "latest", "airline", ORGANISER, NOW)
    assert ask() == (1, False)


def test_what_has_no_files_was_not_sent() -> None:
    """A version that is being built, or was never asked for."""
    ask()
    with pytest.raises(ManifestNotReady):
        flows.mark_sent(EVENT_ID, 1, "airline", ORGANISER, NOW)
    with pytest.raises(NotFound):
        flows.mark_sent(EVENT_ID, 2, "airline", ORGANISER, NOW)


def test_a_message_delivered_twice_changes_nothing() -> None:
    """A ready version stays as it is, although people have registered since."""
    register(guest("Bo", "Zoff"))
    ask()
    ready, before = build(), kept()
    register(guest("Ida", "Holm"))
    assert (build(now=NOW + timedelta(hours=2)), kept()) == (ready, before)


def test_a_crash_between_keeping_the_files_and_saying_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The version is still being built, offers no file, and the next delivery makes it ready."""
    register(guest("Bo", "Zoff"))
    ask()
    with monkeypatch.context() as broken:
        broken.setattr(store, "mark_ready", _crash)
        with pytest.raises(ConnectionError):
            build()
    assert (flows.get_version(EVENT_ID, 1).status, len(kept())) == ("building", len(FILES))
    with pytest.raises(NotFound):
        flows.create_download_url(EVENT_ID, 1, "contacts.csv")
    assert (build().status, contacts()) == ("ready", ["Bo"])


def test_a_slow_build_that_is_overtaken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two deliveries at once: what the first to finish has said stays true, file by file."""
    register(guest("Bo", "Zoff"))
    ask()
    keep = files.save

    def overtaken(*arguments: Any) -> None:
        monkeypatch.setattr(files, "save", keep)
        register(guest("Ida", "Holm"))
        build(now=NOW + timedelta(minutes=6))
        keep(*arguments)

    monkeypatch.setattr(files, "save", overtaken)
    assert (build().as_of, contacts()) == ("2020-08-11T12:36:00.000000Z", ["Ida", "Bo"])


def test_people_who_register_while_it_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read again, so that content and basis fit each other."""
    ask()
    _registering(monkeypatch, guest("Bo", "Zoff"))
    assert (build().source_revision, contacts(), ask()) == ("1.1", ["Bo"], (1, False))


def test_people_who_keep_registering_while_it_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """After three readings it is written with the basis from before the last: never newer than its content."""
    ask()
    _registering(monkeypatch, *(guest(name, "Holm") for name in ("Bo", "Ida", "Per", "Eva")))
    assert (build().source_revision, contacts(), ask()) == ("2.1", ["Bo", "Ida"], (2, True))


def test_what_was_never_asked_for_is_not_built() -> None:
    """A message about a version that does not exist leaves nothing behind."""
    flows.build(ManifestRequested(event_id=EVENT_ID, at=keys.format_timestamp(NOW), version=9), NOW)
    assert (flows.list_versions(EVENT_ID), kept()) == ([], {})


def test_giving_up_on_a_ready_version() -> None:
    """It stays ready."""
    ask()
    build()
    flows.give_up(ManifestRequested(event_id=EVENT_ID, at=keys.format_timestamp(NOW), version=1), NOW)
    assert flows.get_version(EVENT_ID, 1).status == "ready"


def test_the_latest_version() -> None:
    """The newest that is ready: one that is being built has no files to show."""
    with pytest.raises(NotFound):
        flows.get_version(EVENT_ID, "latest")
    ask()
    build()
    register(guest("Bo", "Zoff"))
    ask()
    assert flows.get_version(EVENT_ID, "latest").version == 1
    assert [(each.version, each.status) for each in flows.list_versions(EVENT_ID)] == [
        (2, "building"),
        (1, "ready"),
    ]


@pytest.mark.parametrize("file", ["unknown.csv", "../000001/contacts.csv", ""])
def test_a_file_that_is_not_the_manifests(file: str) -> None:
    """Nothing but the version's own files can be downloaded."""
    ask()
    build()
    with pytest.raises(NotFound):
        flows.create_download_url(EVENT_ID, 1, file)


def test_somebody_cancelled_is_in_no_later_manifest() -> None:
    """A cancelled registration is left out of what is built after it."""
    bo = guest("Bo", "Zoff")
    register(bo)
    transactions.end_registration(bo, (), facts.Cancelled, NOW, was="confirmed", by="participant")
    ask()
    build()
    assert contacts() == []


def test_a_row_past_its_expiry_is_in_no_later_manifest() -> None:
    """Although DynamoDB deletes it only days later; one that expires later is in it."""
    gone, here = guest("Bo", "Zoff"), guest("Ida", "Holm")
    for registration, expires_at in ((gone, NOW), (here, NOW + timedelta(seconds=1))):
        register(registration)
        expire(registration, expires_at)
    ask()
    build()
    assert contacts() == ["Ida"]


def expire(who: Registration, at: datetime) -> None:
    """Let the row be deleted at that moment, or some time after it."""
    key = keys.registration_key(who.event_id, who.id)
    table.write(Update(key, "SET expires_at = :at", "attribute_exists(PK)", {}, {":at": int(at.timestamp())}))


def test_what_renders_is_not_imported_to_look_versions_up() -> None:
    """Functions that answer organisers start without the renderers."""
    look = "import sys, chalicelib.travel.flows; sys.exit(bool({'xlsxwriter', 'typst'} & {*sys.modules}))"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0


def _crash(*_arguments: Any) -> bool:
    raise ConnectionError


def _registering(monkeypatch: pytest.MonkeyPatch, *newcomers: Registration) -> None:
    """Let one of the newcomers register just after each reading of the registrations."""
    read = registration_store.list_registrations
    waiting = list(newcomers)

    def then_register(*arguments: Any, **narrowed: Any) -> list[Registration]:
        registrations = list(read(*arguments, **narrowed))
        if waiting:
            register(waiting.pop(0))
        return registrations

    monkeypatch.setattr(registration_store, "list_registrations", then_register)
