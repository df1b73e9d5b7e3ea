"""Names as airlines type them: Latin letters A–Z after ICAO Doc 9303, part 3, section 6, table A.

A name has three forms: as people write it, the list form (`SOEREN AAGAARD-OEZIL`) and the ticket form, which
holds no hyphen, apostrophe or space.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

#: The letters of table A whose form is more than the letter without its marks, or that have no marks to
#: drop. Where the standard leaves a choice, the form that Nordic and German airlines use stands here.
#: Every other letter of the table is the plain letter under its marks.
LETTERS = {
    "Ä": "AE",
    "Å": "AA",
    "Æ": "AE",
    "Ð": "D",
    "Đ": "D",
    "Ħ": "H",
    "ı": "I",
    "Ĳ": "IJ",
    "Ŀ": "L",
    "Ł": "L",
    "Ŋ": "N",
    "Ö": "OE",
    "Ø": "OE",
    "Œ": "OE",
    "Þ": "TH",
    "Ŧ": "T",
    "Ü": "UE",
    "ẞ": "SS",
}
_SILENT = frozenset("'’‘‛ʼʻʹ′`´.·")  # apostrophes, and the dots of abbreviations and of Catalan
_DROPPED = frozenset({"Mn", "Cf"})  # marks left over, signs without width
_PARTING = frozenset(',;:/\\()[]"“”„«»')


@dataclass(frozen=True)
class ListForm:
    """A name in list form; `unwritten` holds the signs that have no form in A–Z, as they were written."""

    text: str
    unwritten: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether all of the name is there: nothing left out, and something to read."""
        return bool(self.text) and not self.unwritten


def list_form(name: str) -> ListForm:
    """The name as an airline's list has it: upper case, A–Z, space and hyphen."""
    written, unwritten = [], []
    for sign in unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).upper()):
        form = _form(sign)
        written.append(form or "")
        if form is None:
            unwritten.append(sign)
    text = re.sub(r"\s*-[\s-]*", "-", "".join(written))
    return ListForm(" ".join(text.split()).strip("-"), "".join(unwritten))


def ticket_form(name: str) -> ListForm:
    """The list form without its hyphens and spaces."""
    listed = list_form(name)
    return ListForm(re.sub(r"[ -]", "", listed.text), listed.unwritten)


def _form(sign: str) -> str | None:
    """What stands for one upper-case sign, or None where nothing in A–Z does."""
    if sign.isascii() and sign.isalpha():
        return sign
    if sign in LETTERS:
        return LETTERS[sign]
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
