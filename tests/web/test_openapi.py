"""The OpenAPI description: the same interface as before it was generated from the routes, and whole in itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.web.http.form_decoding import FIELDS
from testing.dynamodb.client import Client
from tests.web.browser import get

BEFORE = json.loads((Path(__file__).parent / "openapi_before.json").read_text())
METHODS = ("get", "put", "post", "patch", "delete")
#: What may differ: words for people, names for programs, and what a reader need not send.
ANNOTATIONS = ("title", "description", "default")
#: Answers besides, where there was JSON alone or nothing was said: pages, and the way to one.
ADDED_ANSWERS: dict[str, dict[str, Any]] = {
    "GET /organiser/events": {"303": {}},
    "GET /organiser/events/{event_id}/door": {"200": {"text/html": {"type": "string"}}},
    "GET /organiser/sign-in": {"200": {"text/html": {"type": "string"}}},
    "GET /privacy": {"200": {"text/html": {"type": "string"}}},
}
#: Answers with less than there was, since a link shows what may be read by it: how a registration stands, and of a
#: party's members no link.
NARROWED = {
    "GET /registrations/{token}": ("200",),
    "POST /registrations/{token}/mail": ("202",),
    "POST /events/{event_id}/registrations": ("201",),
}
_ORGANISERS_CHANGE = "PATCH /organiser/events/{event_id}/registrations/{registration_id}"
#: Optional members of bodies and answers besides.
ADDED_MEMBERS: dict[str, set[str]] = {
    "PATCH /registrations/{token}": {"dropped"},
    "POST /registrations/{token}/change": {"dropped"},
    _ORGANISERS_CHANGE: {"dropped", "told_by_the_person"},
}
_ORGANISERS_ACCESS = "GET /organiser/events/{event_id}/registrations/{registration_id}/personal-data"
#: Answers in JSON that were any object before, and are described now.
DESCRIBED_NOW = ("GET /registrations/{token}/personal-data", _ORGANISERS_ACCESS)
ADDED_ANSWERS |= {call: {"200": {"text/html": {"type": "string"}}} for call in DESCRIBED_NOW}
#: Bodies that were sent for nothing and may now say something; of what else is in them nothing is read, as before.
READ_BODIES = ("POST /registrations/{token}/mail",)
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def described(memory: Client) -> Any:  # noqa: ARG001 - the settings must be there
    return get("/openapi.json").json_body


def resolve(schema: Any, schemas: dict[str, Any]) -> Any:
    """The schema with its references followed, and in one spelling of what can be said in several."""
    if isinstance(schema, list):
        return [resolve(each, schemas) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return resolve(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    plain = {name: resolve(value, schemas) for name, value in schema.items() if name not in ANNOTATIONS}
    if "properties" in schema:  # a property may be called as an annotation is
        plain["properties"] = {name: resolve(value, schemas) for name, value in schema["properties"].items()}
    if "required" in plain:
        plain["required"] = sorted(plain["required"])
    if "oneOf" in plain:
        plain["anyOf"] = plain.pop("oneOf")
    if "enum" in plain:
        plain.pop("type", None)
    if plain.get("additionalProperties") is True:
        del plain["additionalProperties"]
    return plain


def contents(described: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """The schema of each media type; forms have a field for each input, which once were left out."""
    return {
        kind: None if kind == FORM else resolve(content["schema"], schemas)
        for kind, content in described.get("content", {}).items()
    }


def interface(paths: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """What callers rely on, for each method of each path."""
    found = {}
    for path, item in paths.items():
        for method in METHODS:
            if method not in item:
                continue
            operation = item[method]
            parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
            body = operation.get("requestBody", {})
            found[f"{method.upper()} {path}"] = {
                "parameters": sorted(
                    (each["in"], each["name"], each.get("required", False), json.dumps(each["schema"]))
                    for each in parameters
                ),
                "body": (body.get("required"), contents(body, schemas)),
                "answers": {
                    status: contents(answer, schemas) for status, answer in operation["responses"].items()
                },
            }
    return found


def leave_out(documents: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """The schemas without the optional members of these names, which are no one's to rely on yet."""
    left = dict(documents)
    for kind, schema in documents.items():
        if schema and "properties" in schema:
            assert names.isdisjoint(schema.get("required", ()))
            kept = {name: value for name, value in schema["properties"].items() if name not in names}
            left[kind] = schema | {"properties": kept}
    return left


