"""Building the mail that tells a mailbox how several registrations stand, or one, from the table as it is now."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from chalicelib.aws import keys, secret_keys, table
from chalicelib.aws.items import Item, Write
from chalicelib.aws.key_grammar import Key
from chalicelib.contact import mailboxes
from chalicelib.facts import Fact, LinkRequested, LinksAsked, MailAsked, MailsDrawnTogether
from chalicelib.links import link_requests, withheld_mails
from chalicelib.links.withheld_mails import Note
from chalicelib.mail.delivery import disowned, writing
from chalicelib.mail.delivery.message import Mailbox
from chalicelib.mail.delivery.writing import Mail
from chalicelib.mail.letters.context import LetterContext
from chalicelib.mail.letters.letter import Letter
from chalicelib.mail.letters.summaries import build_drawn_together_letter, build_links_letter
from chalicelib.programme import store as programme
from chalicelib.programme.model import Event
from chalicelib.registration import store as registrations
from chalicelib.registration.model import Places, Registration, derive_registration_id
from chalicelib.registration.positions import compute_position

MAX_TOLD = 25  #: registrations in one mail


class _Standing(NamedTuple):
    """A registration with its event and the places there, as they are now."""

    registration: Registration
    event: Event
    places: Places


def build_mail(fact: Fact, now: datetime) -> Mail | None:
    """Build the fact's mail as `writing.build_mail` does, also one that may be about several registrations."""
    if isinstance(fact, MailsDrawnTogether):
        return _build_drawn_together_mail(fact, now)
    if isinstance(fact, LinksAsked):
        return _build_links_mail(fact, now)
    mail = writing.build_mail(fact, now)
    return disowned.build_mail(fact) if mail is None and isinstance(fact, LinkRequested) else mail


def build_dropped_endings(fact: Fact) -> list[Write]:
    """Build what ends that for which there is no mail: the request for links, the notes of what is gone."""
    if isinstance(fact, LinksAsked):
        return [link_requests.build_ending(fact.request_id)]
    if not isinstance(fact, MailsDrawnTogether):
        return []
    notes = withheld_mails.list_notes(fact.mailbox)
    found = _read_standings(map(_get_id, notes))
    return [withheld_mails.build_ending(note) for note in notes if _get_id(note) not in found]


def _build_drawn_together_mail(fact: MailsDrawnTogether, now: datetime) -> Mail | None:
    """Build the one mail of the hour; what is for another reader, or too much, is left for the next."""
    notes = withheld_mails.list_notes(fact.mailbox)
    found = _read_standings(map(_get_id, notes))
    standings = {each: standing for each, standing in found.items() if standing}
    chosen = _choose_notes([note for note in notes if _get_id(note) in standings], standings)
    if not chosen:
        return None
    mail = _build_mail_about([standings[_get_id(note)] for note in chosen], fact, now)
    told = [note for note in notes if note in chosen or _get_id(note) not in found]
    left = [note for note in notes if note not in told]
    return replace(mail, told=tuple(told), left=tuple(left)) if mail else None


def _choose_notes(notes: Sequence[Note], standings: dict[tuple[str, str], _Standing]) -> list[Note]:
    """Choose what is for one reader: of the plain address before those with a label, then of the earliest."""

    def get_address(note: Note) -> str:
        return standings[_get_id(note)].registration.attendee.email

    ordered = sorted(notes, key=lambda note: "+" in get_address(note))  # stable
    if not ordered:
        return []
    reader = mailboxes.build_reader(get_address(ordered[0]))
    return [note for note in ordered if mailboxes.build_reader(get_address(note)) == reader][:MAX_TOLD]


def _build_links_mail(fact: LinksAsked, now: datetime) -> Mail | None:
    """Build the mail with the links of the address at all events that are not over; None where there are none."""
    email = link_requests.read_address(fact.request_id)
    if not email:
        return None
    events = [document.event for document in programme.read_documents() if document.event]
    ids = [(event.id, _derive_id(event.id, email)) for event in events if event.ends_at > now]
    found = [standing for standing in _read_standings(ids).values() if standing and _is_address_of(standing)]
    standings = sorted(found, key=lambda standing: standing.event.starts_at)[:MAX_TOLD]
    return _build_summary(standings, build_links_letter) if standings else None


def _derive_id(event_id: str, email: str) -> str:
    return derive_registration_id(secret_keys.get_identity_key(), event_id, email)


def _is_address_of(standing: _Standing) -> bool:
    """Return whether the registration has the address that its id was derived from: no other gets the link."""
    registration = standing.registration
    return _derive_id(registration.event_id, registration.attendee.email) == registration.id


def _get_id(note: Note) -> tuple[str, str]:
    return note.event_id, note.registration_id


def _read_standings(wanted_ids: Iterable[tuple[str, str]]) -> dict[tuple[str, str], _Standing | None]:
    """Read the registrations that are still there, by event and id; None where the event is broken."""
    ids = list(wanted_ids)
    event_ids = dict.fromkeys(event_id for event_id, _ in ids)
    wanted = [keys.registration_key(*each) for each in ids]
    wanted += [key for event_id in event_ids for key in (keys.event_key(event_id), keys.places_key(event_id))]
    items = {(item["PK"], item["SK"]): item for item in table.get_many(wanted)}

    def find(key: Key) -> Item | None:
        return items.get((key["PK"], key["SK"]))

    standings = {}
    for event_id, registration_id in ids:
        registration = find(keys.registration_key(event_id, registration_id))
        event, places = find(keys.event_key(event_id)), find(keys.places_key(event_id))
        if registration and event and places and writing.is_reachable(registration):
            standings[event_id, registration_id] = _build_standing(registration, event, places)
    return standings


def _build_standing(registration: Item, event: Item, places: Item) -> _Standing | None:
    document = programme.deserialize_document(event)
    if document.event is None:
        return None
    return _Standing(
        registrations.deserialize_registration(registration),
        document.event,
        registrations.deserialize_places(places),
    )


def _build_mail_about(standings: Sequence[_Standing], fact: Fact, now: datetime) -> Mail | None:
    if len(standings) == 1:
        return _build_mail_about_one(standings[0], fact, now)
    return _build_summary(standings, build_drawn_together_letter)


def _build_summary(
    standings: Sequence[_Standing], build_letter: Callable[[Sequence[LetterContext]], Letter]
) -> Mail:
    people = [standing.registration for standing in standings]
    return Mail(
        build_letter([_build_context(standing) for standing in standings]),
        to=Mailbox(people[0].attendee.name, people[0].attendee.email),
        registrations=tuple(people),
    )


def _build_mail_about_one(standing: _Standing, fact: Fact, now: datetime) -> Mail | None:
    """Build the mail that tells how one registration stands, as when the latest mail is asked for once more."""
    registration, event, places = standing
    asked = MailAsked(
        event_id=event.id,
        registration_id=registration.id,
        revision=registration.revision,
        at=fact.at,
        by="participant",
    )
    told = writing.build_current_status_fact(asked, registration, places)
    return writing.build_mail_about(told, registration, event, places, now)


def _build_context(standing: _Standing) -> LetterContext:
    registration, event, places = standing
    position = compute_position(registration, places) if registration.status == "waiting" else None
    return LetterContext(event, registration, writing.build_links(registration), position)
