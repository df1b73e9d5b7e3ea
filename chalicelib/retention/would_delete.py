"""The check before a change of an event that would soon delete personal data: an organiser has to confirm it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.aws import keys, metrics, table
from chalicelib.aws.items import Item
from chalicelib.aws.keys import RegistrationKey
from chalicelib.aws.log import log
from chalicelib.problems import WouldDelete
from chalicelib.programme.flows import CheckDeletion
from chalicelib.programme.model import RetentionStage, to_local
from chalicelib.programme.purge_schedule import Moments
from chalicelib.registration import store
from chalicelib.retention import rules
from chalicelib.travel import additions_store


@dataclass(frozen=True)
class StageDeletion:
    """The number of participants whose data a stage deletes, and the moment at which it does."""

    stage: RetentionStage
    people: int
    at: datetime


def choose_check(*, confirmed: bool) -> CheckDeletion:
    """Choose what happens to a change that brings deletions forward: it is refused, or confirmed and reported."""
    return report_confirmed if confirmed else check


def report_confirmed(event_id: str, brought_forward: Moments) -> None:
    """Report that an organiser confirmed the deletion of all people of an event, while it can be undone."""
    if any(each.people for each in count_deletions(event_id, brought_forward) if each.stage == "people"):
        log.warning("The deletion of an event's people was brought forward", extra={"event": event_id})
        metrics.count("DeletionOfEveryone")


def check(event_id: str, brought_forward: Moments) -> None:
    """Raise WouldDelete where a stage that is brought forward has something to delete."""
    deletions = [each for each in count_deletions(event_id, brought_forward) if each.people]
    if not deletions:
        return
    first = min(deletions, key=lambda each: each.at)
    raise WouldDelete(
        [{"stage": each.stage, "people": each.people, "at": each.at.isoformat()} for each in deletions],
        people=max(each.people for each in deletions),
        at=first.at.date().isoformat(),
    )


def count_deletions(event_id: str, moments: Moments) -> list[StageDeletion]:
    """Count the participants about whom each of the stages would delete something."""
    items = [item for item in table.query(event_id, RegistrationKey.prefix()) if not store.is_erased(item)]
    added = _list_added_ids(event_id) if moments else frozenset()
    return [
        StageDeletion(stage, sum(_loses(item, stage, added) for item in items), to_local(at))
        for stage, at in moments.items()
    ]


def _loses(item: Item, stage: RetentionStage, added: Iterable[str]) -> bool:
    """Return True if the stage deletes something about the participant."""
    if stage == "people":
        return True
    attendee: Mapping[str, object] = item["attendee"]
    redacted = rules.redact_attendee(attendee, stage) != attendee
    in_lists = stage == "travel" and keys.parse_registration_id(item) in added
    return redacted or store.SEALED_HEALTH in item or in_lists


def _list_added_ids(event_id: str) -> frozenset[str]:
    """List the ids of the registrations that organisers added something to the lists about."""
    additions = additions_store.read(event_id)
    shared = {guest for sharing in additions.sharing for guest in sharing.guests}
    return frozenset(shared.union(*additions.bookings.values()))
