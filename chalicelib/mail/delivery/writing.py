"""Which mail a fact becomes, and to whom. What has happened since is looked up: nobody is told what is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib import facts
from chalicelib.auth.sign_in_links import LIFETIME, build_link
from chalicelib.aws import keys, table
from chalicelib.broadcasts.model import find_missing_details
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
from chalicelib.language import DEFAULT_LANGUAGE
from chalicelib.links import registration_links
from chalicelib.mail.delivery import sender
from chalicelib.mail.delivery.message import Mailbox
from chalicelib.mail.letters import event_changes, news
from chalicelib.mail.letters.calendar import (
    AmendingFact,
    CalendarFile,
    ConfirmingFact,
    build_files_for_fact,
    build_replacement_files,
)
from chalicelib.mail.letters.catalogue import BroadcastFact, MailedFact, build_letter, build_sign_in_letter
from chalicelib.mail.letters.context import LetterContext
from chalicelib.mail.letters.history import StatusFact, build_status_fact
from chalicelib.mail.letters.kinds import can_send
from chalicelib.mail.letters.letter import Letter
from chalicelib.mail.letters.returned import build_returned_offer_letter
from chalicelib.problems import EventNotFound
from chalicelib.programme import store as programme
from chalicelib.programme.model import Event
from chalicelib.registration import store as registrations
from chalicelib.registration.model import Places, Registration
from chalicelib.registration.positions import compute_position
from chalicelib.settings import settings


@dataclass(frozen=True)
class Mail:
    """What is written, to whom, where answers go, and what calendars are told."""

    letter: Letter
    to: Mailbox
    reply_to: Mailbox | None = None
    calendar_files: tuple[CalendarFile, ...] = ()


def build_mail(fact: Fact, now: datetime) -> Mail | None:
    """The fact's mail, as things are now; None where there is nobody left to tell, or nothing any more."""
    if isinstance(fact, MailedFact | MailAsked):
        return _build_registration_mail(fact, now)
    if isinstance(fact, ManifestReady):
        return _build_manifest_mail(fact)
    if isinstance(fact, SignInRequested):
        return _build_sign_in_mail(fact)
    if isinstance(fact, MailBounced) and facts.parse_kind(fact.mail) == Offered.kind:
        return _build_returned_offer_mail(fact, now)
    return None


def _build_registration_mail(fact: MailedFact | MailAsked, now: datetime) -> Mail | None:
    """Build the mail from the event as it is now: after a change it never tells what held before."""
    loaded = _load_registration(fact)
    if loaded is None:
        return None
    registration, event, places = loaded
    if not can_send(fact.kind, registration.history) or _is_before_erasure(fact, registration):
        return None
    told = _build_current_status_fact(fact, registration, places) if isinstance(fact, MailAsked) else fact
    link = registration_links.build_link(fact.event_id, fact.registration_id)
    context = LetterContext(event, registration, link, _get_position(told, registration, places))
    if isinstance(told, BroadcastFact) and not _is_still_relevant(context, told, now):
        return None
    return Mail(
        build_letter(context, told),
        to=Mailbox(registration.attendee.name, registration.attendee.email),
        reply_to=_get_contact(event),
        calendar_files=_build_calendar_files(context, told, now),
    )


def _load_registration(fact: MailedFact | MailAsked) -> tuple[Registration, Event, Places | None] | None:
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
        registrations.deserialize_registration(registration),
        programme.deserialize_event(event).event,
        registrations.deserialize_places(places) if places else None,
    )


def _is_before_erasure(fact: MailedFact | MailAsked, registration: Registration) -> bool:
    """Whether it happened to an earlier registration that was erased, before they registered anew."""
    if isinstance(fact, RegistrationFact):
        return [entry["fact"] for entry in registration.history[: fact.revision]][-1:] == [Erased.kind]
    return any(entry["fact"] == Erased.kind and fact.at <= entry["at"] for entry in registration.history)


def _is_still_relevant(context: LetterContext, fact: BroadcastFact, now: datetime) -> bool:
    """Tell if the broadcast still concerns the participant by the time it is sent."""
    event, registration = context.event, context.registration
    match fact:
        case ToldOfChange():
            concerned = registration.status != "cancelled" and now < event.ends_at
            return concerned and event_changes.has_changes(context, fact)
        case Reminded():
            comes = registration.status == "confirmed" and not event.has_begun(now)
            return comes and fact.starts_on == event.starts_at.date().isoformat()
        case DetailsAsked():
            asked = registration.status == "confirmed" and not event.has_begun(now)
            return asked and bool(find_missing_details(event, registration))


def _build_current_status_fact(fact: MailAsked, registration: Registration, places: Places | None) -> StatusFact:
    is_waiting = registration.status == "waiting"
    waiting_for = registration.list_awaited(places) if is_waiting and places else ()
    return build_status_fact(fact, registration, waiting_for)


def _build_manifest_mail(fact: ManifestReady) -> Mail | None:
    """To the organiser who asked for the lists."""
    manifest = table.get(keys.manifest_key(fact.event_id, fact.version))
    if manifest is None:
        return None
    event = programme.read_current(fact.event_id).event
    link = f"{settings().public_url}/organiser"
    written = news.build_manifest_ready_letter(event, fact.version, link, DEFAULT_LANGUAGE)
    return Mail(written, to=Mailbox("", manifest["requested_by"]))


def _build_returned_offer_mail(fact: MailBounced, now: datetime) -> Mail | None:
    """To the organiser, while the offer that did not arrive still stands: somebody must be called."""
    registration = registrations.find(fact.event_id, fact.registration_id)
    if registration is None or (registration.offer_expires_at or now) <= now:
        return None
    event = programme.read_cached(fact.event_id)
    contact = _get_contact(event)
    link = f"{settings().public_url}/organiser"
    return (
        Mail(build_returned_offer_letter(event, registration, link, DEFAULT_LANGUAGE), to=contact)
        if contact
        else None
    )


def _get_contact(event: Event) -> Mailbox | None:
    """Where answers go; an address that no header can hold shall not keep the mail itself back."""
    try:
        return Mailbox(event.contact.name, sender.normalize_address(event.contact.email))
    except sender.PermanentSendError:
        return None


def _build_sign_in_mail(fact: SignInRequested) -> Mail | None:
    request = table.get(keys.sign_in_key(fact.request_id))
    if request is None:
        return None
    written = build_sign_in_letter(build_link(fact.request_id), LIFETIME // timedelta(minutes=1), DEFAULT_LANGUAGE)
    return Mail(written, to=Mailbox("", request["email"]))


def _get_position(fact: MailedFact, registration: Registration, places: Places | None) -> int | None:
    if isinstance(fact, Joined | PlaceKept) and registration.status == "waiting" and places:
        return compute_position(registration, places)
    return None


def _build_calendar_files(context: LetterContext, fact: MailedFact, now: datetime) -> tuple[CalendarFile, ...]:
    if isinstance(fact, ConfirmingFact | AmendingFact | Cancelled):
        return build_files_for_fact(context, fact, now)
    if isinstance(fact, ToldOfChange) and context.registration.status == "confirmed":
        removed_legs = event_changes.find_removed_legs(context, fact)
        return build_replacement_files(context, fact.revision, now, removed_legs)
    return ()
