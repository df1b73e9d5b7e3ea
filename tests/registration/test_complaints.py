"""What users of other waitlists complain of, and what holds here instead. Each test is named after a complaint."""

import pytest

from chalicelib import clock, facts
from chalicelib.audit import tasks
from chalicelib.aws import keys, table
from chalicelib.aws.keys import format_timestamp
from chalicelib.facts import Fact
from chalicelib.mail.delivery.send import send_mail_for
from chalicelib.problems import NoOffer, NotFree
from chalicelib.programme import flows as programme_flows
from chalicelib.reconciliation import recounting
from chalicelib.registration import flows, offer_responses, overrides, store
from chalicelib.registration.model import Registration
from chalicelib.web.records.history import build_history
from chalicelib.workers import feedback, relay, stream
from chalicelib.workers import waitlist as waitlist_worker
from testing.batches import messages
from testing.registration_links import participant
from testing.world import (
    cancel_and_settle,
    check_counters,
    list_fact_kinds,
    overwrite_counters,
    publish_with_places,
    read_statuses,
    register,
    register_party,
    reload,
    settle,
)
from tests.mail import ses_events
from tests.mail.conftest import Sent
from tests.registration.hand import WHY
from tests.registration.overnight import change, needs, overnight

pytestmark = pytest.mark.usefixtures("quick_aws")


def last_fact(who: Registration) -> Fact:
    """What the stream says of a participant's latest change."""
    found = reload(who)
    return facts.from_history_entry(who.event_id, who.id, found.revision, found.history[-1])


def test_newcomers_overtake_the_queue() -> None:
    """Between a cancellation and the waitlist's turn, neither a newcomer nor a party nor a confirmed
    participant who wants more gets what a participant who waits could use."""
    event = overnight(place=3, bus=1)
    first = register(event, "First", ("bus",))
    confirmed, _ = register(event, "Confirmed"), register(event, "Other")
    anna = register(event, "Anna", ("bus",))
    flows.cancel(participant(event.id, first.id), clock.now())
    with pytest.raises(NotFree):
        change(event, confirmed, needs=("bus",))
    newcomer, party = register(event, "Newcomer", ("bus",)), register_party(event, "Bo", "Carl")
    assert read_statuses(anna, newcomer, *party) == ["confirmed", "waiting", "waiting", "waiting"]
    assert reload(anna).needs == ("place", "bus")


def test_someone_who_accepts_and_then_cancels_blocks_the_place_or_gets_the_offer_back() -> None:
    """A participant who accepts an offer and then cancels is out of the line: the place is the next one's at
    once, is never offered to them again, and back in, they stand at the end."""
    event = publish_with_places(1, mode="offer")
    first, anna, bo = (register(event, name) for name in ("First", "Anna", "Bo"))
    cancel_and_settle(event, first)
    offer_responses.accept(participant(event.id, anna.id), clock.now())
    cancel_and_settle(event, anna)
    assert read_statuses(anna, bo) == ["cancelled", "offered"]
    with pytest.raises(NoOffer):
        offer_responses.accept(participant(event.id, anna.id), clock.now())
    carl, again = register(event, "Carl"), register(event, "Anna", key="again")
    offer_responses.decline(participant(event.id, bo.id), clock.now())
    settle(event)
    assert read_statuses(carl, again) == ["offered", "waiting"]


def test_removing_an_organisers_hold_releases_dozens_of_offers_at_once() -> None:
    """At a full event with more people in line than were held, a hold of two that ends makes two offers, to the
    first two; settling again makes no more."""
    event = publish_with_places(3, mode="offer")
    register(event, "First")
    overrides.hold(event, "sponsors", {"place": 2}, clock.now())
    waiting = register_party(event, *(f"P{n}" for n in range(5)), accept_fewer=True)
    overrides.hold(event, "sponsors", {}, clock.now())
    for _ in range(3):
        settle(event)
    assert read_statuses(*waiting) == ["offered"] * 2 + ["waiting"] * 3


