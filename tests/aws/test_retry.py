"""Retry after a lost race."""

from collections.abc import Callable

import pytest

from chalicelib.aws.retry import LostRace, retried
from chalicelib.aws.table import ConditionFailed
from chalicelib.problems import TooBusy


def losing(races: int) -> tuple[Callable[[], str], list[int]]:
    """A flow that loses so many races before it writes, and its calls."""
    calls: list[int] = []

    def write() -> str:
        calls.append(len(calls))
        if len(calls) <= races:
            raise ConditionFailed({})
        return "written"

    return write, calls


def test_a_lost_race_is_run_again() -> None:
    """Until it is won."""
    write, calls = losing(races=2)
    assert (retried(3)(write)(), len(calls)) == ("written", 3)


def test_attempts_are_bounded() -> None:
    """After so many it is TooBusy."""
    write, calls = losing(races=3)
    with pytest.raises(TooBusy):
        retried(3)(write)()
    assert len(calls) == 3


def test_other_errors_pass_at_once() -> None:
    """Only a lost race is run again."""
    calls: list[int] = []

    @retried(3)
    def fail() -> None:
        calls.append(1)
        raise KeyError("x")

    with pytest.raises(KeyError):
        fail()
    assert calls == [1]


def test_nested_retries_do_not_multiply() -> None:
    """All calls share the attempts of the outermost."""
    calls: list[str] = []

    @retried(10)
    def inner() -> None:
        calls.append("inner")
        if len(calls) % 2:
            raise LostRace

    @retried(4)
    def outer() -> None:
        inner()
        raise LostRace

    with pytest.raises(TooBusy):
        outer()
    assert len(calls) <= 6


def test_the_next_call_has_all_its_attempts() -> None:
    """Attempts that one call used up are not missing in the next."""
    for _ in range(2):
        write, _ = losing(races=2)
        assert retried(3)(write)() == "written"
