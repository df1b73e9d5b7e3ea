"""Routes: a view returns a response or its variants, or raises a Problem, and nothing else reaches the caller."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from chalicelib.aws import write_log
from chalicelib.aws.log import log
from chalicelib.problems import EventBroken, EventUnavailable, NotFound, Problem
from chalicelib.settings import Role
from chalicelib.web.http import requests, responses, templating
from chalicelib.web.http.framework import Blueprint, CORSConfig, Request, Response
from chalicelib.web.http.operations import NO_PARAMETERS, Answers, Body, Operation, Parameters
from chalicelib.web.http.problems import MethodNotAllowed
from chalicelib.web.http.requests import Asked
from chalicelib.web.http.variants import Variants

View = Callable[..., Response | Variants]

#: Any site's script may read the programme and register; no cookie counts there.
PUBLIC_CORS = CORSConfig(
    allow_origin="*",
    allow_headers=["Accept-Language", "Idempotency-Key"],
    expose_headers=["Location"],
    max_age=3600,
)

_MAX_PARAMETER_BYTES = 500  # bytes: nothing of ours is longer, and no key in the table may be


def route(
    blueprint: Blueprint,
    path: str,
    method: str = "GET",
    *,
    answers: Answers,
    problems: tuple[int, ...] = (),
    body: Body | None = None,
    query: Parameters = NO_PARAMETERS,
    headers: Parameters = NO_PARAMETERS,
    roles: tuple[Role, ...] = (),
    cors: CORSConfig | None = None,
    name: str = "",
) -> Callable[[View], View]:
    """Register the view, called with the request and the path's parameters, at the path.

    With `roles`, only people who are signed in with one of them are let in. The other arguments, the view's name
    (or `name`, where a view has several routes) and its docstring make the operation in the OpenAPI description.
    """

    def register(view: View) -> View:
        operation = Operation(
            path,
            method,
            name or view.__name__,
            view.__doc__ or "",
            blueprint.tag,
            answers,
            problems,
            body,
            query,
            headers,
            roles,
        )
        blueprint.register_handler(operation, cors, _build_handler(blueprint, operation, view))
        return view

    return register


def _build_handler(blueprint: Blueprint, operation: Operation, view: View) -> Callable[..., Response]:
    guarded = _guard(_check_query(view, operation), operation.roles)
    log_fields = {"path": operation.path, "method": operation.method}

    @wraps(view)
    def handle(**parameters: str) -> Response:
        request, written = blueprint.current_request, write_log.begin()
        response = _handle_request(guarded, operation.roles, request, parameters, log_fields)
        responses.protect(response, is_personal=operation.is_personal)
        log.info(
            "A request was answered", extra={**log_fields, "status": response.status_code, "written": written}
        )
        return response

    return handle


def _check_query(view: View, operation: Operation) -> View:
    """Let only requests into the view whose query has no other parameters than the operation declares."""

    @wraps(view)
    def checked(request: Request, **parameters: str) -> Response | Variants:
        requests.require_known_query(request, operation.known_query)
        return view(request, **parameters)

    return checked


def _guard(view: View, roles: tuple[Role, ...]) -> View:
    if not roles:
        return view
    from chalicelib.auth.guard import require_roles  # public routes start without it

    return require_roles(*roles)(view)


def _handle_request(
    view: View,
    roles: tuple[Role, ...],
    request: Request,
    parameters: dict[str, str],
    log_fields: dict[str, str],
) -> Response:
    try:
        if any(len(value.encode()) > _MAX_PARAMETER_BYTES for value in parameters.values()):
            raise NotFound
        answer = view(request, **parameters)
        return answer.select(request) if isinstance(answer, Variants) else answer
    except EventBroken as broken:
        return build_problem_response(request, broken if roles else EventUnavailable())
    except Problem as problem:
        return build_problem_response(request, problem)
    except Exception:
        log.exception("A request failed", extra=log_fields)
        return build_problem_response(request, Problem())


def build_problem_response(request: Asked, problem: Problem) -> Response:
    """Build the response to a request that has a problem: a page for a browser, in the reader's language."""
    language = requests.negotiate_language(request)
    if requests.prefers_html(request):
        return templating.render_problem(problem, language)
    return responses.problem_response(problem, language)


def respond_not_found(request: Asked) -> Response:
    """Respond to a URL that no route has: with a page for a browser, in the reader's language."""
    return responses.protect(build_problem_response(request, NotFound()), is_personal=True)


def convert_method_not_allowed(request: Any, get_response: Callable[[Any], Response]) -> Response:
    """Answer the framework's own refusal of a method as a problem, too."""
    response = get_response(request)
    if response.status_code == 405 and request is not None:
        refusal = build_problem_response(request, MethodNotAllowed(method=request.method))
        refusal.headers["Allow"] = response.headers.get("Allow", "")
        return responses.protect(refusal, is_personal=True)
    return response
