"""The audit for known vulnerabilities, and what it does where no database can be asked."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from infra import audit
from testing.account import ROOT

KNOWN = json.dumps({"vulnerabilities": [{"id": "PYSEC-2014-8"}]})


@contextmanager
def index(status: int, body: str) -> Iterator[str]:
    """The address of an index that answers like this."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            """It says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "can_be"),
    [(200, KNOWN, True), (200, '{"vulnerabilities": []}', False), (200, "{}", False), (200, "<html>", False),
     (404, KNOWN, False), (503, "", False)],
)  # fmt: skip
def test_who_knows_of_no_vulnerability_is_not_asked(status: int, body: str, can_be: bool) -> None:
    """A mirror that answers for every package, but without its vulnerabilities, would find none anywhere."""
    with index(status, body) as address:
        assert audit.is_vulnerability_database(address) is can_be


def test_where_nobody_can_be_asked_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its end is neither that of an audit that found nothing nor that of one that did."""
    with index(404, "") as address:
        monkeypatch.setattr(audit, "_KNOWN_VULNERABLE_URL", address)
        assert audit.main() == audit.NOT_AUDITED
    assert capsys.readouterr().err.startswith("NOT AUDITED: no database could be asked for known vulnerabilities")


@pytest.mark.parametrize("found", [0, 1])
def test_where_it_can_be_asked_its_answer_counts(monkeypatch: pytest.MonkeyPatch, found: int) -> None:
    """Of all that is pinned, strictly: what cannot be looked up is an error as well."""
    asked: list[list[str]] = []

    def run(command: list[str], **_: Any) -> SimpleNamespace:
        asked.append(command)
        return SimpleNamespace(returncode=found)

    monkeypatch.setattr(subprocess, "run", run)
    with index(200, KNOWN) as address:
        monkeypatch.setattr(audit, "_KNOWN_VULNERABLE_URL", address)
        assert audit.main() == found
    assert {"--strict", "--requirement=requirements-dev.txt"} < set(asked[0])


@pytest.mark.parametrize(("ended", "green"), [(0, True), (audit.NOT_AUDITED, True), (1, False), (2, False)])
def test_lint_is_green_without_an_audit_but_not_with_a_vulnerability(
    tmp_path: Path, ended: int, green: bool
) -> None:
    """`make lint`, with all other checks passed; only a true audit counts for the rest of the day."""
    (tmp_path / ".ready").touch()
    for name in ("ruff", "mypy", "bandit", "detect-secrets-hook"):
        (tmp_path / name).symlink_to("/bin/true")
    (tmp_path / "python").write_text(f'#!/bin/sh\n[ "$2" != infra.audit ] || exit {ended}\n')
    (tmp_path / "python").chmod(0o755)
    command = ["make", "--silent", "lint", f"VENV={tmp_path}", f"BIN={tmp_path}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) is green, done.stderr
    assert bool(list(tmp_path.glob(".audited-*"))) is (ended == 0)
