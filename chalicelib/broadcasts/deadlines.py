"""An event's deadlines: how each stands, and when its organiser is warned of it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from chalicelib.audit.tasks import Todo
from chalicelib.aws.keys import timestamp
from chalicelib.programme.model import WARNED_BEFORE, Event, Title

Kind = Literal["names", "rooms", "release"]
State = Literal["ahead", "near", "passed"]


@dataclass(frozen=True)
class Deadline:
    """Something due at a moment; a release's `title` says what may be given back until then."""

    kind: Kind
    at: datetime
    title: Title | None = None

    def state(self, now: datetime) -> State:
        if now >= self.at:
            return "passed"
        return "near" if now >= self.at - WARNED_BEFORE else "ahead"

    def as_document(self, now: datetime) -> dict[str, Any]:
        """The deadline as the organisers' API shows it."""
        title = self.title.model_dump() if self.title else None
        return {"kind": self.kind, "at": self.at.isoformat(), "state": self.state(now), "title": title}


def deadlines(event: Event) -> list[Deadline]:
    """All of them, the earliest first."""
    return sorted(_all(event), key=lambda deadline: (deadline.at, deadline.kind))


def warnings(event: Event, since: datetime, now: datetime) -> list[Todo]:
    """What the organiser is to do about the deadlines that have drawn near since then; not about passed ones."""
    return [
        Todo(
            event_id=event.id,
            kind=f"{each.kind}-due",
            subject=f"{each.at:%Y%m%dT%H%M}",
            at=timestamp(now),
            parameters={"due": each.at.isoformat()},
        )
        for each in deadlines(event)
        if each.state(now) == "near" and since <= each.at - WARNED_BEFORE
    ]


def _all(event: Event) -> Iterator[Deadline]:
    if event.deadlines.names:
        yield Deadline("names", event.deadlines.names)
    if event.deadlines.rooms:
        yield Deadline("rooms", event.deadlines.rooms)
    for release in event.deadlines.releases:
        yield Deadline("release", release.at, release.title)
