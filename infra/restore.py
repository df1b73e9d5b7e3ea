"""`python -m infra.restore`: what an event has lost, brought back from its table as it was at some moment before.

What stands in the table now is newer, and stays: only what is gone is written, each item on the condition that it
still is. So it may be stopped anywhere and be run again, also while people register. Deletion that was meant stays
deletion: what is about somebody erased since does not come back, nor does anything of an event whose time is over.
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

from chalicelib.aws import keys
from chalicelib.aws.items import decode_item, encode_item
from chalicelib.aws.keys import format_timestamp
from chalicelib.facts import Erased
from chalicelib.programme.model import Event
from chalicelib.retention import unlinking

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

RawItem = dict[str, Any]  #: an item in DynamoDB's own words

_RESTORED_SUFFIX = "-before"  # the name of the table as it was, after the table's own
_POLL_SECONDS, _MAX_POLLS = 20, 540  # seconds; three hours: a large table takes its time
#: Counted anew from the registrations (`recount`); requests of the last hour.
_EXCLUDED_KINDS = ("WAIT", "LINK")


class NotRestored(Exception):
    """Nothing was written; the message says why, in a sentence."""


@dataclass(frozen=True)
class Comparison:
    """An event then and now: the items that are gone, how many of them are about people who were erased, and how
    many stand there otherwise."""

    missing: list[RawItem]
    erased_count: int
    changed_count: int


def restore_table_copy(dynamodb: "DynamoDBClient", table: str, at: datetime) -> None:
    """Make the table as it was, beside the one there is, and wait for it."""
    try:
        dynamodb.restore_table_to_point_in_time(
            SourceTableName=table, TargetTableName=table + _RESTORED_SUFFIX, RestoreDateTime=at
        )
    except dynamodb.exceptions.TableAlreadyExistsException as error:
        raise NotRestored(
            f"{table}{_RESTORED_SUFFIX} is there already. Leave AT out to go on with it, or delete it first."
        ) from error
    patience: Any = {"Delay": _POLL_SECONDS, "MaxAttempts": _MAX_POLLS}
    dynamodb.get_waiter("table_exists").wait(TableName=table + _RESTORED_SUFFIX, WaiterConfig=patience)


def compare(former_items: Iterable[RawItem], current_items: Iterable[RawItem]) -> Comparison:
    """What of the event's items then is gone now; raises NotRestored where there were none, and where they were
    to go."""
    before, after = ({item["SK"]["S"]: item for item in items} for items in (former_items, current_items))
    if not before:
        raise NotRestored("There is nothing of that event in the table as it was: look at its id and at AT.")
    _reject_if_purging(after)
    erased = {key.removeprefix("REG#") for key, item in after.items() if _is_erased(item)}
    once_erased = erased | {
        key.removeprefix("REG#") for key, item in after.items() if _has_erasure_in_history(item)
    }
    gone = [
        item for key, item in before.items() if key not in after and key.partition("#")[0] not in _EXCLUDED_KINDS
    ]
    brought = [_unlink_erased(item, erased) for item in gone if not _is_about_erased(item, once_erased)]
    changed = sum(after.get(key, item) != item for key, item in before.items())
    return Comparison(sorted(brought, key=_get_write_order), len(gone) - len(brought), changed)


def _is_about_erased(item: RawItem, erased_ids: set[str]) -> bool:
    """Whether it is the registration of one of them, or a record that names one; others' registrations are not."""
    if item["SK"]["S"].startswith("REG#"):
        return item["SK"]["S"].removeprefix("REG#") in erased_ids
    return any(whose in json.dumps(item, default=str) for whose in erased_ids)


def _unlink_erased(item: RawItem, erased_ids: set[str]) -> RawItem:
    """Somebody's registration without the ids of those who were in their party and are erased; any other item, and
    what says only that somebody was erased, as it is."""
    if not item["SK"]["S"].startswith("REG#") or _is_erased(item):
        return item
    left = decode_item(item)
    for whose in erased_ids:
        left |= unlinking.compute_unlinked_attributes(left, whose)
    return encode_item(left)


