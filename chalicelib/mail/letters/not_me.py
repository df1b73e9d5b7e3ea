"""The letter to a mailbox that has disowned a registration, when its address is registered once more."""

from chalicelib.language import Language, get_translator
from chalicelib.mail.letters.letter import LabelledLink, Letter
from chalicelib.programme.model import Event


def build_wish_letter(event: Event, link: str, language: Language) -> Letter:
    """Build the letter that asks if they want to come after all; `link` leads to the page with the button."""
    _, title = get_translator(language), event.title.in_(language)
    return Letter(
        language=language,
        subject=_("Do you want to come after all? %(title)s") % {"title": title},
        greeting=_("Hello"),
        paragraphs=(
            _("This address was used to register for “%(title)s”. It is not registered.") % {"title": title},
            _(
                "You have told us that it was not you who registered, so you get no mails about this event. If you"
                " do want to come, press the button on the page below, and then register."
            ),
            _("If you do not, you need not do anything. You get this mail at most once a day."),
        ),
        action=LabelledLink(_("See the page"), link),
    )
