"""What of an event is purged when, and how a change of its dates moves that."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.programme.model import RETENTION_STAGES, RetentionStage
from chalicelib.programme.purge_schedule import (
    GRACE_PERIOD,
    Moments,
    PurgeSchedule,
    deserialize_schedule,
    serialize_schedule,
)

NOW = datetime(2020, 3, 1, tzinfo=UTC)


def moments(health: float, travel: float, people: float) -> Moments:
    """The stages, so many days from now."""
    days = dict(zip(RETENTION_STAGES, (health, travel, people), strict=True))
    return {stage: NOW + timedelta(days=each) for stage, each in days.items()}


FAR = PurgeSchedule(moments(100, 130, 300))


def test_a_slip_of_a_year_waits_a_week() -> None:
    """All stages are brought forward, and none goes sooner than seven days after."""
    change = FAR.plan_change(moments(-300, -270, -100), 4, NOW)
    assert change.brought_forward == RETENTION_STAGES
    assert set(change.schedule.due.values()) == {NOW + GRACE_PERIOD}
    assert change.schedule.undo_version == 4
    assert change.moments_brought_forward == change.schedule.list_pending(NOW)


def test_a_later_save_that_brings_nothing_forward_moves_nothing() -> None:
    """Neither the same dates again, nor dates still further back, nor a day that comes in the week anyway."""
    slipped = FAR.plan_change(moments(-300, -270, -100), 4, NOW).schedule
    for days in ((-300, -270, -100), (-400, -370, -200), (-300, -270, 5)):
        change = slipped.plan_change(moments(*days), 5, NOW + timedelta(days=2))
        assert (change.brought_forward, change.schedule.due) == ((), slipped.due)
        assert change.schedule.undo_version == 4


def test_undone_it_is_as_before() -> None:
    """The dates as they were: nothing is pending, and nothing is left of the slip."""
    slipped = FAR.plan_change(moments(-300, -270, -100), 4, NOW).schedule
    undone = slipped.plan_change(FAR.due, 5, NOW + timedelta(days=3)).schedule
    assert undone == replace(FAR, version=6)


def test_slipped_again_it_waits_a_week_again() -> None:
    """Not the rest of the first week."""
    schedule, then = FAR, NOW
    for days, version in ((0, 4), (3, 6)):
        then = NOW + timedelta(days=days)
        schedule = schedule.plan_change(moments(-300, -270, -100), version, then).schedule
        assert (schedule.due["health"], schedule.undo_version) == (then + GRACE_PERIOD, version)
        schedule = schedule.plan_change(FAR.due, version + 1, then).schedule


def test_what_is_due_later_than_a_week_is_not_asked_about() -> None:
    """Eight days are time enough; seven and a bit less are not."""
    assert FAR.plan_change(moments(8, 30, 200), 1, NOW).brought_forward == ()
    assert FAR.plan_change(moments(6.9, 30, 200), 1, NOW).brought_forward == ("health",)


def test_a_stage_waits_for_those_ahead_of_it() -> None:
    """It deletes what they delete, too: food brought forward to now waits a week, and so does the journey."""
    schedule = PurgeSchedule(moments(2, 3, 300)).plan_change(moments(-1, 3, 300), 1, NOW).schedule
    assert schedule.due == moments(7, 7, 300)


def test_a_stage_with_nothing_left_to_delete_waits_for_nothing() -> None:
    """It is not brought forward, the journey keeps its moment, and the undo goes back to the slip that counts."""
    schedule = PurgeSchedule(moments(-3, 2, 300))
    change = schedule.plan_change(moments(-5, 2, 300), 4, NOW, ("travel", "people"))
    assert (change.brought_forward, change.schedule.not_before, change.schedule.undo_version) == ((), {}, 0)
    assert change.schedule.due == moments(-5, 2, 300)
    slipped = change.schedule.plan_change(moments(-5, 2, 3), 5, NOW, ("travel", "people"))
    assert (slipped.brought_forward, slipped.schedule.undo_version) == (("people",), 5)


def test_a_stage_that_waits_is_let_go_once_nothing_is_left() -> None:
    """A later slip is then undone to the version before it, and not to the one before the first."""
    slipped = FAR.plan_change(moments(-5, 130, 300), 4, NOW).schedule
    assert slipped.list_pending(NOW) == {"health": NOW + GRACE_PERIOD}
    then = NOW + timedelta(days=1)
    later = slipped.plan_change(moments(-5, 1, 2), 5, then, ("travel", "people")).schedule
    assert (list(later.not_before), later.undo_version) == (["travel", "people"], 5)
    assert slipped.plan_change(moments(-5, 130, 200), 5, then, RETENTION_STAGES[2:]).schedule.not_before == {}


DAYS = st.floats(-400, 400).map(lambda days: round(days, 2))
REMAINING = st.sets(st.sampled_from(RETENTION_STAGES))
CHANGES = st.lists(st.tuples(st.floats(0, 20), st.lists(DAYS, min_size=3, max_size=3), REMAINING), max_size=8)


@given(CHANGES)
def test_no_stage_is_ever_purged_sooner_than_a_week_after_what_made_it_due(
    changes: list[tuple[float, list[float], set[RetentionStage]]],
) -> None:
    """Whatever is saved and when: due earlier than before is never due within seven days, nor out of order.

    So it is for each stage that has something left to delete.
    """
    schedule, now = FAR, NOW
    for days, stages, remaining in changes:
        now += timedelta(days=days)
        before, earliest = schedule.due, now + GRACE_PERIOD
        schedule = schedule.plan_change(moments(*sorted(stages)), 1, now, remaining).schedule
        assert set(schedule.not_before) <= remaining
        for stage in remaining:
            assert schedule.due[stage] >= min(before[stage], earliest)
        assert list(schedule.due.values()) == sorted(schedule.due.values())
        assert deserialize_schedule(serialize_schedule(schedule)) == schedule
