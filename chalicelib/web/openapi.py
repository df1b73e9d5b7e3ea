"""The OpenAPI 3.1 description of the HTTP interface, made from the models that requests are read with.

A test holds it against the app's routes: each is described, and nothing is described that is not there.
"""

from typing import Any, get_args

from pydantic.json_schema import models_json_schema

from chalicelib import VERSION
from chalicelib.programme.model import Event
from chalicelib.settings import settings
from chalicelib.travel.warning import CODES, Ask
from chalicelib.web.additions import BookingFile, SharedRoom
from chalicelib.web.allotments import Capacity, Hold, Move, Repair
from chalicelib.web.attendees import Mails
from chalicelib.web.changes import ChangedRegistration
from chalicelib.web.door import CheckIn, CheckInByCode
from chalicelib.web.hand import Cancellation, Priority, Promotion
from chalicelib.web.manifests import Sending
from chalicelib.web.new_party import NewParty
from chalicelib.web.new_registration import NewRegistration
from chalicelib.web.participant import Acceptance, Refusal

_REF = "#/components/schemas/{model}"
Operation = dict[str, Any]


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _REF.format(model=name)}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"oneOf": [schema, {"type": "null"}]}


_TEXT, _WHOLE, _MOMENT = {"type": "string"}, {"type": "integer"}, {"type": "string", "format": "date-time"}

_IN_BOTH = _object(da=_TEXT, en=_TEXT)
_ABOUT = {"code": {"enum": list(CODES)}, "registration_id": _or_null(_TEXT), "name": _TEXT}
_DID = _object(at=_MOMENT, registration_id=_or_null(_TEXT), name=_or_null(_TEXT), text=_TEXT)
_DEADLINE = _object(
    kind={"enum": ["names", "rooms", "release"]},
    at=_MOMENT,
    state={"enum": ["ahead", "near", "passed"]},
    title=_or_null(_IN_BOTH),
)
_COUNTS = {"name": _TEXT, "capacity": _WHOLE, "taken": _WHOLE, "waiting": _WHOLE, "left": _WHOLE}

_ANSWERS: dict[str, Any] = {
    "PublicEvent": _object(
        id=_TEXT,
        title=_TEXT,
        starts_at=_MOMENT,
        ends_at=_MOMENT,
        venue=_object(name=_TEXT, address=_TEXT),
        speakers=_list(_object(name=_TEXT)),
        registration=_object(opens_at=_MOMENT, closes_at=_MOMENT, is_open={"type": "boolean"}),
        allotments=_list(_object(title=_TEXT, **_COUNTS)),
    ),
    "Registration": _object(
        id=_TEXT,
        event_id=_TEXT,
        status={"enum": ["confirmed", "waiting", "offered", "cancelled"]},
        needs=_list(_TEXT),
        waiting=_or_null(_object(position={"type": "integer", "minimum": 1}, **{"for": _list(_TEXT)})),
        offer=_or_null(_object(expires_at=_MOMENT)),
        registered_at=_MOMENT,
        links=_object(self={"type": "string", "format": "uri"}, calendar={"type": "string", "format": "uri"}),
    ),
    "OrganiserRegistration": _object(
        id=_TEXT,
        event_id=_TEXT,
        status=_TEXT,
        needs=_list(_TEXT),
        checked_in_at=_or_null(_MOMENT),
        given_name=_TEXT,
        family_name=_TEXT,
        email=_TEXT,
    ),
    "Counts": _object(**_COUNTS),
    "ThingToDo": _object(
        id=_TEXT,
        kind=_TEXT,
        registration_id=_or_null(_TEXT),
        name=_or_null(_TEXT),
        email=_or_null(_TEXT),
        at=_MOMENT,
        mail=_or_null(_TEXT),
        detail=_TEXT,
    )
    | {"description": "`mail` is the kind of fact that the mail told; `detail` a sentence for people."},
    "Manifest": _object(
        version=_WHOLE,
        status={"enum": ["building", "ready", "failed"]},
        requested_at=_MOMENT,
        requested_by=_TEXT,
        as_of=_or_null(_MOMENT),
        content_hash=_or_null(_TEXT),
        totals={"type": "object"},
        warnings=_list(_object(**_ABOUT, text=_IN_BOTH, link=_or_null(_TEXT))),
        ready={"type": "boolean"},
        more_checks=_WHOLE,
        checks=_list(_object(**_ABOUT, ask={"enum": list(get_args(Ask))}, message=_IN_BOTH, link=_or_null(_TEXT))),
        since=_or_null(_WHOLE),
        airline_since=_or_null(_WHOLE),
        changes=_object(added=_WHOLE, removed=_WHOLE, changed=_WHOLE),
        files={"type": "object", "additionalProperties": _TEXT},
        sent=_list(_object(to=_TEXT, by=_TEXT, at=_MOMENT)),
    ),
    "Problem": _object(type=_TEXT, title=_TEXT, status=_WHOLE, detail=_TEXT)
    | {"description": "RFC 9457; `errors` names bad fields: field, code, message."},
}