def test_the_queue_is_stuck_and_nobody_can_see_why() -> None:
    """The head of a line that nothing can be done for holds back no one behind it; why it still waits, and that
    others went by, stands in its history in words, in both languages."""
    event = overnight(place=1, single=0)
    first, head, behind = register(event, "First"), register(event, "Head", ("single",)), register(event, "Behind")
    cancel_and_settle(event, first)
    assert read_statuses(head, behind) == ["waiting", "confirmed"]
    told = {
        language: [each["text"] for each in build_history(reload(head), event, language)]
        for language in ("da", "en")
    }
    assert told["en"] == [
        "Joined the waitlist, waiting for: place, single.",
        "Skipped, because there was not enough of this: single. Somebody who needed less got in.",
    ]
    assert told["da"][1].startswith("Sprunget over, fordi der ikke var nok af: single.")


def test_no_mail_on_joining_so_a_mistyped_address_is_never_noticed() -> None:
    """Joining goes to the mail queue, and a letter with the number in line goes out at once; where it comes back,
    the person is on the organiser's list."""
    event = publish_with_places(0)
    register(event, "Earlier")
    anna = register(event, "Anna", email="ana@exampel.org")
    joined = last_fact(anna)
    assert relay.MAIL in relay.QUEUES_BY_FACT[type(joined)]
    send_mail_for(joined, clock.now())
    [mail] = Sent().all()
    assert (mail["To"], str(mail["Subject"])) == (
        "Anna Hansen <ana@exampel.org>",
        "Du står på venteliste: Leverandørernes ønskeseddel",
    )
    text = mail.get_body(("plain",))
    assert text
    assert "Dit nummer i køen: 2" in text.get_content()
    feedback.feedback(messages(ses_events.bounce(joined)), None)
    assert [(each.kind, each.registration_id) for each in tasks.list_open(event.id)] == [("mail-bounced", anna.id)]
    assert list_fact_kinds(anna) == ["joined", "mail-bounced"]


def test_one_person_of_a_group_cannot_cancel() -> None:
    """Waiting, offered or confirmed: each of a party cancels with a link of their own, and the others stay."""
    event = publish_with_places(3, mode="offer")
    first = register(event, "First")
    people = register_party(event, "Anna", "Bo", "Carl", "Dorte")
    flows.cancel(participant(event.id, people[0].id), clock.now())
    cancel_and_settle(event, first)
    assert read_statuses(*people) == ["cancelled", "offered", "offered", "offered"]
    flows.cancel(participant(event.id, people[1].id), clock.now())
    offer_responses.accept(participant(event.id, people[2].id), clock.now())
    offer_responses.accept(participant(event.id, people[3].id), clock.now())
    flows.cancel(participant(event.id, people[3].id), clock.now())
    assert read_statuses(*people) == ["cancelled", "cancelled", "confirmed", "cancelled"]
    assert store.read_places(event.id).taken == {"place": 1}


def test_waitlists_exist_for_the_event_but_not_for_the_scarce_thing() -> None:
    """With places left, a newcomer waits for the single room alone; a participant who has a place and a bed
    waits for it too, keeps both meanwhile, and is swapped when it is their turn."""
    event = overnight()
    first, anna = register(event, "First", ("single",)), register(event, "Anna", ("bed",))
    change(event, anna, wait_for=("single",))
    newcomer = register(event, "Newcomer", ("single",))
    stands = [flows.load_standing(reload(who)) for who in (anna, newcomer)]
    assert [(each.position, each.waiting_for) for each in stands] == [(1, ("single",)), (2, ("single",))]
    assert needs(anna) == [("place", "bed")]
    cancel_and_settle(event, first)
    assert needs(anna) == [("place", "single")]
    assert store.read_places(event.id).taken == {"place": 1, "single": 1, "bed": 0, "bus": 0}


