"""`python -m infra.restore`: bring back the items that an event has lost, from its table as it was earlier.

Items that stand in the table now are newer and stay: only missing ones are written, each on the condition that it
is still missing. So this may be stopped anywhere and run again, also while people register. Intended deletion
stays: nothing about people erased since comes back, nor what retention has deleted by now: people whose food
data was to go come back without it, and where people were to go, no one does.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import clock
from chalicelib.aws import keys
from chalicelib.aws.items import Item, decode_item, encode_item
from chalicelib.histories.model import read_history
from chalicelib.programme.model import Event, RetentionStage
from chalicelib.programme.moments import parse_moment
from chalicelib.programme.purge_schedule import PurgeSchedule, build_first_schedule, deserialize_schedule
from chalicelib.programme.store import deserialize_document
from chalicelib.registration.store import SEALED_HEALTH
from chalicelib.retention import rules, unlinking
from chalicelib.travel.store import build_withdrawn_attributes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

RawItem = dict[str, Any]  #: an item in DynamoDB's JSON

_RESTORED_SUFFIX = "-before"  # follows the table's name in that of the copy
_POLL_SECONDS, _MAX_POLLS = 20, 540  # seconds; three hours: a large table takes its time
#: Waitlist entries are rebuilt from the registrations (`recount`); link requests matter for an hour only.
_EXCLUDED_KINDS = ("WAIT", "LINK")


class NotRestored(Exception):
    """Nothing was written; the message says why, in a sentence."""


@dataclass(frozen=True)
class Comparison:
    """An event then and now: the missing items, the number of items about erased people, and of changed items."""

    missing: list[RawItem]
    erased_count: int
    changed_count: int


def restore_table_copy(dynamodb: "DynamoDBClient", table: str, at: datetime) -> None:
    """Restore the table as it was at the moment, beside the current one, and wait for the copy."""
    try:
        dynamodb.restore_table_to_point_in_time(
            SourceTableName=table, TargetTableName=table + _RESTORED_SUFFIX, RestoreDateTime=at
        )
    except dynamodb.exceptions.TableAlreadyExistsException as error:
        raise NotRestored(
            f"{table}{_RESTORED_SUFFIX} is there already. Leave AT out to go on with it, or delete it first."
        ) from error
    waiter_config: Any = {"Delay": _POLL_SECONDS, "MaxAttempts": _MAX_POLLS}
    dynamodb.get_waiter("table_exists").wait(TableName=table + _RESTORED_SUFFIX, WaiterConfig=waiter_config)


def compare(former_items: Iterable[RawItem], current_items: Iterable[RawItem]) -> Comparison:
    """Compare the event's items then with those now, and return what is missing.

    Raises NotRestored where there were no items then, and where all about the event's people is to be deleted.
    """
    former, current = ({item["SK"]["S"]: item for item in items} for items in (former_items, current_items))
    if not former:
        raise NotRestored("There is nothing of that event in the table as it was: look at its id and at AT.")
    stage = _find_reached_stage(former | current)
    if stage == "people":
        raise NotRestored(
            "What was held about its people is being deleted, as its time is over: nothing comes back."
        )
    erased_ids = {key.removeprefix("REG#") for key, item in current.items() if _is_erased(item)}
    ever_erased_ids = erased_ids | {
        key.removeprefix("REG#") for key, item in current.items() if _has_erasure_in_history(item)
    }
    missing = [
        item for key, item in former.items() if key not in current and key.partition("#")[0] not in _EXCLUDED_KINDS
    ]
    restorable = [
        _unlink_erased(item, erased_ids) for item in missing if not _is_about_erased(item, ever_erased_ids)
    ]
    held = [redacted for item in restorable if (redacted := _redact(item, stage))]
    changed = sum(current.get(key, item) != item for key, item in former.items())
    return Comparison(sorted(held, key=_get_write_order), len(missing) - len(restorable), changed)


def _is_about_erased(item: RawItem, erased_ids: set[str]) -> bool:
    """Return True for the registration of one of them, and for a record that names one.

    Registrations of other people that name one are not meant: `_unlink_erased` takes the id out of them.
    """
    if item["SK"]["S"].startswith("REG#"):
        return item["SK"]["S"].removeprefix("REG#") in erased_ids
    return any(erased_id in json.dumps(item, default=str) for erased_id in erased_ids)


def _unlink_erased(item: RawItem, erased_ids: set[str]) -> RawItem:
    """Return a registration without the ids of erased members of its party.

    Any other item, and the record of an erased registration, is returned as it is.
    """
    if not item["SK"]["S"].startswith("REG#") or _is_erased(item):
        return item
    attributes = decode_item(item)
    for erased_id in erased_ids:
        attributes |= unlinking.compute_unlinked_attributes(attributes, erased_id)
    return encode_item(attributes)


def _find_reached_stage(items: dict[str, RawItem]) -> RetentionStage | None:
    """Find the last stage of retention that is due, whether it is purged by now or not; None where none is."""
    if "EVENT" not in items or "PURGE" not in items:
        return None
    return rules.find_due_stage(_read_schedule(decode_item(items["PURGE"]), items["EVENT"]).due, clock.now())


def _redact(item: RawItem, stage: RetentionStage | None) -> RawItem | None:
    """Return what is held of the item once the stage is purged; None where nothing is.

    Files of lists do not come back, so their versions are withdrawn.
    """
    action = rules.choose_action(decode_item(item), stage) if stage else "stays"
    if action == "is-stripped" and stage and not _is_erased(item):
        attributes = decode_item(item)
        attributes["attendee"] = rules.redact_attendee(attributes["attendee"], stage)
        attributes.pop(SEALED_HEALTH, None)
        return encode_item(attributes)
    if action == "is-withdrawn":
        return item | encode_item(build_withdrawn_attributes())
    return item if action in ("stays", "is-stripped") else None


def _read_schedule(purge: Item, event_item: RawItem) -> PurgeSchedule:
    """Return what is purged when; where an earlier version wrote it, it goes by the event's document."""
    return deserialize_schedule(purge) or build_first_schedule(_read_event(event_item))


