"""Fill a site with events, people and lists, and tell a caller what can be asked for there."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.audit.tasks import Task, add
from chalicelib.auth import sessions
from chalicelib.auth.link_tokens import LinkKind
from chalicelib.auth.sessions import issue_token
from chalicelib.auth.sign_in_links import build_link, create_request
from chalicelib.aws.keys import format_timestamp
from chalicelib.facts import ManifestRequested
from chalicelib.links import registration_links
from chalicelib.registration import flows, moving_up, overrides, store
from chalicelib.registration.model import Registration
from chalicelib.retention import erasure
from chalicelib.travel import files
from chalicelib.travel import flows as manifests
from testing import bornholm, builders
from testing.registration_links import participant
from testing.world import publish, register, register_party

ORGANISER, DOOR = "organiser@network.example", "door@network.example"
AFTERNOON, MEETING = "leverandoerernes-oenskeseddel", bornholm.EVENT_ID


@dataclass(frozen=True)
class Known:
    """The values that a caller may know: path parameters by their names, bodies by the call, the session."""

    parameters: dict[str, list[str]]
    bodies: dict[tuple[str, str], list[Any]]
    session: str
    query: dict[str, list[str]]


def move_in(monkeypatch: pytest.MonkeyPatch) -> Known:
    """Fill the site with two events: one with a waitlist and offers, one with a journey, lists and holds."""
    files_by_name: dict[str, bytes] = {}
    monkeypatch.setattr(files, "save", lambda _event, _version, _hash, written: files_by_name.update(written))
    monkeypatch.setattr(files, "read", lambda _event, _version, _hash, name: files_by_name[name])
    registrations = [*_afternoon(), *_meeting()]
    now = clock.now()
    other = issue_token(ORGANISER, now)
    sign_in = build_link(create_request(ORGANISER, now, by_mail=False)).partition("token=")[2]
    return Known(
        parameters={
            "event_id": [AFTERNOON, MEETING],
            "token": [
                token for kind in ("mailed", "answer", "view") for token in build_tokens(registrations, kind)
            ],
            "code": build_tokens(registrations, "code"),
            "registration_id": [registration.id for registration in registrations],
            "name": ["place", "flight_out", "single_room", "Talere"],
            "number": ["1", "2"],
            "version": ["1", "2", "latest"],
            "file": ["manifest.xlsx", "passengers.csv"],
            "problem_id": ["mail-bounced.x"],
            "session_id": [sessions.read_token(other, now).id],
        },
        bodies=_bodies(registrations),
        session=issue_token(ORGANISER, now),
        query={"token": [sign_in]},
    )


def build_tokens(registrations: list[Registration], kind: LinkKind) -> list[str]:
    """Build the tokens of this kind of those that are not erased."""
    present = (store.find(each.event_id, each.id) for each in registrations)
    return [registration_links.build_token(each, kind) for each in present if each]


def _afternoon() -> list[Registration]:
    offers = {"mode": "offer", "offer_hours": 24}
    event = publish(builders.event(allotments=[builders.allotment("place", 3)], waitlist=offers))
    registrations = [register(event, name) for name in ("Anna", "Bo", "Carl", "Dora", "Eva", "Finn")]
    flows.cancel(participant(event.id, registrations[0].id), clock.now())
    moving_up.settle(event.id, clock.now())
    erasure.erase(participant(event.id, registrations[5].id), clock.now())
    add(
        Task(
            event.id,
            "mail-bounced",
            "x",
            format_timestamp(clock.now()),
            registrations[1].id,
            {"mail": "x.confirmed"},
        )
    )
    return registrations


def _meeting() -> list[Registration]:
    event = publish(bornholm.event())
    needs = (*bornholm.ALL_THE_WAY, bornholm.SINGLE)
    travel = {"title": "MS", "name_on_id": {"given": "Ida", "family": "Hansen"}}
    registrations = [register(event, "Ida", needs, travel=travel), register(event, "Per", needs)]
    registrations += register_party(event, "Kaj", "Liv")
    overrides.hold(event, "Talere", {"place": 2}, clock.now())
    now = clock.now()
    manifests.request(event.id, ORGANISER, now)
    manifests.build(ManifestRequested(event_id=event.id, at=format_timestamp(now), version=1), now)
    clock.advance(timedelta(minutes=1))
    return registrations


def _bodies(registrations: list[Registration]) -> dict[tuple[str, str], list[Any]]:
    """Build well-meant bodies by the call's method and path."""
    one, event = "/organiser/events/{event_id}/registrations/{registration_id}", "/organiser/events/{event_id}"
    mine, reason = "/registrations/{token}", {"reason": "because"}
    journey = bornholm.event().model_dump(mode="json", exclude_none=True)
    return {
        ("post", "/events/{event_id}/registrations"): [
            builders.person("Ny"),
            builders.person("Anna", "Hansen", email="anna@example.org"),
            builders.person("Gift", needs=["flight_out"], dietary={"meals": ["vegan"], "consent": True}),
            {"party": [builders.person("En"), builders.person("To")]},
        ],
        ("patch", mine): [{"given_name": "Annie"}, {"needs": ["flight_out"]}, {"wait_for": ["single_room"]}],
        ("post", f"{mine}/refusal"): [{"keep_place": True}, {}],
        ("post", f"{mine}/acceptance"): [{}],
        ("post", f"{mine}/mail"): [{}, {"renew": True}],
        ("post", "/links"): [{"email": "anna@example.org"}, {"email": "stranger@example.org"}],
        ("post", "/organiser/sessions"): [{"email": ORGANISER}, {"email": "stranger@example.org"}],
        ("put", event): [builders.event_document(AFTERNOON), builders.event_document("nyt"), journey],
        ("put", f"{event}/allotments/{{name}}"): [
            {"capacity": 60},
            {"capacity": 0, "confirm": True},
            {"capacity": 0},
        ],
        ("post", f"{event}/allotments/{{name}}/moves"): [{"to": "place", "units": 1}],
        ("put", f"{event}/holds/{{name}}"): [{"units": {"place": 1}}],
        ("post", f"{event}/recount"): [{}, {"repair": True}],
        ("post", f"{event}/mails"): [{"kind": "missing-details"}],
        ("patch", one): [{"given_name": "Annie"}, {"needs": []}],
        ("post", f"{one}/cancellation"): [{}, reason],
        ("post", f"{one}/promotion"): [reason, reason | {"hold": "Talere"}, reason | {"confirm": True}],
        ("put", f"{one}/priority"): [reason | {"priority": 1}],
        ("post", f"{one}/check-in"): [{}],
        ("post", f"{event}/check-ins"): [
            {"code": f"{registration.event_id}.{registration.id}"} for registration in registrations
        ],
        ("post", f"{event}/shared-rooms"): [{"guests": [registrations[-3].id, registrations[-4].id], **reason}],
        ("post", f"{event}/bookings"): [{"csv": "Reference;Sæde\nABC123;4A\n", "confirm": True}],
        ("post", f"{event}/manifests/{{version}}/sent"): [{"to": "airline"}],
    }
