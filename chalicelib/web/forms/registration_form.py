"""What a form shows: what its event asks, the choices there are, what was sent, and what was wrong with it."""

import secrets
from typing import Any, get_args

from chalicelib.language import N_, Language, translator
from chalicelib.programme.model import Event
from chalicelib.registration import attendee
from chalicelib.registration.parties import LARGEST
from chalicelib.web.http.field_labels import field_id

_SAID = {
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


def context(
    event: Event, language: Language, sent: dict[str, Any], refused: dict[str, Any] | None
) -> dict[str, Any]:
    """What the form's fields need; `sent` is what they are filled in with."""
    values, lists = _flat(sent)
    errors = refused.get("errors", []) if refused else []
    return {
        "values": values,
        "lists": {"needs": [], **lists},
        "errors": {field_id(error["field"]): error["message"] for error in errors},
        "embedded": False,
        "idempotency_key": secrets.token_urlsafe(16),
        "colleagues": range(LARGEST - 1),
        "brings": bool(sent.get("party")),
        "optional": bool(event.optional),
        "flies": _flies(event),
        "stays": bool(event.stays),
        "meals": bool(event.meals),
        **{name: _options(values_of, language) for name, values_of in _OPTIONS.items()},
    }


def _flies(event: Event) -> bool:
    return any(leg.kind == "flight" for leg in event.legs)


def asked(event: Event) -> tuple[str, ...]:
    """The details that the event's form asks for, by their dotted names; a group asked for whole, by its own."""
    names = ["given_name", "family_name", "phone", "organisation", "sector"]
    if _flies(event):
        names += ["travel.name_on_id", "travel.title", "travel.special_assistance"]
    if event.stays:
        names += ["travel.share_with"]
    if _flies(event) or event.stays:
        names += ["travel.emergency_contact"]
    return (*names, "dietary") if event.meals else tuple(names)


_OPTIONS: dict[str, Any] = {
    "sectors": attendee.Sector,
    "titles": attendee.PassengerTitle,
    "assistance": attendee.Assistance,
    "wishes": attendee.MealWish,
    "allergens": attendee.Allergen,
}


def said(language: Language) -> dict[str, str]:
    """What each choice is called, by its code."""
    return {code: translator(language)(words) for code, words in _SAID.items()}


def _options(choices: Any, language: Language) -> list[tuple[str, str]]:
    say = translator(language)
    return [(value, say(_SAID[value])) for value in get_args(choices)]


def _flat(document: dict[str, Any], above: str = "") -> tuple[dict[str, str], dict[str, list[str]]]:
    """The document's fields by their dotted names: single values, and lists."""
    values: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    for name, value in document.items():
        if (parts := _parts(value)) is not None:
            deeper_values, deeper_lists = _flat(parts, f"{above}{name}.")
            values |= deeper_values
            lists |= deeper_lists
        elif isinstance(value, list):
            lists[above + name] = [str(each) for each in value]
        elif value is not None and value is not False:
            values[above + name] = str(value)
    return values, lists


def _parts(value: Any) -> dict[str, Any] | None:
    """What has names of its own: a document's fields, and a party's people by their place."""
    if value and isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return {str(place): each for place, each in enumerate(value)}
    return value if isinstance(value, dict) else None
