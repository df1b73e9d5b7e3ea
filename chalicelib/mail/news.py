"""The letters that nobody has asked for: the event has changed, it comes nearer, travel details are missing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib import dates
from chalicelib.facts import ToldOfChange
from chalicelib.language import N_, Language, translator
from chalicelib.mail.frame import cancel_in_time, title, with_places
from chalicelib.mail.itinerary import place
from chalicelib.mail.letter import Action, Letter
from chalicelib.programme.model import Event, Venue
from chalicelib.registration.model import Registration
from chalicelib.rounds.model import Missing

_MISSING: dict[Missing, str] = {
    "name_on_id": N_("Your name exactly as it stands in your passport or identity card"),
    "phone": N_("Your phone number"),
    "emergency_contact": N_("Whom we may call in an emergency: name and phone number"),
}


def differs(fact: ToldOfChange, event: Event) -> bool:
    """Whether the event, as it is now, is at another time or place than before the change."""
    return bool(list(_differences(fact, event, "en")))


def told_of_change(plain: Letter, fact: ToldOfChange, event: Event, registration: Registration) -> Letter:
    """What was, and what is now."""
    _ = translator(plain.language)
    news = _("The time or the place of “%(title)s” has changed. Here is what was, and what is now.")
    paragraphs = [news % title(event, plain.language)]
    if registration.status == "confirmed":
        paragraphs.append(_("The attached calendar file changes the entry that is in your calendar already."))
        paragraphs.append(cancel_in_time(plain.language))
    else:
        paragraphs.append(_("The offer that you have stands as before."))
    return replace(
        plain,
        subject=_("Changed: %(title)s") % title(event, plain.language),
        paragraphs=tuple(paragraphs),
        details=((_("Event"), event.title.in_(plain.language)), *_differences(fact, event, plain.language)),
    )


def _differences(fact: ToldOfChange, event: Event, language: Language) -> Iterator[tuple[str, str]]:
    _ = translator(language)
    was = datetime.fromisoformat(fact.was_starts_at), datetime.fromisoformat(fact.was_ends_at)
    if was != (event.starts_at, event.ends_at):
        yield _("Time before"), dates.span(*was, language)
        yield _("Time now"), dates.span(event.starts_at, event.ends_at, language)
    if (fact.was_venue, fact.was_address) != (event.venue.name, event.venue.address):
        yield _("Place before"), place(Venue(name=fact.was_venue, address=fact.was_address))
        yield _("Place now"), place(event.venue)


def reminded(plain: Letter, event: Event, registration: Registration, link: str) -> Letter:
    """When and where, and what is theirs."""
    _ = translator(plain.language)
    begins = title(event, plain.language) | {"moment": dates.moment(event.starts_at, plain.language)}
    return replace(
        with_places(plain, registration.needs, event, registration, link),
        subject=_("We will see you soon: %(title)s") % begins,
        paragraphs=(
            _("“%(title)s” begins on %(moment)s. We look forward to seeing you.") % begins,
            cancel_in_time(plain.language),
        ),
    )


def details_asked(plain: Letter, missing: Sequence[Missing], event: Event, link: str) -> Letter:
    """What the airline, the driver or the hotel still need of them, and where to write it."""
    _ = translator(plain.language)
    news = _("You travel with us to “%(title)s”, and we still need something from you:")
    return replace(
        plain,
        subject=_("We need something from you: %(title)s") % title(event, plain.language),
        paragraphs=(
            news % title(event, plain.language),
            *(f"– {_(_MISSING[name])}" for name in missing),
            _("Use the link below, or simply reply to this mail."),
        ),
        action=Action(_("See your registration"), link),
    )


def manifest_ready(event: Event, version: int, link: str, language: Language) -> Letter:
    """To the organiser who asked for the lists; `link` leads to them."""
    _ = translator(language)
    named = title(event, language) | {"version": version}
    return Letter(
        language=language,
        subject=_("The lists are ready: %(title)s") % named,
        greeting=_("Hello"),
        paragraphs=(
            _("Version %(version)s of the lists for “%(title)s” is ready to be looked at and downloaded.") % named,
            _("See first what the checks have found, before you send the lists on."),
        ),
        action=Action(_("See the lists"), link),
    )
