"""Tell a mended spelling of a name from the name of another person."""

import unicodedata

from chalicelib.contact.names import transliterate_for_ticket

#: Given and family name; the latter is empty for a person with a single name.
Name = tuple[str, str]
MOST_MENDED = 2  #: letters by which a mended spelling differs


def is_another_person(former: Name, new: Name) -> bool:
    """Tell if the name is another person's: each part is unlike the former one by more than MOST_MENDED letters.

    Letters are compared as the lists spell them, without case, marks, hyphens and spaces. Names that stood in each
    other's fields are mended by swapping them. A single name is another person's where it is unlike both names on
    the other side, so that one who adds a family name, or leaves it out, stays the same.
    """
    before, after = _spell(former), _spell(new)
    if len(before) == len(after) == len(former):
        is_swapped = all(map(_is_alike, before, reversed(after)))
        return not is_swapped and not any(map(_is_alike, before, after))
    return bool(before and after) and not any(_is_alike(one, other) for one in before for other in after)


def _spell(name: Name) -> list[str]:
    """Spell the parts of the name that are there; letters that the lists cannot spell are compared as they are."""
    return [spelled for part in name if (spelled := _spell_part(part))]


def _spell_part(part: str) -> str:
    form = transliterate_for_ticket(part)
    if form.is_whole:
        return form.text
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", part).upper()))


def _is_alike(one: str, other: str, edits: int = MOST_MENDED) -> bool:
    """Tell if so many letters, added, left out or exchanged, make the one the other (Levenshtein distance)."""
    if one == other:
        return True
    if edits == 0 or abs(len(one) - len(other)) > edits:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    one, other = one[start:], other[start:]
    edited = ((one[1:], other), (one, other[1:]), (one[1:], other[1:]))
    return any(_is_alike(*pair, edits - 1) for pair in edited)
