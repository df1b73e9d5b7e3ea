"""The mail with the links of all that an address has."""

from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.aws import keys, rate_limits, table
from chalicelib.facts import Fact
from chalicelib.links import link_requests
from chalicelib.mail.delivery.send import send_mail_for
from chalicelib.registration import flows
from chalicelib.retention import not_me
from chalicelib.workers.stream import derive_facts
from testing import builders
from testing.registration_links import build_access, build_link, participant
from testing.world import publish, register
from tests.mail.conftest import Sent
from tests.mail.delivery.test_withheld import TITLE, tick

pytestmark = pytest.mark.usefixtures("mails")


def ask(email: str, monkeypatch: pytest.MonkeyPatch) -> Fact:
    """Ask for the links, and return what the stream tells."""
    monkeypatch.setattr("chalicelib.links.link_requests.secrets.token_hex", lambda _: "r1")
    link_requests.request_links(email, "192.0.2.1", clock.now())
    item = table.get(keys.links_request_key("r1"))
    (fact,) = derive_facts(None, item, "")
    return fact


def text_of(mails: Sent) -> str:
    part = mails.all()[-1].get_body(("plain",))
    assert part
    return str(part.get_content())


def test_all_that_the_address_has_is_in_one_mail(mails: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    """The earliest event first, whatever the status; the request with the address is gone then."""
    late = publish(builders.event("late", ends_at="2020-08-26T11:00", starts_at="2020-08-26T09:00"))
    early = publish(builders.event("early", ends_at="2020-06-26T11:00", starts_at="2020-06-26T09:00"))
    people = [register(each, "Anna", now=clock.now()) for each in (late, early)]
    register(early, "Bo")
    flows.cancel(participant("late", people[0].id), clock.now())
    fact = ask("ANNA@example.org", monkeypatch)
    send_mail_for(fact, clock.now())
    send_mail_for(fact, clock.now())
    text = text_of(mails)
    first, second = (text.index(build_link(who.event_id, who.id)) for who in reversed(people))
    assert (len(mails.all()), first < second, text.count("/registrations/")) == (1, True, 2)
    assert table.get(keys.links_request_key("r1")) is None


@pytest.mark.parametrize("email", ["stranger@example.org", ""])
def test_address_without_registrations_gets_no_mail(
    mails: Sent, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    """And no record of it is left."""
    register(publish(builders.event()), "Anna")
    send_mail_for(ask(email, monkeypatch), clock.now())
    assert (mails.all(), table.get(keys.links_request_key("r1"))) == ([], None)


def test_event_that_is_over_and_what_was_disowned_are_not_told(
    mails: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing to say: no mail."""
    event, over = publish(builders.event("here")), publish(builders.event("over"))
    anna = register(event, "Anna")
    register(over, "Anna")
    not_me.disown(build_access(event.id, anna.id), clock.now())
    monkeypatch.setattr(clock, "now", lambda: over.ends_at)
    send_mail_for(ask("anna@example.org", monkeypatch), over.ends_at)
    assert mails.all() == []


def test_above_the_budget_of_links_the_mail_comes_at_the_full_hour(
    mails: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger who asks often neither floods the mailbox nor uses up what tells it news."""
    anna = register(publish(builders.event(title={"da": TITLE, "en": TITLE})), "Anna")
    while rate_limits.link_limit(anna.attendee.email).try_increment(clock.now()):
        pass
    send_mail_for(ask(anna.attendee.email, monkeypatch), clock.now())
    assert mails.all() == []
    tick(clock.now() + timedelta(hours=1))
    assert mails.subjects() == [f"Du er tilmeldt: {TITLE}"]
