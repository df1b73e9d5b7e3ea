"""Everything that is held about a participant as one document: plain names, sentences in the reader's language.

It has two parts: what belongs to this registration (`build_own_part`), and what else is held
(`build_further_part`): the history, with that of earlier registrations, mails, and what organisers wrote.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib.audit import audit_log, tasks
from chalicelib.aws.items import Item
from chalicelib.aws.waitlist_keys import SkipKey, WaitlistKey
from chalicelib.language import N_, Language, get_translator
from chalicelib.mail.letters.catalogue import MAIL_KINDS
from chalicelib.problems import OpenTheMailedLink
from chalicelib.programme import lines
from chalicelib.programme.model import Event, to_local
from chalicelib.registration import flows, sealing, updates
from chalicelib.registration.history import build_timeline
from chalicelib.registration.model import Registration
from chalicelib.retention import personal_data
from chalicelib.travel import personal_data as travel_data
from chalicelib.web.http import serializers
from chalicelib.web.records import sentences
from chalicelib.web.records.history import format_entry

#: The states of a mail's record, in words, and the attribute that says since when.
MAIL_STATES = {
    "claimed": N_("is being sent"),
    "sent": N_("sent"),
    "withheld": N_("not sent, because the address had had too many that day"),
    "failed": N_("could not be sent"),
    "soft-bounced": N_("sent, and not delivered yet"),
    "bounced": N_("came back"),
    "complained": N_("marked as unwanted"),
}
_GOT_IN = N_("Got in ahead of others, for whom there was not enough of this: %(names)s.")
#: Of an entry of the history, what a program reads beside the sentence.
_HISTORY_FIELDS = ("fact", "times", "organiser", "reason")


def build_document(registration: Registration, event: Event, language: Language) -> dict[str, Any]:
    """Build both parts; for the answer's link, whose holder proved no mailbox, the own part alone.

    Raises SealNotOpened.
    """
    own = build_own_part(registration)
    return own if registration.via == "answer" else own | build_further_part(registration, event, language)


def build_own_part(registration: Registration) -> dict[str, Any]:
    """Build what belongs to this registration: its details, its needs and its status.

    Raises SealNotOpened, and OpenTheMailedLink where the answer's link was closed since the registration was read.
    """
    attendee, came = sealing.unseal(registration).attendee, registration.checked_in_at
    standing = flows.load_standing(registration)
    if standing.registration.shows_status_alone:
        raise OpenTheMailedLink
    return {
        "event": registration.event_id,
        "registration": {
            **serializers.serialize_standing(standing),
            "registered_at": registration.registered_at.isoformat(),
            "checked_in_at": came.isoformat() if came else None,
            "registered_by_another": registration.was_registered_by_another,
            "people_registered_by_them": len(registration.companion_ids),
            "attendee": updates.serialize_attendee(attendee),
        },
    }


def build_further_part(registration: Registration, event: Event, language: Language) -> dict[str, Any]:
    """Build what else is held about the participant, each record with its moment and its sentence."""
    of_it = (registration.event_id, registration.id)
    return {
        "history": list(_build_history(registration, event, language)),
        "mails": [_build_mail(record, language) for record in personal_data.find_mails(*of_it)],
        "link_requests": [
            {"at": _localize(record["requested_at"])} for record in personal_data.find_link_requests(*of_it)
        ],
        "waitlist": [_build_waitlist_entry(record) for record in personal_data.find_waitlist_items(*of_it)],
        "got_in_ahead": [_build_skip(record, event, language) for record in personal_data.find_skips(*of_it)],
        "tasks": [_build_task(record, language) for record in personal_data.find_tasks(*of_it)],
        "organisers_actions": [
            _build_action(record, registration, event, language)
            for record in personal_data.find_audit_entries(*of_it)
        ],
        **travel_data.export_personal_data(*of_it),
    }


def _localize(moment: str) -> str:
    """Return the moment with the offset of Danish time."""
    return to_local(datetime.fromisoformat(moment)).isoformat(timespec="seconds")


def _build_history(registration: Registration, event: Event, language: Language) -> Iterator[dict[str, Any]]:
    for entry in build_timeline(registration):
        known = {name: entry[name] for name in _HISTORY_FIELDS if name in entry}
        yield {"at": _localize(entry["at"]), **known, "text": format_entry(entry, event, language)}


def _build_mail(record: Item, language: Language) -> dict[str, Any]:
    say, state = get_translator(language), record["state"]
    moments = {
        name: _localize(record[name]) for name in sorted(record) if name.endswith("_at") and name != "expires_at"
    }
    return {
        "mail": record["kind"],
        "title": say(MAIL_KINDS[record["kind"]].title),
        "state": state,
        "text": say(MAIL_STATES[state]),
        **moments,
        "number_at_mail_service": record.get("message_id"),
        "reason": record.get("reason"),
    }


def _build_waitlist_entry(record: Item) -> dict[str, Any]:
    entry = WaitlistKey.parse(record)
    return {
        "for": list(lines.parse_demand(entry.line)),
        "since": _localize(entry.joined_at),
        "priority": int(entry.priority),
        "people": lines.count_people(entry.line),
    }


def _build_skip(record: Item, event: Event, language: Language) -> dict[str, Any]:
    short = tuple(dict.fromkeys(name for names in record["lines"].values() for name in names))
    text = get_translator(language)(_GOT_IN) % {"names": event.join_titles(short, language) or "–"}
    return {"at": _localize(SkipKey.parse(record).at), "text": text}


def _build_task(record: Item, language: Language) -> dict[str, Any]:
    task = tasks.deserialize(record)
    return {"at": _localize(task.at), "kind": task.kind, "text": sentences.format_task(task, language)}


def _build_action(record: Item, registration: Registration, event: Event, language: Language) -> dict[str, Any]:
    """Build an organiser's action of the audit log, without the others that it was about."""
    entry, another = audit_log.deserialize(record), get_translator(language)(N_("another participant"))
    names = dict.fromkeys(entry.registration_ids, another) | {registration.id: registration.attendee.name}
    return {
        "at": _localize(entry.at),
        "organiser": entry.actor.email,
        "action": entry.kind,
        "reason": entry.actor.reason or None,
        "changes": [
            {"before": each.before, "after": each.after} for each in entry.changes if each.what == registration.id
        ],
        "text": sentences.format_audit_entry(entry, event, names, language),
    }
