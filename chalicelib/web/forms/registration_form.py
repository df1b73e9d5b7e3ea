"""What a form shows: what its event asks, the choices there are, what was sent, and what was wrong with it."""

import secrets
from typing import Any, get_args

from chalicelib.language import N_, Language, get_translator
from chalicelib.programme.model import Event
from chalicelib.registration import attendee
from chalicelib.registration.parties import MAX_PARTY_SIZE
from chalicelib.web.http.field_labels import field_id

_CHOICE_LABELS = {
    "municipality": N_("Municipality"),
    "supplier": N_("Supplier"),
    "foundation": N_("Foundation"),
    "investor": N_("Investor"),
    "state": N_("State"),
    "other": N_("Other"),
    "MR": N_("Mr"),
    "MRS": N_("Mrs"),
    "MS": N_("Ms"),
    "MISS": N_("Miss"),
    "MSTR": N_("Master (a boy)"),
    "MX": N_("Mx"),
    "WCHR": N_("I cannot walk far (WCHR)"),
    "WCHS": N_("I cannot walk stairs (WCHS)"),
    "WCHC": N_("I need help to my seat (WCHC)"),
    "BLND": N_("I am blind or have low vision (BLND)"),
    "DEAF": N_("I am deaf or hard of hearing (DEAF)"),
    "INFT": N_("I bring an infant on my lap (INFT)"),
    "vegetarian": N_("Vegetarian"),
    "vegan": N_("Vegan"),
    "gluten_free": N_("Gluten-free"),
    "lactose_free": N_("Lactose-free"),
    "kosher": N_("Kosher"),
    "halal": N_("Halal"),
    "gluten": N_("Gluten"),
    "crustaceans": N_("Crustaceans"),
    "eggs": N_("Eggs"),
    "fish": N_("Fish"),
    "peanuts": N_("Peanuts"),
    "soybeans": N_("Soybeans"),
    "milk": N_("Milk"),
    "nuts": N_("Nuts"),
    "celery": N_("Celery"),
    "mustard": N_("Mustard"),
    "sesame": N_("Sesame"),
    "sulphites": N_("Sulphites"),
    "lupin": N_("Lupin"),
    "molluscs": N_("Molluscs"),
}


def build_context(
    event: Event, language: Language, submitted: dict[str, Any], problem: dict[str, Any] | None
) -> dict[str, Any]:
    """What the form's fields need; `sent` is what they are filled in with."""
    values, lists = _flatten(submitted)
    errors = problem.get("errors", []) if problem else []
    return {
        "values": values,
        "lists": {"needs": [], **lists},
        "errors": {field_id(error["field"]): error["message"] for error in errors},
        "embedded": False,
        "idempotency_key": secrets.token_urlsafe(16),
        "colleagues": range(MAX_PARTY_SIZE - 1),
        "brings": bool(submitted.get("party")),
        "optional": bool(event.optional_allotments),
        "flies": _has_flights(event),
        "stays": bool(event.stays),
        "meals": bool(event.meals),
        **{name: _list_options(values_of, language) for name, values_of in _OPTIONS.items()},
    }


def _has_flights(event: Event) -> bool:
    return any(leg.kind == "flight" for leg in event.legs)


def list_asked_fields(event: Event) -> tuple[str, ...]:
    """The details that the event's form asks for, by their dotted names; a group asked for whole, by its own."""
    names = ["given_name", "family_name", "phone", "organisation", "sector"]
    if _has_flights(event):
        names += ["travel.name_on_id", "travel.title", "travel.special_assistance"]
    if event.stays:
        names += ["travel.share_with"]
    if _has_flights(event) or event.stays:
        names += ["travel.emergency_contact"]
    return (*names, "dietary") if event.meals else tuple(names)


_OPTIONS: dict[str, Any] = {
    "sectors": attendee.Sector,
    "titles": attendee.PassengerTitle,
    "assistance": attendee.Assistance,
    "wishes": attendee.MealPreference,
    "allergens": attendee.Allergen,
}


def translate_choices(language: Language) -> dict[str, str]:
    """What each choice is called, by its code."""
    return {code: get_translator(language)(words) for code, words in _CHOICE_LABELS.items()}


def _list_options(choices: Any, language: Language) -> list[tuple[str, str]]:
    say = get_translator(language)
    return [(value, say(_CHOICE_LABELS[value])) for value in get_args(choices)]


def _flatten(document: dict[str, Any], prefix: str = "") -> tuple[dict[str, str], dict[str, list[str]]]:
    """The document's fields by their dotted names: single values, and lists."""
    values: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    for name, value in document.items():
        if (parts := _as_mapping(value)) is not None:
            deeper_values, deeper_lists = _flatten(parts, f"{prefix}{name}.")
            values |= deeper_values
            lists |= deeper_lists
        elif isinstance(value, list):
            lists[prefix + name] = [str(each) for each in value]
        elif value is not None and value is not False:
            values[prefix + name] = str(value)
    return values, lists


def _as_mapping(value: Any) -> dict[str, Any] | None:
    """What has names of its own: a document's fields, and a party's people by their place."""
    if value and isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return {str(place): each for place, each in enumerate(value)}
    return value if isinstance(value, dict) else None
