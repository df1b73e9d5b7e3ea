"""What the fields of a registration are called, on forms, in errors and in a history."""

from chalicelib.language import N_, Language, get_translator

NAMES = {
    "given_name": N_("Given name"),
    "family_name": N_("Family name"),
    "email": N_("Email address"),
    "phone": N_("Phone"),
    "organisation": N_("Organisation"),
    "sector": N_("Sector"),
}

#: What the fields are called whose error alone does not say which of them is meant.
_LABELS = {
    **NAMES,
    "travel.name_on_id.given": N_("Given name on the card"),
    "travel.name_on_id.family": N_("Family name on the card"),
    "travel.title": N_("Title on the ticket"),
    "travel.special_assistance": N_("Assistance at the airport"),
    "travel.share_with": N_("Whom do you want to share a room with? Name or mail address"),
    "travel.emergency_contact.name": N_("In an emergency, call: name"),
    "travel.emergency_contact.phone": N_("In an emergency, call: phone"),
    "dietary.meals": N_("I eat"),
    "dietary.allergens": N_("I cannot eat"),
    "dietary.note": N_("Anything else the kitchen should know"),
}


def field_id(field: str) -> str:
    """The id of the field that an error's path points to: a list's errors stand at the list."""
    head, _, last = field.rpartition(".")
    return head if last.isdigit() else field


def format_label(field: str, language: Language) -> str:
    """What the field is called on the form, with a colon; nothing where its error says enough."""
    own = field.split(".", 2)[-1] if parse_colleague_number(field) else field
    called = _LABELS.get(field_id(own))
    return f"{get_translator(language)(called)}: " if called else ""


def parse_colleague_number(field: str) -> int:
    """Which colleague's field it is, counted from one as the form does; 0 for one's own."""
    of, _, rest = field.partition(".")
    return int(rest.partition(".")[0]) + 1 if of == "party" and rest else 0
