"""Locators of ours."""

from datetime import timedelta

import pytest

from chalicelib.travel.lists import locators
from testing import bornholm, builders


def test_each_has_its_own() -> None:
    """Six signs that cannot be taken for each other, no two alike."""
    given = locators.assign_locators(bornholm.people())
    assert len(set(given.values())) == len(bornholm.people())
    assert {len(locator) for locator in given.values()} == {6}
    assert not set("".join(given.values())) & set("01ILO")


def test_it_stays_whoever_comes_and_goes() -> None:
    """The same registration has the same locator in another company and in another order."""
    everybody = bornholm.people()
    given = locators.assign_locators(everybody)
    assert locators.assign_locators(reversed(everybody[:5])) == {each.id: given[each.id] for each in everybody[:5]}


def test_a_newcomer_whose_locator_is_taken_gets_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever registered first keeps it, also when the other's id comes first."""
    monkeypatch.setattr(locators, "_generate_candidates", lambda _id: iter(["AAAAAA", "BBBBBB"]))
    first = builders.registration(id="zz")
    second = builders.registration(id="aa", registered_at=first.registered_at + timedelta(minutes=1))
    assert locators.assign_locators([second, first]) == {"zz": "AAAAAA", "aa": "BBBBBB"}
