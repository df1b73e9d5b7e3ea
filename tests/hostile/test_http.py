"""Requests made by hand to break something: each is refused for what it is, and nothing of it is kept."""

import gzip
import json
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib import clock
from chalicelib.auth import link_tokens
from chalicelib.auth.sessions import issue_token
from chalicelib.registration import store
from chalicelib.retention import erasure
from chalicelib.settings import settings
from testing import builders, registration_links
from testing.registration_links import participant
from testing.world import publish, register
from tests.hostile.site import Site

EVENT = "leverandoerernes-oenskeseddel"
HERE = f"/events/{EVENT}/registrations"
JSON, FORM = {"Content_Type": "application/json"}, {"Content_Type": "application/x-www-form-urlencoded"}
FIELDS = {"given_name": "Mette", "family_name": "Holm", "email": "mette@example.org", "privacy_accepted": "on"}
PAGE = {"Accept": "text/html"}

pytestmark = pytest.mark.usefixtures("_published")


@pytest.fixture
def _published(site: Site) -> None:  # noqa: ARG001 - the site must be there
    publish(builders.event())


def bearer() -> dict[str, str]:
    """Return the header of an organiser's session."""
    return {"Authorization": f"Bearer {issue_token('organiser@network.example', clock.now())}"}


def registered() -> int:
    """Return the number of registrations."""
    return len(list(store.list_registrations(EVENT)))


def tampered(token: str) -> list[str]:
    """Return the token, made worse in each way."""
    kind, who, signature, event = token[0], token[1:23], token[23:39], token[39:]
    other = link_tokens.build_token("mailed", event, "a" * 26, "generation")
    last = chr(ord(who[-1]) + 1)  # spare bits of the last character: the same id, spelt otherwise
    return [
        token[:-1], token[1:], token + "A", token + "%00", token + ".A", signature, token[:39], token[:23],
        other, other[:23] + signature + event, kind + who + other[23:], f"{kind}{who}{'A' * 16}{event}",
        f"a{token[1:]}", f"v{token[1:]}", f"{kind}{who[:-1]}{last}{signature}{event}",
        f"{kind}{who}{signature}-abc", token.swapcase(), token * 20, "null", "[]", "..", "%2e%2e",
    ]  # fmt: skip


PARTICIPANT = [
    ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/cancellation"), ("POST", "/acceptance"),
    ("POST", "/refusal"), ("POST", "/mail"), ("POST", "/erasure"), ("POST", "/change"), ("GET", "/calendar.ics"),
    ("GET", "/personal-data"), ("GET", "/change"), ("GET", "/cancel"), ("GET", "/erase"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "rest"), PARTICIPANT)
def test_no_token_but_the_right_one_opens_anything(site: Site, method: str, rest: str) -> None:
    """Forged, cut, extended or put together from two: not found, and the registration stands as it stood."""
    who = register(builders.event(), "Anna")
    for token in tampered(registration_links.build_token(EVENT, who.id)):
        status, _, body = site.ask(method, f"/registrations/{token}{rest}", b"{}", **JSON)
        assert (status, b"anna" in body.lower()) == (404, False), token
    standing = store.find(EVENT, who.id)
    assert standing
    assert standing.history == who.history


@pytest.mark.parametrize(("method", "rest"), PARTICIPANT)
def test_the_token_of_an_erased_person_opens_nothing(site: Site, method: str, rest: str) -> None:
    """As if it had never been right."""
    who = register(builders.event(), "Anna")
    token = registration_links.build_token(EVENT, who.id)
    erasure.erase(participant(EVENT, who.id), clock.now())
    status, _, body = site.ask(method, f"/registrations/{token}{rest}", b"{}", **JSON)
    assert status == 404 or (method, status, body) == ("DELETE", 204, b"")


def test_a_key_that_is_taken_out_opens_nothing(site: Site, environment: pytest.MonkeyPatch) -> None:
    """While it stands in its list what it signed is good; then no longer: links by one, sessions by another."""
    token, session = registration_links.build_token(EVENT, register(builders.event(), "Anna").id), bearer()
    nothing: dict[str, str] = {}
    asked = ((f"/registrations/{token}", nothing), ("/organiser/events", session))
    answered = []
    signing, sessions = ("SIGNING_KEYS", "test-signing-key"), ("SESSION_KEYS", "test-session-key")
    for (name, key), keys in product((signing, sessions), ("{},new", "new")):
        environment.setenv(name, keys.format(key))
        settings.cache_clear()
        answered.append([site.ask("GET", path, None, **headers)[0] for path, headers in asked])
    settings.cache_clear()
    assert answered == [[200, 200], [404, 200], [404, 200], [404, 401]]


def person(**changes: Any) -> bytes:
    """Build the body of a registration."""
    return json.dumps(builders.person("Ny", **changes)).encode()


