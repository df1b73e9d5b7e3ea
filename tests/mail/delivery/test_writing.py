"""Building mails: broadcasts that may have become irrelevant, the latest mail once more, and the lists."""

from datetime import datetime, timedelta
from typing import Any

import icalendar
import pytest

from chalicelib.attendance import check_in
from chalicelib.aws import keys, table
from chalicelib.aws.items import Put, Update
from chalicelib.facts import MailComplained, ManifestReady
from chalicelib.histories import model as histories
from chalicelib.mail.delivery.send import send_mail_for
from chalicelib.programme import store as programme
from chalicelib.programme import transactions
from chalicelib.programme.model import Event
from chalicelib.programme.versions import Version
from chalicelib.registration import flows as registration_flows
from chalicelib.registration.access import Access
from chalicelib.registration.model import Registration
from chalicelib.registration.notes import build_note
from testing.calendars import parse_calendar
from testing.registration_links import participant
from testing.world import reload
from tests.mail.conftest import Sent
from tests.mail.samples import (
    AT,
    NOW,
    build_fact_fields,
    confirmed,
    details_asked,
    mail_asked,
    overnight_meeting,
    publish_and_register,
    reminded,
    told_of_change,
    traveller_without_details,
)

pytestmark = pytest.mark.usefixtures("mails")


def _files(mails: Sent) -> list[icalendar.Event]:
    """The entries attached to the last mail."""
    return [parse_calendar(part).events[0] for part in mails.all()[-1].iter_attachments()]


def _replace(event: Event) -> None:
    transactions.replace(stored := programme.read_current(event.id), event, Version(stored.version + 1, AT))


def test_a_change_is_told_with_files_that_replace_those_before(mails: Sent, who: Registration) -> None:
    """The same UIDs, a higher SEQUENCE, and the event as it is in the table, not as it is remembered."""
    send_mail_for(confirmed(who), NOW)
    before = _files(mails)
    programme.read_cached(who.event_id)
    moved = overnight_meeting(starts_at="2020-08-25T10:30")
    _replace(moved)
    send_mail_for(told_of_change(who, was_starts_at="2020-08-25T09:30:00+02:00"), NOW)
    after = _files(mails)
    assert [str(each["uid"]) for each in after] == [str(each["uid"]) for each in before]
    assert {each["sequence"] for each in after} == {1}
    assert after[0].start == moved.starts_at
    assert mails.subjects()[-1] == "Ny tid og nyt sted: Døgnmøde på Bornholm"


def test_a_change_that_was_taken_back_is_no_news(mails: Sent, who: Registration) -> None:
    """By the time the mail is written, the event is as it was."""
    event = overnight_meeting()
    same: dict[str, Any] = {
        "was_starts_at": event.starts_at.isoformat(),
        "was_ends_at": event.ends_at.isoformat(),
        "was_venue": event.venue.name,
        "was_address": event.venue.address,
    }
    send_mail_for(told_of_change(who, **same), NOW)
    assert mails.all() == []


def test_broadcast_is_not_sent_to_a_registration_cancelled_since(mails: Sent, who: Registration) -> None:
    """A late mail about an event that they do not come to."""
    registration_flows.cancel(participant(who.event_id, who.id), NOW)
    for fact in (told_of_change(who), reminded(who), details_asked(who)):
        send_mail_for(fact, NOW)
    assert mails.all() == []


@pytest.mark.parametrize(("fact", "late"), [(told_of_change, "2020-08-26T11:00"), (reminded, "2020-08-25T09:30")])
def test_news_that_is_late_is_not_told(mails: Sent, who: Registration, fact: object, late: str) -> None:
    """Of a change once it is over, a reminder once it has begun."""
    assert callable(fact)
    moment = datetime.fromisoformat(f"{late}+02:00")
    send_mail_for(fact(who), moment)
    assert mails.all() == []
    send_mail_for(fact(who), moment - timedelta(minutes=1))
    assert len(mails.all()) == 1


