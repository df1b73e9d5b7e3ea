"""The order of lists that Danes read: æ, ø and å last, and aa where å stands."""

import unicodedata

from chalicelib.registration.model import Registration

SortKey = tuple[tuple[int, ...], tuple[int, ...], str]

_ALPHABET = " 0123456789abcdefghijklmnopqrstuvwxyzæøå"
_LETTER_POSITIONS = {letter: rank for rank, letter in enumerate(_ALPHABET)}
_EQUIVALENTS = {"ä": "æ", "ö": "ø", "ő": "ø", "œ": "ø", "ü": "y", "ű": "y"}
_EXPANSIONS = {"ß": "ss", "þ": "th", "ð": "d", "đ": "d", "ł": "l", "-": " "}


def build_collation_key(name: str) -> SortKey:
    """A key that sorts names as a Danish list does. Of two names that differ only in accents or in å and aa,
    the plain letter and the å come first."""
    text = unicodedata.normalize("NFC", name).lower()
    letters = [rank for sign in _merge_double_a(text) for rank in _get_letter_keys(sign)]
    return tuple(rank for rank, _ in letters), tuple(accent for _, accent in letters), text


def build_name_key(registration: Registration) -> tuple[SortKey, SortKey, str]:
    """A key that sorts people by their family names, then their given names; who share both keep their order."""
    who = registration.attendee
    return build_collation_key(who.family_name), build_collation_key(who.given_name), registration.id


def _merge_double_a(text: str) -> list[str]:
    """The signs of the text, with each aa as one."""
    signs: list[str] = []
    for sign in text:
        if sign == "a" and signs and signs[-1] == "a":
            signs[-1] = "aa"
        else:
            signs.append(sign)
    return signs


def _get_letter_keys(character: str) -> list[tuple[int, int]]:
    """The places of one sign's letters in the alphabet, and whether each is dressed up."""
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
