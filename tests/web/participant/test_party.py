"""The page and the calls of a person who registered others."""

from typing import Any

import pytest

from chalicelib.auth.link_tokens import build_token
from chalicelib.registration import store
from testing import builders
from testing.registration_links import build_link
from testing.world import publish
from tests.web.browser import PAGE, call, get, post, post_form
from tests.web.desk import extract_text

pytestmark = pytest.mark.usefixtures("quick_aws")

EVENT = "leverandoerernes-oenskeseddel"
HERE = f"/events/{EVENT}/registrations"
MEMBERS = [{**builders.person(name, "Hansen"), "phone": "20 12 34 56"} for name in ("Bo", "Carl")]
for each in MEMBERS:
    del each["privacy_accepted"]


@pytest.fixture
def led() -> dict[str, Any]:
    """The answer to a leader, Anna, who registered two others."""
    publish(builders.event())
    document: dict[str, Any] = post(HERE, builders.person("Anna", "Hansen") | {"party": MEMBERS}).json_body
    return document


@pytest.fixture
def posted() -> dict[str, Any]:
    """The answer to a person who registered two others, and not herself."""
    publish(builders.event())
    document: dict[str, Any] = post(HERE, {"privacy_accepted": True, "party": MEMBERS}).json_body
    return document


def link_of(answer: dict[str, Any]) -> str:
    return str(answer["registration"]["links"]["self"])


def kind_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json_body["type"].rpartition("/")[2]


def change(registration_id: str) -> None:
    answer = call("PATCH", build_link(EVENT, registration_id, "mailed"), {"phone": "20 12 34 57"})
    assert answer.status_code == 200


def test_a_leader_cancels_and_corrects(led: dict[str, Any]) -> None:
    """JSON: the registration, and each of the party as it stands then, in the order posted."""
    link, (_, bo, carl) = link_of(led), led["party"]
    answer = post(f"{link}/party/{bo['id']}/cancellation")
    assert (answer.status_code, answer.json_body["registration"]["links"]["self"]) == (200, link)
    assert [each["status"] for each in answer.json_body["party"]] == ["confirmed", "cancelled", "confirmed"]
    answer = post(f"{link}/party/{carl['id']}/address", {"email": "carla@example.org"})
    assert [each["name"] for each in answer.json_body["party"]] == ["Anna Hansen", "Bo Hansen", "Carl Hansen"]
    assert answer.json_body["party"] == get(link).json_body["party"]
    addresses = {each.attendee.email for each in store.list_registrations(EVENT)}
    assert addresses == {"anna.hansen@example.org", "bo.hansen@example.org", "carla@example.org"}
    assert kind_of(get(build_link_before(carl))) == (404, "link-not-valid")


def build_link_before(member: dict[str, Any]) -> str:
    """Build a link of the registration before: whatever its generation was, it is none any more."""
    return f"/registrations/{build_token('mailed', EVENT, member['id'], 'former')}"


def test_what_a_leader_may_not(led: dict[str, Any]) -> None:
    """Refused with a type of its own, and nothing is written."""
    link, (anna, bo, carl) = link_of(led), led["party"]
    here = f"{link}/party/{bo['id']}/address"
    assert kind_of(post(here, {"email": "carl.hansen@example.org"})) == (409, "already-registered")
    assert kind_of(post(here, {"email": "no address"})) == (422, "invalid-fields")
    assert kind_of(post(here, {})) == (422, "invalid-fields")
    assert kind_of(post(f"{link}/party/{anna['id']}/cancellation")) == (404, "not-found")
    assert kind_of(post(f"{link}/party/nobody/cancellation")) == (404, "not-found")
    change(carl["id"])
    for action, body in (("cancellation", {}), ("address", {"email": "x@example.org"})):
        assert kind_of(post(f"{link}/party/{carl['id']}/{action}", body)) == (403, "in-own-hands")
    assert {each.status for each in store.list_registrations(EVENT)} == {"confirmed"}


