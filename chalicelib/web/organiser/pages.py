"""The organisers' pages: the frame that they share, the links between them, and what a refused form shows."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from chalicelib.auth.guard import read_roles, read_signed_in_email
from chalicelib.language import Language, get_translator
from chalicelib.problems import Problem
from chalicelib.settings import settings
from chalicelib.web.http import requests, responses, templating
from chalicelib.web.http.framework import Request, Response
from chalicelib.web.http.responses import PRIVATE_HEADERS, SCRIPT_HEADERS

RejectedForm = dict[str, Any]  #: which form it was, what was wrong with it, and what was sent
PagePath = tuple[str, ...]


@dataclass(frozen=True)
class ConfirmationTexts:
    """What is asked before something is done that was refused at first; in English, for the catalogue."""

    question: str
    consequence: str
    button: str


def render_page(request: Request, template: str, rejected: RejectedForm | None = None, **shown: Any) -> Response:
    """One of the organisers' pages, in the language asked for; with a refused form, what was wrong with it."""
    body = _render_body(request, template, rejected, shown)
    return responses.html_response(
        body, status=rejected["problem"]["status"] if rejected else 200, headers=PRIVATE_HEADERS
    )


def render_live_page(request: Request, template: str, **shown: Any) -> Response:
    """A page whose script keeps it as things stand: 304 where they stand as it shows them."""
    answer = render_page(request, template, live=True, **shown)
    answer.headers |= SCRIPT_HEADERS
    return responses.with_etag(request, answer)


def render_confirmation(
    request: Request,
    texts: ConfirmationTexts,
    problem: Problem,
    submitted: dict[str, Any],
    action: PagePath,
    back: PagePath,
    **words: str,
) -> Response:
    """The question whether to do it all the same: yes sends the same form to the same address once more."""
    language = requests.negotiate_language(request)
    say, link = get_translator(language), _build_linker(language)
    asked = {
        name: say(text) % {**problem.parameters, **words}
        for name, text in (("question", texts.question), ("means", texts.consequence), ("button", texts.button))
    }
    shown = {**asked, "sent": submitted, "action": link(*action), "back": link(*back)}
    return responses.html_response(
        _render_body(request, "organiser/confirm.html", None, shown),
        status=problem.status,
        headers=PRIVATE_HEADERS,
    )


def _render_body(request: Request, template: str, rejected: RejectedForm | None, context: dict[str, Any]) -> str:
    language = requests.negotiate_language(request)
    return templating.render(
        template,
        language,
        by=read_signed_in_email(request),
        roles=read_roles(request),
        to=_build_linker(language),
        said=requests.query_parameters(request).get("done", ""),
        here=_build_current_query(request),
        refused=rejected,
        **context,
    )


def _build_linker(language: Language) -> Callable[..., str]:
    return partial(_build_url, urlsplit(settings().public_url).path, language)


def redirect(request: Request, *path: str, done: str) -> Response:
    """303 to the organisers' page of that path, which says that it is done."""
    address = _build_url(settings().public_url, requests.negotiate_language(request), *path, done=done)
    return responses.see_other(address, headers=PRIVATE_HEADERS)


def build_rejected_form(request: Request, form: str, problem: Problem, submitted: dict[str, Any]) -> RejectedForm:
    """What a page shows of a form that was refused: the problem, its fields' errors, and what was filled in."""
    document = responses.serialize_problem(problem, requests.negotiate_language(request))
    errors = {error["field"]: error["message"] for error in document.get("errors", [])}
    return {"form": form, "problem": document, "errors": errors, "sent": submitted, "now": {}}


def _build_url(root: str, language: Language, *path: str, **query: Any) -> str:
    parts = "".join(f"/{quote(part, safe='')}" for part in path)
    asked = urlencode({"lang": language, **{name: value for name, value in query.items() if value}})
    return f"{root}/organiser{parts}?{asked}"


def _build_current_query(request: Request) -> str:
    """What the address asks for besides its language."""
    asked = {
        name: value for name, value in requests.query_parameters(request).items() if name not in ("lang", "done")
    }
    return urlencode(asked)
