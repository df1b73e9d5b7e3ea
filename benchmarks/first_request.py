"""Measure a new process and its first registration: `python -m benchmarks.first_request ours|floor`.

It prints the processor time of both; the responses of DynamoDB are read from standard input.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

Answers = dict[str, Any]  #: by operation
Target = tuple[Callable[[Any, Any], Any], Any]  #: a function, and the client that it asks


def main(which: str, given: str) -> None:
    """Print the milliseconds until the function could be called, and until it had responded."""
    document = json.loads(given)
    function, client = {"ours": _ours, "floor": _floor}[which]()
    started = time.process_time()
    client.meta.events.register("before-send", lambda request, **_: _answer(request, document["answers"]))
    answer = function(document["request"], None)
    ready = time.process_time()
    assert answer["statusCode"] == 201, answer
    print(json.dumps([1000 * started, 1000 * ready]))  # noqa: T201 - what the measuring process reads


def _ours() -> Target:
    from chalicelib.aws import table
    from chalicelib.web import app

    return app.answer, table.client()


def _floor() -> Target:
    """Serve the bare minimum: a route, a model, one read and one transaction."""
    import boto3
    from chalice import Chalice, Response
    from pydantic import BaseModel

    class Person(BaseModel):
        given_name: str
        family_name: str
        email: str
        language: str
        privacy_accepted: bool

    app, client = Chalice(app_name="floor"), boto3.client("dynamodb")

    @app.route("/events/{event_id}/registrations", methods=["POST"])
    def register(event_id: str) -> Response:
        request = app.current_request
        assert request is not None
        person = Person.model_validate(request.json_body)
        client.get_item(TableName="t", Key={"PK": {"S": event_id}})
        put: Any = {"TableName": "t", "Item": {"PK": {"S": person.email}}}
        client.transact_write_items(TransactItems=[{"Put": put}])
        return Response({"registration": person.model_dump()}, status_code=201)

    return app, client


def _answer(request: Any, answers: Answers) -> Any:
    from botocore.awsrequest import AWSResponse

    operation = request.headers["X-Amz-Target"].decode().partition(".")[2]
    content = json.dumps(answers[operation]).encode()
    headers: Any = {"Content-Type": "application/json"}  # any mapping will do
    return AWSResponse(request.url, 200, headers, _Raw(content))


class _Raw:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> list[bytes]:
        return [self._content]


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin.read())
