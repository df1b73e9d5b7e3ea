"""Render the pages from Jinja templates, which escape every value."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chalicelib import clock, text
from chalicelib.contact import addresses, phones
from chalicelib.language import Language, load_catalogue
from chalicelib.problems import Problem, SignInLinkNotValid, SignInNeeded
from chalicelib.programme import dates
from chalicelib.settings import settings
from chalicelib.web.http import assets, field_labels, responses, serializers
from chalicelib.web.http.framework import Response

if TYPE_CHECKING:
    from jinja2 import Environment


_WEB = Path(__file__).parent.parent
#: The packages with templates; a template's name begins with its folder: `organiser/event.html`.
_FOLDERS = ("http", "records", "forms", "public", "participant", "organiser", "door")


@cache
def _get_environment(language: Language) -> "Environment":
    from jinja2 import (
        Environment,
        FileSystemLoader,
        PrefixLoader,
        StrictUndefined,
    )  # slow to import, and only pages need it

    environment = Environment(
        loader=PrefixLoader({name: FileSystemLoader(_WEB / name / "templates") for name in _FOLDERS}),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(load_catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    environment.globals["language"] = language
    environment.globals["asset"] = assets.build_url
    environment.globals["period"] = lambda start, end: dates.format_period(
        _to_datetime(start), _to_datetime(end), language
    )
    environment.globals["date_time"] = lambda when: dates.format_date_time(_to_datetime(when), language)
    environment.globals["join_place"] = text.join_place
    environment.globals["machine_time"] = lambda when: _to_datetime(when).isoformat(timespec="seconds")
    environment.globals["registration_phase"] = lambda event: serializers.compute_registration_phase(
        event, clock.now()
    )
    environment.filters["paragraphs"] = text.split_paragraphs
    environment.filters["label"] = lambda field: field_labels.format_label(field, language)
    environment.filters["with_punycode"] = addresses.format_with_punycode
    environment.filters["phone"] = phones.format_international
    environment.filters["mailto"] = addresses.build_mailto
    environment.filters["field_id"] = field_labels.field_id
    environment.filters["colleague_number"] = field_labels.parse_colleague_number
    return environment


def _to_datetime(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def render(template: str, language: Language, **context: Any) -> str:
    """Render the template with the context."""
    root = urlsplit(settings().public_url).path
    return _get_environment(language).get_template(template).render({"root": root, **context})


def render_problem(problem: Problem, language: Language) -> Response:
    """Render a problem as a page; where the caller has to sign in first, the page to do so."""
    template = "http/sign_in.html" if isinstance(problem, SignInNeeded) else "http/problem.html"
    has_used_link = isinstance(problem, SignInLinkNotValid)
    document = responses.serialize_problem(problem, language)
    body = render(template, language, problem=document, has_used_link=has_used_link)
    headers = {"Content-Language": language, **dict(problem.headers)}
    return responses.html_response(body, status=problem.status, headers=headers)
