"""Mails to a mailbox that has disowned a registration: one a day, where its address is used again."""

import json

import pytest

from chalicelib import clock, facts
from chalicelib.auth.link_tokens import build_token
from chalicelib.aws import keys, table
from chalicelib.mail.delivery.send import send_mail_for
from chalicelib.problems import AlreadyRegistered, LinkNotValid
from chalicelib.registration import store
from chalicelib.registration.access import Access
from chalicelib.retention import erasure, not_me
from testing.registration_links import build_access
from testing.world import publish_with_places, read_statuses, register
from tests.mail.conftest import Sent
from tests.retention.test_not_me import disown, requests

pytestmark = pytest.mark.usefixtures("mails")


def test_address_is_registered_again_only_once_it_is_wished_for(mails: Sent) -> None:
    """Until then the caller hears what all hear whose address is registered; one mail a day asks the mailbox."""
    event = publish_with_places(2)
    anna = register(event, "Anna")
    access = disown(anna)
    for attempt in range(3):
        with pytest.raises(AlreadyRegistered):
            register(event, "Anna", key=f"again {attempt}")
    (asked,) = requests(event.id)
    send_mail_for(asked, clock.now())
    (mail,) = mails.all()
    text = mail.get_body(("plain",))
    assert text
    assert str(mail["To"]) == "anna@example.org"
    assert f"/registrations/{build_token_of(access)}\r\n" in text.get_content()
    assert "anna@" not in json.dumps(list(table.query(event.id, "A", up_to="Z")), default=str)
    not_me.take_back(access, clock.now())
    not_me.take_back(access, clock.now())
    anew = register(event, "Anna", key="wished for")
    assert read_statuses(anew) == ["confirmed"]
    with pytest.raises(LinkNotValid):
        not_me.take_back(access, clock.now())


def build_token_of(access: Access) -> str:
    item = table.get(keys.registration_key(access.event_id, access.registration_id)) or {}
    return build_token("mailed", access.event_id, access.registration_id, str(item["links"]))


def test_nothing_is_told_of_the_cancellation(mails: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even between the cancellation and the erasure, should the function die there; pressed again, it ends."""
    event = publish_with_places(1)
    anna = register(event, "Anna")
    access = build_access(event.id, anna.id)
    with monkeypatch.context() as dying:
        dying.setattr(erasure, "erase_related_items", _die)
        with pytest.raises(RuntimeError, match="died"):
            not_me.disown(access, clock.now())
    cancelled = store.find(event.id, anna.id)
    assert cancelled
    fact = facts.from_history_entry(event.id, anna.id, 2, cancelled.history[-1])
    send_mail_for(fact, clock.now())
    not_me.disown(access, clock.now())
    send_mail_for(fact, clock.now())
    assert (mails.all(), store.read_places(event.id).not_me) == ([], 1)


def _die(*_: object) -> None:
    raise RuntimeError("died")
