"""Sending the mail of a fact, once."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from msgspec.structs import replace

from chalicelib.audit import tasks
from chalicelib.auth.sign_in_links import build_link
from chalicelib.aws import keys, table
from chalicelib.aws.items import Put, Update
from chalicelib.facts import Fact, MailBounced, MailComplained, Prioritised, SignInRequested
from chalicelib.links import registration_links
from chalicelib.mail.delivery import sender, store
from chalicelib.mail.delivery.send import send_mail_for
from chalicelib.mail.letters.catalogue import MAIL_KINDS
from chalicelib.programme import transactions
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration
from chalicelib.registration.notes import build_note
from chalicelib.settings import settings
from testing.calendars import parse_calendar
from tests.mail.conftest import Sent
from tests.mail.samples import (
    AT,
    NOW,
    accepted,
    build_fact_fields,
    cancelled,
    confirmed,
    declined,
    expired,
    joined,
    link_requested,
    offered,
    overnight_meeting,
    place_kept,
    promoted,
    publish_and_register,
    traveller,
)

pytestmark = pytest.mark.usefixtures("mails")


def _state(fact: Fact) -> str | None:
    record = store.find(fact)
    return record["state"] if record else None


class _FailingSend:
    """Stands in for SES: fails as told, once, and then sends."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
        self._send, self._error = sender._send, [error]
        monkeypatch.setattr(sender, "_send", self)

    def __call__(self, *arguments: Any) -> str:
        if self._error:
            raise self._error.pop()
        return self._send(*arguments)


def _refusal(code: str) -> ClientError:
    told: Any = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    return ClientError(told, "SendEmail")


def test_confirmed_person_gets_one_mail_with_link_and_calendar(mails: Sent, who: Registration) -> None:
    """To the registered address, answers to the organiser, with the link and the invitation."""
    send_mail_for(confirmed(who), NOW)
    (mail,) = mails.all()
    assert (str(mail["To"]), str(mail["Reply-To"]), str(mail["From"])) == (
        f"Søren Ågård-Özil <{who.attendee.email}>",
        "Netværket <netvaerk@network.example>",
        "Tilmelding <tilmelding@network.example>",
    )
    text = mail.get_body(("plain",))
    assert text
    assert registration_links.build_link(who, "mailed") in text.get_content()
    first = next(mail.iter_attachments())
    assert str(parse_calendar(first)["method"]) == "REQUEST"


def test_record_of_a_sent_mail_names_ses_id(who: Registration) -> None:
    """The record has SES's id of the mail and no address."""
    fact = confirmed(who)
    send_mail_for(fact, NOW)
    record = store.find(fact)
    assert record
    assert set(record) == {"PK", "SK", "kind", "state", "message_id", "sent_at"}
    assert who.attendee.email not in str(record)


@pytest.mark.parametrize("kind", ["promoted", "cancelled", "link-requested"])
def test_each_fact_of_a_registration_is_told(mails: Sent, who: Registration, kind: str) -> None:
    """Moving up, cancelling and asking for the link each have their mail."""
    made = {"promoted": promoted(who), "cancelled": cancelled(who), "link-requested": link_requested(who)}
    send_mail_for(made[kind], NOW)
    subject = {
        "promoted": "Du har fået plads: Døgnmøde på Bornholm",
        "cancelled": "Du er afmeldt: Døgnmøde på Bornholm",
        "link-requested": "Dit link til tilmeldingen: Døgnmøde på Bornholm",
    }[kind]
    assert mails.subjects() == [subject]


@pytest.mark.parametrize(
    ("fact", "subject", "files"),
    [
        (offered, "Der er en plads til dig: Døgnmøde på Bornholm", 0),
        (accepted, "Du er tilmeldt: Døgnmøde på Bornholm", 4),
        (declined, "Du er afmeldt: Døgnmøde på Bornholm", 0),
        (place_kept, "Du står stadig på venteliste: Døgnmøde på Bornholm", 0),
        (expired, "Tilbuddet om en plads er udløbet: Døgnmøde på Bornholm", 0),
    ],
)
def test_each_fact_of_an_offer_is_told_as_it_was(
    mails: Sent, who: Registration, fact: Callable[[Registration], Fact], subject: str, files: int
) -> None:
    """Also to a participant whose registration has moved on since: here, is confirmed."""
    send_mail_for(fact(who), NOW)
    (mail,) = mails.all()
    assert (str(mail["Subject"]), len(list(mail.iter_attachments()))) == (subject, files)


