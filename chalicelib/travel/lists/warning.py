"""The warnings of a manifest, to follow up before it goes out: the problem, the person, and whom to ask."""

from dataclasses import dataclass
from typing import Literal, get_args

from chalicelib.language import N_, translate_into_all
from chalicelib.registration.model import Registration

WarningCode = Literal[
    "name-on-id-needed",
    "name-on-id-missing",
    "name-single",
    "name-transliterated",
    "latin-name-needed",
    "text-unprintable",
    "name-too-long",
    "same-name",
    "phone-missing",
    "flight-without-bed",
    "bed-without-way-home",
    "assistance-late",
    "details-sealed",
    "share-with-unmatched",
    "room-with-one-sharer",
    "more-than-seats",
    "more-than-bus-seats",
    "more-than-beds",
    "flight-incomplete",
]
WARNING_CODES: tuple[WarningCode, ...] = get_args(WarningCode)
AskTarget = Literal["traveller", "airline", "bus", "hotel"]

#: Whom to ask; the traveller about all the others.
_ASK_TARGETS: dict[WarningCode, AskTarget] = {
    "name-too-long": "airline",
    "assistance-late": "airline",
    "more-than-seats": "airline",
    "more-than-bus-seats": "bus",
    "more-than-beds": "hotel",
    "flight-incomplete": "airline",
}

#: These reveal something about health: only the files name the person.
_HEALTH_CODES: tuple[WarningCode, ...] = ("assistance-late",)

WARNING_MESSAGES: dict[WarningCode, str] = {
    "name-on-id-needed": N_(
        "The name cannot be written with A–Z, so it is not on the airline's list. "
        "Ask for the name as on passport or identity card."
    ),
    "name-on-id-missing": N_(
        "Has not told the name as on passport or identity card. "
        "The name of the registration is on the airline's list."
    ),
    "name-transliterated": N_(
        "The name was written in another alphabet, and the card may spell it differently. "
        "Ask for the name as on passport or identity card."
    ),
    "name-single": N_(
        "Has a single name, and the airline's list needs two. Ask for the name as on passport or identity card."
    ),
    "latin-name-needed": N_(
        "The name is in letters that bus, hotel and kitchen may not be able to read or print. "
        "Ask for the name as on passport or identity card."
    ),
    "text-unprintable": N_(
        "Organisation, contact or note has letters that the printed lists cannot show. "
        "They stand in the workbook and the CSV files."
    ),
    "name-too-long": N_("The name is too long for the airline's list and is cut. Ask how to write it."),
    "same-name": N_(
        "Two have this name, and only the flight's list has a reference to tell them apart. "
        "Check that it is not one person twice."
    ),
    "phone-missing": N_("There is no phone number for the journey."),
    "flight-without-bed": N_("Is on the flight, but has no bed."),
    "bed-without-way-home": N_("Has a bed, but no seat home."),
    "assistance-late": N_(
        "Asked for assistance later than 48 hours before departure. Ask whether it can be given."
    ),
    "details-sealed": N_(
        "What was told of food and assistance cannot be read. Ask, and tell those who run the service."
    ),
    "share-with-unmatched": N_("The wish whom to share the room with is not mutual."),
    "room-with-one-sharer": N_("Has not said whom to share the room with."),
    "more-than-seats": N_("There are more travellers than seats on the flight."),
    "more-than-bus-seats": N_("There are more travellers than seats on the bus."),
    "more-than-beds": N_("There are more guests than beds of this kind."),
    "flight-incomplete": N_("Flight number or airport code is missing, so the flight has no PNL."),
}


@dataclass(frozen=True)
class ManifestWarning:
    """One warning, and the registration it is about.

    A warning about no single person has the name of the flight, bus or room. A redacted one has neither id nor
    name.
    """

    code: WarningCode
    registration_id: str
    name: str

    @property
    def ask_target(self) -> AskTarget:
        """Whom to ask about it."""
        return _ASK_TARGETS.get(self.code, "traveller")

    @property
    def redacted(self) -> "ManifestWarning":
        """The warning as it may stand in the table, which holds nothing about a person's health."""
        return ManifestWarning(self.code, "", "") if self.code in _HEALTH_CODES else self

    def as_document(self) -> dict[str, object]:
        """Return the warning with its text in both languages."""
        return self._build_base_document() | {"text": translate_into_all(WARNING_MESSAGES[self.code])}

    def as_check(self) -> dict[str, object]:
        """Return the warning as a check, which also says whom to ask."""
        return self._build_base_document() | {
            "ask": self.ask_target,
            "message": translate_into_all(WARNING_MESSAGES[self.code]),
        }

    def _build_base_document(self) -> dict[str, object]:
        return {"code": self.code, "registration_id": self.registration_id or None, "name": self.name}


def build_warning(registration: Registration, code: WarningCode) -> ManifestWarning:
    """Build a warning about the registration."""
    return ManifestWarning(code, registration.id, registration.attendee.name)
