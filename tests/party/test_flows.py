"""What the person who registered a party changes for its members."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock, facts
from chalicelib.aws import keys, table
from chalicelib.aws.items import Update
from chalicelib.aws.rate_limits import RateLimit
from chalicelib.aws.table import ConditionFailed
from chalicelib.party import flows as party_flows
from chalicelib.party import members
from chalicelib.problems import (
    AddressIsTaken,
    ChangedTooOften,
    InOwnHands,
    LimitReached,
    LinkNotValid,
    NotFound,
    OpenTheMailedLink,
    RegistrationClosed,
    RegistrationIsCancelled,
)
from chalicelib.programme.model import Event
from chalicelib.registration import changing, flows, offer_responses, parties, sealing, store
from chalicelib.registration.access import MAX_CHANGES_AN_HOUR, Access
from chalicelib.registration.changing import ChangeRequest
from chalicelib.registration.model import Registration
from chalicelib.registration.registering import Applicant
from chalicelib.retention import not_me
from testing import builders
from testing.registration_links import build_access, participant
from testing.world import (
    build_registration_id,
    check_counters,
    list_fact_kinds,
    publish_with_places,
    read_statuses,
    register,
    register_party,
    reload,
    settle,
)

pytestmark = pytest.mark.usefixtures("memory")
PHONE = ChangeRequest({"phone": "+4520123456"})
NEW = "carl@example.com"


def leader_of(who: Registration, kind: Any = "answer") -> Access:
    return build_access(who.event_id, who.id, kind)


def correct(event: Event, leader: Access, who: Registration, email: str = NEW, **more: Any) -> Registration:
    """Correct the address, and return the member's registration then."""
    party_flows.correct_address(event, leader, who.id, email, clock.now(), **more)
    check_counters(event.id)
    found = store.find(event.id, build_registration_id(event.id, email))
    assert found
    return found


def places_of(event: Event) -> dict[str, Any]:
    """All counters but the number of changes."""
    places = vars(store.read_places(event.id))
    return {name: value for name, value in places.items() if name not in ("changes", "skips_recorded_until")}


@pytest.mark.parametrize("kind", ["answer", "mailed"])
def test_the_leader_cancels_for_a_member(kind: str) -> None:
    """By the answer's link and by the mailed one; the place goes on, and the history says who did it."""
    event = publish_with_places(3)
    anna, bo, _ = register_party(event, "Anna", "Bo", "Carl")
    for _ in range(2):
        party_flows.cancel(leader_of(anna, kind), bo.id, clock.now())
    assert read_statuses(anna, bo) == ["confirmed", "cancelled"]
    assert reload(bo).history[-1]["by"] == "leader"
    assert not reload(bo).answer_closed


def test_one_of_a_waiting_party_is_cancelled_and_the_rest_waits_on() -> None:
    """With their rank, as when that member cancels."""
    event = publish_with_places(0)
    anna, bo, carl = register_party(event, "Anna", "Bo", "Carl")
    party_flows.cancel(leader_of(anna), carl.id, clock.now())
    assert read_statuses(anna, bo, carl) == ["waiting", "waiting", "cancelled"]
    assert reload(anna).rank == anna.rank


def _use_own_link(event: Event, who: Registration) -> None:
    changing.change(event, participant(event.id, who.id), PHONE, clock.now())


def _change_as_organiser(event: Event, who: Registration) -> None:
    changing.change(event, Access(event.id, who.id), PHONE, clock.now(), "organiser@network.example")


@pytest.mark.parametrize("use", [_use_own_link, _change_as_organiser])
def test_a_member_who_used_their_own_link_is_their_own(use: Callable[[Event, Registration], None]) -> None:
    """Neither action is the leader's any more, and nothing is written."""
    event = publish_with_places(3)
    anna, bo = register_party(event, "Anna", "Bo")
    use(event, bo)
    before = reload(bo)
    for act in (
        lambda: party_flows.cancel(leader_of(anna), bo.id, clock.now()),
        lambda: party_flows.correct_address(event, leader_of(anna), bo.id, NEW, clock.now()),
    ):
        with pytest.raises(InOwnHands):
            act()
    assert (reload(bo), store.find(event.id, build_registration_id(event.id, NEW))) == (before, None)


