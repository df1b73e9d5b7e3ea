"""LetterContext, and the parts that letters about a registration share: details, link, programme, reservation."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from chalicelib.language import Language, Translate, get_translator
from chalicelib.mail.letters.itinerary import build_itinerary
from chalicelib.mail.letters.letter import Detail, LabelledLink, Letter, Origin
from chalicelib.programme import dates
from chalicelib.programme.model import Event
from chalicelib.registration import details
from chalicelib.registration.model import Registration
from chalicelib.text import join_place

MAX_GREETED_NAME_LENGTH = 30  #: characters
MAX_LEADER_NAME_LENGTH = 60  #: characters, of given and family name


@dataclass(frozen=True)
class Links:
    """The links of a registration: to the participant's page, to the view of its status, and the check-in code.

    `privacy` is the page that says what is done with the data.
    """

    page: str
    view: str
    code: str
    privacy: str = ""

    @property
    def not_me(self) -> str:
        """The link to the page where the reader says that it was not them who registered."""
        return f"{self.page}/not-me"


@dataclass(frozen=True)
class LetterContext:
    """Everything besides the fact that a letter about a registration is written from.

    `position` is the number in the line, where one is known; `leader_name` is who registered the participant
    together with others, where that is known.
    """

    event: Event
    registration: Registration
    links: Links
    position: int | None = None
    leader_name: str = ""

    @property
    def link(self) -> str:
        """The link to the participant's page."""
        return self.links.page

    @property
    def language(self) -> Language:
        """The participant's language."""
        return self.registration.attendee.language

    @property
    def _(self) -> Translate:
        """The translator into the participant's language."""
        return get_translator(self.language)

    @property
    def title(self) -> str:
        """The event's title in the participant's language."""
        return self.event.title.in_(self.language)

    def join_titles(self, units: Iterable[str]) -> str:
        """Join the titles of these units of the event in the participant's language."""
        return self.event.join_titles(units, self.language)

    def takes_legs(self, needs: Iterable[str]) -> bool:
        """Tell if one of the event's legs is among these needs."""
        return not {leg.name for leg in self.event.legs}.isdisjoint(needs)


def build_base_letter(context: LetterContext) -> Letter:
    """Build the letter with everything but its subject and its paragraphs."""
    event, _ = context.event, context._
    contact = {"name": event.contact.name, "email": event.contact.email}
    return Letter(
        language=context.language,
        subject="",
        greeting=_("Dear %(name)s") % {"name": shorten_name(context.registration.attendee.given_name)},
        paragraphs=(),
        details=(
            Detail(_("Event"), context.title),
            Detail(_("When"), dates.format_period(event.starts_at, event.ends_at, context.language)),
            build_venue_detail(context, _("Where")),
        ),
        action=LabelledLink(_("See, change or cancel your registration"), context.link),
        closing=(
            _("Questions? Write to %(name)s, %(email)s, or reply to this mail.") % contact,
            _("Kind regards, %(name)s") % contact,
        ),
    )


def shorten_name(name: str, max_length: int = MAX_GREETED_NAME_LENGTH) -> str:
    """Shorten a name to the words that there is room for: a stranger may have written a message into it."""
    if len(name) <= max_length:
        return name
    *whole_words, _ = name[: max_length + 1].rsplit(maxsplit=1)
    return " ".join(whole_words) or f"{name[: max_length - 1]}…"


def build_confirmed_base(context: LetterContext, needs: Iterable[str]) -> Letter:
    """Build the base letter of a confirmed registration with these needs: with the units, their programme, the
    code for check-in, and the reservation for mail programs."""
    _, base, needs = context._, build_base_letter(context), tuple(needs)
    return replace(
        base,
        details=(*base.details, Detail(_("Your registration covers"), context.join_titles(needs))),
        itinerary_title=_("Your programme"),
        itinerary=build_itinerary(context.event, needs, context.language),
        qr_code=LabelledLink(_("Your code, to be shown at the door:"), context.links.code),
        reservation=build_reservation(context, is_confirmed=True),
    )


