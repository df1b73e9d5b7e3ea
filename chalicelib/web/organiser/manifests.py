"""What organisers do with manifests: ask for one, look at the versions, download a file."""

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from chalicelib import clock
from chalicelib.auth.guard import read_signed_in_email, require_organiser
from chalicelib.broadcasts.deadlines import list_deadlines
from chalicelib.problems import NotFound
from chalicelib.programme import store as programme_store
from chalicelib.settings import settings
from chalicelib.travel import flows, store
from chalicelib.travel.versions import ManifestVersion, Recipient
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.validation import validate
from chalicelib.web.organiser import due_dates, pages

blueprint = Blueprint(__name__)

_REFRESH_SECONDS, _IDLE_REFRESH_SECONDS = (
    2,
    10,
)  #: seconds until the page looks again, while lists are built and otherwise


class Sending(BaseModel):
    """To whom a version was sent. The form's field is `sent_to`, since `to` stands in other sites' forms."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    to: Recipient = Field(validation_alias=AliasChoices("to", "sent_to"))


def find_newest(event_id: str) -> dict[str, object] | None:
    """How the event's lists stand: their last version, if there is one."""
    found = next(store.list_newest_first(event_id), None)
    return _serialize_manifest(event_id, found) if found else None


def _serialize_manifest(event_id: str, manifest: ManifestVersion) -> dict[str, object]:
    return manifest.as_document(f"{settings().public_url}/organiser/events/{event_id}")


@route(blueprint, "/organiser/events/{event_id}/manifests", "POST")
@require_organiser
def ask_for_manifest(request: Request, event_id: str) -> Response:
    """Have a new version built (202); nothing changed since the last one: that one (200)."""
    manifest, is_new = flows.request(event_id, read_signed_in_email(request), clock.now())
    if requests.is_form(request):
        return pages.redirect(request, "events", event_id, "manifests", done="asked")
    return responses.json_response(
        {"manifest": _serialize_manifest(event_id, manifest)},
        status=202 if is_new else 200,
        headers={"Location": f"{settings().public_url}/organiser/events/{event_id}/manifests/{manifest.version}"},
    )


@route(blueprint, "/organiser/events/{event_id}/manifests")
@require_organiser
def manifests(request: Request, event_id: str) -> Response:
    """All versions, the newest first, and the event's deadlines."""
    if requests.prefers_html(request):
        return _render_page(request, event_id)
    shown = [_serialize_manifest(event_id, manifest) for manifest in flows.list_versions(event_id)]
    now, event = clock.now(), programme_store.read_cached(event_id)
    due = [each.as_document(now) for each in list_deadlines(event)]
    return responses.json_response({"manifests": shown, "deadlines": due}, headers=PRIVATE_HEADERS)


@route(blueprint, "/organiser/events/{event_id}/manifests/{version}")
@require_organiser
def manifest(request: Request, event_id: str, version: str) -> Response:
    """One version: its state, totals, warnings and files."""
    found = flows.get_version(event_id, _parse_version(version))
    if requests.prefers_html(request):
        return _render_page(request, event_id, found)
    return responses.json_response({"manifest": _serialize_manifest(event_id, found)}, headers=PRIVATE_HEADERS)


@route(blueprint, "/organiser/events/{event_id}/manifests/{version}/sent", "POST")
@require_organiser
def mark_manifest_sent(request: Request, event_id: str, version: str) -> Response:
    """Say that the version was sent to somebody: what changed is told since then."""
    sending = validate(Sending, requests.parse_body(request))
    marked = flows.mark_sent(
        event_id, _parse_version(version), sending.to, read_signed_in_email(request), clock.now()
    )
    if requests.is_form(request):
        return pages.redirect(request, "events", event_id, "manifests", str(marked.version), done="sent")
    return responses.json_response({"manifest": _serialize_manifest(event_id, marked)}, headers=PRIVATE_HEADERS)


@route(blueprint, "/organiser/events/{event_id}/manifests/{version}/{file}")
@require_organiser
def manifest_file(_request: Request, event_id: str, version: str, file: str) -> Response:
    """303 to an address where the file can be downloaded for a few minutes."""
    return responses.see_other(
        flows.create_download_url(event_id, _parse_version(version), file), headers=PRIVATE_HEADERS
    )


def _render_page(request: Request, event_id: str, selected: ManifestVersion | None = None) -> Response:
    """All versions, and the chosen one, or the last, whole."""
    event, versions = programme_store.read_cached(event_id), flows.list_versions(event_id)
    whole = selected or next(iter(versions), None)
    return pages.render_live_page(
        request,
        "organiser/manifests.html",
        event=event,
        every=_REFRESH_SECONDS
        if any(each.status == "building" for each in versions[:1])
        else _IDLE_REFRESH_SECONDS,
        is_begun=bool(whole and whole.is_begun),
        dates=due_dates.list_all(event, clock.now(), requests.negotiate_language(request)),
        shown=whole and _serialize_manifest(event_id, whole),
        versions=[_serialize_manifest(event_id, each) for each in versions],
    )


def _parse_version(version: str) -> int | str:
    if version == "latest":
        return version
    if not version.isascii() or not version.isdigit() or len(version) > 6:
        raise NotFound
    return int(version)
