"""What the kitchen is told."""

from chalicelib.travel.lists import dietary
from chalicelib.travel.lists.dietary import Serving
from testing import bornholm
from testing.bornholm import food, guest

LUNCH = bornholm.event().meals[:1]


def test_without_consent_nothing_is_told() -> None:
    """A guest who did not agree is in no count and in no list, but is served like the others."""
    guests = dietary.select_diners(
        [guest("Bo", "Zoff", dietary=food("vegan", allergens=("fish",), note="x", consent=False))]
    )
    assert (guests, dietary.count_servings(LUNCH, 1, guests)) == ((), (Serving(LUNCH[0], "guests", 1),))


def test_counts_for_each_need() -> None:
    """All guests first, then wishes, allergens and notes, without those that no guest has."""
    guests = dietary.select_diners(
        [
            guest("Bo", "Zoff", dietary=food("vegan", allergens=("fish", "nuts"))),
            guest("Ida", "Holm", dietary=food("vegetarian", allergens=("nuts",), note="Ingen rosiner")),
            guest("Per", "Holm", dietary=food()),
        ]
    )
    counts = [(each.requirement, each.count) for each in dietary.count_servings(LUNCH, 7, guests)]
    assert counts == [("guests", 7), ("vegetarian", 1), ("vegan", 1), ("fish", 1), ("nuts", 2), ("note", 1)]


def test_nobody_comes() -> None:
    """A meal without guests is not on the list."""
    assert dietary.count_servings(LUNCH, 0, ()) == ()
