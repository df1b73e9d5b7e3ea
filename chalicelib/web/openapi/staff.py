"""The calls of those who check people in and of caterers, which are the organisers' as well."""

from chalicelib.web.openapi.operations import CONFLICTS, EVENT, Paths, body, guarded
from chalicelib.web.openapi.words import MOMENT, TEXT, WHOLE, a_list, an_object, or_null, ref

_GUEST = an_object(id=TEXT, name=TEXT, checked_in_at=or_null(MOMENT))
_CHECKED_IN = an_object(registration={"anyOf": [ref("OrganiserRegistration"), _GUEST]})
_COUNTED = {"type": "object", "additionalProperties": WHOLE}
_SERVED = {"title": TEXT, "expected": WHOLE}

PATHS: Paths = {
    f"{EVENT}/door": {
        "get": guarded(
            "Who is expected, and who has come, by name",
            {200: an_object(guests=a_list(_GUEST), now=MOMENT)},
            (401, 404),
        )
    },
    f"{EVENT}/registrations/{{registration_id}}/check-in": {
        "post": guarded(
            "They have come",
            {200: _CHECKED_IN, 303: None},
            CONFLICTS,
            requestBody=body("CheckIn") | {"required": False},
        ),
        "delete": guarded("They have not come after all", {200: _CHECKED_IN}, (401, 404, 503)),
    },
    f"{EVENT}/check-ins": {
        "post": guarded(
            "Whose code this is has come",
            {200: _CHECKED_IN},
            CONFLICTS,
            requestBody=body("CheckInByCode"),
        )
    },
    f"{EVENT}/catering": {
        "get": guarded(
            "How many come, and what they eat, in numbers",
            {
                200: an_object(
                    event_id=TEXT,
                    as_of=MOMENT,
                    expected=WHOLE,
                    sessions=a_list(an_object(starts_at=or_null(MOMENT), **_SERVED)),
                    meals=a_list(an_object(name=TEXT, starts_at=MOMENT, **_SERVED)),
                    dietary=an_object(meals=_COUNTED, allergens=_COUNTED, notes=WHOLE, unreadable=WHOLE),
                )
            },
            (401, 404),
        )
    },
}
