"""Access to a registration: by which way a request reaches it, and what that way opens.

The answer's link opens a registration as long as all that is in it came through that link. The first write that
came another way, by the mailed link or an organiser, closes it in that same write: `build_closing_attributes` is
part of each update of a registration that was read. A write by the answer's link rests on the revision that it was
read with, so none is ever written on top of what closed it.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from chalicelib.auth.link_tokens import LinkToken
from chalicelib.problems import ChangedTooOften, LinkNotValid, OpenTheMailedLink, PostedForOthers
from chalicelib.registration import store
from chalicelib.registration.model import ActorKind, Registration, Via

#: The attribute that closes the answer's link.
CLOSED: dict[str, Any] = {store.ANSWER_CLOSED: True}
MAX_CHANGES_AN_HOUR = 20  #: by one link
_CLOSING_WAYS: tuple[Via, ...] = ("mailed", "organiser")


@dataclass(frozen=True)
class Access:
    """A way to one registration; without a token it is an organiser's, who has signed in."""

    event_id: str
    registration_id: str
    token: LinkToken | None = None

    @property
    def via(self) -> Via:
        """Return the way."""
        return self.token.kind if self.token else "organiser"

    @property
    def by(self) -> ActorKind:
        """Return who acts."""
        return "participant" if self.token else "organiser"

    def admit(self, registration: Registration | None, *, to_status: bool = False) -> Registration:
        """Return the registration as reached by this way.

        With `to_status` the answer's link need not be open: what it opens then is the status alone. Raises
        LinkNotValid where there is no registration, or it was made anew since the link was given out, and
        OpenTheMailedLink.
        """
        if registration is None or not self._is_valid_for(registration):
            raise LinkNotValid
        reached = replace(registration, via=self.via)
        if not to_status:
            require_own(reached)
            _require_open(reached)
        return reached

    def admit_poster(self, registration: Registration | None) -> Registration:
        """Return the registration as reached by the person who posted it and its party, to act for the others.

        The link of one who is not among them never closes. Raises as `admit`.
        """
        reached = self.admit(registration, to_status=True)
        if not reached.is_posters:
            _require_open(reached)
        return reached

    def _is_valid_for(self, registration: Registration) -> bool:
        if self.token is None:
            return True
        return self.token.is_signed_for(registration.event_id, registration.get_generation(self.token.kind))


def require_own(reached: Registration) -> None:
    """Raise PostedForOthers where the link is that of a poster who is not among the party."""
    if reached.is_posters:
        raise PostedForOthers


def _require_open(reached: Registration) -> None:
    if reached.via == "answer" and reached.answer_closed:
        raise OpenTheMailedLink


def count_change(registration: Registration, now: datetime) -> dict[str, Any]:
    """Build the attribute that counts one more change by the link that the registration was reached by.

    Each link has a count of its own for each hour, so that no holder of one uses up the changes of another, and
    organisers have none. Raises ChangedTooOften.
    """
    if registration.via == "organiser":
        return {}
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    counts = {"hour": hour.isoformat()}
    if registration.recent_changes.get("hour") == counts["hour"]:
        counts = dict(registration.recent_changes)
    made = int(counts.get(registration.via, 0))
    if made >= MAX_CHANGES_AN_HOUR:
        raise ChangedTooOften(ceil((hour + timedelta(hours=1) - now).total_seconds()))
    return {store.RECENT_CHANGES: {**counts, registration.via: made + 1}}


def build_way_condition(registration: Registration) -> str:
    """Build the condition on the way by which it was reached, in the write itself.

    A poster changes what the participant has not taken into their own hands meanwhile.
    """
    if registration.via != "poster":
        return ""
    return f"attribute_not_exists(#{store.ANSWER_CLOSED}) AND attribute_not_exists(#{store.MAILBOX_PROVEN})"


def build_closing_attributes(registration: Registration) -> dict[str, Any]:
    """Build the attributes by which a write closes the answer's link, and notes that the mailbox was proven."""
    attributes: dict[str, Any] = {}
    if registration.via in _CLOSING_WAYS and not registration.answer_closed:
        attributes |= CLOSED
    if registration.via == "mailed" and not registration.mailbox_proven:
        attributes[store.MAILBOX_PROVEN] = True
    return attributes