def test_fact_that_is_not_in_the_catalogue_is_not_mailed(mails: Sent, who: Registration) -> None:
    """Another priority is history, not news: no mail and no record."""
    fact = Prioritised(**build_fact_fields(who, 2), priority=1)
    send_mail_for(fact, NOW)
    assert (mails.all(), store.find(fact)) == ([], None)


@pytest.mark.parametrize("fact", [joined, place_kept])
def test_waiting_person_is_told_the_number_in_line(
    mails: Sent, fact: Callable[[Registration, tuple[str, ...]], Fact]
) -> None:
    """The number is the one at the moment of sending."""
    full = overnight_meeting(allotments=[_no_places()], legs=[], stays=[])
    someone = publish_and_register(full, traveller().attendee)
    send_mail_for(fact(someone, ("place",)), NOW)
    (mail,) = mails.all()
    text = mail.get_body(("plain",))
    assert text
    assert "Du venter på: Plads\nDit nummer i køen: 1\n" in text.get_content().replace("\r\n", "\n")
    assert list(mail.iter_attachments()) == []


def _no_places() -> dict[str, Any]:
    return {"name": "place", "title": {"da": "Plads", "en": "Place"}, "capacity": 0}


def test_joined_is_told_as_joined_after_moving_up(mails: Sent, who: Registration) -> None:
    """A late mail tells what happened then, without a number that is no longer true."""
    send_mail_for(joined(who), NOW)
    (mail,) = mails.all()
    text = mail.get_body(("plain",))
    assert text
    assert str(mail["Subject"]) == "Du står på venteliste: Døgnmøde på Bornholm"
    assert "Dit nummer i køen" not in text.get_content()


def test_fact_delivered_again_is_told_once(mails: Sent, who: Registration) -> None:
    """However often the queue delivers it."""
    for days in range(3):
        send_mail_for(confirmed(who), NOW + timedelta(days=days))
    assert len(mails.all()) == 1


def test_crash_between_claim_and_send_delays_the_mail(mails: Sent, who: Registration) -> None:
    """The claim of the dead holds the redelivery off until it runs out; then the mail goes, once."""
    fact = confirmed(who)
    store.claim(fact, NOW)
    with pytest.raises(store.AlreadyLeased):
        send_mail_for(fact, NOW + timedelta(seconds=30))
    assert mails.all() == []
    send_mail_for(fact, NOW + timedelta(seconds=180))
    assert (len(mails.all()), _state(fact)) == (1, "sent")


def test_crash_after_the_mark_sends_nothing_more(mails: Sent, who: Registration) -> None:
    """A worker that dies before the queue hears of it leaves a mail that is known as sent."""
    fact = confirmed(who)
    send_mail_for(fact, NOW)
    send_mail_for(fact, NOW + timedelta(seconds=180))
    assert len(mails.all()) == 1


