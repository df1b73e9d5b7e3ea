"""Render name badges to print: sheets of ten labels, 80 × 50 mm each."""

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from chalicelib.language import N_, Language, get_translator
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration
from chalicelib.travel.lists import lettering
from chalicelib.travel.render import typesetting

_TEMPLATE = Path(__file__).parent / "badges.typ"
_MAX_UNBROKEN_LENGTH, _MAX_PIECE_LENGTH = 16, 20  #: characters that stay together, and that fit on one line at all
_MAX_NAME_LENGTH, _MAX_TEXT_LENGTH = 100, 90  #: characters; a longer text ends in an ellipsis
_ZERO_WIDTH_SPACE, _WORD_JOINER = "\u200b", "\u2060"  #: allow a line break without a hyphen, and forbid one


def render(event: Event, registrations: Iterable[Registration], now: datetime, language: Language) -> bytes:
    """Render the badges as PDF, in the order given; a name that cannot be printed is a line to write on."""
    title, translate = event.title.in_(language), get_translator(language)
    document = {
        "title": f"{translate(N_('Name badges'))}: {title}",
        "event": _truncate(title, _MAX_TEXT_LENGTH),
        "nobody": translate(N_("Nobody has a place yet.")),
        "people": [
            {
                "name": _build_text(lettering.format_badge_name(registration.attendee), _MAX_NAME_LENGTH),
                "organisation": _build_text(
                    lettering.make_printable(registration.attendee.organisation or ""), _MAX_TEXT_LENGTH
                ),
            }
            for registration in registrations
        ],
    }
    return typesetting.render_pdf(_TEMPLATE, document, int(now.timestamp()))


def _build_text(text: str, max_length: int) -> dict[str, str | list[str]] | None:
    """Build the text, and the pieces of it that no line break may divide."""
    if not text:
        return None
    words = [_break_word(word) for word in _truncate(text, max_length).split()]
    pieces = [
        piece
        for word in words
        for piece in re.split(rf"{_ZERO_WIDTH_SPACE}|(?<=-)(?!{_WORD_JOINER})", word)
        if piece
    ]
    return {"text": " ".join(words), "pieces": pieces} if pieces else None


def _break_word(word: str) -> str:
    """Keep a double name on one line if it is short; allow line breaks in a word that is too long for a badge."""
    if len(word) <= _MAX_UNBROKEN_LENGTH:
        return word.replace("-", f"-{_WORD_JOINER}")
    return re.sub(rf"([^\s-]{{{_MAX_PIECE_LENGTH}}})(?=[^\s-])", rf"\1{_ZERO_WIDTH_SPACE}", word)


def _truncate(text: str, max_length: int) -> str:
    return text if len(text) <= max_length else text[: max_length - 1].rstrip() + "…"
