"""How often somebody may register or ask for links without signing in."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chalice.local import LambdaEventConverter

from chalicelib import clock
from chalicelib.auth import sign_in_links
from chalicelib.registration import store
from chalicelib.settings import settings
from testing import builders
from testing.dynamodb.capacity import sum_consumed_units
from testing.dynamodb.client import Client
from testing.world import publish
from tests.web.browser import PAGE, as_organiser, call, get, post, post_form

EVENT = "leverandoerernes-oenskeseddel"
HERE = f"/events/{EVENT}/registrations"


@pytest.fixture
def calls(memory: Client) -> list[tuple[str, dict[str, Any]]]:
    """Every call to the table."""
    made: list[tuple[str, dict[str, Any]]] = []
    memory.before = lambda operation, request: made.append((operation, request))
    return made


@pytest.fixture
def units(memory: Client) -> Counter[str]:
    """The units that the calls to the table use."""
    used: Counter[str] = Counter()

    def ask(_operation: str, request: dict[str, Any]) -> None:
        request["ReturnConsumedCapacity"] = "TOTAL"

    def note(operation: str, _request: dict[str, Any], answer: dict[str, Any]) -> None:
        used[operation] += sum_consumed_units(answer)

    memory.before, memory.after = ask, note
    return used


def person(number: int, **more: Any) -> dict[str, Any]:
    return builders.person(email=f"guest-{number}@example.org", **more)


def come_from(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Be where the gateway says that address is."""
    monkeypatch.setattr(LambdaEventConverter, "LOCAL_SOURCE_IP", address)


def publish_for(most: int | None, event_id: str = EVENT) -> None:
    window = builders.event_document()["registration"] | {"most_per_source": most}
    publish(builders.event(event_id, registration=window))


def test_registering_is_one_call_of_at_most_six_units(units: Counter[str]) -> None:
    """Where places are free: places, registration and count, in one transaction."""
    publish(builders.event())
    post(HERE, person(0))
    units.clear()
    assert post(HERE, person(1)).status_code == 201
    assert units == {"TransactWriteItems": 6}


@pytest.mark.usefixtures("memory")
def test_an_office_of_forty_registers_from_one_address() -> None:
    """Nobody of them hears of a limit."""
    publish(builders.event(allotments=[builders.allotment("place", 20)]))
    assert {post(HERE, person(number)).status_code for number in range(40)} == {201}


def test_over_the_limit_nothing_is_written(memory: Client) -> None:
    """429 with when it goes on, in both languages; a page for browsers, with what was filled in."""
    publish_for(5)
    for number in range(5):
        assert post(HERE, person(number)).status_code == 201
    written = len(memory.stream)
    refused = post(HERE, person(5))
    assert (refused.status_code, refused.headers["Content-Type"]) == (429, "application/problem+json")
    assert refused.headers["Retry-After"] == "3600"
    assert refused.json_body["detail"].startswith("Der er kommet så mange tilmeldinger")
    assert "in 60 minutes" in post(f"{HERE}?lang=en", person(5)).json_body["detail"]
    form = {"given_name": "Åse", "family_name": "Holm", "email": "aase@example.org", "privacy_accepted": "on"}
    page = post_form(HERE, form, **PAGE)
    assert (page.status_code, page.headers["Retry-After"]) == (429, "3600")
    assert 'value="Åse"' in page.body.decode()
    assert len(memory.stream) == written
    clock.advance(timedelta(hours=1))
    assert post(HERE, person(5)).status_code == 201