def _operation(summary: str, answers: dict[int, Any], problems: tuple[int, ...] = (), **more: Any) -> Operation:
    responses = {str(status): _response(schema) for status, schema in answers.items()}
    responses |= {str(status): _problem() for status in (*problems, 500)}
    return {"summary": summary, "responses": responses} | more


def _response(schema: Any) -> dict[str, Any]:
    if schema is None:
        return {"description": "Done"}
    return {"description": "Done", "content": {"application/json": {"schema": schema}}}


def _problem() -> dict[str, Any]:
    return {"description": "A problem", "content": {"application/problem+json": {"schema": _ref("Problem")}}}


def _body(*names: str, form: bool = False) -> dict[str, Any]:
    schemas = [_ref(name) for name in names]
    content: dict[str, Any] = {
        "application/json": {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}}
    }
    if form:
        content["application/x-www-form-urlencoded"] = {"schema": {"type": "object"}}
    return {"required": True, "content": content}


_OPTIONAL_BODY = {"required": False, "content": {"application/json": {"schema": {"type": "object"}}}}
_ORGANISER: dict[str, Any] = {"security": [{"session": []}, {"cookie": []}]}


def _paths() -> dict[str, dict[str, Operation]]:
    registration = _object(registration=_ref("Registration"))
    both = {"registration": _ref("Registration"), "party": _list(_ref("Registration"))}
    made = registration | {"properties": both}
    manifest = _object(manifest=_ref("Manifest"))
    return {
        "/": {"get": _operation("The programme as a page", {200: None})},
        "/events": {"get": _operation("All events", {200: _object(events=_list(_ref("PublicEvent")))})},
        "/events/{event_id}": {"get": _operation("One event", {200: _ref("PublicEvent")}, (404,))},
        "/events/{event_id}/registrations": {
            "post": _operation(
                "Register one, or with `party` up to five people",
                {201: made, 303: None},
                (400, 404, 409, 413, 415, 422, 503),
                requestBody=_body("NewRegistration", "NewParty", form=True),
                parameters=[{"name": "Idempotency-Key", "in": "header", "schema": _TEXT}],
            )
        },
        "/registrations/{token}": {
            "get": _operation("The registration", {200: registration}, (404,)),
            "patch": _answer(
                "Change details, needs, or what is waited for",
                registration,
                _body("ChangedRegistration", form=True),
            ),
            "delete": _operation("Delete everything about this person", {204: None}, (404, 503)),
        },
        "/registrations/{token}/personal-data": {
            "get": _operation("Everything held about this person", {200: {"type": "object"}}, (404,))
        },
        "/registrations/{token}/erase": {
            "get": _operation("What deleting everything means, as a page", {200: None}, (404,))
        },
        "/registrations/{token}/erasure": {
            "post": _operation(
                "Delete everything, by that page's form",
                {200: None, 204: None},
                (400, 404, 413, 415, 503),
                requestBody=_OPTIONAL_BODY,
            )
        },
        "/registrations/{token}/cancellation": {
            "post": _operation(
                "Cancel", {200: registration, 303: None}, (400, 404, 413, 415, 503), requestBody=_OPTIONAL_BODY
            )
        },
        "/registrations/{token}/acceptance": {
            "post": _answer("Accept the offer", registration, _body("Acceptance", form=True))
        },
        "/registrations/{token}/refusal": {
            "post": _answer(
                "Decline it, or pass it on and keep one's place", registration, _body("Refusal", form=True)
            )
        },
        "/registrations/{token}/mail": {
            "post": _operation(
                "Have the latest mail sent once more",
                {202: registration, 303: None},
                (400, 404, 413, 415, 429, 503),
                requestBody=_OPTIONAL_BODY,
            )
        },
        "/registrations/{token}/change": {
            "get": _operation("The form to change it, as a page", {200: None, 303: None}, (404,)),
            "post": _answer("Change it by that form", registration, _body("ChangedRegistration", form=True)),
        },
        "/registrations/{token}/cancel": {
            "get": _operation("What cancelling means, as a page", {200: None, 303: None}, (404,))
        },
        "/registrations/{token}/calendar.ics": {"get": _operation("The calendar file", {200: None}, (404,))},
        "/openapi.json": {"get": _operation("This description", {200: {"type": "object"}})},
        "/health": {"get": _operation("The version", {200: _object(status=_TEXT, version=_TEXT)})},
        "/schemas/manifest.json": {
            "get": _operation("The JSON Schema of manifest.json", {200: {"type": "object"}})
        },
        "/assets/{name}": {"get": _operation("The pages' stylesheet, and their scripts", {200: None}, (404,))},
        **_organiser_paths(manifest),
    }


