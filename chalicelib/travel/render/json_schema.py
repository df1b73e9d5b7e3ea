"""The JSON Schema (2020-12) of `manifest.json`, which programs that read it can rely on."""

from typing import Any, get_args

from chalicelib.registration.details import CONTACT_COLUMNS, FIELDS
from chalicelib.travel.lists.warning import WARNING_CODES, AskTarget

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_OPTIONAL_TEXT: Schema = {"type": ["string", "null"]}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_NON_NEGATIVE_INTEGER: Schema = {"type": "integer", "minimum": 0}
_DATE_TIME: Schema = {"type": "string", "format": "date-time"}
_TRANSLATED_TEXT: Schema = {
    "type": "object",
    "properties": {"da": _TEXT, "en": _TEXT},
    "required": ["da", "en"],
    "additionalProperties": False,
}


def _build_object(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _build_list(**properties: Schema) -> Schema:
    return {"type": "array", "items": _build_object(**properties)}


_COUNTS: Schema = {"type": "object", "additionalProperties": _NON_NEGATIVE_INTEGER}
_ROUTE: dict[str, Schema] = {"origin": _TEXT, "destination": _TEXT}
_PERSON_NAME: dict[str, Schema] = {"family_name": _TEXT, "given_name": _TEXT}
_CONTACT: dict[str, Schema] = {"phone": _OPTIONAL_TEXT, "organisation": _OPTIONAL_TEXT}
_REGISTRATION: dict[str, Schema] = {"registration_id": _TEXT}
_WARNING: dict[str, Schema] = {
    "code": {"enum": list(WARNING_CODES)},
    "registration_id": _OPTIONAL_TEXT,
    "name": _TEXT,
}


def build_schema(url: str) -> Schema:
    """Build the schema, which is served at `url`. Keys may be added in time; none of these is removed."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": url,
        "title": "A version of a travel manifest",
        **_build_object(
            event_id=_TEXT,
            version=_NON_NEGATIVE_INTEGER,
            as_of=_DATE_TIME,
            totals=_build_object(people=_NON_NEGATIVE_INTEGER, allotments=_COUNTS, rooms=_COUNTS),
            flights=_build_list(leg=_TEXT, number=_OPTIONAL_TEXT, departs=_DATE_TIME, **_ROUTE),
            **_build_lists(),
            warnings=_build_list(**_WARNING, text=_TRANSLATED_TEXT),
            ready={"type": "boolean"},
            checks=_build_list(**_WARNING, ask={"enum": list(get_args(AskTarget))}, message=_TRANSLATED_TEXT),
            since={"type": ["integer", "null"]},
            airline_since={"type": ["integer", "null"]},
            changes=_build_object(
                added=_NON_NEGATIVE_INTEGER, removed=_NON_NEGATIVE_INTEGER, changed=_NON_NEGATIVE_INTEGER
            ),
        ),
    }


def _build_lists() -> dict[str, Schema]:
    """Build the schemas of the lists, by their names."""
    booking = {"locator": _TEXT, "airline_locator": _OPTIONAL_TEXT, "seat": _OPTIONAL_TEXT}
    ticket = {"surname": _OPTIONAL_TEXT, "given": _OPTIONAL_TEXT, "title": _OPTIONAL_TEXT, "assistance": _TEXTS}
    room = {
        "hotel": _TEXT,
        "kind": _TEXT,
        "room": _NON_NEGATIVE_INTEGER,
        "guests": _TEXTS,
        "nights": _NON_NEGATIVE_INTEGER,
        "state": _OPTIONAL_TEXT,
    }
    contact = {
        column.key: _TEXT if FIELDS[column.field].is_required else _OPTIONAL_TEXT for column in CONTACT_COLUMNS
    } | _PERSON_NAME
    ride = {"leg": _TEXT, "departs": _DATE_TIME, **_ROUTE, "meeting_point": _OPTIONAL_TEXT}
    return {
        "passengers": _build_list(
            leg=_TEXT,
            number=_OPTIONAL_TEXT,
            departs=_DATE_TIME,
            **_ROUTE,
            **ticket,
            **_CONTACT,
            **booking,
            **_REGISTRATION,
        ),
        "transfers": _build_list(**ride, **_PERSON_NAME, **_CONTACT, **_REGISTRATION),
        "own_way": _build_list(**_PERSON_NAME, **_CONTACT, legs=_TEXTS, **_REGISTRATION),
        "rooming": _build_list(**room, check_in=_DATE_TIME, check_out=_DATE_TIME, registration_ids=_TEXTS),
        "dietary": _build_list(meal=_TEXT, starts_at=_DATE_TIME, need=_TEXT, count=_NON_NEGATIVE_INTEGER),
        "dietary_by_name": _build_list(
            **_PERSON_NAME, meals=_TEXTS, allergens=_TEXTS, note=_OPTIONAL_TEXT, **_REGISTRATION
        ),
        "contacts": _build_list(**contact, needs=_TEXTS, **_REGISTRATION),
    }
