"""The dietary lists: counts for each meal, and by name those who agreed to it.

Without consent nothing of a person's requirements appears anywhere, not even in a count.
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
    """How many guests at a meal have one requirement; `guests` counts all of them, `note` those with a note."""

    meal: Meal
    requirement: str
    count: int


@dataclass(frozen=True)
class Diner:
    """A guest who agreed to be named to the kitchen, and what they require."""

    registration: Registration
    dietary: Dietary

    @property
    def requirements(self) -> tuple[str, ...]:
        """Their meals and allergens, and `note` where they wrote one."""
        note = (NOTE,) if self.dietary.note else ()
        return (*self.dietary.meals, *self.dietary.allergens, *note)


def select_diners(registrations: Iterable[Registration]) -> tuple[Diner, ...]:
    """Return those who require something and agreed to its use, in the order given."""
    candidates = ((registration, registration.attendee.dietary) for registration in registrations)
    return tuple(
        Diner(registration, dietary)
        for registration, dietary in candidates
        if dietary and dietary.consent and dietary.has_content
    )


def count_servings(meals: Sequence[Meal], headcount: int, diners: Iterable[Diner]) -> tuple[Serving, ...]:
    """Count for each meal all guests, then those of each requirement."""
    counts = [(GUESTS, headcount), *count_requirements(diners).items()]
    return tuple(Serving(meal, requirement, count) for meal in meals if headcount for requirement, count in counts)


def count_requirements(diners: Iterable[Diner]) -> dict[str, int]:
    """Count the diners of each requirement; requirements without any are left out."""
    counts = Counter(requirement for diner in diners for requirement in diner.requirements)
    return {requirement: counts[requirement] for requirement in _REQUIREMENTS if counts[requirement]}
