"""The organisers' endpoints of manifests: request one, read the versions, download a file, mark one as sent."""

from typing import Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from chalicelib import clock
from chalicelib.auth.guard import read_signed_in_email
from chalicelib.broadcasts.deadlines import list_deadlines
from chalicelib.problems import NotFound
from chalicelib.programme import store as programme_store
from chalicelib.settings import settings
from chalicelib.travel import flows, store
from chalicelib.travel.lists.warning import AskTarget, WarningCode
from chalicelib.travel.versions import ManifestVersion, Recipient
from chalicelib.validation import validate
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.models import DateTime, Document, Translated
from chalicelib.web.http.operations import CONFLICTS, HTML, ORGANISERS, Body
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.variants import Variants
from chalicelib.web.organiser import event_labels, pages

blueprint = Blueprint(__name__, tag="travel")

_PATH = "/organiser/events/{event_id}/manifests"
_REFRESH_SECONDS = 2  #: seconds until the page asks again while a version is built
_IDLE_REFRESH_SECONDS = 10  #: seconds until it asks again otherwise


class Sending(BaseModel):
    """The recipient of a version. The form's field is `sent_to`, because forms of other sites have a `to`."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    to: Recipient = Field(validation_alias=AliasChoices("to", "sent_to"))


class ManifestWarning(TypedDict):
    """A thing that is wrong in a version, and the page to put it right on."""

    code: WarningCode
    registration_id: str | None
    name: str
    text: Translated
    link: str | None


class ManifestCheck(TypedDict):
    """A thing to ask the participant or the organiser before the version is sent."""

    code: WarningCode
    registration_id: str | None
    name: str
    ask: AskTarget
    message: Translated
    link: str | None


class ChangeCounts(TypedDict):
    """How many rows changed since the version that was sent last."""

    added: int
    removed: int
    changed: int


class SentTo(TypedDict):
    """A recipient of the version."""

    to: str
    by: str
    at: DateTime


class Manifest(TypedDict):
    """A version of the travel lists: its state, totals, warnings, checks and files."""

    version: int
    status: Literal["building", "ready", "failed", "withdrawn"]
    requested_at: DateTime
    requested_by: str
    as_of: DateTime | None
    content_hash: str | None
    totals: Document | None
    warnings: list[ManifestWarning]
    ready: bool
    more_checks: int
    checks: list[ManifestCheck]
    since: int | None
    airline_since: int | None
    changes: ChangeCounts
    files: dict[str, str]
    sent: list[SentTo]


class OneManifest(TypedDict):
    """One version."""

    manifest: Manifest


class DueDate(TypedDict):
    """A deadline of airline or hotel."""

    kind: Literal["names", "rooms", "release"]
    at: DateTime
    state: Literal["ahead", "near", "passed"]
    title: Translated | None


class Manifests(TypedDict):
    """All versions, the newest first, and the event's deadlines."""

    manifests: list[Manifest]
    deadlines: list[DueDate]


def find_newest(event_id: str) -> dict[str, object] | None:
    """Return the document of the event's newest version, if there is one."""
    newest = next(store.list_newest_first(event_id), None)
    return _serialize_manifest(event_id, newest) if newest else None


def _serialize_manifest(event_id: str, manifest: ManifestVersion) -> dict[str, object]:
    return manifest.as_document(f"{settings().public_url}/organiser/events/{event_id}")


@route(
    blueprint,
    _PATH,
    "POST",
    roles=ORGANISERS,
    answers={200: (OneManifest,), 202: (OneManifest,), 303: ()},
    problems=(503,),
)
def request_manifest(request: Request, event_id: str) -> Variants:
    """Request a new version (202); without changes since the newest one, return that (200)."""
    manifest, is_new = flows.request(event_id, read_signed_in_email(request), clock.now())
    link = f"{settings().public_url}/organiser/events/{event_id}/manifests/{manifest.version}"
    return Variants(
        json=lambda: responses.json_response(
            {"manifest": _serialize_manifest(event_id, manifest)},
            status=202 if is_new else 200,
            headers={"Location": link},
        ),
        form=lambda: pages.redirect(request, "events", event_id, "manifests", done="asked"),
    )


@route(blueprint, _PATH, roles=ORGANISERS, answers={200: (Manifests, HTML)})
def list_manifests(request: Request, event_id: str) -> Variants:
    """List all versions, the newest first, and the event's deadlines."""
    return Variants(json=lambda: _render_list(event_id), page=lambda: _render_page(request, event_id))


def _render_list(event_id: str) -> Response:
    versions = [_serialize_manifest(event_id, manifest) for manifest in flows.list_versions(event_id)]
    now, event = clock.now(), programme_store.read_cached(event_id)
    deadlines = [each.as_document(now) for each in list_deadlines(event)]
    return responses.json_response({"manifests": versions, "deadlines": deadlines}, headers=PRIVATE_HEADERS)


@route(blueprint, _PATH + "/{version}", roles=ORGANISERS, answers={200: (OneManifest, HTML)})
def get_manifest(request: Request, event_id: str, version: str) -> Variants:
    """Show one version, by its number or as `latest`."""
    manifest = flows.get_version(event_id, _parse_version(version))
    return Variants(
        json=lambda: _respond_with_manifest(event_id, manifest),
        page=lambda: _render_page(request, event_id, manifest),
    )


def _respond_with_manifest(event_id: str, manifest: ManifestVersion) -> Response:
    return responses.json_response({"manifest": _serialize_manifest(event_id, manifest)}, headers=PRIVATE_HEADERS)


@route(
    blueprint,
    _PATH + "/{version}/sent",
    "POST",
    roles=ORGANISERS,
    answers={200: (OneManifest,), 303: ()},
    problems=CONFLICTS,
    body=Body(Sending, form={"sent_to"}),
)
def mark_manifest_sent(request: Request, event_id: str, version: str) -> Variants:
    """Record that the version was sent to a recipient; their next delta starts from it."""
    sending = validate(Sending, requests.parse_body(request))
    manifest = flows.mark_sent(
        event_id, _parse_version(version), sending.to, read_signed_in_email(request), clock.now()
    )
    return Variants(
        json=lambda: _respond_with_manifest(event_id, manifest),
        form=lambda: pages.redirect(request, "events", event_id, "manifests", str(manifest.version), done="sent"),
    )


@route(blueprint, _PATH + "/{version}/{file}", roles=ORGANISERS, answers={303: ()})
def get_manifest_file(_request: Request, event_id: str, version: str, file: str) -> Response:
    """Redirect to a URL where the file can be downloaded for a few minutes."""
    return responses.see_other(
        flows.create_download_url(event_id, _parse_version(version), file), headers=PRIVATE_HEADERS
    )


def _render_page(request: Request, event_id: str, selected: ManifestVersion | None = None) -> Response:
    """Render all versions, and the selected or newest one in full."""
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
        dates=event_labels.list_all_due_dates(event, clock.now(), requests.negotiate_language(request)),
        manifest=whole and _serialize_manifest(event_id, whole),
        versions=[_serialize_manifest(event_id, each) for each in versions],
    )


def _parse_version(version: str) -> int | str:
    if version == "latest":
        return version
    if not version.isascii() or not version.isdigit() or len(version) > 6:
        raise NotFound
    return int(version)
