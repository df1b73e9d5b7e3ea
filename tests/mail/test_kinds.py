"""The kinds of mail."""

from typing import get_args

import pytest

from chalicelib.facts import Changed, MailBounced, MailComplained, SignInRequested
from chalicelib.mail import kinds
from chalicelib.mail.compose import Told
from chalicelib.mail.kinds import MailKind, goes_out, readdressed_at
from tests.mail.samples import about, confirmed, history, traveller

WHO = traveller()
COMPLAINED = MailComplained(**about(WHO, 2), mail=confirmed(WHO).key, reason="abuse")


def test_every_mail_has_its_kind() -> None:
    """Each fact that a letter is written about is decided on here, and no other."""
    told = {*get_args(Told), MailBounced, SignInRequested}
    assert set(kinds.KINDS) == {fact.kind for fact in told}


@pytest.mark.parametrize("kind", ["confirmed", "joined", "offered", "expired", "cancelled", "link-requested"])
def test_whoever_complained_still_gets_answers(kind: str) -> None:
    """What became of one's own registration is told to everybody."""
    assert goes_out(kind, history(confirmed(WHO), COMPLAINED))


def test_whoever_complained_gets_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody asked for, as a reminder, goes only to those who have not complained."""
    monkeypatch.setitem(kinds.KINDS, "reminder", MailKind("Reminder", answers=False))
    assert goes_out("reminder", history(confirmed(WHO)))
    assert not goes_out("reminder", history(confirmed(WHO), COMPLAINED))


def test_another_address_has_not_complained(monkeypatch: pytest.MonkeyPatch) -> None:
    """The complaint was the former address's."""
    monkeypatch.setitem(kinds.KINDS, "reminder", MailKind("Reminder", answers=False))
    changed = Changed(**about(WHO, 3) | {"at": "2019-11-03T07:00:00.000000Z"}, fields=("email",))
    assert goes_out("reminder", history(confirmed(WHO), COMPLAINED, changed))


def test_the_address_was_changed_when_the_history_says_so() -> None:
    """Other changes do not count, and the last one does."""
    changes = [
        Changed(**about(WHO, n) | {"at": f"2019-11-0{n}T07:00:00.000000Z"}, fields=fields)
        for n, fields in ((2, ("email",)), (3, ("phone", "email")), (4, ("phone",)))
    ]
    assert readdressed_at(history(confirmed(WHO), *changes)) == "2019-11-03T07:00:00.000000Z"
    assert readdressed_at(history(confirmed(WHO))) == ""
