"""The record of each mail: claimed for a while, then sent or failed. It holds no address and no text."""

from datetime import datetime, timedelta

from chalicelib import keys, table
from chalicelib.facts import Fact
from chalicelib.items import Item, Put, Update
from chalicelib.keys import timestamp
from chalicelib.table import Refused

#: Long enough to send a mail, shorter than the queue hides a message: a redelivery finds the lease run out.
LEASE = timedelta(seconds=60)
#: A record without an event outlives every copy of its message, also those among the dead letters.
KEPT_WITHOUT_EVENT = timedelta(days=15)


class StillClaimed(RuntimeError):
    """Somebody else is sending this mail just now: look again later."""


def claim(fact: Fact, now: datetime) -> bool:
    """Claim the fact's mail; False when it was sent, or failed for good. Raises StillClaimed."""
    record = {
        **keys.mail_key(fact.event_id, fact.key),
        "kind": fact.kind,
        "state": "claimed",
        "claimed_until": timestamp(now + LEASE),
        **_expiry(fact, now),
    }
    try:
        table.write(
            Put(
                record,
                condition="attribute_not_exists(PK) OR (#state = :claimed AND claimed_until <= :now)",
                names={"#state": "state"},
                values={":claimed": "claimed", ":now": timestamp(now)},
            )
        )
    except Refused as refused:
        if refused.found[0]["state"] == "claimed":
            raise StillClaimed(f"The mail {fact.key} is being sent.") from refused
        return False
    return True


def mark_sent(fact: Fact, message_id: str, now: datetime) -> None:
    """Record that SES took the mail, under which id."""
    _finish(fact, "sent", {"message_id": message_id, "sent_at": timestamp(now)})


def mark_failed(fact: Fact, reason: str, now: datetime) -> None:
    """Record that the mail will never go out, and why."""
    _finish(fact, "failed", {"reason": reason, "failed_at": timestamp(now)})


def find(fact: Fact) -> Item | None:
    """The mail's record, or None while nobody has begun to send it."""
    return table.get(keys.mail_key(fact.event_id, fact.key))


def _finish(fact: Fact, state: str, outcome: dict[str, str]) -> None:
    sets = "".join(f", {name} = :{name}" for name in outcome)
    table.write(
        Update(
            key=keys.mail_key(fact.event_id, fact.key),
            expression=f"SET #state = :state{sets} REMOVE claimed_until",
            condition="attribute_exists(PK)",
            names={"#state": "state"},
            values={":state": state, **{f":{name}": value for name, value in outcome.items()}},
        )
    )


def _expiry(fact: Fact, now: datetime) -> dict[str, int]:
    return {} if fact.event_id else {"expires_at": int((now + KEPT_WITHOUT_EVENT).timestamp())}
