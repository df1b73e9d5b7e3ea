"""What the calls answer with."""

from typing import Any, get_args

from chalicelib.travel.lists.warning import WARNING_CODES, AskTarget
from chalicelib.web.openapi.words import MOMENT, TEXT, WHOLE, a_list, an_object, or_null

TITLE = an_object(da=TEXT, en=TEXT)
_ABOUT = {"code": {"enum": list(WARNING_CODES)}, "registration_id": or_null(TEXT), "name": TEXT}
_CHANGE = an_object(what=TEXT, before=TEXT, after=TEXT)
DID = an_object(at=MOMENT, registration_id=or_null(TEXT), name=or_null(TEXT), text=TEXT, changes=a_list(_CHANGE))
DEADLINE = an_object(
    kind={"enum": ["names", "rooms", "release"]},
    at=MOMENT,
    state={"enum": ["ahead", "near", "passed"]},
    title=or_null(TITLE),
)
WRONG = an_object(field=TEXT, code=TEXT, message=TEXT)
_PROBLEM = an_object(type={"type": "string", "format": "uri"}, title=TEXT, status=WHOLE, detail=TEXT)
COUNTS = {"name": TEXT, "capacity": WHOLE, "taken": WHOLE, "waiting": WHOLE, "left": WHOLE}

ANSWERS: dict[str, Any] = {
    "PublicEvent": an_object(
        id=TEXT,
        title=TEXT,
        starts_at=MOMENT,
        ends_at=MOMENT,
        venue=an_object(name=TEXT, address=TEXT),
        speakers=a_list(an_object(name=TEXT)),
        registration=an_object(opens_at=MOMENT, closes_at=MOMENT, is_open={"type": "boolean"}),
        allotments=a_list(an_object(title=TEXT, **COUNTS)),
    ),
    "Registration": an_object(
        id=TEXT,
        event_id=TEXT,
        status={"enum": ["confirmed", "waiting", "offered", "cancelled"]},
        needs=a_list(TEXT),
        waiting=or_null(an_object(position={"type": "integer", "minimum": 1}, **{"for": a_list(TEXT)})),
        offer=or_null(an_object(expires_at=MOMENT)),
        registered_at=MOMENT,
        links=an_object(self={"type": "string", "format": "uri"}, calendar={"type": "string", "format": "uri"}),
    ),
    "OrganiserRegistration": an_object(
        id=TEXT,
        event_id=TEXT,
        status=TEXT,
        needs=a_list(TEXT),
        checked_in_at=or_null(MOMENT),
        given_name=TEXT,
        family_name=TEXT,
        email=TEXT,
    ),
    "Counts": an_object(**COUNTS),
    "ThingToDo": an_object(
        id=TEXT,
        kind=TEXT,
        registration_id=or_null(TEXT),
        name=or_null(TEXT),
        email=or_null(TEXT),
        at=MOMENT,
        mail=or_null(TEXT),
        detail=TEXT,
    )
    | {"description": "`mail` is the kind of fact that the mail told; `detail` a sentence for people."},
    "Manifest": an_object(
        version=WHOLE,
        status={"enum": ["building", "ready", "failed", "withdrawn"]},
        requested_at=MOMENT,
        requested_by=TEXT,
        as_of=or_null(MOMENT),
        content_hash=or_null(TEXT),
        totals=or_null({"type": "object"}),
        warnings=a_list(an_object(**_ABOUT, text=TITLE, link=or_null(TEXT))),
        ready={"type": "boolean"},
        more_checks=WHOLE,
        checks=a_list(
            an_object(**_ABOUT, ask={"enum": list(get_args(AskTarget))}, message=TITLE, link=or_null(TEXT))
        ),
        since=or_null(WHOLE),
        airline_since=or_null(WHOLE),
        changes=an_object(added=WHOLE, removed=WHOLE, changed=WHOLE),
        files={"type": "object", "additionalProperties": TEXT},
        sent=a_list(an_object(to=TEXT, by=TEXT, at=MOMENT)),
    ),
    "Problem": _PROBLEM
    | {"properties": _PROBLEM["properties"] | {"errors": a_list(WRONG)}}
    | {"description": "RFC 9457; `errors` names bad fields: field, code, message."},
}
