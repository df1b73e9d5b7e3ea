"""What the kitchen must know: counts for each meal, and by name those who agreed to it.

Without consent nothing of somebody's wishes appears anywhere, not even in a count.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

from chalicelib.programme.model import Meal
from chalicelib.registration.attendee import Allergen, Dietary, MealPreference
from chalicelib.registration.model import Registration

GUESTS, NOTE = "guests", "note"
_REQUIREMENTS: tuple[str, ...] = (*get_args(MealPreference), *get_args(Allergen), NOTE)


@dataclass(frozen=True)
class Serving:
    """How many at a meal have one need; `guests` counts everybody, `note` those who wrote something besides."""

    meal: Meal
    requirement: str
    count: int


@dataclass(frozen=True)
class Diner:
    """Somebody who agreed to be named to the kitchen, and what they need."""

    registration: Registration
    dietary: Dietary

    @property
    def requirements(self) -> tuple[str, ...]:
        note = (NOTE,) if self.dietary.note else ()
        return (*self.dietary.meals, *self.dietary.allergens, *note)


def select_diners(registrations: Iterable[Registration]) -> tuple[Diner, ...]:
    """Those who need something and agreed to its use, in the order given."""
    found = ((registration, registration.attendee.dietary) for registration in registrations)
    return tuple(
        Diner(registration, dietary)
        for registration, dietary in found
        if dietary and dietary.consent and dietary.has_content
    )


def count_servings(meals: Sequence[Meal], headcount: int, diners: Iterable[Diner]) -> tuple[Serving, ...]:
    """For each meal everybody, then each need that somebody has."""
    needs = [(GUESTS, headcount), *count_requirements(diners).items()]
    return tuple(Serving(meal, need, count) for meal in meals if headcount for need, count in needs)


def count_requirements(diners: Iterable[Diner]) -> dict[str, int]:
    """How many have each need, without those that nobody has."""
    found = Counter(need for guest in diners for need in guest.requirements)
    return {need: found[need] for need in _REQUIREMENTS if found[need]}
