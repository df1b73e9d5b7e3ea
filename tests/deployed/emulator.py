"""`python -m tests.deployed.emulator PYTHON FOLDER`: ministack, which runs the functions with that interpreter.

In the folder it leaves what is known nowhere else: each permission that a function asked for, a line of JSON in
`asked`, and each request to send a mail that SES took, as `mails/{n}.json`. Writes its port on standard output
when it answers, and ends when standard input is closed.
"""

import asyncio
import base64
import json
import os
import socket
import sys
import threading
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from pathlib import Path
from typing import Any

_SEND = "/v2/email/outbound-emails"


def main(python: str, folder: Path) -> None:
    (folder / "mails").mkdir()
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    # Before ministack is imported: where the functions find AWS.
    os.environ["GATEWAY_PORT"] = str(listening.getsockname()[1])
    from ministack import app
    from ministack.core import hypercorn_compat, iam_actions, iam_evaluator, lambda_runtime

    worker = lambda_runtime._PYTHON_WORKER_SCRIPT
    lambda_runtime._detect_runtime_binary = lambda _runtime: (python, worker)
    iam_actions._ses_v2_resource_arn = _wrap_ses_resource(iam_actions._ses_v2_resource_arn)
    iam_evaluator.enforce = _wrap_enforce(iam_evaluator.enforce, folder / "asked")
    pinned = app.pin_request_origin
    app.pin_request_origin = lambda ip, _secure: pinned(ip, True)  # nothing here speaks TLS
    hypercorn_compat.install()
    asyncio.run(_serve(_wrap_app(app.app, folder / "mails"), listening))


def _wrap_enforce(enforce: Any, asked: Path) -> Any:
    """ministack knows permissions for SQS's batch calls; in AWS those of the single calls cover them."""
    from ministack.core.iam_evaluator import resolve_principal
    from ministack.core.responses import get_account_id

    lock = threading.Lock()

    def enforced(access_key: str, action: str, *given: Any, resource_arn: str = "*", **more: Any) -> Any:
        action = action.removesuffix("Batch") if action.startswith("sqs:") else action
        refused = enforce(access_key, action, *given, resource_arn=resource_arn, **more)
        principal = getattr(resolve_principal(access_key or "", get_account_id()), "arn", "")
        if ":assumed-role/" in principal:
            function = principal.rpartition("/")[2]
            line = {"function": function, "action": action, "resource": resource_arn, "allowed": not refused}
            with lock, asked.open("a") as lines:
                lines.write(json.dumps(line) + "\n")
        return refused

    return enforced


def _wrap_ses_resource(resource_of: Any) -> Any:
    """In AWS sending is permitted for the sender's identity; ministack asks for any."""

    def resource(method: str, path: str, body: bytes, region: str, account: str) -> str:
        if path != _SEND:
            return str(resource_of(method, path, body, region, account))
        raw = base64.b64decode(json.loads(body)["Content"]["Raw"]["Data"])
        sender = parseaddr(str(BytesHeaderParser().parsebytes(raw)["From"]))[1]
        return f"arn:aws:ses:{region}:{account}:identity/{sender.partition('@')[2]}"

    return resource


def _wrap_app(app: Any, mails: Path) -> Any:
    """ministack itself drops the attachments of what it takes."""

    async def kept(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != _SEND:
            await app(scope, receive, send)
            return
        body = bytearray()

        async def received() -> Any:
            event = await receive()
            body.extend(event.get("body", b""))
            return event

        async def answered(event: Any) -> None:
            if event.get("status") == 200:
                unfinished = mails / "unfinished"
                unfinished.write_bytes(bytes(body))
                unfinished.rename(mails / f"{len(list(mails.glob('*.json'))) + 1}.json")
            await send(event)

        await app(scope, received, answered)

    return kept


async def _serve(app: Any, listening: socket.socket) -> None:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"fd://{listening.fileno()}"]
    config.loglevel = "ERROR"
    config.graceful_timeout = 1
    ended = asyncio.Event()

    async def announce() -> None:
        """Print the port once the server answers, then wait for the starting process to end."""
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        writer.write(b"GET /_ministack/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        await reader.readline()
        writer.close()
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.buffer.read)
        ended.set()

    announced = asyncio.create_task(announce())
    await serve(app, config, shutdown_trigger=ended.wait)
    announced.cancel()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
