"""The versions of a manifest: the status of each, its recipients, and the earlier versions it is compared with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from chalicelib.programme.model import ZONE
from chalicelib.travel.lists.warning import ManifestWarning

#: The files of a withdrawn one are deleted: a person in them was erased, or their retention period ended.
VersionStatus = Literal["building", "ready", "failed", "withdrawn"]
Recipient = Literal["airline", "hotel", "bus", "kitchen", "other"]


@dataclass(frozen=True)
class SentRecord:
    """A mark by an organiser (`by`) that they sent a version to a recipient."""

    to: Recipient
    by: str
    at: str


@dataclass(frozen=True)
class Baselines:
    """The versions that one is compared with: for people, and for the airline's deltas; None without one."""

    since: int | None = None
    airline_since: int | None = None

    @property
    def version_numbers(self) -> tuple[int, ...]:
        """The numbers of both, each once."""
        return tuple({number for number in (self.since, self.airline_since) if number is not None})


NO_CHANGES = {"added": 0, "removed": 0, "changed": 0}


@dataclass(frozen=True)
class ManifestVersion:
    """One numbered version of a manifest.

    `source_revision` names the state of event, registrations and additions that it was built from: its content is
    never older. `is_begun` means that they are being read, so later changes may be missing. What only a built
    manifest has is empty before.
    """

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
    more_warnings: int = 0  #: how many more there are in the files
    baselines: Baselines = Baselines()
    changes: dict[str, int] = field(default_factory=lambda: dict(NO_CHANGES))
    files: tuple[str, ...] = ()
    content_hash: str = ""
    sent: tuple[SentRecord, ...] = ()
    has_erased_names: bool = False  #: in the airline's deltas

    @property
    def has_lists(self) -> bool:
        """Whether a later version can be compared with it."""
        return bool(self.content_hash)

    def was_sent(self, to: Recipient | None = None) -> bool:
        """Return True if it was sent to the recipient, or to any recipient where none is given."""
        return any(to in (None, sent.to) for sent in self.sent)

    @property
    def is_checked(self) -> bool:
        """Whether it can be sent as it is: built, and without warnings."""
        return self.status == "ready" and not self.warnings

    def as_document(self, event_link: str) -> dict[str, Any]:
        """Return the version as the organisers' API shows it, with links under the event's link."""
        link = f"{event_link}/manifests/{self.version}"
        return {
            "version": self.version,
            "status": self.status,
            "requested_at": _format_local(self.requested_at),
            "requested_by": self.requested_by,
            "as_of": _format_local(self.as_of),
            "content_hash": self.content_hash or None,
            "totals": self.totals,
            "warnings": [
                warning.as_document() | _build_person_link(warning, event_link) for warning in self.warnings
            ],
            "ready": self.is_checked,
            "more_checks": self.more_warnings,
            "checks": [warning.as_check() | _build_person_link(warning, event_link) for warning in self.warnings],
            "since": self.baselines.since,
            "airline_since": self.baselines.airline_since,
            "changes": self.changes,
            "files": {file: f"{link}/{file}" for file in self.files},
            "sent": [
                {"to": warning.to, "by": warning.by, "at": _format_local(warning.at)} for warning in self.sent
            ],
        }


def choose_baselines(version: int, versions: Iterable[ManifestVersion]) -> Baselines:
    """Choose the versions to compare a version of this number with: the last one sent before it, else the last.

    The airline's deltas start from what the airline has, whatever the hotel got since. `versions` are newest
    first.
    """
    earlier = [candidate for candidate in versions if candidate.version < version and candidate.has_lists]
    return Baselines(_find_last_sent(earlier, None), _find_last_sent(earlier, "airline"))


def _find_last_sent(earlier: Sequence[ManifestVersion], to: Recipient | None) -> int | None:
    """Return the number of the last version sent to the recipient, else of the last one; None without any."""
    sent = (version for version in earlier if version.was_sent(to))
    baseline = next(sent, earlier[0] if earlier else None)
    return baseline.version if baseline else None


def is_outdated(newest: ManifestVersion, versions: Iterable[ManifestVersion]) -> bool:
    """Return True if the newest version should be compared with other baselines than it is.

    That is so when an earlier version was marked as sent after this one was built, unless it was sent itself.
    """
    if newest.status != "ready":
        return False
    baselines = choose_baselines(newest.version, versions)
    is_for_people = baselines.since != newest.baselines.since and not newest.was_sent()
    return is_for_people or (
        baselines.airline_since != newest.baselines.airline_since and not newest.was_sent("airline")
    )


def _build_person_link(warning: ManifestWarning, event_link: str) -> dict[str, str | None]:
    """Build the link to the registration that a warning is about; None where it is about no single person."""
    id = warning.registration_id
    return {"link": f"{event_link}/registrations/{id}" if id else None}


def _format_local(timestamp: str) -> str | None:
    """Format a stored timestamp in local time with its offset; None where it is empty."""
    return datetime.fromisoformat(timestamp).astimezone(ZONE).isoformat() if timestamp else None