@pytest.mark.usefixtures("memory")
def test_each_source_and_each_event_has_its_own_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that is full at one event is not at another, and no other network is; what a request says about
    itself moves nobody, and an IPv6 network counts as one."""
    publish_for(5)
    publish_for(5, "another")
    for number in range(5):
        post(HERE, person(number))
    elsewhere = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9", "X-Real-IP": "203.0.113.9"}
    assert post(HERE, person(9), elsewhere).status_code == 429
    assert post("/events/another/registrations", person(9)).status_code == 201
    for number, host in enumerate(("1", "2", "ffff:1", "abcd::", "5"), start=10):
        come_from(monkeypatch, f"2001:db8:0:1:{host}" if "::" in host else f"2001:db8:0:1::{host}")
        assert post(HERE, person(number)).status_code == 201
    assert post(HERE, person(20)).status_code == 429
    come_from(monkeypatch, "2001:db8:0:2::1")
    assert post(HERE, person(20)).status_code == 201


@pytest.mark.usefixtures("memory")
def test_a_party_counts_as_many_as_it_has() -> None:
    """Of five people, a second party of two is refused whole after four."""
    publish_for(5)
    assert post(HERE, {"party": [person(number) for number in range(4)]}).status_code == 201
    assert post(HERE, {"party": [person(number) for number in (4, 5)]}).status_code == 429
    assert len(list(store.list_registrations(EVENT))) == 4


@pytest.mark.usefixtures("memory")
def test_finding_out_who_is_registered_is_limited() -> None:
    """Each 409 counts; then neither who is registered nor who is not can be told from the answer."""
    publish_for(5)
    post(HERE, person(0))
    asked = [post(HERE, person(0)).status_code for _ in range(6)]
    assert asked == [409, 409, 409, 409, 429, 429]
    known, unknown = post(HERE, person(0)), post(HERE, person(1))
    assert (known.status_code, known.body) == (unknown.status_code, unknown.body)
    party = [post(HERE, {"party": [person(number), person(7)]}) for number in (0, 1)]
    assert {(answer.status_code, answer.body) for answer in party} == {(429, known.body)}


@pytest.mark.usefixtures("memory")
def test_a_repeated_request_is_answered_over_the_limit() -> None:
    """Whoever sends the same again, one or a party, has done nothing more."""
    publish_for(5)
    keys = [{"Idempotency-Key": builders.request_key(each)} for each in ("a", "b")]
    sent = [(person(0), keys[0]), ({"party": [person(1), person(2)]}, keys[1])]
    made = [post(HERE, body, key) for body, key in sent]
    for number in (3, 4):
        post(HERE, person(number))
    assert post(HERE, person(5)).status_code == 429
    for first, (body, key) in zip(made, sent, strict=True):
        again = post(HERE, body, key)
        assert (again.status_code, again.body) == (201, first.body)


@pytest.mark.usefixtures("memory")
def test_an_organiser_says_how_many_for_their_event() -> None:
    """In the event's document, or with its form."""
    publish(builders.event())
    stored = as_organiser("GET", f"/organiser/events/{EVENT}")
    document = stored.json_body
    document["registration"]["most_per_source"] = 300
    changed = as_organiser("PUT", f"/organiser/events/{EVENT}", document, If_Match=stored.headers["ETag"])
    assert changed.json_body["registration"]["most_per_source"] == 300
    assert 'value="300"' in as_organiser("GET", f"/organiser/events/{EVENT}/edit").body.decode()


def test_asking_for_a_link_is_the_same_work_for_everybody(calls: list[tuple[str, dict[str, Any]]]) -> None:
    """For an organiser and a stranger the same calls with the same kinds of writes."""
    made = []
    for who in ("organiser@network.example", "stranger@example.org", "", "x" * 9000):
        calls.clear()
        answer = post("/organiser/sessions", {"email": who})
        shapes = [
            (operation, [sorted(write) for write in request["TransactItems"]]) for operation, request in calls
        ]
        made.append((answer.status_code, answer.body, shapes))
    assert made[0][2] == [("TransactWriteItems", [["Put"], ["Update"], ["Update"], ["Update"]])]
    assert all(each == made[0] for each in made)


