"""Routes: a view answers, or raises a Problem, and nothing else reaches the caller."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from chalicelib.aws import write_log
from chalicelib.aws.log import log
from chalicelib.problems import NotFound, Problem
from chalicelib.web.http import framework, requests, responses, templating
from chalicelib.web.http.framework import Blueprint, CORSConfig, Request, Response
from chalicelib.web.http.problems import MethodNotAllowed

View = Callable[..., Response]

#: Any site's script may read the programme and register; no cookie counts there.
PUBLIC_CORS = CORSConfig(
    allow_origin="*",
    allow_headers=["Accept-Language", "Idempotency-Key"],
    expose_headers=["Location"],
    max_age=3600,
)

_MAX_PARAMETER_BYTES = 500  # bytes: nothing of ours is longer, and no key in the table may be


def route(
    blueprint: Blueprint, path: str, method: str = "GET", *, cors: CORSConfig | None = None
) -> Callable[[View], View]:
    """Register the view, called with the request and the path's parameters, at the path."""

    def register(view: View) -> View:
        @wraps(view)
        def answer(**parameters: str) -> Response:
            request, written = blueprint.current_request, write_log.begin()
            response = _handle_request(view, request, parameters, {"path": path, "method": method})
            said = {"path": path, "method": method, "status": response.status_code, "written": written}
            log.info("A request was answered", extra=said)
            return response

        framework.register_handler(blueprint, path, method, view.__name__, cors)(answer)
        return view

    return register


def _handle_request(
    view: View, request: Request, parameters: dict[str, str], log_fields: dict[str, str]
) -> Response:
    try:
        if any(len(value.encode()) > _MAX_PARAMETER_BYTES for value in parameters.values()):
            raise NotFound
        return view(request, **parameters)
    except Problem as problem:
        return _build_problem_response(request, problem)
    except Exception:
        log.exception("A request failed", extra=log_fields)
        return _build_problem_response(request, Problem())


def _build_problem_response(request: Request, problem: Problem) -> Response:
    language = requests.negotiate_language(request)
    if requests.prefers_html(request):
        return templating.render_problem(problem, language)
    return responses.problem_response(problem, language)


def convert_method_not_allowed(request: Any, get_response: Callable[[Any], Response]) -> Response:
    """Chalice's own refusals (a method that an address does not take) as problems too."""
    response = get_response(request)
    if response.status_code == 405 and request is not None:
        refused = _build_problem_response(request, MethodNotAllowed(method=request.method))
        refused.headers["Allow"] = response.headers.get("Allow", "")
        return refused
    return response
