"""Mails that SES refuses for good: their recipients know nothing of it."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib import clock, facts
from chalicelib.audit import tasks
from chalicelib.facts import RegistrationFact
from chalicelib.mail.delivery import sender
from chalicelib.mail.delivery.send import send_mail_for
from chalicelib.registration.model import Registration
from chalicelib.workers import waitlist
from testing import builders
from testing.batches import messages
from testing.world import cancel_and_settle, list_fact_kinds, publish, register, reload
from tests.mail.conftest import Sent

pytestmark = pytest.mark.usefixtures("mails")


def last(who: Registration) -> RegistrationFact:
    """The latest fact of the registration, as the stream derives it."""
    found = reload(who)
    return facts.from_history_entry(found.event_id, found.id, found.revision, found.history[-1])


@pytest.fixture
def offered() -> Registration:
    """A registration that waited and was offered the place just now."""
    event = publish(builders.event(allotments=[builders.allotment("place", 1)], waitlist={"mode": "offer"}))
    anna, bo = register(event, "Anna"), register(event, "Bo", phone="20123456")
    cancel_and_settle(event, anna)
    return reload(bo)


def _refuse(*_: Any) -> str:
    raise ClientError({"Error": {"Code": "MessageRejected", "Message": ""}}, "SendEmail")


def test_an_offer_that_is_refused_is_one_that_came_back(
    mails: Sent, offered: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is on the organiser's list, the contact is asked to call, and the offer stands longer; each once, also
    when the same messages come again."""
    told = last(offered)
    with monkeypatch.context() as patch:
        patch.setattr(sender, "_send", _refuse)
        for _ in range(2):
            send_mail_for(told, clock.now())
    assert [(each.kind, each.subject) for each in tasks.list_open(offered.event_id)] == [
        ("mail-refused", told.key)
    ]
    refused = last(offered)
    for _ in range(2):
        waitlist.waitlist(messages(refused), None)
        send_mail_for(refused, clock.now())
    assert list_fact_kinds(offered) == ["joined", "offered", "mail-bounced", "offer-extended"]
    longer = reload(offered).offer_expires_at
    assert longer
    assert offered.offer_expires_at
    assert longer > offered.offer_expires_at
    assert [(str(mail["To"]), str(mail["Subject"]).partition(":")[0]) for mail in mails.all()] == [
        ("Netværket <netvaerk@network.example>", "Ring venligst")
    ]


def test_another_mail_that_is_refused_is_for_the_list_alone(mails: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    """A confirmation can wait until the organiser looks at the list."""
    who = register(publish(builders.event()), "Anna")
    with monkeypatch.context() as patch:
        patch.setattr(sender, "_send", _refuse)
        send_mail_for(last(who), clock.now())
    send_mail_for(last(who), clock.now())
    assert (mails.all(), list_fact_kinds(who)) == ([], ["confirmed", "mail-bounced"])
    assert [each.registration_id for each in tasks.list_open(who.event_id)] == [who.id]
