"""A mended spelling is the same person; two other names are another person."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.contact.likeness import MOST_MENDED, Name, is_another_person
from chalicelib.contact.names import transliterate_for_ticket

MENDED: list[tuple[Name, Name]] = [
    (("Søren", "Ågård-Özil"), ("SOEREN", "Aagaard Oezil")),
    (("Søren", "Ågård"), ("Soren", "Agaard")),
    (("Anna", "Hansen"), ("Hansen", "Anna")),
    (("Anna", "Hansen"), ("Ane", "Holm")),
    (("Anna", "Hansen"), ("Bodil", "Hanson")),
    (("Иван", "Петров"), ("Ivan", "Petrov")),
    (("Bo", "Li"), ("Ib", "Wu")),
    (("Suharto", ""), ("Soeharto", "")),
    (("Suharto", ""), ("Muhammad", "Suharto")),
    (("Muhammad", "Suharto"), ("Suharto", "")),
    (("Γιώργος", "Παπαδόπουλος"), ("Γιωργος", "Παπαδοπουλος")),
    (("Anna", "Hansen"), ("", "")),
]  # fmt: skip
OTHERS: list[tuple[Name, Name]] = [
    (("Anna", "Hansen"), ("Mette", "Sørensen")),
    (("Anna", "Hansen"), ("Bo", "Holm")),
    (("Anna", "Hansen"), ("Bo", "Anna")),
    (("Anna", "Hansen"), ("Anna Kirstine", "Holm")),
    (("Suharto", ""), ("Megawati", "")),
    (("Suharto", ""), ("Joko", "Widodo")),
    (("Anna", "Hansen"), ("Megawati", "")),
    (("Иван", "Петров"), ("Ольга", "Кузнецова")),
    (("Γιώργος", "Παπαδόπουλος"), ("Ελένη", "Νικολάου")),
]


@pytest.mark.parametrize(("former", "new"), MENDED)
def test_a_mended_spelling_is_the_same_person(former: Name, new: Name) -> None:
    """Another alphabet, marks, two letters, one name of the two, swapped fields, a family name besides."""
    assert not is_another_person(former, new)


@pytest.mark.parametrize(("former", "new"), OTHERS)
def test_two_other_names_are_another_person(former: Name, new: Name) -> None:
    """More than two letters in each of them; a single name stands for both."""
    assert is_another_person(former, new)
    assert is_another_person(new, former)


letters = st.text("ABCDE", min_size=1, max_size=8)
names = st.tuples(letters, letters)


def measure(one: str, other: str) -> int:
    """The Levenshtein distance, by the textbook."""
    row = list(range(len(other) + 1))
    for index, letter in enumerate(one, 1):
        above, row = row, [index]
        for (corner, up), there in zip(pairwise(above), other, strict=True):
            row.append(min(up + 1, row[-1] + 1, corner + (letter != there)))
    return row[-1]


@given(names, names)
def test_the_rule_is_that_of_the_distance(former: Name, new: Name) -> None:
    """Both further apart than MOST_MENDED, unless they were swapped."""
    straight = [measure(*pair) > MOST_MENDED for pair in zip(former, new, strict=True)]
    swapped = [measure(*pair) <= MOST_MENDED for pair in zip(former, reversed(new), strict=True)]
    assert is_another_person(former, new) == (all(straight) and not all(swapped))


@given(st.tuples(st.text(max_size=6), st.text(max_size=6)), st.tuples(st.text(max_size=6), st.text(max_size=6)))
def test_it_does_not_matter_which_was_first(former: Name, new: Name) -> None:
    """The same both ways, and no one is another person than themselves, in any script."""
    assert is_another_person(former, new) == is_another_person(new, former)
    assert not is_another_person(former, former)


@given(st.tuples(st.text("ÅæØßñł é-", max_size=9), st.text("ÅæØßñł é-", max_size=9)))
def test_the_lists_own_spelling_is_the_same_person(name: Name) -> None:
    """Whoever writes their name as the ticket has it has mended it."""
    given_name, family_name = (transliterate_for_ticket(part).text for part in name)
    assert not is_another_person(name, (given_name, family_name))
