"""The Danish order of names."""

import random

import pytest

from chalicelib.travel.lists.order import build_collation_key, build_name_key
from testing import builders


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["Andersen", "Zoff", "Ærø", "Østergaard", "Ågård", "Aagaard"], id="æ-ø-å-last-and-aa-as-å"),
        pytest.param(
            ["Andre", "André", "Andrea", "Myller", "Müller", "Möller", "Møllers"], id="accents-come-second"
        ),
        pytest.param(["Anne Berg", "Anne-Marie", "Annelise", "O’Brien", "Obrist"], id="spaces-and-hyphens-first"),
        pytest.param(["Dahl", "Ðiðrik", "Dorff", "Thor", "Þór", "Ågård", "Παππάς"], id="other-letters"),
    ],
)
def test_names_in_danish_order(names: list[str]) -> None:
    """Whatever order they come in, they are sorted as a Danish list is."""
    assert sorted(random.Random(1).sample(names, len(names)), key=build_collation_key) == names


def test_a_single_name_is_sorted_as_a_family_name() -> None:
    """It is the one name that the list shows."""
    people = [("Anna", "Zoff"), ("Sukarno", ""), ("Bo", "Andersen"), ("Per", "Sukarno")]
    registrations = [builders.registration(builders.attendee(*name, email="a@example.org")) for name in people]
    ordered = [each.attendee.name for each in sorted(registrations, key=build_name_key)]
    assert ordered == ["Bo Andersen", "Per Sukarno", "Sukarno", "Anna Zoff"]
