"""An event whose people are marked in every field, and where of it something is still to be found."""

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

from chalicelib import clock, facts
from chalicelib.audit.audit_log import Actor
from chalicelib.aws import table
from chalicelib.aws.keys import format_timestamp
from chalicelib.facts import ManifestRequested
from chalicelib.mail.delivery import outcomes, reports
from chalicelib.mail.delivery import send as mail
from chalicelib.programme.model import Event
from chalicelib.registration import sealing, store, transactions
from chalicelib.registration.model import Registration
from chalicelib.settings import settings
from chalicelib.travel import adding, additions_store, files
from chalicelib.travel import flows as manifests
from chalicelib.travel.lists.additions import Booking
from testing import bornholm, builders
from testing.account import REGION
from testing.bornholm import ALL_THE_WAY, EVENT_ID, SHARED, SINGLE
from testing.world import publish, register, register_party, reload
from tests.mail import ses_events

HEALTH = ("MARKDIET", "lupin", "WCHS")
TRAVEL = ("MARKGIVENID", "MARKFAMILYID", "MARKSHARE", "MARKKIN", "+4521222324", "MARKREASON", "MARKPNR", "9F")
PEOPLE = ("MARKANNA", "MARKHOLM", "mark@", "+4520123456", "MARKORG")
ALL = (*HEALTH, *TRAVEL, *PEOPLE)

DETAILS = builders.all_details(
    email="mark@example.org",
    organisation="MARKORG",
    sector="supplier",
    name_on_id=("MARKGIVENID", "MARKFAMILYID"),
    assistance="WCHS",
    share_with="MARKSHARE",
    emergency_contact=("MARKKIN", "21 22 23 24"),
    meals=("vegan",),
    allergens=("lupin",),
    note="MARKDIET",
)


def meeting(**changes: Any) -> Event:
    """The overnight meeting with one marked person and some others, and all that can be held about them."""
    event = publish(bornholm.event(**changes))
    mark = register(event, "MARKANNA", (*ALL_THE_WAY, SHARED), family_name="MARKHOLM", **DETAILS)
    other = register(event, "Bo", (*ALL_THE_WAY, SHARED))
    told(mark)
    outcomes.record(_bounced(mark))
    transactions.request_link(event.id, mark.id, clock.now())
    word = Actor("organiser@network.example", "MARKREASON")
    adding.share_room(event.id, (mark.id, other.id), word, clock.now())
    bookings = {mark.id: Booking("MARKPNR", "9F"), other.id: Booking("ZZZZZZ", "9E")}
    additions_store.write_bookings(event.id, "flight_out", bookings, additions_store.read(event.id))
    build()
    return event


def who_waits(event: Event) -> list[Registration]:
    """All others that the meeting has room for, a party and one more that wait, and one with a wish."""
    for number in range(bornholm.event().capacities[SINGLE]):
        register(event, f"P{number}", (SINGLE,))
    register(event, "Wanda", (SINGLE,))
    return register_party(event, "Ida", "Ole", needs={"Ida": (SINGLE,)})


def told(who: Registration) -> None:
    """Their last mail is sent."""
    history = reload(who).history
    mail.send_mail_for(facts.from_history_entry(who.event_id, who.id, len(history), history[-1]), clock.now())


def _bounced(who: Registration) -> reports.Report:
    confirmed = facts.from_history_entry(who.event_id, who.id, 1, reload(who).history[0])
    report = reports.read(ses_events.bounce(confirmed))
    assert report
    return report


def build(event_id: str = EVENT_ID) -> int:
    """A version of the lists; its number."""
    version, _ = manifests.request(event_id, "organiser@network.example", clock.now())
    asked = ManifestRequested(event_id=event_id, at=format_timestamp(clock.now()), version=version.version)
    manifests.build(asked, clock.now())
    return version.version


def found(words: tuple[str, ...]) -> dict[str, set[str]]:
    """Which of the words are still held, by where: the table in the clear and under its seals, the bucket's
    objects, the messages on queues and among dead letters."""
    places = {"table": _table(), "seals": _seals(), "bucket": _bucket(), "queues": _queues()}
    return {place: {word for word in words if word in text} for place, text in places.items()}


def nowhere() -> dict[str, set[str]]:
    return {"table": set(), "seals": set(), "bucket": set(), "queues": set()}


def _table() -> str:
    pages = table.client().get_paginator("scan").paginate(TableName=settings().table_name)
    return json.dumps([page["Items"] for page in pages], default=str, ensure_ascii=False)


def _seals() -> str:
    """What stands under the registrations' seals, opened."""
    items = table.query(EVENT_ID, "REG#", FilterExpression="attribute_exists(sealed)")
    opened = (sealing.unseal(store.deserialize_registration(item)).attendee for item in items)
    return json.dumps([who.model_dump(include={"dietary", "travel"}) for who in opened], ensure_ascii=False)


def objects() -> dict[str, bytes]:
    """Every object in the bucket, by key; what was overwritten or deleted and is kept all the same, by its key and
    version."""
    s3, bucket = files.client(), settings().bucket_name
    held: dict[str, bytes] = {}
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for each in page.get("Versions", ()):
            key, version = each["Key"], each["VersionId"]
            name = key if each["IsLatest"] else f"{version} of {key}"
            held[name] = s3.get_object(Bucket=bucket, Key=key, VersionId=version)["Body"].read()
    return held


def _bucket() -> str:
    """What the objects say: a workbook's sheets unpacked; of the pages, which are made of the same lists, the key
    alone."""
    texts = []
    for key, content in objects().items():
        texts += [key] if key.endswith(".pdf") else [key, *_parts(content)]
    return " ".join(texts)


def _parts(content: bytes) -> list[str]:
    if not content.startswith(b"PK"):
        return [content.decode()]
    with ZipFile(BytesIO(content)) as packed:
        return [packed.read(name).decode() for name in packed.namelist()]


def messages() -> dict[str, list[str]]:
    """What each queue of the account holds, by its name, given out or not: dead letters, too."""
    queues = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues
    return {name: [str(message.body) for message in queue._messages] for name, queue in queues.items()}


def _queues() -> str:
    return " ".join(body for bodies in messages().values() for body in bodies)