DEEP = b'{"given_name":' + b"[" * 8000 + b"]" * 8000 + b"}"
BODIES = [
    (b"x" * (16 * 1024 + 1), JSON, 413),
    (person(organisation="x" * 17_000), JSON, 413),
    (urlencode({f"f{n}": "x" for n in range(1000)}).encode(), FORM, 400),
    (DEEP[: 16 * 1024], JSON, 400),
    (b'{"given_name": ' + b"9" * 5000 + b"}", JSON, 400),
    (b'{"given_name": 1e999}', JSON, 422),
    (b'{"given_name": NaN, "family_name": -Infinity}', JSON, 400),
    (b'{"given_name": "a", "given_name": "b"}', JSON, 400),
    (person().replace(b'"Ny"', b'"\\ud800"'), JSON, 400),
    (person().replace(b'"Ny"', b'"\xff\xfe"'), JSON, 400),
    (person().decode().encode("utf-16"), JSON, 400),
    (b"\xef\xbb\xbf" + person(), JSON, 400),
    (gzip.compress(person()), JSON | {"Content_Encoding": "gzip"}, 400),
    (b"given_name=%ff%fe", FORM, 400),
    (b"given_name=\xc3\xb8", FORM, 400),
    (b'["a"]', JSON, 400),
    (b"null", JSON, 400),
    (b'{"__proto__": {}, "constructor": 1, "$where": "1"}', JSON, 422),
    (person(), {"Content_Type": "text/plain"}, 415),
    (person(), {"Content_Type": "text/plain; application/json"}, 415),
    (person(), {"Content_Type": "multipart/form-data; boundary=x"}, 415),
    (person(), {"Content_Type": "application/jsonx"}, 415),
    (person(), {}, 415),
]


@pytest.mark.parametrize(("body", "headers", "status"), BODIES, ids=[str(n) for n in range(len(BODIES))])
def test_bodies_that_are_none(site: Site, body: bytes, headers: dict[str, str], status: int) -> None:
    """Too large, too deep, of another encoding or kind: refused for what it is, with nothing written."""
    answered_status, answered_headers, document = site.ask("POST", HERE, body, **headers)
    assert (answered_status, answered_headers["Content-Type"]) == (status, "application/problem+json")
    assert json.loads(document)["status"] == status
    assert registered() == 0


def test_a_large_body_may_be_deep_where_large_ones_are_taken(site: Site) -> None:
    """A hundred thousand brackets in an organiser's document are no JSON of ours."""
    deep = b"[" * 100_000 + b"]" * 100_000
    status, _, _ = site.ask("PUT", f"/organiser/events/{EVENT}", deep, If_Match='"1"', **JSON, **bearer())
    assert status == 400


def test_headers_that_are_too_long_are_not_read(site: Site) -> None:
    """A megabyte in one header is refused before the application sees it."""
    assert b" 431 " in site.raw(b"GET /events HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n")[:40]


UNSEEN = {
    "NUL": "\0", "escape": "\x1b[31m", "delete": "\x7f", "next line": "\x85", "line separator": "\u2028",
    "paragraph separator": "\u2029", "override": "\u202emoc.live", "isolate": "\u2066x", "line end": "a\r\nBcc: x",
}  # fmt: skip
TEXTS = [
    "given_name", "family_name", "organisation", "travel.share_with", "travel.name_on_id.given",
    "travel.emergency_contact.name", "email", "phone",
]  # fmt: skip


@pytest.mark.parametrize("text", UNSEEN.values(), ids=UNSEEN.keys())
def test_what_cannot_be_seen_is_no_part_of_a_name(site: Site, text: str) -> None:
    """Control characters, line ends of all kinds and signs that turn the reading direction are named as wrong in
    each field that is one line of text."""
    fields = [(name, f"Kim{text}s") for name in TEXTS]
    fields += [("travel.name_on_id.family", "Holm"), ("travel.emergency_contact.phone", "20123456")]
    _, _, document = site.ask("POST", HERE, urlencode([*fields, ("privacy_accepted", "on")]).encode(), **FORM)
    wrong = {error["field"]: error["code"] for error in json.loads(document)["errors"]}
    assert wrong.keys() == {*TEXTS}
    assert {wrong[name] for name in TEXTS[:-2]} == {"control_characters"}


@pytest.mark.parametrize("text", [UNSEEN[name] for name in ("NUL", "escape", "delete", "override")])
@pytest.mark.parametrize("field", ["title", "summary", "description", "venue", "contact", "speaker"])
def test_an_organisers_texts_hold_nothing_unseen(site: Site, field: str, text: str) -> None:
    """They go into mails, calendars and spreadsheets, which break on it."""
    said, written = {"da": f"Møde{text}", "en": "Meeting"}, builders.event_document()
    changes = {"venue": written["venue"] | {"name": f"Sal{text}"}, "contact": written["contact"] | {"name": text}}
    changes["speaker"] = {"speakers": [{"name": f"Kim{text}"}]}
    document = written | (changes["speaker"] if field == "speaker" else {field: changes.get(field, said)})
    sent = json.dumps(document).encode()
    status, _, body = site.ask("PUT", f"/organiser/events/{EVENT}", sent, If_Match='"1"', **JSON, **bearer())
    assert (status, json.loads(body)["errors"][0]["code"]) == (422, "control_characters")


