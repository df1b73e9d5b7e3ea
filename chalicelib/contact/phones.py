"""Phone numbers: how they are checked, normalised, and shown."""

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from chalicelib.text import STORED_CONTEXT

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_HOME_REGION = "DK"  # of numbers without a country code
_EXTENSION_WORD = re.compile(r"\b(?:lokalnummer|lokalnr|lokal|lok)\b[.:]?", re.IGNORECASE)  # as Danes write it
_TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")  # dialled inside a country only
_EXTENSION = ";ext="  # RFC 3966


def normalise_phone(text: str) -> str:
    """Normalise a phone number to E.164, an extension behind it as RFC 3966 writes it.

    A number without a country code is Danish. Raises a pydantic error for what is no number, and where a part of
    the text would be lost.
    """
    visible = "".join(character for character in text if unicodedata.category(character) != "Cf")
    written = _EXTENSION_WORD.sub(" ext. ", visible)
    for spelling in (written, _TRUNK_ZERO.sub("", written)):
        if number := _parse_phone(spelling):
            return number
    raise PydanticCustomError("not_a_phone_number", "not a phone number")


def _parse_phone(text: str) -> str | None:
    import phonenumbers  # slow to import

    try:
        number = phonenumbers.parse(text, _HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or not _is_whole(text, number):
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{e164}{_EXTENSION}{number.extension}" if number.extension else e164


def _is_whole(text: str, number: "PhoneNumber") -> bool:
    """Return True if the number ends as the text does, so that parsing has dropped nothing behind it."""
    digits = "".join(str(unicodedata.digit(character)) for character in text if character.isdecimal())
    last_group = str(number.national_number)[-4:] + (number.extension or "")
    return digits.endswith(last_group) and not re.search(r"[^\W\d_]\W*$", text)


def _normalise_stored_phone(text: str, info: ValidationInfo) -> str:
    return text if info.context == STORED_CONTEXT else normalise_phone(text)


Phone = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=40), AfterValidator(_normalise_stored_phone)
]


@lru_cache(maxsize=20_000)  # slow, and repeated on each list
def format_international(number: str) -> str:
    """Format an E.164 number in groups: `+45 20 12 34 56`; what is stored and is no number stays as it is."""
    import phonenumbers  # only where a number is shown

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def format_for_airline(number: str) -> str:
    """Format an E.164 number as airlines' messages can carry it: letters, digits and blanks."""
    return number.removeprefix("+").replace(_EXTENSION, " EXT")
