"""The two languages of the service: Danish first, English whole.

Messages stand in the code in English and are looked up in the Danish catalogue
(`chalicelib/locales/da/LC_MESSAGES/messages.po`, GNU gettext). There is no other way to translate.
"""

import gettext
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["da", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT_LANGUAGE: Language = "da"

Translate = Callable[[str], str]

_CATALOGUE_FOLDER = Path(__file__).parent / "locales"


def N_(message: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a message that is translated later, where the reader's language is known."""
    return message


@cache
def load_catalogue(language: Language) -> gettext.NullTranslations:
    """Load the messages of a language; English needs no catalogue."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation("messages", _CATALOGUE_FOLDER, [language])


def get_translator(language: Language) -> Translate:
    """Return the function that translates a message into the language."""
    return load_catalogue(language).gettext


def join_words(words: Sequence[str], language: Language) -> str:
    """Join words as a sentence does: `one`, `one and two`, `one, two and three`."""
    *first, last = words
    if not first:
        return last
    return get_translator(language)(N_("%(first)s and %(last)s")) % {"first": ", ".join(first), "last": last}


def translate_into_all(message: str) -> dict[Language, str]:
    """Return the message in every language."""
    return {language: get_translator(language)(message) for language in LANGUAGES}


def parse_accept_language(accept_language: str) -> Language:
    """Return the language that an Accept-Language header prefers (RFC 9110, 12.5.4), or the default language."""
    ranked: list[tuple[float, int, Language]] = []
    for index, part in enumerate(accept_language.split(",")):
        tag, _, parameter = part.strip().partition(";")
        weight = _parse_quality(parameter)
        for language in LANGUAGES:
            if tag.strip().lower().split("-")[0] == language and weight > 0:
                ranked.append((-weight, index, language))
    return min(ranked)[2] if ranked else DEFAULT_LANGUAGE


def _parse_quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
