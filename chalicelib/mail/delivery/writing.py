"""Building the mail that a fact becomes, from the table as it is now: what no longer holds is not told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib import facts
from chalicelib.auth.sign_in_links import LIFETIME, build_link
from chalicelib.aws import keys, table
from chalicelib.aws.items import Item
from chalicelib.facts import (
    Confirmed,
    Erased,
    Fact,
    Joined,
    LinkRequested,
    MailAsked,
    MailBounced,
    ManifestReady,
    Offered,
    RegistrationFact,
    SignInRequested,
)
from chalicelib.language import DEFAULT_LANGUAGE
from chalicelib.links import registration_links
from chalicelib.links.withheld_mails import Note
from chalicelib.mail.delivery import sender
from chalicelib.mail.delivery.message import Mailbox
from chalicelib.mail.letters.calendar import CalendarFile, build_files_for_fact
from chalicelib.mail.letters.catalogue import MAIL_KINDS, build_letter, can_send
from chalicelib.mail.letters.context import LetterContext, Links
from chalicelib.mail.letters.history import StatusFact, build_status_fact
from chalicelib.mail.letters.letter import Letter
from chalicelib.mail.letters.organisers import (
    build_manifest_ready_letter,
    build_returned_offer_letter,
    build_sign_in_letter,
)
from chalicelib.problems import EventNotFound
from chalicelib.programme import store as programme
from chalicelib.programme.model import Event
from chalicelib.registration import store as registrations
from chalicelib.registration.model import Places, Registration
from chalicelib.registration.positions import compute_position
from chalicelib.settings import settings

_ParticipantFact = RegistrationFact | LinkRequested


@dataclass(frozen=True)
class Mail:
    """A letter with its recipient, the address for replies, and the calendar files that go with it.

    `registrations` are those that it is about. Of what was withheld from its mailbox, it tells what `told` notes
    and has no room for what `left` does.
    """

    letter: Letter
    to: Mailbox
    reply_to: Mailbox | None = None
    calendar_files: tuple[CalendarFile, ...] = ()
    registrations: tuple[Registration, ...] = ()
    told: tuple[Note, ...] = ()
    left: tuple[Note, ...] = ()


def build_mail(fact: Fact, now: datetime) -> Mail | None:
    """Build the fact's mail from the table as it is now; return None where the fact is not mailed, no
    recipient is left, or the mail is no longer relevant."""
    if fact.kind not in MAIL_KINDS:
        return None
    if MAIL_KINDS[fact.kind].recipient == "organiser":
        return _ORGANISER_MAILS[type(fact)](fact, now)
    assert isinstance(fact, _ParticipantFact)
    return _build_participant_mail(fact, now)


def _build_participant_mail(fact: _ParticipantFact, now: datetime) -> Mail | None:
    loaded = _load_registration(fact)
    if loaded is None:
        return None
    registration, event, places = loaded
    if not can_send(fact.kind, registration.known_facts) or _is_before_erasure(fact, registration):
        return None
    told = build_current_status_fact(fact, registration, places) if isinstance(fact, MailAsked) else fact
    return build_mail_about(told, registration, event, places, now)


def build_mail_about(
    told: _ParticipantFact, registration: Registration, event: Event, places: Places | None, now: datetime
) -> Mail | None:
    """Build the mail that tells a participant the fact; None where it is no longer relevant."""
    context = LetterContext(
        event,
        registration,
        build_links(registration),
        _get_position(told, registration, places),
        _read_leader_name(told, registration),
    )
    is_relevant = MAIL_KINDS[told.kind].is_relevant
    if is_relevant and not is_relevant(context, told, now):
        return None
    return Mail(
        build_letter(context, told),
        to=Mailbox(registration.attendee.name, registration.attendee.email),
        reply_to=_get_contact(event),
        calendar_files=build_files_for_fact(context, told, now),
        registrations=(registration,),
    )


def build_links(registration: Registration) -> Links:
    """Build the links that a mail about the registration holds; its calendar files hold the view link alone."""
    return Links(
        page=registration_links.build_link(registration, "mailed"),
        view=registration_links.build_link(registration, "view"),
        code=registration_links.build_link(registration, "code"),
        privacy=f"{settings().public_url}/privacy?event={registration.event_id}&lang={registration.attendee.language}",
    )


def _read_leader_name(told: _ParticipantFact, registration: Registration) -> str:
    """Read who registered the participant, for the mails that say so; empty where they did so themselves."""
    is_told = isinstance(told, Confirmed | Joined) and not registration.mailbox_proven
    if not is_told or registration.leader_id in ("", registration.id):
        return ""
    leader = registrations.find(registration.event_id, registration.leader_id)
    return leader.attendee.name if leader and not leader.is_posted_by_other else ""


def _load_registration(fact: _ParticipantFact) -> tuple[Registration, Event, Places | None] | None:
    """Read the registration, its event and, for a mail that shows the position, the event's places in one call.

    Return None for an erased registration; raise EventNotFound for one without its event.
    """
    all_keys = (
        keys.registration_key(fact.event_id, fact.registration_id),
        keys.event_key(fact.event_id),
        keys.places_key(fact.event_id),
    )
    needed_keys = all_keys if MAIL_KINDS[fact.kind].shows_position else all_keys[:2]
    items = {item["SK"]: item for item in table.get_many(needed_keys)}
    registration, event, places = (items.get(key["SK"]) for key in all_keys)
    if registration is None or not is_reachable(registration):
        return None
    if event is None:
        raise EventNotFound(event_id=fact.event_id)
    return (
        registrations.deserialize_registration(registration),
        programme.deserialize_event(event).event,
        registrations.deserialize_places(places) if places else None,
    )


def is_reachable(registration: Item) -> bool:
    """Return whether there is a participant to be told: not erased, and not about to be as disowned."""
    return not registrations.is_erased(registration) and not registrations.is_being_disowned(registration)


def _is_before_erasure(fact: _ParticipantFact, registration: Registration) -> bool:
    """Tell if the fact is of an earlier registration that was erased before the participant registered anew."""
    if isinstance(fact, RegistrationFact):
        return fact.revision <= registration.erased_revision
    return any(entry["fact"] == Erased.kind and fact.at <= entry["at"] for entry in registration.known_facts)


def build_current_status_fact(fact: MailAsked, registration: Registration, places: Places | None) -> StatusFact:
    """Build the fact that tells how the registration stands now, as an answer to the request."""
    is_waiting = registration.status == "waiting"
    waiting_for = registration.list_awaited(places) if is_waiting and places else ()
    return build_status_fact(fact, registration, waiting_for)


def _get_position(fact: Fact, registration: Registration, places: Places | None) -> int | None:
    if MAIL_KINDS[fact.kind].shows_position and registration.status == "waiting" and places:
        return compute_position(registration, places)
    return None


def _get_contact(event: Event) -> Mailbox | None:
    """Return the event's contact, for replies; None where no header can hold its address, so that the mail itself
    still goes out."""
    try:
        return Mailbox(event.contact.name, sender.normalize_address(event.contact.email))
    except sender.PermanentSendError:
        return None


def _build_sign_in_mail(fact: SignInRequested, _now: datetime) -> Mail | None:
    request = table.get(keys.sign_in_key(fact.request_id))
    if request is None:
        return None
    minutes = LIFETIME // timedelta(minutes=1)
    letter = build_sign_in_letter(build_link(fact.request_id), minutes, DEFAULT_LANGUAGE)
    return Mail(letter, to=Mailbox("", request["email"]))


def _build_manifest_mail(fact: ManifestReady, _now: datetime) -> Mail | None:
    """Build the mail to the organiser who asked for the lists."""
    manifest = table.get(keys.manifest_key(fact.event_id, fact.version))
    if manifest is None:
        return None
    event = programme.read_current(fact.event_id).event
    link = f"{settings().public_url}/organiser"
    letter = build_manifest_ready_letter(event, fact.version, link, DEFAULT_LANGUAGE)
    return Mail(letter, to=Mailbox("", manifest["requested_by"]))


def _build_returned_offer_mail(fact: MailBounced, now: datetime) -> Mail | None:
    """Build the mail to the event's contact, while the offer that did not arrive still stands."""
    if facts.parse_kind(fact.mail) != Offered.kind:
        return None
    registration = registrations.find(fact.event_id, fact.registration_id)
    if registration is None or (registration.offer_expires_at or now) <= now:
        return None
    event = programme.read_cached(fact.event_id)
    contact = _get_contact(event)
    link = f"{settings().public_url}/organiser"
    letter = build_returned_offer_letter(event, registration, link, DEFAULT_LANGUAGE)
    return Mail(letter, to=contact) if contact else None


_ORGANISER_MAILS: dict[type[Fact], Callable[[Any, datetime], Mail | None]] = {
    SignInRequested: _build_sign_in_mail,
    ManifestReady: _build_manifest_mail,
    MailBounced: _build_returned_offer_mail,
}
