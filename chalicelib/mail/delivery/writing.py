"""Which mail a fact becomes, and to whom. What has happened since is looked up: nobody is told what is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib import facts
from chalicelib.auth.sign_in_links import LASTS, sign_in_link
from chalicelib.aws import keys, table
from chalicelib.broadcasts.model import missing_details
from chalicelib.facts import (
    Cancelled,
    DetailsAsked,
    Erased,
    Fact,
    Joined,
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
from chalicelib.language import DEFAULT
from chalicelib.links import registration_links
from chalicelib.mail.delivery import sender
from chalicelib.mail.delivery.message import Mailbox
from chalicelib.mail.letters import again, event_changes, news
from chalicelib.mail.letters.calendar import Given, Invitation, Moved, anew, for_fact
from chalicelib.mail.letters.catalogue import News, Told, letter, sign_in_letter
from chalicelib.mail.letters.kinds import goes_out
from chalicelib.mail.letters.letter import Letter
from chalicelib.mail.letters.returned import returned_offer
from chalicelib.problems import EventNotFound
from chalicelib.programme import store as programme
from chalicelib.programme.model import Event
from chalicelib.registration import store as registrations
from chalicelib.registration.model import Places, Registration
from chalicelib.registration.positions import place_in_line
from chalicelib.settings import settings


@dataclass(frozen=True)
class Mail:
    """What is written, to whom, where answers go, and what calendars are told."""

    letter: Letter
    to: Mailbox
    reply_to: Mailbox | None = None
    invitations: tuple[Invitation, ...] = ()


def mail(fact: Fact, now: datetime) -> Mail | None:
    """The fact's mail, as things are now; None where there is nobody left to tell, or nothing any more."""
    if isinstance(fact, Told | MailAsked):
        return _registration_mail(fact, now)
    if isinstance(fact, ManifestReady):
        return _manifest_mail(fact)
    if isinstance(fact, SignInRequested):
        return _sign_in_mail(fact)
    if isinstance(fact, MailBounced) and facts.kind_of(fact.mail) == Offered.kind:
        return _returned_offer_mail(fact, now)
    return None


def _registration_mail(fact: Told | MailAsked, now: datetime) -> Mail | None:
    """The event is read as it is now: after a change nobody gets what held before it."""
    found = _found(fact)
    if found is None:
        return None
    registration, event, places = found
    if not goes_out(fact.kind, registration.history) or _is_erased(fact, registration):
        return None
    if isinstance(fact, News) and not _is_news(fact, event, registration, now):
        return None
    told = _as_it_stands(fact, registration, places) if isinstance(fact, MailAsked) else fact
    link = registration_links.link(fact.event_id, fact.registration_id)
    return Mail(
        letter(told, event, registration, link, _position(told, registration, places)),
        to=Mailbox(registration.attendee.name, registration.attendee.email),
        reply_to=_contact(event),
        invitations=_invitations(told, event, registration, link, now),
    )


def _found(fact: Told | MailAsked) -> tuple[Registration, Event, Places | None] | None:
    """The registration, its event and, for a mail that tells a place in the line, its places, in one call; raises
    EventNotFound for a registration without its event."""
    three = (
        keys.registration_key(fact.event_id, fact.registration_id),
        keys.event_key(fact.event_id),
        keys.places_key(fact.event_id),
    )
    tells_place = isinstance(fact, Joined | PlaceKept | MailAsked)
    found = {item["SK"]: item for item in table.get_many(three if tells_place else three[:2])}
    registration, event, places = (found.get(key["SK"]) for key in three)
    if registration is None or registrations.is_erased(registration):
        return None
    if event is None:
        raise EventNotFound(event_id=fact.event_id)
    return (
        registrations.as_registration(registration),
        programme.as_stored(event).event,
        registrations.as_places(places) if places else None,
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


def _as_it_stands(fact: MailAsked, registration: Registration, places: Places | None) -> again.Standing:
    waiting = registration.status == "waiting"
    waiting_for = registration.waits_for(places) if waiting and places else ()
    return again.standing(fact, registration, waiting_for)


def _manifest_mail(fact: ManifestReady) -> Mail | None:
    """To the organiser who asked for the lists."""
    manifest = table.get(keys.manifest_key(fact.event_id, fact.version))
    if manifest is None:
        return None
    event = programme.read_stored(fact.event_id).event
    link = f"{settings().public_url}/organiser"
    written = news.manifest_ready(event, fact.version, link, DEFAULT)
    return Mail(written, to=Mailbox("", manifest["requested_by"]))


def _returned_offer_mail(fact: MailBounced, now: datetime) -> Mail | None:
    """To the organiser, while the offer that did not arrive still stands: somebody must be called."""
    registration = registrations.find(fact.event_id, fact.registration_id)
    if registration is None or (registration.offer_expires_at or now) <= now:
        return None
    event = programme.read(fact.event_id)
    contact = _contact(event)
    link = f"{settings().public_url}/organiser"
    return Mail(returned_offer(event, registration, link, DEFAULT), to=contact) if contact else None


def _contact(event: Event) -> Mailbox | None:
    """Where answers go; an address that no header can hold shall not keep the mail itself back."""
    try:
        return Mailbox(event.contact.name, sender.deliverable(event.contact.email))
    except sender.RefusedForGood:
        return None


def _sign_in_mail(fact: SignInRequested) -> Mail | None:
    request = table.get(keys.sign_in_key(fact.request_id))
    if request is None:
        return None
    written = sign_in_letter(sign_in_link(fact.request_id), LASTS // timedelta(minutes=1), DEFAULT)
    return Mail(written, to=Mailbox("", request["email"]))


def _position(fact: Told, registration: Registration, places: Places | None) -> int | None:
    if isinstance(fact, Joined | PlaceKept) and registration.status == "waiting" and places:
        return place_in_line(registration, places)
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
