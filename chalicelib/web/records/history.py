"""Format a registration's history as sentences, for organisers and in what is held about a participant."""

from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate
from typing import Any

from chalicelib.language import N_, Language, get_translator
from chalicelib.mail.delivery import store
from chalicelib.mail.letters.catalogue import MAIL_KINDS
from chalicelib.programme import dates
from chalicelib.programme.model import Event
from chalicelib.registration import details
from chalicelib.registration.history import build_timeline
from chalicelib.registration.model import Registration
from chalicelib.web.records import sentences

HistoryEntry = dict[str, Any]

_SENTENCES = {
    "confirmed": N_("Registered and confirmed: %(needs)s."),
    "joined": N_("Joined the waitlist, waiting for: %(waiting_for)s."),
    "promoted": N_("Moved up from the waitlist and confirmed: %(needs)s."),
    "offered": N_("Was offered %(needs)s until %(expires_at)s."),
    "offer-extended": N_("The mail with the offer did not arrive, so the offer stands until %(expires_at)s."),
    "accepted": N_("Accepted the offer."),
    "declined": N_("Declined the offer."),
    "place-kept": N_("Passed the offer on and kept the place in the line."),
    "expired": N_("Did not answer the offer before its end."),
    "changed": N_("Changed: %(fields)s."),
    "swapped": N_("Got what was waited for: %(took)s. Gave up: %(gave)s."),
    "party-changed": N_("The party has changed: %(people)s of them wait together now."),
    "mail-bounced": N_("A mail did not arrive: %(reason)s."),
    "mail-complained": N_("Marked a mail as unwanted."),
    "prioritised": N_("Was given priority %(priority)s in the line."),
    "told-of-change": N_("Told what has changed about the event, the journey or the stay."),
    "reminded": N_("Reminded of the event."),
    "details-asked": N_("Asked for missing travel details."),
    "checked-in": N_("Came."),
    "check-in-undone": N_("Had not come after all."),
    "folded": N_("%(count)s earlier facts are no longer listed one by one: only their number is kept."),
    "erased": N_("Everything about an earlier registration was deleted."),
}
#: Why SES says that a mail came back, in words (its bounce subtypes).
_BOUNCE_REASONS = {
    "NoEmail": N_("there is no such mailbox"),
    "MailboxFull": N_("the mailbox is full"),
    "MessageTooLarge": N_("the mail was too large for the mailbox"),
    "ContentRejected": N_("the mailbox does not take what was in it"),
    "AttachmentRejected": N_("the mailbox does not take what was attached"),
    "Suppressed": N_("mails to this address came back before"),
    "OnAccountSuppressionList": N_("mails to this address came back before"),
}
_UNKNOWN_BOUNCE = N_("the mailbox did not say why")
_BY_ORGANISER = {
    "promoted": N_("Promoted out of turn by %(organiser)s, because: %(reason)s"),
    "accepted": N_("Confirmed by %(organiser)s while the offer stood, because: %(reason)s"),
    "swapped": N_("Given %(took)s out of turn by %(organiser)s, because: %(reason)s"),
    "prioritised": N_("Given priority %(priority)s in the line by %(organiser)s, because: %(reason)s"),
    "cancelled": N_("Cancelled by %(organiser)s, because: %(reason)s"),
}
_MAIL_REQUESTED = {
    "participant": N_("Asked for the latest mail once more."),
    "organiser": N_("An organiser had the latest mail sent once more."),
}
_FIELD_LABELS = {
    **{name: field.label for name, field in details.FIELDS.items()},
    **{name: group.label for name, group in details.GROUPS.items()},
    **details.PERSONAL,
    "needs": N_("Needs"),
    "wait_for": N_("Wishes"),
}
_CANCELLED = {
    "participant": N_("Cancelled by the participant."),
    "leader": N_("Cancelled by the person who registered them."),
    "organiser": N_("Cancelled by an organiser."),
}
_WAITS_ALONE = N_("The party has changed: waits alone now.")
_SKIPPED_FOR_SHORTAGE = N_(
    "Skipped, because there was not enough of this: %(waiting_for)s. Somebody who needed less got in."
)
_SKIPPED_BY_ORGANISER = N_("Skipped: an organiser let somebody else go first.")


