"""The organisers' calls about sign-in, events and their places."""

from chalicelib.web.openapi.answers import COUNTS, DID, TITLE
from chalicelib.web.openapi.operations import (
    CONFLICTS,
    EVENT,
    OPTIONAL_BODY,
    PAGE,
    REFUSED,
    Paths,
    body,
    by_form,
    guarded,
    operation,
    or_page,
)
from chalicelib.web.openapi.words import MOMENT, TEXT, WHOLE, a_list, an_object, ref

_HOLDS = an_object(holds=a_list(an_object(name=TEXT, units={"type": "object", "additionalProperties": WHOLE})))
#: The event's own document, and how it stands.
_LISTED = an_object(
    id=TEXT,
    title=TITLE,
    starts_at=MOMENT,
    ends_at=MOMENT,
    version=WHOLE,
    counts=a_list(an_object(held=WHOLE, **COUNTS)),
)
_DIFFERENCE = an_object(counter=TEXT, name=TEXT, written=WHOLE, counted=WHOLE)

_START = an_object(
    events=a_list(an_object(id=TEXT, title=TEXT, starts_at=MOMENT, ends_at=MOMENT, expected=WHOLE))
) | {"description": "For check-in staff and caterers; an organiser gets a page."}
_LINK = {
    "required": True,
    "content": {
        kind: {"schema": an_object(token=TEXT)}
        for kind in ("application/json", "application/x-www-form-urlencoded")
    },
}

PATHS: Paths = {
    "/organiser": {"get": guarded("Where whoever is signed in begins", {200: or_page(_START)}, (401,))},
    "/organiser/sessions": {
        "post": operation("Ask for a sign-in link", {202: or_page({"type": "object"})}, (400, 413, 415, 429))
        | {"requestBody": OPTIONAL_BODY | {"required": True}}
    },
    "/organiser/sign-in": {
        "get": operation("Trade the link for a session; a browser gets the button for it", {303: None}, (401,)),
        "post": operation(
            "Trade the link for a session, by that button", {303: None}, (400, 401, 413, 415), requestBody=_LINK
        ),
    },
    "/organiser/sign-out": {"post": guarded("End the session", {303: None}, (401,))},
    "/organiser/events": {"get": guarded("All events", {200: an_object(events=a_list(_LISTED))}, (401,))},
    EVENT: {
        "get": guarded("The event's document", {200: or_page(ref("Event"))}, (401, 404)),
        "put": guarded(
            "Create or change the event",
            {200: ref("Event"), 201: ref("Event")},
            (*REFUSED, 409, 412, 422, 428, 503),
            requestBody=body("Event"),
        ),
    },
    f"{EVENT}/edit": {
        "get": guarded("The form to change it, as a page", {200: PAGE}, (401, 404)),
        "post": by_form("Change it by that form", (*REFUSED, 409, 412, 422, 503)),
    },
    f"{EVENT}/journal": {
        "get": guarded("What organisers did", {200: or_page(an_object(entries=a_list(DID)))}, (401, 404))
    },
    f"{EVENT}/mails": {
        "post": guarded(
            "Ask for missing travel details",
            {202: an_object(kind=TEXT)},
            (*REFUSED, 422, 503),
            requestBody=body("Mails"),
        )
    },
    f"{EVENT}/problems": {
        "get": guarded("Things to do", {200: an_object(problems=a_list(ref("ThingToDo")))}, (401, 404))
    },
    f"{EVENT}/problems/{{problem_id}}/resolution": {
        "post": guarded("Strike one off the list", {204: None, 303: None}, (401, 404))
    },
    f"{EVENT}/allotments/{{name}}": {
        "put": guarded(
            "Set a capacity",
            {200: an_object(allotment=ref("Counts"))},
            (*CONFLICTS, 412),
            requestBody=body("Capacity"),
        ),
        "post": by_form("The page's form for the same", (*CONFLICTS, 412)),
    },
    f"{EVENT}/allotments/{{name}}/moves": {
        "post": guarded(
            "Move units to another allotment",
            {200: an_object(allotments=a_list(ref("Counts"))), 303: None},
            (*CONFLICTS, 412),
            requestBody=body("Move"),
        )
    },
    f"{EVENT}/holds": {
        "get": guarded("All holds", {200: _HOLDS}, (401, 404)),
        "post": by_form("The page's form for one", CONFLICTS),
    },
    f"{EVENT}/holds/{{name}}": {
        "put": guarded("Set units aside", {200: _HOLDS}, CONFLICTS, requestBody=body("Hold")),
        "delete": guarded("End the hold", {200: _HOLDS}, (401, 404, 503)),
    },
    f"{EVENT}/recount": {
        "post": guarded(
            "Count the event anew",
            {200: an_object(differences=a_list(_DIFFERENCE), repaired={"type": "boolean"})},
            (*REFUSED, 422, 503),
            requestBody=body("Repair") | {"required": False},
        )
    },
}
