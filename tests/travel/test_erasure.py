"""An erased person goes from what was built for the journey, and the airline is told once."""

from typing import Any

import boto3
import pytest

from chalicelib import clock, facts
from chalicelib.aws import keys, table
from chalicelib.aws.keys import format_timestamp
from chalicelib.facts import Erased, ManifestRequested
from chalicelib.histories.model import read_history
from chalicelib.programme.model import Event
from chalicelib.registration import flows as registration_flows
from chalicelib.registration import store
from chalicelib.registration.model import Registration
from chalicelib.retention import erasure as registrations
from chalicelib.settings import settings
from chalicelib.travel import additions_store, building, files, flows
from chalicelib.travel.store import read_source_revision
from chalicelib.workers import manifest as worker
from chalicelib.workers import relay
from testing import bornholm
from testing.batches import changes, messages
from testing.bornholm import EVENT_ID
from testing.registration_links import participant
from testing.world import publish, register
from tests.retention.marked import ALL, TRAVEL, build, found, meeting, nowhere, objects

pytestmark = pytest.mark.usefixtures("quick_aws")

ON_TICKET = {"MARKGIVENID", "MARKFAMILYID"}
DELETED = "DEL\n1MARKFAMILYID/MARKGIVENIDMR .L/"


def marked() -> Registration:
    """The registration of the marked person."""
    return next(each for each in store.list_registrations(EVENT_ID) if each.attendee.given_name == "MARKANNA")


def erase(who: Registration) -> Erased:
    """Erase the registration; the fact that stream and queue carry on."""
    registrations.erase(participant(who.event_id, who.id), clock.now())
    item = table.get(keys.registration_key(who.event_id, who.id))
    assert item
    fact = facts.from_history_entry(who.event_id, who.id, read_history(item).revision, item["history"][-1])
    assert isinstance(fact, Erased)
    return fact


def work_off(said: Erased) -> None:
    """Let the manifest worker handle the fact."""
    assert worker.manifest(messages(said), None) == {"batchItemFailures": []}


def named_in() -> list[str]:
    """The files that say a word of them."""
    return sorted(
        key.rpartition("/")[2]
        for key, content in objects().items()
        if not key.endswith((".xlsx", ".pdf")) and any(word in content.decode() for word in ALL)
    )


def sent(version: int) -> None:
    """Mark the version as sent to the airline."""
    flows.mark_sent(EVENT_ID, version, "airline", "organiser@network.example", clock.now())


def test_nothing_is_left_but_the_name_that_the_airline_must_hear() -> None:
    """All files of the version go; of what later ones are compared with, all that is theirs but that."""
    meeting()
    fact = erase(marked())
    work_off(fact)
    assert found(ALL) == nowhere() | {"bucket": ON_TICKET}
    assert found((fact.registration_id,))["bucket"] == set()
    assert [key.rpartition("/")[2] for key in objects()] == ["manifest.json"]
    [version] = flows.list_versions(EVENT_ID)
    assert (version.status, version.files, version.warnings) == ("withdrawn", (), ())


def test_the_stream_brings_it_to_those_who_have_more_of_them() -> None:
    """And to those who keep the records of mails: one message each, with ids in it; nothing for the waitlist."""
    meeting()
    registration = marked()
    registration_flows.cancel(participant(registration.event_id, registration.id), clock.now())
    before = table.get(keys.registration_key(registration.event_id, registration.id))
    fact = erase(registration)
    after = table.get(keys.registration_key(registration.event_id, registration.id))
    assert relay.relay(changes((before, after)), None) == {"batchItemFailures": []}
    queues = settings().manifest_queue_url, settings().mail_queue_url
    assert waiting_messages() == {url: [facts.encode(fact)] for url in queues}


def waiting_messages() -> dict[str, list[str]]:
    """The bodies of all messages in the queues, by queue URL."""
    sqs = boto3.client("sqs")
    found = {url: sqs.receive_message(QueueUrl=url).get("Messages", []) for url in sqs.list_queues()["QueueUrls"]}
    return {url: [message["Body"] for message in each] for url, each in found.items() if each}


def test_the_others_keep_what_was_added_for_them() -> None:
    """The booking of another traveller stays, and a later version still knows them."""
    meeting()
    work_off(erase(marked()))
    added = additions_store.read(EVENT_ID)
    assert [booking.locator for booking in added.bookings["flight_out"].values()] == ["ZZZZZZ"]
    assert added.sharing == ()
    build()
    assert flows.get_version(EVENT_ID, 2).changes == {"added": 0, "removed": 0, "changed": 0}