def test_counters_drift() -> None:
    """Every change writes its counters with it, so a recount finds nothing; what was made wrong from outside is
    found, and mended when that is asked for."""
    event = publish_with_places(2)
    anna, bo = register(event, "Anna"), register(event, "Bo")
    carl = register(event, "Carl")
    cancel_and_settle(event, anna)
    assert recounting.recount(event.id).differences == []
    overwrite_counters(event, "SET #taken.place = :one", one=1)
    [found] = recounting.repair(event.id).differences
    assert (found.counter, found.written, found.counted) == ("taken", 1, 2)
    assert read_statuses(bo, carl) == ["confirmed", "confirmed"]


def test_releasing_to_the_waitlist_exceeds_the_capacity() -> None:
    """However often the line is settled, no more move up than there is room for; only an organiser who confirms
    it goes beyond."""
    event = publish_with_places(1)
    first = register(event, "First")
    people = [register(event, name) for name in ("Anna", "Bo")]
    for _ in range(3):
        cancel_and_settle(event, first)
    assert read_statuses(*people) == ["confirmed", "waiting"]
    with pytest.raises(NotFree):
        overrides.promote(event, people[1].id, WHY, clock.now())
    overrides.promote(event, people[1].id, WHY, clock.now(), overbook=True)
    assert store.read_places(event.id).taken == {"place": 2}
    check_counters(event.id, overbooked=True)


def test_a_cancellation_releases_nothing_until_somebody_does_it_by_hand() -> None:
    """What a cancellation frees goes to the waitlist's queue, whose worker lets the next one in."""
    event = publish_with_places(1)
    first, anna = register(event, "First"), register(event, "Anna")
    before = table.get(keys.places_key(event.id))
    flows.cancel(participant(event.id, first.id), clock.now())
    [freed] = stream.derive_facts(before, table.get(keys.places_key(event.id)), format_timestamp(clock.now()))
    assert relay.QUEUES_BY_FACT[type(freed)] == (relay.WAITLIST,)
    assert waitlist_worker.waitlist(messages(freed), None) == {"batchItemFailures": []}
    assert read_statuses(anna) == ["confirmed"]


def test_there_is_no_line_at_all() -> None:
    """A participant who comes to a full event is taken down with a number, and is in as soon as there is room."""
    event = publish_with_places(0)
    anna = register(event, "Anna")
    assert flows.load_standing(anna).position == 1
    programme_flows.set_capacity(event.id, "place", 1, clock.now(), confirmed=False)
    settle(event)
    assert read_statuses(anna) == ["confirmed"]


def test_the_last_in_line_gets_the_offer() -> None:
    """Whatever they chose, of all who could use what is free the first is offered it."""
    event = overnight("offer", place=1, bed=9)
    first = register(event, "First")
    waiting = [register(event, "Anna", ("bus",)), register(event, "Bo"), register(event, "Carl", ("bed",))]
    cancel_and_settle(event, first)
    assert read_statuses(*waiting) == ["offered", "waiting", "waiting"]
    cancel_and_settle(event, waiting[0])
    assert read_statuses(*waiting) == ["cancelled", "offered", "waiting"]


def test_people_who_belong_together_cannot_wait_together() -> None:
    """A party of three gets in whole, or as many as there is room for if they say so beforehand."""
    event = publish_with_places(3)
    first = [register(event, f"P{n}") for n in range(2)]
    together = register_party(event, "Anna", "Bo", "Carl")
    fewer = register_party(event, "Dorte", "Emil", accept_fewer=True)
    assert read_statuses(*together, *fewer) == ["waiting"] * 3 + ["confirmed", "waiting"]
    cancel_and_settle(event, *first, fewer[0])
    assert read_statuses(*together, *fewer) == ["confirmed"] * 3 + ["cancelled", "waiting"]


def test_at_most_a_hundred_may_wait() -> None:
    """The hundred and fifth has a number like all others, and so has the party behind them."""
    event = publish_with_places(0)
    for n in range(21):
        people = register_party(event, *(f"P{n}x{m}" for m in range(5)), accept_fewer=True)
    behind = register_party(event, "Anna", "Bo")
    assert [flows.load_standing(who).position for who in (*people, *behind)] == [101, 102, 103, 104, 105, 106, 106]
    check_counters(event.id)
