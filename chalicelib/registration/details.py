"""The details of a person, each described once: forms, export, privacy page, lists, mails, locks and retention
read it here. `attendee.py` has their types and bounds.

A detail is what people know as one thing, such as the emergency contact; its fields are what a form asks for one
by one, such as that contact's name and phone number. Texts are in English, for the catalogue.
"""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from chalicelib.language import N_
from chalicelib.programme.model import RETENTION_STAGES, Event, RetentionStage
from chalicelib.registration.attendee import Attendee

FieldKind = Literal["text", "email", "phone", "choice", "choices", "checkbox", "hidden"]
#: At which events the forms ask for it: at all, or where there is a flight, a stay, either of these, a meal.
AskedAt = Literal["all", "flights", "stays", "journeys", "meals"]
#: The deadline after which a list is out, and the participant cannot change what stands on it.
LockKind = Literal["names", "rooms"]


class Purpose(msgspec.Struct, frozen=True):
    """Why details are held, as the privacy page says it; `stage` is when retention deletes them."""

    stage: RetentionStage
    title: str
    reason: str
    recipients: str


class Field(msgspec.Struct, frozen=True):
    """One field of a detail on the forms. `part` is its name within the detail, empty where it is all of it;
    `choices` has the label of each code; `hint` says when it may be left empty, if not always."""

    label: str
    kind: FieldKind = "text"
    part: str = ""
    choices: Mapping[str, str] = {}
    autocomplete: str = ""
    is_required: bool = False
    hint: str = ""


class Detail(msgspec.Struct, frozen=True):
    """One detail of a person, by its dotted name in the model.

    `locked_by` names the deadlines after which only the organiser changes it. `changed_label` names it in the mail
    about a change, `request` in the mail that asks travellers for what is missing. `export_width` is the width of
    its column in the organiser's export; 0 leaves it out of export and JSON.
    """

    name: str
    purpose: Purpose
    fields: tuple[Field, ...]
    asked_at: AskedAt = "all"
    can_change: bool = True
    locked_by: tuple[LockKind, ...] = ()
    changed_label: str = ""
    request: str = ""
    export_width: int = 0

    @property
    def attribute(self) -> str:
        """The attribute of `Attendee` that holds it: its own, or that of its group."""
        return self.name.partition(".")[0]

    @property
    def fields_by_name(self) -> dict[str, Field]:
        """Its fields by their dotted names."""
        return {f"{self.name}.{field.part}".removesuffix("."): field for field in self.fields}

    def is_asked_at(self, event: Event) -> bool:
        """Say whether the event's forms ask for it."""
        flies, stays = any(leg.kind == "flight" for leg in event.legs), bool(event.stays)
        conditions = {"flights": flies, "stays": stays, "journeys": flies or stays, "meals": bool(event.meals)}
        return conditions.get(self.asked_at, True)


class Group(msgspec.Struct, frozen=True):
    """Details that the model keeps together, as a history and a mail name a change of any of them."""

    label: str
    changed_label: str = ""


class ContactColumn(msgspec.Struct, frozen=True):
    """A column of the list of contacts: its field, its key where machines read, its Danish heading. The list of
    changes between two versions names it where it `is_compared`."""

    field: str
    key: str
    heading: str
    width: int
    is_compared: bool = True


_ORGANISERS, _AND_BUS = N_("the organisers of the event"), N_("the organisers; airline, bus")
_AND_AIRLINE = N_("the organisers; the airline")
_NAME = Purpose("people", N_("Your name"), N_("to run the event that you have registered for"),
                N_("the organisers; airline, hotel, bus"))  # fmt: skip
_ADDRESS = Purpose("people", N_("Your address and language"), N_("to write to you about it"), _ORGANISERS)
_PHONE = Purpose("people", N_("Your phone number"), N_("to reach you on the day"), _AND_BUS)
_WORK = Purpose("people", N_("Where you work"), N_("to see who comes, and to put it on the lists"), _AND_BUS)
_TICKET = Purpose("travel", N_("Your name as on the card, and your title"),
                  N_("because the airline issues the ticket in it"),
                  N_("the organisers; the airline; others only where your name is not in Latin letters")
                  )  # fmt: skip
_ROOM = Purpose("travel", N_("Whom you share a room with"), N_("to give you a room"),
                N_("the organisers; the hotel"))  # fmt: skip
