"""Every kind of mail, in both languages, out of the running system: each of its links is followed."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from chalicelib import facts
from chalicelib.language import LANGUAGES
from chalicelib.mail.letters.catalogue import MAIL_KINDS
from testing import builders
from testing.calendars import parse_calendars
from testing.system import System, build_email_address

EVENT = "linked"
CONTACT, ORGANISER = f"contact.{EVENT}@example.org", "organiser@example.org"
TO_ORGANISERS = {"mail-bounced", "manifest-ready", "sign-in-requested"}
#: The mail to a mailbox that had too many: its links are those of the others (tests/mail/delivery).
DRAWN_TOGETHER = {"mails-drawn-together"}
MAP = "www.openstreetmap.org"


def document(system: System) -> dict[str, Any]:
    """An event in three days that makes offers, with a bus; two have a place at once."""
    day = (system.now() + timedelta(days=3)).date()
    title = {"da": "Bus", "en": "Bus"}
    bus = {
        "name": "bus", "kind": "bus", "title": title, "carrier": "A", "origin": "B", "destination": "C",
        "departs": f"{day}T13:00", "arrives": f"{day}T14:00",
    }  # fmt: skip
    return builders.event_document(
        EVENT,
        starts_at=f"{day}T15:00",
        ends_at=f"{day}T18:00",
        registration={"opens_at": "2019-10-01T08:00", "closes_at": f"{day}T12:00"},
        contact={"name": "Netværket", "email": CONTACT},
        allotments=[builders.allotment(name, units) for name, units in (("place", 2), ("bus", 40), ("room", 0))],
        legs=[bus],
        waitlist={"mode": "offer"},
        reminders=[1],
    )


def put(system: System, changed: dict[str, Any]) -> None:
    token = system.get("/_local/organiser-token").document["token"]
    version = system.as_organiser("GET", f"/organiser/events/{EVENT}").headers["etag"]
    answer = system.request(
        "PUT",
        f"/organiser/events/{EVENT}",
        json.dumps(changed).encode(),
        Authorization=f"Bearer {token}",
        Content_Type="application/json",
        If_Match=version,
    )
    assert answer.status == 200, answer.body
    system.wait_until_idle()


def live(system: System, described: dict[str, Any]) -> None:
    """All kinds of mails, to a person of each language."""
    assert system.as_organiser("PUT", f"/organiser/events/{EVENT}", described).status == 201
    people = {
        f"{name}-{language}": system.register(EVENT, f"{name}-{language}", language=language, needs=["bus"])
        for name in ("has", "accepts", "declines", "keeps", "forgets", "leaves")
        for language in LANGUAGES
    }
    system.register(EVENT, "bounces", email=f"bounce+{EVENT}@simulator.amazonses.com")
    for language in LANGUAGES:
        name = f"has-{language}"
        again = builders.person(name, "Hansen", email=build_email_address(EVENT, name), language=language)
        assert system.post(f"/events/{EVENT}/registrations", again).status == 409
        link = people[name]["links"]["self"]
        assert system.post(f"{link}/mail").status == 202
        wish = {"wait_for": ["room"]}
        assert (
            system.request("PATCH", link, json.dumps(wish).encode(), Content_Type="application/json").status == 200
        )
        system.cancel(people[f"leaves-{language}"])
    system.wait_until_idle()
    room = {"capacity": 2}
    assert system.as_organiser("PUT", f"/organiser/events/{EVENT}/allotments/room", room).status == 200
    more = {"capacity": 40}
    assert system.as_organiser("PUT", f"/organiser/events/{EVENT}/allotments/place", more).status == 200
    system.wait_until_idle()
    for language in LANGUAGES:
        for name, answer, body in (
            ("accepts", "acceptance", {}),
            ("declines", "refusal", {}),
            ("keeps", "refusal", {"keep_place": True}),
        ):
            link = people[f"{name}-{language}"]["links"]["self"]
            assert system.post(f"{link}/{answer}", body).status == 200
    automatic = described | {
        "ends_at": described["ends_at"].replace("T18:00", "T19:00"),
        "waitlist": {"mode": "automatic"},
        "allotments": [
            builders.allotment(name, units) for name, units in (("place", 40), ("bus", 40), ("room", 2))
        ],
    }
    put(system, automatic)
    for language in LANGUAGES:
        system.register(EVENT, f"moves-{language}", language=language, needs=["room"])
    room = {"capacity": 4}
    assert system.as_organiser("PUT", f"/organiser/events/{EVENT}/allotments/room", room).status == 200
    assert (
        system.as_organiser("POST", f"/organiser/events/{EVENT}/mails", {"kind": "missing-details"}).status == 202
    )
    assert system.as_organiser("POST", f"/organiser/events/{EVENT}/manifests").status == 202
    system.advance(timedelta(hours=25))
    system.advance(timedelta(hours=24))


def kind_of(mail: EmailMessage) -> str:
    return facts.parse_kind(str(mail["Message-ID"]).strip("<>").rpartition("@")[0])


class Links(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value for name, value in attrs if name in ("href", "src") and value}


def read_body(mail: EmailMessage, kind: str) -> str:
    """The text of a mail, `plain` or `html`."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def links(mail: EmailMessage) -> Iterator[str]:
    """In the text, the page, what programs read of it, and the calendar files."""
    text, page = read_body(mail, "plain"), read_body(mail, "html")
    yield from re.findall(r"https?://\S+", text)
    within = {f"cid:{part['Content-ID'].strip('<>')}" for part in mail.walk() if part["Content-ID"]}
    yield from Links(page).found - within
    for reservation in re.findall(r'ld\+json">(.*?)</script>', page, re.DOTALL):
        yield json.loads(reservation)["modifyReservationUrl"]
    for calendar in parse_calendars(mail):
        for entry in calendar.walk("VEVENT"):
            yield str(entry["url"])
            yield from re.findall(r"https?://\S+", str(entry["description"]))


