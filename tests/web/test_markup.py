"""Pages are valid HTML, as far as a template is likely to break it."""

import pytest

from chalicelib import clock
from chalicelib.language import LANGUAGES, Language
from chalicelib.registration import flows
from chalicelib.registration.access import Access
from testing import builders
from testing.world import publish, register
from tests.browser.desk import desk_pages
from tests.browser.states import all_pages
from tests.web.desk import EVENT_URL, get_page, send
from tests.web.markup import find_errors


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("language", LANGUAGES)
def test_public_pages_are_valid_in_every_state(language: Language) -> None:
    """Those of the programme, of a form with its errors, and of participants."""
    pages = {name: answer.body.decode() for name, answer in all_pages(language).items()}
    assert {name: found for name, text in pages.items() if (found := find_errors(text))} == {}


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("language", LANGUAGES)
def test_organisers_pages_are_valid(language: Language) -> None:
    """Those of an event with guests, a waitlist and a journey."""
    pages = {name: answer.body.decode() for name, answer in desk_pages(language).items()}
    assert {name: found for name, text in pages.items() if (found := find_errors(text))} == {}


@pytest.mark.usefixtures("memory")
def test_moments_in_histories_are_valid() -> None:
    """Items hold microseconds, which HTML has no room for."""
    event = publish(builders.event())
    anna = register(event, "Anna")
    flows.cancel(Access(event.id, anna.id), clock.now())
    assert (
        send(f"{EVENT_URL}/holds", {"form": "hold-new", "name": "Guests", "units.place": "1"}).status_code == 303
    )
    for path in (f"{EVENT_URL}/registrations/{anna.id}", f"{EVENT_URL}/journal"):
        page = get_page(path)
        assert page.count("<time ") > 0
        assert find_errors(page) == []


@pytest.mark.parametrize(
    "broken",
    [
        '<time datetime="2019-11-01T07:00:00.123456Z">now</time>',
        '<time datetime="">now</time>',
        '<select><option value=""></option></select>',
        "<p><ul><li>one</li></ul></p>",
        "<ul><p>one</p></ul>",
        "<h2> </h2>",
        '<p id="a">x</p><p id="a">x</p>',
        '<label for="b">x</label>',
        '<a href="/"><button>x</button></a>',
        "<form><form></form></form>",
        '<input type="datetime-local" value="2019-11-01T07:00:00.123456">',
        '<p class="a" class="b">x</p>',
        "<p>x",
    ],
)
def test_each_error_is_found(broken: str) -> None:
    """The check itself sees what it is there for."""
    assert find_errors(broken) != []
