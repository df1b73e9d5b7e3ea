"""Check what is promised about links, by a record of who wrote what that owes nothing to the code's own.

The link in the answer to a registration opens what came through it, and no more: nothing that was written by the
mailed link or an organiser, or for another registration of the address. No participant is locked out by another.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from chalicelib import facts
from chalicelib.auth import link_tokens
from chalicelib.aws.keys import RegistrationKey
from chalicelib.registration.model import derive_registration_id
from chalicelib.settings import settings
from testing.faulty_aws.aws import Aws
from testing.faulty_aws.stream import WriteRecord
from testing.faulty_aws.tasks import Tasks
from tests.simulation import site
from tests.simulation.site import MAILED, ORGANISER, Call

MAX_CHANGES_AN_HOUR = 20  #: by one link, as it is promised, not as the code has it
_BEGINNINGS = {facts.Confirmed.kind, facts.Joined.kind}
#: What only the holder of a link does, or an organiser.
_OWN_KINDS = {
    facts.Changed.kind,
    facts.Cancelled.kind,
    facts.Accepted.kind,
    facts.Declined.kind,
    facts.PlaceKept.kind,
    facts.CheckedIn.kind,
    facts.CheckInUndone.kind,
    facts.Prioritised.kind,
}
#: Who wrote an organisation, and whose health a note is about.
_WRITERS, _NAMES = re.compile(r"written by ([\w-]+)"), re.compile(r"As (\w+) likes it")


def build_mark(source: str, number: int) -> str:
    """Build a text that says who wrote it, to be written as the organisation."""
    return f"written by {source} {number}"


@dataclass
class _Life:
    """A registration of an address, from when it is made until it is erased or made anew, by record numbers.

    `source` is that of the call that made it. From `closed_at` on its answer's link shows the status alone, and
    before `cancelled_at` the address is taken. `link` is its answer's link, once one was given out, and `changes`
    counts changes by source and hour.
    """

    source: str
    begun_at: int
    closed_at: int | None = None
    cancelled_at: int | None = None
    ended_at: int | None = None
    link: str = ""
    changes: Counter[tuple[str, str]] = field(default_factory=Counter)


class LinkWatch:
    """A watch over the links of a world, which sends the calls and reads each record of the stream once."""

    def __init__(self, aws: Aws, tasks: Tasks, log_line: Callable[[str], None]) -> None:
        self._aws, self._tasks, self._log_line = aws, tasks, log_line
        self._seen = 0
        self._lives: dict[str, list[_Life]] = defaultdict(list)  #: by the id of the registration
        self._names: dict[str, set[str]] = defaultdict(set)  #: by the source that posted them

    def send(self, call: Call) -> tuple[int, Any]:
        """Send the call, and check its answer; otherwise as `site.send`."""
        self._names[call.source].update(each["given_name"] for each in _list_people(call))
        since = len(self._aws.table.stream)
        status, answer = site.send(call, self._tasks, self._log_line)
        self.look()
        if status not in site.DONE:
            self._check_refused(call, answer, since)
        elif answer and call.source not in (MAILED, ORGANISER):
            self._check_opened(call, answer, since)
        return status, answer

    def _check_refused(self, call: Call, answer: dict[str, Any], since: int) -> None:
        """Check that no one is locked out by another, and that no call was refused for others' health."""
        problem = site.get_problem(answer)
        assert problem != "only-the-person", (call, answer)
        if problem == "open-the-mailed-link":
            assert call.source not in (MAILED, ORGANISER), call
        elif problem == "changed-too-often":
            self._check_changed_often(call)
        elif problem == "already-registered":
            assert any(self._is_taken(each, since) for each in _list_ids(call)), (call, "nothing is in the way")
        else:
            assert problem != "too-many-registrations" or call.address != Call.address, (call, "is locked out")

    def look(self) -> None:
        """Follow what was written since the last look, and check that each write was open to its link."""
        written = self._aws.stream_reader.written
        for number in range(self._seen, len(written)):
            if written[number].kind == RegistrationKey.KIND:
                self._follow(written[number], self._aws.sources[number], number)
        self._seen = len(written)

    def _follow(self, record: WriteRecord, source: str, number: int) -> None:
        lives, kinds = self._lives[record.suffix], {fact.kind for fact in record.facts}
        if kinds & _BEGINNINGS:
            if lives:
                lives[-1].ended_at = number
            lives.append(_Life(source, number))
        elif lives:
            if source and kinds & {*_OWN_KINDS, facts.Erased.kind}:
                _check_written(lives[-1], kinds, source, number)
            if facts.Changed.kind in kinds and record.new:
                lives[-1].changes[source, record.new["history"][-1]["at"][:13]] += 1
            _note_end(lives[-1], record, number)

    def _check_opened(self, call: Call, answer: dict[str, Any], since: int) -> None:
        """Check that nothing in the answer came another way than its link."""
        text, registration = json.dumps(answer), answer.get("registration", answer)
        assert {*_WRITERS.findall(text)} <= {call.source}, (call, answer)
        assert {*_NAMES.findall(text)} <= self._names[call.source], (call, answer)
        for member in answer.get("party", ()):
            assert member["name"] is None or member["name"].split()[0] in self._names[call.source], (call, answer)
        lives = [life for life in self._lives[registration["id"]] if life.source == call.source]
        if "needs" in registration:
            assert any(_overlaps(since, life.closed_at, life.ended_at) for life in lives), (call, answer)
        is_valid = any(_overlaps(since, life.ended_at) for life in lives)
        assert is_valid or _list_ids(call), (call, answer)
        if "links" in registration:
            _check_link(call, registration, [life for life in lives if _overlaps(since, life.ended_at)])

    def _check_changed_often(self, call: Call) -> None:
        """Check that the link itself was used for so many changes within an hour, and not another."""
        assert call.source != ORGANISER, call
        token = link_tokens.parse_link(call.path.split("/")[2])
        changes = [life.changes.items() for life in self._lives[token.registration_id]]
        counts = [count for each in changes for (source, _), count in each if source == call.source]
        assert max(counts, default=0) >= MAX_CHANGES_AN_HOUR, (call, counts)

    def _is_taken(self, registration_id: str, since: int) -> bool:
        lives = self._lives[registration_id]
        return any(_overlaps(since, life.cancelled_at, life.ended_at) for life in lives)