def _cancel(_event: Event, access: Access, member_id: str) -> None:
    party_flows.cancel(access, member_id, clock.now())


def _correct(event: Event, access: Access, member_id: str) -> None:
    party_flows.correct_address(event, access, member_id, NEW, clock.now())


@pytest.mark.parametrize("act", [_cancel, _correct])
def test_the_member_who_is_quicker_wins(
    monkeypatch: pytest.MonkeyPatch, act: Callable[[Event, Access, str], None]
) -> None:
    """They use their own link between the leader's reading and writing: the write itself is refused."""
    event = publish_with_places(3)
    anna, bo = register_party(event, "Anna", "Bo")
    real, used = table.transact, list[str]()

    def transact(*writes: Any) -> None:
        if not used:
            used.append("once")
            _use_own_link(event, bo)
        real(*writes)

    monkeypatch.setattr(table, "transact", transact)
    with pytest.raises(InOwnHands):
        act(event, leader_of(anna), bo.id)
    assert read_statuses(bo) == ["confirmed"]


def test_no_write_of_a_leader_rests_on_the_length_of_the_history_alone() -> None:
    """A write that proves the mailbox and adds no fact closes the way just as well."""
    event = publish_with_places(3)
    anna, bo = register_party(event, "Anna", "Bo")
    stale = members.load_member(leader_of(anna), bo.id, clock.now())
    table.write(Update.set(_key(bo), {store.MAILBOX_PROVEN: True}))
    with pytest.raises(ConditionFailed):
        flows.end_registration(stale, facts.Cancelled, clock.now(), was="confirmed", by="leader")


def _key(who: Registration) -> dict[str, str]:
    return keys.registration_key(who.event_id, who.id)


def test_others_are_not_found() -> None:
    """Of no party, of another's, the leader's own, an erased one, and one who registered anew alone."""
    event = publish_with_places(9)
    anna, bo, eva = register_party(event, "Anna", "Bo", "Eva")
    _, emil = register_party(event, "Dora", "Emil")
    flows.cancel(participant(event.id, eva.id), clock.now())
    register(event, "Eva")
    alone = register(event, "Finn")
    for who in (emil, alone, anna, eva):
        for act in (_cancel, _correct):
            with pytest.raises(NotFound):
                act(event, leader_of(anna), who.id)
    with pytest.raises(NotFound):
        _cancel(event, leader_of(bo), anna.id)
    with pytest.raises(NotFound):
        _cancel(event, leader_of(anna), "a" * 26)


def test_the_leaders_closed_link_acts_for_no_one() -> None:
    """It shows the status alone; the mailed one goes on."""
    event = publish_with_places(3)
    anna, bo = register_party(event, "Anna", "Bo")
    answer = leader_of(anna)
    _use_own_link(event, anna)
    for act in (_cancel, _correct):
        with pytest.raises(OpenTheMailedLink):
            act(event, answer, bo.id)
    _cancel(event, leader_of(anna, "mailed"), bo.id)
    assert read_statuses(bo) == ["cancelled"]


def test_a_confirmed_member_moves_with_their_place() -> None:
    """Same needs, details, leader and moment; new links; nothing is freed, and no one is let in."""
    event = publish_with_places(2, builders.allotment("room", 1))
    anna, bo = register_party(event, "Anna", "Bo", needs={"Bo": ("room",)})
    waiting = register(event, "Waiting")
    settle(event)
    before, old_link = places_of(event), participant(event.id, bo.id)
    moved = correct(event, leader_of(anna), bo)
    settle(event)
    assert places_of(event) == before
    assert read_statuses(anna, waiting, moved) == ["confirmed", "waiting", "confirmed"]
    assert (moved.needs, moved.registered_at, moved.leader_id) == (bo.needs, bo.registered_at, anna.id)
    assert moved.attendee == bo.attendee.model_copy(update={"email": NEW})
    assert reload(anna).companion_ids == (moved.id,)
    assert list_fact_kinds(moved) == ["confirmed"]
    assert moved.history[0]["address_corrected"] is True
    assert moved.link_generation != bo.link_generation
    assert not moved.is_in_own_hands
    with pytest.raises(LinkNotValid):
        flows.load_registration(old_link)
    with pytest.raises(LinkNotValid):
        flows.load_registration(Access(event.id, bo.id))


