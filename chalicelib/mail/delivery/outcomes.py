"""Writing down what became of a mail: in its record, in the history of whom it was for, and on the organiser's
list of things to do. All of it is one transaction on the record, so a report that comes twice changes nothing.
"""

from contextlib import suppress

from chalicelib import facts
from chalicelib.audit import tasks
from chalicelib.audit.tasks import Todo
from chalicelib.aws import table
from chalicelib.aws.items import Write
from chalicelib.aws.table import Refused
from chalicelib.facts import MailBounced, MailComplained
from chalicelib.mail.delivery import store
from chalicelib.mail.delivery.reports import Outcome, Report
from chalicelib.mail.letters.kinds import TO_ORGANISER
from chalicelib.registration.notes import note

MAIL_REFUSED = "mail-refused"
#: What each outcome is called on the list of things to do; one that may pass is none. Whoever was refused the mail
#: knows as little of it as if it had come back.
_TODO: dict[Outcome, str] = {
    "failed": MAIL_REFUSED,
    "bounced": MailBounced.kind,
    "complained": MailComplained.kind,
}
_NOTED: dict[Outcome, type[MailBounced | MailComplained]] = {
    "failed": MailBounced,
    "bounced": MailBounced,
    "complained": MailComplained,
}
_RECORD = 0  #: where it stands in the transaction


def record(report: Report) -> None:
    """Write the report down, unless that much is known already; of somebody who was erased, or a mail that was
    no event's, only in the mail's record. Raises TooBusy, with nothing written."""
    try:
        table.transact(store.outcome(report), *_consequences(report))
    except Refused as refused:
        if _RECORD not in refused.found:
            with suppress(Refused):
                table.transact(store.outcome(report))


def _consequences(report: Report) -> tuple[Write, ...]:
    if not report.event_id or report.outcome not in _TODO:
        return ()
    to_them = facts.kind_of(report.mail) not in TO_ORGANISER
    if to_them:
        return note(_fact(report)), tasks.put(_todo(report, report.registration_id))
    return (tasks.put(_todo(report, "")),)


def _fact(report: Report) -> MailBounced | MailComplained:
    return _NOTED[report.outcome](
        event_id=report.event_id,
        registration_id=report.registration_id,
        revision=0,  # its place in the history, which is not read here
        at=report.at,
        mail=report.mail,
        reason=report.reason,
    )


def _todo(report: Report, registration_id: str) -> Todo:
    return Todo(
        event_id=report.event_id,
        kind=_TODO[report.outcome],
        subject=report.mail,
        at=report.at,
        registration_id=registration_id,
        parameters={"mail": report.mail, "sent_at": report.sent_at},
    )
