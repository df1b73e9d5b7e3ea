"""Who tells health data: the person alone, no one else of a party, and an organiser only as told by them."""

from collections.abc import Iterator
from typing import Any

from chalicelib.language import N_
from chalicelib.problems import FieldError, InvalidFields, OnlyThePerson
from chalicelib.web.forms.documents import read_field

#: What a document says about health, by dotted names; `dietary` holds the consent to it as well.
HEALTH_FIELDS = ("dietary", "travel.special_assistance")
TOLD_BY_THE_PERSON = (
    "told_by_the_person"  #: the flag by which an organiser says that they pass on what they were told
)
ONLY_THE_PERSON = "only_the_person"  #: the code of their errors


def list_told(document: Any) -> tuple[str, ...]:
    """List the fields by which the document tells anything about health; an empty value tells nothing."""
    return tuple(name for name in HEALTH_FIELDS if _tells(read_field(document, name)))


def find_companion_errors(document: Any) -> Iterator[FieldError]:
    """Find what the document of a companion in a party tells about their health."""
    message = N_("Leave this out: they tell it themselves, by the link in their own mail.")
    for name in list_told(document):
        yield FieldError(name, ONLY_THE_PERSON, message)


def find_organiser_errors(patch: dict[str, Any]) -> Iterator[FieldError]:
    """Find what an organiser's patch tells about health without saying that the person told it."""
    told = patch.get(TOLD_BY_THE_PERSON, False)
    if not isinstance(told, bool):
        yield FieldError(TOLD_BY_THE_PERSON, "wrong_type", N_("This must be true or false."))
    if told is not True:
        message = N_("Only the person tells this. If they have told you, send “told_by_the_person”: true with it.")
        for name in list_told(patch):
            yield FieldError(name, ONLY_THE_PERSON, message)


def build_problem(errors: tuple[FieldError, ...]) -> InvalidFields:
    """Build the problem of these errors: OnlyThePerson where one of them is about health."""
    is_health_among = any(error.code == ONLY_THE_PERSON for error in errors)
    return (OnlyThePerson if is_health_among else InvalidFields)(errors=errors)


def _tells(value: Any) -> bool:
    return any(map(_tells, value.values())) if isinstance(value, dict) else bool(value)
