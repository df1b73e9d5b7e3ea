"""What people tell of food and assistance stands in the table under seal, and goes wherever they go."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.attendance import check_in
from chalicelib.audit.audit_log import Actor
from chalicelib.aws import keys, table
from chalicelib.aws.items import Item, Update, decode_item
from chalicelib.aws.seals import SealNotOpened
from chalicelib.reconciliation import recounting
from chalicelib.registration import changing, flows, overrides, sealing, updates
from chalicelib.registration.access import Access
from chalicelib.registration.changing import ChangeRequest
from chalicelib.registration.model import Registration
from chalicelib.retention import erasure
from testing import builders
from testing.process import clear_caches
from testing.registration_links import participant
from testing.world import break_seal, cancel_and_settle, publish_with_places, put_seal, register, reload

TOLD: dict[str, Any] = {
    "travel": {"title": "MR", "special_assistance": ["WCHR"]},
    "dietary": {"meals": ["vegan"], "allergens": ["nuts"], "note": "Tåler spor", "consent": True},
}

pytestmark = pytest.mark.usefixtures("memory")


def item_of(who: Registration) -> Item:
    item = table.get(keys.registration_key(who.event_id, who.id))
    assert item
    return item


def put_plain(who: Registration, **told: Any) -> None:
    """As an earlier version wrote it: nothing is sealed."""
    attendee = {**item_of(who)["attendee"], **told}
    plain = Update(
        key=keys.registration_key(who.event_id, who.id),
        expression="SET attendee = :plain REMOVE sealed",
        condition="attribute_exists(PK)",
        names={},
        values={":plain": attendee},
    )
    table.write(plain)


def test_what_is_about_health_stands_under_seal_alone() -> None:
    """The rest stands beside it; opened, it is what they told."""
    anna = register(publish_with_places(2), "Anna", **TOLD)
    item = item_of(anna)
    assert item["attendee"]["travel"] == {"title": "MR"}
    assert "dietary" not in item["attendee"]
    assert isinstance(item["sealed"], bytes)
    told = builders.attendee("Anna", "Hansen", email="anna@example.org", **TOLD)
    assert sealing.unseal(reload(anna)).attendee == told
    assert not reload(anna).attendee.has_health_data


@pytest.mark.parametrize("part", ["travel", "dietary"])
def test_one_of_them_alone(part: str) -> None:
    """A participant who tells of nothing but assistance has no journey in the clear."""
    told = {"travel": {"special_assistance": ["DEAF"]}, "dietary": TOLD["dietary"]}[part]
    anna = register(publish_with_places(2), "Anna", **{part: told})
    assert not {"travel", "dietary"} & item_of(anna)["attendee"].keys()
    assert sealing.unseal(reload(anna)).attendee.model_dump(mode="json", exclude_defaults=True)[part] == told


def test_nothing_is_sealed_where_nothing_is_told() -> None:
    """Travel details are not about health."""
    anna = register(publish_with_places(2), "Anna", travel={"title": "MR"})
    assert "sealed" not in item_of(anna)
    assert sealing.unseal(reload(anna)) == reload(anna)


def test_a_seal_opens_on_its_own_registration_only() -> None:
    """No one's wishes can be put onto another participant."""
    event = publish_with_places(2)
    anna, bo = register(event, "Anna", **TOLD), register(event, "Bo", **TOLD)
    with pytest.raises(SealNotOpened):
        sealing.unseal(replace(reload(bo), sealed_health=reload(anna).sealed_health))


def test_it_goes_wherever_the_registration_goes(environment: pytest.MonkeyPatch) -> None:
    """Waiting, given another priority, moved up, checked in and out, cancelled: by functions without a key."""
    event = publish_with_places(1)
    first, anna = register(event, "First"), register(event, "Anna", **TOLD)
    sealed = item_of(anna)["sealed"]
    environment.delenv("SEALING_KEYS")
    clear_caches()
    word = Actor("organiser@network.example", "")
    overrides.prioritise(event.id, anna.id, 3, word, clock.now())
    cancel_and_settle(event, first)
    check_in.check_in(Access(event.id, anna.id), clock.now(), clock.now())
    assert recounting.recount(event.id).differences == []
    check_in.undo(Access(event.id, anna.id), clock.now())
    flows.cancel(participant(event.id, anna.id), clock.now())
    assert item_of(anna)["sealed"] == sealed
    assert [entry["fact"] for entry in reload(anna).history][-2:] == ["check-in-undone", "cancelled"]


def test_a_change_of_something_else_keeps_it() -> None:
    """And seals it anew."""
    event = publish_with_places(1)
    anna = register(event, "Anna", **TOLD)
    before = sealing.unseal(reload(anna)).attendee
    changing.change(event, participant(event.id, anna.id), ChangeRequest({"phone": "+4520123456"}), clock.now())
    assert sealing.unseal(reload(anna)).attendee == before.model_copy(update={"phone": "+4520123456"})
    assert reload(anna).sealed_health != anna.sealed_health


