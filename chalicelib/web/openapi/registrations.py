"""The organisers' calls about registrations."""

from chalicelib.web.openapi.operations import (
    CONFLICTS,
    EVENT,
    OPTIONAL_BODY,
    REFUSED,
    Paths,
    body,
    by_form,
    guarded,
    or_page,
)
from chalicelib.web.openapi.words import TEXT, WHOLE, a_list, an_object, or_null, ref

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ONE = an_object(registration=ref("OrganiserRegistration"))
_EVERY = an_object(registrations=a_list(ref("OrganiserRegistration")), cursor=or_null(TEXT))
_SEARCHED_BY = ("status", "came", "q", "limit", "cursor", "format")
_SEARCH = [{"name": name, "in": "query", "schema": TEXT} for name in _SEARCHED_BY]

_BADGES = an_object(files=WHOLE, not_as_typed=a_list(an_object(id=TEXT, name=TEXT, printed=TEXT)))

PATHS: Paths = {
    f"{EVENT}/badges": {
        "get": guarded(
            "How many files the name badges are, and whose is not as typed", {200: or_page(_BADGES)}, (401, 404)
        )
    },
    f"{EVENT}/badges.pdf": {
        "get": guarded(
            "Name badges as PDF, a thousand in a part",
            {200: None},
            (401, 404, 422),
            parameters=[{"name": "part", "in": "query", "schema": WHOLE}],
        )
    },
    f"{EVENT}/registrations": {
        "get": guarded(
            "Registrations", {200: or_page(_EVERY, "text/csv", _XLSX)}, (401, 404, 422), parameters=_SEARCH
        )
    },
    f"{EVENT}/registrations/{{registration_id}}": {
        "get": guarded("One registration with its history", {200: or_page(_ONE)}, (401, 404)),
        "patch": guarded(
            "Change it for somebody",
            {200: _ONE},
            CONFLICTS,
            requestBody=body("ChangedRegistration"),
        ),
        "delete": guarded("Delete everything about somebody", {204: None}, (401, 404, 503)),
    },
    f"{EVENT}/registrations/{{registration_id}}/personal-data": {
        "get": guarded("Everything held about somebody", {200: {"type": "object"}}, (401, 404))
    },
    f"{EVENT}/registrations/{{registration_id}}/cancellation": {
        "post": guarded(
            "Cancel it",
            {200: _ONE},
            (*REFUSED, 422, 503),
            requestBody=body("Cancellation") | {"required": False},
        )
    },
    f"{EVENT}/registrations/{{registration_id}}/promotion": {
        "post": guarded(
            "Promote it out of turn",
            {200: _ONE},
            CONFLICTS,
            requestBody=body("Promotion"),
        )
    },
    f"{EVENT}/registrations/{{registration_id}}/priority": {
        "put": guarded("Give it a priority", {200: _ONE}, CONFLICTS, requestBody=body("Priority")),
        "post": by_form("The page's form for the same", CONFLICTS),
    },
    f"{EVENT}/registrations/{{registration_id}}/mail": {
        "post": guarded(
            "Have its latest mail sent once more",
            {202: _ONE},
            (*REFUSED, 409, 429, 503),
            requestBody=OPTIONAL_BODY,
        )
    },
}
