"""Whatever is posted, the answer is honest and nothing is left half-written."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.registration import store
from testing import builders
from testing.world import check_counters, publish
from tests.web.browser import FORM, JSON, post

pytestmark = pytest.mark.usefixtures("quick_aws")

EVENT = "anything"
HERE = f"/events/{EVENT}/registrations"

NEEDS = ("place", "bus", "room", "bed")
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
)
names = st.text(max_size=30) | st.sampled_from(["Søren", "Nguyễn", "=cmd", "<b>", "A\r\nBcc: x"])
addresses = st.sampled_from([f"{name}@example.org" for name in "abcdefgh"]) | st.emails() | st.text(max_size=20)

people = st.fixed_dictionaries(
    {"given_name": names, "family_name": names, "email": addresses, "privacy_accepted": st.just(True)},
    optional={
        "needs": st.lists(st.sampled_from([*NEEDS, "yacht"]), max_size=5) | anything,
        "phone": st.sampled_from(["20 12 34 56", "12345678", ""]) | anything,
        "travel": st.fixed_dictionaries({}, optional={"title": st.sampled_from(["MR", "KING"])}) | anything,
        "dietary": st.fixed_dictionaries({}, optional={"meals": st.just(["vegan"]), "consent": scalars})
        | anything,
        "language": st.sampled_from(["da", "en", "sv"]),
        "organisation": scalars,
    },
)


@st.composite
def plausible(draw: st.DrawFn) -> dict[str, Any]:
    """A registration that is right, so that places run out and the line grows."""
    name = draw(st.sampled_from("abcdefghijklmnop"))
    needs = draw(st.lists(st.sampled_from(NEEDS[:3]), max_size=2))
    return builders.person(email=f"{name}@example.org", needs=needs)


def as_json(document: Any) -> bytes:
    return json.dumps(document).encode("utf-8", "surrogatepass")


bodies = (
    (plausible().map(as_json) | people.map(as_json) | anything.map(as_json) | st.binary(max_size=60)).map(
        lambda body: (body, JSON)
    )
    | (st.text(max_size=80).map(lambda text: (text.encode("utf-8", "surrogatepass"), FORM)))
    | st.tuples(
        people.map(as_json), st.sampled_from(["", "text/plain", "application/json; charset=x"]).map(
            lambda kind: {"Content-Type": kind}
        )
    )
)  # fmt: skip


@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(bodies)
def one_thousand_bodies(sent: tuple[bytes, dict[str, str]]) -> None:
    answer = post(HERE, *sent)
    assert answer.status_code in {201, 303, 400, 409, 413, 415, 422}, (sent, answer.body)
    if answer.status_code >= 400:
        assert answer.json_body["status"] == answer.status_code


def test_random_bodies_give_honest_answers_and_leave_nothing_half_written() -> None:
    """A thousand bodies: no 5xx, and the counters agree with the registrations afterwards."""
    allotments = [builders.allotment(name, capacity) for name, capacity in zip(NEEDS, (8, 3, 2, 0), strict=True)]
    registration = builders.event_document()["registration"] | {"most_per_source": 10_000}
    publish(builders.event(EVENT, allotments=allotments, registration=registration))
    one_thousand_bodies()
    check_counters(EVENT)
    statuses = {registered.status for registered in store.list_registrations(EVENT)}
    assert statuses == {"confirmed", "waiting"}
