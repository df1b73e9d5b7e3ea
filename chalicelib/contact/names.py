"""Names as airlines type them: A–Z after ICAO Doc 9303, part 3, section 6, whose tables stand in transliteration.

A name has three forms: as people write it, the list form (`SOEREN AAGAARD-OEZIL`) and the ticket form, which holds
no hyphen, apostrophe or space.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from chalicelib.contact.transliteration import (
    ARABIC,
    ARABIC_MARKS,
    CYRILLIC,
    LATIN,
    SHADDA,
    TEH_MARBUTA,
    TEH_MARBUTA_AT_END,
)

_LETTERS = LATIN | CYRILLIC | ARABIC
SILENT_CHARACTERS = frozenset("'’‘‛ʼʻʹ′`´.·")  # apostrophes, and the dots of abbreviations and of Catalan
_DROPPED_CATEGORIES = frozenset({"Mn", "Cf"})  # marks left over, zero-width characters
SEPARATORS = frozenset(',;:/\\()[]"“”„«»')


@dataclass(frozen=True)
class ListForm:
    """A name in list form; `unmapped` holds the characters that have no form in A–Z, as they were written.

    A name from another script is `is_transliterated`: the person's own identity card may spell it in another way.
    """

    text: str
    unmapped: str = ""
    is_transliterated: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether all of the name is there: nothing left out, and not empty."""
        return bool(self.text) and not self.unmapped


@lru_cache(maxsize=20_000)  # slow, and needed by each list
def transliterate(name: str) -> ListForm:
    """Transliterate the name to the form of an airline's list: upper case, A–Z, space and hyphen."""
    capitals = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).upper())
    forms, unmapped = [], []
    for character in _expand_arabic_marks(capitals):
        form = _transliterate_character(character)
        forms.append(form or "")
        if form is None:
            unmapped.append(character)
    text = re.sub(r"\s*-[\s-]*", "-", "".join(forms))
    return ListForm(" ".join(text.split()).strip("-"), "".join(unmapped), any(map(_is_non_latin, capitals)))


def transliterate_for_ticket(name: str) -> ListForm:
    """Transliterate the name to ticket form: list form without hyphens and spaces."""
    list_form = transliterate(name)
    return replace(list_form, text=re.sub(r"[ -]", "", list_form.text))


def _expand_arabic_marks(name: str) -> str:
    """Drop vowels, double letters under a shadda, and replace a teh marbuta at the end of a word."""
    letters = re.sub(f"[{ARABIC_MARKS}]", "", name)
    doubled = re.sub(f"(\\w){SHADDA}", r"\1\1", letters)
    return re.sub(rf"{TEH_MARBUTA}(?!\w)", TEH_MARBUTA_AT_END, doubled)


def _is_non_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("CYRILLIC", "ARABIC"))


def _transliterate_character(character: str) -> str | None:
    """Return the form of one upper-case character, or None where A–Z has none."""
    if character.isascii() and character.isalpha():
        return character
    if character in _LETTERS:
        return _LETTERS[character]
    if character in SILENT_CHARACTERS:
        return ""
    if character.isspace() or character in SEPARATORS:
        return " "
    category = unicodedata.category(character)
    if category == "Pd":
        return "-"
    return "" if category in _DROPPED_CATEGORIES else _transliterate_decomposed(character)


def _transliterate_decomposed(character: str) -> str | None:
    """Transliterate the character's parts, one step of decomposition at a time: Ǻ is an Å under an accent."""
    forms = [_transliterate_character(part) for part in _decompose(character)]
    return "".join(form or "" for form in forms) if forms and None not in forms else None


def _decompose(character: str) -> Iterator[str]:
    for part in unicodedata.decomposition(character).split():
        if not part.startswith("<"):
            yield from chr(int(part, 16)).upper()
