"""An event's deadlines: how each stands, and when its organiser is warned of it. Pure."""

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
    """Something due at a moment; a release's `title` says what may be given back until then."""

    kind: DeadlineKind
    at: datetime
    title: Title | None = None

    def state_at(self, now: datetime) -> DeadlineState:
        if now >= self.at:
            return "passed"
        return "near" if now >= self.at - WARNING_LEAD_TIME else "ahead"

    def as_document(self, now: datetime) -> dict[str, Any]:
        """The deadline as the organisers' API shows it."""
        title = self.title.model_dump() if self.title else None
        return {"kind": self.kind, "at": self.at.isoformat(), "state": self.state_at(now), "title": title}


def list_deadlines(event: Event) -> list[Deadline]:
    """All of them, the earliest first."""
    return sorted(_iterate_deadlines(event), key=lambda deadline: (deadline.at, deadline.kind))


def build_warnings(event: Event, since: datetime, now: datetime) -> list[Task]:
    """What the organiser is to do about the deadlines that have drawn near since then; not about passed ones."""
    return [
        Task(
            event_id=event.id,
            kind=f"{each.kind}-due",
            subject=f"{each.at:%Y%m%dT%H%M}",
            at=format_timestamp(now),
            parameters={"due": each.at.isoformat()},
        )
        for each in list_deadlines(event)
        if each.state_at(now) == "near" and since <= each.at - WARNING_LEAD_TIME
    ]


def _iterate_deadlines(event: Event) -> Iterator[Deadline]:
    if event.deadlines.names:
        yield Deadline("names", event.deadlines.names)
    if event.deadlines.rooms:
        yield Deadline("rooms", event.deadlines.rooms)
    for release in event.deadlines.releases:
        yield Deadline("release", release.at, release.title)
