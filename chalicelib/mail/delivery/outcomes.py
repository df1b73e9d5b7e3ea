"""Recording what became of a mail: in its record, in the registration's history, and in the organiser's tasks.

One transaction conditional on the record writes all of it, so a duplicate of a report changes nothing.
"""

from contextlib import suppress

from chalicelib import facts
from chalicelib.audit import tasks
from chalicelib.audit.tasks import Task
from chalicelib.aws import table
from chalicelib.aws.items import Write
from chalicelib.aws.table import ConditionFailed
from chalicelib.facts import MailBounced, MailComplained
from chalicelib.mail.delivery import store
from chalicelib.mail.delivery.reports import ORGANISER_MAIL_KINDS, Outcome, Report
from chalicelib.registration.notes import build_note

MAIL_REFUSED = "mail-refused"
#: The kind of task for each outcome; a soft bounce makes none.
_TASK_KINDS: dict[Outcome, str] = {
    "failed": MAIL_REFUSED,
    "bounced": MailBounced.kind,
    "complained": MailComplained.kind,
}
#: The fact in the history: a participant knows as little of a mail that SES refused as of one that bounced.
_FACT_TYPES: dict[Outcome, type[MailBounced | MailComplained]] = {
    "failed": MailBounced,
    "bounced": MailBounced,
    "complained": MailComplained,
}
_RECORD_INDEX = 0  #: the position of the record's update in the transaction


def record(report: Report) -> None:
    """Record the report, unless that much is known already.

    For an erased registration, and for a mail without an event, only the mail's record is updated. Raises TooBusy,
    with nothing written.
    """
    try:
        table.transact(store.build_outcome_update(report), *_build_follow_up_writes(report))
    except ConditionFailed as failure:
        if _RECORD_INDEX not in failure.current_items:
            with suppress(ConditionFailed):
                table.transact(store.build_outcome_update(report))


def _build_follow_up_writes(report: Report) -> tuple[Write, ...]:
    if not report.event_id or report.outcome not in _TASK_KINDS:
        return ()
    if facts.parse_kind(report.mail) in ORGANISER_MAIL_KINDS:
        return (tasks.build_put(_build_task(report, "")),)
    return build_note(_build_fact(report)), tasks.build_put(_build_task(report, report.registration_id))


def _build_fact(report: Report) -> MailBounced | MailComplained:
    return _FACT_TYPES[report.outcome](
        event_id=report.event_id,
        registration_id=report.registration_id,
        revision=0,  # the history is not read here; its entries do not store the revision
        at=report.at,
        mail=report.mail,
        reason=report.reason,
    )


def _build_task(report: Report, registration_id: str) -> Task:
    return Task(
        event_id=report.event_id,
        kind=_TASK_KINDS[report.outcome],
        subject=report.mail,
        at=report.at,
        registration_id=registration_id,
        parameters={"mail": report.mail, "sent_at": report.sent_at},
    )
