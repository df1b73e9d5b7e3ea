"""The runner as a process: started, asked, stopped, killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from testing.account import ROOT
from tests.local.watched import eventually


@dataclass
class Runner:
    """A run on a free port."""

    process: "subprocess.Popen[str]"
    port: int

    def ask(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status, and the document answered, or the text of anything else."""
        method = "GET" if body is None else "POST"
        written = None if body is None else json.dumps(body).encode()
        url = f"http://127.0.0.1:{self.port}{path}"
        known = {"Accept-Language": "en", "Content-Type": "application/json"}
        try:
            answer = urllib.request.urlopen(urllib.request.Request(url, written, known | headers, method=method))
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            text = answer.read().decode()
            is_json = "json" in answer.headers["Content-Type"]
            return answer.status, json.loads(text) if is_json else text

    def subjects(self) -> list[str]:
        assert self.ask("/_local/idle") == (200, {"idle": True})
        return [mail["subject"] for mail in self.ask("/_local/mails")[1]["mails"]]

    def started(self) -> "Runner":
        """Wait for the last line of the beginning."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("Stop with Ctrl-C"):
                return self
        raise AssertionError(self.process.stderr and self.process.stderr.read())

    def stop(self, how: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """Exit code, and what was said on standard error."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        _, said = self.process.communicate(timeout=20)
        return self.process.returncode, said


Start = Callable[..., Runner]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts runners, which end with the test."""
    started: list[Runner] = []

    def begin(data: Path | str, port: int | None = None, **environment: str) -> Runner:
        port = port or _free_port()
        given = {**os.environ, "DATA": str(data), "PORT": str(port), "NOW": "", **environment}
        command = [sys.executable, "-m", "tests.local.small_app"]
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command, cwd=ROOT, env=given, stdout=pipe, stderr=pipe, text=True, preexec_fn=_heed_ctrl_c
        )
        started.append(Runner(process, port))
        return started[-1]

    yield begin
    for runner in started:
        with suppress(ValueError):  # it has been stopped
            runner.stop(signal.SIGKILL)


def _heed_ctrl_c() -> None:
    """As a program does that is started from a terminal; one that is started behind others ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _runs(pid: int) -> bool:
    """Whether the process still does something; one that ended may await its parent's notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_was_done_outlives_stops_and_kills(start: Start, tmp_path: Path) -> None:
    """After Ctrl-C the next run continues where it stood.

    After a kill the stream's unread records are gone, but the table is not: the next run relays what was
    committed.
    """
    stopped = start(tmp_path).started()
    stopped.ask("/things/one", {})
    assert stopped.subjects() == ["Hello one"]
    assert stopped.ask("/_local/clock", {"advance": "PT25H"})[1]["now"].startswith("2019-11-02T08:00:")
    assert stopped.ask("/nowhere")[0] == 404
    assert stopped.stop(signal.SIGINT) == (0, "")

    killed = start(tmp_path, RELAY_HANGS="1").started()
    [emulator] = _children(killed.process.pid)
    assert killed.ask("/things/two", {}) == (200, {"name": "two"})
    assert killed.ask("/_local/idle?timeout=0.1")[0] == 504
    killed.process.kill()

    again = start(tmp_path).started()
    assert not _runs(emulator)
    assert again.subjects()[:1] == ["Hello one"]
    assert "Hello two" in again.subjects()
    sent = {mail["subject"]: mail["sent_at"][:15] for mail in again.ask("/_local/mails")[1]["mails"]}
    assert sent["Hello two"] == "2019-11-02T08:0"
    assert again.stop(signal.SIGTERM) == (0, "")


def test_data_that_is_not_kept_leaves_nothing(start: Start, tmp_path: Path) -> None:
    """`DATA=` is a folder for this run only."""
    runner = start("", TMPDIR=str(tmp_path), NOW="2020-05-05T15:00").started()
    assert [folder.name[:11] for folder in tmp_path.iterdir()] == ["tilmelding-"]
    assert runner.ask("/_local/clock", {"advance": "PT0S"})[1]["now"].startswith("2020-05-05T13:00:")

    assert runner.stop() == (0, "")

    assert list(tmp_path.iterdir()) == []


def _damage(folder: Path) -> None:
    (folder / "aws").mkdir(parents=True)
    (folder / "aws" / "sqs.json").write_text("not JSON")


@pytest.mark.parametrize(
    ("environment", "prepare", "said"),
    [
        ({"PORT": "lots"}, None, "PORT is “lots”"),
        ({"NOW": "soon"}, None, "NOW is “soon”"),
        ({}, _damage, "is damaged (aws/sqs.json cannot be read)"),
        ({}, Path.touch, "cannot be written"),
    ],
)
def test_what_keeps_it_from_starting_is_said_in_a_sentence(
    start: Start, tmp_path: Path, environment: dict[str, str], prepare: Callable[[Path], None] | None, said: str
) -> None:
    """No traceback, exit code 1."""
    data = tmp_path / "data"
    if prepare:
        prepare(data)

    runner = start(data, **environment)
    _, errors = runner.process.communicate(timeout=20)

    assert (runner.process.returncode, said in errors, errors.count("\n")) == (1, True, 1), errors


def test_a_port_in_use_is_said_before_anything_is_touched(start: Start, tmp_path: Path) -> None:
    """The data folder is not even made."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        runner = start(tmp_path / "data", port=port)
        _, errors = runner.process.communicate(timeout=20)

    assert runner.process.returncode == 1
    assert errors.startswith(f"Port {port} is in use")
    assert not (tmp_path / "data").exists()


def test_the_end_of_the_local_aws_ends_the_run(start: Start, tmp_path: Path) -> None:
    """With a sentence that says where to look."""
    runner = start(tmp_path).started()
    [emulator] = _children(runner.process.pid)
    os.kill(emulator, signal.SIGKILL)

    _, errors = runner.process.communicate(timeout=30)

    assert runner.process.returncode == 1
    assert "The local AWS ended by itself" in errors
    assert "Traceback" not in errors


def test_ctrl_c_while_starting_ends_cleanly(start: Start, tmp_path: Path) -> None:
    """At whatever point it comes; what is left is one to start with."""
    for seconds in (0.3, 0.6, 0.9, 1.2):
        runner = start(tmp_path)
        with suppress(AssertionError):
            eventually(lambda: False, seconds)
        code, errors = runner.stop()
        assert (code, errors) in ((0, ""), (-signal.SIGINT, errors)), errors
    start(tmp_path).started()
