"""All that is wrong is named in one answer: fields, choices of the event and consent, in JSON and by form."""

from typing import Any

import pytest

from chalicelib.registration import store
from testing import builders, registration_links
from testing.dynamodb.client import Client
from testing.world import publish, register
from tests.web.browser import PAGE, as_organiser, call, post, post_form
from tests.web.desk import EVENT_URL

EVENT = "leverandoerernes-oenskeseddel"
HERE = f"/events/{EVENT}/registrations"
SINGLE, SHARED = {"da": "Enkeltværelse", "en": "Single room"}, {"da": "Delt værelse", "en": "Shared room"}
WRONG: dict[str, Any] = {
    "phone": "1",
    "needs": ["single", "yacht", "shared"],
    "dietary": {"meals": ["vegan"], "note": "x" * 600},
}
NAMED = {
    ("phone", "not_a_phone_number"),
    ("needs.1", "unknown_need"),
    ("needs", "choose_one"),
    ("dietary.note", "too_long"),
    ("dietary.consent", "consent_needed"),
}


@pytest.fixture(autouse=True)
def _published(memory: Client) -> None:  # noqa: ARG001 - the table must be there
    rooms = [
        {"name": name, "title": title, "capacity": 2, "choice": "room"}
        for name, title in (("single", SINGLE), ("shared", SHARED))
    ]
    publish(builders.event(EVENT, allotments=[builders.allotment("place", 3), *rooms]))


def read_errors(answer: Any) -> set[tuple[str, str]]:
    assert answer.status_code == 422, answer.body
    return {(error["field"], error["code"]) for error in answer.json_body["errors"]}


def test_everything_wrong_with_a_registration_is_named() -> None:
    """Phone, rooms, consent, privacy, an unknown field and the key; nothing is written."""
    document = builders.person(**WRONG, privacy_accepted=False, yacht=1)
    answer = post(HERE, document, {"Idempotency-Key": "k" * 300})
    assert read_errors(answer) == NAMED | {
        ("privacy_accepted", "privacy_not_accepted"),
        ("yacht", "unknown_field"),
        ("idempotency_key", "too_long"),
    }
    assert list(store.list_registrations(EVENT)) == []


def test_everything_wrong_with_a_form_is_named() -> None:
    """On the page that shows it again; an unticked box is among it."""
    fields = [("family_name", "A"), ("email", "x"), ("phone", "1"), ("needs", "yacht"), ("dietary.note", "nuts")]
    page = post_form(f"{HERE}?lang=en", fields, **PAGE).body.decode()
    for field in ("given_name", "email", "phone", "needs", "dietary.consent", "privacy_accepted"):
        assert f'<a href="#{field}">' in page


def test_everything_wrong_with_a_change_is_named() -> None:
    """For the participant and for an organiser; the address that stays and the wishes, too."""
    anna = register(builders.event(EVENT), "Anna")
    change = WRONG | {"email": "other@example.org", "wait_for": ["place", "boat"], "given_name": ""}
    expected = NAMED | {
        ("email", "not_changeable"),
        ("wait_for", "has_it"),
        ("wait_for.1", "unknown_need"),
        ("given_name", "required"),
    }
    link = registration_links.build_link(EVENT, anna.id)
    assert read_errors(call("PATCH", link, change)) == expected
    by_organiser = expected | {("dietary", "only_the_person")}
    assert read_errors(as_organiser("PATCH", f"{EVENT_URL}/registrations/{anna.id}", change)) == by_organiser


def test_everything_wrong_with_a_party_is_named() -> None:
    """Of each person, of the party, and between them: an address given twice, and fewer rooms than they need."""
    member = builders.person("Bo", needs=["single"])
    del member["privacy_accepted"]
    people = [member, {**member, "phone": "1"}, {**member, "email": "x", "needs": ["yacht"]}]
    document = builders.person("Anna", needs=["single"]) | {"party": people, "accept_fewer": 1}
    assert read_errors(post(HERE, document)) == {
        ("accept_fewer", "wrong_type"),
        ("party", "too_large"),
        ("party.1.email", "twice"),
        ("party.1.phone", "not_a_phone_number"),
        ("party.2.email", "not_an_address"),
        ("party.2.needs.0", "unknown_need"),
    }


@pytest.mark.parametrize(("language", "titles"), [("da", "Enkeltværelse, Delt"), ("en", "Single room, Shared")])
def test_a_choice_is_named_in_its_error(language: str, titles: str) -> None:
    """By its title in the reader's language, whatever that of the mails is; an unknown one as it was sent."""
    answer = post(HERE, builders.person(**WRONG, language="da"), {"Accept-Language": language})
    messages = {error["code"]: error["message"] for error in answer.json_body["errors"]}
    assert titles in messages["choose_one"]
    assert "“yacht”" in messages["unknown_need"]


@pytest.mark.parametrize("needs", [None, "single", 5, {"single": True}, [None, 1, ["single"]], ["x" * 9000]])
def test_choices_that_are_no_list_of_names_are_refused(needs: Any) -> None:
    """Whatever they are, beside the other errors."""
    errors = read_errors(post(HERE, builders.person(needs=needs, phone="1")))
    assert ("phone", "not_a_phone_number") in errors
    assert any(field.startswith("needs") for field, _ in errors)


@pytest.mark.parametrize("value", [1, 0, "on", "true", "1", "yes", 1.0, [True]])
def test_only_true_and_false_are_booleans_in_json(value: Any) -> None:
    """A form's checkbox alone has words for them."""
    assert read_errors(post(HERE, builders.person(privacy_accepted=value))) == {
        ("privacy_accepted", "privacy_not_accepted")
    }
    fed = builders.person(dietary={"meals": ["vegan"], "consent": value})
    assert read_errors(post(HERE, fed)) == {("dietary.consent", "wrong_type")}
    anna = register(builders.event(EVENT), "Anna")
    link = registration_links.build_link(EVENT, anna.id)
    for path, body in (
        (f"{link}/refusal", {"keep_place": value}),
        (f"{EVENT_URL}/registrations/{anna.id}/promotion", {"reason": "x", "confirm": value}),
        (f"{EVENT_URL}/recount", {"repair": value}),
        (f"{EVENT_URL}/bookings", {"csv": "reference\n", "confirm": value}),
    ):
        [(field, code)] = read_errors(as_organiser("POST", path, body))
        assert (field in ("keep_place", "confirm", "repair"), code) == (True, "wrong_type")
    answer = as_organiser("PUT", f"{EVENT_URL}/allotments/place", {"capacity": 0, "confirm": value})
    assert read_errors(answer) == {("confirm", "wrong_type")}


@pytest.mark.parametrize("value", ["on", "true", "1", "ON", " true "])
def test_a_forms_checkbox_counts(value: str) -> None:
    """As browsers and other sites send it."""
    fields = {"given_name": "A", "family_name": "B", "email": "a@example.org", "privacy_accepted": value}
    assert post_form(HERE, fields).status_code == 303
