"""The functions, invoked as Lambda does: with a batch of the stream or of a queue, or by the schedule."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from chalicelib.workers import broadcasts, clock, feedback, mail, manifest, reconciler, relay, waitlist
from tests.simulation.aws import Aws
from tests.simulation.faults import NOT_DELETED, READ_TWICE, Faults
from tests.simulation.queues import Queue
from tests.simulation.tasks import Died
from tests.workers.batches import TICK

_WORKERS: dict[str, tuple[Any, Callable[..., Any], int]] = {
    "mail": (mail, mail.mail, 5),
    "waitlist": (waitlist, waitlist.waitlist, 10),
    "rounds": (broadcasts, broadcasts.rounds, 1),
    "manifest": (manifest, manifest.manifest, 1),
    "feedback": (feedback, feedback.feedback, 10),
}
_FRESH = {module: deepcopy(module._batch) for module in (mail, waitlist, broadcasts, manifest, feedback, relay)}
_MOST_RECORDS = 20

Say = Callable[[str], None]


class Functions:
    """`read` is how far the relay has come in the stream."""

    def __init__(self, aws: Aws, faults: Faults, choose: Callable[[int], int], say: Say) -> None:
        self._aws, self._faults, self._choose, self._say = aws, faults, choose, say
        self.read = 0
        self.relaying = False

    @property
    def unread(self) -> bool:
        return self.read < len(self._aws.table.stream) and not self.relaying

    def relay(self) -> None:
        """The next part of the stream, or some of it again; what fails comes again from there."""
        if self.read and self._faults.strikes(READ_TWICE):
            self.read -= self._choose(self.read) + 1
        self.relaying = True
        records = self._aws.table.stream[self.read : self.read + 1 + self._choose(_MOST_RECORDS)]
        try:
            failed = _failed(relay, relay.relay, {"Records": records})
            numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
            self.read += min((numbers.index(each) for each in failed), default=len(records))
            self._say(f"the relay has read up to {self.read}" + (f", {len(failed)} failed" if failed else ""))
        except (Died, BatchProcessingError) as error:
            self._say(f"the relay failed: {type(error).__name__}")
        finally:
            self.relaying = False

    def work(self, queue: Queue) -> None:
        """A batch of the queue's messages; those that fail come again after a while."""
        messages = queue.receive(1 + self._choose(_WORKERS[queue.name][2]))
        if not messages:
            return
        told = ", ".join(message.id for message in messages)
        try:
            module, function, _ = _WORKERS[queue.name]
            failed = _failed(module, function, queue.batch(messages))
        except (Died, BatchProcessingError) as error:
            self._say(f"{told} failed: {type(error).__name__}")
            return
        self._say(told + (f", failed: {', '.join(failed)}" if failed else " done"))
        queue.done([each for each in messages if each.id not in failed and not self._faults.strikes(NOT_DELETED)])

    def tick(self) -> None:
        """The clock's tick; what could not be done is done by the next."""
        self._by_schedule(clock.tick, "the clock ticked")

    def recount(self) -> None:
        """The reconciler's hour."""
        self._by_schedule(reconciler.reconcile, "all is counted anew")

    def _by_schedule(self, function: Callable[..., Any], said: str) -> None:
        try:
            function(TICK, None)
            self._say(said)
        except (Died, Exception) as error:
            self._say(f"not so that {said}: {type(error).__name__}")


def _failed(module: Any, function: Callable[..., Any], batch: dict[str, Any]) -> list[str]:
    """Each invocation has a processor of its own, as each running function has."""
    module._batch = deepcopy(_FRESH[module])
    answer = function(batch, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
