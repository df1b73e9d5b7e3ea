"""Taking the id of somebody who was erased out of others' registrations: who registered whom, and the keys of the
entries in the waitlist that they had together.

It follows the erasure, as a fact, so it may come late, twice, and be stopped anywhere. It is no news: no history
grows by it.
"""

from typing import Any

from chalicelib.aws import keys, table
from chalicelib.aws.items import Check, Item, Update
from chalicelib.aws.table import Refused
from chalicelib.facts import Erased
from chalicelib.problems import TooBusy
from chalicelib.registration import store

_ATTEMPTS = 10
_CHECKED = 1  #: its place in the transaction


def unlink(fact: Erased) -> None:
    """No other registration has the id of whoever was erased any more. Once they have registered anew, all stays:
    there is somebody again whom it means. Raises TooBusy."""
    if store.find(fact.event_id, fact.registration_id):
        return
    for item in table.query(fact.event_id, "REG#"):
        if not store.is_erased(item) and keys.registration_id(item) != fact.registration_id:
            _unlink(item, fact.registration_id)


def _unlink(item: Item, gone: str) -> None:
    current: Item | None = item
    for _ in range(_ATTEMPTS):
        if current is None or store.is_erased(current) or not (changed := without(current, gone)):
            return
        try:
            table.transact(_update(current, changed), _is_nobody(keys.event_id(item), gone))
        except Refused as refused:
            if _CHECKED in refused.found:
                return
        else:
            return
        current = table.get({"PK": item["PK"], "SK": item["SK"]})
    raise TooBusy


def _is_nobody(event_id: str, gone: str) -> Check:
    """They have not registered anew; with companions, for instance, who have come with them since."""
    return Check(keys.registration_key(event_id, gone), "attribute_not_exists(attendee)")


def without(item: Item, gone: str) -> dict[str, Any]:
    """What of the registration is otherwise without them, by attribute. Whoever was brought by them stands for
    themselves."""
    left = {
        "party": keys.registration_id(item) if item["party"] == gone else item["party"],
        "brought": [each for each in item.get("brought", ()) if each != gone],
        "history": [_entry_without(entry, gone) for entry in item["history"]],
    }
    return {name: value for name, value in left.items() if value != item.get(name, [])}


def _entry_without(entry: dict[str, Any], gone: str) -> dict[str, Any]:
    """Line and rank say where they stood; whose entry it was, the end of its key."""
    if "entries" not in entry:
        return entry
    return {**entry, "entries": [key.replace(gone, "") for key in entry["entries"]]}


def _update(item: Item, changed: dict[str, Any]) -> Update:
    """What changes is as it was read, also by who was erased at the same time; and no longer is its history: all
    that may change beside it would have made it so."""
    return Update(
        key={"PK": item["PK"], "SK": item["SK"]},
        expression="SET " + ", ".join(f"#{name} = :{name}" for name in changed),
        condition=" AND ".join(["size(history) = :known", *(f"#{name} = :was_{name}" for name in changed)]),
        names={f"#{name}": name for name in changed},
        values={
            ":known": len(item["history"]),
            **{f":{name}": value for name, value in changed.items()},
            **{f":was_{name}": item[name] for name in changed},
        },
    )
