"""Mail addresses: how they are checked, normalised, and shown."""

import unicodedata
from typing import Annotated
from urllib.parse import quote

from pydantic import AfterValidator, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from chalicelib.text import STORED_CONTEXT, list_scripts, strip_invisible

#: What may stand bare before the @ of a mailto: URI (RFC 6068) besides letters and digits.
_MAILTO_SAFE = "!$'*+-.~_"


def normalise_email(text: str) -> str:
    """Normalise a mail address; raises a pydantic error for one that our mail cannot reach."""
    from email_validator import EmailNotValidError, validate_email  # slow to import

    address = _strip_edges(strip_invisible(text))
    try:
        return validate_email(address, check_deliverability=False, allow_smtputf8=False, strict=True).normalized
    except EmailNotValidError as error:
        if not address.rpartition("@")[0].isascii():
            raise PydanticCustomError("local_part_not_ascii", "not ASCII before the @") from error
        raise PydanticCustomError("not_an_address", "not an address") from error


def _strip_edges(text: str) -> str:
    """Strip blanks and format characters around the text, as a copied address brings them along."""
    start, end = 0, len(text)
    while start < end and _is_blank(text[start]):
        start += 1
    while start < end and _is_blank(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) == "Cf"


def _normalise_stored_email(text: str, info: ValidationInfo) -> str:
    return text if info.context == STORED_CONTEXT else normalise_email(text)


EmailAddress = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(_normalise_stored_email)
]


def encode_domain(address: str) -> str:
    """Encode the address's domain in ASCII (punycode), as URIs need it; one that has no such form stays."""
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    from email_validator import EmailNotValidError, validate_email  # slow to import, and few domains need it

    try:
        parts = validate_email(f"anyone@{domain}", check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return address
    return f"{local}@{parts.ascii_domain}"


def build_mailto(address: str) -> str:
    """Build the mailto: URI of the address (RFC 6068)."""
    local, _, domain = encode_domain(address).rpartition("@")
    return f"mailto:{quote(local, safe=_MAILTO_SAFE)}@{quote(domain)}"


def format_with_punycode(address: str) -> str:
    """Format the address for organisers: with its punycode, where its domain mixes scripts."""
    is_mixed = len(list_scripts(address.rpartition("@")[2])) > 1
    return f"{address} ({encode_domain(address)})" if is_mixed else address
