"""Answering an offer: accepting, declining, keeping one's place."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from chalicelib import facts
from chalicelib.aws.table import Refused
from chalicelib.facts import MailBounced
from chalicelib.problems import ChangedTooOften, NoOffer, OfferExpired, TooBusy
from chalicelib.programme.model import Event
from chalicelib.registration import offer_deadlines, promotions, store, transactions
from chalicelib.registration.flows import ATTEMPTS, expire, find, give_up, is_over
from chalicelib.registration.model import MOST_CHANGES, Registration

#: Facts that answer nothing.
_BY_THE_WAY = (
    facts.Changed.kind,
    facts.Prioritised.kind,
    facts.OfferExtended.kind,
    facts.PartyChanged.kind,
    *facts.NOTES,
)


def accept(event_id: str, registration_id: str, now: datetime, offer: datetime | None = None) -> Registration:
    """Take the place that is offered; one that is theirs already stays so. `offer` is the end of the offer that
    is answered, where the caller knows it: an answer to an earlier one counts for nothing.

    Raises OfferExpired from the offer's end on, whether or not it has been passed on by then, NoOffer when
    there is none, LinkNotValid and TooBusy.
    """
    return _answer(event_id, registration_id, now, offer, "confirmed", transactions.accept)


def decline(event_id: str, registration_id: str, now: datetime, offer: datetime | None = None) -> Registration:
    """Pass the offer on for good; declined already, it stays so. Otherwise as `accept`."""

    def write(registration: Registration, now: datetime) -> None:
        give_up(registration, facts.Declined, now)

    return _answer(event_id, registration_id, now, offer, "cancelled", write, said_before=facts.Declined.kind)


def keep_place(event_id: str, registration_id: str, now: datetime, offer: datetime | None = None) -> Registration:
    """Pass this offer on and go on waiting with the same rank; raises ChangedTooOften. Otherwise as `accept`."""

    def write(registration: Registration, now: datetime) -> None:
        if registration.revision >= MOST_CHANGES:
            raise ChangedTooOften
        transactions.keep_place(registration, store.places(event_id), now)

    return _answer(event_id, registration_id, now, offer, "waiting", write, said_before=facts.PlaceKept.kind)


def extend(event: Event, bounced: MailBounced, now: datetime) -> None:
    """Let the offer stand longer whose mail came back: by as long again as it would stand if it were made at its
    end, and once. Of an offer that is over, answered or extended already, nothing changes. Raises TooBusy.
    """
    for _ in range(ATTEMPTS):
        registration = store.find(event.id, bounced.registration_id)
        if registration is None or not _is_about_its_offer(bounced, registration):
            return
        until = registration.offer_expires_at
        if until is None or until <= now or not (longer := offer_deadlines.ends(event, until)):
            return
        with suppress(Refused):
            promotions.extend(registration, longer, now)
            return
    raise TooBusy


def _is_about_its_offer(bounced: MailBounced, registration: Registration) -> bool:
    """Whether the mail that came back told the last offer, and nothing has lengthened that since."""
    kinds = [entry["fact"] for entry in registration.history]
    if registration.status != "offered" or facts.OfferExtended.kind in kinds[_last_offered(kinds) :]:
        return False
    offered = facts.Offered(
        event_id=registration.event_id,
        registration_id=registration.id,
        revision=_last_offered(kinds) + 1,
        at="",
        needs=(),
        expires_at="",
    )
    return offered.key == bounced.mail


def _last_offered(kinds: list[str]) -> int:
    return len(kinds) - 1 - kinds[::-1].index(facts.Offered.kind)


def _answer(
    event_id: str,
    registration_id: str,
    now: datetime,
    offer: datetime | None,
    becomes: str,
    write: Callable[[Registration, datetime], None],
    said_before: str = "",
) -> Registration:
    for _ in range(ATTEMPTS):
        registration = find(event_id, registration_id)
        last = last_answer(registration)
        if registration.status == becomes and said_before in ("", last):
            return registration
        if registration.status != "offered":
            raise OfferExpired if last == facts.Expired.kind else NoOffer
        if is_over(registration, now):
            with suppress(TooBusy):  # it is over all the same; the sweep passes it on
                expire(event_id, registration_id, now)
            raise OfferExpired
        if offer not in (None, registration.offer_expires_at):
            raise NoOffer
        with suppress(Refused):
            write(registration, now)
            return find(event_id, registration_id)
    raise TooBusy


def last_answer(registration: Registration) -> str:
    """The kind of the last fact that settled something."""
    kinds = [str(entry["fact"]) for entry in registration.history if entry["fact"] not in _BY_THE_WAY]
    return kinds[-1]
