"""Locators of ours."""

from datetime import timedelta

import pytest

from chalicelib.travel.lists import locators
from testing import bornholm, builders


def test_each_has_its_own() -> None:
    """Six characters that cannot be mistaken for each other, no two locators alike."""
    given = locators.assign_locators(bornholm.people())
    assert len(set(given.values())) == len(bornholm.people())
    assert {len(locator) for locator in given.values()} == {6}
    assert not set("".join(given.values())) & set("01ILO")


def test_it_stays_whoever_comes_and_goes() -> None:
    """The same registration has the same locator in another company and in another order."""
    people = bornholm.people()
    given = locators.assign_locators(people)
    assert locators.assign_locators(reversed(people[:5])) == {each.id: given[each.id] for each in people[:5]}


def test_a_newcomer_whose_locator_is_taken_gets_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """The earlier registration keeps it, also when the other's id comes first."""
    monkeypatch.setattr(locators, "_generate_candidates", lambda _id: iter(["AAAAAA", "BBBBBB"]))
    first = builders.registration(id="zz")
    second = builders.registration(id="aa", registered_at=first.registered_at + timedelta(minutes=1))
    assert locators.assign_locators([second, first]) == {"zz": "AAAAAA", "aa": "BBBBBB"}