def build_waitlist_base(context: LetterContext, needs: Iterable[str], waiting_for: Iterable[str]) -> Letter:
    """Build the base letter of a waiting registration: with its needs, which of them it waits for, and its number
    in the line, where one is known."""
    _, base = context._, build_base_letter(context)
    asked = Detail(_("You asked for"), context.join_titles(needs))
    waiting = Detail(_("Waiting for"), context.join_titles(waiting_for))
    number = (Detail(_("Your number in line"), str(context.position)),) if context.position else ()
    return replace(base, details=(*base.details, asked, waiting, *number))


def build_origin(context: LetterContext) -> Origin | None:
    """Build the part that says who registered the address, where to read about its data, and *this was not me*.

    None once the mailbox has used its link: it knows.
    """
    _, registration = context._, context.registration
    if registration.mailbox_proven:
        return None
    links = (
        LabelledLink(_("What we do with your data"), context.links.privacy),
        LabelledLink(_("This was not me"), context.links.not_me),
    )
    if not registration.was_registered_by_another:
        return Origin(
            _("You get this mail because this address was registered with the form of the event."), links
        )
    if not context.leader_name:
        return Origin(_("You get this mail because this address was registered together with others."), links)
    name = {"name": shorten_name(context.leader_name, MAX_LEADER_NAME_LENGTH)}
    return Origin(_("You get this mail because %(name)s has registered you.") % name, links)


def build_calendar_paragraph(context: LetterContext, needs: Iterable[str]) -> str:
    """Build the paragraph that says which entries the attached calendar files make."""
    _ = context._
    if context.takes_legs(needs):
        return _("The attached calendar files put the event and your journey into your calendar.")
    return _("The attached calendar file puts the event into your calendar.")


def build_own_words_paragraphs(context: LetterContext) -> tuple[str, ...]:
    """Build the paragraph that asks a companion in a party for what only they can tell; none for others."""
    _ = context._
    if not context.registration.was_registered_by_another or not details.asks_about_health(context.event):
        return ()
    return (
        _(
            "A colleague has registered you. What you cannot eat, and what help you need on the journey, only you"
            " can tell us: use the link below if there is something that we should know."
        ),
    )


def build_next_step_paragraph(context: LetterContext) -> str:
    """Build the paragraph that says what happens next on the waitlist, which the event's mode decides."""
    _ = context._
    if context.event.waitlist.mode == "offer":
        return _(
            "You need not do anything just now. As soon as there is room for you, we hold the place for you and"
            " write to you. Then we need your answer."
        )
    return _("You need not do anything. As soon as there is room for you, we register you and write to you.")


def build_cancel_early_paragraph(context: LetterContext) -> str:
    """Build the paragraph that asks to cancel in time."""
    _ = context._
    return _("If you can no longer come, please cancel as soon as you know, so that the next in line can.")


def build_reservation(context: LetterContext, *, is_confirmed: bool) -> dict[str, Any]:
    """Build the schema.org EventReservation (JSON-LD) of a confirmed or a cancelled registration."""
    event, registration = context.event, context.registration
    return {
        "@context": "http://schema.org",
        "@type": "EventReservation",
        "reservationNumber": registration.id,
        "reservationStatus": f"http://schema.org/Reservation{'Confirmed' if is_confirmed else 'Cancelled'}",
        "modifyReservationUrl": context.link,
        "underName": {"@type": "Person", "name": registration.attendee.name},
        "reservationFor": {
            "@type": "Event",
            "name": context.title,
            "startDate": event.starts_at.isoformat(),
            "endDate": event.ends_at.isoformat(),
            "location": {"@type": "Place", "name": event.venue.name, "address": event.venue.address},
        },
    }


def build_venue_detail(context: LetterContext, label: str) -> Detail:
    """Build the detail that says where the event is, with its link to a map."""
    venue = context.event.venue
    note = f" ({venue.note.in_(context.language)})" if venue.note else ""
    map_link = LabelledLink(context._("Show on a map"), _build_map_url(context.event))
    return Detail(label, join_place(venue.name, venue.address) + note, map_link)


def _build_map_url(event: Event) -> str:
    """Build the search URL from the address alone: the map knows streets, and few venues by name."""
    return "https://www.openstreetmap.org/search?" + urlencode({"query": event.venue.address})
