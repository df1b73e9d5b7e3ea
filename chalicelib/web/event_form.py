"""The form that an organiser changes an event with: what matters most, as fields of its document."""

from typing import Any, get_args

from chalice import Blueprint
from chalice.app import Request, Response

from chalicelib import clock
from chalicelib.journal import Word
from chalicelib.language import N_, Language, translator
from chalicelib.problems import AllotmentInUse, InvalidFields, Problem, TooBusy, TooLarge, VersionOutdated
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event, NotedMail
from chalicelib.programme.store import Stored
from chalicelib.web import organiser_pages, reading
from chalicelib.web.organiser_pages import Refused
from chalicelib.web.reasons import Said
from chalicelib.web.routing import route
from chalicelib.web.sign_in import for_organisers
from chalicelib.web.validation import validated

blueprint = Blueprint(__name__)

_PATH = "/organiser/events/{event_id}/edit"
LARGEST = 256 * 1024  #: bytes of an event that is sent

_MOMENTS = ("starts_at", "ends_at", "registration.opens_at", "registration.closes_at", "waitlist.list_deadline")
_TEXTS = ("venue.name", "venue.address", "contact.name", "contact.email", "waitlist.mode", "waitlist.offer_hours")
_IN_BOTH = (
    "title",
    "summary",
    "description",
    "venue.note",
    "note",
    *(f"notes.{mail}" for mail in get_args(NotedMail)),
)
FIELDS = (*_MOMENTS, *_TEXTS, *(f"{name}.{language}" for name in _IN_BOTH for language in ("da", "en")))

_MAILS = {
    "confirmed": N_("In the mail that confirms"),
    "waiting": N_("In the mail that says they wait"),
    "offered": N_("In the mail with an offer"),
    "cancelled": N_("In the mail that cancels"),
    "reminder": N_("In the reminder"),
    "event_changed": N_("In the mail about a change"),
    "missing_details": N_("In the mail that asks for details"),
}


@route(blueprint, _PATH)
@for_organisers
def edit_event(request: Request, event_id: str) -> Response:
    """The form, filled in with the event as it is."""
    return _form(request, programme_store.read_stored(event_id))


@route(blueprint, _PATH, "POST")
@for_organisers
def save_event(request: Request, event_id: str) -> Response:
    """Change the version that the form was filled in from; what is refused comes back with what was written, and
    where somebody else was quicker, with what stands there now."""
    sent, stored = reading.fields(request, LARGEST), programme_store.read_stored(event_id)
    try:
        _save(stored, sent, _why(sent).word(request))
    except (InvalidFields, AllotmentInUse, TooBusy, TooLarge, VersionOutdated) as problem:
        return _form(request, stored, _refused(request, stored, problem, sent))
    return organiser_pages.go_on(request, "events", event_id, done="saved")


def _why(sent: dict[str, str]) -> Said:
    return validated(Said, {name: sent[name] for name in ("reason",) if name in sent})


def _save(stored: Stored, sent: dict[str, str], word: Word) -> None:
    event = validated(Event, changed(stored.event, sent))
    if event == stored.event:
        return  # nothing to do, or done by a first click
    if sent.get("version") != str(stored.version):
        raise VersionOutdated
    programme_flows.put(event, stored.version, clock.now(), word)


def _refused(request: Request, stored: Stored, problem: Problem, sent: dict[str, str]) -> Refused:
    refused = organiser_pages.refusal(request, "edit", problem, sent)
    if isinstance(problem, VersionOutdated):
        now = known(stored.event)
        refused["now"] = {name: now[name] for name in FIELDS if now[name] != sent.get(name, "")}
    return refused


def _form(request: Request, stored: Stored, refused: Refused | None = None) -> Response:
    say = translator(reading.language(request))
    return organiser_pages.page(
        request,
        "edit.html",
        refused,
        event=stored.event,
        version=refused["sent"].get("version", "") if refused else stored.version,
        known=known(stored.event),
        mails=[(mail, say(_MAILS[mail])) for mail in get_args(NotedMail)],
        languages=_languages(say("Danish"), say("English")),
    )


def _languages(danish: str, english: str) -> list[tuple[Language, str]]:
    return [("da", danish), ("en", english)]


def known(event: Event) -> dict[str, str]:
    """What the form's fields say of the event; moments as local time, to the minute."""
    document = event.model_dump(mode="json", exclude_none=True)
    said = {name: str(_found(document, name) or "") for name in FIELDS}
    return said | {name: said[name][:16] for name in _MOMENTS}


def changed(event: Event, sent: dict[str, str]) -> dict[str, Any]:
    """The event's document as the form says: what was left as it was stays to the second, what was left empty
    goes."""
    document, before = event.model_dump(mode="json", exclude_none=True), known(event)
    for name in FIELDS:
        if sent.get(name, "") != before[name]:
            _put(document, name.split("."), sent.get(name))
    return document


def _found(document: dict[str, Any], name: str) -> Any:
    here: Any = document
    for part in name.split("."):
        here = here.get(part, {})
    return here


def _put(document: dict[str, Any], path: list[str], value: str | None) -> None:
    """Put the value there, or take away what is there, with whatever is empty then."""
    first, *rest = path
    if rest:
        _put(inner := document.setdefault(first, {}), rest, value)
        if not inner:
            del document[first]
    elif value is None:
        document.pop(first, None)
    else:
        document[first] = value
