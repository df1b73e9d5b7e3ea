"""The local AWS as a process of its own: ministack, saved as it changes, ended with the runner.

`python -m infra.local.emulator`, with ministack's settings in the environment, prints its port once it answers. It
saves and ends when standard input is closed, so also when the runner is killed, and exits with UNREADABLE where
the saved state cannot be loaded.
"""

import asyncio
import logging
import os
import re
import signal
import socket
import sys
import time
from types import FunctionType
from typing import Any

UNREADABLE = 3

#: Saving takes at most this share of the time, and waits at least that long.
_MAX_SAVING_SHARE, _MIN_PAUSE = 0.1, 0.25

#: Actions (in X-Amz-Target) that change nothing that must survive a crash. A receipt is lost in one on purpose:
#: the next run then gets the message.
_READ_ACTIONS = {
    *("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"),
    *("GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan", "DescribeTable"),
    *("GetQueueAttributes", "GetQueueUrl", "ReceiveMessage", "GetParameter"),
}

#: The version of ministack whose queries `_patch_ministack_performance` was written and measured for.
PATCHED_MINISTACK_VERSION = "1.5.33"

#: A key condition without more: the placeholders of the partition, and of the prefix or of the first and last key.
_KEY_RANGE_CONDITION = re.compile(r"\w+ = (:\w+) AND (?:begins_with\(\w+, (:\w+)\)|\w+ BETWEEN (:\w+) AND (:\w+))")


class StateSaver:
    """ministack's ASGI app with a flag that is set by each write, and saved state soon after it."""

    def __init__(self, app: Any, save: Any) -> None:
        self._app, self._save = app, save
        self._is_dirty = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let ministack answer, and mark the state as dirty after a write."""
        await self._app(scope, receive, send)
        if scope["type"] == "http" and _is_write_request(scope):
            self._is_dirty = True

    async def keep_saving(self) -> None:
        """Save the state after changes, until cancelled."""
        duration = 0.0
        while True:
            await asyncio.sleep(max(_MIN_PAUSE, duration / _MAX_SAVING_SHARE))
            if self._is_dirty:
                self._is_dirty = False
                started_at = time.monotonic()
                self._save()
                duration = time.monotonic() - started_at


def _is_write_request(scope: Any) -> bool:
    """Return True unless the request only reads."""
    if scope["method"] in ("GET", "HEAD"):
        return False
    target = dict(scope["headers"]).get(b"x-amz-target", b"").decode("latin-1")
    return target.rpartition(".")[2] not in _READ_ACTIONS


class _ErrorCapture(logging.Handler):
    """Log handler that notices when saved state is not loaded: ministack logs that and starts with nothing."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.has_error = False

    def emit(self, record: logging.LogRecord) -> None:
        """Remember an error of ministack or its persistence."""
        self.has_error = self.has_error or record.name in ("persistence", "ministack")


def main() -> int:
    """Serve until standard input is closed; return the exit code."""
    for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signal_number, signal.SIG_IGN)  # the runner ends it, once the streams are drained
    server_socket = socket.create_server(("127.0.0.1", 0), backlog=256)
    from ministack import app as ministack
    from ministack.core import hypercorn_compat, persistence

    for name in ("dynamodb", "dynamodb_streams", "sqs", "s3", "ssm"):
        ministack._get_module(name)  # import it now, while the runner loads the app
    _patch_ministack_performance()
    errors = _ErrorCapture()
    logging.getLogger().addHandler(errors)
    hypercorn_compat.install()
    state_saver = StateSaver(ministack.app, lambda: persistence.save_all(ministack._build_persistence_save_dict()))
    asyncio.run(_serve(state_saver, server_socket, errors))
    return UNREADABLE if errors.has_error else 0


def _patch_ministack_performance() -> None:
    """Let ministack's queries look only at the keys that are asked for.

    Unpatched, it parses and tries the key condition on every item of the partition: for an event of 3,000 items
    that is 120 ms a query, and 0.3 ms with the patch. It runs ministack's own `_query` on a table of the matching
    items, with a key condition that is always true. The patch fits PATCHED_MINISTACK_VERSION, which a test
    compares with the installed one.
    """
    from ministack.services import dynamodb

    query = dynamodb._query

    def query_key_range(request: Any) -> Any:
        key_range = _KEY_RANGE_CONDITION.fullmatch(request.get("KeyConditionExpression") or "")
        table = dynamodb._tables.get(dynamodb._normalize_table_name(request.get("TableName")))
        if not key_range or not table or request.get("IndexName"):
            return query(request)
        narrowed = _narrow_table(table, key_range, request["ExpressionAttributeValues"])
        replaced: dict[str, Any] = {"_tables": {table["TableName"]: narrowed}}
        if not request.get("FilterExpression"):
            replaced["_evaluate_condition"] = lambda *_, **__: True
        return FunctionType(query.__code__, {**vars(dynamodb), **replaced})(request)

    dynamodb._query = query_key_range


def _narrow_table(table: Any, key_range: "re.Match[str]", values: Any) -> Any:
    """Return the table with only the items whose keys lie in the range."""
    partition_name, prefix, first, last = key_range.groups()
    partition = values[partition_name]["S"]
    all_items = table["items"].get(partition, {}).items()
    if prefix:
        items = {key: item for key, item in all_items if key.startswith(values[prefix]["S"])}
    else:
        items = {key: item for key, item in all_items if values[first]["S"] <= key <= values[last]["S"]}
    return {**table, "items": {partition: items}}


async def _serve(state_saver: StateSaver, server_socket: socket.socket, errors: _ErrorCapture) -> None:
    """Serve on the socket until the runner ends; save meanwhile where the data is to be kept."""
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"fd://{server_socket.fileno()}"]
    config.keep_alive_timeout = 3600
    config.graceful_timeout = 2
    config.loglevel = "ERROR"
    stop_event = asyncio.Event()
    announcement = asyncio.create_task(_announce_port(server_socket.getsockname()[1], errors, stop_event))
    is_persistent = os.environ.get("PERSIST_STATE") == "1"
    savers = [asyncio.create_task(state_saver.keep_saving())] if is_persistent else []
    await serve(state_saver, config, shutdown_trigger=stop_event.wait)
    for task in (announcement, *savers):
        task.cancel()


async def _announce_port(port: int, errors: _ErrorCapture, stop_event: asyncio.Event) -> None:
    """Print the port once the server answers, then wait for the runner to close standard input."""
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
    """Make messages visible again that an earlier run had received and not deleted."""
    from ministack.services import sqs

    for queue in sqs._queues._data.values():
        for message in queue["messages"]:
            if message.get("receive_count"):
                message["visible_at"] = 0


if __name__ == "__main__":
    sys.exit(main())
