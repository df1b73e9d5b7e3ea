"""Parse a posted party: several people who register in one call."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.language import N_
from chalicelib.problems import FieldError, InvalidFields
from chalicelib.programme import lines
from chalicelib.programme.model import Event
from chalicelib.registration import rules
from chalicelib.registration.parties import MAX_PARTY_SIZE, Party
from chalicelib.registration.registering import Applicant
from chalicelib.validation import validate
from chalicelib.web.forms import new_registration

_PARTY_FIELDS = ("party", "accept_fewer")
_SHARED_FIELDS = ("privacy_accepted", "language")


class NewParty(BaseModel):
    """A posted party of up to five people: those in `party`, and the sender if their own fields stand beside it.
    `privacy_accepted` and `language` beside it hold for all."""

    model_config = ConfigDict(defer_build=True, extra="ignore")
    party: Annotated[tuple[dict[str, Any], ...], Field(min_length=1, max_length=MAX_PARTY_SIZE)]
    accept_fewer: bool = False


def parse(document: dict[str, Any], event: Event) -> Party:
    """Parse the document as a party; raises InvalidFields naming every bad field."""
    posted = validate(NewParty, document)
    people = _split_documents(document, posted.party)
    if len(people) > MAX_PARTY_SIZE:
        message = N_("At most %(largest)s people register together.")
        raise InvalidFields(errors=(FieldError("party", "too_many", message, {"largest": MAX_PARTY_SIZE}),))
    applicants = _parse_applicants(people, event)
    _check_distinct(applicants)
    if not posted.accept_fewer:
        _check_capacity(applicants, event)
    return Party(tuple(applicants), posted.accept_fewer)


def _split_documents(
    document: dict[str, Any], members: tuple[dict[str, Any], ...]
) -> list[tuple[str, dict[str, Any]]]:
    """Split the document into one for each person, each with the prefix of its fields."""
    own = {name: value for name, value in document.items() if name not in _PARTY_FIELDS}
    shared = {name: own[name] for name in _SHARED_FIELDS if name in own}
    sender = [("", own)] if own.keys() - shared.keys() else []
    return sender + [(f"party.{index}.", shared | member) for index, member in enumerate(members)]


def _parse_applicants(documents: list[tuple[str, dict[str, Any]]], event: Event) -> list[Applicant]:
    applicants: list[Applicant] = []
    errors: list[FieldError] = []
    for path, document in documents:
        try:
            applicants.append(new_registration.parse(document, event, path))
        except InvalidFields as problem:
            reported = {error.field for error in errors}.intersection(_SHARED_FIELDS)
            added = [error for error in problem.errors if error.field not in reported]
            errors += [replace(error, field=path + error.field) for error in added]
    if errors:
        raise InvalidFields(errors=tuple(errors))
    return applicants


def _check_capacity(applicants: list[Applicant], event: Event) -> None:
    demand = lines.sum_demand(rules.build_needs(event, each.chosen) for each in applicants)
    if shortage := lines.find_shortage(event.capacities, demand):
        message = N_(
            "There is less in all than you need together of: %(allotments)s. Be fewer, or say that some of you"
            " may get in without the others."
        )
        names = event.translate_titles(shortage)
        raise InvalidFields(errors=(FieldError("party", "too_large", message, {"allotments": names}),))


def _check_distinct(applicants: list[Applicant]) -> None:
    known: set[str] = set()
    for each in applicants:
        if each.registration_id in known:
            message = N_("Each of you needs a mail address of their own.")
            raise InvalidFields(errors=(FieldError(f"{each.field_prefix}email", "twice", message),))
        known.add(each.registration_id)
