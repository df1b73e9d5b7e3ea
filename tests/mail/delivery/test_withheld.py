"""Mails above the limit of a mailbox: withheld, and drawn together into one mail at the next full hour."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import facts
from chalicelib.aws import keys, rate_limits, table
from chalicelib.aws.items import Item, Update
from chalicelib.aws.keys import format_timestamp
from chalicelib.facts import Fact
from chalicelib.links import withheld_mails
from chalicelib.mail.delivery import send, store
from chalicelib.mail.delivery.send import send_mail_for
from chalicelib.programme.model import Event
from chalicelib.registration import changing, flows
from chalicelib.registration.changing import ChangeRequest
from chalicelib.registration.model import Registration
from chalicelib.retention import erasure
from chalicelib.settings import settings
from chalicelib.workers import clock as clock_worker
from chalicelib.workers.stream import derive_facts
from testing import builders
from testing.batches import TICK
from testing.registration_links import build_access, build_link, participant
from testing.world import publish, register, reload
from tests.mail.conftest import Sent

pytestmark = pytest.mark.usefixtures("mails")

TITLE = "Netværksmøde"
NOON = datetime(2019, 11, 1, 12, 20, tzinfo=UTC)
ONE, TWO = NOON.replace(hour=13, minute=2), NOON.replace(hour=14, minute=2)


def exhaust(address: str, now: datetime = NOON) -> None:
    """Use the mailbox's limit up."""
    while rate_limits.mailbox_limit(address).try_increment(now):
        pass


def last_fact(who: Registration) -> Fact:
    happened = reload(who).history
    return facts.from_history_entry(who.event_id, who.id, len(happened), happened[-1])


def released(now: datetime) -> Iterator[Fact]:
    """What the stream tells once the clock has released what is due."""
    for mailbox, due_at in withheld_mails.find_due(now):
        before = table.get(keys.mailbox_key(mailbox))
        withheld_mails.release(mailbox, due_at)
        yield from derive_facts(before, table.get(keys.mailbox_key(mailbox)), "")


def tick(now: datetime) -> list[Fact]:
    """What clock, relay and mail worker do."""
    told = list(released(now))
    for fact in told:
        send_mail_for(fact, now)
    return told


def notes() -> list[Item]:
    return list(table.query("", keys.WithheldKey.KIND))


def meeting(event_id: str = "here") -> Event:
    return publish(builders.event(event_id, title={"da": TITLE, "en": TITLE}))


def text_of(mails: Sent, index: int = -1) -> str:
    part = mails.all()[index].get_body(("plain",))
    assert part
    return str(part.get_content())


def test_what_was_withheld_is_told_at_the_full_hour_as_it_stands_then(mails: Sent) -> None:
    """Three changes, one mail: the last of them."""
    anna = register(meeting(), "Anna", now=NOON)
    exhaust(anna.attendee.email)
    send_mail_for(last_fact(anna), NOON)
    flows.cancel(participant("here", anna.id), NOON)
    table.write(_unprove(anna))
    send_mail_for(last_fact(anna), NOON)
    assert (mails.all(), tick(NOON)) == ([], [])
    assert [note["mails"] for note in notes()] == [2]
    (fact,) = tick(ONE)
    assert mails.subjects() == [f"Du er afmeldt: {TITLE}"]
    assert (store.find(fact) or {})["state"] == "sent"
    assert (notes(), tick(ONE), tick(TWO)) == ([], [], [])
    assert build_link("here", anna.id) in text_of(mails)


def _unprove(who: Registration) -> Update:
    return Update.set(keys.registration_key(who.event_id, who.id), {"proven": False})


def test_registrations_of_one_mailbox_are_told_in_one_mail(mails: Sent) -> None:
    """Of several events and spellings, as far as the host is known to take them for one."""
    spellings = ("anna.b@gmail.com", "annab+1@gmail.com", "An.nab@googlemail.com")
    people = [register(meeting(f"e{n}"), f"Anna{n}", email=each, now=NOON) for n, each in enumerate(spellings)]
    exhaust(spellings[0])
    for who in people:
        send_mail_for(last_fact(who), NOON)
    tick(ONE)
    assert mails.subjects() == ["Dine tilmeldinger, som de står nu"]
    assert [build_link(who.event_id, who.id) in text_of(mails) for who in people] == [True] * 3
    assert notes() == []


def test_labels_at_an_unknown_host_may_be_other_people(mails: Sent) -> None:
    """Counted together, but no one gets the links of another: the plain address first, then one mail an hour."""
    event = meeting()
    addresses = ("anna+x@kommune.example", "anna@kommune.example")
    other, anna = (register(event, f"Anna{n}", email=each, now=NOON) for n, each in enumerate(addresses))
    exhaust(addresses[0])
    for who in (other, anna):
        send_mail_for(last_fact(who), NOON)
    tick(ONE)
    assert ("anna@kommune.example" in str(mails.all()[-1]["To"]), len(mails.all())) == (True, 1)
    assert build_link("here", other.id) not in text_of(mails)
    tick(ONE)
    assert len(mails.all()) == 1
    tick(TWO)
    assert ("anna+x@kommune.example" in str(mails.all()[-1]["To"]), len(mails.all()), notes()) == (True, 2, [])


