"""The local AWS as a process of its own: ministack, saved as it changes, ended with the runner.

`python -m infra.local.emulator`, with ministack's settings in the environment: writes its port on
standard output when it answers, saves and ends when standard input is closed (so also when the
runner is killed), and exits with UNREADABLE where it could not take up what it had saved.
"""

import asyncio
import logging
import os
import re
import signal
import socket
import sys
import time
from functools import lru_cache
from types import FunctionType
from typing import Any

UNREADABLE = 3

#: Saving takes at most this share of the time, and waits at least that long.
_MAX_SAVING_SHARE, _MIN_PAUSE = 0.1, 0.25

#: What changes nothing that must outlive a crash, by the action in X-Amz-Target. A receipt is
#: forgotten by a crash on purpose: the message is then there for the next run.
_READ_ACTIONS = {
    *("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"),
    *("GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan", "DescribeTable"),
    *("GetQueueAttributes", "GetQueueUrl", "ReceiveMessage", "GetParameter"),
}

#: A plain range of keys: the values' names of the partition, and of the prefix or of the first key and the last.
_KEY_RANGE_CONDITION = re.compile(r"\w+ = (:\w+) AND (?:begins_with\(\w+, (:\w+)\)|\w+ BETWEEN (:\w+) AND (:\w+))")


class StateSaver:
    """ministack's ASGI app, which notes that something was changed, and saves it soon."""

    def __init__(self, app: Any, save: Any) -> None:
        self._app, self._save = app, save
        self._is_dirty = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._app(scope, receive, send)
        if scope["type"] == "http" and _is_write_request(scope):
            self._is_dirty = True

    async def keep_saving(self) -> None:
        """Save what changed, until cancelled."""
        took = 0.0
        while True:
            await asyncio.sleep(max(_MIN_PAUSE, took / _MAX_SAVING_SHARE))
            if self._is_dirty:
                self._is_dirty = False
                began = time.monotonic()
                self._save()
                took = time.monotonic() - began


def _is_write_request(scope: Any) -> bool:
    if scope["method"] in ("GET", "HEAD"):
        return False
    target = dict(scope["headers"]).get(b"x-amz-target", b"").decode("latin-1")
    return target.rpartition(".")[2] not in _READ_ACTIONS


class _ErrorCapture(logging.Handler):
    """Notices that saved state was not taken up: ministack logs that and begins with nothing."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.has_error = False

    def emit(self, record: logging.LogRecord) -> None:
        self.has_error = self.has_error or record.name in ("persistence", "ministack")


def main() -> int:
    """Serve until standard input is closed."""
    for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wish, signal.SIG_IGN)  # the runner says when to end: after what is left is told
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    from ministack import app as ministack
    from ministack.core import hypercorn_compat, persistence

    for name in ("dynamodb", "dynamodb_streams", "sqs", "s3", "ssm"):
        ministack._get_module(name)  # now, while the runner loads the app, and not at the first request
    _patch_ministack_performance()
    complaints = _ErrorCapture()
    logging.getLogger().addHandler(complaints)
    hypercorn_compat.install()
    served = StateSaver(ministack.app, lambda: persistence.save_all(ministack._build_persistence_save_dict()))
    asyncio.run(_serve(served, listening, complaints))
    return UNREADABLE if complaints.has_error else 0


def _patch_ministack_performance() -> None:
    """ministack takes an expression apart for each item that it is tried on, and sorts and tries all of an event,
    which has thousands, for each query: what it takes apart is kept, and of an event it sees what lies between the
    keys that are asked for, and need not try it again."""
    from ministack.services import dynamodb

    for name in ("_tokenize", "_condition_syntax_error"):  # pure, and what they answer is only read
        setattr(dynamodb, name, lru_cache(maxsize=1024)(getattr(dynamodb, name)))
    query = dynamodb._query

    def queried(request: Any) -> Any:
        plain = _KEY_RANGE_CONDITION.fullmatch(request.get("KeyConditionExpression") or "")
        table = dynamodb._tables.get(dynamodb._normalize_table_name(request.get("TableName")))
        if not plain or not table or request.get("IndexName"):
            return query(request)
        narrowed = _narrow_table(table, plain, request["ExpressionAttributeValues"])
        found: dict[str, Any] = {"_tables": {table["TableName"]: narrowed}}
        if not request.get("FilterExpression"):
            found["_evaluate_condition"] = lambda *_, **__: True
        return FunctionType(query.__code__, {**vars(dynamodb), **found})(request)

    dynamodb._query = queried


def _narrow_table(table: Any, key_range: "re.Match[str]", values: Any) -> Any:
    """The table with nothing in it but the items that the query is about."""
    equals, prefix, first, last = key_range.groups()
    partition = values[equals]["S"]
    everything = table["items"].get(partition, {}).items()
    if prefix:
        items = {key: item for key, item in everything if key.startswith(values[prefix]["S"])}
    else:
        items = {key: item for key, item in everything if values[first]["S"] <= key <= values[last]["S"]}
    return {**table, "items": {partition: items}}


async def _serve(state_saver: StateSaver, server_socket: socket.socket, errors: _ErrorCapture) -> None:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"fd://{server_socket.fileno()}"]
    config.keep_alive_timeout = 3600
    config.graceful_timeout = 2
    config.loglevel = "ERROR"
    ended = asyncio.Event()
    announced = asyncio.create_task(_announce_port(server_socket.getsockname()[1], errors, ended))
    keeps = os.environ.get("PERSIST_STATE") == "1"
    saving = (
        [asyncio.create_task(state_saver.keep_saving())] if keeps else []
    )  # where nothing is kept, nothing is saved
    await serve(state_saver, config, shutdown_trigger=ended.wait)
    for task in (announced, *saving):
        task.cancel()


async def _announce_port(port: int, errors: _ErrorCapture, stop_event: asyncio.Event) -> None:
    """Say the port once the server answers, then wait for the runner to end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /_ministack/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    await reader.readline()
    writer.close()
    if errors.has_error:
        # Ending the usual way would write the empty state over what could not be read.
        os._exit(UNREADABLE)
    _release_unfinished_messages()
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.buffer.read)
    stop_event.set()


def _release_unfinished_messages() -> None:
    """Show messages again that a run before this one had received and not finished."""
    from ministack.services import sqs

    for queue in sqs._queues._data.values():
        for message in queue["messages"]:
            if message.get("receive_count"):
                message["visible_at"] = 0


if __name__ == "__main__":
    sys.exit(main())
