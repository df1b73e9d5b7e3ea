"""The organisers' tasks at an event: listing them, resolving one, and the recount that one of them asks for."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from pydantic import StrictBool
from typing_extensions import TypedDict

from chalicelib import clock
from chalicelib.audit import audit_log, tasks
from chalicelib.audit.audit_log import Actor, AuditEntry
from chalicelib.audit.tasks import Task
from chalicelib.auth.guard import read_signed_in_email
from chalicelib.aws import keys, table
from chalicelib.aws.keys import format_timestamp
from chalicelib.language import Language
from chalicelib.problems import NotFound
from chalicelib.programme import store as programme_store
from chalicelib.reconciliation import recounting
from chalicelib.reconciliation.recounting import Recount
from chalicelib.registration import store
from chalicelib.registration.model import Registration
from chalicelib.validation import validate
from chalicelib.web.forms.reasons import OptionalReason
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request
from chalicelib.web.http.models import DateTime
from chalicelib.web.http.operations import ORGANISERS, Body
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.variants import Variants
from chalicelib.web.organiser import manifests, pages
from chalicelib.web.records import sentences

blueprint = Blueprint(__name__, tag="tasks")


class TaskDocument(TypedDict):
    """A task; `mail` is the kind of fact that the mail was about, `detail` a sentence for people."""

    id: str
    kind: str
    registration_id: str | None
    name: str | None
    email: str | None
    at: DateTime
    mail: str | None
    detail: str


class Tasks(TypedDict):
    """The open tasks of an event."""

    problems: list[TaskDocument]


@route(blueprint, "/organiser/events/{event_id}/problems", roles=ORGANISERS, answers={200: (Tasks,)})
def get_tasks(request: Request, event_id: str) -> Variants:
    """List the open tasks of the event, the latest first."""
    event = programme_store.read_cached(event_id)
    problems = list_tasks(event_id, requests.negotiate_language(request))
    return Variants(
        json=lambda: responses.json_response({"problems": problems}, headers=PRIVATE_HEADERS),
        page=lambda: pages.render_page(
            request,
            "organiser/problems.html",
            event=event,
            problems=problems,
            manifest=manifests.find_newest(event_id),
        ),
    )


@route(
    blueprint,
    "/organiser/events/{event_id}/problems/{problem_id}/resolution",
    "POST",
    roles=ORGANISERS,
    answers={204: (), 303: ()},
    query={"back": str},
)
def resolve_task(request: Request, event_id: str, problem_id: str) -> Variants:
    """Resolve a task.

    A form is redirected to its page, also when another organiser has just resolved the task.
    """
    actor, kind = Actor(read_signed_in_email(request)), problem_id.partition(".")[0]
    entry = audit_log.build_put(AuditEntry(event_id, "struck-off", actor, format_timestamp(clock.now()), kind))
    is_resolved = tasks.resolve(event_id, problem_id, entry)
    back = ("events", event_id, "problems")
    path = back if requests.query_parameters(request).get("back") == "problems" else ()
    return Variants(
        json=responses.no_content if is_resolved else NotFound(),
        form=lambda: pages.redirect(request, *path, done="resolved"),
    )


class Repair(OptionalReason):
    """The options of a recount; `repair` corrects the counters that differ."""

    repair: StrictBool = False


class Difference(TypedDict):
    """A counter that differs from the registrations."""

    counter: str
    name: str
    written: int
    counted: int


class RecountResult(TypedDict):
    """The counters that differ, and if they are corrected now."""

    differences: list[Difference]
    repaired: bool


@route(
    blueprint,
    "/organiser/events/{event_id}/recount",
    "POST",
    roles=ORGANISERS,
    answers={200: (RecountResult,)},
    problems=(422, 503),
    body=Body(Repair, is_required=False),
)
def recount_event(request: Request, event_id: str) -> Variants:
    """Count the units from the registrations, list the counters that differ, and with `repair` correct them."""
    options = validate(Repair, requests.form_fields(request))
    by = (options.build_actor(request), clock.now())
    result = recounting.repair(event_id, by) if options.repair else recounting.recount(event_id)
    return Variants(
        json=lambda: responses.json_response(
            _serialize_recount(result, is_repaired=options.repair), headers=PRIVATE_HEADERS
        ),
        form=lambda: pages.redirect(request, "events", event_id, done="recounted"),
    )


def _serialize_recount(result: Recount, *, is_repaired: bool) -> dict[str, Any]:
    return {"differences": [asdict(each) for each in result.differences], "repaired": is_repaired}


def list_tasks(event_id: str, language: Language) -> list[dict[str, Any]]:
    """List the event's open tasks in the language, with names and addresses as they are now.

    A task about an erased registration is left out.
    """
    open_tasks = tasks.list_open(event_id)
    registrations = find_registrations(event_id, (each.registration_id for each in open_tasks))
    return [
        _serialize_task(each, registrations.get(each.registration_id), language)
        for each in open_tasks
        if not each.registration_id or each.registration_id in registrations
    ]


def find_registrations(event_id: str, registration_ids: Iterable[str]) -> dict[str, Registration]:
    """Read the registrations of these ids, by id; those that were erased are left out."""
    registration_keys = [
        keys.registration_key(event_id, registration_id)
        for registration_id in sorted(set(registration_ids) - {""})
    ]
    items = (item for item in table.get_many(registration_keys) if not store.is_erased(item))
    return {keys.parse_registration_id(item): store.deserialize_registration(item) for item in items}


def _serialize_task(task: Task, registration: Registration | None, language: Language) -> dict[str, Any]:
    return {
        "id": task.id,
        "kind": task.kind,
        "registration_id": registration.id if registration else None,
        "name": registration.attendee.name if registration else None,
        "email": registration.attendee.email if registration else None,
        "at": task.at,
        "mail": sentences.parse_mail_kind(task),
        "detail": sentences.format_task(task, language),
    }
