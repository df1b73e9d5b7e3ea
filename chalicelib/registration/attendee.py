"""The attendee as people write themselves down: fields, their bounds, and how they are normalised."""

import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from chalicelib.language import DEFAULT, Language
from chalicelib.text import seen_lines

Sector = Literal["municipality", "supplier", "foundation", "investor", "state", "other"]
PassengerTitle = Literal["MR", "MRS", "MS", "MISS", "MSTR", "MX"]
Assistance = Literal["WCHR", "WCHS", "WCHC", "BLND", "DEAF", "INFT"]
MealWish = Literal["vegetarian", "vegan", "gluten_free", "lactose_free", "kosher", "halal"]
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
STORED = "stored"


def _clean(text: str, info: ValidationInfo) -> str:
    if info.context == STORED:
        return text
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return seen_lines(text)


def _one_line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise PydanticCustomError("control_characters", "control characters")
    return text


def _address(text: str, info: ValidationInfo) -> str:
    if info.context == STORED:
        return text
    from email_validator import EmailNotValidError, validate_email  # only where somebody tells an address

    try:
        return validate_email(text, check_deliverability=False, allow_smtputf8=False).normalized
    except EmailNotValidError as error:
        raise PydanticCustomError("not_an_address", "not an address") from error


def _phone(text: str, info: ValidationInfo) -> str:
    """A phone number in E.164; without a country code it is a Danish one."""
    if info.context == STORED:
        return text
    import phonenumbers  # only where somebody tells a number

    try:
        number = phonenumbers.parse(text, "DK")
    except phonenumbers.NumberParseException as error:
        raise PydanticCustomError("not_a_phone_number", "not a phone number") from error
    if not phonenumbers.is_valid_number(number):
        raise PydanticCustomError("not_a_phone_number", "not a phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _empty_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _each_once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))


def _text(shortest: int, longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=shortest, max_length=longest)


PersonName = Annotated[str, _text(1, 300), AfterValidator(_clean), AfterValidator(_one_line)]
ShortText = Annotated[str, _text(0, 200), AfterValidator(_clean), AfterValidator(_one_line)]
Note = Annotated[str, _text(0, 500), AfterValidator(_clean)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(_address)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40), AfterValidator(_phone)]
_OptionalPhone = Annotated[Phone | None, BeforeValidator(_empty_is_none)]
_OptionalText = Annotated[ShortText | None, BeforeValidator(_empty_is_none)]


class Person(BaseModel):
    """A part of what a person writes down: unknown fields are errors, values do not change."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class NameOnId(Person):
    """The name as it stands in passport or identity card."""

    given: PersonName
    family: PersonName


class EmergencyContact(Person):
    name: PersonName
    phone: Phone


class Travel(Person):
    """What an airline and a hotel need; asked for only where somebody travels.

    `special_assistance` is health data; `share_with` is the name or address of whom to share a room with.
    """

    name_on_id: NameOnId | None = None
    title: Annotated[PassengerTitle | None, BeforeValidator(_empty_is_none)] = None
    special_assistance: Annotated[tuple[Assistance, ...], AfterValidator(_each_once)] = ()
    share_with: _OptionalText = None
    emergency_contact: EmergencyContact | None = None


class Dietary(Person):
    """What somebody cannot or will not eat: health data, taken only with their consent (GDPR art. 9)."""

    meals: Annotated[tuple[MealWish, ...], AfterValidator(_each_once)] = ()
    allergens: Annotated[tuple[Allergen, ...], AfterValidator(_each_once)] = ()
    note: Note = ""
    consent: bool = False

    @property
    def says_something(self) -> bool:
        return bool(self.meals or self.allergens or self.note)


class Attendee(Person):
    """Who comes."""

    given_name: PersonName
    family_name: PersonName
    email: Address
    phone: _OptionalPhone = None
    organisation: _OptionalText = None
    sector: Annotated[Sector | None, BeforeValidator(_empty_is_none)] = None
    language: Language = DEFAULT
    travel: Travel | None = None
    dietary: Dietary | None = None

    @property
    def tells_of_health(self) -> bool:
        return self.dietary is not None or bool(self.travel and self.travel.special_assistance)

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"