def test_the_next_delta_names_them_once() -> None:
    """To be deleted; once the airline has that, their name is nowhere any more."""
    meeting()
    sent(1)
    work_off(erase(marked()))
    assert build() == 2
    assert [DELETED in text for _, text in adls()] == [True, True]
    assert named_in() == ["flight_home.adl.txt", "flight_out.adl.txt", "manifest.json"]
    sent(2)
    register(bornholm.event(), "Ida", ("flight_out",))
    assert build() == 3
    assert found(ALL) == nowhere()
    assert [flows.get_version(EVENT_ID, number).status for number in (1, 2, 3)] == ["withdrawn", "ready", "ready"]
    assert [file for file in flows.get_version(EVENT_ID, 2).files if file.endswith(".adl.txt")] == []


def test_until_the_airline_has_it_each_delta_names_them() -> None:
    """Built, and not sent: the airline does not know yet."""
    meeting()
    sent(1)
    work_off(erase(marked()))
    build()
    register(bornholm.event(), "Ida", ("flight_out",))
    assert build() == 3
    outward = next(text for key, text in adls() if "/000003/" in key and "flight_out" in key)
    assert DELETED in outward
    assert "ADD\n1HANSEN/IDA" in outward


def adls() -> list[tuple[str, str]]:
    """The airline's deltas in the bucket, by key."""
    return [(key, content.decode()) for key, content in objects().items() if key.endswith(".adl.txt")]


def test_of_somebody_who_did_not_fly_nothing_is_left() -> None:
    """No recipient has to be told by name."""
    event = publish(bornholm.event())
    registration = register(event, "MARKANNA", ("single_room",), organisation="MARKORG")
    register(event, "Bo", ("single_room",))
    build()
    work_off(erase(registration))
    assert found(ALL) == nowhere()


def test_a_version_that_says_they_are_gone_is_withdrawn_too() -> None:
    """Cancelled first and erased later: the lists in between named them as gone."""
    event = meeting()
    registration = marked()
    registration_flows.cancel(participant(event.id, registration.id), clock.now())
    build()
    assert "changes.csv" in named_in()
    work_off(erase(registration))
    assert found(ALL) == nowhere() | {"bucket": ON_TICKET}
    assert [each.status for each in flows.list_versions(EVENT_ID)] == ["withdrawn", "withdrawn"]


def test_versions_without_them_stay() -> None:
    """A version that does not name them is not affected."""
    event = publish(bornholm.event())
    register(event, "Bo", ("flight_out",))
    build()
    registration = register(event, "Ida", ("flight_out",))
    work_off(erase(registration))
    assert [each.status for each in flows.list_versions(EVENT_ID)] == ["ready"]


def test_who_is_erased_while_lists_are_built_is_in_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their fact may have come before the version was ready: it is looked at again."""
    event = publish(bornholm.event())
    registration = register(event, "MARKANNA", ("flight_out",), organisation="MARKORG")
    built = building.build_manifest

    def slow(*arguments: Any) -> Any:
        result = built(*arguments)
        work_off(erase(registration))
        return result

    monkeypatch.setattr(building, "build_manifest", slow)
    build()
    assert found(("MARKORG", "givenhansen", "markgiven@"))["bucket"] == set()
    assert [each.status for each in flows.list_versions(EVENT_ID)] == ["withdrawn"]


@pytest.mark.parametrize("at", ["delete", "save", "_delete_object_version"])
def test_who_is_erased_while_lists_are_built_is_in_none_though_that_was_stopped(
    monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """The version was ready by then, or withdrawn half-way: what is left is done when the message comes again."""
    event = publish(bornholm.event())
    registration = register(event, "MARKANNA", ("flight_out",), organisation="MARKORG")
    register(event, "Bo", ("flight_out",))
    built = building.build_manifest
    with monkeypatch.context() as patched:

        def slow(*arguments: Any) -> Any:
            result = built(*arguments)
            work_off(erase(registration))
            patched.setattr(files, at, dies)
            return result

        patched.setattr(building, "build_manifest", slow)
        with pytest.raises(ConnectionError):
            build()
    flows.build(ManifestRequested(event_id=EVENT_ID, at="", version=1), clock.now())
    assert found(("MARKORG", "markanna@", registration.id))["bucket"] == set()
    assert [key.rpartition("/")[2] for key in objects()] == ["manifest.json"]


def test_two_who_are_erased_at_once_are_both_in_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept without the one had been read before the other went."""
    event = publish(bornholm.event())
    one, other = (register(event, name, ("flight_out",), organisation=f"{name}ORG") for name in ("MARKA", "MARKB"))
    register(event, "Bo", ("flight_out",))
    build()
    keep, facts_left = files.save, [erase(other)]

    def overtaken(*arguments: Any) -> None:
        if facts_left:
            work_off(facts_left.pop())
        keep(*arguments)

    monkeypatch.setattr(files, "save", overtaken)
    work_off(erase(one))
    assert found(("MARKAORG", "MARKBORG", "marka@", "markb@", one.id, other.id))["bucket"] == set()


