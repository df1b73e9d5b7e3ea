"""Errors of a posted party name the field and the member."""

from typing import Any

import pytest

from chalicelib.registration import sealing, store
from testing import builders
from tests.web.browser import PAGE, post, post_form
from tests.web.markup import find_errors
from tests.web.public.test_parties import EVENT, HERE, member, open_event, party

pytestmark = pytest.mark.usefixtures("aws")

SIX = ("Anna", "Bo", "Carl", "Dorte", "Emil", "Finn")


def errors(document: dict[str, Any], **headers: str) -> list[tuple[str, str]]:
    """The bad fields of a rejected party, none of whom is registered."""
    answer = post(HERE, document, headers)
    assert answer.status_code == 422, answer.body
    assert list(store.list_registrations(EVENT)) == []
    return [(error["field"], error["code"]) for error in answer.json_body["errors"]]


BAD = [
    ({"party": [member("Anna"), member("Bo", email="x")]}, [("party.1.email", "not_an_address")]),
    ({"party": [member("Anna", needs=["bed", "yacht"])]}, [("party.0.needs.1", "unknown_need")]),
    ({"party": [member("Anna", needs=["bed", "room"])]}, [("party.0.needs", "choose_one")]),
    ({"party": [member("Anna", dietary={"meals": ["vegan"]})]}, [("party.0.dietary", "only_the_person")]),
    ({"party": [member("Anna", travel={"title": "X"})]}, [("party.0.travel.title", "not_a_choice")]),
    ({"party": [member("Anna", accept_fewer=True)]}, [("party.0.accept_fewer", "unknown_field")]),
    ({"party": [member("Anna", party=[])]}, [("party.0.party", "unknown_field")]),
    ({"party": [member("Anna", privacy_accepted=False)]}, [("party.0.privacy_accepted", "privacy_not_accepted")]),
    ({"party": [member("Anna")], "accept_fewer": "perhaps"}, [("accept_fewer", "wrong_type")]),
    ({"party": [member("Anna")], "privacy_accepted": 0}, [("party.0.privacy_accepted", "privacy_not_accepted")]),
    ({"party": [member("Anna")], "needs": ["yacht"]}, [
        ("given_name", "required"), ("email", "required"), ("needs.0", "unknown_need")]),
    ({"party": [member("Anna"), "Bo"]}, [("party.1", "wrong_type")]),
    ({"party": "Anna"}, [("party", "wrong_type")]),
    ({"party": None}, [("party", "wrong_type")]),
    ({"party": []}, [("party", "required")]),
]  # fmt: skip


@pytest.mark.parametrize(("document", "bad"), BAD)
def test_bad_fields_are_named_with_whose_they_are(document: dict[str, Any], bad: list[tuple[str, str]]) -> None:
    """The path begins with the member's; none of the party is registered."""
    open_event()
    assert errors({"privacy_accepted": True} | document) == bad


def test_every_members_bad_fields_are_named_at_once() -> None:
    """The sender's own fields are named, too."""
    open_event()
    document = {**builders.person("Anna", phone="1"), "party": [member("Bo", email="x"), {"given_name": "Carl"}]}
    assert errors(document) == [
        ("phone", "not_a_phone_number"),
        ("party.0.email", "not_an_address"),
        ("party.1.email", "required"),
    ]


def test_without_privacy_nobody_is_registered() -> None:
    """Without the consent beside the party and in its members, it is missing for each."""
    open_event()
    assert errors({"party": [member("Anna"), member("Bo", privacy_accepted=True)]}) == [
        ("party.0.privacy_accepted", "required")
    ]


def test_at_most_five_register_together() -> None:
    """Six members, or five and the sender, are rejected in both languages; five get in."""
    open_event()
    messages = []
    for document in (party(*SIX), {**builders.person("Anna"), "party": [member(name) for name in SIX[1:]]}):
        assert errors(document) == [("party", "too_many")]
        for language in ("da", "en"):
            answer = post(HERE, document, {"Accept-Language": language})
            messages.append(answer.json_body["errors"][0]["message"])
    assert len({*messages[2:]}) == 2
    assert all("5" in message for message in messages)
    assert post(HERE, party(*SIX[1:])).status_code == 201


@pytest.mark.parametrize("second", ["anna.hansen@example.org", "ANNA.Hansen@Example.org"])
def test_each_has_an_address_of_their_own(second: str) -> None:
    """The second member with an address is named, however it is spelled, also where the first is the sender."""
    open_event()
    assert errors({"privacy_accepted": True, "party": [member("Anna"), member("Bo", email=second)]}) == [
        ("party.1.email", "twice")
    ]
    own = builders.person("Anna", "Hansen") | {"party": [member("Bo", email=second)]}
    assert errors(own) == [("party.0.email", "twice")]