@pytest.mark.parametrize("index", [1, 2])
def test_a_waiting_member_keeps_the_partys_rank(index: int) -> None:
    """Whoever is named first in the entry: the party waits on as one, and no one overtakes or is overtaken."""
    event = publish_with_places(1)
    first = register(event, "First")
    ahead, people = register(event, "Ahead"), register_party(event, "Anna", "Bo", "Carl")
    behind = register(event, "Behind")
    settle(event)
    before = places_of(event)
    moved = correct(event, leader_of(people[0]), people[index], "new@example.com")
    assert places_of(event) == before
    line = [ahead, *(moved if each == people[index] else each for each in people), behind]
    assert [flows.load_standing(reload(each)).position for each in line] == [1, 2, 2, 2, 5]
    [entry] = [each for each in store.read_waitlist(event.id) if len(each.members) > 1]
    assert entry.rank == people[0].rank
    assert moved.rank == people[0].rank
    flows.cancel(participant(event.id, first.id), clock.now())
    settle(event)
    assert read_statuses(ahead, moved, behind) == ["confirmed", "waiting", "waiting"]


def test_one_who_waits_alone_and_wishes_move_too() -> None:
    """Each entry in each line, with its rank."""
    event = publish_with_places(2, builders.allotment("room", 0))
    anna, bo, carl = register_party(event, "Anna", "Bo", "Carl", accept_fewer=True)
    answer = build_access(event.id, bo.id, "answer")
    changing.change(event, answer, ChangeRequest(wait_for=("room",)), clock.now())
    before = places_of(event)
    moved = [
        correct(event, leader_of(anna), bo, "bo@example.com"),
        correct(event, leader_of(anna), carl, "carl@example.com"),
    ]
    assert places_of(event) == before
    assert [each.status for each in moved] == ["confirmed", "waiting"]
    assert moved[0].wishes == ("room",)
    assert reload(anna).companion_ids == tuple(each.id for each in moved)


def test_an_offer_moves_with_its_end() -> None:
    """It is due at the same moment, and its answer comes by the new links."""
    event = publish_with_places(2, mode="offer")
    first = [register(event, name) for name in ("X", "Y")]
    anna, bo = register_party(event, "Anna", "Bo")
    for each in first:
        flows.cancel(participant(event.id, each.id), clock.now())
    settle(event)
    offered = reload(bo)
    moved = correct(event, leader_of(anna), bo)
    assert (moved.status, moved.offer_expires_at) == ("offered", offered.offer_expires_at)
    assert offered.offer_expires_at
    due = {*store.find_due(offered.offer_expires_at)}
    assert due == {(event.id, anna.id), (event.id, moved.id)}
    assert offer_responses.accept(participant(event.id, moved.id), clock.now(), None).status == "confirmed"


def test_an_offer_that_is_over_is_not_moved() -> None:
    """It goes to the next in line first."""
    event = publish_with_places(2, mode="offer")
    first = [register(event, name) for name in ("X", "Y")]
    anna, bo = register_party(event, "Anna", "Bo")
    for each in first:
        flows.cancel(participant(event.id, each.id), clock.now())
    settle(event)
    late = reload(bo).offer_expires_at
    assert late
    with pytest.raises(RegistrationIsCancelled):
        party_flows.correct_address(event, leader_of(anna), bo.id, NEW, late + timedelta(seconds=1))
    assert list_fact_kinds(bo)[-1] == "expired"


def test_what_was_told_under_seal_moves_under_a_new_seal() -> None:
    """The seal holds for one registration alone."""
    event = publish_with_places(3)
    anna, bo = register_party(event, "Anna", "Bo")
    food = builders.attendee(dietary={"meals": ["vegan"], "consent": True}).dietary
    changing.change(event, build_access(event.id, bo.id, "answer"), ChangeRequest({"dietary": food}), clock.now())
    moved = correct(event, leader_of(anna), bo)
    assert sealing.unseal(moved).attendee.dietary == food


