"""The pages, from Jinja templates that escape whatever they are given."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chalice.app import Response

from chalicelib import clock
from chalicelib.language import Language, catalogue
from chalicelib.problems import Problem, SignInNeeded
from chalicelib.programme import dates
from chalicelib.settings import settings
from chalicelib.web.http import assets, field_labels, responses, serializers

if TYPE_CHECKING:
    from jinja2 import Environment


_WEB = Path(__file__).parent.parent
#: What has templates; a template's name begins with its folder: `organiser/event.html`.
_FOLDERS = ("http", "forms", "public", "participant", "organiser", "door")


@cache
def _environment(language: Language) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined  # only where a page is made

    environment = Environment(
        loader=PrefixLoader({name: FileSystemLoader(_WEB / name / "templates") for name in _FOLDERS}),
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
    environment.globals["window_of"] = lambda shown: serializers.window_of(shown, clock.now())
    environment.filters["label"] = lambda field: field_labels.label(field, language)
    environment.filters["field_id"] = field_labels.field_id
    environment.filters["colleague"] = field_labels.colleague
    return environment


def _moment(given: datetime | str) -> datetime:
    return datetime.fromisoformat(given) if isinstance(given, str) else given


def render(template: str, language: Language, **shown: Any) -> str:
    """The template, filled in."""
    root = urlsplit(settings().public_url).path
    return _environment(language).get_template(template).render({"root": root, **shown})


def problem(what: Problem, language: Language) -> Response:
    """A problem as a page; for whoever has to sign in first, the page to do so."""
    template = "http/sign_in.html" if isinstance(what, SignInNeeded) else "http/problem.html"
    body = render(template, language, problem=responses.problem_document(what, language))
    headers = {"Content-Language": language, **dict(what.headers)}
    return responses.page(body, status=what.status, headers=headers)
