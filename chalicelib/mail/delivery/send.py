"""Telling people what happened to them, by mail, once.

A mail is claimed in the table before it is written and sent, and marked after, so a message that the queue
delivers twice tells nothing twice. Whom to tell is looked up behind the claim: the record of a mail is deleted
only when its person is found no more, so whoever could claim it anew finds nobody. If the sender dies between
claim and mark, the claim runs out and the redelivery sends. One window is left open: when SES has taken a mail
and the sender dies, or loses the answer, before the mark is written, the redelivery sends it a second time,
because SES has no idempotency token. The second mail has the same Message-ID and the same calendar UID and
SEQUENCE, so that no calendar shows anything twice. How often that may have happened is counted
(`MailsClaimedTwice`).
"""

from datetime import datetime

from chalicelib.aws import metrics, rate_limits
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.log import log
from chalicelib.aws.rate_limits import RateLimit
from chalicelib.facts import Fact, LinkRequested
from chalicelib.mail.delivery import erasure, outcomes, reports, sender, store, writing
from chalicelib.mail.delivery.message import Envelope, Mailbox, build_message
from chalicelib.mail.delivery.reports import Report
from chalicelib.mail.delivery.writing import Mail
from chalicelib.mail.letters.catalogue import can_anyone_trigger
from chalicelib.settings import settings


def send_mail_for(fact: Fact, now: datetime) -> None:
    """Send the fact's mail, unless it was sent before or there is nobody left to tell.

    Raises StillClaimed while somebody else sends it, RefusedForNow, and whatever SES raises that may pass: then
    the queue shall deliver the fact again. A mail that SES refuses for good is recorded as failed, and put on the
    organiser's list. A mail that anybody could have caused is withheld where its address has had too many today.
    """
    claimed = store.claim(fact, now)
    if not claimed:
        return
    mail = _build_mail_or_release(fact, claimed, now)
    if mail is None:
        if isinstance(fact, LinkRequested):
            erasure.erase_link_request(fact)
        store.release(fact, now)
        return
    if claimed == "again":
        metrics.count("MailsClaimedTwice")
    if can_anyone_trigger(fact):
        _deliver_within_limit(rate_limits.mailbox_limit(mail.to.address), fact, mail, now)
    else:
        _deliver(fact, mail, now)


def _build_mail_or_release(fact: Fact, claim: str, now: datetime) -> Mail | None:
    """The mail, if there is one; where it cannot be written, nothing is sent, so whoever tries next is not to be
    taken for a second mail."""
    try:
        return writing.build_mail(fact, now)
    except Exception:
        if claim == "first":
            store.release(fact, now)
        raise


def _deliver_within_limit(limit: RateLimit, fact: Fact, mail: Mail, now: datetime) -> None:
    """Send it and count it, or withhold it. What SES has not taken counts when it does: until then, nobody's mails
    of the day are used up."""
    if not limit.try_increment(now):
        store.mark_withheld(fact, now)
        return
    try:
        _deliver(fact, mail, now)
    except sender.TemporarySendError:
        limit.decrement(now)
        raise


def _deliver(fact: Fact, mail: Mail, now: datetime) -> None:
    """Send it, and write down what became of it."""
    which = {"mail": fact.key, "event": fact.event_id, "fact": fact.kind, "at": fact.at}
    try:
        message_id = _send(fact, mail, now)
    except sender.PermanentSendError as refused:
        outcomes.record(_build_failure_report(fact, str(refused), now))
        metrics.count("MailsFailed")
        log.warning("A mail was refused", extra={**which, "reason": str(refused)})
    else:
        store.mark_sent(fact, message_id, now)
        metrics.count("MailsSent")
        metrics.record_seconds("MailLag", [(now - datetime.fromisoformat(fact.at)).total_seconds()])
        log.info("A mail was sent", extra=which)


def _build_failure_report(fact: Fact, reason: str, now: datetime) -> Report:
    return Report(
        mail=fact.key,
        event_id=fact.event_id,
        registration_id=reports.get_registration_id(fact),
        outcome="failed",
        reason=reason,
        at=format_timestamp(now),
        sent_at=format_timestamp(now),
    )


def _send(fact: Fact, mail: Mail, now: datetime) -> str:
    to = Mailbox(mail.to.name, sender.normalize_address(mail.to.address))
    envelope = Envelope(Mailbox.parse(settings().sender), to, mail.reply_to, fact.key)
    raw = build_message(mail.letter, envelope, mail.calendar_files, now)
    return sender.send(raw, to.address, reports.build_tags(fact))
