"""The stream: what was committed, as it was and as it is, in order."""

import pytest

from tests.contract.backend import Backend, check, delete, put, refused, update

NO_CHANGE = (
    "If you perform a PutItem or UpdateItem operation that does not change any data in an item, "
    "DynamoDB Streams does not write a stream record for that operation"
)


def test_each_change_once(dynamodb: Backend) -> None:
    """In its order, with both images."""
    dynamodb.put("it", n=1)
    dynamodb.update("it", "SET n = :two", two=2)
    dynamodb.put("it", m=1)
    dynamodb.delete("it")
    assert dynamodb.changes() == [
        ("INSERT", None, {"n": 1}),
        ("MODIFY", {"n": 1}, {"n": 2}),
        ("MODIFY", {"n": 2}, {"m": 1}),
        ("REMOVE", {"m": 1}, None),
    ]


def test_a_transaction_tells_all_its_changes(dynamodb: Backend) -> None:
    """A condition check makes no record."""
    dynamodb.put("deleted", n=1)
    dynamodb.transact(put("new", n=2), check("lost", "attribute_not_exists(PK)"), delete("deleted"))
    assert dynamodb.changes()[1:] == [("INSERT", None, {"n": 2}), ("REMOVE", {"n": 1}, None)]


def test_what_is_not_done_is_not_told(dynamodb: Backend) -> None:
    """Neither a cancelled transaction nor a write that is refused."""
    dynamodb.put("there", n=1)
    assert refused(lambda: dynamodb.transact(put("new"), put("there", "attribute_not_exists(PK)")))[0]
    assert refused(lambda: dynamodb.update("there", "SET n = :two", "n = :two", two=2))[0]
    assert len(dynamodb.changes()) == 1


@pytest.mark.deviates("moto", NO_CHANGE)
def test_what_changes_nothing_is_not_told(dynamodb: Backend) -> None:
    """The same put again, an update to what is there, a delete of nothing."""
    dynamodb.put("it", n=1, members={"a"})
    dynamodb.put("it", n=1, members={"a"})
    dynamodb.update("it", "SET n = :one ADD members :a", one=1, a={"a"})
    dynamodb.delete("lost")
    dynamodb.transact(update("it", "REMOVE lost"), delete("lost"))
    assert dynamodb.changes() == [("INSERT", None, {"n": 1, "members": {"a"}})]


@pytest.mark.deviates("moto", NO_CHANGE)
@pytest.mark.deviates("ministack", NO_CHANGE)
def test_a_set_in_another_order_is_no_change(dynamodb: Backend) -> None:
    """Nor is a number that is written otherwise."""
    dynamodb.put_image("it", members={"SS": ["a", "b"]}, digits={"NS": ["1", "2"]}, n={"N": "1"})
    dynamodb.put_image("it", members={"SS": ["b", "a"]}, digits={"NS": ["2", "1.0"]}, n={"N": "1.0"})
    assert len(dynamodb.changes()) == 1


def test_the_images_stay_as_they_were(dynamodb: Backend) -> None:
    """Later changes of the item do not show in them."""
    dynamodb.put("it", taken={"a": 1}, happened=["x"])
    dynamodb.update("it", "SET taken.a = :two, happened = list_append(happened, :more)", two=2, more=["y"])
    dynamodb.update("it", "SET taken.b = :two REMOVE happened[0]", two=2)
    assert [new for _, _, new in dynamodb.changes()] == [
        {"taken": {"a": 1}, "happened": ["x"]},
        {"taken": {"a": 2}, "happened": ["x", "y"]},
        {"taken": {"a": 2, "b": 2}, "happened": ["y"]},
    ]
