"""Invisible characters, which break the lists, mails and calendars that they get into: rejected in input."""

import unicodedata

from pydantic_core import PydanticCustomError

#: They turn the direction of reading, so that the text after them seems to say something else.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Unicode's categories of control characters, line separators and paragraph separators.
_CONTROL_CATEGORIES = ("Cc", "Zl", "Zp")


def has_control_characters(text: str, allowed: str = "") -> bool:
    """Return True if the text has a control character, besides those allowed."""
    return not text.isprintable() and any(
        (character in _BIDI_CONTROLS or unicodedata.category(character) in _CONTROL_CATEGORIES)
        and character not in allowed
        for character in text
    )


def reject_control_characters(text: str) -> str:
    """Return the single-line text, for a pydantic model; raises for a control character in it."""
    return _reject_control_characters(text, "\t")


def reject_control_characters_in_prose(text: str) -> str:
    """Return the text, for a pydantic model; raises for a control character that is no line end."""
    return _reject_control_characters(text, "\t\r\n")


def _reject_control_characters(text: str, allowed: str) -> str:
    if has_control_characters(text, allowed):
        raise PydanticCustomError("control_characters", "control characters")
    return text
