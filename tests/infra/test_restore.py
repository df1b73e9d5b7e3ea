"""What an event has lost comes back from its table as it was, and nothing else."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.aws import keys, table
from chalicelib.aws.items import Delete, Put, Update, decode_item
from chalicelib.facts import Erased
from chalicelib.mail.delivery import erasure as mail_erasing
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event, RetentionStage
from chalicelib.reconciliation import recounting
from chalicelib.registration import flows, sealing, store
from chalicelib.registration.attendee import Dietary
from chalicelib.registration.model import Registration
from chalicelib.retention import erasure, rules
from chalicelib.retention import flows as retention
from chalicelib.retention import store as purges
from infra import restore
from testing.registration_links import participant
from testing.world import break_document, check_counters, publish_with_places, register, register_party

pytestmark = pytest.mark.usefixtures("aws")
BEFORE = "2019-11-01T07:30:00+00:00"


@pytest.fixture
def event() -> Event:
    return publish_with_places(2)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """The command with these arguments; what it says."""

    def run(event: Event, *arguments: str, ends_with: int = 0) -> str:
        assert restore.main([event.id, *arguments]) == ends_with
        said = capsys.readouterr()
        return said.out + said.err

    return run


def lose(who: Registration, *keys: str) -> None:
    for key in (f"REG#{who.id}", *keys):
        lost: Any = {"PK": {"S": f"EVENT#{who.event_id}"}, "SK": {"S": key}}
        table.client().delete_item(TableName=os.environ["TABLE_NAME"], Key=lost)


def everything(event: Event) -> list[Any]:
    return list(restore.query_items(table.client(), os.environ["TABLE_NAME"], event.id))


def test_what_is_gone_comes_back_as_it_was(event: Event, run: Callable[..., str]) -> None:
    """First it only says what; with --write it does it, and done again it does nothing more."""
    lost, stays, waits = (register(event, name) for name in ("Anna", "Bo", "Carl"))
    before = everything(event)
    assert run(event, "--at", BEFORE).startswith("Gone since then: nothing.")
    lose(lost)
    lose(waits, f"WAIT#{waits.entry_keys[0]}")
    assert run(event).startswith("Gone since then: 2 REG. ")
    assert store.find(event.id, lost.id) is None
    assert "They are brought back: now have the event counted anew." in run(event, "--write")
    assert run(event, "--write").startswith("Gone since then: nothing.")
    recounting.repair(event.id)
    assert {item["SK"]["S"] for item in everything(event)} == {item["SK"]["S"] for item in before}
    assert store.find(event.id, lost.id) == lost
    assert store.find(event.id, stays.id) == stays


def test_what_has_changed_since_stays(event: Event, run: Callable[..., str]) -> None:
    """A cancellation stays; a person who registered anew after the loss has that registration."""
    cancels, lost = register(event, "Anna"), register(event, "Bo")
    run(event, "--at", BEFORE)
    flows.cancel(participant(event.id, cancels.id), clock.now())
    lose(lost)
    again = register(event, "Bo", phone="20123456")
    said = run(event, "--write")
    assert said.startswith("Gone since then: nothing. ")
    assert said.endswith("Changed since, and left as they are: 3.\n")
    assert store.find(event.id, again.id) == again


def test_nothing_about_who_was_erased_comes_back(event: Event, run: Callable[..., str]) -> None:
    """Not even a mail record, of which only the key names their registration."""
    erased, lost = register(event, "Anna"), register(event, "Bo")
    mail = {"PK": f"EVENT#{event.id}", "SK": f"MAIL#{erased.id}.0001.confirmed", "kind": "confirmed"}
    table.write(Put(mail))
    run(event, "--at", BEFORE)
    erasure.erase(participant(event.id, erased.id), clock.now())
    mail_erasing.erase(Erased(event_id=event.id, registration_id=erased.id, revision=3, at=""))
    lose(lost)
    assert run(event, "--write").startswith("Gone since then: 1 REG. Of people erased since, and left out: 1.")
    assert [item for item in everything(event) if erased.id in str(item) and "attendee" in item] == []


def test_a_party_comes_back_without_who_was_erased(event: Event, run: Callable[..., str]) -> None:
    """A person who was registered by one who is erased now is no longer in a party with them."""
    erased, lost = register_party(event, "Anna", "Bo")
    run(event, "--at", BEFORE)
    erasure.erase(participant(event.id, erased.id), clock.now())
    lose(lost)
    assert run(event, "--write").startswith("Gone since then: 1 REG. Of people erased since, and left out: 0.")
    brought = store.find(event.id, lost.id)
    assert brought
    assert (brought.attendee, brought.leader_id) == (lost.attendee, lost.id)
    assert [item for item in everything(event) if erased.id in str(item)] == [
        item for item in everything(event) if item["SK"]["S"] == f"REG#{erased.id}"
    ]


def test_who_was_erased_long_ago_is_in_nobodys_way(event: Event, run: Callable[..., str]) -> None:
    """That they were erased may be deleted by now: it comes back, and says no more than before."""
    long_ago, erased, lost = (register(event, name) for name in ("Anna", "Bo", "Carl"))
    erasure.erase(participant(event.id, long_ago.id), clock.now())
    before = everything(event)
    run(event, "--at", BEFORE)
    erasure.erase(participant(event.id, erased.id), clock.now())
    lose(lost)
    lose(long_ago)
    assert run(event, "--write").startswith("Gone since then: 2 REG. ")
    brought = store.find(event.id, lost.id)
    assert brought
    assert brought.attendee == lost.attendee
    gone = f"REG#{long_ago.id}"
    assert [item for item in everything(event) if item["SK"]["S"] == gone] == [
        item for item in before if item["SK"]["S"] == gone
    ]


def test_of_who_registered_anew_nothing_older_comes_back(event: Event, run: Callable[..., str]) -> None:
    """What there was beside their former registration was erased."""
    anna = register(event, "Anna")
    mail = {"PK": f"EVENT#{event.id}", "SK": f"MAIL#{anna.id}.0001.confirmed", "kind": "confirmed"}
    table.write(Put(mail))
    run(event, "--at", BEFORE)
    erasure.erase(participant(event.id, anna.id), clock.now())
    mail_erasing.erase(Erased(event_id=event.id, registration_id=anna.id, revision=3, at=""))
    register(event, "Anna")
    again = store.find(event.id, anna.id)
    run(event, "--write")
    assert table.get({"PK": mail["PK"], "SK": mail["SK"]}) is None
    assert store.find(event.id, anna.id) == again


def test_what_is_under_seal_comes_back_with_it(event: Event, run: Callable[..., str]) -> None:
    """And it opens; also where a person was erased, whose id every item is searched for."""
    erased, lost = register(event, "Anna"), register(event, "Bo", dietary={"meals": ["vegan"], "consent": True})
    run(event, "--at", BEFORE)
    erasure.erase(participant(event.id, erased.id), clock.now())
    lose(lost)
    run(event, "--write")
    brought = store.find(event.id, lost.id)
    assert brought
    assert sealing.unseal(brought).attendee.dietary == Dietary(meals=("vegan",), consent=True)


def purge_by(moment: datetime) -> None:
    clock.start_at(moment)
    while due := purges.find_due(clock.now()):
        for event_id in due:
            retention.purge_page(event_id, clock.now())


@pytest.mark.parametrize("is_purged", [True, False])
def test_nothing_of_an_event_comes_back_whose_time_is_over(
    event: Event, run: Callable[..., str], *, is_purged: bool
) -> None:
    """What is gone then was to go, whether the purge has begun by then or not."""
    lost = register(event, "Anna")
    run(event, "--at", BEFORE)
    lose(lost)
    clock.start_at(event.ends_at + timedelta(days=181))
    if is_purged:
        purge_by(clock.now())
    said = run(event, "--write", ends_with=1)
    assert said.startswith("Nothing is brought back. What was held about its people is being deleted")
    assert store.find(event.id, lost.id) is None


@pytest.mark.parametrize("is_purged", [True, False])
@pytest.mark.parametrize(("days", "stage"), [(8, "health"), (31, "travel")])
def test_people_come_back_without_what_was_to_go(
    event: Event, run: Callable[..., str], days: int, stage: RetentionStage, *, is_purged: bool
) -> None:
    """Food and assistance are due on the eighth day, the journey on the 31st: of these nothing comes back."""
    lost, erased = register(event, "Anna", dietary={"meals": ["vegan"], "consent": True}), register(event, "Bo")
    erasure.erase(participant(event.id, erased.id), clock.now())
    for key in ("BOOKED#ud", "LISTS", "JOURNAL#2020-01-01T00:00:00.000000Z#aa", "JOURNAL#2020-01-01#bb"):
        kind = "booked" if key.endswith("aa") else "capacity"
        table.write(Put({"PK": f"EVENT#{event.id}", "SK": key, "kind": kind}))
    run(event, "--at", BEFORE)
    before = {item["SK"]["S"] for item in everything(event)}
    lose(lost, "BOOKED#ud", "LISTS", "JOURNAL#2020-01-01T00:00:00.000000Z#aa", "JOURNAL#2020-01-01#bb")
    lose(erased)
    clock.start_at(event.ends_at + timedelta(days=days))
    if is_purged:
        purge_by(clock.now())
    run(event, "--write")
    [stored] = [item for item in everything(event) if item["SK"]["S"] == f"REG#{lost.id}"]
    attendee = decode_item(stored)["attendee"]
    assert store.SEALED_HEALTH not in stored
    assert attendee == rules.redact_attendee(attendee, stage)
    brought = store.find(event.id, lost.id)
    assert brought
    assert (brought.attendee.name, brought.attendee.dietary) == (lost.attendee.name, None)
    missing = before - {item["SK"]["S"] for item in everything(event)}
    gone = {"BOOKED#ud", "LISTS", "JOURNAL#2020-01-01T00:00:00.000000Z#aa"}
    assert missing == (gone if stage == "travel" else set())


def test_lists_come_back_without_their_files(event: Event, run: Callable[..., str]) -> None:
    """The version says so, and who had it built."""
    register(event, "Anna")
    ready = {"version": 1, "status": "ready", "requested_by": "x@y.example", "files": ["hotel.csv"], "sent": {}}
    table.write(Put({**keys.manifest_key(event.id, 1), **ready}))
    run(event, "--at", BEFORE)
    table.transact(Delete(keys.manifest_key(event.id, 1)))
    clock.start_at(event.ends_at + timedelta(days=8))
    run(event, "--write")
    item = table.get(keys.manifest_key(event.id, 1))
    assert item is not None
    assert (item["status"], item["files"], item["requested_by"]) == ("withdrawn", [], "x@y.example")


def test_an_event_that_is_gone_comes_back_whole(event: Event, run: Callable[..., str]) -> None:
    """With its place in the programme, and registrations last."""
    register(event, "Anna")
    before = everything(event)
    run(event, "--at", BEFORE)
    dynamodb, name = table.client(), os.environ["TABLE_NAME"]
    for item in before:
        dynamodb.delete_item(TableName=name, Key={part: item[part] for part in ("PK", "SK")})
    dynamodb.delete_item(TableName=name, Key={"PK": {"S": "PROGRAMME"}, "SK": {"S": "PROGRAMME"}})
    run(event, "--write")
    assert everything(event) == before
    catalogue = table.get({"PK": "PROGRAMME", "SK": "PROGRAMME"})
    assert catalogue is not None
    assert catalogue["ids"] == {event.id}


def test_registrations_come_last(event: Event) -> None:
    """The stream tells of them as of new ones: their mails' records are there by then."""
    keys = ["REG#a", "MAIL#a.0001.confirmed", "EVENT", "PLACES"]
    gone = restore.compare([{"PK": {"S": f"EVENT#{event.id}"}, "SK": {"S": key}} for key in keys], []).missing
    assert [item["SK"]["S"] for item in gone] == ["EVENT", "MAIL#a.0001.confirmed", "PLACES", "REG#a"]


