"""Erasure, and what is held before and after it."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock, facts
from chalicelib.audit import audit_log, tasks
from chalicelib.audit.audit_log import Actor, AuditChange, AuditEntry
from chalicelib.audit.tasks import Task
from chalicelib.aws import keys, table
from chalicelib.aws.items import Put
from chalicelib.aws.keys import format_timestamp
from chalicelib.histories.model import read_history
from chalicelib.links import mail_requests
from chalicelib.mail.delivery import send as mail
from chalicelib.mail.delivery import sender
from chalicelib.mail.delivery import store as mail_store
from chalicelib.problems import LinkNotValid
from chalicelib.registration import flows, notes, store, transactions, updates
from chalicelib.registration.access import Access
from chalicelib.registration.history import build_timeline
from chalicelib.registration.model import Registration, WaitlistEntry
from chalicelib.retention import erasure
from chalicelib.web.records.personal_data import build_document
from chalicelib.workers import mail as mail_worker
from chalicelib.workers import waitlist
from chalicelib.workers.stream import derive_facts
from testing import registration_links
from testing.batches import messages
from testing.registration_links import participant
from testing.world import (
    check_counters,
    publish_with_places,
    read_statuses,
    register,
    register_party,
    reload,
    settle,
)
from tests.mail.conftest import Sent
from tests.registration.overnight import change, overnight

pytestmark = pytest.mark.usefixtures("quick_aws")

MARKED: dict[str, Any] = {"phone": "+4520123456", "organisation": "Kaffe & Kage ApS"}


@pytest.fixture
def sent() -> Iterator[Sent]:
    """The mails that SES took."""
    sender.client.cache_clear()
    yield Sent()
    sender.client.cache_clear()


def erase(who: Registration) -> None:
    erasure.erase(participant(who.event_id, who.id), clock.now())


def erase_mails(who: Registration) -> None:
    """What the mail's queue does when it hears that they were erased."""
    item = table.get(keys.registration_key(who.event_id, who.id)) or {}
    place, entry = [each for each in read_history(item).numbered_facts if each[1]["fact"] == "erased"][-1]
    erased = facts.from_history_entry(who.event_id, who.id, place, entry)
    assert mail_worker.mail(messages(erased), None) == {"batchItemFailures": []}


def everything() -> list[dict[str, Any]]:
    """All items of the table."""
    answer = table.client().scan(TableName="registrations")
    return [dict(item) for item in answer["Items"]]


def tell(who: Registration, place: int = -1) -> None:
    """What the mail's queue does with one of their facts."""
    revision, entry = reload(who).numbered_facts[place]
    mail.send_mail_for(facts.from_history_entry(who.event_id, who.id, revision, entry), clock.now())


def test_nothing_is_left_but_that_there_was_something() -> None:
    """No name, address or wish anywhere in the table; only how many facts there were, to be deleted too."""
    event = publish_with_places(9)
    anna = register(event, "Anna", **MARKED)
    tell(anna)
    transactions.request_link(event.id, anna.id, clock.now())
    erase(anna)
    erase_mails(anna)
    left = json.dumps(everything(), default=str)
    assert [word for word in ("Anna", "anna@", "Kaffe", "20123456", "MAIL#", "LINK#") if word in left] == []
    [item] = table.query(event.id, "REG#")
    assert set(item) == {"PK", "SK", "status", "history", "folded", "needs", "in_line", "expires_at"}
    assert ([entry["fact"] for entry in item["history"]], item["folded"]) == (["erased"], 2)
    assert item["expires_at"] > clock.now().timestamp()


@pytest.mark.parametrize("party", [(), ("somebody",)], ids=["alone", "with a party"])
def test_who_moved_up_ahead_of_others_is_not_named_there(party: tuple[str, ...]) -> None:
    """That those who were passed were passed stays on record, without the entry's key, which says who it was."""
    event = publish_with_places(9)
    anna = register(event, "Anna")
    entry = WaitlistEntry(
        "place", f"5#{format_timestamp(clock.now())}", dict.fromkeys((anna.id, *party), ("place",))
    )
    table.transact(
        *updates.build_skips(event.id, {"bed": ("bed",)}, format_timestamp(clock.now()), entry.key, entry.rank)
    )
    [skip] = table.query(event.id, "SKIP#")
    erase(anna)
    [unnamed] = table.query(event.id, "SKIP#")
    assert unnamed == {**skip, "SK": f"SKIP#{skip['SK'].split('#')[1]}#"}


