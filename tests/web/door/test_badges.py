"""Name badges over HTTP."""

import json
import subprocess
import sys
from io import BytesIO
from typing import Any

import pytest
from chalice.test import HTTPResponse
from pypdf import PdfReader

from chalicelib.web.door import badges
from testing import builders
from testing.account import ROOT
from testing.world import publish, publish_with_places, register
from tests.web.browser import PAGE, as_organiser
from tests.web.desk import EVENT, EVENT_URL

pytestmark = pytest.mark.usefixtures("memory")

BADGES = f"{EVENT_URL}/badges.pdf"


def names(answer: HTTPResponse) -> list[str]:
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.body)).pages)
    return [name for name in ("Ane", "Bo", "Carl", "Åse") if f"{name} Hansen" in text]


def test_whoever_has_a_place_gets_a_badge() -> None:
    """Nobody else does; the file is kept nowhere on the way."""
    event = publish_with_places(2)
    for name in ("Bo", "Ane", "Carl"):
        register(event, name)
    answer = as_organiser("GET", BADGES, **PAGE)
    assert (answer.status_code, names(answer)) == (200, ["Ane", "Bo"])
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{EVENT}-badges-1.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert as_organiser("GET", "/organiser/events/moon/badges.pdf").status_code == 404


def test_more_people_than_a_file_holds_are_in_several(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each once, in the order of a Danish list; the badges' page, to which the event's leads, links to each."""
    monkeypatch.setattr(badges, "BADGES_PER_FILE", 2)
    event = publish(builders.event())
    for name in ("Åse", "Carl", "Ane"):
        register(event, name, email=f"{len(name)}{name[1]}@example.org")
    files = [as_organiser("GET", f"{BADGES}?part={part}") for part in (1, 2, 3)]
    assert [names(file) for file in files] == [["Ane", "Carl"], ["Åse"], []]
    assert as_organiser("GET", f"{BADGES}?part=0").status_code == 422
    assert f'href="{EVENT_URL}/badges?lang=da"' in as_organiser("GET", EVENT_URL, **PAGE).body.decode()
    page = as_organiser("GET", f"{EVENT_URL}/badges", **PAGE).body.decode()
    ways = [f'href="{BADGES}?lang=da&amp;part={part}"' in page for part in (1, 2, 3)]
    assert ways == [True, True, False]


def test_it_is_said_whose_badge_is_not_as_they_typed_it() -> None:
    """With what it says instead, before anybody prints; nobody else is named."""
    event = publish_with_places(3)
    card: dict[str, Any] = {"travel": {"name_on_id": {"given": "Wei", "family": "Wang"}}}
    register(event, "王伟", email="wei@example.org", **card)
    register(event, "Kim 🎉", email="kim@example.org")
    register(event, "Søren", email="soeren@example.org")
    told = json.loads(as_organiser("GET", f"{EVENT_URL}/badges").body)
    assert told["files"] == 1
    assert [(each["name"], each["printed"]) for each in told["not_as_typed"]] == [
        ("Kim 🎉 Hansen", "Kim Hansen"),
        ("王伟 Hansen", "Wei Wang"),
    ]
    page = as_organiser("GET", f"{EVENT_URL}/badges?lang=en", **PAGE).body.decode()
    assert ["the badge says “Wei Wang”" in page, "Søren" in page] == [True, False]


def test_where_all_badges_are_as_typed_the_page_says_nothing_of_it() -> None:
    """Files only."""
    register(publish_with_places(1), "Anna")
    assert json.loads(as_organiser("GET", f"{EVENT_URL}/badges").body) == {"files": 1, "not_as_typed": []}
    page = as_organiser("GET", f"{EVENT_URL}/badges?lang=en", **PAGE).body.decode()
    assert ["Not as they are typed" in page, "badges.pdf" in page] == [False, True]


def test_who_asks_for_nothing_else_does_not_wait_for_the_typesetter() -> None:
    """What renders files is not in the app's import graph."""
    code = "import sys, app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {"typst", "xlsxwriter", "pypdf"} & set(loaded.stdout.split()) == set()
