"""The stream's records, as a function gets them."""

from datetime import UTC, datetime, timedelta

from chalicelib.aws.items import decode_item
from testing.dynamodb.client import create_client
from testing.dynamodb.schema import load_schema
from tests.contract.backend import key, put, update


def test_a_record() -> None:
    """With the item's key, both images, and the size of all of that."""
    client = create_client(load_schema(), lambda: datetime(2019, 11, 1, 7, tzinfo=UTC))
    client.put_item(**put("it", n=1)["Put"])
    client.update_item(**update("it", "SET n = :two", two=22)["Update"])
    record = client.stream[-1]
    assert (record["eventName"], record["eventSource"]) == ("MODIFY", "aws:dynamodb")
    assert record["dynamodb"] == {
        "ApproximateCreationDateTime": 1572591600.0,
        "Keys": key("it"),
        "OldImage": {**key("it"), "n": {"N": "1"}},
        "NewImage": {**key("it"), "n": {"N": "22"}},
        "SequenceNumber": record["dynamodb"]["SequenceNumber"],
        "SizeBytes": 7 + 10 + 10,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }


def test_numbers_rise_and_times_are_the_clocks() -> None:
    """Also for those of one transaction, and after what was read was taken out of the list."""
    moments = iter(datetime(2019, 11, 1, 7, tzinfo=UTC) + timedelta(seconds=second) for second in range(9))
    client = create_client(load_schema(), lambda: next(moments))
    client.transact_write_items(TransactItems=[put("a"), put("b")])
    records = [*client.stream]
    client.stream.clear()
    client.put_item(**put("c")["Put"])
    records += client.stream
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    assert numbers == sorted(set(numbers), key=int)
    times = [record["dynamodb"]["ApproximateCreationDateTime"] for record in records]
    assert times == [1572591600.0, 1572591601.0, 1572591602.0]
    assert [decode_item(record["dynamodb"]["Keys"])["SK"] for record in records] == ["a", "b", "c"]
