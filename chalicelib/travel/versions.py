"""A manifest's versions: how each stands, to whom it was sent, and which of them a later one is compared with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from chalicelib.programme.model import ZONE
from chalicelib.travel.lists.warning import ManifestWarning

#: The files of a withdrawn one are deleted: somebody in them was erased, or their time was over.
VersionStatus = Literal["building", "ready", "failed", "withdrawn"]
Recipient = Literal["airline", "hotel", "bus", "kitchen", "other"]


@dataclass(frozen=True)
class SentRecord:
    """An organiser (`by`) says that they sent a version to somebody."""

    to: Recipient
    by: str
    at: str


@dataclass(frozen=True)
class Baselines:
    """Which versions one is compared with: for people, and for the airline's deltas; None where there is none."""

    since: int | None = None
    airline_since: int | None = None

    @property
    def version_numbers(self) -> tuple[int, ...]:
        return tuple({number for number in (self.since, self.airline_since) if number is not None})


NO_CHANGES = {"added": 0, "removed": 0, "changed": 0}


@dataclass(frozen=True)
class ManifestVersion:
    """One numbered version. `basis` names the state of event, registrations and additions that it rests on:
    content is never older. `is_begun`: they are being read, so what comes now may be missing in it. What only a
    built manifest has is empty before."""

    event_id: str
    version: int
    status: VersionStatus
    requested_at: str
    requested_by: str
    source_revision: str
    is_begun: bool = False
    as_of: str = ""
    totals: dict[str, Any] | None = None
    warnings: tuple[ManifestWarning, ...] = ()
    more_warnings: int = 0  #: that only the files have
    baselines: Baselines = Baselines()
    changes: dict[str, int] = field(default_factory=lambda: dict(NO_CHANGES))
    files: tuple[str, ...] = ()
    content_hash: str = ""
    sent: tuple[SentRecord, ...] = ()
    has_erased_names: bool = False  #: to the airline, somebody who was erased

    @property
    def has_lists(self) -> bool:
        """Whether a later version can be compared with it."""
        return bool(self.content_hash)

    def was_sent(self, to: Recipient | None = None) -> bool:
        """Whether it was sent to them; without a name, to anybody."""
        return any(to in (None, sent.to) for sent in self.sent)

    @property
    def is_checked(self) -> bool:
        """Whether it can be sent as it is: built, and nothing left to look at."""
        return self.status == "ready" and not self.warnings

    def as_document(self, event_link: str) -> dict[str, Any]:
        """The version as the organisers' API shows it; its files and its people stand under the event's link."""
        link = f"{event_link}/manifests/{self.version}"
        return {
            "version": self.version,
            "status": self.status,
            "requested_at": _format_local(self.requested_at),
            "requested_by": self.requested_by,
            "as_of": _format_local(self.as_of),
            "content_hash": self.content_hash or None,
            "totals": self.totals,
            "warnings": [each.as_document() | _build_person_link(each, event_link) for each in self.warnings],
            "ready": self.is_checked,
            "more_checks": self.more_warnings,
            "checks": [each.as_check() | _build_person_link(each, event_link) for each in self.warnings],
            "since": self.baselines.since,
            "airline_since": self.baselines.airline_since,
            "changes": self.changes,
            "files": {file: f"{link}/{file}" for file in self.files},
            "sent": [{"to": each.to, "by": each.by, "at": _format_local(each.at)} for each in self.sent],
        }


def choose_baselines(version: int, versions: Iterable[ManifestVersion]) -> Baselines:
    """What a version of this number is compared with: the last one before it that was sent, else the last.

    The airline's deltas go from what the airline has, whatever the hotel got since. `versions` stand newest first.
    """
    earlier = [each for each in versions if each.version < version and each.has_lists]
    return Baselines(_find_last_sent(earlier, None), _find_last_sent(earlier, "airline"))


def _find_last_sent(earlier: Sequence[ManifestVersion], to: Recipient | None) -> int | None:
    sent = (each for each in earlier if each.was_sent(to))
    found = next(sent, earlier[0] if earlier else None)
    return found.version if found else None


def is_outdated(newest: ManifestVersion, versions: Iterable[ManifestVersion]) -> bool:
    """Whether the newest version says what changed since another one than it should by now: an earlier one was
    marked as sent after it was built, and it was not sent itself."""
    if newest.status != "ready":
        return False
    now = choose_baselines(newest.version, versions)
    since = now.since != newest.baselines.since and not newest.was_sent()
    return since or (now.airline_since != newest.baselines.airline_since and not newest.was_sent("airline"))


def _build_person_link(warning: ManifestWarning, event_link: str) -> dict[str, str | None]:
    """Where the organiser finds whoever a warning is about."""
    id = warning.registration_id
    return {"link": f"{event_link}/registrations/{id}" if id else None}


def _format_local(timestamp: str) -> str | None:
    """A moment of the table in local time with its offset; None where there is none yet."""
    return datetime.fromisoformat(timestamp).astimezone(ZONE).isoformat() if timestamp else None
