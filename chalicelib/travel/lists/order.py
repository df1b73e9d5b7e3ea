"""The order of lists that Danes read: æ, ø and å last, and aa where å stands."""

import unicodedata

from chalicelib.registration.model import Registration

SortKey = tuple[tuple[int, ...], tuple[int, ...], str]

_LETTERS = " 0123456789abcdefghijklmnopqrstuvwxyzæøå"
_RANKS = {letter: rank for rank, letter in enumerate(_LETTERS)}
_BESIDE = {"ä": "æ", "ö": "ø", "ő": "ø", "œ": "ø", "ü": "y", "ű": "y"}
_SPELT_OUT = {"ß": "ss", "þ": "th", "ð": "d", "đ": "d", "ł": "l", "-": " "}


def danish(name: str) -> SortKey:
    """A key that sorts names as a Danish list does. Of two names that differ only in accents or in å and aa,
    the plain letter and the å come first."""
    text = unicodedata.normalize("NFC", name).lower()
    letters = [rank for sign in _with_double_a(text) for rank in _ranks(sign)]
    return tuple(rank for rank, _ in letters), tuple(accent for _, accent in letters), text


def by_name(registered: Registration) -> tuple[SortKey, SortKey, str]:
    """A key that sorts people by their family names, then their given names; who share both keep their order."""
    who = registered.attendee
    return danish(who.family_name), danish(who.given_name), registered.id


def _with_double_a(text: str) -> list[str]:
    """The signs of the text, with each aa as one."""
    signs: list[str] = []
    for sign in text:
        if sign == "a" and signs and signs[-1] == "a":
            signs[-1] = "aa"
        else:
            signs.append(sign)
    return signs


def _ranks(sign: str) -> list[tuple[int, int]]:
    """The places of one sign's letters in the alphabet, and whether each is dressed up."""
    if sign == "aa":
        return [(_RANKS["å"], 1)]
    if sign in _RANKS:
        return [(_RANKS[sign], 0)]
    if sign in _BESIDE:
        return [(_RANKS[_BESIDE[sign]], 1)]
    if sign in _SPELT_OUT:
        return [(_RANKS[letter], 1) for letter in _SPELT_OUT[sign]]
    base = unicodedata.normalize("NFD", sign)[0]
    if base in _RANKS:
        return [(_RANKS[base], 1)]
    return [(len(_LETTERS) + ord(sign), 0)] if sign.isalpha() else []
