"""Validate documents against models; each bad field gets a stable code and a plain message."""

import re
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from chalicelib.language import N_
from chalicelib.problems import FieldError, InvalidFields

Model = TypeVar("Model", bound=BaseModel)

#: The code and message for each error type of pydantic and of our models.
_ERRORS_BY_TYPE: dict[str, tuple[str, str]] = {
    "missing": ("required", N_("Please fill this in.")),
    "string_too_short": ("required", N_("Please fill this in.")),
    "too_short": ("required", N_("Please fill this in.")),
    "string_too_long": ("too_long", N_("Use at most %(max_length)s characters.")),
    "too_long": ("too_many", N_("Use at most %(max_length)s.")),
    "literal_error": ("not_a_choice", N_("Choose one of the possible answers.")),
    "extra_forbidden": ("unknown_field", N_("There is no such field.")),
    "value_error": ("invalid", N_("This is not valid: %(reason)s.")),
    "bool_parsing": ("wrong_type", N_("This must be true or false.")),
    "bool_type": ("wrong_type", N_("This must be true or false.")),
    "string_pattern_mismatch": ("invalid", N_("This has signs that it may not have.")),
    **dict.fromkeys(
        ("int_parsing", "int_type", "int_from_float"), ("invalid", N_("This must be a whole number."))
    ),
    "greater_than_equal": ("invalid", N_("This must be at least %(ge)s.")),
    "less_than_equal": ("invalid", N_("This must be at most %(le)s.")),
    **dict.fromkeys(
        ("datetime_parsing", "datetime_from_date_parsing", "datetime_type", "datetime_object_invalid"),
        ("invalid", N_("Write a date and a time.")),
    ),
    "skipped_time": (
        "no_such_time",
        N_("This time does not exist that night: the clocks go forward. Choose an earlier or a later one."),
    ),
    "year_out_of_range": ("invalid", N_("The year must be from %(first)s to %(last)s.")),
    "not_later": ("invalid", N_("The end must be later than the beginning.")),
    "string_type": ("wrong_type", N_("This must be a text.")),
    "string_unicode": ("not_text", N_("This has signs that are not text.")),
    "tuple_type": ("wrong_type", N_("This must be a list.")),
    "model_type": ("wrong_type", N_("This must be an object with fields.")),
    "dict_type": ("wrong_type", N_("This must be an object with fields.")),
    "control_characters": ("control_characters", N_("This has line breaks or control characters.")),
    "not_visible": ("not_visible", N_("Use at least one letter or digit that can be seen.")),
    "link": ("link", N_("Write a name, without web or mail addresses. Put a space after a full stop.")),
    "local_part_not_ascii": (
        "not_an_address",
        N_("Our mail cannot reach an address with letters such as æ, ø or ü before the @. Write another one."),
    ),
    "not_an_address": ("not_an_address", N_("Write a mail address such as name@example.org.")),
    "not_a_phone_number": (
        "not_a_phone_number",
        N_("Write a phone number such as 20 12 34 56, or with its country code."),
    ),
    "privacy_not_accepted": ("privacy_not_accepted", N_("Please accept how we use your details.")),
}


def validate(model: type[Model], document: dict[str, Any], further_errors: Iterable[FieldError] = ()) -> Model:
    """Validate the document as the model; raises InvalidFields naming every bad field.

    `further_errors` were found in the document by checks that the model does not know, such as those against an
    event: they are named beside its own, and left out where it has one for the same field.
    """
    try:
        valid, errors = model.model_validate(document), list[FieldError]()
    except ValidationError as error:
        valid, errors = None, list(build_field_errors(error))
    named = {error.field for error in errors}
    errors += [error for error in further_errors if error.field not in named]
    if errors or valid is None:
        raise InvalidFields(errors=tuple(errors))
    return valid


def find_errors(model: type[BaseModel], document: dict[str, Any]) -> tuple[FieldError, ...]:
    """Find every bad field of the document, where what is wrong elsewhere is to be named beside it."""
    try:
        model.model_validate(document)
    except ValidationError as error:
        return build_field_errors(error)
    return ()


def build_field_errors(error: ValidationError) -> tuple[FieldError, ...]:
    """Build the error of each bad field that pydantic found."""
    return tuple(map(_build_field_error, error.errors()))


def _build_field_error(error: ErrorDetails) -> FieldError:
    path = ".".join(str(part) for part in error["loc"])
    code, message = _ERRORS_BY_TYPE.get(error["type"], ("invalid", N_("This is not valid.")))
    context = {k: v for k, v in error.get("ctx", {}).items() if isinstance(v, str | int)}
    context["reason"] = error["msg"].removeprefix("Value error, ")
    return FieldError(path, code, message, context, _list_allowed(error))


def _list_allowed(error: ErrorDetails) -> tuple[str, ...]:
    """List the values that may stand there: pydantic has them in one text, each as Python writes it."""
    if error["type"] != "literal_error":
        return ()
    return tuple(re.findall(r"'([^']*)'", error["ctx"]["expected"]))
