"""The declaration of a route for the OpenAPI description: what it takes and what it answers.

Declarations are named tuples, which a cold start makes faster than dataclasses; `web/openapi.py` makes schemas of
them when it is asked to.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib.settings import Role

HTML, CSV = "text/html", "text/csv"
#: A model of a JSON document (pydantic model, TypedDict or a union of them), or the name of another media type.
Content = Any
#: Parameters of the query or headers, each with the type of its values.
Parameters = Mapping[str, type]
NO_PARAMETERS: Parameters = {}
#: Parameters of the query that every route knows, and those of each page of the organisers.
_EVERY_ROUTE: Parameters = {"lang": str}
_ORGANISER_PAGE: Parameters = {"done": str}
#: For each status that is no problem: the contents that can be negotiated; none for an empty body.
Answers = Mapping[int, tuple[Content, ...]]

ORGANISERS: tuple[Role, ...] = ("organiser",)
DOOR_STAFF: tuple[Role, ...] = ("organiser", "check_in")
KITCHEN: tuple[Role, ...] = ("organiser", "caterer")
SIGNED_IN: tuple[Role, ...] = ("organiser", "check_in", "caterer")

#: Problems of an endpoint that changes what others change too.
CONFLICTS = (409, 422, 503)


class Body(NamedTuple):
    """The models of a request body: as JSON, and as a page's form posts it.

    A form is described by a model, or by the names of its fields.
    """

    json: Any = None
    form: Any = None
    is_required: bool = True


#: A body that may be left out, and of which nothing is read.
OPTIONAL_BODY = Body(dict[str, Any], is_required=False)


class Operation(NamedTuple):
    """A route as the OpenAPI description has it.

    `problems` are statuses besides those that every route of its kind has: see `list_problems`.
    """

    path: str
    method: str
    name: str
    documentation: str
    tag: str
    answers: Answers
    problems: tuple[int, ...] = ()
    body: Body | None = None
    query: Parameters = NO_PARAMETERS
    headers: Parameters = NO_PARAMETERS
    roles: tuple[Role, ...] = ()

    @property
    def path_parameters(self) -> list[str]:
        """The names in braces, in the order of the path."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    @property
    def known_query(self) -> Parameters:
        """The parameters of the query that the route reads; any other is refused."""
        is_page = self.roles and self.method == "GET"
        return {**self.query, **(_ORGANISER_PAGE if is_page else {}), **_EVERY_ROUTE}

    @property
    def is_personal(self) -> bool:
        """Whether what the route answers is about a person, or for one: no cache may keep it."""
        return bool(self.roles) or self.method != "GET" or self.is_of_link

    @property
    def is_of_link(self) -> bool:
        """Whether the route is opened by a link to a registration."""
        return not {"token", "code"}.isdisjoint(self.path_parameters)

    def list_problems(self) -> list[int]:
        """List all problems' statuses: those declared, and those of routing, the guard, query and body."""
        derived = [422, 500]
        if self.path_parameters:
            derived += [404]
        if self.roles:
            derived += [401, 403]
        if self.roles and "event_id" in self.path_parameters:
            derived += [409]  # the event may be broken
        if "token" in self.path_parameters:
            derived += [403]  # the answer's link is closed
        if self.body:
            derived += [400, 413, 415]
        return sorted({*self.problems, *derived})
