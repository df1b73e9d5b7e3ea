"""Mailboxes: which spellings of an address reach the same one, as far as a host is known to do so."""

#: Hosts of whose addresses dots count for nothing, with the name that they all go by.
_DOTLESS_HOSTS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
#: Hosts that are known to deliver what is behind a plus sign to the address without it.
_TAG_DROPPING_HOSTS = frozenset({
    *_DOTLESS_HOSTS,
    "outlook.com", "outlook.dk", "hotmail.com", "hotmail.dk", "live.com", "live.dk", "msn.com",
    "icloud.com", "me.com", "mac.com",
    "fastmail.com", "fastmail.fm",
    "proton.me", "protonmail.com", "pm.me",
})  # fmt: skip


def canonicalise(address: str) -> str:
    """Return the spelling that stands for all that may reach the same mailbox.

    What is behind a plus sign is dropped for every host, since otherwise a stranger could make up any number of
    addresses for one mailbox.
    """
    local, domain = _split(address)
    return _join(local.partition("+")[0] or local, domain)


def build_reader(address: str) -> str:
    """Return what stands for the person who reads the address, as far as its host is known.

    Of another host, each label behind a plus sign may be another person's.
    """
    local, domain = _split(address)
    return canonicalise(address) if domain in _TAG_DROPPING_HOSTS else _join(local, domain)


def _split(address: str) -> tuple[str, str]:
    local, _, domain = address.lower().rpartition("@")
    return local, domain


def _join(local: str, domain: str) -> str:
    if domain in _DOTLESS_HOSTS:
        return f"{local.replace('.', '') or local}@{_DOTLESS_HOSTS[domain]}"
    return f"{local}@{domain}"
