"""Sealing: what is written so that only whoever has the sealing keys reads it, and only where it belongs.

XChaCha20-Poly1305, by libsodium. A seal begins with the name of its key, so that it opens after there is a newer
one; a random nonce of 24 bytes follows, so that one key is good for as much as there ever is.
"""

from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from chalicelib.aws import secret_keys

if TYPE_CHECKING:
    from nacl.secret import Aead

_NAME_LENGTH = 4  # bytes
#: What is sealed is filled up to a multiple of this, so that its length says next to nothing.
_BLOCK = 64  # bytes


class SealNotOpened(RuntimeError):
    """The key is unknown, or this is not what was sealed, or not where it belongs."""


def seal(text: str, place: str) -> bytes:
    """The text, sealed with the newest key, to be opened for this place alone. It ends without blanks."""
    key = secret_keys.sealing()[-1]
    content = text.encode()
    filled = content + b" " * (-len(content) % _BLOCK)
    return _name(key) + bytes(_box(key).encrypt(filled, place.encode()))


def unseal(sealed: bytes, place: str) -> str:
    """The text that was sealed for this place; raises SealNotOpened."""
    from nacl.exceptions import CryptoError

    name, content = sealed[:_NAME_LENGTH], sealed[_NAME_LENGTH:]
    key = next((each for each in secret_keys.sealing() if _name(each) == name), None)
    if key is None:
        raise SealNotOpened("sealed with a key that is not among the sealing keys")
    try:
        return _box(key).decrypt(content, place.encode()).decode().rstrip(" ")
    except (CryptoError, ValueError):
        raise SealNotOpened("not what was sealed, or sealed for another place") from None


def _name(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=_NAME_LENGTH, person=b"name of a key").digest()


@cache
def _box(key: str) -> "Aead":
    from nacl.secret import Aead  # only where somebody tells, or looks at, what is sealed

    return Aead(blake2b(key.encode(), digest_size=Aead.KEY_SIZE, person=b"sealing").digest())