def test_who_is_erased_while_lists_are_built_is_in_none_that_another_was_taken_out_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A fact that came before the version was ready is not forgotten where the version was withdrawn since."""
    event = publish(bornholm.event())
    early, late = (
        register(event, name, ("flight_out",), organisation=f"{name}ORG") for name in ("MARKA", "MARKB")
    )
    built = building.build_manifest

    def slow(*arguments: Any) -> Any:
        result = built(*arguments)
        work_off(erase(early))
        return result

    def later(event_id: str) -> str:
        monkeypatch.setattr(flows, "read_source_revision", read_source_revision)
        work_off(erase(late))
        return read_source_revision(event_id)

    monkeypatch.setattr(building, "build_manifest", slow)
    version, _ = flows.request(event.id, "organiser@network.example", clock.now())
    monkeypatch.setattr(flows, "read_source_revision", later)
    flows.build(ManifestRequested(event_id=event.id, at="", version=version.version), clock.now())
    assert found(("MARKAORG", "MARKBORG", early.id, late.id))["bucket"] == set()


def test_what_a_build_left_that_died_goes_with_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that no version names are deleted: nothing would find them again."""
    event = publish(bornholm.event())
    registration = register(event, "MARKANNA", ("flight_out",), organisation="MARKORG")
    with monkeypatch.context() as patched:
        patched.setattr("chalicelib.travel.store.mark_ready", dies)
        with pytest.raises(ConnectionError):
            build()
    assert found(("MARKORG",))["bucket"] == {"MARKORG"}
    asked = ManifestRequested(event_id=event.id, at=format_timestamp(clock.now()), version=1)
    work_off(erase(registration))
    flows.build(asked, clock.now())
    assert found(ALL) == nowhere()


def test_what_a_build_left_that_is_given_up_goes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot be downloaded, and no later version would be compared with it."""
    register(publish(bornholm.event()), "Bo", ("flight_out",))
    monkeypatch.setattr("chalicelib.travel.store.mark_ready", dies)
    with pytest.raises(ConnectionError):
        build()
    flows.give_up(ManifestRequested(event_id=EVENT_ID, at="", version=1), clock.now())
    assert objects() == {}


def dies(*_: Any, **__: Any) -> None:
    """Fail as a call that was stopped."""
    raise ConnectionError


@pytest.mark.parametrize("place", [*range(10), 14, 18])
def test_stopped_anywhere_it_is_done_again(monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    """The message comes again, and again when all is done."""
    meeting()
    fact = erase(marked())
    calls = iter(range(99))

    def dying(real: Any) -> Any:
        def call(*arguments: Any, **more: Any) -> Any:
            if next(calls) == place:
                raise ConnectionError
            return real(*arguments, **more)

        return call

    with monkeypatch.context() as patched:
        for where, name in (
            (table, "transact"),
            (table, "write"),
            (files, "save"),
            (files, "_delete_object_version"),
        ):
            patched.setattr(where, name, dying(getattr(where, name)))
        try:
            flows.erase(fact)
        except ConnectionError:
            flows.erase(fact)
    flows.erase(fact)
    assert found(ALL) == nowhere() | {"bucket": ON_TICKET}


def test_a_version_sent_before_it_was_withdrawn_can_still_be_noted_as_sent() -> None:
    """The airline has it: what comes next is told since then."""
    meeting()
    work_off(erase(marked()))
    sent(1)
    assert build() == 2
    assert flows.get_version(EVENT_ID, 2).baselines.airline_since == 1


def test_that_somebody_got_in_ahead_stays_known_without_saying_who() -> None:
    """Those who were passed can still be told why; the record has no id."""
    event: Event = publish(bornholm.event())
    for number in range(14):
        register(event, f"P{number}", ("single_room",))
    registration = register(event, "Ida")
    [skip] = table.query(EVENT_ID, "SKIP#")
    assert registration.id in skip["SK"]
    erase(registration)
    [unnamed] = table.query(EVENT_ID, "SKIP#")
    assert unnamed == {**skip, "SK": f"SKIP#{skip['SK'].split('#')[1]}#"}
    [read] = store.read_skips(EVENT_ID, "", format_timestamp(clock.now()))
    assert read.lines == skip["lines"]


def test_marks_are_everywhere_before() -> None:
    """Otherwise nothing above would show anything."""
    meeting()
    assert found(TRAVEL)["bucket"] >= {"MARKGIVENID", "MARKKIN", "MARKPNR", "9F"}
    held = found(ALL)
    assert held["table"] | held["seals"] == set(ALL)
