"""Reading a request: its body as JSON or form, its language, and the media type that it prefers."""

import json
from collections.abc import Container, Mapping
from ipaddress import ip_network
from typing import Any, Protocol
from urllib.parse import parse_qsl

from chalicelib.language import LANGUAGES, N_, Language, parse_accept_language
from chalicelib.problems import FieldError, InvalidFields, TooLarge, VersionOutdated
from chalicelib.web.http import form_decoding
from chalicelib.web.http.framework import Request
from chalicelib.web.http.problems import NotAForm, NotJson, UnsupportedMediaType

#: Parameters that mail programs and social networks add to the links that people follow.
_TRACKING_PARAMETERS = frozenset(("fbclid", "gclid", "mc_cid", "mc_eid", "msclkid"))
_TRACKING_PREFIX = "utm_"
_MAX_SHOWN = 60  #: characters of a parameter's name that are repeated in its error

MAX_BYTES = 16 * 1024  # bytes
_FORM_TYPE, _JSON_TYPE = "application/x-www-form-urlencoded", "application/json"


class Asked(Protocol):
    """The parts of a request that say how it is to be answered; `headers` finds a name in any case."""

    @property
    def headers(self) -> Mapping[str, Any]:
        """The headers."""

    @property
    def query_params(self) -> Mapping[str, str] | None:
        """The parameters of the query."""


def negotiate_language(request: Asked) -> Language:
    """Choose the language: by `?lang=` first, then by Accept-Language."""
    asked = query_parameters(request).get("lang", "")
    for known in LANGUAGES:
        if asked == known:
            return known
    return parse_accept_language(request.headers.get("accept-language", ""))


def query_parameters(request: Asked) -> dict[str, str]:
    """Return the query's parameters; of a repeated one, the last."""
    parameters: dict[str, str] = dict(request.query_params or {})
    return parameters


def require_known_query(request: Request, known: Container[str]) -> None:
    """Raise InvalidFields naming each parameter of the query that is not known here.

    A page is shown all the same where a link to it got parameters for tracking on its way.
    """
    message = N_("There is no parameter called “%(name)s” here.")
    unknown = [name for name in query_parameters(request) if name not in known]
    errors = [
        FieldError(name, "unknown_parameter", message, {"name": name[:_MAX_SHOWN]})
        for name in unknown
        if not _is_tracking(request, name)
    ]
    if errors:
        raise InvalidFields(errors=tuple(errors))


def _is_tracking(request: Request, name: str) -> bool:
    is_known_tracker = name.startswith(_TRACKING_PREFIX) or name in _TRACKING_PARAMETERS
    return is_known_tracker and request.method == "GET" and prefers_html(request)


def prefers_html(request: Asked) -> bool:
    """Return True for a request that prefers a page to JSON, as browsers do (Accept)."""
    accept = str(request.headers.get("accept", ""))
    page, document = accept.find("text/html"), accept.find("json")
    return page >= 0 and (document < 0 or page < document)


def client_network(request: Request) -> str:
    """Return the client's network, for rate limits: its IPv4 address, or the /64 of its IPv6 address.

    The gateway names it; headers of the request do not count.
    """
    address = str(request.context.get("identity", {}).get("sourceIp") or "")
    return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address


def is_form(request: Request) -> bool:
    """Return True for a request whose body is a URL-encoded form (Content-Type)."""
    return _read_media_type(request) == _FORM_TYPE


def parse_body(request: Request, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Parse the body, JSON or a form; raises TooLarge, UnsupportedMediaType, NotJson, NotAForm."""
    raw = _read_raw_body(request)
    if len(raw) > max_bytes:
        raise TooLarge(limit=max_bytes)
    media_type = _read_media_type(request)
    if media_type == _FORM_TYPE:
        return _parse_form(raw)
    if media_type != _JSON_TYPE:
        raise UnsupportedMediaType
    return parse_json(raw)


def form_fields(request: Request, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Parse an optional body; of a form, return the fields by name, without empty ones and with plain line ends.

    Raises as `parse_body`.
    """
    if not is_form(request):
        return parse_body(request, max_bytes) if request.raw_body else {}
    raw = _read_raw_body(request)
    if len(raw) > max_bytes:
        raise TooLarge(limit=max_bytes)
    fields = {name: value.replace("\r\n", "\n") for name, value in _parse_form_fields(raw)}
    return {name: form_decoding.decode_flag(name, value) for name, value in fields.items() if value.strip()}


def parse_if_match(request: Request) -> int | None:
    """Parse the version in If-Match (optimistic locking), if there is one; raises VersionOutdated."""
    tag = str(request.headers.get("if-match", "")).strip()
    if not tag:
        return None
    version = tag.removeprefix("W/").strip('"')
    if not version.isascii() or not version.isdigit() or len(version) > 9:
        raise VersionOutdated
    return int(version)


def parse_optional_body(request: Request) -> dict[str, Any]:
    """Parse an optional body; raises as `parse_body`."""
    return parse_body(request) if request.raw_body else {}


def _read_raw_body(request: Request) -> bytes:
    body = request.raw_body or b""
    return body.encode() if isinstance(body, str) else body


def _read_media_type(request: Request) -> str:
    declared = str(request.headers.get("content-type", ""))
    return declared.partition(";")[0].strip().lower()


def parse_json(raw: bytes) -> dict[str, Any]:
    """Parse a JSON object; raises NotJson."""
    try:
        document = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_reject_duplicate_names, parse_constant=_reject_constant
        )
        json.dumps(document, ensure_ascii=False).encode("utf-8")  # a lone surrogate is no character
    except (ValueError, RecursionError) as error:
        raise NotJson from error
    if not isinstance(document, dict):
        raise NotJson
    return document


def _reject_duplicate_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("a name stands twice")
    return document


def _reject_constant(name: str) -> None:
    raise ValueError(f"{name} is no number in JSON")


def _parse_form(raw: bytes) -> dict[str, Any]:
    return form_decoding.nest_fields(_parse_form_fields(raw))


def _parse_form_fields(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(raw.decode("ascii"), max_num_fields=200, errors="strict")
    except ValueError as error:
        raise NotAForm from error
