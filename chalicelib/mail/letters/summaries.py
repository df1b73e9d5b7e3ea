"""The letter about several registrations at once: how each stands now, and its link."""

from collections.abc import Sequence

from chalicelib.language import Translate
from chalicelib.mail.letters.context import LetterContext, shorten_name
from chalicelib.mail.letters.letter import Detail, LabelledLink, Letter
from chalicelib.mail.letters.status_changes import STATUS_LABELS
from chalicelib.programme import dates


def build_drawn_together_letter(contexts: Sequence[LetterContext]) -> Letter:
    """Build the letter that tells how several registrations stand of which no more mails could go out."""
    _ = contexts[0]._
    return _build_letter(
        contexts,
        _("Your registrations, as they stand now"),
        _(
            "A lot has happened with the registrations of this address, so we have drawn the mails about it"
            " together. This is how they stand now."
        ),
        _("If it was not you, you need not do anything: you get no more than one mail an hour like this one."),
    )


def build_links_letter(contexts: Sequence[LetterContext]) -> Letter:
    """Build the letter with the links of all that an address has, since they were asked for."""
    _ = contexts[0]._
    return _build_letter(
        contexts,
        _("Your registrations and their links"),
        _(
            "The links to the registrations of this address were asked for. These are for events that are not"
            " over."
        ),
        _("If it was not you, you need not do anything: the links have been sent to you alone."),
    )


def _build_letter(contexts: Sequence[LetterContext], subject: str, *paragraphs: str) -> Letter:
    first = contexts[0]
    _ = first._
    return Letter(
        language=first.language,
        subject=subject,
        greeting=_("Dear %(name)s") % {"name": shorten_name(first.registration.attendee.given_name)},
        paragraphs=paragraphs,
        details=tuple(_build_detail(context, _) for context in contexts),
        closing=(_("Each link is for its event alone. With it, the registration can be seen and changed."),),
    )


def _build_detail(context: LetterContext, _: Translate) -> Detail:
    when = dates.format_period(context.event.starts_at, context.event.ends_at, context.language)
    standing = f"{_(STATUS_LABELS[context.registration.status])} ({when})"
    if context.position:
        standing = f"{standing}. {_('Your number in line')}: {context.position}"
    link = LabelledLink(_("See, change or cancel your registration"), context.link)
    return Detail(context.title, standing, link)
