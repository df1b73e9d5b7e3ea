"""Sending the mail of a fact, once: claim, send, mark.

The mail worker claims a mail in the table before it builds and sends it, and marks it after, so a message that the
queue delivers again sends nothing again. The recipient is read after the claim: erasure deletes a mail's record
only when the registration is gone, so a worker that can claim such a mail anew finds no recipient. If the worker
dies between claim and mark, the lease expires and the redelivery sends.

One window stays open: when SES has taken a mail and the worker dies, or loses the answer, before the mark, the
redelivery sends a second mail, because SES has no idempotency token. SES gives each a Message-ID of its own, so
the mail program shows both; their calendar UID and SEQUENCE are the same, so no calendar shows anything twice. The
metric `MailsClaimedTwice` counts how often that may be.

Mails to one mailbox have a limit, so that a stranger who registers its address cannot flood it. What is above is
withheld, and told in one mail at the next full hour (links/withheld_mails.py): so no one can silence it either.
"""

from datetime import datetime

from chalicelib.aws import metrics, rate_limits
from chalicelib.aws.items import Write
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.log import log
from chalicelib.aws.rate_limits import RateLimit
from chalicelib.facts import Fact, LinkRequested, LinksAsked
from chalicelib.links import link_requests, withheld_mails
from chalicelib.mail.delivery import erasure, outcomes, reports, sender, store, summaries
from chalicelib.mail.delivery.message import Envelope, Mailbox, build_message
from chalicelib.mail.delivery.reports import Report
from chalicelib.mail.delivery.store import Claim
from chalicelib.mail.delivery.writing import Mail
from chalicelib.mail.letters.catalogue import choose_budget
from chalicelib.settings import settings


def send_mail_for(fact: Fact, now: datetime) -> None:
    """Send the fact's mail, unless it was sent before or has no recipient any more.

    Raises AlreadyLeased while another worker sends it, TemporarySendError, and whatever else SES raises that may
    pass: then the queue shall deliver the fact again. A mail that SES refuses for good is recorded as failed, with
    a task for the organiser. A mail to a mailbox that is over its limit is withheld.
    """
    claim = store.claim(fact, now)
    if claim is Claim.REFUSED:
        return
    mail = _build_mail(fact, claim, now)
    if mail is None:
        _drop(fact, now)
        return
    if claim is Claim.AGAIN:
        metrics.count("MailsClaimedTwice")
    if mail.left:
        withheld_mails.postpone(mail.left[0].mailbox, now)
    if limit := _choose_limit(fact, mail):
        _deliver_within_limit(limit, fact, mail, now)
    else:
        _deliver(fact, mail, now)


def _choose_limit(fact: Fact, mail: Mail) -> RateLimit | None:
    """Choose the limit that the mail counts against; it is wide for news to a mailbox that has used its link."""
    budget, address = choose_budget(fact), mail.to.address
    if budget is None:
        return None
    if budget == "link":
        return rate_limits.link_limit(address)
    is_proven = all(registration.mailbox_proven for registration in mail.registrations)
    return rate_limits.proven_mailbox_limit(address) if is_proven else rate_limits.mailbox_limit(address)


def _build_mail(fact: Fact, claim: Claim, now: datetime) -> Mail | None:
    """Build the mail; release a first claim where that fails, so that the next one does not count as a second
    mail."""
    try:
        return summaries.build_mail(fact, now)
    except Exception:
        if claim is Claim.FIRST:
            store.release(fact, now)
        raise


def _drop(fact: Fact, now: datetime) -> None:
    """Leave no record of a mail without a recipient, nor of what was withheld from it."""
    if isinstance(fact, LinkRequested):
        erasure.erase_link_request(fact)
    store.end(*summaries.build_dropped_endings(fact))
    store.release(fact, now)


def _deliver_within_limit(limit: RateLimit, fact: Fact, mail: Mail, now: datetime) -> None:
    """Deliver the mail and count it, or withhold it. One that SES has not taken yet is not counted until it is."""
    if not limit.try_increment(now):
        _withhold(fact, mail, now)
        return
    try:
        _deliver(fact, mail, now)
    except sender.TemporarySendError:
        limit.decrement(now)
        raise


def _withhold(fact: Fact, mail: Mail, now: datetime) -> None:
    """Leave the mail to the one that tells at the next full hour how all that was withheld stands by then."""
    mailbox = rate_limits.hash_mailbox(mail.to.address)
    notes = [withheld_mails.build_note_write(registration, now) for registration in mail.registrations]
    due = withheld_mails.build_due_write(mailbox, now)
    store.withhold(fact, now, *notes, due, *_build_endings(fact, mail))
    metrics.count("MailsWithheld")
    log.info("A mail was withheld", extra={"mail": fact.key, "event": fact.event_id, "fact": fact.kind})


def _build_endings(fact: Fact, mail: Mail) -> list[Write]:
    """Build what ends that which led to the mail: what it told, and the address that was kept for it alone."""
    if isinstance(fact, LinksAsked):
        return [link_requests.build_ending(fact.request_id)]
    if isinstance(fact, LinkRequested) and not mail.registrations:
        return [erasure.build_address_removal(fact)]
    return [withheld_mails.build_ending(note) for note in mail.told]


def _deliver(fact: Fact, mail: Mail, now: datetime) -> None:
    """Send the mail, and mark it as sent or failed."""
    fields = {"mail": fact.key, "event": fact.event_id, "fact": fact.kind, "at": fact.at}
    try:
        message_id = _send(fact, mail, now)
    except sender.PermanentSendError as error:
        outcomes.record(_build_failure_report(fact, str(error), now))
        store.end(*_build_endings(fact, mail))
        metrics.count("MailsFailed")
        log.warning("A mail was refused", extra={**fields, "reason": str(error)})
    else:
        store.mark_sent(fact, message_id, now, *_build_endings(fact, mail))
        metrics.count("MailsSent")
        if mail.told:
            metrics.count("MailsDrawnTogether", sum(note.count for note in mail.told))
        metrics.record_seconds("MailLag", [(now - datetime.fromisoformat(fact.at)).total_seconds()])
        log.info("A mail was sent", extra=fields)


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
