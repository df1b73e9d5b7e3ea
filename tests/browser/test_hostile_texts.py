"""All that people write stays text: scripts in every field that takes words, on every page that shows it."""

import copy
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route
from pydantic import ValidationError

from chalicelib import clock
from chalicelib.audit.audit_log import Actor
from chalicelib.links import mail_requests
from chalicelib.mail.delivery import outcomes, reports
from chalicelib.mail.delivery import store as mails
from chalicelib.programme import flows as programme
from chalicelib.programme.model import Event
from chalicelib.registration import flows
from chalicelib.registration.access import Access
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.model import Registration
from chalicelib.registration.registering import Applicant, register
from testing import builders, registration_links
from testing.world import build_registration_id, publish, reload
from tests.browser.states import document
from tests.mail import ses_events
from tests.mail.samples import confirmed
from tests.web.browser import PAGE, as_organiser, call

pytestmark = pytest.mark.usefixtures("memory")

#: Ends an attribute, an element or a script, and runs where any of these is not written as text.
ATTACK = """'"></textarea></script><script>ran()</script><img src=x onerror=ran()>${ran()}"""
WORD = Actor("organiser@network.example", f"because {ATTACK}")
#: In each page: nothing may call this, nothing may be held back by the policy only, and no dialog may come.
WATCH = """
window.broken = [];
window.ran = () => window.broken.push("ran");
for (const name of ["alert", "confirm", "prompt"]) window[name] = () => window.broken.push(name);
document.addEventListener("securitypolicyviolation", event => window.broken.push(event.violatedDirective));
"""
#: All that a reader sees of the page, also in its fields.
TEXT = """[document.body.textContent,
...[...document.querySelectorAll("input, textarea")].map(each => each.value)].join(" ")"""
ELEMENTS = "document.querySelectorAll('img[src=x], [onerror]').length"


def hostile(fields: dict[str, Any], validate: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """Return the document with the attack in every field that takes it."""
    attacked = copy.deepcopy(fields)
    for holder, name in list(_texts(attacked)):
        before = holder[name]
        for attack in (f"{before} {ATTACK}", ATTACK):
            holder[name] = attack
            try:
                validate(attacked)
                break
            except ValidationError:
                holder[name] = before
    return attacked


def _texts(part: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the holder and the key of each text in the document."""
    for name, value in list(part.items() if isinstance(part, dict) else enumerate(part)):
        if isinstance(value, dict | list):
            yield from _texts(value)
        elif isinstance(value, str):
            yield part, name


def meeting() -> Event:
    """Publish an event with all that can be written about one."""
    notes = {name: {"da": "Kom.", "en": "Come."} for name in ("confirmed", "waiting", "reminder")}
    event_document = document("doegnmoede-bornholm", id="attacked", notes=notes)
    return publish(Event.model_validate(hostile(event_document, Event.model_validate)))


def guest(event: Event, number: int) -> Registration:
    """Register a guest who has written the attack in every field."""
    details = builders.person("Anna", "Holm", **builders.ALL_DETAILS | {"email": f"p{number}@example.org"})
    needs = tuple(details.pop("needs"))
    del details["privacy_accepted"]
    attendee = Attendee.model_validate(hostile(details, Attendee.model_validate))
    assert ATTACK in attendee.given_name
    assert ATTACK in (attendee.organisation or "")
    return register(
        event,
        Applicant(build_registration_id(event.id, attendee.email), attendee, needs),
        f"key-{number}",
        clock.now(),
    )


def inhabited() -> dict[str, str]:
    """Return the addresses of the pages that show some of it, by name."""
    event = meeting()
    anna, bo, carl = (guest(event, number) for number in range(3))
    report = reports.read(ses_events.bounce(confirmed(anna)))
    assert report
    mails.claim(confirmed(anna), clock.now())
    outcomes.record(report)
    flows.cancel(Access(event.id, bo.id), clock.now(), WORD.audit_fields)
    mail_requests.request_mail(Access(event.id, carl.id), clock.now(), WORD)
    programme.set_capacity(event.id, "place", 41, clock.now(), confirmed=False, actor=WORD)
    assert ATTACK in str(reload(bo).history)
    here, own = f"/organiser/events/{event.id}", urlsplit(registration_links.build_link(event.id, anna.id)).path
    parts = ("", "/registrations", "/manifests", "/problems", "/edit", "/journal", "/door", "/catering")
    return {
        **{f"organiser{part}": here + part for part in parts},
        **{f"{each.id}": f"{here}/registrations/{each.id}" for each in (anna, bo, carl)},
        "search": f"{here}/registrations?q={quote(ATTACK)}",
        "all": "/organiser",
        "programme": "/",
        "event": f"/events/{event.id}",
        "embed": f"/events/{event.id}/embed",
        "privacy": f"/privacy?event={event.id}",
        **{f"own{part}": own + part for part in ("", "/change", "/cancel", "/erase")},
        "cancelled": urlsplit(registration_links.build_link(event.id, bo.id)).path,
    }


def test_no_text_of_a_participant_runs_anywhere(chromium: Browser) -> None:
    """No script, no dialog, no element made of it, nothing that only the policy kept from running; and it can be
    read on each page as it was written."""
    pages = inhabited()
    context = chromium.new_context()
    context.add_init_script(WATCH)
    context.route("**/*", answer)
    page = context.new_page()
    results = {name: seen(page, path) for name, path in pages.items()}
    context.close()
    assert {name: broken for name, (broken, _) in results.items() if broken} == {}
    assert [name for name, (_, is_shown) in results.items() if not is_shown] == []


def test_the_watch_sees_what_runs(chromium: Browser) -> None:
    """A page that writes it down as it is, with and without our policy."""
    policy = {"Content-Security-Policy": "script-src 'none'; img-src 'self'"}
    for headers, says in (({}, "ran"), (policy, "script-src-elem")):
        context = chromium.new_context()
        context.add_init_script(WATCH)
        given: dict[str, str] = {"Content-Type": "text/html", **headers}
        context.route("**/*", partial(_as_it_is, given))
        broken, _ = seen(context.new_page(), "/")
        context.close()
        assert says in broken


def _as_it_is(headers: dict[str, str], route: Route) -> None:
    route.fulfill(headers=headers, body=f"<p>{ATTACK}")


def answer(route: Route) -> None:
    """Answer as the app does, to an organiser on the organiser's pages."""
    url = urlsplit(route.request.url)
    path = f"{url.path}?{url.query}" if url.query else url.path
    kind = PAGE if route.request.is_navigation_request() else {"Accept": "application/json"}
    ask = as_organiser if path.startswith("/organiser") else _call
    response = ask(route.request.method, path, route.request.post_data_buffer or b"", **kind)
    headers = {name: str(value) for name, value in response.headers.items() if name != "Location"}
    route.fulfill(status=response.status_code, headers=headers, body=response.body)


def _call(method: str, path: str, body: bytes, **headers: str) -> Any:
    return call(method, path, body, headers)


def seen(page: Page, path: str) -> tuple[list[str], bool]:
    """Return what ran or tried to on the page, and True if the attack can be read there."""
    page.goto(f"https://tilmelding.example{path}", wait_until="networkidle")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    if page.locator("#door #q").count():
        page.locator("#q").fill("anna")  # what is found is put on the page by its script
    broken: list[str] = page.evaluate("window.broken")
    elements: int = page.evaluate(ELEMENTS)
    return [*broken, *["an element"] * elements], ATTACK in page.evaluate(TEXT)
