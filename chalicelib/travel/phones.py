"""Phone numbers as people read them on a list."""

from functools import lru_cache


@lru_cache(maxsize=20_000)  # slow to work out, and on each list again
def spaced(number: str) -> str:
    """An E.164 number in groups: `+45 20 12 34 56`."""
    import phonenumbers  # only where a list is made

    return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def bracketed(number: str) -> str:
    """The same, opening with a bracket: `(+45) 20 12 34 56`. A cell that opens with a plus is a formula."""
    code, _, rest = spaced(number).partition(" ")
    return f"({code}) {rest}".strip()