def _answer(summary: str, registration: dict[str, Any], body: dict[str, Any]) -> Operation:
    problems = (400, 404, 409, 413, 415, 422, 503)
    return _operation(summary, {200: registration, 303: None}, problems, requestBody=body)


def _organiser_paths(manifest: dict[str, Any]) -> dict[str, dict[str, Operation]]:
    one = _object(registration=_ref("OrganiserRegistration"))
    every = _object(registrations=_list(_ref("OrganiserRegistration")), cursor=_or_null(_TEXT))
    event = "/organiser/events/{event_id}"
    refused = (400, 401, 404, 413, 415)
    search = [
        {"name": name, "in": "query", "schema": _TEXT} for name in ("status", "q", "limit", "cursor", "format")
    ]
    return {
        "/organiser": {"get": _guarded("The organiser's page", {200: None}, (401,))},
        "/organiser/sessions": {
            "post": _operation("Ask for a sign-in link", {202: {"type": "object"}}, (400, 413, 415))
            | {"requestBody": _OPTIONAL_BODY | {"required": True}}
        },
        "/organiser/sign-in": {"get": _operation("Trade the link for a session", {303: None}, (401,))},
        "/organiser/sign-out": {"post": _guarded("End the session", {303: None}, (401,))},
        "/organiser/events": {"get": _guarded("All events", {200: _object(events=_list(_ref("Event")))}, (401,))},
        event: {
            "get": _guarded("The event's document", {200: _ref("Event")}, (401, 404)),
            "put": _guarded(
                "Create or change the event",
                {200: _ref("Event"), 201: _ref("Event")},
                (*refused, 409, 412, 422, 428, 503),
                requestBody=_body("Event"),
            ),
        },
        f"{event}/edit": {
            "get": _guarded("The form to change it, as a page", {200: None}, (401, 404)),
            "post": _by_form("Change it by that form", (*refused, 409, 412, 422, 503)),
        },
        **_allotment_paths(event, refused),
        f"{event}/registrations": {
            "get": _guarded("Registrations", {200: every}, (401, 404, 422), parameters=search)
        },
        f"{event}/journal": {
            "get": _guarded("What organisers did", {200: _object(entries=_list(_DID))}, (401, 404))
        },
        f"{event}/registrations/{{registration_id}}": {
            "get": _guarded("One registration with its history", {200: one}, (401, 404)),
            "patch": _guarded(
                "Change it for somebody",
                {200: one},
                (*refused, 409, 422, 503),
                requestBody=_body("ChangedRegistration"),
            ),
            "delete": _guarded("Delete everything about somebody", {204: None}, (401, 404, 503)),
        },
        f"{event}/registrations/{{registration_id}}/personal-data": {
            "get": _guarded("Everything held about somebody", {200: {"type": "object"}}, (401, 404))
        },
        f"{event}/registrations/{{registration_id}}/check-in": {
            "post": _guarded(
                "They have come",
                {200: one},
                (*refused, 409, 422, 503),
                requestBody=_body("CheckIn") | {"required": False},
            ),
            "delete": _guarded("They have not come after all", {200: one}, (401, 404, 503)),
        },
        f"{event}/door": {
            "get": _guarded(
                "Who is expected, and who has come, by name",
                {
                    200: _object(
                        guests=_list(_object(id=_TEXT, name=_TEXT, checked_in_at=_or_null(_MOMENT))), now=_MOMENT
                    )
                },
                (401, 404),
            )
        },
        f"{event}/check-ins": {
            "post": _guarded(
                "Whose code this is has come",
                {200: one},
                (*refused, 409, 422, 503),
                requestBody=_body("CheckInByCode"),
            )
        },
        f"{event}/registrations/{{registration_id}}/cancellation": {
            "post": _guarded(
                "Cancel it",
                {200: one},
                (*refused, 422, 503),
                requestBody=_body("Cancellation") | {"required": False},
            )
        },
        f"{event}/registrations/{{registration_id}}/promotion": {
            "post": _guarded(
                "Promote it out of turn",
                {200: one},
                (*refused, 409, 422, 503),
                requestBody=_body("Promotion"),
            )
        },
        f"{event}/registrations/{{registration_id}}/priority": {
            "put": _guarded(
                "Give it a priority", {200: one}, (*refused, 409, 422, 503), requestBody=_body("Priority")
            ),
            "post": _by_form("The page's form for the same", (*refused, 409, 422, 503)),
        },
        f"{event}/registrations/{{registration_id}}/mail": {
            "post": _guarded(
                "Have its latest mail sent once more",
                {202: one},
                (*refused, 409, 429, 503),
                requestBody=_OPTIONAL_BODY,
            )
        },
        f"{event}/mails": {
            "post": _guarded(
                "Ask for missing travel details",
                {202: _object(kind=_TEXT)},
                (*refused, 422, 503),
                requestBody=_body("Mails"),
            )
        },
        f"{event}/problems": {
            "get": _guarded("Things to do", {200: _object(problems=_list(_ref("ThingToDo")))}, (401, 404))
        },
        f"{event}/problems/{{problem_id}}/resolution": {
            "post": _guarded("Strike one off the list", {204: None, 303: None}, (401, 404))
        },
        **_manifest_paths(event, manifest),
    }