def test_refusal_for_good_is_recorded_and_not_repeated(
    mails: Sent, who: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is kept, it is on the organiser's list once, and the queue is not asked to deliver again."""
    _FailingSend(monkeypatch, _refusal("MessageRejected"))
    fact = confirmed(who)
    send_mail_for(fact, NOW)
    send_mail_for(fact, NOW + timedelta(seconds=180))
    record = store.find(fact)
    assert record
    assert (mails.all(), record["state"], record["reason"]) == ([], "failed", "MessageRejected")
    [listed] = tasks.list_open(who.event_id)
    assert (listed.kind, listed.subject, listed.registration_id) == ("mail-refused", fact.key, who.id)


@pytest.mark.parametrize(
    "error", [_refusal("SendingPausedException"), ReadTimeoutError(endpoint_url="https://ses.example")]
)
def test_trouble_that_may_pass_goes_back_to_the_queue(
    mails: Sent, who: Registration, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """The flow raises, and the redelivery sends."""
    _FailingSend(monkeypatch, error)
    fact = confirmed(who)
    with pytest.raises((sender.TemporarySendError, ReadTimeoutError)):
        send_mail_for(fact, NOW)
    send_mail_for(fact, NOW + timedelta(seconds=180))
    assert (len(mails.all()), _state(fact)) == (1, "sent")


def test_trouble_before_ses_was_asked_leaves_no_claim(
    mails: Sent, who: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The redelivery needs not wait for it to run out, and is not counted as perhaps the second mail."""

    def fail(*_: str) -> str:
        raise ReadTimeoutError(endpoint_url="https://ssm.example")

    fact = confirmed(who)
    with monkeypatch.context() as patch:
        patch.setattr(registration_links, "build_link", fail)
        with pytest.raises(ReadTimeoutError):
            send_mail_for(fact, NOW)
    assert store.find(fact) is None
    send_mail_for(fact, NOW + timedelta(seconds=1))
    assert (len(mails.all()), _state(fact)) == (1, "sent")


def test_address_that_ses_cannot_take_is_recorded() -> None:
    """An address with other letters before the @ gets no mail, and the record says why."""
    unsendable = traveller().attendee.model_copy(update={"email": "søren@example.org"})
    fact = confirmed(publish_and_register(overnight_meeting(), unsendable))
    send_mail_for(fact, NOW)
    record = store.find(fact)
    assert record
    assert record["reason"] == "SES takes only addresses that can be written in ASCII"


def meeting_with_old_contact() -> Event:
    """A meeting whose contact was stored before its address was checked."""
    meeting = overnight_meeting()
    contact = meeting.contact.model_copy(update={"email": "netværk@network.example"})
    return meeting.model_copy(update={"contact": contact})


def test_contact_that_no_header_can_hold_keeps_no_mail_back(mails: Sent) -> None:
    """The mail goes out without Reply-To; the contact still stands in its text."""
    send_mail_for(confirmed(publish_and_register(meeting_with_old_contact(), traveller().attendee)), NOW)
    (mail,) = mails.all()
    assert mail["Reply-To"] is None


def test_erased_person_is_told_nothing(mails: Sent) -> None:
    """No registration, no recipient, no record."""
    transactions.create(overnight_meeting(), AT)
    fact = confirmed(traveller())
    send_mail_for(fact, NOW)
    assert (mails.all(), store.find(fact)) == ([], None)


def test_organiser_gets_the_sign_in_link(mails: Sent) -> None:
    """To the address that the request was made with, with the link, from no event."""
    table.write(Put({**keys.sign_in_key("r1"), "email": "organiser@network.example"}))
    send_mail_for(SignInRequested(event_id="", at=AT, request_id="r1"), NOW)
    (mail,) = mails.all()
    text = mail.get_body(("plain",))
    assert text
    assert str(mail["To"]) == "organiser@network.example"
    assert build_link("r1") in text.get_content()


def test_sign_in_request_that_is_gone_is_not_told(mails: Sent) -> None:
    """A request that has expired needs no link."""
    send_mail_for(SignInRequested(event_id="", at=AT, request_id="r1"), NOW)
    assert mails.all() == []


def test_mails_to_a_mailbox_have_a_rate_limit(mails: Sent, who: Registration) -> None:
    """The rest is withheld, whichever event and registration it is about; tomorrow there are more. Those with the
    link alone, those that tell a change, and offers do not use up each other's."""
    now = datetime(2019, 11, 1, 12, tzinfo=UTC)
    most = settings().mails_per_address
    asked = [replace(link_requested(who), request_id=f"r{number}") for number in range(most + 1)]
    for fact in [*asked, asked[-1]]:
        send_mail_for(fact, now)
    assert len(mails.all()) == most
    assert [record["state"] for record in map(store.find, asked) if record] == ["sent"] * most + ["withheld"]
    send_mail_for(promoted(who), now)
    assert len(mails.all()) == most + 1
    send_mail_for(asked[-1], now + timedelta(days=1))
    send_mail_for(replace(asked[0], request_id="tomorrow"), now + timedelta(days=1))
    assert len(mails.all()) == most + 2


@pytest.mark.parametrize(
    ("error", "sent"),
    [(_refusal("SendingPausedException"), 2), (ReadTimeoutError(endpoint_url="https://ses.example"), 0)],
)
def test_mail_counts_when_ses_may_have_taken_it(
    mails: Sent, who: Registration, monkeypatch: pytest.MonkeyPatch, error: Exception, sent: int
) -> None:
    """While SES takes nothing, no mail counts against the limit. After a lost answer it counts: it may be sent."""
    moments = [NOW + number * store.LEASE for number in range(settings().mails_per_address)]
    for moment in moments:
        _FailingSend(monkeypatch, error)
        with pytest.raises((sender.TemporarySendError, ReadTimeoutError)):
            send_mail_for(confirmed(who), moment)
    send_mail_for(confirmed(who), moments[-1] + store.LEASE)
    send_mail_for(promoted(who), moments[-1] + store.LEASE)
    assert len(mails.all()) == sent


@pytest.mark.parametrize("fact", [confirmed, joined, cancelled])
def test_all_that_a_mail_needs_is_read_in_one_call(mails: Sent, fact: Callable[[Registration], Fact]) -> None:
    """Registration, event and, for a waiting registration, the places; the last in line needs no count."""
    full = overnight_meeting(allotments=[_no_places()], legs=[], stays=[])
    someone = publish_and_register(full, traveller().attendee)
    read: list[str] = []
    table.client().meta.events.register("before-call.dynamodb", lambda model, **_: read.append(model.name))
    send_mail_for(fact(someone), NOW)
    assert len(mails.all()) == 1
    assert [name for name in read if name in ("GetItem", "BatchGetItem", "Query")] == ["BatchGetItem"]


def _hold_an_offer(who: Registration, expires_at: str) -> None:
    """As the waitlist does it."""
    table.write(
        Update(
            key=keys.registration_key(who.event_id, who.id),
            expression="SET #status = :offered, offer_expires_at = :until",
            condition="attribute_exists(PK)",
            names={"#status": "status"},
            values={":offered": "offered", ":until": expires_at},
        )
    )


def test_organiser_is_asked_to_call_whose_offer_came_back(mails: Sent, who: Registration) -> None:
    """One mail, to the event's contact, with who it is, the phone, and how long there is time."""
    _hold_an_offer(who, "2019-11-02T07:00:00.000000Z")
    fact = MailBounced(**build_fact_fields(who, 3), mail=offered(who).key, reason="General")
    for _ in range(2):
        send_mail_for(fact, NOW)
    (mail,) = mails.all()
    text = mail.get_body(("plain",))
    assert text
    assert str(mail["To"]) == "Netværket <netvaerk@network.example>"
    assert str(mail["Subject"]) == "Ring venligst: et tilbud nåede ikke frem: Døgnmøde på Bornholm"
    for part in ("Søren Ågård-Özil", "+45 20 12 34 56", "lørdag den 2. november 2019 kl. 8.00"):
        assert part in text.get_content()


def test_organiser_is_not_asked_to_call_about_other_mails(mails: Sent, who: Registration) -> None:
    """Nor about an offer that is answered or over: those are on the list, which has time."""
    returned = MailBounced(**build_fact_fields(who, 3), mail=offered(who).key, reason="General")
    send_mail_for(returned, NOW)  # there is no offer any more
    _hold_an_offer(who, "2019-11-01T07:00:00.000000Z")
    send_mail_for(returned, NOW)
    _hold_an_offer(who, "2019-11-02T07:00:00.000000Z")
    send_mail_for(MailBounced(**build_fact_fields(who, 3), mail=confirmed(who).key, reason="General"), NOW)
    assert mails.all() == []


def test_contact_that_takes_no_mail_is_not_written_to(mails: Sent) -> None:
    """The returned mail is among the tasks all the same."""
    who = publish_and_register(meeting_with_old_contact(), traveller().attendee)
    _hold_an_offer(who, "2019-11-02T07:00:00.000000Z")
    send_mail_for(MailBounced(**build_fact_fields(who, 3), mail=offered(who).key, reason="General"), NOW)
    assert mails.all() == []


def test_address_that_complained_gets_transactional_mails_only(
    mails: Sent, who: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another mail leaves no record; a transactional one goes out."""
    table.write(build_note(MailComplained(**build_fact_fields(who, 2), mail=confirmed(who).key, reason="abuse")))
    reminder_like = dataclasses.replace(MAIL_KINDS["promoted"], is_transactional=False)
    monkeypatch.setitem(MAIL_KINDS, "promoted", reminder_like)
    send_mail_for(promoted(who, 3), NOW)
    assert (mails.all(), store.find(promoted(who, 3))) == ([], None)
    send_mail_for(cancelled(who, revision=4), NOW)
    assert len(mails.all()) == 1
