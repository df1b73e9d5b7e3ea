"""Asking for the links of an address, by the call and by the page."""

import pytest

from chalicelib.settings import settings
from testing import builders
from testing.dynamodb.client import Client
from testing.world import publish, register
from tests.web.browser import PAGE, get, post, post_form


def written(memory: Client) -> list[str]:
    """The addresses in the requests that are written, one a request."""
    items = memory.scan(TableName=settings().table_name)["Items"]
    return sorted(item["email"]["S"] for item in items if item["SK"]["S"] == "LINKS")


@pytest.mark.parametrize("email", ["anna@example.org", "stranger@example.org", "no address", "", "a@" + "b" * 300])
def test_the_answer_says_nothing_of_the_address(memory: Client, email: str) -> None:
    """The same answer and the same write for all, also for what is none."""
    register(publish(builders.event()), "Anna")
    answer = post("/links", {"email": email})
    assert (answer.status_code, answer.json_body, len(written(memory))) == (202, {}, 1)


def test_address_is_normalised_as_in_the_form(memory: Client) -> None:
    """What a person pastes finds what they have registered."""
    post("/links", {"email": " anna@EXAMPLE.org\u200b"})
    assert written(memory) == ["anna@example.org"]


def test_page_of_a_link_that_is_not_valid_offers_the_form(memory: Client) -> None:
    """In the reader's language, for each kind of link."""
    for path in ("/registrations/x", "/views/x", "/codes/x"):
        page = get(path, **PAGE)
        assert (page.status_code, b'action="/links?lang=da"' in page.body) == (404, True)
    assert b'action="/links' not in get("/events/x", **PAGE).body
    answer = post_form("/links?lang=en", {"email": "anna@example.org"}, **PAGE)
    assert (answer.status_code, b"Look in your mail" in answer.body) == (202, True)
    assert written(memory) == ["anna@example.org"]


def test_network_that_asks_without_end_is_refused(memory: Client) -> None:
    """As for registering; it says nothing of any address."""
    most = settings().registrations_per_source
    statuses = [post("/links", {"email": f"a{number}@example.org"}).status_code for number in range(most + 1)]
    assert (statuses[-2:], len(written(memory))) == ([202, 429], most)
