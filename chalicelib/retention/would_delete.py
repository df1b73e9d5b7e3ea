"""The check before a change of an event that would soon delete personal data: an organiser has to confirm it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from chalicelib.audit import lasting
from chalicelib.aws import keys, metrics, table
from chalicelib.aws.items import Item
from chalicelib.aws.keys import RegistrationKey
from chalicelib.aws.log import log
from chalicelib.problems import WouldDelete
from chalicelib.programme.flows import CheckDeletion
from chalicelib.programme.model import RETENTION_STAGES, RetentionStage, to_local
from chalicelib.programme.purge_schedule import Moments, PlanChange, ScheduleChange
from chalicelib.registration import store
from chalicelib.retention import rules
from chalicelib.travel import additions_store


@dataclass(frozen=True)
class StageDeletion:
    """What a stage deletes: the data of so many participants, and whether it deletes anything beside that.

    That is the files of lists, what organisers added to them, and entries of the audit log.
    """

    stage: RetentionStage
    people: int
    deletes_more: bool


def choose_check(*, confirmed: bool) -> CheckDeletion:
    """Choose what happens to a change that brings deletions forward: it is refused, or confirmed and reported."""
    return report_confirmed if confirmed else check


def report_confirmed(event_id: str, plan_change: PlanChange) -> ScheduleChange:
    """Report that an organiser confirmed the deletion of all people of an event, while it can be undone."""
    deletions = list_deletions(event_id)
    change = _plan(deletions, plan_change)
    if any(each.people for each in deletions if each.stage == "people" and each.stage in change.brought_forward):
        log.warning("The deletion of an event's people was brought forward", extra={"event": event_id})
        metrics.count("DeletionOfEveryone")
    return change


def check(event_id: str, plan_change: PlanChange) -> ScheduleChange:
    """Raise WouldDelete where a stage that is brought forward has something to delete.

    Of an event without participants nothing is asked.
    """
    deletions = list_deletions(event_id)
    change = _plan(deletions, plan_change)
    moments = change.moments_brought_forward
    if moments and any(each.people for each in deletions if each.stage == "people"):
        raise _build_question([each for each in deletions if each.stage in moments], moments)
    return change


def _plan(deletions: Iterable[StageDeletion], plan_change: PlanChange) -> ScheduleChange:
    return plan_change([each.stage for each in deletions])


def _build_question(deletions: Collection[StageDeletion], moments: Moments) -> WouldDelete:
    stages = [
        {"stage": each.stage, "people": each.people, "at": to_local(moments[each.stage]).isoformat()}
        for each in deletions
    ]
    first = to_local(min(moments.values()))
    return WouldDelete(stages, people=max(each.people for each in deletions), at=first.date().isoformat())


def list_deletions(event_id: str, stages: Collection[RetentionStage] = RETENTION_STAGES) -> list[StageDeletion]:
    """List those of the stages that have something left to delete, each with how many people it is about."""
    items = [item for item in table.query(event_id, RegistrationKey.prefix()) if not store.is_erased(item)]
    added = _list_added_ids(event_id) if stages else frozenset()
    listed = (
        StageDeletion(stage, sum(_loses(item, stage, added) for item in items), _deletes_more(event_id, stage))
        for stage in stages
    )
    return [each for each in listed if each.people or each.deletes_more]


def _loses(item: Item, stage: RetentionStage, added: Iterable[str]) -> bool:
    """Return True if the stage deletes something about the participant."""
    in_lists = stage == "travel" and keys.parse_registration_id(item) in added
    return in_lists or _has_left(item, stage)


def _deletes_more(event_id: str, stage: RetentionStage) -> bool:
    """Return True if the stage deletes something beside registrations."""
    kinds = [kind for kind, actions in rules.ACTIONS.items() if stage in actions and kind != RegistrationKey.KIND]
    items = (item for kind in kinds for item in table.query(event_id, kind))
    return any(_has_left(item, stage) for item in items)


def _has_left(item: Item, stage: RetentionStage) -> bool:
    """Return True if the stage has something left to delete of the item."""
    action = rules.choose_action(item, stage)
    if action == "is-stripped":
        redacted = rules.redact_attendee(item["attendee"], stage)
        return store.SEALED_HEALTH in item or redacted != item["attendee"]
    if action == "is-withdrawn":
        return bool(item["status"] != "withdrawn")
    if action == "is-anonymised":
        return lasting.anonymise(item) != item
    if action == "is-unnamed":
        holds = item.get("holds", {})
        return bool(rules.replace_hold_names(holds) != holds)
    return action != "stays"


def _list_added_ids(event_id: str) -> frozenset[str]:
    """List the ids of the registrations that organisers added something to the lists about."""
    additions = additions_store.read(event_id)
    shared = {guest for sharing in additions.sharing for guest in sharing.guests}
    return frozenset(shared.union(*additions.bookings.values()))
