"""One call: what it takes, what it answers, and which problems it has."""

from typing import Any

from chalicelib.web.openapi.words import ref

#: Where an organiser's calls about an event begin.
EVENT = "/organiser/events/{event_id}"
#: Why an organiser's call with a body may be refused; and one that changes what others change too.
REFUSED = (400, 401, 404, 413, 415)
CONFLICTS = (*REFUSED, 409, 422, 503)

Operation = dict[str, Any]
Paths = dict[str, dict[str, Operation]]

OPTIONAL_BODY = {"required": False, "content": {"application/json": {"schema": {"type": "object"}}}}
_ORGANISER: dict[str, Any] = {"security": [{"session": []}, {"cookie": []}]}


def operation(summary: str, answers: dict[int, Any], problems: tuple[int, ...] = (), **more: Any) -> Operation:
    responses = {str(status): _response(schema) for status, schema in answers.items()}
    responses |= {str(status): _problem() for status in (*problems, 500)}
    return {"summary": summary, "responses": responses} | more


def _response(schema: Any) -> dict[str, Any]:
    if schema is None:
        return {"description": "Done"}
    return {"description": "Done", "content": {"application/json": {"schema": schema}}}


def _problem() -> dict[str, Any]:
    return {"description": "A problem", "content": {"application/problem+json": {"schema": ref("Problem")}}}


def body(*names: str, form: bool = False) -> dict[str, Any]:
    schemas = [ref(name) for name in names]
    content: dict[str, Any] = {
        "application/json": {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}}
    }
    if form:
        content["application/x-www-form-urlencoded"] = {"schema": {"type": "object"}}
    return {"required": True, "content": content}


def guarded(summary: str, answers: dict[int, Any], problems: tuple[int, ...], **more: Any) -> Operation:
    """A call for whoever is signed in, in a role that it takes."""
    return operation(summary, answers, (*problems, 403), **more) | _ORGANISER


def by_form(summary: str, problems: tuple[int, ...]) -> Operation:
    """What a page's form is sent to; scripts have another call for it."""
    form = {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}
    return guarded(summary, {303: None}, problems, requestBody={"required": True, "content": form})