_EMERGENCY = Purpose("travel", N_("Whom to call in an emergency"),
                     N_("to call them, and for nothing else; tell them that you named them"),
                     _ORGANISERS)  # fmt: skip
_ASSISTANCE = Purpose("health", N_("Help on the journey (health)"),
                      N_("so that the airline helps you; only because you tell it, and until you take it back"),
                      _AND_AIRLINE)  # fmt: skip
_FOOD = Purpose("health", N_("What you eat and cannot eat (health)"),
                N_("so that the kitchen can cook for you; only with your consent, and until you take it back"),
                N_("the organisers; the kitchen"))  # fmt: skip

_SECTORS = {
    "municipality": N_("Municipality"), "supplier": N_("Supplier"), "foundation": N_("Foundation"),
    "investor": N_("Investor"), "state": N_("State"), "other": N_("Other"),
}  # fmt: skip
_TITLES = {
    "MR": N_("Mr"), "MRS": N_("Mrs"), "MS": N_("Ms"), "MISS": N_("Miss"), "MSTR": N_("Master (a boy)"),
    "MX": N_("Mx"),
}  # fmt: skip
_ASSISTANCE_CODES = {
    "WCHR": N_("I cannot walk far (WCHR)"),
    "WCHS": N_("I cannot walk stairs (WCHS)"),
    "WCHC": N_("I need help to my seat (WCHC)"),
    "BLND": N_("I am blind or have low vision (BLND)"),
    "DEAF": N_("I am deaf or hard of hearing (DEAF)"),
    "INFT": N_("I bring an infant on my lap (INFT)"),
}
_MEALS = {
    "vegetarian": N_("Vegetarian"), "vegan": N_("Vegan"), "gluten_free": N_("Gluten-free"),
    "lactose_free": N_("Lactose-free"), "kosher": N_("Kosher"), "halal": N_("Halal"),
}  # fmt: skip
_ALLERGENS = {
    "gluten": N_("Gluten"), "crustaceans": N_("Crustaceans"), "eggs": N_("Eggs"), "fish": N_("Fish"),
    "peanuts": N_("Peanuts"), "soybeans": N_("Soybeans"), "milk": N_("Milk"), "nuts": N_("Nuts"),
    "celery": N_("Celery"), "mustard": N_("Mustard"), "sesame": N_("Sesame"), "sulphites": N_("Sulphites"),
    "lupin": N_("Lupin"), "molluscs": N_("Molluscs"),
}  # fmt: skip
_LANGUAGES = {"da": N_("Danish"), "en": N_("English")}

