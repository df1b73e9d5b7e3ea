"""The kinds of mail."""

from typing import get_args

from chalicelib.facts import MailAsked, MailBounced, MailComplained, ManifestReady, SignInRequested
from chalicelib.mail import kinds
from chalicelib.mail.compose import Told
from tests.mail.samples import about, confirmed, traveller

WHO = traveller()
COMPLAINED = MailComplained(**about(WHO, 2), mail=confirmed(WHO).key, reason="abuse")


def test_every_mail_has_its_kind() -> None:
    """Each fact that a letter is written about is decided on here, and no other."""
    told = {*get_args(Told), MailAsked, MailBounced, ManifestReady, SignInRequested}
    assert set(kinds.KINDS) == {fact.kind for fact in told}
