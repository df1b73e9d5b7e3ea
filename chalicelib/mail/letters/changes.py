"""The letters about what has changed: by their own hand, or because something waited for came free."""

from dataclasses import replace

from chalicelib.facts import Changed, Swapped
from chalicelib.language import N_, Language, translator
from chalicelib.mail.letters.context import calendar_note, title, with_places
from chalicelib.mail.letters.letter import Letter
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration

#: What can be changed, by its field, as people call it. Details about health are not named.
_FIELDS = {
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


def changed(plain: Letter, fact: Changed, event: Event, registration: Registration, link: str) -> Letter:
    """What was changed, and what their registration covers now."""
    _ = translator(plain.language)
    news = _("Your registration for “%(title)s” has been changed. Here is how it stands now.")
    what = dict.fromkeys(_(_FIELDS[name]) for name in fact.fields if name in _FIELDS)
    confirmed = fact.status == "confirmed"
    letter = with_places(plain, fact.needs, event, registration, link) if confirmed else plain
    details = [*letter.details, *(((_("Changed"), ", ".join(what)),) if what else ())]
    if fact.waiting_for:
        details.append((_("Waiting for"), event.titles(fact.waiting_for, plain.language)))
    paragraphs = [news % title(event, plain.language)]
    if fact.waiting_for:
        paragraphs.append(_swap_note(plain.language))
    if confirmed:
        paragraphs.append(calendar_note(event, fact.needs, plain.language))
    return replace(
        letter,
        subject=_("Your registration is changed: %(title)s") % title(event, plain.language),
        paragraphs=tuple(paragraphs),
        details=tuple(details),
    )


def _swap_note(language: Language) -> str:
    _ = translator(language)
    return _(
        "You keep what you have. When what you wait for comes free and it is your turn, we change your"
        " registration and write to you; what you no longer need goes to the next in line."
    )


def swapped(plain: Letter, fact: Swapped, event: Event, registration: Registration, link: str) -> Letter:
    """What they waited for is theirs, and what they gave up for it."""
    _ = translator(plain.language)
    news = _("What you waited for has come free: %(took)s. It is yours now at “%(title)s”.")
    took = {"took": event.titles(fact.took, plain.language)}
    gave = ((_("No longer yours"), event.titles(fact.gave, plain.language)),) if fact.gave else ()
    letter = with_places(plain, fact.needs, event, registration, link)
    return replace(
        letter,
        subject=_("What you waited for is yours: %(title)s") % title(event, plain.language),
        paragraphs=(
            news % (title(event, plain.language) | took),
            calendar_note(event, fact.needs, plain.language),
        ),
        details=(*letter.details, *gave),
    )
