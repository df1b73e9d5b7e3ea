"""The facts that a call has written into registrations, for its line in the log. A mail's line has the same."""

from collections.abc import Iterable
from contextvars import ContextVar

from chalicelib.aws import key_grammar, keys
from chalicelib.aws.items import Update, Write
from chalicelib.aws.keys import RegistrationKey

LoggedWrite = dict[str, str]

_logged_writes: ContextVar[list[LoggedWrite] | None] = ContextVar("logged_writes", default=None)


def begin() -> list[LoggedWrite]:
    """Begin a list of logged writes, which fills from now on, and return it."""
    logged_writes: list[LoggedWrite] = []
    _logged_writes.set(logged_writes)
    return logged_writes


def record(writes: Iterable[Write]) -> None:
    """Add the facts of these writes to the list, where one was begun."""
    logged_writes = _logged_writes.get()
    if logged_writes is None:
        return
    for write in writes:
        if isinstance(write, Update) and key_grammar.parse_kind(write.key) == RegistrationKey.KIND:
            registration_id = keys.parse_registration_id(write.key)
            logged_writes += [
                {"registration": registration_id, "fact": entry["fact"], "at": entry["at"]}
                for entry in write.appended_to("history")
            ]
