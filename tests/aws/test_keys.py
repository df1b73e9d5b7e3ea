"""The key grammar, written and read in one place."""

import pytest

from chalicelib.aws import keys
from chalicelib.aws.keys import AuditKey, LinkRequestKey, MailKey, SkipKey, SortKey, TaskKey, WaitlistKey

KEYS: list[tuple[SortKey, str]] = [
    (WaitlistKey("place+room", "5", "2020-01-01T00:00:00.000000Z", "r"),
     "WAIT#place+room#5#2020-01-01T00:00:00.000000Z#r"),
    (SkipKey("2020", "r"), "SKIP#2020#r"),
    (AuditKey("2020", "t"), "JOURNAL#2020#t"),
    (LinkRequestKey("r", "h"), "LINK#r#h"),
    (MailKey("r.0001.confirmed"), "MAIL#r.0001.confirmed"),
    (TaskKey("kind.subject"), "PROBLEM#kind.subject"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "written"), KEYS)
def test_a_key_is_read_as_it_was_written(key: SortKey, written: str) -> None:
    """Each part where it was."""
    item = key.at_event("e")
    assert item == {"PK": "EVENT#e", "SK": written}
    assert type(key).parse(item) == key
    assert keys.key_of({**item, "attribute": "x"}) == item


@pytest.mark.parametrize("sort_key", ["PLACES", "REG#r", "SKIP#2020"])
def test_a_key_of_another_kind_is_refused(sort_key: str) -> None:
    """And so is one with parts missing."""
    with pytest.raises(ValueError, match=sort_key):
        SkipKey.parse({"SK": sort_key})


def test_prefixes_end_where_the_next_part_begins() -> None:
    """So that no other line or registration begins the same."""
    assert (WaitlistKey.prefix(), WaitlistKey.prefix("place")) == ("WAIT#", "WAIT#place#")
    assert MailKey.prefix_of_registration("r") == "MAIL#r."


def test_an_entry_knows_its_rank() -> None:
    """As registrations hold its key."""
    assert WaitlistKey.parse_entry("place#5#2020#r").rank == "5#2020"