def test_what_callers_rely_on_is_as_it_was(described: dict[str, Any]) -> None:
    """Each call of the earlier description is there, with its parameters, bodies, answers and schemas; what a call
    takes and answers besides is optional, or a problem."""
    before = interface(BEFORE["paths"], BEFORE["schemas"])
    now = interface(described["paths"], described["components"]["schemas"])
    assert before.keys() - now.keys() == set()
    for call, expected in before.items():
        found = now[call]
        for status, added_contents in ADDED_ANSWERS.get(call, {}).items():
            expected["answers"][status] = expected["answers"].get(status, {}) | added_contents
        added_members = ADDED_MEMBERS.get(call, set())
        is_required, body = found["body"]
        if call in READ_BODIES:
            assert (call, is_required, "required" in str(body)) == (call, False, False)
        else:
            assert (call, (is_required, leave_out(body, added_members))) == (call, expected["body"])
        assert [each for each in expected["parameters"] if each not in found["parameters"]] == []
        added = [each for each in found["parameters"] if each not in expected["parameters"]]
        assert (call, [name for _, name, required, _ in added if required]) == (call, [])
        for status in NARROWED.get(call, ()):
            former, present = (json.dumps(each["answers"].pop(status)) for each in (expected, found))
            assert (call, "anyOf" in present, former != present) == (call, True, True)
        kept = {status: found["answers"].get(status) for status in expected["answers"]}
        kept = {status: answer and leave_out(answer, added_members) for status, answer in kept.items()}
        if call in DESCRIBED_NOW:
            kept["200"] |= {"application/json": {"type": kept["200"]["application/json"]["type"]}}
        assert (call, kept) == (call, expected["answers"])
        assert (call, min([*found["answers"].keys() - kept.keys(), "400"])) == (call, "400")


def operations(described: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{method.upper()} {path}": item[method]
        for path, item in described["paths"].items()
        for method in METHODS
        if method in item
    }


def test_every_operation_has_a_name_of_its_own(described: dict[str, Any]) -> None:
    """Each has an id that no other has, and a summary of one sentence."""
    found = operations(described).values()
    ids = [each["operationId"] for each in found]
    assert len(set(ids)) == len(ids)
    assert [each["summary"] for each in found if not each["summary"] or ". " in each["summary"]] == []


def test_every_tag_is_described(described: dict[str, Any]) -> None:
    """The tags of the operations are those that the description explains."""
    used = {tag for each in operations(described).values() for tag in each["tags"]}
    assert used == {tag["name"] for tag in described["tags"]}


def test_calls_without_a_session_say_so(described: dict[str, Any]) -> None:
    """Public calls have an empty `security`; those of organisers name both ways to send a session."""
    for call, operation in operations(described).items():
        is_guarded = {"401", "403"} <= operation["responses"].keys()
        assert (call, operation["security"]) == (call, [{"session": []}, {"cookie": []}] if is_guarded else [])


def test_no_field_has_a_default(described: dict[str, Any]) -> None:
    """Generators of clients make a field with a default one that must be sent."""
    assert '"default":' not in json.dumps(described["components"])


def test_forms_have_their_fields(described: dict[str, Any]) -> None:
    """The form to register has what `nest_fields` reads, lists as repeated fields."""
    register = operations(described)["POST /events/{event_id}/registrations"]
    fields = register["requestBody"]["content"][FORM]["schema"]["properties"]
    assert fields.keys() == FIELDS
    assert fields["needs"] == {"type": "array", "items": {"type": "string"}}


def test_the_licence_is_named(described: dict[str, Any]) -> None:
    """By its SPDX identifier."""
    assert described["info"]["license"]["identifier"] == "Apache-2.0"
