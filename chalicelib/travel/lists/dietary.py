"""What the kitchen must know: counts for each meal, and by name those who agreed to it.

Without consent nothing of somebody's wishes appears anywhere, not even in a count.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

from chalicelib.programme.model import Meal
from chalicelib.registration.attendee import Allergen, Dietary, MealWish
from chalicelib.registration.model import Registration

GUESTS, NOTE = "guests", "note"
_NEEDS: tuple[str, ...] = (*get_args(MealWish), *get_args(Allergen), NOTE)


@dataclass(frozen=True)
class Serving:
    """How many at a meal have one need; `guests` counts everybody, `note` those who wrote something besides."""

    meal: Meal
    need: str
    count: int


@dataclass(frozen=True)
class Guest:
    """Somebody who agreed to be named to the kitchen, and what they need."""

    registration: Registration
    dietary: Dietary

    @property
    def needs(self) -> tuple[str, ...]:
        note = (NOTE,) if self.dietary.note else ()
        return (*self.dietary.meals, *self.dietary.allergens, *note)


def guests(registrations: Iterable[Registration]) -> tuple[Guest, ...]:
    """Those who need something and agreed to its use, in the order given."""
    found = ((registration, registration.attendee.dietary) for registration in registrations)
    return tuple(
        Guest(registration, dietary)
        for registration, dietary in found
        if dietary and dietary.consent and dietary.says_something
    )


def servings(meals: Sequence[Meal], coming: int, named: Iterable[Guest]) -> tuple[Serving, ...]:
    """For each meal everybody, then each need that somebody has."""
    needs = [(GUESTS, coming), *counts(named).items()]
    return tuple(Serving(meal, need, count) for meal in meals if coming for need, count in needs)


def counts(named: Iterable[Guest]) -> dict[str, int]:
    """How many have each need, without those that nobody has."""
    found = Counter(need for guest in named for need in guest.needs)
    return {need: found[need] for need in _NEEDS if found[need]}