def test_what_is_taken_back_is_gone() -> None:
    """With nothing left to seal there is no seal; the history says that it changed and not what it was."""
    event = publish_with_places(1)
    anna = register(event, "Anna", **TOLD)
    changing.change(event, participant(event.id, anna.id), ChangeRequest({"dietary": None}), clock.now())
    assert sealing.unseal(reload(anna)).attendee == anna.attendee.model_copy(
        update={"travel": builders.attendee(**TOLD).travel}
    )
    changing.change(event, participant(event.id, anna.id), ChangeRequest({"travel": None}), clock.now())
    assert "sealed" not in item_of(anna)
    assert [entry.get("fields") for entry in reload(anna).history] == [None, ["dietary"], ["travel"]]


def test_registered_anew_it_is_what_is_told_then() -> None:
    """Nothing of before comes back."""
    event = publish_with_places(1)
    anna = register(event, "Anna", **TOLD)
    flows.cancel(participant(event.id, anna.id), clock.now())
    register(event, "Anna", key="again")
    assert "sealed" not in item_of(anna)
    assert not sealing.unseal(reload(anna)).attendee.has_health_data


def test_what_an_earlier_version_wrote_is_read_and_sealed_with_the_next_change() -> None:
    """In the clear until then."""
    event = publish_with_places(1)
    anna = register(event, "Anna")
    put_plain(anna, **TOLD)
    assert sealing.unseal(reload(anna)).attendee.dietary == builders.attendee(**TOLD).dietary
    changing.change(event, participant(event.id, anna.id), ChangeRequest({"phone": "+4520123456"}), clock.now())
    item = item_of(anna)
    assert (item["attendee"]["travel"], "dietary" in item["attendee"]) == ({"title": "MR"}, False)
    assert sealing.unseal(reload(anna)).attendee.dietary == builders.attendee(**TOLD).dietary


def test_what_an_earlier_version_wrote_beside_a_seal_is_newer() -> None:
    """It ran on for a minute, or once more, and did not see what stands under the seal."""
    event = publish_with_places(1)
    anna = register(event, "Anna", **TOLD)
    sealed = item_of(anna)["sealed"]
    put_plain(anna, dietary={"meals": ["halal"], "consent": True})
    put_seal(anna, sealed)
    changing.change(event, participant(event.id, anna.id), ChangeRequest({"phone": "+4520123456"}), clock.now())
    who = sealing.unseal(reload(anna)).attendee
    assert (who.dietary, who.travel) == (
        builders.attendee(dietary={"meals": ["halal"], "consent": True}).dietary,
        builders.attendee(**TOLD).travel,
    )
    assert "dietary" not in item_of(anna)["attendee"]


def test_erased_it_is_gone() -> None:
    """As all the rest."""
    anna = register(publish_with_places(1), "Anna", **TOLD)
    erasure.erase(participant(anna.event_id, anna.id), clock.now())
    assert "sealed" not in item_of(anna)


def test_in_the_clear_it_cannot_be_written() -> None:
    """A mistake in the code fails before anything is stored."""
    plain = builders.registration(builders.attendee(**TOLD))
    with pytest.raises(ValueError, match="seal it first"):
        updates.build_new_registration(plain)


def test_an_unopened_seal_is_not_written_over() -> None:
    """Food told anew would lose the assistance that stands under the seal."""
    anna = register(publish_with_places(1), "Anna", travel=TOLD["travel"])
    who = reload(anna)
    told = replace(who, attendee=who.attendee.model_copy(update={"dietary": builders.attendee(**TOLD).dietary}))
    with pytest.raises(ValueError, match="open the registration"):
        sealing.seal(told)


def test_a_broken_seal_leaves_the_others_in_the_list(caplog: pytest.LogCaptureFixture) -> None:
    """It comes unopened, and stands in the log by its id."""
    event = publish_with_places(2)
    people = [register(event, name, **TOLD) for name in ("Anna", "Bo")]
    break_seal(people[0])
    found = list(sealing.unseal_where_possible(map(reload, people)))
    assert [each.attendee.has_health_data for each in found] == [False, True]
    assert [bool(each.sealed_health) for each in found] == [True, False]
    said = [(record.message, vars(record)["registration"]) for record in caplog.records]
    assert said == [("A seal could not be opened", people[0].id)]


def test_a_broken_seal_is_never_dropped() -> None:
    """Changing anything about them fails and writes nothing; they can still cancel, and be erased."""
    event = publish_with_places(1)
    anna = register(event, "Anna", **TOLD)
    break_seal(anna)
    before = item_of(anna)
    with pytest.raises(SealNotOpened):
        changing.change(
            event, participant(event.id, anna.id), ChangeRequest({"phone": "+4520123456"}), clock.now()
        )
    assert item_of(anna) == before
    flows.cancel(participant(event.id, anna.id), clock.now())
    assert item_of(anna)["sealed"] == before["sealed"]
    erasure.erase(participant(anna.event_id, anna.id), clock.now())


def test_a_seal_in_a_stream_record_is_let_be() -> None:
    """Lambda brings what is binary as base64 text."""
    image = {"PK": {"S": "EVENT#e"}, "sealed": {"B": "c2VhbGVk"}, "needs": {"L": [{"N": "1"}]}}
    assert decode_item(image) == {"PK": "EVENT#e", "sealed": "c2VhbGVk", "needs": [1]}