@pytest.mark.usefixtures("memory")
def test_links_to_one_address_are_limited_for_everybody_alike() -> None:
    """After five the answer is 429, organiser or not, until the first links have ended."""
    every = {}
    for who in ("organiser@network.example", "stranger@example.org"):
        answers = [post("/organiser/sessions", {"email": who}) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [202] * 5 + [429]
        every[who] = answers[-1].body
    assert len(set(every.values())) == 1
    page = call("POST", "/organiser/sessions", {"email": "stranger@example.org"}, PAGE)
    assert (page.status_code, int(page.headers["Retry-After"])) == (429, 1800)
    clock.advance(sign_in_links.LIFETIME)
    assert post("/organiser/sessions", {"email": "stranger@example.org"}).status_code == 202


@pytest.mark.usefixtures("memory")
def test_links_asked_for_from_one_source_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten organisers in one office pass; whoever goes through addresses does not."""
    asked = [post("/organiser/sessions", {"email": f"{n}@example.org"}).status_code for n in range(51)]
    assert asked == [202] * 50 + [429]
    come_from(monkeypatch, "192.0.2.7")
    assert post("/organiser/sessions", {"email": "51@example.org"}).status_code == 202


def ask_all_day(address: str, count: int) -> list[tuple[int, Any]]:
    """Ask for that many links over the day, each from a network of its own, none of them too soon."""
    answers = []
    for _ in range(count):
        answer = post("/organiser/sessions", {"email": address})
        answers.append((answer.status_code, answer.body))
        clock.advance(sign_in_links.LIFETIME)
    return answers


def count_mails(memory: Client) -> int:
    """How many of the requests lead to a mail, as the relay reads them."""
    items = memory.scan(TableName=settings().table_name)["Items"]
    return sum(item.get("by_mail") == {"BOOL": True} for item in items)


def test_sign_in_mails_to_one_address_are_limited_over_the_day(memory: Client, environment: Any) -> None:
    """Above it nothing is told and nothing sent; the next day they go again."""
    environment.setenv("MAILS_PER_ADDRESS", "4")
    settings.cache_clear()
    clock.start_at(datetime(2019, 11, 2, tzinfo=UTC))
    answers = ask_all_day("organiser@network.example", 9) + ask_all_day("stranger@example.org", 9)
    assert len(set(answers)) == 1
    assert count_mails(memory) == 4
    assert post("/organiser/sessions", {"email": "door@network.example"}).status_code == 202
    assert count_mails(memory) == 5
    clock.start_at(datetime(2019, 11, 3, tzinfo=UTC))
    ask_all_day("organiser@network.example", 1)
    assert count_mails(memory) == 6


@pytest.mark.usefixtures("memory")
def test_above_the_mails_of_a_day_the_half_hour_is_limited_as_ever(environment: Any) -> None:
    """In the same words for an organiser and a stranger, as before it; what was mailed still signs in."""
    environment.setenv("MAILS_PER_ADDRESS", "1")
    settings.cache_clear()
    clock.start_at(datetime(2019, 11, 2, tzinfo=UTC))
    link = sign_in_links.create_link_without_mail("organiser@network.example", clock.now())
    found = []
    for who in ("organiser@network.example", "stranger@example.org"):
        answers = [post("/organiser/sessions", {"email": who}) for _ in range(7)]
        found.append([(each.status_code, each.body) for each in answers])
    assert [status for status, _ in found[0]] == [202] * 5 + [429] * 2
    assert found[0] == found[1]
    assert get(link).status_code == 303


def test_above_the_mails_of_a_day_the_work_is_the_same_for_all(calls: list[tuple[str, dict[str, Any]]]) -> None:
    """The same calls with as many writes for an organiser and for a stranger."""
    work = []
    for who in ("organiser@network.example", "stranger@example.org"):
        limit = sign_in_links.mailbox_limit(who)
        for _ in range(20):
            limit.try_increment(clock.now())
        calls.clear()
        assert post("/organiser/sessions", {"email": who}).status_code == 202
        work.append([(name, len(request.get("TransactItems", ()))) for name, request in calls])
    assert work[0] == work[1] == [("TransactWriteItems", 4), ("TransactWriteItems", 3)]
