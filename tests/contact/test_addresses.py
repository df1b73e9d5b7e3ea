"""Mail addresses."""

import pytest
from pydantic_core import PydanticCustomError

from chalicelib.contact import addresses


@pytest.mark.parametrize(
    ("written", "normalised"),
    [
        ("\u200bsoeren@example.org\ufeff", "soeren@example.org"),
        ("\u202a anna@example.org \u202c", "anna@example.org"),
        ("anna@exam\u200bple.org", "anna@example.org"),
        ("anna@BLÅBÆR.dk", "anna@blåbær.dk"),
        (f"{'a' * 64}@example.org", f"{'a' * 64}@example.org"),
    ],
)
def test_an_address_is_normalised(written: str, normalised: str) -> None:
    """What a copied address brings along at its edges is stripped."""
    assert addresses.normalise_email(written) == normalised


@pytest.mark.parametrize(
    ("written", "error"),
    [
        (f"{'a' * 65}@example.org", "not_an_address"),  # RFC 5321: 64 octets
        ("a,b@example.org", "not_an_address"),
        ("anna@example", "not_an_address"),
        ("an\u202ena@example.org", "local_part_not_ascii"),
        ("søren@example.org", "local_part_not_ascii"),
        ("müller@blåbær.dk", "local_part_not_ascii"),
    ],
)
def test_an_address_that_mail_cannot_reach_is_rejected(written: str, error: str) -> None:
    """A letter such as ø before the @ is named as what is wrong."""
    with pytest.raises(PydanticCustomError) as raised:
        addresses.normalise_email(written)
    assert raised.value.type == error


@pytest.mark.parametrize(
    ("address", "uri"),
    [
        ("anna@example.org", "mailto:anna@example.org"),
        ("anna@blåbær.dk", "mailto:anna@xn--blbr-roah.dk"),
        ("a%b+c&d?e@example.org", "mailto:a%25b+c%26d%3Fe@example.org"),
        ("anna@straße.de", "mailto:anna@xn--strae-oqa.de"),
        ("anna@" + "å" * 70 + ".dk", "mailto:anna@" + "%C3%A5" * 70 + ".dk"),  # stored, and no domain
    ],
)
def test_a_mailto_uri_is_ascii(address: str, uri: str) -> None:
    """The domain is in punycode (RFC 6068)."""
    assert addresses.build_mailto(address) == uri


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("anna@exаmple.org", "anna@exаmple.org (anna@xn--exmple-4nf.org)"),  # a Cyrillic а
        ("anna@аррӏе.com", "anna@аррӏе.com (anna@xn--80ak6aa92e.com)"),
        ("anna@blåbær.dk", "anna@blåbær.dk"),
        ("anna@пример.рф", "anna@пример.рф"),
        ("anna@example.org", "anna@example.org"),
    ],
)
def test_a_domain_of_mixed_scripts_shows_its_punycode(address: str, shown: str) -> None:
    """So an organiser sees that it is not the domain that it looks like."""
    assert addresses.format_with_punycode(address) == shown
