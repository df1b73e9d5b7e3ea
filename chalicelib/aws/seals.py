"""Seals (envelope encryption): only functions with the sealing keys read what is sealed, each where it belongs.

XChaCha20-Poly1305, by libsodium. A seal begins with the id of its key, so that it can be opened after a newer key
is in use; a random nonce of 24 bytes follows, so that one key serves for any number of seals.
"""

from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from chalicelib.aws import secret_keys

if TYPE_CHECKING:
    from nacl.secret import Aead

_KEY_ID_LENGTH = 4  # bytes
#: Content is padded to a multiple of this, so that the length of a seal reveals next to nothing.
_PADDING_BLOCK = 64  # bytes


class SealNotOpened(RuntimeError):
    """The key is unknown, or the content or its associated data is not what was sealed."""


def seal(text: str, associated_data: str) -> bytes:
    """Seal the text with the newest key and the associated data (AAD). The text must not end with blanks."""
    key = secret_keys.get_sealing_keys()[-1]
    content = text.encode()
    padded = content + b" " * (-len(content) % _PADDING_BLOCK)
    return _derive_key_id(key) + bytes(_derive_cipher(key).encrypt(padded, associated_data.encode()))


def unseal(sealed: bytes, associated_data: str) -> str:
    """Return the text that was sealed with this associated data; raises SealNotOpened."""
    from nacl.exceptions import CryptoError

    key_id, content = sealed[:_KEY_ID_LENGTH], sealed[_KEY_ID_LENGTH:]
    key = next((key for key in secret_keys.get_sealing_keys() if _derive_key_id(key) == key_id), None)
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
    from nacl.secret import Aead  # slow, and needed only where data about health is written or read

    return Aead(blake2b(key.encode(), digest_size=Aead.KEY_SIZE, person=b"sealing").digest())
