"""The adapter between the workers and Chalice: what triggers each function, and the events that Lambda brings.

The workers' other modules import no framework. A handler's module and name are its path in the template, so both
stay what they are.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import chalice
from chalice.app import CloudWatchEvent, DynamoDBEvent, SQSEvent

LambdaEvent = dict[str, Any]  #: as Lambda hands it over, in JSON's types
BatchHandler = Callable[[LambdaEvent], Any]

#: Chalice wants an ARN; infra/resources.yaml replaces it with the table's own.
_STREAM_ARN = "arn:aws:dynamodb:eu-west-1:000000000000:table/given-by-the-template/stream/latest"


class Blueprint(chalice.Blueprint):
    """The functions of one worker module, registered with the app in app.py."""

    def on_queue(self, queue: str, *, batch_size: int, name: str) -> Callable[[BatchHandler], Any]:
        """Call the handler with each batch of the SQS queue."""

        def decorate(handler: BatchHandler) -> Any:
            @wraps(handler)
            def call(event: SQSEvent) -> Any:
                return handler(event.to_dict())

            return self.on_sqs_message(queue=queue, batch_size=batch_size, name=name)(call)

        return decorate

    def on_stream(self, *, batch_size: int, name: str) -> Callable[[BatchHandler], Any]:
        """Call the handler with each batch of changes of the table."""

        def decorate(handler: BatchHandler) -> Any:
            @wraps(handler)
            def call(event: DynamoDBEvent) -> Any:
                return handler(event.to_dict())

            return self.on_dynamodb_record(stream_arn=_STREAM_ARN, batch_size=batch_size, name=name)(call)

        return decorate

    def on_schedule(self, expression: str, *, name: str) -> Callable[[Callable[[], None]], Any]:
        """Call the function by the schedule, whose events say nothing."""

        def decorate(run: Callable[[], None]) -> Any:
            @wraps(run)
            def call(_event: CloudWatchEvent) -> None:
                run()

            return self.schedule(expression, name=name)(call)

        return decorate