def test_a_registered_address_changes_nothing() -> None:
    """It is told so, no link is sent to it, and trying it out is limited."""
    event = publish_with_places(5)
    anna, bo = register_party(event, "Anna", "Bo")
    register(event, "Carl")
    limit = RateLimit("of-tests", 2, timedelta(hours=1))
    before = [*table.query(event.id, "A", up_to="Z~")]
    for _ in range(2):
        with pytest.raises(AddressIsTaken):
            correct(event, leader_of(anna), bo, "carl@example.org", limit=limit)
    with pytest.raises(LimitReached):
        correct(event, leader_of(anna), bo, "carl@example.org", limit=limit)
    with pytest.raises(AddressIsTaken):
        correct(event, leader_of(anna), bo, "ANNA@example.org")
    assert [*table.query(event.id, "A", up_to="Z~")] == before


def test_the_rate_limit_of_registrations_holds_moves_up() -> None:
    """As many mails to new addresses as by registering."""
    event = publish_with_places(5)
    anna, bo = register_party(event, "Anna", "Bo")
    limit = RateLimit("of-tests", 1, timedelta(hours=1))
    moved = correct(event, leader_of(anna), bo, limit=limit)
    with pytest.raises(LimitReached):
        correct(event, leader_of(anna), moved, "other@example.com", limit=limit)


def test_moves_are_counted_from_address_to_address() -> None:
    """Twenty an hour for each member; the member's own changes, and the others', are not used up."""
    event = publish_with_places(5)
    anna, bo, carl = register_party(event, "Anna", "Bo", "Carl")
    for number in range(MAX_CHANGES_AN_HOUR):
        bo = correct(event, leader_of(anna), bo, f"bo{number}@example.com")
    with pytest.raises(ChangedTooOften):
        correct(event, leader_of(anna), bo, "bo99@example.com")
    correct(event, leader_of(anna), carl)
    _use_own_link(event, bo)


def test_the_same_again_and_the_same_address_change_nothing() -> None:
    """Sent twice, or with the address that it has, in any case of letters."""
    event = publish_with_places(5)
    anna, bo = register_party(event, "Anna", "Bo")
    moved = correct(event, leader_of(anna), bo)
    before = [*table.query(event.id, "A", up_to="Z~")]
    assert correct(event, leader_of(anna), bo) == moved
    assert correct(event, leader_of(anna), moved, "CARL@Example.com") == moved
    assert [*table.query(event.id, "A", up_to="Z~")] == before


def test_back_and_forth_is_possible() -> None:
    """The former address is free again at once, also for another person."""
    event = publish_with_places(5)
    anna, bo = register_party(event, "Anna", "Bo")
    moved = correct(event, leader_of(anna), bo)
    again = correct(event, leader_of(anna), moved, "bo@example.org")
    assert (again.id, again.status) == (bo.id, "confirmed")
    stranger = register(event, "Carl", email=NEW)
    assert stranger.status == "confirmed"
    assert reload(anna).companion_ids == (bo.id,)
    check_counters(event.id)


def test_a_cancelled_registration_of_the_new_address_is_taken_up_again() -> None:
    """With its history before."""
    event = publish_with_places(5)
    anna, bo = register_party(event, "Anna", "Bo")
    former = register(event, "Carl", email=NEW)
    flows.cancel(participant(event.id, former.id), clock.now())
    moved = correct(event, leader_of(anna), bo)
    assert list_fact_kinds(moved) == ["confirmed", "cancelled", "confirmed"]
    assert moved.attendee.given_name == "Bo"


def test_the_request_that_made_it_is_led_on() -> None:
    """Repeated it registers no one anew, and answers the party as it is now."""
    event = publish_with_places(5)
    people = register_party(event, "Anna", "Bo", "Carl", key="k")
    moved = correct(event, leader_of(people[0]), people[1])
    moved = correct(event, leader_of(people[0]), moved, "third@example.com")
    again = register_party(event, "Anna", "Bo", "Carl", key="k")
    assert [each.id for each in again] == [people[0].id, moved.id, people[2].id]
    assert len([*store.list_registrations(event.id)]) == 3