def test_a_table_from_before_is_not_made_twice(event: Event, run: Callable[..., str]) -> None:
    """It may be of another moment: what to do is said."""
    run(event, "--at", BEFORE)
    assert "is there already. Leave AT out to go on with it" in run(event, "--at", BEFORE, ends_with=1)


def test_an_event_that_never_was_is_not_put_into_the_programme(event: Event, run: Callable[..., str]) -> None:
    """A slip in the id is said, and nothing is written."""
    run(event, "--at", BEFORE)
    slip = event.model_copy(update={"id": "leverandoerernes-oensker"})
    assert "There is nothing of that event" in run(slip, "--write", ends_with=1)
    catalogue = table.get({"PK": "PROGRAMME", "SK": "PROGRAMME"})
    assert catalogue is not None
    assert catalogue["ids"] == {event.id}


def test_without_a_table_it_says_where_its_name_stands(
    event: Event, run: Callable[..., str], environment: pytest.MonkeyPatch
) -> None:
    """No traceback at night."""
    environment.delenv("TABLE_NAME")
    assert "TABLE_NAME is not set: the stack's outputs say" in run(event, ends_with=1)


def test_where_there_is_no_table_from_before_aws_own_words_say_so(event: Event, run: Callable[..., str]) -> None:
    """No traceback at night."""
    assert "ResourceNotFoundException" in run(event, ends_with=1)