def _reject_if_purging(current_items: dict[str, RawItem]) -> None:
    if "EVENT" not in current_items or "PURGE" not in current_items:
        return
    document, purge = json.loads(current_items["EVENT"]["document"]["S"]), decode_item(current_items["PURGE"])
    begins_at = format_timestamp(min(Event.model_validate(document).purge_moments.values()))
    if purge["after"] or purge.get("due_at", "") != begins_at:
        raise NotRestored(
            "What was held about its people is being deleted, as its time is over: nothing comes back."
        )


def _is_erased(item: RawItem) -> bool:
    return item["SK"]["S"].startswith("REG#") and "attendee" not in item


def _has_erasure_in_history(item: RawItem) -> bool:
    """Whether whoever has that registration was erased before they made it."""
    return any(each["fact"] == Erased.kind for each in decode_item(item).get("history", ()))


def _get_write_order(item: RawItem) -> tuple[bool, str]:
    """Registrations come last: the stream tells of them anew, and finds that their mails have been sent."""
    return item["SK"]["S"].startswith("REG#"), item["SK"]["S"]


def query_items(dynamodb: "DynamoDBClient", table: str, event_id: str) -> Iterator[RawItem]:
    """Everything that the table has of the event."""
    wanted: Any = {":pk": {"S": keys.event_key(event_id)["PK"]}}
    asked: Any = {"KeyConditionExpression": "PK = :pk", "ExpressionAttributeValues": wanted}
    for page in dynamodb.get_paginator("query").paginate(TableName=table, ConsistentRead=True, **asked):
        yield from page["Items"]


def restore_items(dynamodb: "DynamoDBClient", table: str, event_id: str, missing_items: Iterable[RawItem]) -> None:
    """Write the items, where there is still nothing, and see that the event is in the programme."""
    for item in missing_items:
        with suppress(dynamodb.exceptions.ConditionalCheckFailedException):
            dynamodb.put_item(TableName=table, Item=item, ConditionExpression="attribute_not_exists(PK)")
    dynamodb.update_item(
        TableName=table,
        Key=encode_item(keys.PROGRAMME_KEY),
        UpdateExpression="ADD ids :id",
        ExpressionAttributeValues=encode_item({":id": {event_id}}),
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.restore", description=__doc__)
    parser.add_argument("event", help="the event's id")
    parser.add_argument("--at", type=datetime.fromisoformat, help="first make the table as it was at this moment")
    parser.add_argument(
        "--write", action="store_true", help="bring back what is gone; without it, only say what is"
    )
    asked = parser.parse_args(arguments)
    try:
        print(_restore(asked.event, asked.at, write=asked.write))
    except (NotRestored, BotoCoreError, ClientError) as error:
        print(f"Nothing is brought back. {error}", file=sys.stderr)
        return 1
    return 0


def _restore(event_id: str, at: datetime | None, *, write: bool) -> str:
    dynamodb, table = boto3.client("dynamodb"), os.environ.get("TABLE_NAME", "")
    if not table:
        raise NotRestored("TABLE_NAME is not set: the stack's outputs say what the table is called.")
    if at:
        restore_table_copy(dynamodb, table, at)
    found = compare(
        query_items(dynamodb, table + _RESTORED_SUFFIX, event_id), query_items(dynamodb, table, event_id)
    )
    if write:
        restore_items(dynamodb, table, event_id, found.missing)
    return _format_report(found, write=write)


def _format_report(comparison: Comparison, *, write: bool) -> str:
    kinds = Counter(item["SK"]["S"].partition("#")[0] for item in comparison.missing)
    gone = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "nothing"
    done = "They are brought back: now have the event counted anew." if write else "Nothing is written yet."
    return (
        f"Gone since then: {gone}. Of people erased since, and left out: {comparison.erased_count}."
        f" Changed since, and left as they are: {comparison.changed_count}.\n{done if comparison.missing else ''}"
    ).rstrip()


if __name__ == "__main__":
    sys.exit(main())
