"""The JSON Schema (2020-12) of `manifest.json`: what whoever reads it by program can rely on."""

from typing import Any, get_args

from chalicelib.travel.lists.warning import CODES, Ask

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_OR_NONE: Schema = {"type": ["string", "null"]}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_WHOLE: Schema = {"type": "integer", "minimum": 0}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_IN_BOTH: Schema = {
    "type": "object",
    "properties": {"da": _TEXT, "en": _TEXT},
    "required": ["da", "en"],
    "additionalProperties": False,
}


def _object(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(**properties: Schema) -> Schema:
    return {"type": "array", "items": _object(**properties)}


_COUNTS: Schema = {"type": "object", "additionalProperties": _WHOLE}
_PLACES: dict[str, Schema] = {"origin": _TEXT, "destination": _TEXT}
_PERSON: dict[str, Schema] = {"family_name": _TEXT, "given_name": _TEXT}
_REACHED: dict[str, Schema] = {"phone": _OR_NONE, "organisation": _OR_NONE}
_WHOSE: dict[str, Schema] = {"registration_id": _TEXT}
_ABOUT: dict[str, Schema] = {"code": {"enum": list(CODES)}, "registration_id": _OR_NONE, "name": _TEXT}


def schema(address: str) -> Schema:
    """The schema, whose own address that is. Keys may be added in time; what is here stays."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "title": "A version of a travel manifest",
        **_object(
            event_id=_TEXT,
            version=_WHOLE,
            as_of=_MOMENT,
            totals=_object(people=_WHOLE, allotments=_COUNTS, rooms=_COUNTS),
            flights=_list(leg=_TEXT, number=_OR_NONE, departs=_MOMENT, **_PLACES),
            **_lists(),
            warnings=_list(**_ABOUT, text=_IN_BOTH),
            ready={"type": "boolean"},
            checks=_list(**_ABOUT, ask={"enum": list(get_args(Ask))}, message=_IN_BOTH),
            since={"type": ["integer", "null"]},
            airline_since={"type": ["integer", "null"]},
            changes=_object(added=_WHOLE, removed=_WHOLE, changed=_WHOLE),
        ),
    }


def _lists() -> dict[str, Schema]:
    booked = {"locator": _TEXT, "airline_locator": _OR_NONE, "seat": _OR_NONE}
    named = {"surname": _OR_NONE, "given": _OR_NONE, "title": _OR_NONE, "assistance": _TEXTS}
    room = {"hotel": _TEXT, "kind": _TEXT, "room": _WHOLE, "guests": _TEXTS, "nights": _WHOLE, "state": _OR_NONE}
    emergency = {"emergency_name": _OR_NONE, "emergency_phone": _OR_NONE}
    ride = {"leg": _TEXT, "departs": _MOMENT, **_PLACES, "meeting_point": _OR_NONE}
    return {
        "passengers": _list(
            leg=_TEXT, number=_OR_NONE, departs=_MOMENT, **_PLACES, **named, **_REACHED, **booked, **_WHOSE
        ),
        "transfers": _list(**ride, **_PERSON, **_REACHED, **_WHOSE),
        "own_way": _list(**_PERSON, **_REACHED, legs=_TEXTS, **_WHOSE),
        "rooming": _list(**room, check_in=_MOMENT, check_out=_MOMENT, registration_ids=_TEXTS),
        "dietary": _list(meal=_TEXT, starts_at=_MOMENT, need=_TEXT, count=_WHOLE),
        "dietary_by_name": _list(**_PERSON, meals=_TEXTS, allergens=_TEXTS, note=_OR_NONE, **_WHOSE),
        "contacts": _list(
            **_PERSON, **_REACHED, sector=_OR_NONE, email=_TEXT, **emergency, needs=_TEXTS, **_WHOSE
        ),
    }
