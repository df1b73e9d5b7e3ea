"""The letters of names: what the fonts of our pages have, what a badge shows where some are missing, and the Latin
spelling of names in other letters, for those who read the lists.
"""

import re
import unicodedata

from chalicelib.contact.names import transliterate
from chalicelib.registration.attendee import Attendee
from chalicelib.text import list_scripts, strip_control_characters, strip_invisible
from chalicelib.travel.lists.tables import SpelledName

#: All but those that the fonts of Typst have: Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Georgian, and
#: characters without a glyph. The fonts have some more that hardly any name is written with.
_UNSUPPORTED_CHARACTERS = re.compile(
    "[^\u0020-\u007e\u00a0-\u0482\u048a-\u04ff\u0531-\u0556\u0561-\u0587\u0591-\u05c7\u05d0-\u05ea\u05f0-\u05f4"
    "\u060c\u061b\u061f\u0621-\u063a\u0640-\u0655\u0660-\u0669\u067e\u0686\u0698\u06a9\u06af\u06be"
    "\u06cc\u06f0-\u06f9\u10d0-\u10fa\u1e00-\u1fff\u200b-\u200f\u2010-\u2027\u2060\u20a0-\u20bf\ufe00-\ufe0f]"
)


_LINE_TO_WRITE_ON = "_" * 12
#: Scripts whose transliteration people can read; that of Arabic is made for machines.
_READABLE_SCRIPTS = {"LATIN", "CYRILLIC"}


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
    text = strip_control_characters(strip_invisible(text))
    if _has_unsupported_letters(text):
        return ""
    return " ".join(_UNSUPPORTED_CHARACTERS.sub("", text).split())


def remove_unprintable_signs(text: str) -> str:
    """Remove emoji and the like that the fonts lack; letters stay, as boxes that show that something is there."""
    text = strip_control_characters(text)
    return _UNSUPPORTED_CHARACTERS.sub(
        lambda sign: sign[0] if sign[0].isspace() or unicodedata.category(sign[0])[0] in "LMN" else "", text
    )


def _has_unsupported_letters(text: str) -> bool:
    return any(unicodedata.category(character)[0] in "LMN" for character in _UNSUPPORTED_CHARACTERS.findall(text))


def spell_family_name(attendee: Attendee) -> str | SpelledName:
    """Spell the family name for a list: as typed, and in Latin letters where it has others."""
    on_id = attendee.travel.name_on_id if attendee.travel else None
    return _spell(attendee.family_name, on_id.family if on_id else "")


def spell_given_name(attendee: Attendee) -> str | SpelledName:
    """Spell the given name for a list: as typed, and in Latin letters where it has others."""
    on_id = attendee.travel.name_on_id if attendee.travel else None
    return _spell(attendee.given_name, on_id.given if on_id else "")


def spell_name(attendee: Attendee) -> str | SpelledName:
    """Spell given and family name for a list: as typed, and in Latin letters where they have others."""
    parts = (spell_given_name(attendee), spell_family_name(attendee))
    if all(isinstance(part, str) for part in parts):
        return attendee.name
    latin = [part.latin if isinstance(part, SpelledName) else part for part in parts]
    is_spelled = all(part.latin for part in parts if isinstance(part, SpelledName))
    return SpelledName(attendee.name, " ".join(filter(None, latin)) if is_spelled else "")


def needs_latin_name(attendee: Attendee) -> bool:
    """Return True if bus, hotel or kitchen may not read the name, and no Latin spelling of it is known."""
    name = spell_name(attendee)
    return isinstance(name, SpelledName) and not name.latin


def has_unprintable_text(attendee: Attendee) -> bool:
    """Return True if organisation, contact or a note for the kitchen has letters that the fonts lack."""
    contact = attendee.travel.emergency_contact if attendee.travel else None
    food = attendee.dietary
    texts = (attendee.organisation, contact.name if contact else "", food.note if food and food.consent else "")
    return any(text and _has_unsupported_letters(text) for text in texts)


def print_name(name: SpelledName) -> str:
    """Return the name as the fonts can print it: both spellings, the Latin one, or a line to write it on."""
    return make_printable(str(name)) or make_printable(name.latin) or _LINE_TO_WRITE_ON


def _spell(typed: str, on_id: str) -> str | SpelledName:
    if not typed or (not list_scripts(typed) - {"LATIN"} and make_printable(typed)):
        return typed
    latin = on_id if on_id and not list_scripts(on_id) - {"LATIN"} else _transliterate_readably(typed)
    return SpelledName(typed, latin)


def _transliterate_readably(typed: str) -> str:
    form = transliterate(typed)
    is_readable = form.is_whole and list_scripts(typed) <= _READABLE_SCRIPTS
    return form.text.title() if is_readable else ""
