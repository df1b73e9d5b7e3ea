"""The letter for each fact that is mailed to its participant.

The words follow the fact, what happened then, also when the registration has moved on since. A letter never
mentions health, food or emergency contacts.
"""

from dataclasses import replace
from typing import assert_never

from chalicelib.facts import (
    Accepted,
    Cancelled,
    Changed,
    Confirmed,
    Declined,
    DetailsAsked,
    Expired,
    Joined,
    LinkRequested,
    Offered,
    PlaceKept,
    Promoted,
    Reminded,
    Swapped,
    ToldOfChange,
)
from chalicelib.language import Language, get_translator
from chalicelib.mail.letters import changes, event_changes, news, offers, status_changes
from chalicelib.mail.letters.context import LetterContext
from chalicelib.mail.letters.letter import LabelledLink, Letter
from chalicelib.mail.letters.note import get_organiser_note

_OfferFact = Offered | Accepted | Declined | PlaceKept | Expired
BroadcastFact = ToldOfChange | Reminded | DetailsAsked  #: sent without the participant having done anything
MailedFact = (
    Confirmed | Joined | Promoted | _OfferFact | Changed | Swapped | Cancelled | LinkRequested | BroadcastFact
)


def build_letter(context: LetterContext, fact: MailedFact) -> Letter:
    """Build the letter that tells the participant the fact, with the organiser's note for such mails."""
    note = get_organiser_note(fact, context.event, context.language)
    return replace(_build_letter_without_note(context, fact), organiser_note=note)


def _build_letter_without_note(context: LetterContext, fact: MailedFact) -> Letter:
    match fact:
        case Confirmed():
            return status_changes.build_confirmed_letter(context, fact)
        case Promoted():
            return status_changes.build_promoted_letter(context, fact)
        case Joined():
            return status_changes.build_joined_letter(context, fact)
        case Changed():
            return changes.build_changed_letter(context, fact)
        case Swapped():
            return changes.build_swapped_letter(context, fact)
        case Cancelled():
            return status_changes.build_cancelled_letter(context, fact)
        case LinkRequested():
            return status_changes.build_link_requested_letter(context, fact)
        case ToldOfChange():
            return event_changes.build_event_changed_letter(context, fact)
        case Reminded():
            return news.build_reminder_letter(context, fact)
        case DetailsAsked():
            return news.build_missing_details_letter(context, fact)
        case _:
            return _build_offer_letter(context, fact)


def _build_offer_letter(context: LetterContext, fact: _OfferFact) -> Letter:
    match fact:
        case Offered():
            return offers.build_offered_letter(context, fact)
        case Accepted():
            return offers.build_accepted_letter(context, fact)
        case Declined():
            return offers.build_declined_letter(context, fact)
        case PlaceKept():
            return offers.build_place_kept_letter(context, fact)
        case Expired():
            return offers.build_expired_letter(context, fact)
        case _:
            assert_never(fact)


def build_sign_in_letter(link: str, minutes: int, language: Language) -> Letter:
    """Build the letter with a sign-in link, which works once and for so many minutes."""
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
