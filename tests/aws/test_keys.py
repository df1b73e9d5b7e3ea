"""Keys are read as they were written."""

import pytest

from chalicelib.aws import key_grammar
from chalicelib.aws.key_grammar import SortKey
from chalicelib.aws.keys import AuditKey, LinkRequestKey, MailKey, TaskKey
from chalicelib.aws.waitlist_keys import SkipKey, WaitlistKey

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
    assert key_grammar.key_of({**item, "attribute": "x"}) == item


def test_all_keys_lie_within_the_bounds_of_an_event() -> None:
    """So that a query between them finds every item."""
    assert all(key_grammar.FIRST_SORT_KEY < written < key_grammar.LAST_SORT_KEY for _, written in KEYS)


def test_the_prefix_of_a_registrations_mails_ends_with_its_id() -> None:
    """So that no other registration's begin the same."""
    assert MailKey.prefix_of_registration("r") == "MAIL#r."
