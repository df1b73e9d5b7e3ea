"""Invoke the functions as Lambda does: with a batch of the stream or of a queue, or by the schedule."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from chalicelib.workers import broadcasts, clock, feedback, mail, manifest, reconciler, relay, waitlist
from testing.batches import TICK
from testing.faulty_aws.aws import Aws
from testing.faulty_aws.faults import NOT_DELETED, READ_TWICE, Faults
from testing.faulty_aws.sqs import Queue
from testing.faulty_aws.tasks import Died

_WORKERS: dict[str, tuple[Any, Callable[..., Any], int]] = {
    "mail": (mail, mail.mail, 5),
    "waitlist": (waitlist, waitlist.waitlist, 10),
    "rounds": (broadcasts, broadcasts.rounds, 1),
    "manifest": (manifest, manifest.manifest, 1),
    "feedback": (feedback, feedback.feedback, 10),
}
_FRESH_BATCHES = {
    module: deepcopy(module._processor) for module in (mail, waitlist, broadcasts, manifest, feedback, relay)
}
_MOST_RECORDS = 20

LogLine = Callable[[str], None]


class Functions:
    """The functions of a world; `read_position` is how far the relay has come in the stream."""

    def __init__(self, aws: Aws, faults: Faults, choose: Callable[[int], int], say: LogLine) -> None:
        self._aws, self._faults, self._choose, self._log_line = aws, faults, choose, say
        self.read_position = 0
        self.is_relaying = False

    @property
    def has_unread(self) -> bool:
        """Return True if the stream has records that no invocation is relaying."""
        return self.read_position < len(self._aws.table.stream) and not self.is_relaying

    def relay(self) -> None:
        """Relay the next records of the stream, or some of them again.

        A record that fails is read again, with all behind it.
        """
        if self.read_position and self._faults.inject(READ_TWICE):
            self.read_position -= self._choose(self.read_position) + 1
        self.is_relaying = True
        records = self._aws.table.stream[self.read_position : self.read_position + 1 + self._choose(_MOST_RECORDS)]
        try:
            failed_numbers = invoke_worker(relay, relay.relay, {"Records": records})
            numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
            self.read_position += min((numbers.index(number) for number in failed_numbers), default=len(records))
            self._log_line(
                f"the relay has read up to {self.read_position}"
                + (f", {len(failed_numbers)} failed" if failed_numbers else "")
            )
        except (Died, BatchProcessingError) as error:
            self._log_line(f"the relay failed: {type(error).__name__}")
        finally:
            self.is_relaying = False

    def process_queue(self, queue: Queue) -> None:
        """Process a batch of the queue's messages; those that fail are delivered again after a while."""
        messages = queue.receive(1 + self._choose(_WORKERS[queue.name][2]))
        if not messages:
            return
        names = ", ".join(message.id for message in messages)
        try:
            module, function, _ = _WORKERS[queue.name]
            failed = invoke_worker(module, function, queue.build_batch(messages))
        except (Died, BatchProcessingError) as error:
            self._log_line(f"{names} failed: {type(error).__name__}")
            return
        self._log_line(names + (f", failed: {', '.join(failed)}" if failed else " done"))
        queue.delete(
            [message for message in messages if message.id not in failed and not self._faults.inject(NOT_DELETED)]
        )

    def tick(self) -> None:
        """Run the clock's tick; what fails is done by the next tick."""
        self._run_scheduled(clock.tick, "the clock ticked")

    def recount(self) -> None:
        """Run the reconciler."""
        self._run_scheduled(reconciler.reconcile, "all is counted anew")

    def _run_scheduled(self, function: Callable[..., Any], outcome: str) -> None:
        try:
            function(TICK, None)
            self._log_line(outcome)
        except (Died, Exception) as error:
            self._log_line(f"not so that {outcome}: {type(error).__name__}")


def invoke_worker(module: Any, function: Callable[..., Any], batch: dict[str, Any]) -> list[str]:
    """Invoke the worker with a batch processor of its own, and return the ids of the records that failed."""
    module._processor = deepcopy(_FRESH_BATCHES[module])
    answer = function(batch, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
