"""Signs that nobody sees: they say nothing to people, and break lists, mails and calendars that they get into."""

import unicodedata

from pydantic_core import PydanticCustomError

#: They turn the direction of reading, so that what follows seems to say something else.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Control characters, and what parts lines and paragraphs.
_CONTROL_CATEGORIES = ("Cc", "Zl", "Zp")


def has_control_characters(text: str, allowed: str = "") -> bool:
    """Whether there is such a sign in it, besides those allowed."""
    return not text.isprintable() and any(
        (sign in _BIDI_CONTROLS or unicodedata.category(sign) in _CONTROL_CATEGORIES) and sign not in allowed
        for sign in text
    )


def reject_control_characters(text: str) -> str:
    """The line of text, for a model; refused with such a sign in it."""
    return _reject_control_characters(text, "\t")


def reject_control_characters_in_prose(text: str) -> str:
    """The text, for a model; refused with such a sign in it that is no line end."""
    return _reject_control_characters(text, "\t\r\n")


def _reject_control_characters(text: str, allowed: str) -> str:
    if has_control_characters(text, allowed):
        raise PydanticCustomError("control_characters", "control characters")
    return text
