"""The keys of the waitlist: ranks, lines, and those that were passed."""

from chalicelib.aws import waitlist_keys
from chalicelib.aws.waitlist_keys import SkipKey, WaitlistKey


def test_prefixes_end_where_the_next_part_begins() -> None:
    """So that no other line begins the same."""
    assert (WaitlistKey.prefix(), WaitlistKey.prefix("place")) == ("WAIT#", "WAIT#place#")


def test_an_entry_knows_its_rank() -> None:
    """As registrations hold its key."""
    assert WaitlistKey.parse_entry("place#5#2020#r").rank == "5#2020"
    assert waitlist_keys.parse_rank("5#2020") == (5, "2020")


def test_a_bound_lies_behind_all_keys_with_its_first_parts() -> None:
    """So that a query up to it finds them all, and none of the next part."""
    assert str(SkipKey("2020", "zz")) < SkipKey.last("2020") < str(SkipKey("2021", "a"))