def _read_event(item: RawItem) -> Event:
    """Return the event; raises NotRestored where it is broken: it does not say when the purge begins."""
    event = deserialize_document(decode_item(item)).event
    if event is None:
        raise NotRestored("The event's document cannot be read: put it right on its page, and restore then.")
    return event


def _is_erased(item: RawItem) -> bool:
    return _is_registration(item) and "attendee" not in item


def _is_registration(item: RawItem) -> bool:
    return bool(item["SK"]["S"].startswith("REG#"))


def _has_erasure_in_history(item: RawItem) -> bool:
    """Return True if the person was erased before they made this registration."""
    return _is_registration(item) and read_history(decode_item(item)).erased_revision > 0


def _get_write_order(item: RawItem) -> tuple[bool, str]:
    """Sort registrations last: the stream relays their facts anew, and the mail worker finds their mails sent."""
    return _is_registration(item), item["SK"]["S"]


def query_items(dynamodb: "DynamoDBClient", table: str, event_id: str) -> Iterator[RawItem]:
    """Yield all items of the event."""
    values: Any = {":pk": {"S": keys.event_key(event_id)["PK"]}}
    condition: Any = {"KeyConditionExpression": "PK = :pk", "ExpressionAttributeValues": values}
    for page in dynamodb.get_paginator("query").paginate(TableName=table, ConsistentRead=True, **condition):
        yield from page["Items"]


def restore_items(dynamodb: "DynamoDBClient", table: str, event_id: str, missing_items: Iterable[RawItem]) -> None:
    """Write the items, each where there is still none, and make sure that the event is in the programme."""
    for item in missing_items:
        with suppress(dynamodb.exceptions.ConditionalCheckFailedException):
            dynamodb.put_item(TableName=table, Item=item, ConditionExpression="attribute_not_exists(PK)")
    _take_back_forgotten(dynamodb, table, event_id)
    dynamodb.update_item(
        TableName=table,
        Key=encode_item(keys.PROGRAMME_KEY),
        UpdateExpression="ADD ids :id",
        ExpressionAttributeValues=encode_item({":id": {event_id}}),
    )


def _take_back_forgotten(dynamodb: "DynamoDBClient", table: str, event_id: str) -> None:
    """Take back what is counted for participants whose data is deleted: they are here again, and counted anew."""
    with suppress(dynamodb.exceptions.ConditionalCheckFailedException):
        dynamodb.update_item(
            TableName=table,
            Key=encode_item(keys.places_key(event_id)),
            UpdateExpression="REMOVE forgotten",
            ConditionExpression="attribute_exists(forgotten)",
        )


def main(arguments: list[str] | None = None) -> int:
    """Restore, or report what is missing; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m infra.restore", description=__doc__)
    parser.add_argument("event", help="the event's id")
    parser.add_argument("--at", type=_parse_at, help="first make the table as it was at this moment")
    parser.add_argument(
        "--write", action="store_true", help="bring back what is gone; without it, only say what is"
    )
    options = parser.parse_args(arguments)
    try:
        print(_restore(options.event, options.at, write=options.write))
    except (NotRestored, BotoCoreError, ClientError) as error:
        print(f"Nothing is brought back. {error}", file=sys.stderr)
        return 1
    return 0


def _parse_at(text: str) -> datetime:
    try:
        return parse_moment(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"“{text}” is no moment such as 2020-03-29T12:00+02:00: {error}"
        ) from error


def _restore(event_id: str, at: datetime | None, *, write: bool) -> str:
    dynamodb, table = boto3.client("dynamodb"), os.environ.get("TABLE_NAME", "")
    if local_now := os.environ.get("NOW"):
        clock.start_at(parse_moment(local_now))
    if not table:
        raise NotRestored("TABLE_NAME is not set: the stack's outputs say what the table is called.")
    if at:
        restore_table_copy(dynamodb, table, at)
    comparison = compare(
        query_items(dynamodb, table + _RESTORED_SUFFIX, event_id), query_items(dynamodb, table, event_id)
    )
    if write:
        restore_items(dynamodb, table, event_id, comparison.missing)
    return _format_report(comparison, write=write)


def _format_report(comparison: Comparison, *, write: bool) -> str:
    """Format the numbers of missing, erased and changed items, and what to do next."""
    kinds = Counter(item["SK"]["S"].partition("#")[0] for item in comparison.missing)
    missing = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "nothing"
    next_step = "They are brought back: now have the event counted anew." if write else "Nothing is written yet."
    return (
        f"Gone since then: {missing}. Of people erased since, and left out: {comparison.erased_count}."
        f" Changed since, and left as they are: {comparison.changed_count}.\n"
        f"{next_step if comparison.missing else ''}"
    ).rstrip()


if __name__ == "__main__":
    sys.exit(main())
