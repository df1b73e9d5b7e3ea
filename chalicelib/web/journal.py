"""What organisers did at an event, in words: out of the histories, and the lists they asked for and sent."""

from collections.abc import Iterator
from typing import Any

from chalice import Blueprint
from chalice.app import Request, Response

from chalicelib.language import N_, Language, translator
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import store
from chalicelib.travel import flows as manifests
from chalicelib.web import answers, organiser_pages, reading
from chalicelib.web.answers import PRIVATE
from chalicelib.web.history import told
from chalicelib.web.routing import route
from chalicelib.web.sign_in import for_organisers

blueprint = Blueprint(__name__)

SHOWN = 100  #: entries on the page; scripts get all
_ASKED = N_("%(by)s had version %(version)s of the lists built.")
_SENT = N_("%(by)s sent version %(version)s of the lists to %(to)s.")
RECIPIENTS = {
    "airline": N_("the airline"),
    "hotel": N_("the hotel"),
    "bus": N_("the bus company"),
    "kitchen": N_("the kitchen"),
    "other": N_("somebody else"),
}


@route(blueprint, "/organiser/events/{event_id}/journal")
@for_organisers
def journal(request: Request, event_id: str) -> Response:
    """What organisers did, the latest first."""
    event, language = programme_store.read(event_id), reading.language(request)
    entries = [*_with_registrations(event, language), *_with_lists(event, language)]
    entries.sort(key=lambda entry: str(entry["at"]), reverse=True)
    if reading.wants_page(request):
        shown = entries[:SHOWN]
        return organiser_pages.page(request, "journal.html", event=event, entries=shown, total=len(entries))
    return answers.document({"entries": entries}, headers=PRIVATE)


def _with_registrations(event: Event, language: Language) -> Iterator[dict[str, Any]]:
    for each in store.registrations(event.id):
        for entry in each.history:
            if "organiser" in entry or entry.get("by") == "organiser":
                whose = {"registration_id": each.id, "name": each.attendee.name}
                yield {"at": entry["at"], **whose, "text": told(entry, event, language)}


def _with_lists(event: Event, language: Language) -> Iterator[dict[str, Any]]:
    say, nobody = translator(language), {"registration_id": None, "name": None}
    for each in manifests.versions(event.id):
        what = {"version": each.version, "by": each.requested_by}
        yield {"at": each.requested_at, **nobody, "text": say(_ASKED) % what}
        for sent in each.sent:
            what = {"version": each.version, "by": sent.by, "to": say(RECIPIENTS[sent.to])}
            yield {"at": sent.at, **nobody, "text": say(_SENT) % what}
