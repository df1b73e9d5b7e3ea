"""A change of who a registration is of drops what belonged to the former person, and says so."""

from typing import Any

import pytest

from chalicelib.registration import sealing
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.model import Registration
from testing import builders, registration_links
from testing.world import publish, register, reload
from tests.mail.samples import overnight_meeting
from tests.web.browser import PAGE, as_organiser, call, get, post_form
from tests.web.markup import find_errors
from tests.web.participant.test_change_page import sent_as_shown

pytestmark = pytest.mark.usefixtures("aws")

FOOD = {"meals": ["vegan"], "allergens": ["nuts"], "note": "epipen", "consent": True}
TRAVEL = {
    "special_assistance": ["WCHR"],
    "name_on_id": {"given": "Anna Kirstine", "family": "Hansen"},
    "title": "MS",
    "share_with": "Carl",
    "emergency_contact": {"name": "Carl Hansen", "phone": "+4520123457"},
}
METTE = {"given_name": "Mette", "family_name": "Sørensen"}
EVERYTHING = ["dietary", "travel.special_assistance", "travel.name_on_id", "travel.emergency_contact"]


def traveller(**details: Any) -> Registration:
    """Anna Hansen, who has told all that there is, unless details say otherwise."""
    event = publish(overnight_meeting())
    told = details or {"travel": TRAVEL, "dietary": FOOD}
    return register(event, "Anna", ("flight_out", "single_room"), phone="20123456", language="en", **told)


def link_of(who: Registration) -> str:
    return registration_links.build_link(who.event_id, who.id)


def patch(who: Registration, body: dict[str, Any]) -> Any:
    answer = call("PATCH", link_of(who), body)
    assert answer.status_code == 200, answer.body
    return answer.json_body


def opened(who: Registration) -> Attendee:
    return sealing.unseal(reload(who)).attendee


def test_another_person_takes_nothing_of_the_former_ones() -> None:
    """Health, consent, the card and the next of kin go, and are named; phone, room and title stay."""
    anna = traveller()
    assert patch(anna, METTE)["dropped"] == EVERYTHING
    now = opened(anna)
    assert (now.name, now.dietary, now.phone) == ("Mette Sørensen", None, "+4520123456")
    assert now.travel is not None
    assert now.travel.model_dump(exclude_defaults=True) == {"title": "MS", "share_with": "Carl"}
    assert reload(anna).sealed_health == b""


def test_the_card_says_who_it_is_too() -> None:
    """Two other names on it are another person; it is the new one's."""
    anna = traveller()
    card = {"given": "Mette", "family": "Sørensen"}
    dropped = patch(anna, {"travel": {"name_on_id": card}})["dropped"]
    assert dropped == ["dietary", "travel.special_assistance", "travel.emergency_contact"]
    travel = opened(anna).travel
    assert travel is not None
    assert travel.name_on_id is not None
    assert travel.name_on_id.model_dump() == card


@pytest.mark.parametrize("mended", [
    {"given_name": "Ane", "family_name": "Hanson"}, {"given_name": "Mette"}, {"family_name": "Sørensen"},
    {"given_name": "Hansen", "family_name": "Anna"}, {"given_name": "ANNA", "family_name": "HANSEN"},
    {"travel": {"name_on_id": {"given": "Mette"}}}, {"travel": {"name_on_id": None}}, {"phone": None},
])  # fmt: skip
def test_a_mended_spelling_drops_nothing(mended: dict[str, Any]) -> None:
    """One name, a few letters, swapped fields, a card that is taken away: still the same person."""
    anna = traveller()
    assert "dropped" not in patch(anna, mended)
    assert opened(anna).dietary == builders.attendee(dietary=FOOD).dietary


def test_a_card_told_for_the_first_time_drops_nothing() -> None:
    """A traveller who is known by another name than stands on it keeps what they told."""
    anna = traveller(dietary=FOOD)
    assert "dropped" not in patch(anna, {"travel": {"name_on_id": {"given": "Mette", "family": "Sørensen"}}})


def test_only_what_was_there_is_named() -> None:
    """A person who had told of food alone loses that alone, and one who had told nothing loses nothing."""
    assert patch(traveller(dietary=FOOD), METTE)["dropped"] == ["dietary"]


