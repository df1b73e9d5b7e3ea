"""The OpenAPI 3.1 description of the HTTP interface, generated from the routes and their models."""

from collections.abc import Iterable, Iterator, Mapping
from inspect import cleandoc
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from chalicelib import VERSION
from chalicelib.settings import settings
from chalicelib.web import app
from chalicelib.web.http import responses
from chalicelib.web.http.form_decoding import LIST_FIELDS
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.models import Document, ProblemDocument
from chalicelib.web.http.operations import HTML, Body, Operation
from chalicelib.web.http.routing import PUBLIC_CORS, route

blueprint = Blueprint(__name__, tag="service")

Schema = dict[str, Any]

_JSON, _PROBLEM, _FORM = "application/json", "application/problem+json", "application/x-www-form-urlencoded"
_REF = "#/components/schemas/{model}"
_TEXT: Schema = {"type": "string"}
_PARAMETER_SCHEMAS: dict[type, Schema] = {str: _TEXT, int: {"type": "integer"}, bool: {"type": "boolean"}}
_SECURITY_SCHEMES = {
    "session": {"type": "http", "scheme": "bearer", "description": "The session of a sign-in link."},
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "organiser",
        "description": "The same in a browser; changes are accepted from the service's own pages alone.",
    },
}
_TAGS = {
    "events": "The programme, and registering for an event.",
    "registration": "One registration, with its link as the key.",
    "sign-in": "Sessions of organisers, check-in staff and caterers.",
    "organiser": "Events, their allotments and holds.",
    "registrations": "Registrations, for organisers.",
    "door": "Check-in, badges and catering.",
    "tasks": "The activity log, and what there is to do.",
    "travel": "Manifests, shared rooms and bookings.",
    "service": "The service itself.",
}


@route(blueprint, "/openapi.json", cors=PUBLIC_CORS, answers={200: (Document,)})
def get_description(_request: Request) -> Response:
    """Return this description."""
    return responses.json_response(build_description())


def build_description() -> Schema:
    """Build the description of all routes, also of those whose modules are not imported yet."""
    operations = sorted(_list_operations(), key=lambda operation: operation.path)
    schemas = _Schemas(operations)
    paths: dict[str, Schema] = {}
    for operation in operations:
        item = paths.setdefault(operation.path, _describe_path(operation))
        item[operation.method.lower()] = _describe(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tilmelding",
            "version": VERSION,
            "description": "Registration for events, with waitlists and travel manifests.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": settings().public_url}],
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "paths": paths,
        "components": {"schemas": schemas.components, "securitySchemes": _SECURITY_SCHEMES},
    }


def _list_operations() -> Iterator[Operation]:
    for module in app.import_all():
        yield from module.blueprint.operations


class _ModelSchema(GenerateJsonSchema):
    """Schemas without titles of fields and without defaults: generators make a field with a default one that must
    be sent."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic asks so
        return False

    def default_schema(self, schema: Any) -> Schema:
        return {name: value for name, value in super().default_schema(schema).items() if name != "default"}


class _Schemas:
    """The schemas of all models that the operations name; those with a name of their own are components."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        models = {repr(model): model for each in operations for model in _list_models(each)}
        inputs = [(key, "validation", TypeAdapter(model)) for key, model in models.items()]
        by_key, definitions = TypeAdapter.json_schemas(
            inputs,  # type: ignore[arg-type]
            ref_template=_REF,
            schema_generator=_ModelSchema,
        )
        self._by_model = {key: schema for (key, _), schema in by_key.items()}
        self.components: Schema = dict(sorted(definitions["$defs"].items()))

    def __getitem__(self, model: Any) -> Schema:
        return self._by_model[repr(model)]


def _list_models(operation: Operation) -> Iterator[Any]:
    yield ProblemDocument
    for contents in operation.answers.values():
        yield from (each for each in contents if not isinstance(each, str))
    if operation.body:
        yield from (each for each in (operation.body.json, operation.body.form) if _is_model(each))


def _is_model(model: Any) -> bool:
    return model is not None and not isinstance(model, set | frozenset)


def _describe_path(operation: Operation) -> Schema:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _TEXT} for name in operation.path_parameters
    ]
    return {"parameters": parameters} if parameters else {}


def _describe(operation: Operation, schemas: _Schemas) -> Schema:
    summary, _, details = cleandoc(operation.documentation).partition("\n\n")
    described: Schema = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": " ".join(summary.split()).removesuffix("."),
        "security": [{name: []} for name in _SECURITY_SCHEMES] if operation.roles else [],
        "responses": {
            **{str(status): _describe_answer(contents, schemas) for status, contents in operation.answers.items()},
            **{str(status): _describe_problem(schemas) for status in operation.list_problems()},
        },
    }
    if details:
        described["description"] = " ".join(details.split())
    if parameters := [
        *_describe_parameters("query", operation.known_query),
        *_describe_parameters("header", operation.headers),
    ]:
        described["parameters"] = parameters
    if operation.body:
        described["requestBody"] = _describe_body(operation.body, schemas)
    return described


def _describe_parameters(place: str, parameters: Mapping[str, type]) -> Iterator[Schema]:
    for name, kind in parameters.items():
        yield {"name": name, "in": place, "schema": _PARAMETER_SCHEMAS[kind]}


def _describe_answer(contents: tuple[Any, ...], schemas: _Schemas) -> Schema:
    described: Schema = {"description": "Done"}
    if contents:
        described["content"] = dict(_describe_content(each, schemas) for each in contents)
    return described


def _describe_content(content: Any, schemas: _Schemas) -> tuple[str, Schema]:
    if isinstance(content, str):
        return content, {"schema": _TEXT}
    return _JSON, {"schema": schemas[content]}


def _describe_problem(schemas: _Schemas) -> Schema:
    content = {_PROBLEM: {"schema": schemas[ProblemDocument]}, HTML: {"schema": _TEXT}}
    return {"description": "A problem", "content": content}


def _describe_body(body: Body, schemas: _Schemas) -> Schema:
    content = {}
    if body.json is not None:
        content[_JSON] = {"schema": schemas[body.json]}
    if body.form is not None:
        schema = schemas[body.form] if _is_model(body.form) else _describe_form(body.form)
        content[_FORM] = {"schema": schema}
    return {"required": body.is_required, "content": content}


def _describe_form(names: Iterable[str]) -> Schema:
    """Describe a form by its fields' names, as `form_decoding` reads them."""
    texts = {"type": "array", "items": _TEXT}
    return {
        "type": "object",
        "properties": {name: texts if name in LIST_FIELDS else _TEXT for name in sorted(names)},
    }
