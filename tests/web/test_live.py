"""Pages that keep themselves as things stand, and what they ask for to do so."""

import re

import pytest

from chalicelib.web.http import assets
from testing import builders, registration_links
from testing.world import publish, publish_with_places, register
from tests.web.browser import PAGE, call, get
from tests.web.desk import EVENT, EVENT_URL, build_manifest, build_session_headers, send

pytestmark = pytest.mark.usefixtures("aws")

LIVE = ("/organiser", EVENT_URL, f"{EVENT_URL}/manifests")


def fetched(path: str, known: str = "") -> tuple[int, str, str]:
    """Status, mark and body, asked for with a session and what the browser knows."""
    answer = call(
        "GET", f"{path}?lang=en", headers=build_session_headers() | ({"If-None-Match": known} if known else {})
    )
    return answer.status_code, answer.headers.get("ETag", ""), answer.body.decode()


@pytest.mark.parametrize("path", LIVE)
def test_a_page_that_says_the_same_is_not_sent_again(path: str) -> None:
    """304 and nothing else for whoever shows it already; something happens, and it is sent whole."""
    event = publish_with_places(2)
    status, mark, page = fetched(path)
    assert (status, "data-live" in page) == (200, True)
    assert [fetched(path, known) for known in (mark, f"W/{mark}", f'"other", {mark}')] == [(304, mark, "")] * 3
    register(event, "Anna")
    send(f"{EVENT_URL}/manifests", {})
    changed = fetched(path, mark)
    assert (changed[0], changed[1] == mark) == (200, False)


def test_a_participants_page_that_says_the_same_is_not_sent_again() -> None:
    """Their place in the line moves, and the page is another; without scripts nothing is missing in it."""
    event = publish_with_places(1)
    register(event, "Anna")
    first = register(event, "Bo")
    link = registration_links.build_link(EVENT, register(event, "Carl").id)
    seen = call("GET", link, headers=PAGE)
    known = PAGE | {"If-None-Match": seen.headers["ETag"]}
    assert (seen.status_code, call("GET", link, headers=known).status_code) == (200, 304)
    call("POST", f"{registration_links.build_link(EVENT, first.id)}/cancellation")
    assert "nummer 1" in call("GET", link, headers=known).body.decode()


def test_a_live_page_runs_our_own_script_and_no_other() -> None:
    """One file of ours, never in the page itself; a page with a refused form has none."""
    publish_with_places(2)
    answer = call("GET", EVENT_URL, headers=build_session_headers())
    assert answer.headers["Content-Security-Policy"].endswith("; script-src 'self'; connect-src 'self'")
    assert re.findall(r"<script[^>]* src=\"([^\"]+)\"", answer.body.decode()) == [assets.build_url("live.js")]
    refused = send(f"{EVENT_URL}/allotments/place", {"capacity": "x"})
    assert ("script-src" in refused.headers["Content-Security-Policy"], b"<script" in refused.body) == (
        False,
        False,
    )


@pytest.mark.parametrize("name", ["style.css", "door.js", "live.js", "search.js"])
def test_an_asset_is_kept_for_as_long_as_it_stays_as_it_is(name: str) -> None:
    """The address that pages give names what is in it; at any other it is soon asked for again."""
    named, other = get(assets.build_url(name)), get(f"/assets/{name}?v=0")
    assert named.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert other.headers["Cache-Control"] == "public, max-age=300"
    assert named.body == other.body


def test_there_are_no_other_assets() -> None:
    """Templates are not for reading."""
    assert [get(f"/assets/{name}").status_code for name in ("base.html", "..%2Fassets.py", "x")] == [404] * 3


def test_lists_that_are_built_are_looked_at_more_often() -> None:
    """Every other second until they are ready, with the way to look by hand."""
    publish(builders.event())
    assert re.findall('id="lists" data-live="([0-9]+)"', fetched(f"{EVENT_URL}/manifests")[2]) == ["10"]
    send(f"{EVENT_URL}/manifests", {})
    page = fetched(f"{EVENT_URL}/manifests")[2]
    assert re.findall('id="lists" data-live="([0-9]+)"', page) == ["2"]
    assert ("<progress" in page, "Look again" in page) == (True, True)
    build_manifest(1, "2019-11-01T07:00:00.000000Z")
    page = fetched(f"{EVENT_URL}/manifests")[2]
    assert (re.findall('id="lists" data-live="([0-9]+)"', page), "<progress" in page) == (["10"], False)
