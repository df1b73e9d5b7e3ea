"""Parse a posted change of a registration: a JSON merge patch (RFC 7396), or our form."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from pydantic import StrictBool

from chalicelib.language import LANGUAGES, N_, Language, get_translator
from chalicelib.problems import FieldError, InvalidFields
from chalicelib.programme.lines import PLACE
from chalicelib.programme.model import Event
from chalicelib.registration import details, sealing
from chalicelib.registration.attendee import Attendee, is_another_person
from chalicelib.registration.changing import ChangeRequest
from chalicelib.registration.details import DETAILS, PERSONAL, Field
from chalicelib.registration.model import Registration
from chalicelib.validation import validate
from chalicelib.web.forms import health, registration_form
from chalicelib.web.forms.documents import merge_patch, remove_fields
from chalicelib.web.forms.new_registration import (
    Needs,
    find_consent_errors,
    find_need_errors,
    read_email,
    read_needs,
)

_MAX_REVISION_DIGITS, _NO_REVISION = 9, -1
_ALLOTMENT_FIELDS = ("needs", "wait_for")
_PERSONAL_PARTS = {name.partition(".")[0] for name in PERSONAL}


class ChangedRegistration(Attendee):
    """The registration as changed: the attendee, and what they need or wait for, where that changes."""

    needs: Needs | None = None
    wait_for: Needs | None = None

    def select_details(self, names: Iterable[str]) -> dict[str, Any]:
        """Select the named details of the attendee; an empty wish about food is none."""
        parts = {name: getattr(self, name) for name in names if name in Attendee.model_fields}
        if self.dietary and not self.dietary.has_content and "dietary" in parts:
            parts["dietary"] = None
        return parts


class OrganisersChange(ChangedRegistration):
    """The registration as an organiser changes it: about health only what the person told them."""

    told_by_the_person: StrictBool = False


def parse_organisers_patch(patch: dict[str, Any], registration: Registration, event: Event) -> ChangeRequest:
    """Parse an organiser's patch; raises InvalidFields, and OnlyThePerson where it tells health on its own."""
    errors = tuple(health.find_organiser_errors(patch))
    rest = {name: value for name, value in patch.items() if name != health.TOLD_BY_THE_PERSON}
    try:
        change = parse_patch(rest, registration, event)
    except InvalidFields as problem:
        raise health.build_problem((*errors, *problem.errors)) from problem
    if errors:
        raise health.build_problem(errors)
    return replace(change, told_by_the_person=bool(health.list_told(rest)))


def parse_patch(patch: dict[str, Any], registration: Registration, event: Event) -> ChangeRequest:
    """Parse the patch as a change of this registration; raises InvalidFields naming every bad field.

    A patch that makes it another person's drops what belonged to the former one, so that only what it tells itself
    is kept.
    """
    patch, based_on = _split_revision(patch)
    patch = patch | {name: [] for name in _ALLOTMENT_FIELDS if name in patch and patch[name] is None}
    former, base = sealing.unseal(registration).attendee, dump_details(registration)
    posted = _merge_and_validate(base, patch, registration, event)
    if not is_another_person(former, posted):
        return ChangeRequest(posted.select_details(patch), posted.needs, posted.wait_for, based_on)
    posted = _merge_and_validate(remove_fields(base, PERSONAL), patch, registration, event)
    return _build_change_of_person(posted, {*patch, *_PERSONAL_PARTS}, former, based_on)


def parse_form(submitted: dict[str, Any], registration: Registration, event: Event) -> ChangeRequest:
    """Parse the form as a change of this registration; a field that it asks for and leaves empty is removed.

    A form that makes it another person's drops what belonged to the former one, also where it sends that back as
    it was filled in. Raises InvalidFields naming every bad field.
    """
    submitted, based_on = _split_revision(submitted)
    written = {name: value for name, value in submitted.items() if name not in (*_ALLOTMENT_FIELDS, "seen")}
    written |= merge_choices(submitted, registration)
    base = remove_fields(dump_details(registration), registration_form.list_asked_details(event))
    former = sealing.unseal(registration).attendee
    posted = _merge_and_validate(base, written, registration, event)
    if not is_another_person(former, posted):
        return ChangeRequest(posted.select_details(Attendee.model_fields), posted.needs, posted.wait_for, based_on)
    left = [name for name in PERSONAL if details.read(former, name) == details.read(posted, name)]
    base, written = remove_fields(base, PERSONAL), remove_fields(written, left)
    posted = _merge_and_validate(base, written, registration, event)
    return _build_change_of_person(posted, Attendee.model_fields, former, based_on)


