"""The record of each mail: claimed for a while, then sent, failed or withheld; later perhaps what SES reported
about it. It holds no address and no text."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.aws import keys, table
from chalicelib.aws.items import Delete, Item, Put, Update
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.table import ConditionFailed
from chalicelib.facts import Fact
from chalicelib.mail.delivery.reports import Outcome, Report

#: Long enough to send a mail, shorter than the queue hides a message: a redelivery finds the lease run out.
LEASE = timedelta(seconds=60)
#: A record without an event outlives every copy of its message, also those among the dead letters.
RETENTION_WITHOUT_EVENT = timedelta(days=15)

#: The states that an outcome may follow: reports come twice, late, and in any order. One may come before the
#: sender has marked the mail as sent, and proves that it was.
_ALLOWED_PREVIOUS_STATES: dict[Outcome, tuple[str, ...]] = {
    "failed": ("claimed", "sent"),
    "soft-bounced": ("claimed", "sent"),
    "bounced": ("claimed", "sent", "soft-bounced"),
    "complained": ("claimed", "sent", "soft-bounced", "bounced"),
}


class AlreadyLeased(RuntimeError):
    """Somebody else is sending this mail just now: look again later."""


def claim(fact: Fact, now: datetime) -> Literal["", "first", "again"]:
    """Claim the fact's mail: for the first time, or again where whoever claimed it has not marked it in time, so
    that it may have been sent; not at all when it was sent, withheld, or failed for good. Raises StillClaimed."""
    record = {
        **keys.mail_key(fact.event_id, fact.key),
        "kind": fact.kind,
        "state": "claimed",
        "claimed_until": format_timestamp(now + LEASE),
        **_build_ttl(fact, now),
    }
    try:
        table.write(Put(record))
    except ConditionFailed as refused:
        return _claim_expired_lease(fact, refused.current_items[0], record, now)
    return "first"


def _claim_expired_lease(fact: Fact, existing: Item, record: Item, now: datetime) -> Literal["", "again"]:
    if existing["state"] != "claimed":
        return ""
    ran_out = Put(
        record,
        condition="#state = :claimed AND claimed_until <= :now",
        names={"#state": "state"},
        values={":claimed": "claimed", ":now": format_timestamp(now)},
    )
    try:
        table.write(ran_out)
    except ConditionFailed as refused:
        if refused.current_items[0].get("state") == "claimed":
            raise AlreadyLeased(f"The mail {fact.key} is being sent.") from refused
        return ""
    return "again"


def release(fact: Fact, now: datetime) -> None:
    """Take back the claim made at that moment: there is nobody to tell."""
    claimed = Delete(
        keys.mail_key(fact.event_id, fact.key),
        condition="claimed_until = :then",
        values={":then": format_timestamp(now + LEASE)},
    )
    with suppress(ConditionFailed):
        table.transact(claimed)


def mark_sent(fact: Fact, message_id: str, now: datetime) -> None:
    """Record that SES took the mail, under which id, unless SES has reported on it by now: that says more."""
    sent = Update(
        key=keys.mail_key(fact.event_id, fact.key),
        expression="SET #state = :sent, message_id = :message_id, sent_at = :now REMOVE claimed_until",
        condition="#state = :claimed",
        names={"#state": "state"},
        values={":sent": "sent", ":message_id": message_id, ":now": format_timestamp(now), ":claimed": "claimed"},
    )
    with suppress(ConditionFailed):
        table.write(sent)


def mark_withheld(fact: Fact, now: datetime) -> None:
    """Record that the mail is not sent, now or later: its address has had too many."""
    withheld = Update(
        key=keys.mail_key(fact.event_id, fact.key),
        expression="SET #state = :withheld, withheld_at = :now REMOVE claimed_until",
        condition="#state = :claimed",
        names={"#state": "state"},
        values={":withheld": "withheld", ":now": format_timestamp(now), ":claimed": "claimed"},
    )
    with suppress(ConditionFailed):
        table.write(withheld)


def build_outcome_update(report: Report) -> Update:
    """What the mail's record says once that much is known of it; refused where it says that, or more, already."""
    earlier = {f":s{place}": state for place, state in enumerate(_ALLOWED_PREVIOUS_STATES[report.outcome])}
    said = {"reason": report.reason, "message_id": report.message_id}
    said = {name: value for name, value in said.items() if value}
    sets = "".join(f", {name} = :{name}" for name in said)
    return Update(
        key=keys.mail_key(report.event_id, report.mail),
        expression=f"SET #state = :state, #at = :at{sets} REMOVE claimed_until",
        condition=f"#state IN ({', '.join(earlier)})",
        names={"#state": "state", "#at": f"{report.outcome.replace('-', '_')}_at"},
        values={":state": report.outcome, ":at": report.at} | earlier | {f":{k}": v for k, v in said.items()},
    )


def find(fact: Fact) -> Item | None:
    """The mail's record, or None while nobody has begun to send it."""
    return table.get(keys.mail_key(fact.event_id, fact.key))


def list_for_registration(event_id: str, registration_id: str) -> Iterator[Item]:
    """The records of the registration's mails."""
    return table.query(event_id, f"MAIL#{registration_id}.")


def _build_ttl(fact: Fact, now: datetime) -> dict[str, int]:
    return {} if fact.event_id else {"expires_at": int((now + RETENTION_WITHOUT_EVENT).timestamp())}
