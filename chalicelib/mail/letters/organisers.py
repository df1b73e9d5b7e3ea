"""The letters to organisers: the sign-in link, the lists that are ready, and an offer that did not arrive."""

from chalicelib.contact.addresses import format_with_punycode
from chalicelib.contact.phones import format_international
from chalicelib.language import Language, get_translator
from chalicelib.mail.letters.letter import Detail, LabelledLink, Letter
from chalicelib.programme import dates
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration


def build_sign_in_letter(link: str, minutes: int, language: Language) -> Letter:
    """Build the letter with a sign-in link, which works once within so many minutes."""
    _ = get_translator(language)
    use = _("Use the link below to sign in. It works once, within %(minutes)s minutes.")
    return Letter(
        language=language,
        subject=_("Your sign-in link"),
        greeting=_("Hello"),
        paragraphs=(
            use % {"minutes": minutes},
            _("If you did not ask for it, you need not do anything."),
        ),
        action=LabelledLink(_("Sign in"), link),
    )


def build_manifest_ready_letter(event: Event, version: int, link: str, language: Language) -> Letter:
    """Build the letter to the organiser who asked for the lists; `link` leads to them."""
    _ = get_translator(language)
    values = {"title": event.title.in_(language), "version": version}
    news = _("Version %(version)s of the lists for “%(title)s” is ready to be looked at and downloaded.")
    return Letter(
        language=language,
        subject=_("The lists are ready: %(title)s") % values,
        greeting=_("Hello"),
        paragraphs=(
            news % values,
            _("See first what the checks have found, before you send the lists on."),
        ),
        action=LabelledLink(_("See the lists"), link),
    )


def build_returned_offer_letter(event: Event, registration: Registration, link: str, language: Language) -> Letter:
    """Build the letter that asks the organiser to call a participant whose offer did not arrive by mail.

    The offer must still stand. `link` leads to the list of tasks.
    """
    _ = get_translator(language)
    assert registration.offer_expires_at is not None
    until = dates.format_date_time(registration.offer_expires_at, language)
    attendee, title = registration.attendee, event.title.in_(language)
    return Letter(
        language=language,
        subject=_("Please call: an offer did not arrive: %(title)s") % {"title": title},
        greeting=_("Dear %(name)s") % {"name": event.contact.name},
        paragraphs=(
            _("The mail with the offer to %(name)s did not arrive: the address takes no mail.")
            % {"name": attendee.name},
            _("Their offer stands until %(moment)s. Call them, so that they can answer in time.")
            % {"moment": until},
        ),
        details=(
            Detail(_("Event"), title),
            Detail(_("Name"), attendee.name),
            Detail(_("Phone"), format_international(attendee.phone) if attendee.phone else _("not given")),
            Detail(_("Email address"), format_with_punycode(attendee.email)),
            Detail(_("Answer before"), until),
        ),
        action=LabelledLink(_("See what needs attention"), link),
    )
