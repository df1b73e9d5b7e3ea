"""The schedule of an event's purge: when each stage is deleted, and the time to undo a change of that.

The PURGE item holds the schedule, and the clock finds the event by it. A stage that a change of the event makes
due earlier, and within the grace period, waits until that period is over.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from chalicelib.aws import keys, table
from chalicelib.aws.items import UNCONDITIONAL, Item, Put
from chalicelib.aws.keys import format_timestamp
from chalicelib.programme.model import RETENTION_STAGES, Event, RetentionStage

#: From the change that makes a deletion due, until it happens.
GRACE_PERIOD = timedelta(days=7)
Moments = Mapping[RetentionStage, datetime]


@dataclass(frozen=True)
class PurgeSchedule:
    """The moments at which each stage is purged.

    `version` is that of the event for which the schedule was made, which tells it from every other; 0 where that
    is not known. `not_before` has the stages that a change brought forward, each with the end of its grace period,
    and `undo_version` the event's version before that change; 0 where there was none.
    """

    due: Moments
    version: int = 0
    not_before: Moments = field(default_factory=dict)
    undo_version: int = 0

    def plan_change(
        self,
        moments: Moments,
        version: int,
        now: datetime,
        remaining: Collection[RetentionStage] = RETENTION_STAGES,
        *,
        is_readable: bool = True,
    ) -> "ScheduleChange":
        """Plan the schedule for these moments of a changed document, of which `version` is the one before.

        Only the stages `remaining` have something left to delete: no other waits, or lets others wait. Where the
        version before cannot be read (`is_readable`), no button leads back to it.
        """
        kept = {stage: at for stage, at in self.not_before.items() if at > moments[stage] and stage in remaining}
        candidate = _apply_grace(moments, kept)
        brought_forward = tuple(
            stage
            for stage in RETENTION_STAGES
            if stage in remaining and candidate[stage] < self.due[stage] and candidate[stage] < now + GRACE_PERIOD
        )
        not_before = kept | dict.fromkeys(brought_forward, now + GRACE_PERIOD)
        waits = any(at > now for at in kept.values())
        undo_version = self.undo_version if waits or not brought_forward else version * is_readable
        due = _apply_grace(moments, not_before)
        schedule = PurgeSchedule(due, version + 1, not_before, undo_version if not_before else 0)
        return ScheduleChange(schedule, brought_forward)

    def list_pending(self, now: datetime) -> dict[RetentionStage, datetime]:
        """List the stages that a change brought forward and that can still be undone, each with its moment."""
        return {stage: self.due[stage] for stage in self.not_before if self.due[stage] > now}


#: Of an event of which it is not known when anything was due: whatever is due soon was brought forward.
UNKNOWN = PurgeSchedule(dict.fromkeys(RETENTION_STAGES, datetime.max.replace(tzinfo=UTC)))


@dataclass(frozen=True)
class ScheduleChange:
    """The schedule after a change of the event, and the stages that the change makes due soon and earlier."""

    schedule: PurgeSchedule
    brought_forward: tuple[RetentionStage, ...]

    @property
    def moments_brought_forward(self) -> dict[RetentionStage, datetime]:
        """The stages brought forward, each with the moment at which it is then purged."""
        return {stage: self.schedule.due[stage] for stage in self.brought_forward}


#: Called with the stages that have something left to delete, it plans the change.
PlanChange = Callable[[Collection[RetentionStage]], ScheduleChange]


def _apply_grace(moments: Moments, not_before: Moments) -> dict[RetentionStage, datetime]:
    """Return when each stage is purged: none before its grace period ends, nor before the stages ahead of it.

    A stage deletes what those ahead of it delete, too, so it has to wait for them.
    """
    waiting = (max(moments[stage], not_before.get(stage, moments[stage])) for stage in RETENTION_STAGES)
    return dict(zip(RETENTION_STAGES, accumulate(waiting, max), strict=True))


def build_first_schedule(event: Event, version: int = 0) -> PurgeSchedule:
    """Build the schedule of an event whose dates were never brought forward."""
    return PurgeSchedule(_apply_grace(event.purge_moments, {}), version)


def build_purge_put(event_id: str, schedule: PurgeSchedule, condition: str = UNCONDITIONAL) -> Put:
    """Build the put of the PURGE item; the purge begins anew, since some data may have to go earlier."""
    begins_at = format_timestamp(min(schedule.due.values()))
    item = {
        **keys.purge_key(event_id),
        **keys.due_attributes(event_id, begins_at),
        "after": "",
        **serialize_schedule(schedule),
    }
    return Put(item, condition=condition)


def serialize_schedule(schedule: PurgeSchedule) -> dict[str, Any]:
    """Serialize the schedule as attributes of the PURGE item."""
    return {
        "stages": {stage: format_timestamp(at) for stage, at in schedule.due.items()},
        "not_before": {stage: format_timestamp(at) for stage, at in schedule.not_before.items()},
        "undo_version": schedule.undo_version,
        "version": schedule.version,
    }


def deserialize_schedule(item: Item | None) -> PurgeSchedule | None:
    """Deserialize the schedule in a PURGE item; None where an earlier version wrote it, without stages."""
    if not item or "stages" not in item:
        return None
    return PurgeSchedule(
        due=_parse_moments(item["stages"]),
        not_before=_parse_moments(item["not_before"]),
        undo_version=int(item["undo_version"]),
        version=int(item.get("version", 0)),
    )


def read_schedule(event: Event) -> PurgeSchedule:
    """Read what of the event is purged when."""
    return find_schedule(event.id) or build_first_schedule(event)


def find_schedule(event_id: str) -> PurgeSchedule | None:
    """Find what of the event is purged when; None where an earlier release wrote it, by the event's document."""
    return deserialize_schedule(table.get(keys.purge_key(event_id)))


def _parse_moments(moments: Mapping[RetentionStage, str]) -> dict[RetentionStage, datetime]:
    """Parse the moments of these stages, in the stages' order: that of a stored map is none."""
    return {stage: datetime.fromisoformat(moments[stage]) for stage in RETENTION_STAGES if stage in moments}
