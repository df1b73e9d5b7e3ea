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
_SILENT = frozenset("'’‘‛ʼʻʹ′`´.·")  # apostrophes, and the dots of abbreviations and of Catalan
_DROPPED = frozenset({"Mn", "Cf"})  # marks left over, signs without width
_PARTING = frozenset(',;:/\\()[]"“”„«»')


@dataclass(frozen=True)
class ListForm:
    """A name in list form; `unwritten` holds the signs that have no form in A–Z, as they were written.

    What was written in another script is `transliterated`: the person's own card may spell it in another way.
    """

    text: str
    unwritten: str = ""
    transliterated: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether all of the name is there: nothing left out, and something to read."""
        return bool(self.text) and not self.unwritten


@lru_cache(maxsize=20_000)  # slow to work out, and asked for by each list again
def list_form(name: str) -> ListForm:
    """The name as an airline's list has it: upper case, A–Z, space and hyphen."""
    capitals = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).upper())
    written, unwritten = [], []
    for sign in _with_arabic_marks_read(capitals):
        form = _form(sign)
        written.append(form or "")
        if form is None:
            unwritten.append(sign)
    text = re.sub(r"\s*-[\s-]*", "-", "".join(written))
    return ListForm(" ".join(text.split()).strip("-"), "".join(unwritten), any(map(_is_foreign, capitals)))


def ticket_form(name: str) -> ListForm:
    """The list form without its hyphens and spaces."""
    listed = list_form(name)
    return replace(listed, text=re.sub(r"[ -]", "", listed.text))


def _with_arabic_marks_read(name: str) -> str:
    """Vowels are not written, a doubled letter is, and a teh marbuta is written as it stands: inside or last."""
    letters = re.sub(f"[{ARABIC_MARKS}]", "", name)
    doubled = re.sub(f"(\\w){SHADDA}", r"\1\1", letters)
    return re.sub(rf"{TEH_MARBUTA}(?!\w)", TEH_MARBUTA_AT_END, doubled)


def _is_foreign(sign: str) -> bool:
    return unicodedata.name(sign, "").startswith(("CYRILLIC", "ARABIC"))


def _form(sign: str) -> str | None:
    """What stands for one upper-case sign, or None where nothing in A–Z does."""
    if sign.isascii() and sign.isalpha():
        return sign
    if sign in _LETTERS:
        return _LETTERS[sign]
    if sign in _SILENT:
        return ""
    if sign.isspace() or sign in _PARTING:
        return " "
    category = unicodedata.category(sign)
    if category == "Pd":
        return "-"
    return "" if category in _DROPPED else _undressed(sign)


def _undressed(sign: str) -> str | None:
    """The sign taken apart one step at a time, so that the Å under the accent of Ǻ is found."""
    forms = [_form(part) for part in _parts(sign)]
    return "".join(form or "" for form in forms) if forms and None not in forms else None


def _parts(sign: str) -> Iterator[str]:
    for part in unicodedata.decomposition(sign).split():
        if not part.startswith("<"):
            yield from chr(int(part, 16)).upper()
