"""Names as airlines type them: A–Z after ICAO Doc 9303, part 3, section 6, whose tables stand in transliteration.

A name has three forms: as people write it, the list form (`SOEREN AAGAARD-OEZIL`) and the ticket form, which
holds no hyphen, apostrophe or space.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from chalicelib.travel.lists.transliteration import (
    ARABIC,
    ARABIC_MARKS,
    CYRILLIC,
    LATIN,
    SHADDA,
    TEH_MARBUTA,
    TEH_MARBUTA_AT_END,
)

_LETTERS = LATIN | CYRILLIC | ARABIC
_SILENT_CHARACTERS = frozenset("'’‘‛ʼʻʹ′`´.·")  # apostrophes, and the dots of abbreviations and of Catalan
_DROPPED_CATEGORIES = frozenset({"Mn", "Cf"})  # marks left over, signs without width
_SEPARATORS = frozenset(',;:/\\()[]"“”„«»')


@dataclass(frozen=True)
class ListForm:
    """A name in list form; `unwritten` holds the signs that have no form in A–Z, as they were written.

    What was written in another script is `transliterated`: the person's own card may spell it in another way.
    """

    text: str
    unmapped: str = ""
    is_transliterated: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether all of the name is there: nothing left out, and something to read."""
        return bool(self.text) and not self.unmapped


def normalize_name(name: str) -> str:
    """Normalize a name for comparison with another: NFC, one space between words, no difference of case."""
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


@lru_cache(maxsize=20_000)  # slow to work out, and asked for by each list again
def transliterate(name: str) -> ListForm:
    """The name as an airline's list has it: upper case, A–Z, space and hyphen."""
    capitals = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).upper())
    written, unwritten = [], []
    for sign in _expand_arabic_marks(capitals):
        form = _transliterate_character(sign)
        written.append(form or "")
        if form is None:
            unwritten.append(sign)
    text = re.sub(r"\s*-[\s-]*", "-", "".join(written))
    return ListForm(" ".join(text.split()).strip("-"), "".join(unwritten), any(map(_is_non_latin, capitals)))


def transliterate_for_ticket(name: str) -> ListForm:
    """The list form without its hyphens and spaces."""
    listed = transliterate(name)
    return replace(listed, text=re.sub(r"[ -]", "", listed.text))


def _expand_arabic_marks(name: str) -> str:
    """Vowels are not written, a doubled letter is, and a teh marbuta is written as it stands: inside or last."""
    letters = re.sub(f"[{ARABIC_MARKS}]", "", name)
    doubled = re.sub(f"(\\w){SHADDA}", r"\1\1", letters)
    return re.sub(rf"{TEH_MARBUTA}(?!\w)", TEH_MARBUTA_AT_END, doubled)


def _is_non_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("CYRILLIC", "ARABIC"))


def _transliterate_character(character: str) -> str | None:
    """What stands for one upper-case sign, or None where nothing in A–Z does."""
    if character.isascii() and character.isalpha():
        return character
    if character in _LETTERS:
        return _LETTERS[character]
    if character in _SILENT_CHARACTERS:
        return ""
    if character.isspace() or character in _SEPARATORS:
        return " "
    category = unicodedata.category(character)
    if category == "Pd":
        return "-"
    return "" if category in _DROPPED_CATEGORIES else _transliterate_decomposed(character)


def _transliterate_decomposed(character: str) -> str | None:
    """The sign taken apart one step at a time, so that the Å under the accent of Ǻ is found."""
    forms = [_transliterate_character(part) for part in _decompose(character)]
    return "".join(form or "" for form in forms) if forms and None not in forms else None


def _decompose(character: str) -> Iterator[str]:
    for part in unicodedata.decomposition(character).split():
        if not part.startswith("<"):
            yield from chr(int(part, 16)).upper()
