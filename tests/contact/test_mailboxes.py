"""Which spellings of an address reach the same mailbox."""

import pytest

from chalicelib.contact.mailboxes import build_reader, canonicalise


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Anna.Holm+a@Gmail.com", "annaholm@gmail.com"),
        ("a.n.n.a.holm@googlemail.com", "annaholm@gmail.com"),
        ("anna.holm+b+c@outlook.com", "anna.holm@outlook.com"),
        ("anna+1@kommune.example", "anna@kommune.example"),
        ("anna.holm@kommune.example", "anna.holm@kommune.example"),
        ("+anna@kommune.example", "+anna@kommune.example"),
        ("..@gmail.com", "..@gmail.com"),
    ],
)
def test_a_mailbox_has_one_spelling(address: str, mailbox: str) -> None:
    """Case and labels count for nothing, and dots neither where the host says so."""
    assert canonicalise(address) == mailbox


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("anna@gmail.com", "a.nna+x@googlemail.com", True),
        ("anna@icloud.com", "Anna+x@icloud.com", True),
        ("anna@kommune.example", "anna+x@kommune.example", False),
        ("Anna@kommune.example", "anna@kommune.example", True),
        ("anna@outlook.com", "an.na@outlook.com", False),
    ],
)
def test_only_a_known_host_says_who_reads_it(one: str, other: str, same: bool) -> None:
    """At an unknown host, what is behind the plus sign may be another person's."""
    assert (build_reader(one) == build_reader(other)) is same
