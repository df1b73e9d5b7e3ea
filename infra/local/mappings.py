"""What the app has registered, wired to the local stack: nothing is wired twice."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from chalice.app import Chalice, DynamoDBEventConfig, ScheduledEventConfig, SQSEventConfig

from infra.local.functions import Functions, WorkCounter
from infra.local.poller import Poller
from infra.local.queue_mapping import QueueMapping
from infra.local.schedule import Schedule
from infra.local.stack import Stack
from infra.local.stream_mapping import StreamMapping

#: Where the positions of stream records go that the relay could not read.
DEAD_LETTERS = "RelayDeadLetters"
_PAUSE, _MIN_WAIT = 0.02, 0.1  # seconds


@dataclass(frozen=True)
class Mappings:
    """Everything that gives the functions work, by kind."""

    queues: tuple[QueueMapping, ...]
    streams: tuple[StreamMapping, ...]
    schedules: tuple[Schedule, ...]

    def start(self) -> None:
        for poller in (*self.schedules, *self.streams, *self.queues):
            poller.start()

    def stop(self, seconds: float) -> bool:
        """Stop what makes changes, let the streams tell the last of them, and stop those too.

        All of it takes at most the time given. Says whether nothing was left untold.
        """
        ends = time.monotonic() + seconds
        finished = _stop_pollers((*self.schedules, *self.queues), ends)
        while time.monotonic() < ends and not self.has_drained_streams():
            time.sleep(_PAUSE)
        return _stop_pollers(self.streams, ends) and finished and self.has_drained_streams()

    def has_drained_streams(self) -> bool:
        return all(one.is_drained() for one in self.streams)


def _stop_pollers(pollers: Sequence[Poller], deadline: float) -> bool:
    """Let each finish what it has begun; says whether all did by then."""
    for poller in pollers:
        poller.stopping.set()
    ended = [poller.wait_until_ended(max(_MIN_WAIT, deadline - time.monotonic())) for poller in pollers]
    return all(ended)


def build(app: Chalice, stack: Stack, work: WorkCounter, *, catch_up: bool) -> Mappings:
    """The mappings of the app's functions; with `catch_up` the stream's are given the whole table first."""
    functions = Functions(app.handler_map, work)
    sources = app.event_sources
    return Mappings(
        queues=tuple(
            QueueMapping(functions, source.name, stack.queue_urls[str(source.queue)], source.batch_size)
            for source in sources
            if isinstance(source, SQSEventConfig)
        ),
        streams=tuple(
            StreamMapping(
                functions,
                source.name,
                stack,
                batch_size=source.batch_size,
                dead_letters_url=stack.queue_urls[DEAD_LETTERS],
                catch_up=catch_up,
            )
            for source in sources
            if isinstance(source, DynamoDBEventConfig)
        ),
        schedules=tuple(
            Schedule(functions, source.name, _read_expression(source))
            for source in sources
            if isinstance(source, ScheduledEventConfig)
        ),
    )


def _read_expression(source: ScheduledEventConfig) -> str:
    written = source.schedule_expression
    return written if isinstance(written, str) else str(written.to_string())
