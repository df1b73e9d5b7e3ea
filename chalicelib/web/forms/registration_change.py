"""A posted change of a registration's details, needs and wishes: a JSON merge patch (RFC 7396), or our form."""

from collections.abc import Iterable
from typing import Any

from chalicelib.language import N_
from chalicelib.problems import FieldError, InvalidFields
from chalicelib.programme.lines import PLACE
from chalicelib.programme.model import Event
from chalicelib.registration import sealing
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.changing import Change
from chalicelib.registration.model import Registration
from chalicelib.web.forms import registration_form
from chalicelib.web.forms.new_registration import Needs, check
from chalicelib.web.http.validation import validated

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
    posted = _posted(_merged(known(registered), patch), registered, event)
    return Change(posted.details(patch), posted.needs, posted.wait_for)


def read_form(sent: dict[str, Any], registered: Registration, event: Event) -> Change:
    """The form as a change of this registration: what it asks for and was left empty is taken away. Raises
    InvalidFields naming every bad field."""
    details = {name: value for name, value in sent.items() if name not in (*_PLACES, "seen")}
    document = _merged(_without(known(registered), registration_form.asked(event)), details)
    posted = _posted(document | chosen(sent, registered), registered, event)
    return Change(posted.details(Attendee.model_fields), posted.needs, posted.wait_for)


def known(registered: Registration) -> dict[str, Any]:
    """The details as they are, as a document; raises SealNotOpened."""
    return sealing.opened(registered).attendee.model_dump(mode="json", exclude_none=True)


def chosen(sent: dict[str, Any], registered: Registration) -> dict[str, list[str]]:
    """The needs and wishes that the form asks for. Only what was ticked or unticked in it is changed: what has
    moved up since it was shown (`seen`) stays. Empty where the form had no choices."""
    seen = sent.get("seen")
    if not seen:
        return {}
    places = {"needs": registered.needs, "wait_for": registered.wishes}
    if registered.status != "confirmed":
        del places["wait_for"]
    return {name: _as_ticked(now, seen.get(name, []), sent.get(name, [])) for name, now in places.items()}


def _as_ticked(now: tuple[str, ...], seen: list[str], ticked: list[str]) -> list[str]:
    kept = [name for name in now if name in ticked or name not in seen or name == PLACE]
    return kept + [name for name in ticked if name not in seen and name not in kept]


def _posted(document: dict[str, Any], registered: Registration, event: Event) -> ChangedRegistration:
    posted = validated(ChangedRegistration, document)
    if posted.email.lower() != registered.attendee.email.lower():
        message = N_("A registration keeps its mail address. Cancel it, and register with the other one.")
        raise InvalidFields(errors=(FieldError("email", "not_changeable", message),))
    check(posted.needs or (), posted.dietary, event)
    check(posted.wait_for or (), None, event, field="wait_for")
    if PLACE in (posted.wait_for or ()):
        message = N_("Whoever is registered has a place already.")
        raise InvalidFields(errors=(FieldError("wait_for", "has_it", message),))
    return posted


def _without(document: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The document without what has these dotted names, and without what is empty then."""
    left = {name: dict(value) if isinstance(value, dict) else value for name, value in document.items()}
    for name in names:
        group, _, field = name.rpartition(".")
        (left.get(group, {}) if group else left).pop(field, None)
    return {name: value for name, value in left.items() if value != {}}


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