def _build_change_of_person(
    posted: ChangedRegistration, names: Iterable[str], former: Attendee, based_on: int | None
) -> ChangeRequest:
    """Build the change that makes the registration another person's, and that says what it drops."""
    parts = posted.select_details(names)
    dropped = details.list_dropped(former, former.model_copy(update=parts))
    return ChangeRequest(parts, posted.needs, posted.wait_for, based_on, dropped)


def _split_revision(submitted: dict[str, Any]) -> tuple[dict[str, Any], int | None]:
    """Split off the revision of the registration that a form was filled in from, a text; JSON has none."""
    revision = submitted.get("revision")
    if not isinstance(revision, str):
        return submitted, None
    is_number = revision.isascii() and revision.isdigit() and len(revision) < _MAX_REVISION_DIGITS
    rest = {name: value for name, value in submitted.items() if name != "revision"}
    return rest, int(revision) if is_number else _NO_REVISION


def find_conflicts(change: ChangeRequest, registration: Registration, event: Event) -> Iterator[FieldError]:
    """Find the fields whose values in the change are not those of the registration now; each error names both."""
    attendee = sealing.unseal(registration).attendee
    wanted = attendee.model_copy(update=dict(change.details or {}))
    message = N_("You sent “%(sent)s”; now it says “%(now)s”.")
    for detail in DETAILS:
        for name, field in detail.fields_by_name.items():
            sent, now = details.read(wanted, name), details.read(attendee, name)
            if (sent or None) != (now or None):
                words = {"sent": _translate(field, sent), "now": _translate(field, now)}
                yield FieldError(name, "changed_meanwhile", message, words)
    if change.needs is not None and {*change.needs, PLACE} != {*registration.needs}:
        titles = {"sent": event.translate_titles(change.needs), "now": event.translate_titles(registration.needs)}
        yield FieldError("needs", "changed_meanwhile", message, titles)


def _translate(field: Field, value: Any) -> dict[Language, str]:
    """Translate a value of the field: the labels of its choices, or what was written."""
    values = value if isinstance(value, tuple) else (value,)
    return {
        language: ", ".join(
            "✓" if each is True else get_translator(language)(field.choices.get(each, str(each or "–")))
            for each in values
        )
        or "–"
        for language in LANGUAGES
    }


def dump_details(registration: Registration) -> dict[str, Any]:
    """Dump the current details as a document; raises SealNotOpened."""
    return sealing.unseal(registration).attendee.model_dump(mode="json", exclude_none=True)


def merge_choices(submitted: dict[str, Any], registration: Registration) -> dict[str, list[str]]:
    """Merge the form's choices into the current needs and wishes.

    Only what was ticked or unticked is changed: what has moved up since the form was shown (`seen`) stays. Empty
    where the form had no choices.
    """
    seen = submitted.get("seen")
    if not seen:
        return {}
    current = {"needs": registration.needs, "wait_for": registration.wishes}
    if registration.status != "confirmed":
        del current["wait_for"]
    return {
        name: _merge_ticked(chosen, seen.get(name, []), submitted.get(name, []))
        for name, chosen in current.items()
    }


def _merge_ticked(current: tuple[str, ...], seen: list[str], ticked: list[str]) -> list[str]:
    kept = [name for name in current if name in ticked or name not in seen or name == PLACE]
    return kept + [name for name in ticked if name not in seen and name not in kept]


def _merge_and_validate(
    base: dict[str, Any], patch: dict[str, Any], registration: Registration, event: Event
) -> ChangedRegistration:
    return _validate_change(merge_patch(base, patch), registration, event)


def _validate_change(document: dict[str, Any], registration: Registration, event: Event) -> ChangedRegistration:
    errors = (
        *_find_email_errors(document, registration),
        *find_need_errors(document.get("needs"), event),
        *find_need_errors(document.get("wait_for"), event, field="wait_for"),
        *_find_place_errors(document.get("wait_for")),
        *find_consent_errors(document.get("dietary")),
    )
    return validate(ChangedRegistration, document, errors)


def _find_email_errors(document: dict[str, Any], registration: Registration) -> Iterator[FieldError]:
    email = read_email(document)
    if email and email.lower() != registration.attendee.email.lower():
        message = N_("A registration keeps its mail address. Cancel it, and register with the other one.")
        yield FieldError("email", "not_changeable", message)


def _find_place_errors(wait_for: Any) -> Iterator[FieldError]:
    if PLACE in read_needs(wait_for).values():
        yield FieldError("wait_for", "has_it", N_("Whoever is registered has a place already."))
