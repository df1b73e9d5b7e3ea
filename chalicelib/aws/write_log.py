"""What a call has written into registrations: whose, what happened and when, for its line in the log. These are
what a mail's line says too, so the two are found together."""

from collections.abc import Iterable
from contextvars import ContextVar

from chalicelib.aws import keys
from chalicelib.aws.items import Update, Write
from chalicelib.aws.keys import RegistrationKey

LoggedWrite = dict[str, str]

_logged_writes: ContextVar[list[LoggedWrite] | None] = ContextVar("traces", default=None)


def begin() -> list[LoggedWrite]:
    """The list that fills from now on."""
    traces: list[LoggedWrite] = []
    _logged_writes.set(traces)
    return traces


def record(writes: Iterable[Write]) -> None:
    """What has been written goes on the list, where one was begun."""
    traces = _logged_writes.get()
    if traces is None:
        return
    for write in writes:
        if isinstance(write, Update) and keys.parse_kind(write.key) == RegistrationKey.KIND:
            whose = keys.parse_registration_id(write.key)
            happened = write.values.get(":happened", ())
            traces += [{"registration": whose, "fact": each["fact"], "at": each["at"]} for each in happened]
