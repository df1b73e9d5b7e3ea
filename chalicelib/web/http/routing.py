"""Routes: a view answers, or raises a Problem, and nothing else reaches the caller."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from chalice import Blueprint
from chalice.app import CORSConfig, Request, Response

from chalicelib.aws import write_log
from chalicelib.aws.log import log
from chalicelib.problems import NotFound, Problem
from chalicelib.web.http import requests, responses, templating
from chalicelib.web.http.problems import MethodNotAllowed

View = Callable[..., Response]

#: Any site's script may read the programme and register; no cookie counts there.
OPEN_TO_ALL_SITES = CORSConfig(
    allow_origin="*",
    allow_headers=["Accept-Language", "Idempotency-Key"],
    expose_headers=["Location"],
    max_age=3600,
)

_LONGEST_PARAMETER = 500  # bytes: nothing of ours is longer, and no key in the table may be


def route(
    blueprint: Blueprint, path: str, method: str = "GET", *, cors: CORSConfig | None = None
) -> Callable[[View], View]:
    """Register the view, called with the request and the path's parameters, at the path."""

    def register(view: View) -> View:
        @wraps(view)
        def answer(**parameters: str) -> Response:
            request, written = blueprint.current_request, write_log.begin()
            response = _answer(view, request, parameters, {"path": path, "method": method})
            said = {"path": path, "method": method, "status": response.status_code, "written": written}
            log.info("A request was answered", extra=said)
            return response

        blueprint.route(path, methods=[method], name=view.__name__, cors=cors, content_types=["*/*"])(answer)
        return view

    return register


def _answer(view: View, request: Request, parameters: dict[str, str], which: dict[str, str]) -> Response:
    try:
        if any(len(value.encode()) > _LONGEST_PARAMETER for value in parameters.values()):
            raise NotFound
        return view(request, **parameters)
    except Problem as problem:
        return _refusal(request, problem)
    except Exception:
        log.exception("A request failed", extra=which)
        return _refusal(request, Problem())


def _refusal(request: Request, problem: Problem) -> Response:
    language = requests.language(request)
    if requests.wants_page(request):
        return templating.problem(problem, language)
    return responses.problem(problem, language)


def middleware(request: Any, get_response: Callable[[Any], Response]) -> Response:
    """Chalice's own refusals (a method that an address does not take) as problems too."""
    response = get_response(request)
    if response.status_code == 405 and request is not None:
        refused = _refusal(request, MethodNotAllowed(method=request.method))
        refused.headers["Allow"] = response.headers.get("Allow", "")
        return refused
    return response
