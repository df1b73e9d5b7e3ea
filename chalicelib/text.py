"""Texts that people write: invisible characters are rejected, and lines joined without repeating themselves."""

import re
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


def split_paragraphs(prose: str) -> list[str]:
    """Split prose at its empty lines; a single line end stays where it was written."""
    return [
        paragraph.strip() for paragraph in re.split(r"\n\s*\n", prose.replace("\r\n", "\n")) if paragraph.strip()
    ]


def join_place(name: str, address: str) -> str:
    """Join a place's name and address on one line; what one of them already says is said once."""
    parts, of_address = _fold_parts(name), _fold_parts(address)
    if parts == of_address[: len(parts)]:
        return address
    if of_address == parts[-len(of_address) :]:
        return name
    return f"{name}, {address}"


def _fold_parts(line: str) -> list[str]:
    """Split the line at its commas, without regard to case and blanks."""
    return [" ".join(part.split()).casefold() for part in line.split(",")]


def _reject_control_characters(text: str, allowed: str) -> str:
    if has_control_characters(text, allowed):
        raise PydanticCustomError("control_characters", "control characters")
    return text
