"""Parse a posted party: several people who register in one call."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from chalicelib.language import N_
from chalicelib.problems import FieldError, InvalidFields
from chalicelib.programme import lines
from chalicelib.programme.model import Event
from chalicelib.registration import rules
from chalicelib.registration.parties import MAX_PARTY_SIZE, Party
from chalicelib.registration.registering import Applicant
from chalicelib.validation import validate
from chalicelib.web.forms import health, new_registration
from chalicelib.web.forms.documents import remove_fields

_PARTY_FIELDS = ("party", "accept_fewer")
_SHARED_FIELDS = ("privacy_accepted", "language")
_Person = tuple[str, dict[str, Any]]  #: the prefix of a person's fields, and their document


class NewParty(BaseModel):
    """A posted party of up to five people: those in `party`, and the sender if their own fields stand beside it.
    `privacy_accepted` and `language` beside it hold for all."""

    model_config = ConfigDict(defer_build=True, extra="ignore")
    party: Annotated[tuple[dict[str, Any], ...], Field(min_length=1, max_length=MAX_PARTY_SIZE)]
    accept_fewer: StrictBool = False


def parse(document: dict[str, Any], event: Event) -> Party:
    """Parse the document as a party; raises InvalidFields naming every bad field."""
    people = _split_documents(document)
    applicants, errors = _parse_applicants(people[:MAX_PARTY_SIZE], event)
    further = (*_find_size_errors(people), *_find_repeated_addresses(people, event), *errors)
    if document.get("accept_fewer") is not True:
        further += tuple(_find_capacity_errors(people, event))
    posted = validate(NewParty, document, further)
    return Party(tuple(applicants), posted.accept_fewer, is_posted_by_other=not _has_sender(people))


def _split_documents(document: dict[str, Any]) -> list[_Person]:
    """Split the document into one for each person, each with the prefix of its fields."""
    own = {name: value for name, value in document.items() if name not in _PARTY_FIELDS}
    shared = {name: own[name] for name in _SHARED_FIELDS if name in own}
    sender = [("", own)] if own.keys() - shared.keys() else []
    members = document["party"] if isinstance(document["party"], list) else []
    return sender + [
        (f"party.{index}.", shared | member) for index, member in enumerate(members) if isinstance(member, dict)
    ]


def _has_sender(people: list[_Person]) -> bool:
    return any(not prefix for prefix, _ in people)


def _find_size_errors(people: list[_Person]) -> Iterator[FieldError]:
    if len(people) > MAX_PARTY_SIZE:
        message = N_("At most %(largest)s people register together.")
        yield FieldError("party", "too_many", message, {"largest": MAX_PARTY_SIZE})


def _parse_applicants(people: list[_Person], event: Event) -> tuple[list[Applicant], list[FieldError]]:
    """Parse each person's document; return those that are valid, and the errors of the others.

    Health data is the sender's own alone: what a companion's document tells of it is an error, and nothing else.
    """
    applicants: list[Applicant] = []
    errors: list[FieldError] = []
    for path, document in people:
        try:
            told = tuple(health.find_companion_errors(document)) if path else ()
            cleaned = remove_fields(document, [error.field for error in told])
            applicants.append(new_registration.parse(cleaned, event, path, told))
        except InvalidFields as problem:
            reported = {error.field for error in errors}.intersection(_SHARED_FIELDS)
            added = [error for error in problem.errors if error.field not in reported]
            errors += [replace(error, field=path + error.field) for error in added]
    return applicants, errors


def _find_capacity_errors(people: list[_Person], event: Event) -> Iterator[FieldError]:
    chosen = [new_registration.read_needs(document.get("needs")).values() for _, document in people]
    demand = lines.sum_demand(rules.build_needs(event, each) for each in chosen)
    if shortage := lines.find_shortage(event.capacities, demand):
        message = N_(
            "There is less in all than you need together of: %(allotments)s. Be fewer, or say that some of you"
            " may get in without the others."
        )
        yield FieldError("party", "too_large", message, {"allotments": event.translate_titles(shortage)})


def _find_repeated_addresses(people: list[_Person], event: Event) -> Iterator[FieldError]:
    known: set[str] = set()
    for path, document in people:
        identity = new_registration.derive_identity(document, event)
        if identity and identity in known:
            yield FieldError(f"{path}email", "twice", N_("Each of you needs a mail address of their own."))
        known.add(identity)