def test_a_reminder_of_another_day_is_not_told(mails: Sent, who: Registration) -> None:
    """The event was moved before the mail was written: that is told by itself, and reminded of in time."""
    _replace(overnight_meeting(starts_at="2020-08-24T09:30"))
    send_mail_for(reminded(who), NOW)
    assert mails.all() == []


def test_broadcast_is_not_sent_to_an_address_that_complained(mails: Sent, who: Registration) -> None:
    """A mail that the participant asks for still goes out."""
    table.write(build_note(MailComplained(**build_fact_fields(who, 2), mail=confirmed(who).key, reason="abuse")))
    for fact in (told_of_change(who), reminded(who), details_asked(who)):
        send_mail_for(fact, NOW)
    assert mails.all() == []
    send_mail_for(mail_asked(who, 4), NOW)
    assert mails.subjects() == ["Du er tilmeldt: Døgnmøde på Bornholm"]


def test_only_what_is_missing_is_asked_for(mails: Sent) -> None:
    """Details given by then are not asked for."""
    reachable = traveller_without_details().attendee.model_copy(update={"phone": "+4520123456"})
    someone = publish_and_register(overnight_meeting(), reachable)
    send_mail_for(details_asked(someone), NOW)
    text = mails.all()[0].get_body(("plain",))
    assert text
    assert [line[:12] for line in text.get_content().splitlines() if line.startswith("–")] == [
        "– Dit navn, ",
        "– Hvem vi må",
    ]


def test_participant_with_all_details_is_asked_nothing(mails: Sent, who: Registration) -> None:
    """They may have told it since the organiser asked."""
    send_mail_for(details_asked(who), NOW)
    assert mails.all() == []


def test_the_mail_sent_once_more_says_how_it_stands(mails: Sent, who: Registration) -> None:
    """With files above those sent before, and a cancellation that takes them out."""
    send_mail_for(mail_asked(who), NOW)
    assert (mails.subjects()[-1], _files(mails)[0]["sequence"]) == ("Du er tilmeldt: Døgnmøde på Bornholm", 1)
    registration_flows.cancel(participant(who.event_id, who.id), NOW)
    send_mail_for(mail_asked(who, 3), NOW)
    last = _files(mails)[0]
    assert (mails.subjects()[-1], last["sequence"], last["status"]) == (
        "Du er afmeldt: Døgnmøde på Bornholm",
        2,
        "CANCELLED",
    )


def test_organiser_who_asked_for_the_lists_hears_that_they_are_ready(mails: Sent) -> None:
    """That organiser alone, once."""
    event = overnight_meeting()
    transactions.create(event, AT)
    table.write(Put({**keys.manifest_key(event.id, 3), "version": 3, "requested_by": "organiser@network.example"}))
    for _ in range(2):
        send_mail_for(ManifestReady(event_id=event.id, at=AT, version=3), NOW)
    send_mail_for(ManifestReady(event_id=event.id, at=AT, version=4), NOW)
    (mail,) = mails.all()
    assert (str(mail["To"]), str(mail["Subject"])) == (
        "organiser@network.example",
        "Listerne er klar: Døgnmøde på Bornholm",
    )


def test_a_mail_of_a_folded_fact_still_goes(
    mails: Sent, who: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Late, behind all that has happened since; but not once an erasure, folded as well, came after it."""
    monkeypatch.setattr(histories, "MAX_HISTORY_LENGTH", 4)
    for minute in range(9):
        at = NOW + timedelta(minutes=minute)
        check_in.check_in(Access(who.event_id, who.id), at, at)
        check_in.undo(Access(who.event_id, who.id), at)
    assert reload(who).folded > 1
    send_mail_for(confirmed(who), NOW)
    send_mail_for(mail_asked(who, reload(who).revision), NOW)
    assert mails.subjects() == ["Du er tilmeldt: Døgnmøde på Bornholm"] * 2
    assert {each["sequence"] for each in _files(mails)} == {reload(who).revision - 1}
    erased = {"fact": "erased", "at": AT, "revision": 5}
    key = keys.registration_key(who.event_id, who.id)
    table.write(Update.set(key, {"remembered": [erased]}))
    for revision in (5, 6):
        send_mail_for(mail_asked(who, revision), NOW)
    assert len(mails.all()) == 3