def _allotment_paths(event: str, refused: tuple[int, ...]) -> dict[str, dict[str, Operation]]:
    conflicts = (*refused, 409, 422, 503)
    holds = _object(holds=_list(_object(name=_TEXT, units={"type": "object", "additionalProperties": _WHOLE})))
    difference = _object(counter=_TEXT, name=_TEXT, written=_WHOLE, counted=_WHOLE)
    return {
        f"{event}/allotments/{{name}}": {
            "put": _guarded(
                "Set a capacity",
                {200: _object(allotment=_ref("Counts"))},
                (*conflicts, 412),
                requestBody=_body("Capacity"),
            ),
            "post": _by_form("The page's form for the same", (*conflicts, 412)),
        },
        f"{event}/allotments/{{name}}/moves": {
            "post": _guarded(
                "Move units to another allotment",
                {200: _object(allotments=_list(_ref("Counts")))},
                (*conflicts, 412),
                requestBody=_body("Move"),
            )
        },
        f"{event}/holds": {
            "get": _guarded("All holds", {200: holds}, (401, 404)),
            "post": _by_form("The page's form for one", conflicts),
        },
        f"{event}/holds/{{name}}": {
            "put": _guarded("Set units aside", {200: holds}, conflicts, requestBody=_body("Hold")),
            "delete": _guarded("End the hold", {200: holds}, (401, 404, 503)),
        },
        f"{event}/recount": {
            "post": _guarded(
                "Count the event anew",
                {200: _object(differences=_list(difference), repaired={"type": "boolean"})},
                (*refused, 422, 503),
                requestBody=_body("Repair") | {"required": False},
            )
        },
    }