def test_two_who_go_at_once_are_both_out_of_what_is_said_of_several(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an entry of the journal still says of others does not bring back who has gone from it meanwhile."""
    event = publish_with_places(9)
    people = anna, bo, carl = [register(event, name) for name in ("Anna", "Bo", "Carl")]
    booked = tuple(AuditChange(who.id, "", "X7K9PQ") for who in people)
    at = format_timestamp(clock.now())
    table.transact(
        audit_log.build_put(AuditEntry(event.id, "booked", Actor("organiser@network.example"), at, changes=booked))
    )
    write, first = table.write, [True]

    def overtaken(write_one: Any) -> None:
        if first and isinstance(write_one, Put):
            first.clear()
            erase(bo)
        write(write_one)

    monkeypatch.setattr(table, "write", overtaken)
    erase(anna)
    [left] = audit_log.list_entries(event.id)
    assert [change.what for change in left.changes] == [carl.id]


def test_who_is_erased_is_nobody() -> None:
    """Their link is not valid, they are in no list, and what they had goes to the next."""
    event = publish_with_places(1)
    anna, bo = register(event, "Anna"), register(event, "Bo")
    erase(anna)
    settle(event)
    with pytest.raises(LinkNotValid):
        flows.load_registration(Access(event.id, anna.id))
    with pytest.raises(LinkNotValid):
        erase(anna)
    assert [each.id for each in store.list_registrations(event.id)] == [bo.id]
    assert list(store.list_registrations(event.id, "cancelled")) == []
    assert read_statuses(bo) == ["confirmed"]


def test_the_cancellation_moves_the_line_and_mails_nobody() -> None:
    """Its fact is on the way while everything goes: the waitlist hears it, and there is no one to write to."""
    event = publish_with_places(1)
    anna, bo = register(event, "Anna"), register(event, "Bo")
    before = table.get({"PK": f"EVENT#{event.id}", "SK": f"REG#{anna.id}"})
    flows.cancel(participant(event.id, anna.id), clock.now())
    between = table.get({"PK": f"EVENT#{event.id}", "SK": f"REG#{anna.id}"})
    erase(anna)
    [cancelled] = derive_facts(before, between, format_timestamp(clock.now()))
    mail.send_mail_for(cancelled, clock.now())
    assert list(table.query(event.id, "MAIL#")) == []
    assert waitlist.waitlist(messages(cancelled), None) == {"batchItemFailures": []}
    assert read_statuses(bo) == ["confirmed"]


def test_who_registers_again_begins_anew() -> None:
    """Other facts with other numbers: no mail is taken for one that was sent, and nothing old returns."""
    event = publish_with_places(9)
    anna = register(event, "Anna", **MARKED)
    tell(anna)
    erase(anna)
    erase_mails(anna)
    again = register(event, "Anna", key="another")
    assert reload(again).attendee.organisation is None
    assert [entry["fact"] for entry in build_timeline(reload(again))] == ["erased", "confirmed"]
    tell(again)
    [record] = table.query(event.id, "MAIL#")
    assert record["SK"].endswith(".0004.confirmed")
    [item] = table.query(event.id, "REG#")
    assert "expires_at" not in item
    check_counters(event.id)


def test_who_registers_again_hears_nothing_of_before() -> None:
    """A message about the registration that was erased, delivered late or again, is told to no one."""
    event = publish_with_places(9)
    anna = register(event, "Anna")
    confirmed = facts.from_history_entry(event.id, anna.id, 1, reload(anna).history[0])
    erase(anna)
    register(event, "Anna", key="another")
    mail.send_mail_for(confirmed, clock.now())
    assert list(table.query(event.id, "MAIL#")) == []


def test_a_late_report_about_a_mail_finds_nobody() -> None:
    """A mail that comes back after the erasure writes nothing about any participant."""
    event = publish_with_places(9)
    anna = register(event, "Anna")
    erase(anna)
    bounced = facts.MailBounced(
        event_id=event.id,
        registration_id=anna.id,
        revision=0,
        at=format_timestamp(clock.now()),
        mail="x",
        reason="y",
    )
    with pytest.raises(table.ConditionFailed):
        table.write(notes.build_note(bounced))


def test_what_is_delivered_again_in_the_middle_is_not_told_again(sent: Sent) -> None:
    """That the mail was sent is forgotten when no one is found any more, by the next delivery, and not before."""
    event = publish_with_places(9)
    anna = register(event, "Anna")
    confirmed = facts.from_history_entry(event.id, anna.id, 1, reload(anna).history[0])
    mail.send_mail_for(confirmed, clock.now())
    erase(anna)
    mail.send_mail_for(confirmed, clock.now())
    erase_mails(anna)
    mail.send_mail_for(confirmed, clock.now())
    assert len(sent.subjects()) == 1
    assert list(table.query(event.id, "MAIL#")) == []


def test_who_looks_up_whom_to_tell_claims_first(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that erases them may come between a second delivery's beginning and its claim: it finds no one then."""
    event = publish_with_places(9)
    anna = register(event, "Anna")
    confirmed = facts.from_history_entry(event.id, anna.id, 1, reload(anna).history[0])
    mail.send_mail_for(confirmed, clock.now())
    claim = mail_store.claim

    def erased_before_it(*claimed: Any) -> mail_store.Claim:
        erase(anna)
        erase_mails(anna)
        return claim(*claimed)

    monkeypatch.setattr(mail_store, "claim", erased_before_it)
    mail.send_mail_for(confirmed, clock.now())
    assert len(sent.subjects()) == 1
    assert list(table.query(event.id, "MAIL#")) == []


def test_what_concerns_them_anew_stays(sent: Sent) -> None:
    """Registered again before the records of before are erased: the new ones are not taken for old."""
    event = publish_with_places(9)
    anna = register(event, "Anna")
    tell(anna)
    erase(anna)
    clock.advance(timedelta(seconds=1))
    again = register(event, "Anna", key="another")
    tell(again)
    transactions.request_link(event.id, anna.id, clock.now())
    [request] = table.query(event.id, "LINK#")
    [asked] = derive_facts(None, request, "")
    mail.send_mail_for(asked, clock.now())
    erase_mails(anna)
    assert [item["SK"].partition(".")[2] for item in table.query(event.id, "MAIL#")] == [
        "0004.confirmed",
        f"{request['SK'].rpartition('#')[2]}.link-requested",
    ]
    assert list(table.query(event.id, "LINK#")) == [request]
    assert len(sent.subjects()) == 3


@pytest.mark.parametrize("comes_back", [False, True])
def test_a_link_asked_for_just_then_goes_with_them(sent: Sent, *, comes_back: bool) -> None:
    """Written when they were erased already, or told when they were: no one gets it, and nothing of it stays."""
    event = publish_with_places(9)
    anna = register(event, "Anna")
    before = clock.now()
    erase(anna)
    erase_mails(anna)
    transactions.request_link(event.id, anna.id, before)
    if comes_back:
        register(event, "Anna", key="another")
    [request] = table.query(event.id, "LINK#")
    [asked] = derive_facts(None, request, "")
    mail.send_mail_for(asked, clock.now())
    assert [*table.query(event.id, "LINK#"), *table.query(event.id, "MAIL#"), *sent.subjects()] == []


@pytest.mark.parametrize("place", range(3))
def test_stopped_anywhere_it_is_done_by_asking_again(monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    """The registration goes last: until it does, the link still works."""
    event = publish_with_places(9)
    anna = register(event, "Anna", **MARKED)
    table.transact(
        tasks.build_put(Task(event.id, "mail-bounced", "x", format_timestamp(clock.now()), anna.id, {}))
    )
    calls = iter(range(99))

    def dying(real: Any) -> Any:
        def call(*writes: Any) -> None:
            if next(calls) == place:
                raise KeyboardInterrupt
            real(*writes)

        return call

    with monkeypatch.context() as patched:
        patched.setattr(table, "transact", dying(table.transact))
        patched.setattr(table, "write", dying(table.write))
        with pytest.raises(KeyboardInterrupt):
            erase(anna)
    assert flows.load_registration(Access(event.id, anna.id)).attendee.organisation == MARKED["organisation"]
    erase(anna)
    assert "Kaffe" not in json.dumps(everything(), default=str)
    assert list(table.query(event.id, "PROBLEM#")) == []
    check_counters(event.id)


def test_a_wish_and_a_party_go_too() -> None:
    """Nothing of theirs stands in any line, and the rest of a party waits on."""
    event = overnight(single=0, place=2)
    anna = register(event, "Anna", ("bed",))
    change(event, anna, wait_for=("single",))
    bo, carl = register_party(event, "Bo", "Carl")
    erase(anna)
    erase(bo)
    settle(event)
    assert read_statuses(carl) == ["confirmed"]
    assert list(table.query(event.id, "WAIT#")) == []


def test_what_is_given_is_all_that_is_held() -> None:
    """Each item of the table that is about them, by its keys or by what stands in it, is among it."""
    event = overnight(single=0)
    anna, bo = register(event, "Anna", ("bed",), **MARKED), register(event, "Bo")
    change(event, anna, wait_for=("single",))
    tell(anna, 0)
    transactions.request_link(event.id, anna.id, clock.now())
    mail_requests.request_mail(participant(event.id, anna.id), clock.now())
    document = build_document(reload(anna), event, "en")
    given = json.dumps(document, ensure_ascii=False)
    mine = [
        item
        for item in everything()
        if anna.id in json.dumps(item, default=str) or "anna@" in json.dumps(item, default=str)
    ]
    kinds = Counter(item["SK"]["S"].partition("#")[0] for item in mine)
    sections = {"MAIL": "mails", "LINK": "link_requests", "WAIT": "waitlist"}
    assert kinds == {"REG": 1} | {kind: len(document[section]) for kind, section in sections.items()}
    assert all(word in given for word in ("Anna", "anna@example.org", "+4520123456", "Kaffe & Kage ApS"))
    assert bo.id not in given
    assert registration_links.build_token(event.id, anna.id) not in given
