"""Sentences of the audit log and of tasks, for organisers and in what is held about a participant."""

from collections.abc import Iterable
from datetime import datetime

from chalicelib import facts
from chalicelib.audit.audit_log import AuditEntry
from chalicelib.audit.tasks import Task
from chalicelib.language import N_, Language, get_translator
from chalicelib.mail.letters.catalogue import MAIL_KINDS
from chalicelib.programme import dates
from chalicelib.programme.model import Event

_AUDIT_SENTENCES = {
    "event-created": N_("%(by)s put the event into the programme."),
    "event-edited": N_("%(by)s edited the event."),
    "event-restored": N_("%(by)s brought version %(subject)s of the event back."),
    "capacity": N_("%(by)s changed a capacity."),
    "units-moved": N_("%(by)s moved units from one thing to another."),
    "hold": N_("%(by)s changed what is set aside for “%(subject)s”."),
    "recounted": N_("%(by)s had the event counted anew, and what differed put right."),
    "details-asked": N_("%(by)s had travellers asked by mail for what is missing."),
    "room-shared": N_("%(by)s let %(people)s share a room."),
    "room-parted": N_("%(by)s took back who shares a room with %(people)s."),
    "booked": N_("%(by)s took over what the airline has booked on %(subject)s."),
    "struck-off": N_("%(by)s struck off what there was to do: %(subject)s."),
    "erased": N_("%(by)s had everything about somebody deleted who had asked for it."),
}
_REASON = N_("Because: %(reason)s")
RECIPIENT_NAMES = {
    "airline": N_("the airline"),
    "hotel": N_("the hotel"),
    "bus": N_("the bus company"),
    "kitchen": N_("the kitchen"),
    "other": N_("somebody else"),
}
#: What is said of each kind, with its parameters; of a mail, `mail` is what it is called.
_TASK_SENTENCES = {
    "mail-bounced": N_(
        "The mail “%(mail)s” came back: the address is mistyped, or takes no mail any more."
        " Reach them another way."
    ),
    "mail-complained": N_(
        "The mail “%(mail)s” was marked as unwanted. They get only answers to what they do themselves from now on."
    ),
    "counters-differ": N_(
        "%(differences)s of the event's counters differ from what its registrations say. Have the event counted"
        " anew and repaired."
    ),
    "names-due": N_("The airline wants the names by %(due)s: build the lists, check them and send them."),
    "rooms-due": N_("The hotel wants the names and rooms by %(due)s: build the lists, check them and send them."),
    "release-due": N_("Until %(due)s part of what is booked can be given back: see what is still needed."),
    "mail-refused": N_("The mail “%(mail)s” could not be sent to this address. Reach them another way."),
}
#: What each kind is called, where only that is left of it.
KIND_NAMES = {
    "mail-bounced": N_("a mail came back"),
    "mail-complained": N_("a mail was marked as unwanted"),
    "mail-refused": N_("a mail could not be sent"),
    "counters-differ": N_("the counters differ"),
    "names-due": N_("the airline wants the names"),
    "rooms-due": N_("the hotel wants the names and rooms"),
    "release-due": N_("part of what is booked can be given back"),
}
_UNKNOWN_KIND = N_("Something is wrong here: please ask whoever runs the service.")


def join_titles(names: Iterable[str], event: Event | None, language: Language) -> str:
    """Join the titles of the allotments; of a broken event (None), their names."""
    return event.join_titles(names, language) if event else ", ".join(names)


def format_audit_entry(entry: AuditEntry, event: Event | None, names: dict[str, str], language: Language) -> str:
    """Format the entry of the audit log as a sentence, with the names of the registrations by their ids.

    Of a broken event (None), allotments stand with their names.
    """
    say = get_translator(language)
    subject = say(KIND_NAMES[entry.subject]) if entry.subject in KIND_NAMES else entry.subject
    if entry.kind == "booked":
        subject = join_titles((entry.subject,), event, language) or entry.subject
    people = say(N_(" and ")).join(names.get(id, "–") for id in entry.registration_ids)
    text = say(_AUDIT_SENTENCES.get(entry.kind, entry.kind)) % {
        "by": entry.actor.email,
        "subject": subject,
        "people": people,
    }
    return f"{text} {say(_REASON) % {'reason': entry.actor.reason}}" if entry.actor.reason else text


def parse_mail_kind(task: Task) -> str | None:
    """Parse the kind of fact that the task's mail was about; None where it is about no mail."""
    return facts.parse_kind(task.parameters["mail"]) if "mail" in task.parameters else None


def format_task(task: Task, language: Language) -> str:
    """Format the task as a sentence."""
    say, mail = get_translator(language), parse_mail_kind(task)
    called = {"mail": say(MAIL_KINDS[mail].title)} if mail in MAIL_KINDS else {}
    if due := task.parameters.get("due"):
        called |= {"due": dates.format_date_time(datetime.fromisoformat(due), language)}
    return say(_TASK_SENTENCES.get(task.kind, _UNKNOWN_KIND)) % {**task.parameters, **called}
