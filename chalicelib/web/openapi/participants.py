"""The calls of everybody, and of whoever has the link of a registration."""

from chalicelib.web.openapi.operations import OPTIONAL_BODY, Operation, Paths, body, operation
from chalicelib.web.openapi.words import TEXT, a_list, an_object, ref

_REGISTRATION = an_object(registration=ref("Registration"))
_BOTH = {"registration": ref("Registration"), "party": a_list(ref("Registration"))}
_MADE = _REGISTRATION | {"properties": _BOTH}


def _change(summary: str, model: str) -> Operation:
    problems = (400, 404, 409, 413, 415, 422, 503)
    return operation(summary, {200: _REGISTRATION, 303: None}, problems, requestBody=body(model, form=True))


PATHS: Paths = {
    "/": {"get": operation("The programme as a page", {200: None})},
    "/events": {"get": operation("All events", {200: an_object(events=a_list(ref("PublicEvent")))})},
    "/events/{event_id}": {"get": operation("One event", {200: ref("PublicEvent")}, (404,))},
    "/events/{event_id}/embed": {
        "get": operation("The form for another site, to be copied, as a page", {200: None}, (404,))
    },
    "/events/{event_id}/registrations": {
        "post": operation(
            "Register one, or with `party` up to five people",
            {201: _MADE, 303: None},
            (400, 404, 409, 413, 415, 422, 503),
            requestBody=body("NewRegistration", "NewParty", form=True),
            parameters=[{"name": "Idempotency-Key", "in": "header", "schema": TEXT}],
        )
    },
    "/openapi.json": {"get": operation("This description", {200: {"type": "object"}})},
    "/health": {"get": operation("The version", {200: an_object(status=TEXT, version=TEXT)})},
    "/schemas/manifest.json": {"get": operation("The JSON Schema of manifest.json", {200: {"type": "object"}})},
    "/assets/{name}": {"get": operation("The pages' stylesheet, and their scripts", {200: None}, (404,))},
    "/registrations/{token}": {
        "get": operation("The registration", {200: _REGISTRATION}, (404,)),
        "patch": _change("Change details, needs, or what is waited for", "ChangedRegistration"),
        "delete": operation("Delete everything about this person", {204: None}, (404, 503)),
    },
    "/registrations/{token}/personal-data": {
        "get": operation("Everything held about this person", {200: {"type": "object"}}, (404,))
    },
    "/registrations/{token}/erase": {
        "get": operation("What deleting everything means, as a page", {200: None}, (404,))
    },
    "/registrations/{token}/erasure": {
        "post": operation(
            "Delete everything, by that page's form",
            {200: None, 204: None},
            (400, 404, 413, 415, 503),
            requestBody=OPTIONAL_BODY,
        )
    },
    "/registrations/{token}/cancellation": {
        "post": operation(
            "Cancel", {200: _REGISTRATION, 303: None}, (400, 404, 413, 415, 503), requestBody=OPTIONAL_BODY
        )
    },
    "/registrations/{token}/acceptance": {"post": _change("Accept the offer", "Acceptance")},
    "/registrations/{token}/refusal": {
        "post": _change("Decline it, or pass it on and keep one's place", "Refusal")
    },
    "/registrations/{token}/mail": {
        "post": operation(
            "Have the latest mail sent once more",
            {202: _REGISTRATION, 303: None},
            (400, 404, 413, 415, 429, 503),
            requestBody=OPTIONAL_BODY,
        )
    },
    "/registrations/{token}/change": {
        "get": operation("The form to change it, as a page", {200: None, 303: None}, (404,)),
        "post": _change("Change it by that form", "ChangedRegistration"),
    },
    "/registrations/{token}/cancel": {
        "get": operation("What cancelling means, as a page", {200: None, 303: None}, (404,))
    },
    "/registrations/{token}/calendar.ics": {"get": operation("The calendar file", {200: None}, (404,))},
}
