"""The organisers' pages: the frame that they share, the links between them, and what a refused form shows."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from chalice.app import Request, Response

from chalicelib.auth.guard import organiser, roles
from chalicelib.language import Language, translator
from chalicelib.problems import Problem
from chalicelib.settings import settings
from chalicelib.web.http import requests, responses, templating
from chalicelib.web.http.responses import PRIVATE, WITH_SCRIPT

Refused = dict[str, Any]  #: which form it was, what was wrong with it, and what was sent
Path = tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """What is asked before something is done that was refused at first; in English, for the catalogue."""

    asks: str
    means: str
    button: str


def page(request: Request, template: str, refused: Refused | None = None, **shown: Any) -> Response:
    """One of the organisers' pages, in the language asked for; with a refused form, what was wrong with it."""
    body = _body(request, template, refused, shown)
    return responses.page(body, status=refused["problem"]["status"] if refused else 200, headers=PRIVATE)


def live(request: Request, template: str, **shown: Any) -> Response:
    """A page whose script keeps it as things stand: 304 where they stand as it shows them."""
    answer = page(request, template, live=True, **shown)
    answer.headers |= WITH_SCRIPT
    return responses.unless_known(request, answer)


def confirmation(
    request: Request,
    question: Question,
    problem: Problem,
    sent: dict[str, Any],
    action: Path,
    back: Path,
    **words: str,
) -> Response:
    """The question whether to do it all the same: yes sends the same form to the same address once more."""
    language = requests.language(request)
    say, link = translator(language), _links(language)
    asked = {
        name: say(text) % {**problem.parameters, **words}
        for name, text in (("question", question.asks), ("means", question.means), ("button", question.button))
    }
    shown = {**asked, "sent": sent, "action": link(*action), "back": link(*back)}
    return responses.page(
        _body(request, "organiser/confirm.html", None, shown), status=problem.status, headers=PRIVATE
    )


def _body(request: Request, template: str, refused: Refused | None, shown: dict[str, Any]) -> str:
    language = requests.language(request)
    return templating.render(
        template,
        language,
        by=organiser(request),
        roles=roles(request),
        to=_links(language),
        said=requests.parameters(request).get("done", ""),
        here=_here(request),
        refused=refused,
        **shown,
    )


def _links(language: Language) -> Callable[..., str]:
    return partial(_address, urlsplit(settings().public_url).path, language)


def go_on(request: Request, *path: str, done: str) -> Response:
    """303 to the organisers' page of that path, which says that it is done."""
    address = _address(settings().public_url, requests.language(request), *path, done=done)
    return responses.see_other(address, headers=PRIVATE)


def refusal(request: Request, form: str, problem: Problem, sent: dict[str, Any]) -> Refused:
    """What a page shows of a form that was refused: the problem, its fields' errors, and what was filled in."""
    document = responses.problem_document(problem, requests.language(request))
    errors = {error["field"]: error["message"] for error in document.get("errors", [])}
    return {"form": form, "problem": document, "errors": errors, "sent": sent, "now": {}}


def _address(root: str, language: Language, *path: str, **query: Any) -> str:
    parts = "".join(f"/{quote(part, safe='')}" for part in path)
    asked = urlencode({"lang": language, **{name: value for name, value in query.items() if value}})
    return f"{root}/organiser{parts}?{asked}"


def _here(request: Request) -> str:
    """What the address asks for besides its language."""
    asked = {name: value for name, value in requests.parameters(request).items() if name not in ("lang", "done")}
    return urlencode(asked)