PATHS = [
    "/events/%2e%2e/health", "/events/..%2fhealth", "/%2e%2e/%2e%2e/etc/passwd", "/assets/../settings.py",
    "/assets/..%2f..%2fsettings.py", "/assets/%2e%2e%2fdoor.js", "/events/%00", f"/events/{EVENT}%00",
    f"/events/{EVENT}%252f", f"/events//{EVENT}", "/events/%ff", "/events/%F0%9F%98%80", f"/events/{'a' * 8000}",
    f"/events/{EVENT}%0d%0aX-Evil:%20x", "/events/' OR 1=1--", "/events/REG%23x", f"/{'../' * 200}etc/passwd",
    "/EVENTS", "/organiser/%2e%2e/events/x", "//evil.example/%2e%2e", "/\\evil.example",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_paths_lead_nowhere_else(site: Site, path: str) -> None:
    """Up, encoded once or twice, with ends of lines or of strings, and very long: nothing is there."""
    sent = path.replace(" ", "%20").encode()
    answer = site.raw(b"GET " + sent + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split(b" ")[1] in (b"400", b"401", b"404"), answer[:200]
    assert b"x-evil" not in head.lower()
    assert not any(each in body for each in (b"root:", b"Traceback", b"def ", b"Location"))


def test_no_value_reaches_a_header(site: Site) -> None:
    """Line ends in fields, keys and parameters make no header of their own."""
    evil = "x\r\nX-Evil: 1\r\nSet-Cookie: organiser=1"
    fields = urlencode(FIELDS | {"idempotency_key": evil, "language": evil, "organisation": "y"}).encode()
    for path in (HERE, f"{HERE}?lang={urlencode({'': evil})[1:]}"):
        _, headers, _ = site.ask("POST", path, fields, **FORM)
        assert not {"x-evil", "set-cookie"} & {name.lower() for name in headers}


@pytest.mark.parametrize(
    "header", ["Host", "X_Forwarded_Host", "X_Forwarded_Server", "Forwarded", "X_Original_URL"]
)
def test_no_header_of_the_caller_moves_a_link(site: Site, header: str) -> None:
    """Every address in responses and pages is ours, however the host is named."""
    evil = {header: "host=evil.example" if header == "Forwarded" else "evil.example"}
    status, headers, _ = site.ask("POST", HERE, urlencode(FIELDS).encode(), **FORM, **evil)
    assert (status, headers["Location"].startswith(f"{site.address}/registrations/")) == (303, True)
    mine = headers["Location"].removeprefix(site.address)
    for path in ("/", f"/events/{EVENT}", mine, f"{mine}/change", "/organiser", "/openapi.json", "/events/none"):
        for accept in ({}, PAGE):
            _, headers, body = site.ask("GET", path, None, **evil, **accept)
            assert b"evil.example" not in body + str(headers).encode()


@pytest.mark.parametrize("name", ["next", "return_to", "redirect", "url", "lang", "Location"])
def test_no_parameter_leads_elsewhere(site: Site, name: str) -> None:
    """A redirect goes to the registration's page, independent of form and query."""
    elsewhere = "https://evil.example/"
    body = urlencode(FIELDS | {name: elsewhere}).encode()
    status, headers, _ = site.ask("POST", f"{HERE}?{urlencode({name: elsewhere})}", body, **FORM)
    if name != "lang":  # the query has no such parameter
        assert (status, headers["Location"]) == (422, None)
        _, headers, _ = site.ask("POST", HERE, body, **FORM)
    assert headers["Location"].startswith(f"{site.address}/registrations/")


@pytest.mark.parametrize("header", ["X_HTTP_Method_Override", "X_HTTP_Method", "X_Method_Override"])
def test_a_method_is_what_it_is(site: Site, header: str) -> None:
    """No header or field makes a POST a DELETE."""
    who = register(builders.event(), "Anna")
    path = f"/registrations/{registration_links.build_token(EVENT, who.id)}"
    status, _, _ = site.ask("POST", f"{path}?_method=DELETE", b"_method=DELETE", **{header: "DELETE"}, **FORM)
    assert (status, registered()) == (405, 1)


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK", "get", "PROPFIND", "A" * 5000])
def test_unknown_methods_are_refused(site: Site, method: str) -> None:
    """Nothing of the request comes back."""
    sent = f"{method} /events HTTP/1.1\r\nHost: x\r\nX-Secret: s3cret\r\nConnection: close\r\n\r\n".encode()
    answer = site.raw(sent)
    assert int(answer.split(b" ")[1]) == 405
    assert b"application/problem+json" in answer
    assert b"s3cret" not in answer


def test_another_sites_form_cannot_speak_json_with_a_session(site: Site) -> None:
    """A form sent as text/plain, with the organiser's cookie, changes nothing; nor does a form of theirs."""
    cookie = {"Cookie": f"organiser={bearer()['Authorization'][7:]}", "Origin": "https://evil.example"}
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json"):
        for path in ("recount", "allotments/place", "holds", "manifests", "edit", "mails"):
            body = b'{"repair": true, "capacity": 1, "=": ""}'
            url = f"/organiser/events/{EVENT}/{path}"
            assert site.ask("POST", url, body, Content_Type=kind, **cookie)[0] == 401
