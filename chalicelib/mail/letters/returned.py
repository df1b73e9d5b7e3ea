"""The letter to the organiser about an offer whose mail did not arrive: a place is held for somebody who does not
know it."""

from chalicelib.language import Language, get_translator
from chalicelib.mail.letters.letter import LabelledLink, Letter
from chalicelib.programme import dates
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration


def build_returned_offer_letter(event: Event, registration: Registration, link: str, language: Language) -> Letter:
    """Who was not reached, until when their offer stands (it must be standing), and how to reach them. `link`
    leads to the list of things to do."""
    _ = get_translator(language)
    assert registration.offer_expires_at is not None
    until = dates.format_date_time(registration.offer_expires_at, language)
    who = registration.attendee
    title = event.title.in_(language)
    return Letter(
        language=language,
        subject=_("Please call: an offer did not arrive: %(title)s") % {"title": title},
        greeting=_("Dear %(name)s") % {"name": event.contact.name},
        paragraphs=(
            _("The mail with the offer to %(name)s did not arrive: the address takes no mail.")
            % {"name": who.name},
            _("Their offer stands until %(moment)s. Call them, so that they can answer in time.")
            % {"moment": until},
        ),
        details=(
            (_("Event"), title),
            (_("Name"), who.name),
            (_("Phone"), _format_phone(who.phone) if who.phone else _("not given")),
            (_("Email address"), who.email),
            (_("Answer before"), until),
        ),
        action=LabelledLink(_("See what needs attention"), link),
    )


def _format_phone(phone: str) -> str:
    """`+45 20 12 34 56`"""
    from phonenumbers import PhoneNumberFormat, format_number, parse  # slow, and hardly ever needed

    return format_number(parse(phone), PhoneNumberFormat.INTERNATIONAL)
