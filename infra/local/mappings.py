"""The app's event sources, connected to the local stack, each once."""

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

#: The queue of the positions of stream records that the relay could not read.
DEAD_LETTERS = "RelayDeadLetters"
_PAUSE, _MIN_WAIT = 0.02, 0.1  # seconds


@dataclass(frozen=True)
class Mappings:
    """The pollers that invoke the functions, by kind."""

    queues: tuple[QueueMapping, ...]
    streams: tuple[StreamMapping, ...]
    schedules: tuple[Schedule, ...]

    def start(self) -> None:
        """Start all pollers."""
        for poller in (*self.schedules, *self.streams, *self.queues):
            poller.start()

    def stop(self, seconds: float) -> bool:
        """Stop the pollers that cause changes, drain the streams, and stop those too, within the time.

        Return True if everything was drained.
        """
        deadline = time.monotonic() + seconds
        has_finished = _stop_pollers((*self.schedules, *self.queues), deadline)
        while time.monotonic() < deadline and not self.has_drained_streams():
            time.sleep(_PAUSE)
        return _stop_pollers(self.streams, deadline) and has_finished and self.has_drained_streams()

    def has_drained_streams(self) -> bool:
        """Return True if no stream has unread records."""
        return all(stream.is_drained() for stream in self.streams)


def _stop_pollers(pollers: Sequence[Poller], deadline: float) -> bool:
    """Let each finish what it has begun; return True if all did before the deadline."""
    for poller in pollers:
        poller.stopping.set()
    ended = [poller.wait_until_ended(max(_MIN_WAIT, deadline - time.monotonic())) for poller in pollers]
    return all(ended)


def build(app: Chalice, stack: Stack, work: WorkCounter, *, catch_up: bool) -> Mappings:
    """Build the mappings of the app's functions; with `catch_up` the streams start with the whole table."""
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
    expression = source.schedule_expression
    return expression if isinstance(expression, str) else str(expression.to_string())
