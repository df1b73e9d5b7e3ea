"""Counts in windows of time."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.auth import sign_in_links
from chalicelib.aws import rate_limits, table
from chalicelib.aws.rate_limits import RateLimit
from chalicelib.problems import LimitReached

pytestmark = pytest.mark.usefixtures("memory")

NOON = datetime(2019, 11, 1, 12, 0, tzinfo=UTC)
THREE_AN_HOUR = RateLimit("abc", 3, timedelta(hours=1))


def test_so_many_and_no_more_until_the_window_ends() -> None:
    """The fourth within the hour is refused; the next hour begins at nought."""
    within = [NOON, NOON + timedelta(minutes=20), NOON + timedelta(minutes=59, seconds=59), NOON]
    assert [THREE_AN_HOUR.try_increment(moment) for moment in within] == [True, True, True, False]
    assert THREE_AN_HOUR.try_increment(NOON + timedelta(hours=1))


def test_what_came_to_nothing_is_taken_back() -> None:
    """Then there is room for one more, and no more."""
    assert [THREE_AN_HOUR.try_increment(NOON) for _ in range(4)] == [True, True, True, False]
    THREE_AN_HOUR.decrement(NOON)
    assert [THREE_AN_HOUR.try_increment(NOON) for _ in range(2)] == [True, False]


def test_several_at_once_fit_whole_or_not_at_all() -> None:
    """A party that would go over the limit is not counted in part."""
    table.transact(THREE_AN_HOUR.increment_write(NOON, 2))
    with pytest.raises(table.ConditionFailed) as refused:
        table.transact(THREE_AN_HOUR.increment_write(NOON, 2))
    assert THREE_AN_HOUR.caused(refused.value, NOON)
    assert not THREE_AN_HOUR.caused(refused.value, NOON + timedelta(hours=1))
    assert THREE_AN_HOUR.try_increment(NOON)


def test_a_refusal_says_when_it_goes_on() -> None:
    """In whole seconds for programs, in whole minutes for people."""
    refusal = THREE_AN_HOUR.error(NOON + timedelta(minutes=58, milliseconds=1))
    assert (type(refusal), refusal.headers, refusal.parameters) == (
        LimitReached,
        (("Retry-After", "120"),),
        {"minutes": 2},
    )


def test_a_count_is_deleted_when_its_window_is_over() -> None:
    """It carries the time to live that the table deletes by."""
    THREE_AN_HOUR.try_increment(NOON)
    [item] = [table.get(THREE_AN_HOUR.window_key(NOON))]
    assert item is not None
    assert (item["counted"], item["expires_at"]) == (1, int((NOON + timedelta(hours=1)).timestamp()))


def test_whose_count_it_is_cannot_be_read_from_it() -> None:
    """Neither a network's nor a mail address stands in a key; each kind has counts of its own."""
    every = [
        rate_limits.registration_limit("event", "192.0.2.1", None),
        rate_limits.registration_limit("event", "192.0.2.2", None),
        rate_limits.registration_limit("other", "192.0.2.1", None),
        sign_in_links.network_limit("192.0.2.1"),
        sign_in_links.address_limit("a@example.org"),
        rate_limits.mailbox_limit("a@example.org"),
    ]
    assert len({limit.id for limit in every}) == len(every)
    assert not any(
        "192" in str(limit.window_key(NOON)) or "example" in str(limit.window_key(NOON)) for limit in every
    )
    assert rate_limits.mailbox_limit("A@example.org") == rate_limits.mailbox_limit("a@example.org")


def test_a_label_makes_no_other_mailbox() -> None:
    """An attacker makes up any number of labels of one mailbox; other people have other names."""
    plain = rate_limits.mailbox_limit("anna@example.org")
    assert {rate_limits.mailbox_limit(f"{label}@example.org") for label in ("anna+1", "Anna+2+3", "anna+")} == {
        plain
    }
    others = ("+anna@example.org", "+bo@example.org", "anna@other.example", "an+na@example.org")
    assert len({plain, *map(rate_limits.mailbox_limit, others)}) == 5
