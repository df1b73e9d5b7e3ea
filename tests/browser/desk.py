"""Answer the organiser's pages of an event with guests, a waitlist and a journey."""

from chalice.test import HTTPResponse

from chalicelib.language import Language
from chalicelib.programme.model import Event
from testing.world import publish, register
from tests.browser.states import Pages, document
from tests.web.browser import PAGE, as_organiser

_PARTS = ("", "/registrations", "/manifests", "/problems", "/edit", "/journal", "/door", "/catering", "/badges")


def desk_pages(language: Language) -> Pages:
    """Return the pages by their paths, with forty people at the event."""
    event = publish(Event.model_validate(document("doegnmoede-bornholm", id="desk")))
    needs = ("flight_out", "transfer_out", "single_room", "transfer_home", "flight_home")
    people = [register(event, f"Person{n}", needs if n % 2 else (), language=language) for n in range(40)]
    here = f"/organiser/events/{event.id}"
    paths = ["/organiser", *(here + part for part in _PARTS), f"{here}/registrations/{people[-1].id}"]
    return {path[1:]: _page(path, language) for path in paths}


def _page(path: str, language: Language) -> HTTPResponse:
    answer = as_organiser("GET", f"{path}?lang={language}", **PAGE)
    assert answer.status_code == 200, path
    return answer
