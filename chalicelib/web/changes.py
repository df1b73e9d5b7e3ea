"""A posted change of a registration: a JSON merge patch (RFC 7396) of its details, needs and wishes."""

from collections.abc import Iterable
from typing import Any

from chalicelib.language import N_
from chalicelib.lines import PLACE
from chalicelib.problems import FieldError, InvalidFields
from chalicelib.programme.model import Event
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.changing import Change
from chalicelib.registration.model import Registration
from chalicelib.web.new_registration import Needs, check
from chalicelib.web.validation import validated

_PLACES = ("needs", "wait_for")


class ChangedRegistration(Attendee):
    """What a registration is to be: the attendee as changed, and what they need or wait for, if that is said."""

    needs: Needs | None = None
    wait_for: Needs | None = None

    def details(self, named: Iterable[str]) -> dict[str, Any]:
        """Those details of the attendee that are named; an empty wish about food is none."""
        parts = {name: getattr(self, name) for name in named if name in Attendee.model_fields}
        if self.dietary and not self.dietary.says_something and "dietary" in parts:
            parts["dietary"] = None
        return parts


def read(patch: dict[str, Any], registered: Registration, event: Event) -> Change:
    """The patch as a change of this registration; raises InvalidFields naming every bad field."""
    patch = patch | {name: [] for name in _PLACES if name in patch and patch[name] is None}
    known = registered.attendee.model_dump(mode="json", exclude_none=True)
    posted = validated(ChangedRegistration, _merged(known, patch))
    if posted.email.lower() != registered.attendee.email.lower():
        message = N_("A registration keeps its mail address. Cancel it, and register with the other one.")
        raise InvalidFields(errors=(FieldError("email", "not_changeable", message),))
    check(posted.needs or (), posted.dietary, event)
    check(posted.wait_for or (), None, event, field="wait_for")
    if PLACE in (posted.wait_for or ()):
        message = N_("Whoever is registered has a place already.")
        raise InvalidFields(errors=(FieldError("wait_for", "has_it", message),))
    return Change(posted.details(patch), posted.needs, posted.wait_for)


def _merged(target: Any, patch: dict[str, Any]) -> dict[str, Any]:
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            merged[name] = _merged(merged.get(name), value)
        else:
            merged[name] = value
    return merged
