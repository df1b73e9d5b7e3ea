"""The context of a registration's forms: the fields that the event asks for, their values, and their errors."""

import secrets
from typing import Any

from chalicelib.language import Language, get_translator
from chalicelib.programme.model import Event
from chalicelib.registration.details import CHOICE_LABELS, DETAILS, Field, asks_about_health
from chalicelib.registration.parties import MAX_PARTY_SIZE
from chalicelib.web.http.field_labels import field_id


def build_context(
    event: Event, language: Language, submitted: dict[str, Any], problem: dict[str, Any] | None
) -> dict[str, Any]:
    """Build what the form's templates need; `submitted` is what its fields are filled in with."""
    values, lists = _flatten(submitted)
    asked = [detail for detail in DETAILS if detail.is_asked_at(event)]
    errors = problem.get("errors", []) if problem else []
    return {
        "values": values,
        "lists": {"needs": [], **lists},
        "errors": {field_id(error["field"]): error["message"] for error in errors},
        "embedded": False,
        "idempotency_key": secrets.token_urlsafe(16),
        "allotments": [{"name": each.name, "title": each.title.in_(language)} for each in event.allotments],
        "max_colleagues": MAX_PARTY_SIZE - 1,
        "has_party": bool(submitted.get("party")),
        "has_options": bool(event.optional_allotments),
        "asks_about_health": asks_about_health(event),
        "groups": {detail.attribute for detail in asked},
        "inputs": {
            name: _build_input(field, language)
            for detail in asked
            for name, field in detail.fields_by_name.items()
        },
    }


def list_asked_details(event: Event) -> tuple[str, ...]:
    """List the details that the form to change a registration asks for, by their dotted names."""
    return tuple(detail.name for detail in DETAILS if detail.can_change and detail.is_asked_at(event))


def translate_choices(language: Language) -> dict[str, str]:
    """Translate the label of each choice, by its code."""
    say = get_translator(language)
    return {code: say(label) for code, label in CHOICE_LABELS.items()}


def _build_input(field: Field, language: Language) -> dict[str, Any]:
    say = get_translator(language)
    return {
        "label": say(field.label),
        "kind": field.kind,
        "options": [(code, say(label)) for code, label in field.choices.items()],
        "autocomplete": field.autocomplete,
        "required": field.is_required,
        "hint": say(field.hint) if field.hint else "",
    }


def _flatten(document: dict[str, Any], prefix: str = "") -> tuple[dict[str, str], dict[str, list[str]]]:
    """Split the document into single values and lists, by their dotted names."""
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
    """Return the value with its names: a document's fields, or a party's members by their index."""
    if value and isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return {str(index): each for index, each in enumerate(value)}
    return value if isinstance(value, dict) else None
