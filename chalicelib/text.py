"""Texts that people write: harmless invisible characters are stripped, harmful ones rejected, and lines are joined
without repeating themselves.

Invisible characters break the lists, mails and calendars that they get into. What was stored was right when it was
written: it is read with STORED_CONTEXT, and stays readable when the rules have changed since.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from pydantic import BeforeValidator, ValidationInfo
from pydantic_core import PydanticCustomError

STORED_CONTEXT = "stored"  #: the context in which a model validates what was stored

#: They turn the direction of reading, so that the text after them seems to say something else.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Unicode's categories of control characters, line separators and paragraph separators.
_CONTROL_CATEGORIES = ("Cc", "Zl", "Zp")
#: Line ends of Word, PowerPoint and others: vertical tab, form feed, next line, line and paragraph separator.
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")

_VARIATION = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_JOINABLE = r"[^\u0000-\u024f\u1e00-\u1eff\u2000-\u200f\s]"  # a letter that is not Latin, or a part of an emoji
#: Characters without a glyph: soft hyphens, zero-width spaces, direction marks, fillers, tags. Kept are the tags
#: of a flag, joiners between letters or emoji that they join, and one variation selector behind its character.
_INVISIBLE = re.compile(
    "(\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f)"
    "|[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
    f"|(?<!{_JOINABLE})[\u200c\u200d]|[\u200c\u200d](?!{_JOINABLE})"
    rf"|(?<![^\s{_VARIATION}])[{_VARIATION}]"
)
_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")  # tab, and all but the plain space


def strip_invisible(text: str) -> str:
    """Strip the characters that cannot be seen and mean nothing where they stand.

    Until none is left: one that meant something behind another means nothing once that is gone.
    """
    while not text.isascii() and (stripped := _INVISIBLE.sub(r"\1", text)) != text:
        text = stripped
    return text


def is_visible(text: str) -> bool:
    """Return True if the text has a letter or a digit that can be seen."""
    return any(unicodedata.category(character)[0] in "LN" for character in strip_invisible(text))


def list_scripts(text: str) -> set[str]:
    """List the scripts that the text's letters are of, as Unicode names them: `LATIN`, `CYRILLIC`, `CJK`."""
    letters = (character for character in text if unicodedata.category(character) in ("Lu", "Ll", "Lt", "Lo"))
    return {unicodedata.name(letter, "").partition(" ")[0] for letter in letters}


def has_control_characters(text: str, allowed: str = "") -> bool:
    """Return True if the text has a control character, besides those allowed."""
    return not text.isprintable() and any(
        _is_harmful(character) and character not in allowed for character in text
    )


def strip_control_characters(text: str, allowed: str = "\n") -> str:
    """Strip the control characters, besides those allowed, from a text that was stored: a file can hold none."""
    if text.isprintable():
        return text
    return "".join(character for character in text if character in allowed or not _is_harmful(character))


def _is_harmful(character: str) -> bool:
    code = ord(character)
    is_noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF  # XML has none of these
    is_control = unicodedata.category(character) in _CONTROL_CATEGORIES
    return is_control or is_noncharacter or character in _BIDI_CONTROLS


def clean_line(text: str) -> str:
    """Clean one line of text: NFC, plain spaces, nothing invisible; raises for a control character in it."""
    text = strip_invisible(unicodedata.normalize("NFC", text)).strip()
    return _reject_control_characters(_SPACES.sub(" ", text), "")


def clean_prose(text: str) -> str:
    """Clean a text of several lines: NFC, line feeds, nothing invisible; raises for a control character in it."""
    text = strip_invisible(_LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text))).strip()
    return _reject_control_characters(text, "\t\n")


def _reject_control_characters(text: str, allowed: str) -> str:
    if has_control_characters(text, allowed):
        raise PydanticCustomError("control_characters", "control characters")
    return text


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


def _build_cleaner(clean: Callable[[str], str]) -> BeforeValidator:
    """Build the validator of a field: it cleans what is written, and leaves what was stored."""

    def clean_written(value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, str) or info.context == STORED_CONTEXT:
            return value
        cleaned = clean(value)
        if value.strip() and not cleaned:
            raise PydanticCustomError("not_visible", "nothing visible")
        return cleaned

    return BeforeValidator(clean_written)


CLEAN_LINE = _build_cleaner(clean_line)  #: cleans a field of one line; stands last, and so runs first
CLEAN_PROSE = _build_cleaner(clean_prose)  #: cleans a field of several lines
