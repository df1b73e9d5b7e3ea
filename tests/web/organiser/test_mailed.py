"""Which mails somebody was sent stands in their history."""

from datetime import timedelta

import pytest

from chalicelib import clock, facts
from chalicelib.aws import rate_limits
from chalicelib.aws.keys import format_timestamp
from chalicelib.mail.delivery import send as mail
from chalicelib.registration import flows
from chalicelib.registration.model import Registration
from chalicelib.settings import settings
from chalicelib.web.records.history import build_history
from testing import builders
from testing.registration_links import participant
from testing.world import publish, register, reload

pytestmark = pytest.mark.usefixtures("aws")


def tell(who: Registration) -> None:
    """What the mail's queue does with the last thing that happened to them, a minute later."""
    happened = reload(who).history
    clock.advance(timedelta(minutes=1))
    mail.send_mail_for(facts.from_history_entry(who.event_id, who.id, len(happened), happened[-1]), clock.now())


def test_each_mail_stands_behind_what_it_told() -> None:
    """With its moment, what it is called, and a sentence in the language asked for."""
    event = publish(builders.event())
    anna, bo = register(event, "Anna"), register(event, "Bo")
    tell(anna)
    at = format_timestamp(clock.now())
    flows.cancel(participant(event.id, anna.id), clock.now())
    confirmed, sent, cancelled = build_history(reload(anna), event, "en")
    assert (confirmed["fact"], cancelled["fact"]) == ("confirmed", "cancelled")
    assert sent["at"][:16] == at[:16]
    assert sent | {"at": ""} == {
        "fact": "mail-sent", "at": "", "mail": "confirmed", "text": "The mail “Confirmation” was sent.",
    }  # fmt: skip
    assert build_history(reload(anna), event, "da")[1]["text"] == "Mailen ”Bekræftelse” blev sendt."
    assert [entry["fact"] for entry in build_history(reload(bo), event, "en")] == ["confirmed"]


def test_a_mail_that_was_withheld_is_named_too() -> None:
    """Somebody may ask why they have not heard."""
    event = publish(builders.event())
    anna = register(event, "Anna")
    for _ in range(settings().mails_per_address):
        assert rate_limits.mailbox_limit(anna.attendee.email).try_increment(clock.now())
    tell(anna)
    _, withheld = build_history(reload(anna), event, "en")
    assert (withheld["fact"], withheld["text"]) == (
        "mail-withheld",
        "The mail “Confirmation” was not sent by itself: its address had had too many that day."
        " What it told is in one mail at the next full hour.",
    )  # fmt: skip
