"""Which mails somebody was sent, in words: of these their history says nothing, because they change nothing."""

from collections.abc import Iterator
from typing import Any

from chalicelib.language import N_, Language, translator
from chalicelib.mail import store
from chalicelib.mail.kinds import KINDS
from chalicelib.registration.model import Registration

_SAID = {
    "sent": N_("The mail “%(mail)s” was sent."),
    "withheld": N_("The mail “%(mail)s” was not sent: its address had had too many that day."),
}


def mails(registration: Registration, language: Language) -> Iterator[dict[str, Any]]:
    """An entry for each mail that was sent or withheld; that one did not arrive stands in the history."""
    say = translator(language)
    for record in store.of_registration(registration.event_id, registration.id):
        for became, said in _SAID.items():
            if at := record.get(f"{became}_at"):
                text = say(said) % {"mail": say(KINDS[record["kind"]].title)}
                yield {"fact": f"mail-{became}", "at": at, "mail": record["kind"], "text": text}
