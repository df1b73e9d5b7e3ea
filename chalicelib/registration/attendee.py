"""The attendee as a participant fills it in: fields, their bounds, and how they are normalised."""

import re
import unicodedata
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StrictBool,
    StringConstraints,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from chalicelib.contact import likeness
from chalicelib.contact.addresses import EmailAddress
from chalicelib.contact.phones import Phone
from chalicelib.language import DEFAULT_LANGUAGE, Language
from chalicelib.text import CLEAN_LINE, CLEAN_PROSE, STORED_CONTEXT, is_visible

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


def _require_visible(text: str, info: ValidationInfo) -> str:
    if text and info.context != STORED_CONTEXT and not is_visible(text):
        raise PydanticCustomError("not_visible", "nothing visible")
    return text


#: What mail programs turn into a link: a URL, or a word with a dot and a top-level domain. An initial before a
#: longer word is part of a name (J.Robert), unless the word is one of the most common domains.
_LINK = re.compile(
    r"://|\bwww\.|[\w-]{2,}[.。][^\W\d_]{2}"
    r"|[^\W_][.。](?:[^\W\d_]{2}|com|net|org|info|biz|app|dev|xyz|page|link)\b",
    re.IGNORECASE,
)
#: An organisation may be called as its domain is (sundhed.dk), but by no URL, and no page of one.
_ORGANISATION_LINK = re.compile(r"://|\bwww\.|\w[.。][^\W\d_]{2,}[/\\?#:]\S", re.IGNORECASE)


def _reject_links(text: str, info: ValidationInfo) -> str:
    return _reject_pattern(_LINK, text, info)


def _reject_organisation_links(text: str, info: ValidationInfo) -> str:
    return _reject_pattern(_ORGANISATION_LINK, text, info)


def _reject_pattern(pattern: re.Pattern[str], text: str, info: ValidationInfo) -> str:
    if info.context != STORED_CONTEXT and pattern.search(unicodedata.normalize("NFKC", text)):
        raise PydanticCustomError("link", "a link")
    return text


def _convert_empty_to_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _remove_duplicates(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))


def _build_text_constraints(min_length: int, max_length: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=min_length, max_length=max_length)


_NAME_CHECKS = (AfterValidator(_require_visible), AfterValidator(_reject_links))
PersonName = Annotated[str, _build_text_constraints(1, 300), *_NAME_CHECKS, CLEAN_LINE]
OptionalPersonName = Annotated[str, _build_text_constraints(0, 300), *_NAME_CHECKS, CLEAN_LINE]
ShortText = Annotated[str, _build_text_constraints(0, 200), CLEAN_LINE]
_ORGANISATION_CHECKS = (AfterValidator(_require_visible), AfterValidator(_reject_organisation_links))
OrganisationName = Annotated[ShortText, *_ORGANISATION_CHECKS]
LongText = Annotated[str, _build_text_constraints(0, 500), CLEAN_PROSE]
_OptionalPhone = Annotated[Phone | None, BeforeValidator(_convert_empty_to_none)]
_OptionalText = Annotated[ShortText | None, BeforeValidator(_convert_empty_to_none)]
_OptionalOrganisation = Annotated[OrganisationName | None, BeforeValidator(_convert_empty_to_none)]


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
    consent: StrictBool = False

    @property
    def has_content(self) -> bool:
        """Return whether anything is filled in."""
        return bool(self.meals or self.allergens or self.note)


class Attendee(AttendeePart):
    """The person who comes; `family_name` is empty for a person with a single name."""

    given_name: PersonName
    family_name: OptionalPersonName = ""
    email: EmailAddress
    phone: _OptionalPhone = None
    organisation: _OptionalOrganisation = None
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
        """Join given and family name; some people have one name only."""
        return f"{self.given_name} {self.family_name}".rstrip()

    @property
    def sorted_name(self) -> str:
        """Return the name as a list sorted by family names shows it: `Hansen, Anna`."""
        return f"{self.family_name}, {self.given_name}" if self.family_name else self.given_name


def is_another_person(former: Attendee, new: Attendee) -> bool:
    """Tell if a change makes the attendee another person: by both names, or by both names on the identity card.

    A name on the card that is told for the first time, or taken away, says nothing of who it is.
    """
    names = [((former.given_name, former.family_name), (new.given_name, new.family_name))]
    cards = [each.travel.name_on_id if each.travel else None for each in (former, new)]
    if cards[0] and cards[1]:
        names.append(((cards[0].given, cards[0].family), (cards[1].given, cards[1].family)))
    return any(likeness.is_another_person(*pair) for pair in names)
