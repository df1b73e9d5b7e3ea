"""Decode a form's flat fields into the nested document that JSON clients send."""

import re
from typing import Any

from chalicelib.registration.details import FIELDS as DETAIL_FIELDS

_TRUE_VALUES = {"on", "true", "1"}
_CHECKBOXES = {
    "privacy_accepted",
    "keep_place",
    "renew",
    "accept_fewer",
    *(name for name, field in DETAIL_FIELDS.items() if field.kind == "checkbox"),
}
_ORGANISER_FLAGS = {"confirm", "repair"}
LIST_FIELDS = {
    "needs",
    "wait_for",
    "seen.needs",
    "seen.wait_for",
    *(name for name, field in DETAIL_FIELDS.items() if field.kind == "choices"),
}
_TEXT_FIELDS = {"idempotency_key", "shown_at", "homepage", "offer", "sent_to", "revision"}
FIELDS = {*_CHECKBOXES, *LIST_FIELDS, *_TEXT_FIELDS, *DETAIL_FIELDS}
_MEMBER_FIELD = re.compile(r"party\.(?P<index>[0-9])\.(?P<field>.+)")


def decode_flag(name: str, value: str) -> str | bool:
    """Decode the value of a checkbox, or of a button's hidden field, as true or false; any other stays a text."""
    return _is_true(value) if name in _CHECKBOXES | _ORGANISER_FLAGS else value


def _is_true(value: str) -> bool:
    return value.strip().lower() in _TRUE_VALUES


def nest_fields(fields: list[tuple[str, str]]) -> dict[str, Any]:
    """Nest the fields by their dots; repeated names make lists, `party.0.` comes before those of a party's member.

    A field left empty counts as not sent, and a field that none of our forms has (a site's own buttons and
    counters) is left out. Without a member there is no party, and `accept_fewer` means nothing.
    """
    document: dict[str, Any] = {}
    party: dict[str, dict[str, Any]] = {}
    for name, value in fields:
        member = _MEMBER_FIELD.fullmatch(name)
        index, field = (member["index"], member["field"]) if member else ("", name)
        if field in FIELDS and value.strip():
            _set(party.setdefault(index, {}) if member else document, field, value)
    if party:
        document["party"] = [party[index] for index in sorted(party)]
    else:
        document.pop("accept_fewer", None)
    return document


def _set(document: dict[str, Any], name: str, value: str) -> None:
    *parents, last = name.split(".")
    for parent in parents:
        document = document.setdefault(parent, {})
    if name in LIST_FIELDS:
        document.setdefault(last, []).append(value)
    elif name in _CHECKBOXES:
        document[last] = _is_true(value)
    else:
        document[last] = value
