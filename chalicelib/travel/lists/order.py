"""The order of lists that Danes read: æ, ø and å last, and aa where å stands."""

import unicodedata

from chalicelib.registration.model import Registration

SortKey = tuple[tuple[int, ...], tuple[int, ...], str]

_ALPHABET = " 0123456789abcdefghijklmnopqrstuvwxyzæøå"
_LETTER_POSITIONS = {letter: rank for rank, letter in enumerate(_ALPHABET)}
_EQUIVALENTS = {"ä": "æ", "ö": "ø", "ő": "ø", "œ": "ø", "ü": "y", "ű": "y"}
_EXPANSIONS = {"ß": "ss", "þ": "th", "ð": "d", "đ": "d", "ł": "l", "-": " "}


def build_collation_key(name: str) -> SortKey:
    """Build a key that sorts names as a Danish list does.

    Of two names that differ only in accents or in å and aa, the plain letter and the å come first.
    """
    text = unicodedata.normalize("NFC", name).lower()
    keys = [rank for letter in _merge_double_a(text) for rank in _get_letter_keys(letter)]
    return tuple(rank for rank, _ in keys), tuple(accent for _, accent in keys), text


def build_name_key(registration: Registration) -> tuple[SortKey, SortKey, str]:
    """Build a key that sorts people by family name, then given name; the id decides between namesakes.

    A person with a single name is sorted by it.
    """
    attendee = registration.attendee
    first = attendee.family_name or attendee.given_name
    return build_collation_key(first), build_collation_key(attendee.given_name), registration.id


def _merge_double_a(text: str) -> list[str]:
    """Return the characters of the text, with each aa as one."""
    letters: list[str] = []
    for character in text:
        if character == "a" and letters and letters[-1] == "a":
            letters[-1] = "aa"
        else:
            letters.append(character)
    return letters


def _get_letter_keys(character: str) -> list[tuple[int, int]]:
    """Return the position in the alphabet of each of the character's letters, and 1 where it is a variant."""
    if character == "aa":
        return [(_LETTER_POSITIONS["å"], 1)]
    if character in _LETTER_POSITIONS:
        return [(_LETTER_POSITIONS[character], 0)]
    if character in _EQUIVALENTS:
        return [(_LETTER_POSITIONS[_EQUIVALENTS[character]], 1)]
    if character in _EXPANSIONS:
        return [(_LETTER_POSITIONS[letter], 1) for letter in _EXPANSIONS[character]]
    base = unicodedata.normalize("NFD", character)[0]
    if base in _LETTER_POSITIONS:
        return [(_LETTER_POSITIONS[base], 1)]
    return [(len(_ALPHABET) + ord(character), 0)] if character.isalpha() else []
