"""Writes to a registration's item on condition that its history is as it was read."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.aws.items import Update
from chalicelib.aws.key_grammar import Key
from chalicelib.histories.model import Entry, History

Condition = tuple[str, dict[str, Any]]  #: with the values of its placeholders


def build_guard(before: History) -> Condition:
    """Build the condition that the history has not grown, nor been folded, since it was read."""
    when, values = _build_folded_guard(before)
    return f"size(history) = :was_length AND {when}", {":was_length": len(before.history), **values}


def build_guarded_update(
    key: Key,
    before: History,
    attributes: Mapping[str, Any],
    *entries: Entry,
    when: str = "",
    values: Mapping[str, Any] | None = None,
    remove: Sequence[str] = (),
) -> Update:
    """Build the update that appends the entries to the history as it was read, and sets the attributes.

    A full history is folded in the same write. `when` is a condition besides.
    """
    is_folded = before.is_full and bool(entries)
    guard, known = _build_content_guard(before) if is_folded else build_guard(before)
    return Update.set(
        key,
        {**attributes, **(_build_folded_attributes(before.fold()) if is_folded else {})},
        when=f"{when} AND {guard}" if when else guard,
        values={**(values or {}), **known},
        append={"history": list(entries)} if entries else {},
        replace={"history": list(before.fold().history)} if is_folded else {},
        remove=remove,
    )


def build_fold(key: Key, before: History, remove: Sequence[str] = ()) -> Update:
    """Build the update that folds the history as it was read, and removes attributes."""
    when, values = _build_content_guard(before)
    after = before.fold()
    attributes = {"history": list(after.history), **_build_folded_attributes(after)}
    return Update.set(key, attributes, when=when, values=values, remove=remove)


def _build_folded_attributes(after: History) -> dict[str, Any]:
    return {"folded": after.folded, "remembered": list(after.remembered)} if after.folded else {}


def _build_folded_guard(before: History) -> Condition:
    if before.folded:
        return "folded = :was_folded", {":was_folded": before.folded}
    return "attribute_not_exists(folded)", {}


def _build_content_guard(before: History) -> Condition:
    """Build the condition that each entry is as it was read: erased ids leave entries that stay in their place."""
    when, values = _build_folded_guard(before)
    when, values = f"history = :was_history AND {when}", {":was_history": list(before.history), **values}
    if before.remembered:
        when, values = (
            f"{when} AND remembered = :was_remembered",
            {
                ":was_remembered": list(before.remembered),
                **values,
            },
        )
    return when, values
