"""Offer the calls that the behaviours are written with: the boto3 client's, with less to write."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws.items import Item, decode_item, encode_item
from testing.account import TABLE
from testing.dynamodb.client import Client


def key(name: str) -> dict[str, Any]:
    """Return the key of an item in the partition that the tests use."""
    return encode_item({"PK": "P", "SK": name})


class Backend:
    """A client; `name` in its calls is the sort key of an item in the one partition that the tests use."""

    def __init__(self, client: Any, streams: Any = None) -> None:
        self.client = client
        self._streams = streams

    def put(self, name: str, condition: str = "", **attributes: Any) -> Any:
        """Put an item."""
        return self.client.put_item(**put(name, condition, **attributes)["Put"])

    def put_image(self, name: str, **image: Any) -> Any:
        """Put an item whose attributes are given as DynamoDB's JSON."""
        return self.client.put_item(TableName=TABLE, Item={**key(name), **image})

    def update(self, name: str, expression: str, condition: str = "", **given: Any) -> Any:
        """Update an item; see `update` for its arguments."""
        return self.client.update_item(**update(name, expression, condition, **given)["Update"])

    def delete(self, name: str, condition: str = "", **given: Any) -> Any:
        """Delete an item."""
        return self.client.delete_item(**delete(name, condition, **given)["Delete"])

    def transact(self, *writes: dict[str, Any]) -> Any:
        """Write all of these, or none."""
        return self.client.transact_write_items(TransactItems=list(writes))

    def item(self, name: str) -> Item | None:
        """Return the item without its key, or None."""
        image = self.image(name)
        return None if image is None else decode_item(image)

    def image(self, name: str) -> dict[str, Any] | None:
        """Return the item as DynamoDB's JSON without its key, or None."""
        answer = self.client.get_item(TableName=TABLE, Key=key(name), ConsistentRead=True)
        if "Item" not in answer:
            return None
        return {part: value for part, value in answer["Item"].items() if part not in ("PK", "SK")}

    def holds(self, condition: str, **given: Any) -> bool:
        """Return True if the condition holds for the item `it`."""
        try:
            self.update("it", "SET tried = :tried", condition, tried=1, **given)
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def query(self, condition: str = "PK = :p", **request: Any) -> Any:
        """Query the table; `values` may have more values than the partition's."""
        values = encode_item({":p": "P", **request.pop("values", {})})
        return self.client.query(
            TableName=TABLE, KeyConditionExpression=condition, ExpressionAttributeValues=values, **request
        )

    def names(self, condition: str = "PK = :p", **request: Any) -> list[str]:
        """Return the sort keys that the query finds."""
        return [item["SK"]["S"] for item in self.query(condition, **request)["Items"]]

    def changes(self) -> list[tuple[str, Item | None, Item | None]]:
        """Return the stream's changes: the name of each, and the item before and after, without its key."""
        return [_change(record) for record in self._records()]

    def _records(self) -> list[Any]:
        if isinstance(self.client, Client):
            return self.client.stream
        arn = self.client.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
        [shard] = self._streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        start = self._streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )
        records: list[Any] = self._streams.get_records(ShardIterator=start["ShardIterator"])["Records"]
        return records


def _change(record: Any) -> tuple[str, Item | None, Item | None]:
    old, new = (
        {part: value for part, value in decode_item(image).items() if part not in ("PK", "SK")} if image else None
        for image in (record["dynamodb"].get("OldImage"), record["dynamodb"].get("NewImage"))
    )
    return record["eventName"], old, new


def put(name: str, condition: str = "", **attributes: Any) -> dict[str, Any]:
    """Build a put of an item."""
    return {
        "Put": {"TableName": TABLE, "Item": {**key(name), **encode_item(attributes)}, **_conditional(condition)}
    }


def update(name: str, expression: str, condition: str = "", **given: Any) -> dict[str, Any]:
    """Build an update.

    A value is given by its placeholder's name; `names` has the attributes that `#name` placeholders mean.
    """
    request = {"TableName": TABLE, "Key": key(name), "UpdateExpression": expression}
    return {"Update": {**request, **_conditional(condition), **_placeholders(**given)}}


def delete(name: str, condition: str = "", **given: Any) -> dict[str, Any]:
    """Build a deletion."""
    return {"Delete": {"TableName": TABLE, "Key": key(name), **_conditional(condition), **_placeholders(**given)}}


def check(name: str, condition: str, **given: Any) -> dict[str, Any]:
    """Build a condition check."""
    request = {"TableName": TABLE, "Key": key(name)}
    return {"ConditionCheck": {**request, **_conditional(condition), **_placeholders(**given)}}


def _conditional(condition: str) -> dict[str, Any]:
    wants_old = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    return {"ConditionExpression": condition, **wants_old} if condition else {}


def _placeholders(names: dict[str, str] | None = None, **values: Any) -> dict[str, Any]:
    name_placeholders = {f"#{placeholder}": name for placeholder, name in (names or {}).items()}
    return {
        **({"ExpressionAttributeNames": name_placeholders} if name_placeholders else {}),
        **(
            {
                "ExpressionAttributeValues": encode_item(
                    {f":{placeholder}": value for placeholder, value in values.items()}
                )
            }
            if values
            else {}
        ),
    }


def refused(act: Callable[[], Any]) -> tuple[str, str]:
    """Return code and message of the error that the client raises, or two empty texts."""
    try:
        act()
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    return "", ""
