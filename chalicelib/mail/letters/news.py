"""The letters nobody has asked for: the event comes nearer, travel details are missing, the lists are ready."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.broadcasts.model import MissingDetail
from chalicelib.language import N_, Language, get_translator
from chalicelib.mail.letters.context import (
    add_registration_details,
    build_cancel_early_paragraph,
    build_title_parameter,
)
from chalicelib.mail.letters.letter import LabelledLink, Letter
from chalicelib.programme import dates
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration

_MISSING_LABELS: dict[MissingDetail, str] = {
    "name_on_id": N_("Your name exactly as it stands in your passport or identity card"),
    "phone": N_("Your phone number"),
    "emergency_contact": N_("Whom we may call in an emergency: name and phone number"),
}


def build_reminder_letter(base: Letter, event: Event, registration: Registration, link: str) -> Letter:
    """When and where, and what is theirs."""
    _ = get_translator(base.language)
    begins = build_title_parameter(event, base.language) | {
        "moment": dates.format_date_time(event.starts_at, base.language)
    }
    return replace(
        add_registration_details(base, registration.needs, event, registration, link),
        subject=_("We will see you soon: %(title)s") % begins,
        paragraphs=(
            _("“%(title)s” begins on %(moment)s. We look forward to seeing you.") % begins,
            build_cancel_early_paragraph(base.language),
        ),
    )


def build_missing_details_letter(
    base: Letter, missing: Sequence[MissingDetail], event: Event, link: str
) -> Letter:
    """What the airline, the driver or the hotel still need of them, and where to write it."""
    _ = get_translator(base.language)
    news = _("You travel with us to “%(title)s”, and we still need something from you:")
    return replace(
        base,
        subject=_("We need something from you: %(title)s") % build_title_parameter(event, base.language),
        paragraphs=(
            news % build_title_parameter(event, base.language),
            *(f"– {_(_MISSING_LABELS[name])}" for name in missing),
            _("Use the link below, or simply reply to this mail."),
        ),
        action=LabelledLink(_("See your registration"), link),
    )


def build_manifest_ready_letter(event: Event, version: int, link: str, language: Language) -> Letter:
    """To the organiser who asked for the lists; `link` leads to them."""
    _ = get_translator(language)
    named = build_title_parameter(event, language) | {"version": version}
    return Letter(
        language=language,
        subject=_("The lists are ready: %(title)s") % named,
        greeting=_("Hello"),
        paragraphs=(
            _("Version %(version)s of the lists for “%(title)s” is ready to be looked at and downloaded.") % named,
            _("See first what the checks have found, before you send the lists on."),
        ),
        action=LabelledLink(_("See the lists"), link),
    )
