"""The letters nobody has asked for: the event comes nearer, travel details are missing, the lists are ready."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.broadcasts.model import Missing
from chalicelib.language import N_, Language, translator
from chalicelib.mail.letters.context import cancel_in_time, title, with_places
from chalicelib.mail.letters.letter import Action, Letter
from chalicelib.programme import dates
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration

_MISSING: dict[Missing, str] = {
    "name_on_id": N_("Your name exactly as it stands in your passport or identity card"),
    "phone": N_("Your phone number"),
    "emergency_contact": N_("Whom we may call in an emergency: name and phone number"),
}


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
