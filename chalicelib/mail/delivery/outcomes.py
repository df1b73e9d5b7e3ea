"""Writing down what became of a mail: in its record, in the history of whom it was for, and on the organiser's
list of things to do. All of it is one transaction on the record, so a report that comes twice changes nothing.
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
#: What each outcome is called on the list of things to do; one that may pass is none. Whoever was refused the mail
#: knows as little of it as if it had come back.
_TASK_KINDS: dict[Outcome, str] = {
    "failed": MAIL_REFUSED,
    "bounced": MailBounced.kind,
    "complained": MailComplained.kind,
}
_FACT_TYPES: dict[Outcome, type[MailBounced | MailComplained]] = {
    "failed": MailBounced,
    "bounced": MailBounced,
    "complained": MailComplained,
}
_RECORD_INDEX = 0  #: where it stands in the transaction


def record(report: Report) -> None:
    """Write the report down, unless that much is known already; of somebody who was erased, or a mail that was
    no event's, only in the mail's record. Raises TooBusy, with nothing written."""
    try:
        table.transact(store.build_outcome_update(report), *_build_follow_up_writes(report))
    except ConditionFailed as refused:
        if _RECORD_INDEX not in refused.current_items:
            with suppress(ConditionFailed):
                table.transact(store.build_outcome_update(report))


def _build_follow_up_writes(report: Report) -> tuple[Write, ...]:
    if not report.event_id or report.outcome not in _TASK_KINDS:
        return ()
    to_them = facts.parse_kind(report.mail) not in ORGANISER_MAIL_KINDS
    if to_them:
        return build_note(_build_fact(report)), tasks.build_put(_build_task(report, report.registration_id))
    return (tasks.build_put(_build_task(report, "")),)


def _build_fact(report: Report) -> MailBounced | MailComplained:
    return _FACT_TYPES[report.outcome](
        event_id=report.event_id,
        registration_id=report.registration_id,
        revision=0,  # its place in the history, which is not read here
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
