"""A form's flat fields as the nested document that JSON clients send."""

import re
from typing import Any

_TRUE_VALUES = {"on", "true", "1"}
_CHECKBOXES = {"privacy_accepted", "dietary.consent", "keep_place", "accept_fewer"}
LIST_FIELDS = {
    "needs",
    "wait_for",
    "seen.needs",
    "seen.wait_for",
    "travel.special_assistance",
    "dietary.meals",
    "dietary.allergens",
}
_TEXT_FIELDS = {
    "given_name",
    "family_name",
    "email",
    "phone",
    "organisation",
    "sector",
    "language",
    "idempotency_key",
    "shown_at",
    "homepage",
    "offer",
    "sent_to",
    "travel.name_on_id.given",
    "travel.name_on_id.family",
    "travel.title",
    "travel.share_with",
    "travel.emergency_contact.name",
    "travel.emergency_contact.phone",
    "dietary.note",
}
FIELDS = _CHECKBOXES | LIST_FIELDS | _TEXT_FIELDS
_MEMBER_FIELD = re.compile(r"party\.(?P<place>[0-9])\.(?P<field>.+)")


def nest_fields(fields: list[tuple[str, str]]) -> dict[str, Any]:
    """Dots nest, repeated names make lists, `party.0.` comes before the fields of a party's member.

    A field left empty counts as not sent, and what no form of ours has (a site's own buttons and counters) is left
    out. Without a member there is no party, whatever is said about it.
    """
    document: dict[str, Any] = {}
    party: dict[str, dict[str, Any]] = {}
    for name, value in fields:
        member = _MEMBER_FIELD.fullmatch(name)
        place, field = (member["place"], member["field"]) if member else ("", name)
        if field in FIELDS and value.strip():
            _set(party.setdefault(place, {}) if member else document, field, value)
    if party:
        document["party"] = [party[place] for place in sorted(party)]
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
        document[last] = value.strip().lower() in _TRUE_VALUES
    else:
        document[last] = value
