"""The attendee as a participant fills it in: fields, their bounds, and how they are normalised."""

import unicodedata
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from chalicelib.language import DEFAULT_LANGUAGE, Language
from chalicelib.text import reject_control_characters_in_prose

Sector = Literal["municipality", "supplier", "foundation", "investor", "state", "other"]
PassengerTitle = Literal["MR", "MRS", "MS", "MISS", "MSTR", "MX"]
Assistance = Literal["WCHR", "WCHS", "WCHC", "BLND", "DEAF", "INFT"]
MealPreference = Literal["vegetarian", "vegan", "gluten_free", "lactose_free", "kosher", "halal"]
#: The 14 of EU regulation 1169/2011, annex II.
Allergen = Literal[
    "gluten",
    "crustaceans",
    "eggs",
    "fish",
    "peanuts",
    "soybeans",
    "milk",
    "nuts",
    "celery",
    "mustard",
    "sesame",
    "sulphites",
    "lupin",
    "molluscs",
]


#: The context of validating what was stored: it was right when it was written, and stays readable when the
#: rules for what people may write have changed since.
STORED_CONTEXT = "stored"


def _normalise_text(text: str, info: ValidationInfo) -> str:
    if info.context == STORED_CONTEXT:
        return text
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return reject_control_characters_in_prose(text)


def _reject_line_breaks(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise PydanticCustomError("control_characters", "control characters")
    return text


def _normalise_email(text: str, info: ValidationInfo) -> str:
    if info.context == STORED_CONTEXT:
        return text
    from email_validator import (
        EmailNotValidError,
        validate_email,
    )  # slow to import

    try:
        return validate_email(text, check_deliverability=False, allow_smtputf8=False).normalized
    except EmailNotValidError as error:
        raise PydanticCustomError("not_an_address", "not an address") from error


def _normalise_phone(text: str, info: ValidationInfo) -> str:
    """Normalise a phone number to E.164; one without a country code is Danish."""
    if info.context == STORED_CONTEXT:
        return text
    import phonenumbers  # slow to import

    try:
        number = phonenumbers.parse(text, "DK")
    except phonenumbers.NumberParseException as error:
        raise PydanticCustomError("not_a_phone_number", "not a phone number") from error
    if not phonenumbers.is_valid_number(number):
        raise PydanticCustomError("not_a_phone_number", "not a phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=20_000)  # slow, and repeated on each list
def format_international(number: str) -> str:
    """Format an E.164 number in groups: `+45 20 12 34 56`."""
    import phonenumbers  # only where a number is shown

    return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _convert_empty_to_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _remove_duplicates(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))


def _build_text_constraints(min_length: int, max_length: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=min_length, max_length=max_length)


PersonName = Annotated[
    str, _build_text_constraints(1, 300), AfterValidator(_normalise_text), AfterValidator(_reject_line_breaks)
]
ShortText = Annotated[
    str, _build_text_constraints(0, 200), AfterValidator(_normalise_text), AfterValidator(_reject_line_breaks)
]
LongText = Annotated[str, _build_text_constraints(0, 500), AfterValidator(_normalise_text)]
EmailAddress = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(_normalise_email)
]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40), AfterValidator(_normalise_phone)]
_OptionalPhone = Annotated[Phone | None, BeforeValidator(_convert_empty_to_none)]
_OptionalText = Annotated[ShortText | None, BeforeValidator(_convert_empty_to_none)]


class AttendeePart(BaseModel):
    """A part of an attendee: unknown fields are errors, and values do not change."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class NameOnId(AttendeePart):
    """The name as it stands in the passport or identity card."""

    given: PersonName
    family: PersonName


class EmergencyContact(AttendeePart):
    """The person to call in an emergency."""

    name: PersonName
    phone: Phone


class Travel(AttendeePart):
    """Details for airline and hotel, asked for only where the participant travels.

    `special_assistance` is health data; `share_with` is the name or address of the person to share a room with.
    """

    name_on_id: NameOnId | None = None
    title: Annotated[PassengerTitle | None, BeforeValidator(_convert_empty_to_none)] = None
    special_assistance: Annotated[tuple[Assistance, ...], AfterValidator(_remove_duplicates)] = ()
    share_with: _OptionalText = None
    emergency_contact: EmergencyContact | None = None


class Dietary(AttendeePart):
    """Food that a participant cannot or will not eat: health data, taken only with consent (GDPR art. 9)."""

    meals: Annotated[tuple[MealPreference, ...], AfterValidator(_remove_duplicates)] = ()
    allergens: Annotated[tuple[Allergen, ...], AfterValidator(_remove_duplicates)] = ()
    note: LongText = ""
    consent: bool = False

    @property
    def has_content(self) -> bool:
        """Return whether anything is filled in."""
        return bool(self.meals or self.allergens or self.note)


class Attendee(AttendeePart):
    """The person who comes."""

    given_name: PersonName
    family_name: PersonName
    email: EmailAddress
    phone: _OptionalPhone = None
    organisation: _OptionalText = None
    sector: Annotated[Sector | None, BeforeValidator(_convert_empty_to_none)] = None
    language: Language = DEFAULT_LANGUAGE
    travel: Travel | None = None
    dietary: Dietary | None = None

    @property
    def has_health_data(self) -> bool:
        """Return whether the attendee says anything about health in the clear."""
        return self.dietary is not None or bool(self.travel and self.travel.special_assistance)

    @property
    def name(self) -> str:
        """Join given and family name."""
        return f"{self.given_name} {self.family_name}"
