"""What is said of one registration is what was sampled and counted."""

import pytest

from benchmarks import inside
from benchmarks.inside import Breakdown


def test_calls_are_told_with_what_they_take() -> None:
    """Boto's time and the emulated AWS's are the calls'; the rest belongs to other code."""
    took = {(True, "boto"): 3.0, (False, "boto"): 13.0, (False, "our code"): 4.0}
    one = Breakdown("confirmed", took, emulator=24.0, calls={"PutItem": 1.0, "GetRecords": 4.0})
    assert (one.answering, one.call_milliseconds, one.total_milliseconds, one.call_count) == (3.0, 40.0, 44.0, 5.0)
    assert one.milliseconds_per_call == 8.0


def test_owners_share_what_was_measured() -> None:
    """Samples say whose share it is, not how much there is to share."""
    shares = {(True, "boto"): 0.3, (True, "our code"): 0.1, (False, "boto"): 0.6}
    spread = inside._distribute(shares, {True: 4.0, False: 50.0})
    assert spread == pytest.approx({(True, "boto"): 3.0, (True, "our code"): 1.0, (False, "boto"): 50.0})


def test_each_owner_and_each_call_has_a_row() -> None:
    """What one kind of registration has and the other has not stands there all the same."""
    confirmed = Breakdown("confirmed", {(False, "libraries"): 2.0}, 1.0, {"PutItem": 1.0})
    waiting = Breakdown("waiting", {(True, "boto"): 3.0}, 1.0, {"PutItem": 1.0, "Query": 1.5})
    floor = Breakdown("floor", {(True, "boto"): 2.5}, 1.0, {"PutItem": 1.0})
    told = inside.render(floor, [confirmed, waiting], aim=32.0)
    assert "| boto | 2.5 ms | – | – | 3.0 ms | – |\n| libraries | – | – | 2.0 ms | – | – |" in told
    assert "| `PutItem` | 1.00 | 1.00 |\n| `Query` | 0.00 | 1.50 |" in told


def test_turns_count_alike() -> None:
    """What was not seen in one of them took nothing there."""
    first = Breakdown("confirmed", {(True, "boto"): 2.0}, emulator=10.0, calls={"PutItem": 1.0})
    second = Breakdown(
        "confirmed", {(True, "boto"): 4.0, (False, "boto"): 6.0}, emulator=20.0, calls={"Query": 1.0}
    )
    took = {(True, "boto"): 3.0, (False, "boto"): 3.0}
    assert inside._mean([first, second]) == Breakdown("confirmed", took, 15.0, {"PutItem": 0.5, "Query": 0.5})
