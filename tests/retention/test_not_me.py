"""*This was not me*: what a mailbox disowns, and what is left of it."""

import json
from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.attendance import check_in
from chalicelib.aws import keys, table
from chalicelib.aws.keys import LinkRequestKey
from chalicelib.facts import LinkRequested
from chalicelib.problems import AlreadyRegistered, LinkNotValid, OpenTheMailedLink
from chalicelib.registration import flows, moving_up, store
from chalicelib.registration.access import Access
from chalicelib.registration.model import Registration
from chalicelib.retention import erasure, not_me
from chalicelib.workers.stream import derive_facts
from testing.registration_links import build_access
from testing.world import check_counters, publish_with_places, read_statuses, register, register_party, settle

pytestmark = pytest.mark.usefixtures("aws")


def remains(who: Registration) -> dict[str, object]:
    return table.get(keys.registration_key(who.event_id, who.id)) or {}


def requests(event_id: str) -> list[LinkRequested]:
    items = table.query(event_id, LinkRequestKey.prefix())
    told = [fact for item in items for fact in derive_facts(None, item, "")]
    return [fact for fact in told if isinstance(fact, LinkRequested)]


def disown(who: Registration) -> Access:
    access = build_access(who.event_id, who.id)
    not_me.disown(access, clock.now())
    return access


def test_disowned_registration_is_erased_and_its_place_goes_on() -> None:
    """Nothing that is left names the address; organisers see how many."""
    event = publish_with_places(1)
    anna, bo = register(event, "Anna"), register(event, "Bo")
    disown(anna)
    settle(event)
    assert read_statuses(bo) == ["confirmed"]
    assert store.find(event.id, anna.id) is None
    assert "anna@" not in json.dumps(remains(anna), default=str)
    assert "expires_at" not in remains(anna)
    assert store.read_places(event.id).not_me == 1


def test_twice_is_once() -> None:
    """A second click finds it done, and counts nothing."""
    event = publish_with_places(1)
    access = disown(register(event, "Anna"))
    not_me.disown(access, clock.now())
    assert store.read_places(event.id).not_me == 1


def test_only_the_mailed_link_disowns() -> None:
    """Whoever has the answer's link has typed the address."""
    event = publish_with_places(1)
    anna = register(event, "Anna")
    with pytest.raises(OpenTheMailedLink):
        not_me.disown(build_access(event.id, anna.id, "answer"), clock.now())
    assert read_statuses(anna) == ["confirmed"]


def test_erased_or_made_anew_it_is_no_longer_theirs() -> None:
    """The link leads nowhere then, and blocks nothing."""
    event = publish_with_places(1)
    anna = register(event, "Anna")
    access = build_access(event.id, anna.id)
    erasure.erase(access, clock.now())
    with pytest.raises(LinkNotValid):
        not_me.disown(access, clock.now())
    with pytest.raises(LinkNotValid):
        not_me.take_back(access, clock.now())
    anew = register(event, "Anna", key="anew")
    with pytest.raises(LinkNotValid):
        not_me.disown(access, clock.now())
    assert read_statuses(anew) == ["confirmed"]


def test_next_day_one_more_mail_asks() -> None:
    """Not more, however often the address is used."""
    event = publish_with_places(2)
    disown(register(event, "Anna"))
    for day in range(2):
        for attempt in range(2):
            with pytest.raises(AlreadyRegistered):
                register(event, "Anna", key=f"{day} {attempt}")
        clock.advance(timedelta(days=1))
    assert len(requests(event.id)) == 2


def test_member_of_a_party_that_is_disowned_is_named_as_registered() -> None:
    """As any other address that is registered."""
    event = publish_with_places(3)
    disown(register(event, "Bo"))
    with pytest.raises(AlreadyRegistered) as refused:
        register_party(event, "Anna", "Bo")
    assert [error.field for error in refused.value.errors] == ["party.1.email"]


@pytest.mark.parametrize("race", ["check-in", "promotion", "cancellation", "erasure", "disowning"])
def test_race_ends_with_a_disowned_registration(race: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What happens between its read and its write; only an erasure that is quicker leaves nothing to disown."""
    event = publish_with_places(1)
    first = register(event, "First")
    anna = register(event, "Anna") if race == "promotion" else first
    access = build_access(event.id, anna.id)
    load = flows.load_by_mailed_link

    def happen(given: Access) -> Registration:
        registration = load(given)
        monkeypatch.setattr(not_me, "load_by_mailed_link", load)
        match race:
            case "check-in":
                check_in.check_in(Access(event.id, anna.id), clock.now(), clock.now())
            case "promotion":
                flows.cancel(build_access(event.id, first.id), clock.now())
                moving_up.settle(event.id, clock.now())
            case "cancellation":
                flows.cancel(access, clock.now())
            case "erasure":
                erasure.erase(access, clock.now())
            case "disowning":
                not_me.disown(access, clock.now())
        return registration

    monkeypatch.setattr(not_me, "load_by_mailed_link", happen)
    if race == "erasure":
        with pytest.raises(LinkNotValid):
            not_me.disown(access, clock.now())
    else:
        not_me.disown(access, clock.now())
    check_counters(event.id)
    assert store.find(event.id, anna.id) is None
    assert store.is_disowned(remains(anna)) is (race != "erasure")
    assert store.read_places(event.id).taken.get("place", 0) == 0