def test_a_member_who_used_their_own_link_has_no_name_any_more(led: dict[str, Any]) -> None:
    """On the page and in JSON: a link reads nothing that another has written. Status and position stay."""
    link, (_, bo, _) = link_of(led), led["party"]
    answer = call("PATCH", build_link(EVENT, bo["id"], "mailed"), {"given_name": "Bodil"})
    assert answer.status_code == 200
    shown = get(link).json_body["party"]
    assert [each["name"] for each in shown] == ["Anna Hansen", None, "Carl Hansen"]
    assert shown[1] | {"name": ""} == bo | {"name": ""}
    page = get(link, **PAGE).body.decode()
    assert [name for name in ("Bodil", "Bo Hansen", "bo.hansen") if name in page] == []
    assert f"/party/{bo['id']}/" not in page
    assert "Carl Hansen" in page


def test_the_page_has_both_as_forms(led: dict[str, Any]) -> None:
    """In both languages, with the address as it was typed; each leads back to the page."""
    link, (_, bo, carl) = link_of(led), led["party"]
    page = get(link, **PAGE).body.decode()
    text = extract_text(page)
    assert "Tilmeldt sammen med dig" in text
    assert 'value="bo.hansen@example.org"' in page
    token = link.rpartition("/")[2]
    for member, action, fields in ((bo, "address", {"email": "b@example.org"}), (carl, "cancellation", {})):
        assert f'action="/registrations/{token}/party/{member["id"]}/{action}"' in page
        answer = post_form(f"{link}/party/{member['id']}/{action}", fields)
        assert (answer.status_code, answer.headers["Location"]) == (303, link)
    after = get(link, **PAGE).body.decode()
    assert 'value="b@example.org"' in after
    assert f"/party/{carl['id']}/" not in after


def test_who_is_not_among_them_cancels_and_corrects_only(posted: dict[str, Any]) -> None:
    """The link shows how the first stands, and the party; all else is the people's own."""
    link, (bo, carl) = link_of(posted), posted["party"]
    shown = get(link).json_body
    assert shown["registration"].keys() == {"id", "event_id", "status", "waiting", "links"}
    assert shown == posted
    refused = [
        call("PATCH", link, {"phone": "20 12 34 57"}),
        call("DELETE", link),
        *(post(f"{link}/{action}") for action in ("mail", "acceptance", "refusal", "erasure")),
        *(get(f"{link}/{part}") for part in ("personal-data", "calendar.ics", "change", "cancel", "erase")),
        post(f"{link}/change", {"phone": "20 12 34 57"}),
    ]
    assert {kind_of(answer) for answer in refused} == {(403, "open-the-mailed-link")}
    answer = post(f"{link}/party/{bo['id']}/address", {"email": "b@example.org"})
    moved = link_of(answer.json_body)
    assert moved != link
    assert kind_of(get(link)) == (404, "link-not-valid")
    assert get(moved).json_body == answer.json_body
    assert post(f"{moved}/party/{carl['id']}/cancellation").json_body["party"][1]["status"] == "cancelled"
    assert post(f"{moved}/cancellation").json_body["registration"]["status"] == "cancelled"
    first = store.find(EVENT, answer.json_body["registration"]["id"])
    assert first
    assert first.history[-1]["by"] == "leader"


def test_the_page_of_who_is_not_among_them(posted: dict[str, Any]) -> None:
    """Names and addresses as they were posted, and no way to the details; a correction leads to the new page."""
    link, (bo, _) = link_of(posted), posted["party"]
    page = get(link, **PAGE).body.decode()
    assert [word for word in ("Bo Hansen", "carl.hansen@example.org") if word not in page] == []
    assert [way for way in ("/change", "/personal-data", "20 12", "4520") if way in page] == []
    answer = post_form(f"{link}/party/{bo['id']}/address", {"email": "b@example.org"})
    assert answer.status_code == 303
    assert 'value="b@example.org"' in get(answer.headers["Location"], **PAGE).body.decode()


def test_the_first_of_them_has_a_link_for_themselves(posted: dict[str, Any]) -> None:
    """Their mailed link opens their own registration, and nothing of the others."""
    _, (bo, carl) = posted["registration"], posted["party"]
    own = build_link(EVENT, bo["id"], "mailed")
    assert get(own).json_body.keys() == {"registration"}
    assert "Carl" not in get(own, **PAGE).body.decode()
    assert kind_of(post(f"{own}/party/{carl['id']}/cancellation")) == (404, "not-found")
    change(bo["id"])
    shown = get(link_of(posted)).json_body["party"]
    assert [each["name"] for each in shown] == [None, "Carl Hansen"]
