"""Which signs the fonts of our pages have, and what a badge says of somebody whose name has others."""

import re
import unicodedata

from chalicelib.registration.attendee import Attendee

#: None of those that the fonts which come with Typst have: Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic,
#: Georgian, and what shows nothing itself. They have some more that hardly any name is written with.
_UNSUPPORTED_CHARACTERS = re.compile(
    "[^\u0020-\u007e\u00a0-\u0482\u048a-\u04ff\u0531-\u0556\u0561-\u0587\u0591-\u05c7\u05d0-\u05ea\u05f0-\u05f4"
    "\u060c\u061b\u061f\u0621-\u063a\u0640-\u0655\u0660-\u0669\u067e\u0686\u0698\u06a9\u06af\u06be"
    "\u06cc\u06f0-\u06f9\u10d0-\u10fa\u1e00-\u1fff\u200b-\u200f\u2010-\u2027\u2060\u20a0-\u20bf\ufe00-\ufe0f]"
)


def is_printable_as_typed(attendee: Attendee) -> bool:
    """Whether a badge says name and organisation as they were typed."""
    return not _UNSUPPORTED_CHARACTERS.search(f"{attendee.name} {attendee.organisation or ''}")


def format_badge_name(attendee: Attendee) -> str:
    """The name as a badge says it: as typed, without an emoji; where letters are lacking, as on the card, if that
    is known; otherwise nothing, and there is room to write it by hand."""
    card = attendee.travel.name_on_id if attendee.travel else None
    return make_printable(attendee.name) or (make_printable(f"{card.given} {card.family}") if card else "")


def make_printable(text: str) -> str:
    """The text without signs that the fonts lack; nothing where some of these are letters: half a name is none."""
    if any(unicodedata.category(sign)[0] in "LMN" for sign in _UNSUPPORTED_CHARACTERS.findall(text)):
        return ""
    return " ".join(_UNSUPPORTED_CHARACTERS.sub("", text).split())
