"""Search for people by any spelling that the lists have: case, transliteration, word order, hyphen, apostrophe.

The door's script (`search.js`) follows the same rule with the same letters, so that it finds what the pages find.
"""

import re
import unicodedata
from functools import lru_cache

from chalicelib.contact.names import SEPARATORS, SILENT_CHARACTERS
from chalicelib.contact.transliteration import ARABIC, ARABIC_MARKS, CYRILLIC, LATIN

#: Unicode's dashes (category Pd): to look for them in all characters would take a third of this module's start.
_HYPHENS = (
    "-\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d"
    "\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d"
)
#: What stands for a capital letter or a sign in a folded text; nothing for silent ones, a space for separators.
FOLDED_CHARACTERS = {
    **LATIN,
    **CYRILLIC,
    **ARABIC,
    **dict.fromkeys([*SILENT_CHARACTERS, *ARABIC_MARKS], ""),
    **dict.fromkeys([*SEPARATORS, *_HYPHENS], " "),
}
_TRANSLATION = str.maketrans(FOLDED_CHARACTERS)
_DROPPED_CATEGORIES = ("Mn", "Mc", "Me", "Cf")
#: Two letters that people also write as one without its marks: å, æ, ø and ü as a, o and u.
_DIGRAPHS = re.compile("([ao])e|ue|aa")
_MIN_JOINED_LENGTH = 5  #: letters of a word that is also found across a hyphen or a space


@lru_cache(maxsize=20_000)  # repeated for each search
def fold(text: str) -> str:
    """Fold the text to the spelling of lists, in lower case: `Åse-Marie O’Brien` to `aase marie obrien`."""
    folded = unicodedata.normalize("NFC", text).upper().translate(_TRANSLATION)
    if not folded.isascii():
        parts = unicodedata.normalize("NFKD", folded)
        plain = "".join(part for part in parts if unicodedata.category(part) not in _DROPPED_CATEGORIES)
        folded = plain.translate(_TRANSLATION)
    return " ".join(folded.lower().split())


def matches(query: str, *texts: str) -> bool:
    """Return True if each word of the query is part of one of the texts, in any spelling."""
    return all(any(_contains(fold(text), word) for text in texts) for word in fold(query).split())


def _contains(text: str, word: str) -> bool:
    joined = text.replace(" ", "") if len(word) >= _MIN_JOINED_LENGTH else ""
    return word in text or word in joined or _simplify(word) in _simplify(text)


def _simplify(text: str) -> str:
    return _DIGRAPHS.sub(lambda letters: letters[0][0], text)