def test_every_link_of_every_mail_works(system: System) -> None:
    """Each kind of mail was sent, in each language where it is to people, and each of its links works.

    Our links lead to their pages, in the reader's own language, and each map link is a URL of the map.
    """
    described = document(system)
    live(system, described)
    assert system.post("/organiser/sessions", {"email": ORGANISER}).status == 202
    for name in ("has-da", "has-en"):
        asked = {"email": build_email_address(EVENT, name)}
        assert system.post("/links", asked).status == 202
    system.wait_until_idle()
    listed = system.get("/_local/mails").document["mails"]
    ours = {mail["to"] for mail in listed if EVENT in mail["to"]} | {ORGANISER}
    mails = [mail for to in sorted(ours) for mail in system.list_mails_to(to)]
    told = {(kind_of(mail), str(mail["Content-Language"])) for mail in mails}
    wanted = {
        (kind, language) for kind in MAIL_KINDS.keys() - TO_ORGANISERS - DRAWN_TOGETHER for language in LANGUAGES
    }
    assert wanted | {(kind, "da") for kind in TO_ORGANISERS} == told

    found = {(link, str(mail["Content-Language"])) for mail in mails for link in links(mail)}
    sign_ins = [
        link
        for mail in mails
        if kind_of(mail) == "sign-in-requested"
        for link in Links(read_body(mail, "html")).found
    ]
    signed_in = system.get(sign_ins[-1])  # others may have signed in before
    assert signed_in.status == 303
    cookie = signed_in.headers["set-cookie"].partition(";")[0]
    for link, language in sorted(found - {(link, "da") for link in sign_ins}):
        parts = urlsplit(link)
        if parts.netloc == MAP:
            assert (parts.scheme, parts.path, parts.query.startswith("query=")) == ("https", "/search", True)
            continue
        assert link.startswith(system.address + "/")
        page = system.get(link, Accept="text/html", Cookie=cookie, Accept_Language="da")
        assert (page.status, f'<html lang="{language}"' in page.body.decode()) == (200, True), link
