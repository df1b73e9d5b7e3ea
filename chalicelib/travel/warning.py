"""What an organiser should look at before a manifest goes out."""

from dataclasses import dataclass
from typing import Literal, get_args

from chalicelib.language import Language
from chalicelib.registration.model import Registration

Code = Literal[
    "name-on-id-needed", "name-transliterated", "phone-missing", "share-with-unmatched", "room-with-one-sharer"
]
CODES: tuple[Code, ...] = get_args(Code)

TEXTS: dict[Code, dict[Language, str]] = {
    "name-on-id-needed": {
        "da": "Navnet kan ikke skrives med A–Z. Bed om navnet, som det står i passet eller på id-kortet.",
        "en": "The name cannot be written with A–Z. Ask for the name as on passport or identity card.",
    },
    "name-transliterated": {
        "da": "Navnet er omskrevet fra et andet alfabet og kan være stavet anderledes på id’et. "
        "Bed om navnet, som det står i passet eller på id-kortet.",
        "en": "The name was written in another alphabet, and the card may spell it differently. "
        "Ask for the name as on passport or identity card.",
    },
    "phone-missing": {
        "da": "Der mangler et telefonnummer til rejsen.",
        "en": "There is no phone number for the journey.",
    },
    "share-with-unmatched": {
        "da": "Ønsket om, hvem værelset deles med, er ikke gensidigt.",
        "en": "The wish whom to share the room with is not mutual.",
    },
    "room-with-one-sharer": {
        "da": "Har ikke skrevet, hvem værelset skal deles med.",
        "en": "Has not said whom to share the room with.",
    },
}


@dataclass(frozen=True)
class ManifestWarning:
    """One thing to look at, and whose it is."""

    code: Code
    registration_id: str
    name: str

    def as_document(self) -> dict[str, object]:
        """The warning with its text in both languages."""
        return {
            "code": self.code,
            "registration_id": self.registration_id,
            "name": self.name,
            "text": dict(TEXTS[self.code]),
        }


def about(registration: Registration, code: Code) -> ManifestWarning:
    return ManifestWarning(code, registration.id, registration.attendee.name)