def build_history(registration: Registration, event: Event, language: Language) -> list[HistoryEntry]:
    """Build the entries in order: facts and mails, each with its moment and a sentence (`text`)."""
    timeline = build_timeline(registration)
    moments = accumulate((str(entry["at"]) for entry in timeline), max)
    timed = [*zip(moments, (_add_text(entry, event, language) for entry in timeline), strict=True)]
    timed += [(str(entry["at"]), entry) for entry in list_mails(registration, language)]
    return [entry for _, entry in sorted(timed, key=lambda each: each[0])]


def _add_text(entry: HistoryEntry, event: Event, language: Language) -> HistoryEntry:
    visible = {name: value for name, value in entry.items() if name not in ("entries", "revision")}
    return {**visible, "text": format_entry(entry, event, language)}


def format_entry(entry: HistoryEntry, event: Event | None, language: Language) -> str:
    """Format one entry as a sentence; of a broken event (None), with the names of its allotments."""
    say, values = get_translator(language), _SentenceValues(entry, event, language)
    sentences = [_select_sentence(entry), *(_MORE_SENTENCES[name] for name in _MORE_SENTENCES if name in entry)]
    return " ".join(say(sentence) % values for sentence in sentences)


def _select_sentence(entry: HistoryEntry) -> str:
    fact = entry["fact"]
    if fact == "passed":
        return _SKIPPED_FOR_SHORTAGE if entry["waiting_for"] else _SKIPPED_BY_ORGANISER
    if fact == "changed" and "organiser" in entry:
        return _CHANGED_BY_ORGANISER
    if "reason" in entry and fact in _BY_ORGANISER:
        return _BY_ORGANISER[fact]
    if fact == "cancelled":
        return _CANCELLED_BY if "organiser" in entry else _CANCELLED[entry["by"]]
    if fact == "party-changed" and entry["people"] == 1:
        return _WAITS_ALONE
    if fact == "mail-asked":
        return _MAIL_REQUESTED_BY if "organiser" in entry else _MAIL_REQUESTED[entry["by"]]
    return _SENTENCES[fact]


_CANCELLED_BY = N_("Cancelled by %(organiser)s.")
_MAIL_REQUESTED_BY = N_("%(organiser)s had the latest mail sent once more.")
#: What an entry says besides, by the field that it has.
_MORE_SENTENCES = {
    "address_corrected": N_("The person who registered them had mistyped the mail address, and corrected it."),
    "dropped": N_("It is another person now, so this was deleted: %(dropped)s."),
    "told_by_the_person": N_("What it says about food or assistance, the person had told them."),
}
_CHANGED_BY_ORGANISER = N_("Changed by %(organiser)s: %(fields)s.")


class _SentenceValues(dict[str, str]):
    """An entry's values in words, each formatted when a sentence asks for it."""

    def __init__(self, entry: HistoryEntry, event: Event | None, language: Language) -> None:
        super().__init__()
        self._entry, self._event, self._language = entry, event, language

    def __missing__(self, name: str) -> str:
        value = self._entry[name]
        if name in ("needs", "waiting_for", "took", "gave"):
            return sentences.join_titles(value, self._event, self._language) or "–"
        if name == "expires_at":
            return dates.format_date_time(datetime.fromisoformat(value), self._language)
        if name == "reason" and self._entry["fact"] == "mail-bounced":
            return get_translator(self._language)(_BOUNCE_REASONS.get(value, _UNKNOWN_BOUNCE))
        if name in ("fields", "dropped"):
            return ", ".join(get_translator(self._language)(_FIELD_LABELS.get(field, field)) for field in value)
        return str(value)


_MAIL_SENTENCES = {
    "sent": N_("The mail “%(mail)s” was sent."),
    "withheld": N_(
        "The mail “%(mail)s” was not sent by itself: its address had had too many that day. What it told is in"
        " one mail at the next full hour."
    ),
}


def list_mails(registration: Registration, language: Language) -> Iterator[dict[str, Any]]:
    """List an entry for each mail that was sent or withheld; a bounce is a fact of the history itself."""
    say = get_translator(language)
    for record in store.list_for_registration(registration.event_id, registration.id):
        for state, sentence in _MAIL_SENTENCES.items():
            if at := record.get(f"{state}_at"):
                text = say(sentence) % {"mail": say(MAIL_KINDS[record["kind"]].title)}
                yield {"fact": f"mail-{state}", "at": at, "mail": record["kind"], "text": text}