def _check_link(call: Call, registration: dict[str, Any], lives: list[_Life]) -> None:
    """Check that it is the link that was used, or for a repeated registration the one that it brought."""
    link = registration["links"]["self"]
    void = link_tokens.build_token("answer", registration["event_id"], registration["id"], "")
    if link.endswith(f"/{void}"):
        assert _list_ids(call), (call, registration)
        return
    if not _list_ids(call):
        assert link.rpartition("/")[2] == call.path.split("/")[2], (call, registration)
    assert lives, (call, registration)
    if len(lives) == 1:
        lives[0].link = lives[0].link or link
        assert lives[0].link == link, (call, registration)


def _check_written(life: _Life, kinds: set[str], source: str, number: int) -> None:
    """Check that the link was open to the write, or note that the write closes it."""
    if source in (MAILED, ORGANISER):
        life.closed_at = number if life.closed_at is None else life.closed_at
        return
    assert life.source == source, (life, kinds, source)
    assert life.closed_at is None, (life, kinds, source)


def _note_end(life: _Life, record: WriteRecord, number: int) -> None:
    if record.new is None or any(fact.kind == facts.Erased.kind for fact in record.facts):
        life.ended_at = number
    if (record.new is None or record.new["status"] == "cancelled") and life.cancelled_at is None:
        life.cancelled_at = number


def _overlaps(since: int, *ends: int | None) -> bool:
    """Return True if none of the ends had come when the call began."""
    return all(end is None or end >= since for end in ends)


def _list_people(call: Call) -> Iterator[dict[str, Any]]:
    """List the people whom the call registers; none for any other call."""
    if call.method == "POST" and call.body and "privacy_accepted" in call.body:
        yield call.body
        yield from call.body.get("party", ())


def _list_ids(call: Call) -> list[str]:
    event_id = call.path.split("/")[2]
    return [
        derive_registration_id(settings().identity_key, event_id, each["email"]) for each in _list_people(call)
    ]