def test_what_is_over_is_not_corrected() -> None:
    """A cancelled registration, and one of an event that has ended."""
    event = publish_with_places(5)
    anna, bo, carl = register_party(event, "Anna", "Bo", "Carl")
    party_flows.cancel(leader_of(anna), bo.id, clock.now())
    with pytest.raises(RegistrationIsCancelled):
        correct(event, leader_of(anna), bo)
    with pytest.raises(RegistrationClosed):
        party_flows.correct_address(event, leader_of(anna), carl.id, NEW, event.ends_at)


def test_an_address_whose_mailbox_disowned_a_registration_is_taken() -> None:
    """As one that is registered: nothing more is told of it, and its mailbox hears nothing."""
    event = publish_with_places(5)
    anna, bo = register_party(event, "Anna", "Bo")
    carl = register(event, "Carl")
    not_me.disown(participant(event.id, carl.id), clock.now())
    before = [*table.query(event.id, "A", up_to="Z~")]
    with pytest.raises(AddressIsTaken):
        correct(event, leader_of(anna), bo, "carl@example.org")
    assert [*table.query(event.id, "A", up_to="Z~")] == before


def test_a_cancelled_members_address_can_be_another_members() -> None:
    """They were mixed up: the party has each of them once."""
    event = publish_with_places(0)
    anna, bo, carl = register_party(event, "Anna", "Bo", "Carl")
    party_flows.cancel(leader_of(anna), bo.id, clock.now())
    with pytest.raises(AddressIsTaken):
        correct(event, leader_of(anna), carl, "anna@example.org")
    moved = correct(event, leader_of(anna), carl, "bo@example.org")
    assert (moved.id, moved.status, moved.attendee.given_name) == (bo.id, "waiting", "Carl")
    assert reload(anna).companion_ids == (bo.id,)


@pytest.fixture
def posted() -> tuple[Event, list[Registration]]:
    """Three people, registered by a person who is not among them; they wait."""
    event = publish_with_places(0)
    names = ("Anna", "Bo", "Carl")
    applicants = [_applicant(event, name) for name in names]
    party = parties.Party(tuple(applicants), is_posted_by_other=True)
    return event, parties.register(event, party, "k", clock.now())


def _applicant(event: Event, name: str) -> Applicant:
    attendee = builders.attendee(name, "Hansen", email=f"{name.lower()}@example.org")
    return Applicant(build_registration_id(event.id, attendee.email), attendee, (), "party.0.")


def test_who_posted_others_acts_for_all_of_them(posted: tuple[Event, list[Registration]]) -> None:
    """For the first as well, whose links then are others; the answer has the one link that goes on."""
    event, people = posted
    link = leader_of(people[0])
    poster = party_flows.correct_address(event, link, people[0].id, NEW, clock.now())
    check_counters(event.id)
    assert (poster.via, poster.is_posters, poster.attendee.email) == ("answer", True, NEW)
    assert [reload(each).leader_id for each in people[1:]] == [poster.id] * 2
    assert [each.id for each in members.list_members(poster)] == [poster.id, people[1].id, people[2].id]
    with pytest.raises(LinkNotValid):
        party_flows.cancel(link, people[1].id, clock.now())
    for each in (poster, people[2]):
        party_flows.cancel(leader_of(poster), each.id, clock.now())
    assert read_statuses(poster, people[1], people[2]) == ["cancelled", "waiting", "cancelled"]
    again = register_party(event, "Anna", "Bo", "Carl", key="k")
    assert [each.id for each in again] == [poster.id, people[1].id, people[2].id]


def test_who_posted_others_goes_on_for_the_rest(posted: tuple[Event, list[Registration]]) -> None:
    """The first has used their own link: that is theirs, and acts for no one else."""
    event, people = posted
    _use_own_link(event, people[0])
    with pytest.raises(InOwnHands):
        party_flows.cancel(leader_of(people[0]), people[0].id, clock.now())
    with pytest.raises(NotFound):
        party_flows.cancel(leader_of(people[0], "mailed"), people[1].id, clock.now())
    party_flows.cancel(leader_of(people[0]), people[1].id, clock.now())
    assert read_statuses(*people) == ["waiting", "cancelled", "waiting"]
