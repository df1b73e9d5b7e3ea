"""The letters about what has changed: by their own hand, or because something waited for came free."""

from dataclasses import replace

from chalicelib.facts import Changed, Swapped
from chalicelib.language import N_, Language, get_translator
from chalicelib.mail.letters.context import (
    add_registration_details,
    build_calendar_paragraph,
    build_title_parameter,
)
from chalicelib.mail.letters.letter import Letter
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration

#: What can be changed, by its field, as people call it. Details about health are not named.
_FIELD_LABELS = {
    "given_name": N_("Your name"),
    "family_name": N_("Your name"),
    "email": N_("Your mail address"),
    "phone": N_("Your phone number"),
    "organisation": N_("Your organisation"),
    "sector": N_("Your sector"),
    "language": N_("Your language"),
    "travel": N_("Your travel details"),
    "needs": N_("What you take part in"),
    "wait_for": N_("What you wait for"),
}


def build_changed_letter(
    base: Letter, fact: Changed, event: Event, registration: Registration, link: str
) -> Letter:
    """What was changed, and what their registration covers now."""
    _ = get_translator(base.language)
    news = _("Your registration for “%(title)s” has been changed. Here is how it stands now.")
    what = dict.fromkeys(_(_FIELD_LABELS[name]) for name in fact.fields if name in _FIELD_LABELS)
    confirmed = fact.status == "confirmed"
    letter = add_registration_details(base, fact.needs, event, registration, link) if confirmed else base
    details = [*letter.details, *(((_("Changed"), ", ".join(what)),) if what else ())]
    if fact.waiting_for:
        details.append((_("Waiting for"), event.join_titles(fact.waiting_for, base.language)))
    paragraphs = [news % build_title_parameter(event, base.language)]
    if fact.waiting_for:
        paragraphs.append(_build_swap_paragraph(base.language))
    if confirmed:
        paragraphs.append(build_calendar_paragraph(event, fact.needs, base.language))
    return replace(
        letter,
        subject=_("Your registration is changed: %(title)s") % build_title_parameter(event, base.language),
        paragraphs=tuple(paragraphs),
        details=tuple(details),
    )


def _build_swap_paragraph(language: Language) -> str:
    _ = get_translator(language)
    return _(
        "You keep what you have. When what you wait for comes free and it is your turn, we change your"
        " registration and write to you; what you no longer need goes to the next in line."
    )


def build_swapped_letter(
    base: Letter, fact: Swapped, event: Event, registration: Registration, link: str
) -> Letter:
    """What they waited for is theirs, and what they gave up for it."""
    _ = get_translator(base.language)
    news = _("What you waited for has come free: %(took)s. It is yours now at “%(title)s”.")
    took = {"took": event.join_titles(fact.took, base.language)}
    gave = ((_("No longer yours"), event.join_titles(fact.gave, base.language)),) if fact.gave else ()
    letter = add_registration_details(base, fact.needs, event, registration, link)
    return replace(
        letter,
        subject=_("What you waited for is yours: %(title)s") % build_title_parameter(event, base.language),
        paragraphs=(
            news % (build_title_parameter(event, base.language) | took),
            build_calendar_paragraph(event, fact.needs, base.language),
        ),
        details=(*letter.details, *gave),
    )
