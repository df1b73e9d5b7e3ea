"""The labels of a registration's fields, in front of their errors."""

from chalicelib.language import Language, get_translator
from chalicelib.registration.details import FIELDS

_UNLABELLED = ("hidden", "checkbox")  #: kinds of fields whose errors say enough


def field_id(field: str) -> str:
    """Return the id of the form's field for an error's path: the errors of a list's elements stand at the list."""
    head, _, last = field.rpartition(".")
    return head if last.isdigit() else field


def format_label(field: str, language: Language) -> str:
    """Format the field's label with a colon; empty where the field's error says enough."""
    name = field_id(field.split(".", 2)[-1] if parse_colleague_number(field) else field)
    if name not in FIELDS or FIELDS[name].kind in _UNLABELLED:
        return ""
    return f"{get_translator(language)(FIELDS[name].label)}: "


def parse_colleague_number(field: str) -> int:
    """Parse the colleague's number out of a field's path, counted from one; 0 for the sender's own fields."""
    group, _, rest = field.partition(".")
    return int(rest.partition(".")[0]) + 1 if group == "party" and rest else 0
