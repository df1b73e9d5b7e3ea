"""A seal opens where it belongs, with its key, and nowhere else."""

import pytest

from chalicelib.aws import seals
from chalicelib.aws.seals import SealNotOpened
from testing.process import clear_caches

TEXT = '{"note":"Tåler ikke nødder"}'

pytestmark = pytest.mark.usefixtures("memory")


def keys(environment: pytest.MonkeyPatch, *several: str) -> None:
    environment.setenv("SEALING_KEYS", ",".join(several))
    clear_caches()


def test_what_was_sealed_opens() -> None:
    """The same text, which does not stand in the seal."""
    sealed = seals.seal(TEXT, "here")
    assert seals.unseal(sealed, "here") == TEXT
    assert b"note" not in sealed


def test_no_two_seals_are_the_same() -> None:
    """It cannot be seen that two people have told the same."""
    assert seals.seal(TEXT, "here") != seals.seal(TEXT, "here")


def test_the_length_says_next_to_nothing() -> None:
    """One allergy and two take up the same."""
    one, two = ('{"allergens":["nuts"]}', '{"allergens":["nuts","celery"]}')
    assert len(seals.seal(one, "here")) == len(seals.seal(two, "here")) == 4 + 24 + 64 + 16


def test_it_opens_nowhere_else() -> None:
    """Put into another registration, it says nothing about that."""
    with pytest.raises(SealNotOpened):
        seals.unseal(seals.seal(TEXT, "here"), "there")


@pytest.mark.parametrize("place", [0, 4, 28, -1])
def test_whatever_was_changed_is_seen(place: int) -> None:
    """In the key's name, the nonce, the text or what vouches for it."""
    sealed = bytearray(seals.seal(TEXT, "here"))
    sealed[place] ^= 1
    with pytest.raises(SealNotOpened):
        seals.unseal(bytes(sealed), "here")


@pytest.mark.parametrize("left", [0, 3, 4, 20, 40])
def test_half_a_seal_does_not_open(left: int) -> None:
    """However much is missing."""
    with pytest.raises(SealNotOpened):
        seals.unseal(seals.seal(TEXT, "here")[:left], "here")


def test_the_last_key_seals_and_all_open(environment: pytest.MonkeyPatch) -> None:
    """A new key stands before the one in use first, so that every function can open what it will seal."""
    keys(environment, "old")
    by_old = seals.seal(TEXT, "here")
    keys(environment, "new", "old")
    assert seals.seal(TEXT, "here")[:4] == by_old[:4]
    keys(environment, "old", "new")
    by_new = seals.seal(TEXT, "here")
    assert by_new[:4] != by_old[:4]
    assert seals.unseal(by_old, "here") == seals.unseal(by_new, "here") == TEXT
    keys(environment, "new")
    assert seals.unseal(by_new, "here") == TEXT
    with pytest.raises(SealNotOpened, match="not among the sealing keys"):
        seals.unseal(by_old, "here")


def test_the_error_says_nothing_of_what_was_sealed(environment: pytest.MonkeyPatch) -> None:
    """Neither the text nor a key, nor an error that has them behind it."""
    sealed = seals.seal(TEXT, "here")
    with pytest.raises(SealNotOpened) as caught:
        seals.unseal(sealed, "there")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    keys(environment, "a-secret-key")
    with pytest.raises(SealNotOpened) as caught:
        seals.unseal(sealed, "here")
    assert "a-secret-key" not in str(caught.value)
