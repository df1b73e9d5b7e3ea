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

_KEY_ID_LENGTH = 4  # bytes
#: What is sealed is filled up to a multiple of this, so that its length says next to nothing.
_PADDING_BLOCK = 64  # bytes


class SealNotOpened(RuntimeError):
    """The key is unknown, or this is not what was sealed, or not where it belongs."""


def seal(text: str, associated_data: str) -> bytes:
    """The text, sealed with the newest key, to be opened for this place alone. It ends without blanks."""
    key = secret_keys.get_sealing_keys()[-1]
    content = text.encode()
    filled = content + b" " * (-len(content) % _PADDING_BLOCK)
    return _derive_key_id(key) + bytes(_derive_cipher(key).encrypt(filled, associated_data.encode()))


def unseal(sealed: bytes, associated_data: str) -> str:
    """The text that was sealed for this place; raises SealNotOpened."""
    from nacl.exceptions import CryptoError

    name, content = sealed[:_KEY_ID_LENGTH], sealed[_KEY_ID_LENGTH:]
    key = next((each for each in secret_keys.get_sealing_keys() if _derive_key_id(each) == name), None)
    if key is None:
        raise SealNotOpened("sealed with a key that is not among the sealing keys")
    try:
        return _derive_cipher(key).decrypt(content, associated_data.encode()).decode().rstrip(" ")
    except (CryptoError, ValueError):
        raise SealNotOpened("not what was sealed, or sealed for another place") from None


def _derive_key_id(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=_KEY_ID_LENGTH, person=b"name of a key").digest()


@cache
def _derive_cipher(key: str) -> "Aead":
    from nacl.secret import Aead  # only where somebody tells, or looks at, what is sealed

    return Aead(blake2b(key.encode(), digest_size=Aead.KEY_SIZE, person=b"sealing").digest())