def test_nothing_to_drop_says_nothing() -> None:
    """The answer has no such member."""
    assert "dropped" not in patch(traveller(organisation="Askov"), METTE)


def test_what_the_new_person_tells_is_kept() -> None:
    """Food told in the same request is all theirs: the former person's allergies are not mixed into it."""
    anna = traveller()
    told = {"dietary": {"meals": ["halal"], "consent": True}, "travel": {"special_assistance": ["DEAF"]}}
    assert patch(anna, METTE | told)["dropped"] == ["travel.name_on_id", "travel.emergency_contact"]
    now = opened(anna)
    assert now.dietary == builders.attendee(dietary=told["dietary"]).dietary
    assert now.travel is not None
    assert now.travel.special_assistance == ("DEAF",)


def test_the_consent_of_the_former_person_is_not_the_new_ones() -> None:
    """Food without a consent of its own is refused, and nothing is changed."""
    anna = traveller()
    answer = call("PATCH", link_of(anna), METTE | {"dietary": {"meals": ["halal"]}})
    assert [(each["field"], each["code"]) for each in answer.json_body["errors"]] == [
        ("dietary.consent", "consent_needed")
    ]
    assert reload(anna) == anna


def test_a_person_with_one_name_can_be_another_one() -> None:
    """Their only name is both names; a family name that is added to it changes nothing."""
    event = publish(overnight_meeting())
    who = register(event, "Suharto", family_name="", dietary=FOOD)
    assert "dropped" not in patch(who, {"family_name": "Widodo"})
    assert "dropped" not in patch(who, {"family_name": ""})
    assert patch(who, {"given_name": "Megawati"})["dropped"] == ["dietary"]


def test_the_form_drops_what_it_was_filled_in_with() -> None:
    """It sends back the former person's answers; the page says what is deleted, until the next change."""
    anna = traveller()
    page = get(f"{link_of(anna)}/change", **PAGE).body.decode()
    answer = post_form(f"{link_of(anna)}/change", sent_as_shown(page, **METTE), **PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (303, link_of(anna))
    now = opened(anna)
    assert (now.dietary, now.travel and now.travel.special_assistance) == (None, ())
    shown = get(link_of(anna), **PAGE).body.decode()
    told = "Food, Assistance at the airport, Name as on passport or identity card, Emergency contact"
    assert f"what the former one had told us is deleted: {told}." in shown
    assert find_errors(shown) == []
    patch(anna, {"phone": "20123458"})
    assert "what the former one had told us" not in get(link_of(anna), **PAGE).body.decode()


def test_the_form_keeps_what_was_written_anew() -> None:
    """An answer that is not the former person's is the new one's."""
    anna = traveller()
    page = get(f"{link_of(anna)}/change", **PAGE).body.decode()
    fields = sent_as_shown(page, **METTE, **{"dietary.note": "Ingen koriander", "dietary.allergens": []})
    assert post_form(f"{link_of(anna)}/change", fields, **PAGE).status_code == 303
    dietary = opened(anna).dietary
    assert dietary is not None
    assert (dietary.note, dietary.allergens) == ("Ingen koriander", ())


def test_an_organiser_makes_it_another_persons() -> None:
    """The same by an organiser's change; the history says what was deleted, and nothing of what it was."""
    anna = traveller()
    path = f"/organiser/events/{anna.event_id}/registrations/{anna.id}"
    answer = as_organiser("PATCH", path, METTE)
    assert answer.json_body["dropped"] == EVERYTHING
    assert opened(anna).dietary is None
    [*_, last] = as_organiser("GET", path, Accept_Language="en").json_body["registration"]["history"]
    assert "It is another person now, so this was deleted: Food, Assistance at the airport" in last["text"]
    assert "epipen" not in str(reload(anna).history)


def test_it_stays_as_it_was_where_the_names_are_locked() -> None:
    """Once the airline has the lists, a participant's change of who it is is refused whole."""
    event = publish(overnight_meeting(deadlines={"names": "2019-10-02T12:00"}))
    anna = register(event, "Anna", ("flight_out",), travel=TRAVEL, dietary=FOOD)
    assert call("PATCH", link_of(anna), METTE).json_body["type"].rpartition("/")[2] == "lists-are-out"
    assert reload(anna) == anna
