"""What a call has written into registrations: whose, what happened and when, for its line in the log. These are
what a mail's line says too, so the two are found together."""

from collections.abc import Iterable
from contextvars import ContextVar

from chalicelib.aws import keys
from chalicelib.aws.items import Update, Write

Trace = dict[str, str]

_traces: ContextVar[list[Trace] | None] = ContextVar("traces", default=None)


def begin() -> list[Trace]:
    """The list that fills from now on."""
    traces: list[Trace] = []
    _traces.set(traces)
    return traces


def note(writes: Iterable[Write]) -> None:
    """What has been written goes on the list, where one was begun."""
    traces = _traces.get()
    if traces is None:
        return
    for write in writes:
        if isinstance(write, Update) and write.key["SK"].startswith("REG#"):
            whose = keys.registration_id(write.key)
            happened = write.values.get(":happened", ())
            traces += [{"registration": whose, "fact": each["fact"], "at": each["at"]} for each in happened]
