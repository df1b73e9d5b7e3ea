"""The kinds of mail."""

from typing import get_args

import pytest

from chalicelib.facts import MailAsked, MailBounced, MailComplained, ManifestReady, SignInRequested
from chalicelib.mail.letters import kinds
from chalicelib.mail.letters.catalogue import MailedFact
from chalicelib.mail.letters.kinds import can_send
from tests.mail.samples import build_fact_fields, build_history, confirmed, traveller

WHO = traveller()
COMPLAINED = MailComplained(**build_fact_fields(WHO, 2), mail=confirmed(WHO).key, reason="abuse")


def test_every_mail_has_its_kind() -> None:
    """Each fact that a letter is written about is decided on here, and no other."""
    told = {*get_args(MailedFact), MailAsked, MailBounced, ManifestReady, SignInRequested}
    assert set(kinds.MAIL_KINDS) == {fact.kind for fact in told}


@pytest.mark.parametrize("kind", [kind for kind, mail in kinds.MAIL_KINDS.items() if mail.is_transactional])
def test_whoever_complained_still_gets_answers(kind: str) -> None:
    """What became of one's own registration is told to everybody."""
    assert can_send(kind, build_history(confirmed(WHO), COMPLAINED))


def test_whoever_complained_gets_nothing_else() -> None:
    """What nobody asked for goes only to those who have not complained."""
    unasked = [kind for kind, mail in kinds.MAIL_KINDS.items() if not mail.is_transactional]
    assert unasked == ["told-of-change", "reminded", "details-asked"]
    assert [can_send(kind, build_history(confirmed(WHO))) for kind in unasked] == [True] * 3
    assert [can_send(kind, build_history(confirmed(WHO), COMPLAINED)) for kind in unasked] == [False] * 3
