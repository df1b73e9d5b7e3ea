"""The `/_local` calls."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from chalicelib import clock
from chalicelib.auth import sessions
from infra.local.idle import IdleCheck
from infra.local.local_calls import LocalEndpoints, refuse, respond_not_found
from infra.local.mailbox import MailArchive
from infra.local.server import HttpRequest, HttpResponse

RAW = (
    b"From: sender@example.org\r\nTo: =?utf-8?q?S=C3=B8ren?= <soeren@example.org>\r\n"
    b"Subject: Hello <b>\r\nDate: Fri, 01 Nov 2019 08:00:00 +0100\r\n\r\nHello\r\n"
)


HOST = "127.0.0.1:8000"


class _Busy:
    """Has work to do, or none."""

    def __init__(self) -> None:
        self.work: list[str] = []
        self.waited: list[float] = []

    def wait_until_idle(self, seconds: float) -> list[str]:
        self.waited.append(seconds)
        return self.work


class _Caller:
    def __init__(self, letters: MailArchive) -> None:
        self.letters, self.idle, self.moves = letters, _Busy(), 0
        self._calls = LocalEndpoints(letters, cast(IdleCheck, self.idle), self._moved)

    def _moved(self) -> None:
        self.moves += 1

    def ask(self, path: str, body: Any = None, method: str = "", accept: str = "", **headers: str) -> HttpResponse:
        raw = b"" if body is None else json.dumps(body).encode()
        method = method or ("GET" if body is None else "POST")
        told = {"host": HOST, "accept": accept, "accept-language": "en"}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self._calls(HttpRequest(method, path, told, raw))


@pytest.fixture(autouse=True)
def _settings(environment: pytest.MonkeyPatch) -> None:
    queues = (f"{name}_QUEUE_URL" for name in ("MAIL", "WAITLIST", "MANIFEST", "ROUNDS"))
    for name in ("TABLE_NAME", "BUCKET_NAME", *queues):
        environment.setenv(name, "not used here")
    environment.setenv("PUBLIC_URL", f"http://{HOST}")


@pytest.fixture
def caller(tmp_path: Path) -> _Caller:
    return _Caller(MailArchive(tmp_path))


def test_mails_are_listed_in_order(caller: _Caller) -> None:
    """With bare addresses, and the moment that the mail names."""
    caller.letters.save(RAW)
    caller.letters.save(RAW.replace(b"Hello <b>", b"Again").replace(b"Date", b"No-Date"))

    answer = caller.ask("/_local/mails")
    assert (answer.status, json.loads(answer.body)) == (
        200,
        {
            "mails": [
                {
                    "n": 1,
                    "to": "soeren@example.org",
                    "subject": "Hello <b>",
                    "sent_at": "2019-11-01T08:00:00+01:00",
                },
                {"n": 2, "to": "soeren@example.org", "subject": "Again", "sent_at": None},
            ]
        },
    )


def test_a_browser_gets_the_mails_as_a_page(caller: _Caller) -> None:
    """Newest first."""
    assert b"No mail has been sent yet" in caller.ask("/_local/mails", accept="text/html").body
    caller.letters.save(RAW)
    caller.letters.save(RAW.replace(b"Hello <b>", b"Again"))

    page = caller.ask("/_local/mails", accept="text/html,*/*").body.decode()

    assert page.index('<a href="/_local/mails/2">Again</a>') < page.index(
        '<a href="/_local/mails/1">Hello &lt;b&gt;</a>'
    )


def test_one_mail_is_a_page_or_the_raw_message(caller: _Caller) -> None:
    """The raw message byte for byte."""
    caller.letters.save(RAW)

    page, raw = caller.ask("/_local/mails/1"), caller.ask("/_local/mails/1.eml")

    assert (page.headers["Content-Type"], b"<pre>Hello" in page.body) == ("text/html; charset=utf-8", True)
    assert (raw.headers["Content-Type"], raw.body) == ("message/rfc822", RAW)


def test_what_reaches_the_local_aws_is_told(caller: _Caller, environment: pytest.MonkeyPatch) -> None:
    """As a shell's `export` takes it."""
    environment.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")

    answer = caller.ask("/_local/aws")

    assert answer.headers["Content-Type"] == "text/plain"
    told = dict(line.split("=", 1) for line in answer.body.decode().splitlines())
    assert (told["AWS_ENDPOINT_URL"], told["TABLE_NAME"]) == ("http://127.0.0.1:4566", "not used here")
    assert {name for name in told if not name.startswith("AWS_")} == {"TABLE_NAME", "NOW"}


@pytest.mark.usefixtures("memory")
def test_the_token_is_the_first_organisers(caller: _Caller) -> None:
    """Signed for the address in the settings; each time another session, and ending one ends no other."""
    tokens = [json.loads(caller.ask("/_local/organiser-token").body)["token"] for _ in range(2)]
    first, second = (sessions.read_token(token, clock.now()) for token in tokens)
    assert first.email == second.email == "organiser@network.example"
    sessions.end(first.email, first.id)
    assert [each.id for each in sessions.list_open(first.email, {"organiser"}, clock.now())] == [second.id]


def test_idle_waits_as_long_as_asked(caller: _Caller) -> None:
    """Twenty seconds unless told otherwise; what is left is named."""
    assert caller.ask("/_local/idle").status == 200
    caller.idle.work = ["MailQueue holds messages"]

    answer = caller.ask("/_local/idle?timeout=0.5")

    assert caller.idle.waited == [20, 0.5]
    assert answer.status == 504
    assert json.loads(answer.body)["detail"] == "Not everything has been worked off: MailQueue holds messages."