GONE: dict[str, Any] = {
    "starts_at": "2019-05-05T15:00",
    "ends_at": "2019-05-05T18:00",
    "registration": {"opens_at": "2019-01-01T08:00", "closes_at": "2019-05-04T12:00"},
}


def change(event: Event, **changes: Any) -> None:
    document = event.model_dump(mode="json", exclude_none=True) | changes
    version = programme_store.read_current(event.id).version
    programme_flows.put(Event.model_validate(document), version, clock.now())


def test_it_works_while_a_deletion_waits(event: Event, run: Callable[..., str]) -> None:
    """A change of dates has made it due, and it has not begun."""
    lost = register(event, "Anna")
    run(event, "--at", BEFORE)
    change(event, **GONE)
    lose(lost)
    assert run(event, "--write").startswith("Gone since then: 1 REG. ")
    assert store.find(event.id, lost.id) == lost


@pytest.mark.parametrize("days", [None, 10, 40], ids=["ahead", "food gone", "journey gone"])
def test_people_deleted_by_a_slip_come_back_with_their_places(
    event: Event, run: Callable[..., str], days: int | None
) -> None:
    """The dates are put right, they are restored and counted anew: as many are taken as there are.

    Also where the stages before them were rightly purged by then, before the purge begins anew and after.
    """
    for name in ("Anna", "Bo"):
        register(event, name, dietary={"meals": ["vegan"], "consent": True})
    run(event, "--at", BEFORE)
    if days:
        purge_by(event.ends_at + timedelta(days=days))
    change(event, **GONE)
    purge_by(clock.now() + timedelta(days=8))
    assert list(store.list_registrations(event.id)) == []
    assert "nothing comes back" in run(event, "--write", ends_with=1)
    change(event)
    if days == 40:
        purge_by(clock.now())
    assert "2 REG" in run(event, "--write")
    recounting.repair(event.id)
    assert store.read_places(event.id).taken == {"place": 2}
    assert [bool(each.sealed_health) for each in store.list_registrations(event.id)] == [days is None] * 2
    check_counters(event.id)


