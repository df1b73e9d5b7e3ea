"""What a registration says about health, sealed: food and assistance stand in the table so and no other way.

A registration comes out of the table with its seal, which goes wherever the registration goes and is written
whenever its attendee is. Only what shows, counts or changes what is about health opens it.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from chalicelib.aws import seals
from chalicelib.aws.log import log
from chalicelib.aws.seals import SealNotOpened
from chalicelib.registration.attendee import STORED_CONTEXT, Attendee, Dietary, Travel
from chalicelib.registration.model import Registration


def seal(registration: Registration) -> Registration:
    """The registration with what its attendee says about health under seal, ready to be written."""
    who = registration.attendee
    if not who.has_health_data:
        return registration
    if registration.sealed_health:
        raise ValueError("What stands under the seal would be lost: open the registration before it is changed.")
    said = who.model_dump(mode="json", include={"dietary": True, "travel": {"special_assistance"}})
    assistance = (said["travel"] or {}).get("special_assistance", [])
    document = {"dietary": said["dietary"], "special_assistance": assistance}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return replace(
        registration,
        attendee=_remove_health_data(who),
        sealed_health=seals.seal(text, _build_associated_data(registration)),
    )


def unseal(registration: Registration) -> Registration:
    """The registration with its attendee as they wrote themselves down; raises SealNotOpened."""
    if not registration.sealed_health:
        return registration
    try:
        text = seals.unseal(registration.sealed_health, _build_associated_data(registration))
    except SealNotOpened:
        log.error("A seal could not be opened", extra={"registration": registration.id})
        raise
    return replace(
        registration, attendee=_add_health_data(registration.attendee, json.loads(text)), sealed_health=b""
    )


def unseal_where_possible(registrations: Iterable[Registration]) -> Iterator[Registration]:
    """All of them, for lists: one whose seal cannot be opened comes as it is, its seal still on it."""
    for each in registrations:
        try:
            yield unseal(each)
        except SealNotOpened:  # it is in the log, and the list says so
            yield each


def _remove_health_data(attendee: Attendee) -> Attendee:
    travel = attendee.travel
    if travel and travel.special_assistance:
        left = travel.model_copy(update={"special_assistance": ()})
        travel = None if left == Travel() else left
    return attendee.model_copy(update={"dietary": None, "travel": travel})


def _add_health_data(attendee: Attendee, health_data: dict[str, Any]) -> Attendee:
    """What stands in the clear beside a seal is newer: a version from before there were seals wrote it."""
    food, travel = attendee.dietary, attendee.travel or Travel()
    if food is None and health_data["dietary"]:
        food = Dietary.model_validate(health_data["dietary"], context=STORED_CONTEXT)
    if health_data["special_assistance"] and not travel.special_assistance:
        travel = travel.model_copy(update={"special_assistance": tuple(health_data["special_assistance"])})
    return attendee.model_copy(
        update={"dietary": food, "travel": attendee.travel if travel == Travel() else travel}
    )


def _build_associated_data(registration: Registration) -> str:
    return f"{registration.event_id}/{registration.id}"