@pytest.mark.parametrize("timeout", ["soon", "-1", "nan", "inf", "601"])
def test_a_timeout_that_is_none_is_refused(caller: _Caller, timeout: str) -> None:
    """The field is named."""
    answer = caller.ask(f"/_local/idle?timeout={timeout}")

    assert (answer.status, json.loads(answer.body)["errors"][0]["field"]) == (422, "timeout")


def test_the_clock_is_moved_on(caller: _Caller) -> None:
    """By an ISO 8601 duration; the new present is answered, and kept."""
    before = clock.now()

    answer = caller.ask("/_local/clock", {"advance": "P1DT1H"})

    assert answer.status == 200
    assert json.loads(answer.body)["now"].startswith("2019-11-02T08:00:")
    assert clock.now() - before >= timedelta(hours=25)
    assert caller.moves == 1


@pytest.mark.parametrize("wrong", [None, 5, "5", "", "-PT1H", "P99999999D", "12:00", "PT", ["PT1H"]])
def test_a_leap_that_cannot_be_read_leaves_the_clock(caller: _Caller, wrong: Any) -> None:
    """Backwards and beyond the calendar included."""
    answer = caller.ask("/_local/clock", {"advance": wrong})

    assert (answer.status, json.loads(answer.body)["errors"][0]["field"]) == (422, "advance")
    assert (clock.now().year, caller.moves) == (2019, 0)


def test_other_calls_are_refused(caller: _Caller) -> None:
    """Unknown addresses and mails, other methods, no JSON."""
    answers = [
        caller.ask("/_local/mails/1"),
        caller.ask("/_local/mails/1.eml"),
        caller.ask("/_local/nothing"),
        caller.ask("/_local/mails", method="DELETE"),
        caller.ask("/_local/clock", method="POST"),
    ]

    assert [answer.status for answer in answers] == [404, 404, 404, 405, 400]
    assert {answer.headers["Content-Type"] for answer in answers} == {"application/problem+json"}


def test_an_address_without_a_route_is_a_problem() -> None:
    """As the gateway in AWS answers it."""
    answer = respond_not_found(HttpRequest("GET", "/nowhere", {"accept-language": "en"}, b""))

    assert (answer.status, json.loads(answer.body)) == (
        404,
        {
            "type": f"http://{HOST}/problems/not-found",
            "title": "Not found",
            "status": 404,
            "detail": "There is nothing at this address.",
        },
    )


SECRETS = ("/_local/mails", "/_local/mails/1", "/_local/mails/1.eml", "/_local/organiser-token", "/_local/aws")
OTHER_SITES = {
    "a name that leads here since (DNS rebinding)": {"host": "evil.example:8000"},
    "a name without the port": {"host": "127.0.0.1"},
    "another port of this machine": {"host": "127.0.0.1:9000"},
    "no host": {"host": ""},
    "a script of another site": {"origin": "https://evil.example"},
    "a script of another local server": {"origin": "http://127.0.0.1:3000"},
    "a frame or a file, which have no origin": {"origin": "null"},
    "a picture or a link of another site": {"sec_fetch_site": "cross-site"},
    "another local server": {"sec_fetch_site": "same-site"},
}


@pytest.mark.parametrize("headers", OTHER_SITES.values(), ids=OTHER_SITES.keys())
def test_other_sites_get_nothing(caller: _Caller, headers: dict[str, str]) -> None:
    """A page of another site neither reads mails and the token, nor moves the clock, nor makes the server wait."""
    caller.letters.save(RAW)
    before = clock.now()
    answers = [caller.ask(path, **headers) for path in (*SECRETS, "/_local/idle")]
    answers.append(caller.ask("/_local/clock", {"advance": "PT1H"}, **headers))

    assert [answer.status for answer in answers] == [403] * 7
    assert not any(b"soeren" in answer.body or b"token" in answer.body for answer in answers)
    assert (caller.moves, caller.idle.waited, clock.now() - before < timedelta(hours=1)) == (0, [], True)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machines_names_are_its_own(caller: _Caller, name: str) -> None:
    """By number or by name, with the origin that belongs to it."""
    headers = {"host": f"{name}:8000", "origin": f"http://{name}:8000", "sec_fetch_site": "same-origin"}
    assert caller.ask("/_local/mails", **headers).status == 200


@pytest.mark.usefixtures("memory")
def test_nothing_of_these_calls_is_kept(caller: _Caller) -> None:
    """Mails, the token and problems stay out of every cache."""
    caller.letters.save(RAW)
    answers = [caller.ask(path) for path in (*SECRETS, "/_local/idle", "/_local/nothing")]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_an_unknown_address_is_a_page_for_a_browser(caller: _Caller) -> None:
    """In the reader's language; any other caller gets the problem as JSON."""
    page = caller.ask("/_local/nothing", accept="text/html,*/*;q=0.8", accept_language="da")
    assert (page.status, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert 'lang="da"' in page.body.decode()
    assert caller.ask("/_local/nothing").headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "get"])
def test_a_method_that_no_route_takes_is_refused_at_every_address(method: str) -> None:
    """405, with the methods that there are, and the reason as a problem."""
    answer = respond_not_found(HttpRequest(method, "/nowhere", {"accept-language": "en"}, b""))
    assert (answer.status, json.loads(answer.body)["detail"]) == (405, f"This address does not take {method}.")
    assert answer.headers["Allow"] == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"


@pytest.mark.parametrize("status", [400, 413, 414, 431, 505])
def test_what_is_no_request_is_a_problem(status: int) -> None:
    """With the status that says what is wrong with it."""
    answer = refuse(HttpRequest("", "", {}, b""), status)
    assert (answer.status, json.loads(answer.body)["status"]) == (status, status)
