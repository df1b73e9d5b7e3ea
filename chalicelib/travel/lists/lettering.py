"""The characters that the fonts of our pages have, and the name that a badge shows where some are missing."""

import re
import unicodedata

from chalicelib.registration.attendee import Attendee

#: All but those that the fonts of Typst have: Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Georgian, and
#: characters without a glyph. The fonts have some more that hardly any name is written with.
_UNSUPPORTED_CHARACTERS = re.compile(
    "[^\u0020-\u007e\u00a0-\u0482\u048a-\u04ff\u0531-\u0556\u0561-\u0587\u0591-\u05c7\u05d0-\u05ea\u05f0-\u05f4"
    "\u060c\u061b\u061f\u0621-\u063a\u0640-\u0655\u0660-\u0669\u067e\u0686\u0698\u06a9\u06af\u06be"
    "\u06cc\u06f0-\u06f9\u10d0-\u10fa\u1e00-\u1fff\u200b-\u200f\u2010-\u2027\u2060\u20a0-\u20bf\ufe00-\ufe0f]"
)


def is_printable_as_typed(attendee: Attendee) -> bool:
    """Return True if a badge shows name and organisation as they were typed."""
    return not _UNSUPPORTED_CHARACTERS.search(f"{attendee.name} {attendee.organisation or ''}")


def format_badge_name(attendee: Attendee) -> str:
    """Return the name that a badge shows: as typed, without emoji.

    Where the fonts lack letters of it, the name as on the identity card, if that is known. Otherwise it is empty,
    and the name is written by hand.
    """
    name_on_id = attendee.travel.name_on_id if attendee.travel else None
    return make_printable(attendee.name) or (
        make_printable(f"{name_on_id.given} {name_on_id.family}") if name_on_id else ""
    )


def make_printable(text: str) -> str:
    """Remove the characters that the fonts lack; return no text where one of them is a letter, mark or digit."""
    if any(unicodedata.category(character)[0] in "LMN" for character in _UNSUPPORTED_CHARACTERS.findall(text)):
        return ""
    return " ".join(_UNSUPPORTED_CHARACTERS.sub("", text).split())
