"""Envelope encryption of health data: food and assistance stand in the table sealed only.

A registration comes out of the table with its seal, which goes wherever the registration goes and is written
whenever its attendee is. Only code that shows, counts or changes health data opens it.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from chalicelib.aws import seals
from chalicelib.aws.log import log
from chalicelib.aws.seals import SealNotOpened
from chalicelib.registration.attendee import Attendee, Dietary, Travel
from chalicelib.registration.model import Registration
from chalicelib.text import STORED_CONTEXT


def seal(registration: Registration) -> Registration:
    """Seal what the attendee says about health, so that the registration can be written."""
    attendee = registration.attendee
    if not attendee.has_health_data:
        return registration
    if registration.sealed_health:
        raise ValueError("What stands under the seal would be lost: open the registration before it is changed.")
    health_data = attendee.model_dump(mode="json", include={"dietary": True, "travel": {"special_assistance"}})
    assistance = (health_data["travel"] or {}).get("special_assistance", [])
    document = {"dietary": health_data["dietary"], "special_assistance": assistance}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return replace(
        registration,
        attendee=_remove_health_data(attendee),
        sealed_health=seals.seal(text, _build_associated_data(registration)),
    )


def unseal(registration: Registration) -> Registration:
    """Open the seal, so that the attendee is as the participant filled it in; raises SealNotOpened."""
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
    """Open the seals of all of them, for lists; one that cannot be opened keeps its seal."""
    for registration in registrations:
        try:
            yield unseal(registration)
        except SealNotOpened:  # it is in the log, and the list says so
            yield registration


def _remove_health_data(attendee: Attendee) -> Attendee:
    travel = attendee.travel
    if travel and travel.special_assistance:
        left = travel.model_copy(update={"special_assistance": ()})
        travel = None if left == Travel() else left
    return attendee.model_copy(update={"dietary": None, "travel": travel})


def _add_health_data(attendee: Attendee, health_data: dict[str, Any]) -> Attendee:
    """Add the sealed health data to the attendee.

    What stands in the clear beside a seal is newer: a release from before there were seals wrote it.
    """
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
