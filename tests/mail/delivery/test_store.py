"""The record of each mail."""

from datetime import timedelta

import pytest

from chalicelib.aws import table
from chalicelib.aws.keys import format_timestamp
from chalicelib.facts import SignInRequested
from chalicelib.mail.delivery import store
from chalicelib.mail.delivery.reports import Report
from chalicelib.mail.delivery.store import Claim
from tests.mail.samples import AT, NOW, confirmed, promoted, traveller

pytestmark = pytest.mark.usefixtures("aws")

FACT = confirmed(traveller())
KEY = {"PK": "EVENT#doegnmoede-bornholm", "SK": f"MAIL#{FACT.key}"}


def test_claim_is_recorded_with_its_end() -> None:
    """The record says which kind of mail and until when it is claimed, and nothing about whom."""
    assert store.claim(FACT, NOW) is Claim.FIRST
    assert store.find(FACT) == {
        **KEY,
        "kind": "confirmed",
        "state": "claimed",
        "claimed_until": "2019-11-01T07:01:30.000000Z",
    }


def test_running_lease_refuses_another_worker() -> None:
    """While one worker sends, another is told to retry later."""
    store.claim(FACT, NOW)
    with pytest.raises(store.AlreadyLeased):
        store.claim(FACT, NOW + store.LEASE - timedelta(seconds=1))


def test_expired_lease_can_be_claimed_again() -> None:
    """A worker that died loses its lease, and the new lease has its full length."""
    store.claim(FACT, NOW)
    later = NOW + store.LEASE
    assert store.claim(FACT, later) is Claim.AGAIN
    with pytest.raises(store.AlreadyLeased):
        store.claim(FACT, later + timedelta(seconds=59))


def test_sent_mail_is_not_claimed_again() -> None:
    """However late a second delivery comes, the mail stays sent, under SES's id."""
    store.claim(FACT, NOW)
    store.mark_sent(FACT, "ses-1", NOW)
    assert store.claim(FACT, NOW + timedelta(days=3)) is Claim.REFUSED
    assert store.find(FACT) == {
        **KEY,
        "kind": "confirmed",
        "state": "sent",
        "message_id": "ses-1",
        "sent_at": "2019-11-01T07:00:30.000000Z",
    }


def test_release_deletes_only_the_workers_own_claim() -> None:
    """An expired one that another worker has renewed stays."""
    store.claim(FACT, NOW)
    store.claim(FACT, NOW + store.LEASE)
    store.release(FACT, NOW)
    assert store.find(FACT)
    store.release(FACT, NOW + store.LEASE)
    assert store.find(FACT) is None


def test_failed_mail_is_not_claimed_again() -> None:
    """A mail refused for good keeps its reason and is not sent again."""
    store.claim(FACT, NOW)
    failed = Report(
        mail=FACT.key,
        event_id=FACT.event_id,
        registration_id=FACT.registration_id,
        outcome="failed",
        reason="MessageRejected",
        at=format_timestamp(NOW),
        sent_at=format_timestamp(NOW),
    )
    table.write(store.build_outcome_update(failed))
    assert store.claim(FACT, NOW + timedelta(days=3)) is Claim.REFUSED
    assert store.find(FACT) == {
        **KEY,
        "kind": "confirmed",
        "state": "failed",
        "reason": "MessageRejected",
        "failed_at": "2019-11-01T07:00:30.000000Z",
    }


def test_each_fact_has_its_own_mail() -> None:
    """A later fact of the same registration is claimed for itself."""
    store.claim(FACT, NOW)
    assert store.claim(promoted(traveller()), NOW) is Claim.FIRST


def test_record_without_an_event_goes_by_itself() -> None:
    """A sign-in mail's record expires once no copy of its message can be left."""
    fact = SignInRequested(event_id="", at=AT, request_id="r1")
    store.claim(fact, NOW)
    record = store.find(fact)
    assert record
    assert record["expires_at"] == int((NOW + timedelta(days=15)).timestamp())