def test_more_than_one_mail_holds_is_told_an_hour_later(mails: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    """The earliest first."""
    monkeypatch.setattr("chalicelib.mail.delivery.summaries.MAX_TOLD", 2)
    people = [register(meeting(f"e{n}"), "Anna", now=NOON) for n in range(3)]
    exhaust(people[0].attendee.email)
    for minute, who in enumerate(people):
        send_mail_for(last_fact(who), NOON + timedelta(minutes=minute))
    tick(ONE)
    tick(TWO)
    assert [build_link(who.event_id, who.id) in text_of(mails, 0) for who in people] == [True, True, False]
    assert build_link(people[2].event_id, people[2].id) in text_of(mails, 1)
    assert (len(mails.all()), notes()) == (2, [])


def test_erased_registration_is_not_told(mails: Sent) -> None:
    """Its note goes with it; one that was written a moment later goes at the hour."""
    anna = register(meeting(), "Anna", now=NOON)
    exhaust(anna.attendee.email)
    send_mail_for(last_fact(anna), NOON)
    erasure.erase(participant("here", anna.id), NOON)
    assert notes() == []
    table.write(withheld_mails.build_note_write(anna, NOON))
    (fact,) = tick(ONE)
    assert (mails.all(), store.find(fact), notes()) == ([], None, [])


def test_what_is_withheld_while_the_mail_goes_out_is_told_an_hour_later(
    mails: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail may have been written just before the change."""
    event = meeting()
    anna = register(event, "Anna", now=NOON)
    exhaust(anna.attendee.email)
    send_mail_for(last_fact(anna), NOON)
    deliver = send._deliver

    def change_meanwhile(*arguments: object) -> None:
        monkeypatch.setattr(send, "_deliver", deliver)
        flows.cancel(build_access("here", anna.id, "answer"), ONE)
        send_mail_for(last_fact(anna), ONE)
        deliver(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(send, "_deliver", change_meanwhile)
    tick(ONE)
    tick(TWO)
    assert mails.subjects() == [f"Du er tilmeldt: {TITLE}", f"Du er afmeldt: {TITLE}"]
    assert notes() == []


def test_twice_released_or_delivered_is_one_mail(mails: Sent) -> None:
    """Two clocks at once, and a message that comes again."""
    anna = register(meeting(), "Anna", now=NOON)
    exhaust(anna.attendee.email)
    send_mail_for(last_fact(anna), NOON)
    ((mailbox, due_at),) = withheld_mails.find_due(ONE)
    (fact,) = tick(ONE)
    withheld_mails.release(mailbox, due_at)
    send_mail_for(fact, ONE)
    send_mail_for(fact, ONE + store.LEASE)
    assert (len(mails.all()), list(released(TWO))) == (1, [])


def test_worker_that_dies_at_any_step_leaves_it_to_the_next(mails: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it is written down that the mail was sent and what it told: once more. After that: no more."""
    anna = register(meeting(), "Anna", now=NOON)
    exhaust(anna.attendee.email)
    with monkeypatch.context() as dying:
        dying.setattr(store, "withhold", _die)
        with pytest.raises(RuntimeError, match="died"):
            send_mail_for(last_fact(anna), NOON)
    send_mail_for(last_fact(anna), NOON + store.LEASE)
    (fact,) = released(ONE)
    with monkeypatch.context() as dying:
        dying.setattr(store, "mark_sent", _die)
        with pytest.raises(RuntimeError, match="died"):
            send_mail_for(fact, ONE)
    for late in (1, 2):
        send_mail_for(fact, ONE + late * store.LEASE)
    assert (len(mails.all()), notes(), list(released(TWO))) == (2, [], [])


def _die(*_: object) -> None:
    raise RuntimeError("died")


def test_offer_always_goes(mails: Sent) -> None:
    """It waits for an answer."""
    anna = register(meeting(), "Anna", now=NOON)
    exhaust(anna.attendee.email)
    until = format_timestamp(NOON + timedelta(days=1))
    send_mail_for(
        facts.Offered(
            event_id="here", at=until, registration_id=anna.id, revision=2, needs=("place",), expires_at=until
        ),
        NOON,
    )
    assert len(mails.all()) == 1


def test_mailbox_that_has_used_its_link_hears_at_once(mails: Sent) -> None:
    """Whatever a stranger does with its address elsewhere; but what goes round in circles ends some time."""
    event = meeting()
    anna = register(event, "Anna", now=NOON)
    exhaust(anna.attendee.email)
    changing.change(event, participant("here", anna.id), ChangeRequest({"given_name": "Anne"}), NOON)
    send_mail_for(last_fact(anna), NOON)
    assert (reload(anna).mailbox_proven, len(mails.all())) == (True, 1)
    while rate_limits.proven_mailbox_limit(anna.attendee.email).try_increment(NOON):
        pass
    flows.cancel(participant("here", anna.id), NOON)
    send_mail_for(last_fact(anna), NOON)
    assert len(mails.all()) == 1
    tick(ONE)
    assert len(mails.all()) == 2


def test_organisers_mails_count_too() -> None:
    """What matters is that the mailbox never asked for any."""
    assert settings().mails_per_address == 20
    anna = register(meeting(), "Anna", now=NOON)
    exhaust(anna.attendee.email)
    fact = facts.Cancelled(
        event_id="here", at="", registration_id=anna.id, revision=1, was="confirmed", needs=(), by="organiser"
    )
    send_mail_for(fact, NOON)
    assert (store.find(fact) or {})["state"] == "withheld"


def test_clock_releases_what_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every five minutes, and not before the hour."""
    anna = register(meeting(), "Anna", now=NOON)
    exhaust(anna.attendee.email)
    send_mail_for(last_fact(anna), NOON)
    key = keys.mailbox_key(rate_limits.hash_mailbox(anna.attendee.email))
    for now, is_released in ((NOON, False), (ONE, True)):
        monkeypatch.setattr("chalicelib.clock.now", lambda now=now: now)
        clock_worker.tick(TICK, None)
        assert ("released_at" in (table.get(key) or {})) is is_released
