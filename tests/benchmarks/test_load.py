"""What is said of a load is what happened."""

from benchmarks.load import LoadResult


def test_percentiles_are_of_the_calls() -> None:
    """Half of the calls took at most the 50th percentile, and 99 of 100 at most the 99th."""
    load = LoadResult(tuple(each / 1000 for each in range(1, 102)), (201,) * 101, seconds=2.0)
    assert [load.milliseconds(percent) for percent in (50, 95, 99)] == [51.0, 96.0, 100.0]
    assert load.calls_per_second == 50.5
