"""Telling people what happened to them, by mail, once.

A mail is claimed in the table before it is written and sent, and marked after, so a message that the queue
delivers twice tells nothing twice. Whom to tell is looked up behind the claim: the record of a mail is deleted
only when its person is found no more, so whoever could claim it anew finds nobody. If the sender dies between
claim and mark, the claim runs out and the redelivery sends. One window is left open: when SES has taken a mail
and the sender dies, or loses the answer, before the mark is written, the redelivery sends it a second time,
because SES has no idempotency token. The second mail has the same Message-ID and the same calendar UID and
SEQUENCE, so that no calendar shows anything twice. How often that may have happened is counted
(`MailsClaimedTwice`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib import facts, keys, limits, meters, table
from chalicelib.facts import (
    Cancelled,
    DetailsAsked,
    Erased,
    Fact,
    Joined,
    LinkRequested,
    MailAsked,
    MailBounced,
    ManifestReady,
    Offered,
    PlaceKept,
    RegistrationFact,
    Reminded,
    SignInRequested,
    ToldOfChange,
)
from chalicelib.keys import timestamp
from chalicelib.language import DEFAULT
from chalicelib.log import log
from chalicelib.mail import again, erasing, event_changes, news, outcomes, reports, sender, store
from chalicelib.mail.calendar import Given, Invitation, Moved, anew, for_fact
from chalicelib.mail.compose import News, Told, letter, sign_in_letter
from chalicelib.mail.kinds import anybody_can_cause, goes_out
from chalicelib.mail.letter import Letter
from chalicelib.mail.message import Envelope, Mailbox, message
from chalicelib.mail.reports import Report
from chalicelib.mail.returned import returned_offer
from chalicelib.programme import store as programme
from chalicelib.programme.model import Event
from chalicelib.registration import links
from chalicelib.registration import store as registrations
from chalicelib.registration.model import Registration
from chalicelib.registration.positions import place_in_line
from chalicelib.rounds.model import missing_details
from chalicelib.settings import settings
from chalicelib.sign_in_links import LASTS, sign_in_link


@dataclass(frozen=True)
class _Mail:
    letter: Letter
    to: Mailbox
    reply_to: Mailbox | None = None
    invitations: tuple[Invitation, ...] = ()


def tell(fact: Fact, now: datetime) -> None:
    """Send the fact's mail, unless it was sent before or there is nobody left to tell.

    Raises StillClaimed while somebody else sends it, and whatever SES raises that may pass: in both cases the
    queue shall deliver the fact again. A mail that SES refuses for good is recorded as failed, and put on the
    organiser's list. A mail that anybody could have caused is withheld where its address has had too many today.
    """
    claimed = store.claim(fact, now)
    if not claimed:
        return
    try:
        mail = _mail(fact, now)
    except Exception:
        if claimed == "first":  # nothing was sent: the next one is not to be taken for a second mail
            store.let_go(fact, now)
        raise
    if mail is None:
        if isinstance(fact, LinkRequested):
            erasing.erase_request(fact)
        store.let_go(fact, now)
        return
    if claimed == "again":
        meters.count("MailsClaimedTwice")
    if anybody_can_cause(fact) and not limits.mails_to(mail.to.address).count(now):
        store.mark_withheld(fact, now)
        return
    which = {"mail": fact.key, "event": fact.event_id, "fact": fact.kind, "at": fact.at}
    try:
        message_id = _send(fact, mail, now)
    except sender.RefusedForGood as refused:
        outcomes.record(_refusal(fact, str(refused), now))
        meters.count("MailsFailed")
        log.warning("A mail was refused", extra={**which, "reason": str(refused)})
    else:
        store.mark_sent(fact, message_id, now)
        meters.count("MailsSent")
        meters.seconds("MailLag", [(now - datetime.fromisoformat(fact.at)).total_seconds()])
        log.info("A mail was sent", extra=which)


def _refusal(fact: Fact, reason: str, now: datetime) -> Report:
    return Report(
        mail=fact.key,
        event_id=fact.event_id,
        registration_id=reports.registration_id(fact),
        outcome="failed",
        reason=reason,
        at=timestamp(now),
        sent_at=timestamp(now),
    )


def _mail(fact: Fact, now: datetime) -> _Mail | None:
    if isinstance(fact, Told | MailAsked):
        return _registration_mail(fact, now)
    if isinstance(fact, ManifestReady):
        return _manifest_mail(fact)
    if isinstance(fact, SignInRequested):
        return _sign_in_mail(fact)
    if isinstance(fact, MailBounced) and facts.kind_of(fact.mail) == Offered.kind:
        return _returned_offer_mail(fact, now)
    return None


def _registration_mail(fact: Told | MailAsked, now: datetime) -> _Mail | None:
    """The event is read as it is now: after a change nobody gets what held before it."""
    registration = registrations.find(fact.event_id, fact.registration_id)
    if registration is None or not goes_out(fact.kind, registration.history) or _is_erased(fact, registration):
        return None
    event = programme.read_stored(fact.event_id).event
    if isinstance(fact, News) and not _is_news(fact, event, registration, now):
        return None
    told = _as_it_stands(fact, registration) if isinstance(fact, MailAsked) else fact
    link = links.link(fact.event_id, fact.registration_id)
    return _Mail(
        letter(told, event, registration, link, _position(told, registration)),
        to=Mailbox(registration.attendee.name, registration.attendee.email),
        reply_to=_contact(event),
        invitations=_invitations(told, event, registration, link, now),
    )


def _is_erased(fact: Told | MailAsked, registration: Registration) -> bool:
    """Whether it happened to an earlier registration that was erased, before they registered anew."""
    if isinstance(fact, RegistrationFact):
        return [entry["fact"] for entry in registration.history[: fact.revision]][-1:] == [Erased.kind]
    return any(entry["fact"] == Erased.kind and fact.at <= entry["at"] for entry in registration.history)


def _is_news(fact: News, event: Event, registration: Registration, now: datetime) -> bool:
    """Whether it still concerns them by the time it is sent."""
    match fact:
        case ToldOfChange():
            concerned = registration.status != "cancelled" and now < event.ends_at
            return concerned and event_changes.differs(fact, event, registration)
        case Reminded():
            comes = registration.status == "confirmed" and not event.has_begun(now)
            return comes and fact.starts_on == event.starts_at.date().isoformat()
        case DetailsAsked():
            asked = registration.status == "confirmed" and not event.has_begun(now)
            return asked and bool(missing_details(event, registration))


def _as_it_stands(fact: MailAsked, registration: Registration) -> again.Standing:
    waiting = registration.status == "waiting"
    waiting_for = registration.waits_for(registrations.places(fact.event_id)) if waiting else ()
    return again.standing(fact, registration, waiting_for)


def _manifest_mail(fact: ManifestReady) -> _Mail | None:
    """To the organiser who asked for the lists."""
    manifest = table.get(keys.manifest_key(fact.event_id, fact.version))
    if manifest is None:
        return None
    event = programme.read_stored(fact.event_id).event
    link = f"{settings().public_url}/organiser"
    written = news.manifest_ready(event, fact.version, link, DEFAULT)
    return _Mail(written, to=Mailbox("", manifest["requested_by"]))


def _returned_offer_mail(fact: MailBounced, now: datetime) -> _Mail | None:
    """To the organiser, while the offer that did not arrive still stands: somebody must be called."""
    registration = registrations.find(fact.event_id, fact.registration_id)
    if registration is None or (registration.offer_expires_at or now) <= now:
        return None
    event = programme.read(fact.event_id)
    contact = _contact(event)
    link = f"{settings().public_url}/organiser"
    return _Mail(returned_offer(event, registration, link, DEFAULT), to=contact) if contact else None


def _contact(event: Event) -> Mailbox | None:
    """Where answers go; an address that no header can hold shall not keep the mail itself back."""
    try:
        return Mailbox(event.contact.name, sender.deliverable(event.contact.email))
    except sender.RefusedForGood:
        return None


def _sign_in_mail(fact: SignInRequested) -> _Mail | None:
    request = table.get(keys.sign_in_key(fact.request_id))
    if request is None:
        return None
    written = sign_in_letter(sign_in_link(fact.request_id), LASTS // timedelta(minutes=1), DEFAULT)
    return _Mail(written, to=Mailbox("", request["email"]))


def _position(fact: Told, registration: Registration) -> int | None:
    if isinstance(fact, Joined | PlaceKept) and registration.status == "waiting":
        return place_in_line(registration)[1]
    return None


def _invitations(
    fact: Told, event: Event, registration: Registration, link: str, now: datetime
) -> tuple[Invitation, ...]:
    if isinstance(fact, Given | Moved | Cancelled):
        return for_fact(fact, event, registration, link, now)
    if isinstance(fact, ToldOfChange) and registration.status == "confirmed":
        gone = event_changes.gone(fact, event, registration)
        return anew(fact.revision, event, registration, link, now, gone)
    return ()


def _send(fact: Fact, mail: _Mail, now: datetime) -> str:
    to = Mailbox(mail.to.name, sender.deliverable(mail.to.address))
    envelope = Envelope(Mailbox.of(settings().sender), to, mail.reply_to, fact.key)
    raw = message(mail.letter, envelope, mail.invitations, now)
    return sender.send(raw, to.address, reports.tags(fact))
