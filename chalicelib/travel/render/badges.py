"""Name badges to print: sheets of ten labels, 80 × 50 mm each."""

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from chalicelib.language import N_, Language, translator
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration
from chalicelib.travel.lists import lettering
from chalicelib.travel.render import typesetting

_TEMPLATE = Path(__file__).parent / "badges.typ"
_LONGEST_WHOLE, _LONGEST_PIECE = 16, 20  #: signs that stay together, and that fit side by side at all
_LONGEST_NAME, _LONGEST_LINE = 100, 90  #: signs; what is longer ends in an ellipsis
_MAY_PART, _STAYS = "\u200b", "\u2060"  #: here a line may end, without a sign; and here it may not


def render(event: Event, people: Iterable[Registration], now: datetime, language: Language) -> bytes:
    """The badges of these people as PDF, in the order given; instead of a name that cannot be printed, a line."""
    title, say = event.title.in_(language), translator(language)
    document = {
        "title": f"{say(N_('Name badges'))}: {title}",
        "event": _shortened(title, _LONGEST_LINE),
        "nobody": say(N_("Nobody has a place yet.")),
        "people": [
            {
                "name": _said(lettering.on_badge(each.attendee), _LONGEST_NAME),
                "organisation": _said(lettering.printed(each.attendee.organisation or ""), _LONGEST_LINE),
            }
            for each in people
        ],
    }
    return typesetting.pdf(_TEMPLATE, document, int(now.timestamp()))


def _said(text: str, longest: int) -> dict[str, str | list[str]] | None:
    """The text, and the pieces of it that a line is not parted in."""
    if not text:
        return None
    words = [_parted(word) for word in _shortened(text, longest).split()]
    pieces = [piece for word in words for piece in re.split(rf"{_MAY_PART}|(?<=-)(?!{_STAYS})", word) if piece]
    return {"text": " ".join(words), "pieces": pieces}


def _parted(word: str) -> str:
    """A double name stays on its line if it is not long; what is too long for a badge is parted somewhere."""
    if len(word) <= _LONGEST_WHOLE:
        return word.replace("-", f"-{_STAYS}")
    return re.sub(rf"([^\s-]{{{_LONGEST_PIECE}}})(?=[^\s-])", rf"\1{_MAY_PART}", word)


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