def test_a_browser_is_told_what_is_wrong_with_a_party() -> None:
    """A form of another site gets the page back with its errors."""
    open_event()
    fields = {"privacy_accepted": "on", "party.0.given_name": "Anna", "party.0.family_name": "Hansen"}
    answer = post_form(HERE, fields, **PAGE)
    assert answer.status_code == 422
    assert "Udfyld dette felt." in answer.body.decode()


def test_a_party_larger_than_all_there_is_is_told_so() -> None:
    """A party that is too large would wait for ever; with `accept_fewer` as many get in as there is room for."""
    open_event(2)
    three = party("Anna", "Bo", "Carl")
    assert errors(three) == [("party", "too_large")]
    assert errors(three | {"party": [each | {"needs": ["bed"]} for each in three["party"][:2]]}) == [
        ("party", "too_large")
    ]
    answered = post(HERE, three | {"accept_fewer": True}).json_body["party"]
    assert [each["status"] for each in answered] == ["confirmed", "confirmed", "waiting"]


FOOD = {"meals": ["vegan"], "consent": True}
TOLD_FOR_OTHERS: list[tuple[dict[str, Any], list[str]]] = [
    ({"dietary": FOOD}, ["dietary"]),
    ({"dietary": {"consent": True}}, ["dietary"]),
    ({"dietary": {"allergens": ["moon"], "yacht": 1}}, ["dietary"]),
    ({"dietary": "vegan"}, ["dietary"]),
    ({"travel": {"special_assistance": ["WCHR"]}}, ["travel.special_assistance"]),
    ({"travel": {"special_assistance": "WCHR", "title": "MR"}, "dietary": FOOD}, [
        "dietary", "travel.special_assistance"]),
]  # fmt: skip


@pytest.mark.parametrize(("told", "names"), TOLD_FOR_OTHERS)
def test_only_the_person_tells_their_health(told: dict[str, Any], names: list[str]) -> None:
    """Whatever a companion's document says of food, consent or assistance is refused, by a sender who comes along
    and by one who does not."""
    open_event()
    for document, member_path in (
        ({"privacy_accepted": True, "party": [member("Anna", **told)]}, "party.0."),
        (builders.person("Anna", dietary=FOOD) | {"party": [member("Bo"), member("Carl", **told)]}, "party.1."),
    ):
        assert errors(document) == [(member_path + name, "only_the_person") for name in names]
        answer = post(HERE, document)
        assert answer.json_body["type"].rpartition("/")[2] == "only-the-person"


def test_the_other_bad_fields_are_named_as_well() -> None:
    """A bad address beside it is told in the same answer, in the reader's language."""
    open_event()
    answer = post(HERE, {"privacy_accepted": True, "party": [member("Anna", email="x", dietary=FOOD)]})
    assert {error["field"] for error in answer.json_body["errors"]} == {"party.0.email", "party.0.dietary"}
    assert "linket i deres egen mail" in answer.json_body["errors"][-1]["message"]


@pytest.mark.parametrize("nothing", [
    {"dietary": None}, {"dietary": {}}, {"dietary": {"meals": [], "note": "", "consent": False}},
    {"travel": {"special_assistance": []}}, {"travel": {"title": "MR"}},
])  # fmt: skip
def test_what_tells_nothing_is_taken(nothing: dict[str, Any]) -> None:
    """An empty field of a companion says nothing about their health."""
    open_event()
    assert post(HERE, {"privacy_accepted": True, "party": [member("Anna", **nothing)]}).status_code == 201


def test_the_sender_tells_their_own_food() -> None:
    """Beside a party as without one."""
    open_event()
    posted = builders.person("Anna", dietary=FOOD) | {"party": [member("Bo")]}
    assert post(HERE, posted).status_code == 201
    [dietary] = [each.attendee.dietary for each in map(sealing.unseal, store.list_registrations(EVENT))
                 if each.attendee.dietary]  # fmt: skip
    assert dietary.meals == ("vegan",)


def test_a_form_names_the_colleague_whose_health_was_told() -> None:
    """A form of another site gets the page back, and the summary leads to the colleague."""
    open_event()
    fields = {"privacy_accepted": "on", "language": "en"} | {
        f"{prefix}{field}": value
        for prefix, name in (("", "Anna"), ("party.0.", "Bo"))
        for field, value in (("given_name", name), ("family_name", "Holm"), ("email", f"{name}@example.org"))
    }
    answer = post_form(HERE, fields | {"party.0.dietary.meals": "vegan"}, **PAGE)
    page = answer.body.decode()
    assert answer.status_code == 422
    assert 'href="#party.0.dietary">Colleague 1: ' in page
    assert 'id="party.0.dietary"' in page
    assert find_errors(page) == []