def test_what_was_written_before_there_were_schedules_comes_back(event: Event, run: Callable[..., str]) -> None:
    """An event without versions, whose purge does not say what is due when, and which counts forgotten people."""
    lost = register(event, "Anna")
    table.transact(Delete(keys.version_key(event.id, 1)))
    due = keys.due_attributes(event.id, "2020-05-12T16:00:00.000000Z")
    former = {**keys.purge_key(event.id), **due, "after": ""}
    table.write(Put(former, condition="attribute_exists(PK)"))
    table.write(Update.set(keys.places_key(event.id), {"forgotten": {"place": 1}}))
    run(event, "--at", BEFORE)
    lose(lost)
    assert run(event, "--write").startswith("Gone since then: 1 REG. ")
    recounting.repair(event.id)
    places = store.read_places(event.id)
    assert (places.taken, places.forgotten) == ({"place": 1}, {})


@pytest.mark.parametrize("at", ["2020-03-29T02:30", "yesterday", "0001-01-01T00:00+14:00", ""])
def test_a_moment_that_does_not_exist_is_refused(
    event: Event, at: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The refusal shows how to write one, and no table is made."""
    with pytest.raises(SystemExit):
        restore.main([event.id, "--at", at])
    assert "is no moment such as" in capsys.readouterr().err


def test_a_moment_without_an_offset_is_local() -> None:
    """As organisers write it; of an hour that comes twice it is the first."""
    assert restore._parse_at("2020-05-05T12:00").isoformat() == "2020-05-05T12:00:00+02:00"
    assert restore._parse_at("2020-10-25T02:30").isoformat() == "2020-10-25T02:30:00+02:00"


def test_of_a_broken_event_nothing_is_brought_back_where_nothing_says_when_its_time_is_over(
    event: Event, run: Callable[..., str]
) -> None:
    """Written before there were schedules, it is put right first; with a schedule its document is not needed."""
    who = register(event, "Anna")
    run(event, "--at", BEFORE)
    lose(who)
    break_document(event.id)
    assert run(event).startswith("Gone since then: 1 REG. ")
    purge = {
        **keys.purge_key(event.id),
        **keys.due_attributes(event.id, "2020-05-12T16:00:00.000000Z"),
        "after": "",
    }
    table.write(Put(purge, condition="attribute_exists(PK)"))
    assert "put it right on its page" in run(event, "--write", ends_with=1)
    assert store.find(event.id, who.id) is None
