"""The Danish order of names."""

import random

from chalicelib.travel.order import danish


def test_danish_letters_come_last() -> None:
    """Æ, ø and å after z, and aa where å stands, the å first."""
    names = ["Andersen", "Zoff", "Ærø", "Østergaard", "Ågård", "Aagaard"]
    assert sorted(random.Random(1).sample(names, len(names)), key=danish) == names


def test_accents_only_part_names_that_are_otherwise_the_same() -> None:
    """An accented letter stands beside the plain one, whatever follows."""
    names = ["Andre", "André", "Andrea", "Müller", "Myller", "Möller", "Møllers", "Παππάς"]
    assert sorted(reversed(names), key=danish) == [
        "Andre",
        "André",
        "Andrea",
        "Müller",
        "Myller",
        "Möller",
        "Møllers",
        "Παππάς",
    ]


def test_a_shorter_name_goes_before_a_longer_one() -> None:
    """Spaces and hyphens go before letters, apostrophes count for nothing."""
    names = ["Anne Berg", "Anne-Marie", "Annelise", "O’Brien", "Obrist"]
    assert sorted(reversed(names), key=danish) == names
