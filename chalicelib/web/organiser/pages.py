"""The organisers' pages: their frame, the links between them, and the context of a rejected form."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from chalicelib.auth.guard import read_roles, read_signed_in_email
from chalicelib.language import Language, get_translator
from chalicelib.problems import Problem, localize
from chalicelib.settings import settings
from chalicelib.web.http import requests, responses, templating
from chalicelib.web.http.framework import Request, Response
from chalicelib.web.http.responses import PRIVATE_HEADERS, SCRIPT_HEADERS

RejectedForm = dict[str, Any]  #: its name, its problem, its errors by field, and its submitted values
PagePath = tuple[str, ...]


@dataclass(frozen=True)
class ConfirmationTexts:
    """The texts of a confirmation page, asked before a refused action is done all the same; in English, for the
    catalogue."""

    question: str
    consequence: str
    button: str


def render_page(request: Request, template: str, rejected: RejectedForm | None = None, **context: Any) -> Response:
    """Render one of the organisers' pages; with a rejected form, its problem and its values."""
    body = _render_body(request, template, rejected, context)
    return responses.html_response(
        body, status=rejected["problem"]["status"] if rejected else 200, headers=PRIVATE_HEADERS
    )


def render_live_page(request: Request, template: str, **context: Any) -> Response:
    """Render a page that a script refreshes; 304 where the browser has it already."""
    response = render_page(request, template, live=True, **context)
    response.headers |= SCRIPT_HEADERS
    return responses.with_etag(request, response)


def render_confirmation(
    request: Request,
    texts: ConfirmationTexts,
    problem: Problem,
    submitted: dict[str, Any],
    action: PagePath,
    back: PagePath,
    **words: str,
) -> Response:
    """Render the question before a refused action; its button sends the same form to the same URL once more."""
    language = requests.negotiate_language(request)
    say, link = get_translator(language), _build_linker(language)
    filled = {
        name: say(text) % {**localize(problem.parameters, language), **words}
        for name, text in (
            ("question", texts.question),
            ("consequence", texts.consequence),
            ("button", texts.button),
        )
    }
    context = {**filled, "submitted": submitted, "action": link(*action), "back": link(*back)}
    return responses.html_response(
        _render_body(request, "organiser/confirm.html", None, context),
        status=problem.status,
        headers=PRIVATE_HEADERS,
    )


def _render_body(request: Request, template: str, rejected: RejectedForm | None, context: dict[str, Any]) -> str:
    language = requests.negotiate_language(request)
    return templating.render(
        template,
        language,
        signed_in_email=read_signed_in_email(request),
        roles=read_roles(request),
        link=_build_linker(language),
        done=requests.query_parameters(request).get("done", ""),
        query=_build_current_query(request),
        rejected=rejected,
        **context,
    )


def _build_linker(language: Language) -> Callable[..., str]:
    return partial(_build_url, urlsplit(settings().public_url).path, language)


def redirect(request: Request, *path: str, done: str) -> Response:
    """Redirect to the organisers' page of that path, which confirms what is done."""
    url = _build_url(settings().public_url, requests.negotiate_language(request), *path, done=done)
    return responses.see_other(url, headers=PRIVATE_HEADERS)


def build_rejected_form(request: Request, form: str, problem: Problem, submitted: dict[str, Any]) -> RejectedForm:
    """Build what a page shows of a rejected form: the problem, the errors by field, and the submitted values."""
    document = responses.serialize_problem(problem, requests.negotiate_language(request))
    errors = {error["field"]: error["message"] for error in document.get("errors", [])}
    return {"form": form, "problem": document, "errors": errors, "sent": submitted, "now": {}}


def _build_url(root: str, language: Language, *path: str, **query: Any) -> str:
    parts = "".join(f"/{quote(part, safe='')}" for part in path)
    encoded = urlencode({"lang": language, **{name: value for name, value in query.items() if value}})
    return f"{root}/organiser{parts}?{encoded}"


def _build_current_query(request: Request) -> str:
    """Return the URL's query without its language and its confirmation."""
    parameters = requests.query_parameters(request).items()
    return urlencode({name: value for name, value in parameters if name not in ("lang", "done")})