def _manifest_paths(event: str, manifest: dict[str, Any]) -> dict[str, dict[str, Operation]]:
    return {
        f"{event}/manifests": {
            "get": _guarded(
                "All versions",
                {200: _object(manifests=_list(_ref("Manifest")), deadlines=_list(_DEADLINE))},
                (401, 404),
            ),
            "post": _guarded("Have one built", {200: manifest, 202: manifest, 303: None}, (401, 404, 503)),
        },
        f"{event}/manifests/{{version}}": {"get": _guarded("One version", {200: manifest}, (401, 404))},
        f"{event}/manifests/{{version}}/sent": {
            "post": _guarded(
                "Say to whom it was sent",
                {200: manifest, 303: None},
                (400, 401, 404, 409, 413, 415, 422, 503),
                requestBody=_body("Sending", form=True),
            )
        },
        f"{event}/manifests/{{version}}/{{file}}": {"get": _guarded("A file", {303: None}, (401, 404))},
        **_addition_paths(event),
    }


def _addition_paths(event: str) -> dict[str, dict[str, Operation]]:
    rooms = _object(shared_rooms=_list(_object(guests=_list(_TEXT), by=_TEXT, at=_MOMENT, reason=_TEXT)))
    booking = _object(locator=_or_null(_TEXT), seat=_or_null(_TEXT))
    changed = _object(registration_id=_TEXT, name=_TEXT, flight=_or_null(_TEXT), before=booking, after=booking)
    wrong = _object(field=_TEXT, code=_TEXT, message=_TEXT)
    booked = _object(changed={"type": "boolean"}, changes=_list(changed), errors=_list(wrong))
    refused = (400, 401, 404, 413, 415, 422, 503)
    return {
        f"{event}/shared-rooms": {
            "get": _guarded("Who shares a room by an organiser's word", {200: rooms}, (401, 404)),
            "post": _guarded("Let two share a room", {200: rooms}, refused, requestBody=_body("SharedRoom")),
        },
        f"{event}/shared-rooms/{{registration_id}}": {
            "delete": _guarded("Take such a decision back", {200: rooms}, (401, 404, 503))
        },
        f"{event}/bookings": {
            "post": _guarded(
                "The airline's locators and seats: what a file would change, or change it",
                {200: booked},
                refused,
                requestBody=_body("BookingFile"),
            )
        },
    }


def _guarded(summary: str, answers: dict[int, Any], problems: tuple[int, ...], **more: Any) -> Operation:
    return _operation(summary, answers, problems, **more) | _ORGANISER


def _by_form(summary: str, problems: tuple[int, ...]) -> Operation:
    """What a page's form is sent to; scripts have another call for it."""
    form = {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}
    return _guarded(summary, {303: None}, problems, requestBody={"required": True, "content": form})


def _with_path_parameters(path: str, operations: dict[str, Operation]) -> dict[str, Any]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    parameters = [{"name": name, "in": "path", "required": True, "schema": _TEXT} for name in names]
    return {**operations, "parameters": parameters} if parameters else dict(operations)


_MODELS = (
    NewRegistration,
    NewParty,
    ChangedRegistration,
    Acceptance,
    Refusal,
    Event,
    Capacity,
    Move,
    Hold,
    Repair,
    Cancellation,
    Promotion,
    Priority,
    Mails,
    Sending,
    SharedRoom,
    BookingFile,
    CheckIn,
    CheckInByCode,
)


def description() -> dict[str, Any]:
    """The whole description."""
    models = [(model, "validation") for model in _MODELS]
    _, schemas = models_json_schema(models, ref_template=_REF)  # type: ignore[arg-type]
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tilmelding", "version": VERSION},
        "servers": [{"url": settings().public_url}],
        "paths": {path: _with_path_parameters(path, operations) for path, operations in _paths().items()},
        "components": {
            "schemas": {**schemas["$defs"], **_ANSWERS},
            "securitySchemes": {
                "session": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "organiser"},
            },
        },
    }