GROUPS = {"travel": Group(N_("Travel"), N_("Your travel details")), "dietary": Group(N_("Food"))}
#: All details, in the order of privacy page and export.
DETAILS = (
    Detail("given_name", _NAME, (Field(N_("Given name"), autocomplete="given-name", is_required=True),),
           locked_by=("names", "rooms"), changed_label=N_("Your name"), export_width=20),
    Detail("family_name", _NAME, (Field(N_("Family name"), autocomplete="family-name",
                  hint=N_("Leave it empty if you have only one name.")),),
           locked_by=("names", "rooms"), changed_label=N_("Your name"), export_width=20),
    Detail("email", _ADDRESS, (Field(N_("Email address"), "email", autocomplete="email", is_required=True),),
           can_change=False, changed_label=N_("Your mail address"), export_width=30),
    Detail("phone", _PHONE, (Field(N_("Phone"), "phone", autocomplete="tel"),),
           changed_label=N_("Your phone number"), request=N_("Your phone number"), export_width=18),
    Detail("organisation", _WORK, (Field(N_("Organisation"), autocomplete="organization"),),
           changed_label=N_("Your organisation"), export_width=24),
    Detail("sector", _WORK, (Field(N_("Sector"), "choice", choices=_SECTORS),),
           changed_label=N_("Your sector"), export_width=16),
    Detail("language", _ADDRESS, (Field(N_("Language"), "hidden", choices=_LANGUAGES),),
           can_change=False, changed_label=N_("Your language"), export_width=16),
    Detail("travel.name_on_id", _TICKET,
           (Field(N_("Given name on the card"), part="given"),
            Field(N_("Family name on the card"), part="family")),
           "flights", locked_by=("names",),
           request=N_("Your name exactly as it stands in your passport or identity card")),
    Detail("travel.title", _TICKET, (Field(N_("Title on the ticket"), "choice", choices=_TITLES),),
           "flights", locked_by=("names",)),
    Detail("travel.share_with", _ROOM,
           (Field(N_("Whom do you want to share a room with? Name or mail address")),),
           "stays", locked_by=("rooms",)),
    Detail("travel.emergency_contact", _EMERGENCY,
           (Field(N_("In an emergency, call: name"), part="name"),
            Field(N_("In an emergency, call: phone"), "phone", "phone")),
           "journeys", request=N_("Whom we may call in an emergency: name and phone number")),
    Detail("travel.special_assistance", _ASSISTANCE,
           (Field(N_("Assistance at the airport"), "choices", choices=_ASSISTANCE_CODES),), "flights"),
    Detail("dietary.meals", _FOOD, (Field(N_("I eat"), "choices", choices=_MEALS),), "meals"),
    Detail("dietary.allergens", _FOOD, (Field(N_("I cannot eat"), "choices", choices=_ALLERGENS),), "meals"),
    Detail("dietary.note", _FOOD, (Field(N_("Anything else the kitchen should know")),), "meals"),
    Detail("dietary.consent", _FOOD,
           (Field(N_("You may keep what I say about food and pass it on to the kitchen. It is deleted after the"
                     " event."), "checkbox"),), "meals"),
)  # fmt: skip
#: What belongs to the person rather than to the registration, with its label: it goes where the registration
#: becomes another person's. Their health, the card that the airline sees, and their family; not the title, which
#: the new person sees beside their name, nor phone, organisation and room, which a workplace often keeps.
PERSONAL = {
    "dietary": GROUPS["dietary"].label,
    "travel.special_assistance": N_("Assistance at the airport"),
    "travel.name_on_id": N_("Name as on passport or identity card"),
    "travel.emergency_contact": N_("Emergency contact"),
}
#: The list of contacts, from the left.
CONTACT_COLUMNS = (
    ContactColumn("family_name", "family_name", "Efternavn", 24),
    ContactColumn("given_name", "given_name", "Fornavn", 22),
    ContactColumn("organisation", "organisation", "Organisation", 30),
    ContactColumn("sector", "sector", "Sektor", 14, is_compared=False),
    ContactColumn("email", "email", "E-mail", 34),
    ContactColumn("phone", "phone", "Mobil", 20),
    ContactColumn("travel.emergency_contact.name", "emergency_name", "Pårørende", 28),
    ContactColumn("travel.emergency_contact.phone", "emergency_phone", "Pårørendes telefon", 20),
)

#: Every field of every detail, by its dotted name.
FIELDS = {name: field for detail in DETAILS for name, field in detail.fields_by_name.items()}
#: What each code of a choice is called.
CHOICE_LABELS = {code: label for field in FIELDS.values() for code, label in field.choices.items()}
EXPORTED = tuple(detail for detail in DETAILS if detail.export_width)


def list_locked_by(kind: LockKind) -> tuple[str, ...]:
    """Name the details that the participant cannot change after that deadline."""
    return tuple(detail.name for detail in DETAILS if kind in detail.locked_by)


def list_deleted_by(stage: RetentionStage) -> tuple[Detail, ...]:
    """List the details that are deleted at that stage of retention, or before it."""
    due = RETENTION_STAGES[: RETENTION_STAGES.index(stage) + 1]
    return tuple(detail for detail in DETAILS if detail.purpose.stage in due)


def asks_about_health(event: Event) -> bool:
    """Say whether the event's forms ask for anything about health: where there is a meal or a flight."""
    return any(detail.is_asked_at(event) for detail in list_deleted_by("health"))


def list_dropped(former: Attendee, new: Attendee) -> tuple[str, ...]:
    """List what belonged to the former person, by its name in PERSONAL, and is not there any more."""
    return tuple(name for name in PERSONAL if read(former, name) and not read(new, name))


def read(attendee: Attendee, name: str) -> Any:
    """Read the detail or the field of that dotted name; None where its group is not told."""
    value: Any = attendee
    for part in name.split("."):
        value = getattr(value, part, None)
    return value
