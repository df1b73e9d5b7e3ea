"""What organisers do with manifests: ask for one, look at the versions, download a file."""

from chalice import Blueprint
from chalice.app import Request, Response
from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from chalicelib import clock
from chalicelib.auth.guard import for_organisers, organiser
from chalicelib.broadcasts.deadlines import deadlines
from chalicelib.problems import NotFound
from chalicelib.programme import store as programme_store
from chalicelib.settings import settings
from chalicelib.travel import flows, store
from chalicelib.travel.versions import ManifestVersion, Recipient
from chalicelib.web.http import requests, responses
from chalicelib.web.http.responses import PRIVATE
from chalicelib.web.http.routing import route
from chalicelib.web.http.validation import validated
from chalicelib.web.organiser import due_dates, pages

blueprint = Blueprint(__name__)

_EVERY, _EVERY_AT_REST = 2, 10  #: seconds until the page looks again, while lists are built and otherwise


class Sending(BaseModel):
    """To whom a version was sent. The form's field is `sent_to`, since `to` stands in other sites' forms."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    to: Recipient = Field(validation_alias=AliasChoices("to", "sent_to"))


def newest(event_id: str) -> dict[str, object] | None:
    """How the event's lists stand: their last version, if there is one."""
    found = next(store.newest_first(event_id), None)
    return _shown(event_id, found) if found else None


def _shown(event_id: str, manifest: ManifestVersion) -> dict[str, object]:
    return manifest.as_document(f"{settings().public_url}/organiser/events/{event_id}")


@route(blueprint, "/organiser/events/{event_id}/manifests", "POST")
@for_organisers
def ask_for_manifest(request: Request, event_id: str) -> Response:
    """Have a new version built (202); nothing changed since the last one: that one (200)."""
    manifest, is_new = flows.request(event_id, organiser(request), clock.now())
    if requests.is_form(request):
        return pages.go_on(request, "events", event_id, "manifests", done="asked")
    return responses.document(
        {"manifest": _shown(event_id, manifest)},
        status=202 if is_new else 200,
        headers={"Location": f"{settings().public_url}/organiser/events/{event_id}/manifests/{manifest.version}"},
    )


@route(blueprint, "/organiser/events/{event_id}/manifests")
@for_organisers
def manifests(request: Request, event_id: str) -> Response:
    """All versions, the newest first, and the event's deadlines."""
    if requests.wants_page(request):
        return _page(request, event_id)
    shown = [_shown(event_id, manifest) for manifest in flows.versions(event_id)]
    now, event = clock.now(), programme_store.read(event_id)
    due = [each.as_document(now) for each in deadlines(event)]
    return responses.document({"manifests": shown, "deadlines": due}, headers=PRIVATE)


@route(blueprint, "/organiser/events/{event_id}/manifests/{version}")
@for_organisers
def manifest(request: Request, event_id: str, version: str) -> Response:
    """One version: its state, totals, warnings and files."""
    found = flows.version(event_id, _number(version))
    if requests.wants_page(request):
        return _page(request, event_id, found)
    return responses.document({"manifest": _shown(event_id, found)}, headers=PRIVATE)


@route(blueprint, "/organiser/events/{event_id}/manifests/{version}/sent", "POST")
@for_organisers
def mark_manifest_sent(request: Request, event_id: str, version: str) -> Response:
    """Say that the version was sent to somebody: what changed is told since then."""
    sending = validated(Sending, requests.body(request))
    marked = flows.mark_sent(event_id, _number(version), sending.to, organiser(request), clock.now())
    if requests.is_form(request):
        return pages.go_on(request, "events", event_id, "manifests", str(marked.version), done="sent")
    return responses.document({"manifest": _shown(event_id, marked)}, headers=PRIVATE)


@route(blueprint, "/organiser/events/{event_id}/manifests/{version}/{file}")
@for_organisers
def manifest_file(_request: Request, event_id: str, version: str, file: str) -> Response:
    """303 to an address where the file can be downloaded for a few minutes."""
    return responses.see_other(flows.download_address(event_id, _number(version), file), headers=PRIVATE)


def _page(request: Request, event_id: str, chosen: ManifestVersion | None = None) -> Response:
    """All versions, and the chosen one, or the last, whole."""
    event, versions = programme_store.read(event_id), flows.versions(event_id)
    whole = chosen or next(iter(versions), None)
    return pages.live(
        request,
        "organiser/manifests.html",
        event=event,
        every=_EVERY if any(each.status == "building" for each in versions[:1]) else _EVERY_AT_REST,
        is_begun=bool(whole and whole.is_begun),
        dates=due_dates.all_of(event, clock.now(), requests.language(request)),
        shown=whole and _shown(event_id, whole),
        versions=[_shown(event_id, each) for each in versions],
    )


def _number(version: str) -> int | str:
    if version == "latest":
        return version
    if not version.isascii() or not version.isdigit() or len(version) > 6:
        raise NotFound
    return int(version)
