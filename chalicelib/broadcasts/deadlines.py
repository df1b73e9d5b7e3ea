"""An event's deadlines: their states, and the warnings for its organiser. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from chalicelib.audit.tasks import Task
from chalicelib.aws.keys import format_timestamp
from chalicelib.programme.model import WARNING_LEAD_TIME, Event, Title

DeadlineKind = Literal["names", "rooms", "release"]
DeadlineState = Literal["ahead", "near", "passed"]


@dataclass(frozen=True)
class Deadline:
    """A deadline; the `title` of a release says what may be given back until then."""

    kind: DeadlineKind
    at: datetime
    title: Title | None = None

    def state_at(self, now: datetime) -> DeadlineState:
        """Return the state of the deadline at that moment."""
        if now >= self.at:
            return "passed"
        return "near" if now >= self.at - WARNING_LEAD_TIME else "ahead"

    def as_document(self, now: datetime) -> dict[str, Any]:
        """Return the deadline as the organisers' API shows it."""
        title = self.title.model_dump() if self.title else None
        return {"kind": self.kind, "at": self.at.isoformat(), "state": self.state_at(now), "title": title}


def list_deadlines(event: Event) -> list[Deadline]:
    """Return all deadlines of the event, the earliest first."""
    return sorted(_iterate_deadlines(event), key=lambda deadline: (deadline.at, deadline.kind))


def build_warnings(event: Event, since: datetime, now: datetime) -> list[Task]:
    """Return the tasks about deadlines that have drawn near since then; passed ones give none."""
    return [
        Task(
            event_id=event.id,
            kind=f"{deadline.kind}-due",
            subject=f"{deadline.at:%Y%m%dT%H%M}",
            at=format_timestamp(now),
            parameters={"due": deadline.at.isoformat()},
        )
        for deadline in list_deadlines(event)
        if deadline.state_at(now) == "near" and since <= deadline.at - WARNING_LEAD_TIME
    ]


def _iterate_deadlines(event: Event) -> Iterator[Deadline]:
    if event.deadlines.names:
        yield Deadline("names", event.deadlines.names)
    if event.deadlines.rooms:
        yield Deadline("rooms", event.deadlines.rooms)
    for release in event.deadlines.releases:
        yield Deadline("release", release.at, release.title)
