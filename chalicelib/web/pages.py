"""The pages, from Jinja templates that escape whatever they are given."""

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chalice.app import Response

from chalicelib import clock, dates
from chalicelib.language import Language, catalogue
from chalicelib.problems import Problem, SignInNeeded
from chalicelib.programme.model import Event
from chalicelib.settings import settings
from chalicelib.web import answers, assets, documents, form_page

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _environment(language: Language) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # only where a page is made

    environment = Environment(
        loader=FileSystemLoader(assets.FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    environment.globals["language"] = language
    environment.globals["asset"] = assets.address
    environment.globals["span"] = lambda start, end: dates.span(_moment(start), _moment(end), language)
    environment.globals["moment"] = lambda when: dates.moment(_moment(when), language)
    environment.globals["window_of"] = lambda shown: documents.window_of(shown, clock.now())
    environment.filters["label"] = lambda field: form_page.label(field, language)
    environment.filters["field_id"] = form_page.field_id
    environment.filters["colleague"] = form_page.colleague
    return environment


def _moment(given: datetime | str) -> datetime:
    return datetime.fromisoformat(given) if isinstance(given, str) else given


def render(template: str, language: Language, **shown: Any) -> str:
    """The template, filled in."""
    root = urlsplit(settings().public_url).path
    return _environment(language).get_template(template).render({"root": root, **shown})


def programme(events: list[dict[str, Any]], language: Language) -> Response:
    """The programme: every event with its places."""
    return answers.page(render("programme.html", language, events=events))


def event(
    described: Event, shown: dict[str, Any], language: Language, problem: Problem | None, sent: dict[str, Any]
) -> Response:
    """An event with its form; with a problem, what is wrong and what was sent, to be corrected."""
    from chalicelib.web.days import days  # only where a page is made

    refused = answers.problem_document(problem, language) if problem else None
    form = form_page.context(described, language, sent, refused)
    about = {"event": described, "shown": shown, "days": days(described, language)}
    body = render("event.html", language, problem=refused, **about, **form)
    if problem is None:
        return answers.page(body)
    return answers.page(body, status=problem.status, headers=dict(problem.headers))


def embed(described: Event, form: str, script: str, language: Language) -> Response:
    """The form of an event, and its script, to be copied."""
    shown = {"event": described, "form": form, "script": script, "address": settings().public_url}
    return answers.page(render("embed.html", language, **shown))


def link_sent(language: Language) -> Response:
    """What whoever asks for a sign-in link is told, listed or not."""
    return answers.page(render("link_sent.html", language), status=202)


def sign_in(token: str, language: Language) -> Response:
    """The button that a mailed sign-in link leads to."""
    return answers.page(render("organiser/press.html", language, token=token), headers=answers.PRIVATE)


def problem(what: Problem, language: Language) -> Response:
    """A problem as a page; for whoever has to sign in first, the page to do so."""
    template = "organiser/sign_in.html" if isinstance(what, SignInNeeded) else "problem.html"
    body = render(template, language, problem=answers.problem_document(what, language))
    headers = {"Content-Language": language, **dict(what.headers)}
    return answers.page(body, status=what.status, headers=headers)
