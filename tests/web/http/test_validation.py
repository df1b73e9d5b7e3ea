"""What people and programs are told about a bad field: no name of ours, no text of a library's."""

import json
import re
from typing import Any

import pytest

from chalicelib.language import LANGUAGES, Language
from testing import builders
from testing.world import publish, publish_with_places, register
from tests.web.browser import PAGE, as_organiser, call, get, post
from tests.web.desk import EVENT, EVENT_URL, build_session_headers

pytestmark = pytest.mark.usefixtures("memory")

HERE = f"/events/{EVENT}/registrations"
WHOLE = {"given_name": "Anna", "family_name": "Holm", "email": "anna@example.org", "privacy_accepted": True}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("change", "allowed"),
    [
        ({"sector": "moon"}, ["municipality", "supplier", "foundation", "investor", "state", "other"]),
        ({"language": "sv"}, ["da", "en"]),
        ({"travel": {"title": "KING"}}, None),
        ({"given_name": 7}, None),
        ({"needs": 7}, None),
        ({"privacy_accepted": "perhaps"}, None),
        ({"party": [7]}, None),
        ({"dietary": "vegan"}, None),
    ],
    ids=str,
)
def test_a_message_quotes_no_name_of_ours(
    change: dict[str, Any], allowed: list[str] | None, language: Language
) -> None:
    """People read a plain sentence in their language; the values that programs may send stand beside it."""
    publish(builders.event())
    answer = post(HERE, WHOLE | change, {"Accept-Language": language})
    assert answer.status_code == 422
    for error in answer.json_body["errors"]:
        assert not re.search(r"'|_|Input|should|type=|pydantic", error["message"]), error
        assert allowed is None or error["allowed"] == allowed


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_kind_of_mail_is_no_riddle(language: Language) -> None:
    """The organiser's page shows a sentence without a field's name or a quoted one; a program reads the values."""
    publish(builders.event())
    fields = json.dumps({"kind": "birthday"}).encode()
    headers = build_session_headers() | {"Content-Type": "application/json"}
    page = call("POST", f"{EVENT_URL}/mails?lang={language}", fields, headers).body.decode()
    assert {"en": "Choose one of the possible answers.", "da": "Vælg en af mulighederne."}[language] in page
    assert not re.search("missing.details|kind:", page)
    [error] = as_organiser("POST", f"{EVENT_URL}/mails", {"kind": "birthday"}).json_body["errors"]
    assert error["allowed"] == ["missing_details", "missing-details"]


def test_the_question_for_missing_details_has_one_name() -> None:
    """In the documents of events and in the call; how programs wrote it before is still understood."""
    publish(builders.event(notes={"missing_details": {"da": "Husk pas", "en": "Bring a passport"}}))
    for kind in ("missing_details", "missing-details"):
        answer = as_organiser("POST", f"{EVENT_URL}/mails", {"kind": kind})
        assert (answer.status_code, answer.json_body) == (202, {"kind": kind})


@pytest.mark.parametrize(("language", "title"), [("da", "Enkeltværelse"), ("en", "Single room")])
def test_a_refusal_names_an_allotment_by_its_title(language: Language, title: str) -> None:
    """In the language of the reader, which need not be the participant's."""
    room = builders.allotment("single_room", 2) | {"title": {"da": "Enkeltværelse", "en": "Single room"}}
    event = publish_with_places(9, room)
    for name in ("Anna", "Bo"):
        register(event, name, ("single_room",), language="en" if language == "da" else "da")
    waits = register(event, "Carl", ("single_room",), language="en" if language == "da" else "da")
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("PUT", "/allotments/single_room", {"capacity": 1}),
        ("PUT", "/holds/guests", {"units": {"single_room": 1}}),
        ("POST", f"/registrations/{waits.id}/promotion", {"reason": "because"}),
    ]
    for method, path, body in calls:
        refused = as_organiser(method, EVENT_URL + path, body, Accept_Language=language)
        assert refused.status_code == 409, path
        assert title in refused.json_body["detail"]
        assert "single_room" not in refused.json_body["detail"]


def test_a_form_on_another_site_names_fields_by_their_labels() -> None:
    """Of a field that has no label there, the message is said alone."""
    publish(builders.event())
    page = get(f"/events/{EVENT}/embed?lang=en", **PAGE).body.decode()
    assert "?? field" not in page
