"""What goes at which stage."""

from datetime import datetime
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from chalicelib.aws import keys, waitlist_keys
from chalicelib.programme.model import ZONE, RetentionStage
from chalicelib.programme.purge_schedule import build_first_schedule, deserialize_schedule, serialize_schedule
from chalicelib.registration.attendee import Attendee, Dietary, Travel
from chalicelib.registration.updates import serialize_attendee
from chalicelib.retention import rules
from testing import builders
from tests.retention.marked import DETAILS

AT = {
    "health": datetime(2020, 5, 12, 18, tzinfo=ZONE),
    "travel": datetime(2020, 6, 4, 18, tzinfo=ZONE),
    "people": datetime(2020, 11, 1, 18, tzinfo=ZONE),
}


def test_days_are_counted_from_the_events_end() -> None:
    """A week for what is about health, a month for the journey, half a year for people."""
    assert {stage: at.date() for stage, at in builders.event().purge_moments.items()} == {
        stage: at.date() for stage, at in AT.items()
    }


@pytest.mark.parametrize("days", [{"health": 31}, {"travel": 181}, {"health": -1}, {"people": 2000}])
def test_days_are_set_in_their_order(days: dict[str, int]) -> None:
    """What is about health goes first, people last; no one is held for more than five years."""
    with pytest.raises(ValidationError):
        builders.event(retention=days)


def test_the_last_stage_that_has_come_is_due() -> None:
    """It has all of those before it."""
    event, (health, travel, people) = builders.event(), builders.event().purge_moments.values()
    due = event.purge_moments
    assert [rules.find_due_stage(due, at) for at in (event.ends_at, health, travel, people)] == [
        None,
        "health",
        "travel",
        "people",
    ]
    assert [rules.find_next_due(due, at) for at in (event.ends_at, health, travel, people)] == [
        health,
        travel,
        people,
        None,
    ]


def test_a_map_of_moments_has_no_order() -> None:
    """As DynamoDB returns it: the last stage that is due is the last of the stages."""
    schedule = serialize_schedule(build_first_schedule(builders.event()))
    read = deserialize_schedule(schedule | {"stages": dict(sorted(schedule["stages"].items()))})
    assert read is not None
    assert list(read.due) == ["health", "travel", "people"]
    assert rules.find_due_stage(dict(reversed([*read.due.items()])), max(read.due.values())) == "people"


def test_every_kind_of_item_has_its_fate() -> None:
    """Each kind of item that an event can have is named, and no other."""
    made: list[Any] = [
        keys.event_key("e"), keys.places_key("e"), keys.purge_key("e"), keys.registration_key("e", "r"),
        keys.manifest_key("e", 1), keys.bookings_key("e", "l"), keys.additions_key("e"), keys.mail_key("e", "f"),
        keys.link_request_key("e", "r", "q"), keys.task_key("e", "p"), keys.broadcast_key("e", "r"),
        waitlist_keys.skip_key("e", "a", "r"), waitlist_keys.waitlist_entry_key("e", "k"),
        keys.audit_entry_key("e", "a", "t"), keys.version_key("e", 1), keys.numbers_key("e", "a"),
    ]  # fmt: skip
    assert {key["SK"].partition("#")[0] for key in made} == set(rules.ACTIONS)


@pytest.mark.parametrize("stage", get_args(RetentionStage))
def test_of_a_kind_that_nobody_thought_of_nothing_stays(stage: RetentionStage) -> None:
    """Better gone too early than held for ever."""
    assert rules.choose_action({"SK": "NOVELTY#1"}, stage) == "goes"


def test_field_by_field() -> None:
    """Which fields of a registration are left after each stage, and which have gone."""
    stored = serialize_attendee(builders.attendee(**DETAILS))
    travel = set(Travel.model_fields) - {"special_assistance"}
    assert set(stored) == set(Attendee.model_fields) - {"language"}
    assert set(rules.redact_attendee(stored, "health")) == set(stored) - {"dietary"}
    assert set(rules.redact_attendee(stored, "health")["travel"]) == travel
    assert set(rules.redact_attendee(stored, "travel")) == set(stored) - {"dietary", "travel"}
    assert Dietary.model_fields.keys() == stored["dietary"].keys()


def test_whoever_told_of_nothing_but_assistance_has_no_journey_left() -> None:
    """No empty travel details stay behind."""
    stored = serialize_attendee(builders.attendee(travel={"special_assistance": ["DEAF"]}))
    assert "travel" not in rules.redact_attendee(stored, "health")
