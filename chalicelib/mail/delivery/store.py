"""The record of each mail: claimed under a lease, then sent, failed or withheld; later perhaps what SES reported.

It holds no address and no text.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from chalicelib.aws import keys, table
from chalicelib.aws.items import Delete, Item, Put, Update, Write
from chalicelib.aws.keys import MailKey, format_timestamp
from chalicelib.aws.table import ConditionFailed
from chalicelib.facts import Fact
from chalicelib.mail.delivery.reports import Outcome, Report

#: Long enough to send a mail, shorter than the queue's visibility timeout: a redelivery finds an expired lease.
LEASE = timedelta(seconds=60)
#: A record without an event outlives every copy of its message, also the dead letters.
RETENTION_WITHOUT_EVENT = timedelta(days=15)

#: The states that an outcome may follow: reports are delivered at least once, late and out of order. One may
#: arrive before the mail worker has marked the mail as sent, and proves that it was.
_ALLOWED_PREVIOUS_STATES: dict[Outcome, tuple[str, ...]] = {
    "failed": ("claimed", "sent"),
    "soft-bounced": ("claimed", "sent"),
    "bounced": ("claimed", "sent", "soft-bounced"),
    "complained": ("claimed", "sent", "soft-bounced", "bounced"),
}


class Claim(Enum):
    """The answer to a mail worker that claims a mail."""

    FIRST = "first"  #: claimed, and never before
    AGAIN = "again"  #: claimed after an earlier lease expired without a mark: the mail may have been sent
    REFUSED = "refused"  #: not claimed: the mail was sent, withheld, or failed for good


class AlreadyLeased(RuntimeError):
    """Another mail worker is sending this mail just now: retry later."""


def claim(fact: Fact, now: datetime) -> Claim:
    """Claim the fact's mail for the time of a lease; raise AlreadyLeased while an earlier lease lasts."""
    record = {
        **keys.mail_key(fact.event_id, fact.key),
        "kind": fact.kind,
        "state": "claimed",
        "claimed_until": format_timestamp(now + LEASE),
        **_build_ttl(fact, now),
    }
    try:
        table.write(Put(record))
    except ConditionFailed as failure:
        return _claim_expired_lease(fact, failure.current_items[0], record, now)
    return Claim.FIRST


def _claim_expired_lease(fact: Fact, existing: Item, record: Item, now: datetime) -> Claim:
    if existing["state"] != "claimed":
        return Claim.REFUSED
    renewal = Put(
        record,
        condition="#state = :claimed AND claimed_until <= :now",
        names={"#state": "state"},
        values={":claimed": "claimed", ":now": format_timestamp(now)},
    )
    try:
        table.write(renewal)
    except ConditionFailed as failure:
        if failure.current_items[0].get("state") == "claimed":
            raise AlreadyLeased(f"The mail {fact.key} is being sent.") from failure
        return Claim.REFUSED
    return Claim.AGAIN


def release(fact: Fact, now: datetime) -> None:
    """Delete the claim made at that moment, as if the mail had never been claimed; one renewed since stays."""
    deletion = Delete(
        keys.mail_key(fact.event_id, fact.key),
        condition="claimed_until = :lease_end",
        values={":lease_end": format_timestamp(now + LEASE)},
    )
    with suppress(ConditionFailed):
        table.transact(deletion)


def mark_sent(fact: Fact, message_id: str, now: datetime, *endings: Write) -> None:
    """Record that SES took the mail under this id, unless SES has reported on it already: a report says more.

    `endings` end what led to the mail, in the same transaction where the condition of each holds.
    """
    mark = _build_mark(fact, {"state": "sent", "message_id": message_id, "sent_at": format_timestamp(now)})
    if not endings:
        with suppress(ConditionFailed):
            table.write(mark)
        return
    try:
        table.transact(mark, *endings)
    except ConditionFailed:
        end(mark, *endings)


def end(*writes: Write) -> None:
    """Write each by itself, where its condition holds."""
    for each in writes:
        with suppress(ConditionFailed):
            table.transact(each)


def withhold(fact: Fact, now: datetime, *notes: Write) -> None:
    """Record that the mail is not sent by itself, together with the notes of what it was about.

    Nothing is noted for a mail that is not claimed any more.
    """
    mark = _build_mark(fact, {"state": "withheld", "withheld_at": format_timestamp(now)})
    try:
        table.transact(mark, *notes)
    except ConditionFailed as failure:
        if 0 not in failure.current_items:
            end(mark, *notes)


def _build_mark(fact: Fact, attributes: Mapping[str, Any]) -> Update:
    return Update.set(
        keys.mail_key(fact.event_id, fact.key),
        attributes,
        when="#state = :claimed",
        values={":claimed": "claimed"},
        remove=("claimed_until",),
    )


def build_outcome_update(report: Report) -> Update:
    """Build the update of the mail's record by the report, on the condition that the record says less so far."""
    details = {"reason": report.reason, "message_id": report.message_id}
    previous = {f":s{index}": state for index, state in enumerate(_ALLOWED_PREVIOUS_STATES[report.outcome])}
    return Update.set(
        keys.mail_key(report.event_id, report.mail),
        {
            "state": report.outcome,
            f"{report.outcome.replace('-', '_')}_at": report.at,
            **{name: value for name, value in details.items() if value},
        },
        when=f"#state IN ({', '.join(previous)})",
        values=previous,
        remove=("claimed_until",),
    )


def find(fact: Fact) -> Item | None:
    """Return the record of the fact's mail, or None before it is first claimed."""
    return table.get(keys.mail_key(fact.event_id, fact.key))


def list_for_registration(event_id: str, registration_id: str) -> Iterator[Item]:
    """List the records of the registration's mails."""
    return table.query(event_id, MailKey.prefix_of_registration(registration_id))


def _build_ttl(fact: Fact, now: datetime) -> dict[str, int]:
    return {} if fact.event_id else {"expires_at": int((now + RETENTION_WITHOUT_EVENT).timestamp())}
