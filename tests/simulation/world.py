"""Run a world: from its seed to the moment when nothing is left to be done."""

import random
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace
from nacl import secret

from chalicelib import clock
from chalicelib.audit import audit_log
from chalicelib.auth import link_tokens
from chalicelib.aws import items, keys, metrics, queues, rate_limits, table
from chalicelib.aws.log import log
from chalicelib.broadcasts import flows as rounds_flows
from chalicelib.histories import model as histories
from chalicelib.mail.delivery import send as mail_flows
from chalicelib.mail.delivery import sender, writing
from chalicelib.mail.letters import calendar
from chalicelib.mail.letters.calendar import CalendarFile
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.programme.store import CachedEvent
from chalicelib.registration import registering
from chalicelib.travel import files
from chalicelib.travel.render import pdf, xlsx
from testing import builders
from testing.faulty_aws import codec
from testing.faulty_aws.aws import Aws, Clock
from testing.faulty_aws.faults import JUMP, OVERTAKEN, Faults
from testing.faulty_aws.functions import Functions
from testing.faulty_aws.ses import Content
from testing.faulty_aws.tasks import Task, Tasks
from testing.process import NOW
from testing.world import UNITS, publish
from tests.simulation.organisers import Organisers
from tests.simulation.people import People, Person
from tests.simulation.promised_links import LinkWatch
from tests.simulation.strangers import Strangers

MODES = ("automatic", "offer", "offer")
#: At which a history is folded: often, at times, and hardly ever.
HISTORY_LENGTHS = (3, 6, 200)
CONTAINERS = 3  #: functions that run beside each other, each with a memory of its own
#: So far that no world gets there, and near enough for reminders.
DISTANT_DATES = {
    "starts_at": "2019-12-31T15:00",
    "ends_at": "2019-12-31T18:00",
    "registration": {"opens_at": "2019-10-01T08:00", "closes_at": "2019-12-20T12:00"},
    "reminders": (60, 59, 58, 56),
}
_JUMPS = (timedelta(minutes=1), timedelta(minutes=6), timedelta(hours=1), timedelta(hours=25))
_deliverable = cache(sender.normalize_address)
_limit = rate_limits.mailbox_limit
_deserialize = programme_store.deserialize_document
_stored = cache(lambda key, text, version: _deserialize({"PK": key, "document": text, "version": version}))
MAILS_PER_ADDRESS = 6  #: a day, to one mailbox: fewer than one stranger can cause
QUARREL_STEPS = 120  #: of a world with strangers, instead of as many of the others
_MOST_STEPS = 10_000  #: a drain that takes longer never ends


class World:
    """A world.

    `story` has a line for each thing that happened; `ticked_at` is when the clock last ticked.
    """

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.tasks = Tasks(self.dice, self._enter, lambda: len(self.aws.table.stream))
        self.clock = Clock(datetime.fromisoformat(NOW), self.tasks.pause)
        self.faults = Faults(self.dice, self.tasks, self.log_line)
        self.aws = Aws(self.dice, self.tasks, self.faults, self.clock)
        self.functions = Functions(self.aws, self.faults, self.dice.randrange, self.log_line)
        self.watch = LinkWatch(self.aws, self.tasks, self.log_line)
        self.people = People(self.dice, self.aws, self.watch, self.log_line)
        self.organisers = Organisers(self.dice, self.aws, self.watch, self.people, self.clock.now, self.log_line)
        self.strangers = Strangers(self.dice, self.watch, self.people, self.log_line)
        self.story: list[str] = []
        for queue in self.aws.queues.values():
            queue.is_reversed = lambda: self.faults.inject(OVERTAKEN)
        self._max_tasks = self.dice.randint(1, 6)  #: how many tasks go on beside each other
        self._memory: list[dict[str, CachedEvent]] = [{} for _ in range(CONTAINERS)]
        self.max_history_length = HISTORY_LENGTHS[seed % len(HISTORY_LENGTHS)]
        self.ticked_at = self._recounted_at = self.clock.now()

    def _enter(self, task: Task) -> None:
        """Give the task the memory of its running function, which remembers events of its own."""
        programme_store._cached_events = self._memory[task.container]

    def log_line(self, what: str) -> None:
        """Add a line to the story."""
        task = self.tasks.current
        self.story.append(f"{self.clock.now():%d %H:%M:%S.%f} {task.name if task else ''}: {what}")

    def read_event(self, event_id: str) -> Event:
        """Return the event as it is now."""
        return programme_store.read_current(event_id).event

    def is_erased(self, person: Person) -> bool:
        """Return True if the person is erased, and has not registered anew."""
        key = keys.registration_key(person.event_id, person.id)
        row = self.aws.table.table.get_row((key["PK"], key["SK"]))
        return row is not None and "attendee" not in row.item

    def run(self) -> None:
        """Take so many steps, and then drain."""
        allotments = [builders.allotment(name, capacity, choice) for name, capacity, choice in UNITS]
        self.event_ids = [f"{mode}-{index}" for index, mode in enumerate(MODES[: self.dice.randint(1, 3)])]
        for event_id in self.event_ids:
            mode = event_id.partition("-")[0]
            publish(builders.event(event_id, allotments=allotments, waitlist={"mode": mode}, **DISTANT_DATES))
        for number in range(self.dice.randint(5, 12)):
            self.people.invite(number, self.event_ids)
        for _ in range(self.dice.randint(250, 550) - (QUARREL_STEPS if self.strangers.persons else 0)):
            self._step()
        self.drain()

    def _step(self) -> None:
        if self.tasks.unfinished and (len(self.tasks.unfinished) >= self._max_tasks or self.dice.random() < 0.5):
            self.tasks.resume_one()
            return
        if self.faults.inject(JUMP):
            self.jump(self.dice.choice(_JUMPS))
            return
        begin = self.dice.choices(
            (
                self._start_person,
                self._start_organiser,
                self.start_stranger,
                self.relay,
                self.work,
                self.tick,
                self._recount,
            ),
            (12, 3, 3 * len(self.strangers.persons), 10, 10, 2, 1),
        )
        begin[0]()

    def begin(self, name: str, act: Callable[[], None]) -> None:
        """Begin a task in one of the running functions."""
        self.tasks.begin(name, self.dice.randrange(CONTAINERS), act)

    def jump(self, by: timedelta) -> None:
        """Move the clock on, longer than any function may run."""
        self.tasks.end_all()
        self.clock.advance(by)
        self.log_line(f"{by} later")

    def _start_person(self) -> None:
        idle = [person for person in self.people.persons if not person.busy]
        if idle:
            offered = [person for person in idle if self.people.read_status(person) == "offered"]
            self.start_person(self.dice.choice(offered if offered and self.dice.random() < 0.3 else idle))

    def start_person(self, person: Person) -> None:
        """Begin an act of the person, if they do nothing else just now."""
        if not person.busy:
            person.busy = True
            self.begin(person.name, lambda: self.people.act(person))

    def _start_organiser(self) -> None:
        event_id = self.dice.choice(self.event_ids)
        people = [
            person
            for person in self.people.persons
            if person.event_id == event_id and self.people.read_status(person)
        ]
        if people:
            self.begin("organiser", lambda: self.organisers.act(event_id, people))

    def start_stranger(self) -> None:
        """Begin an act of one of the strangers."""
        stranger = self.dice.choice(self.strangers.persons)
        self.begin(stranger.name, lambda: self.strangers.act(stranger))

    def relay(self) -> None:
        """Begin to relay what is unread of the stream."""
        if self.functions.has_unread:
            self.functions.is_relaying = True
            self.begin("relay", self.functions.relay)

    def work(self) -> None:
        """Begin to process a batch of one of the queues."""
        ready = [queue for queue in self.aws.queues.values() if queue.has_ready]
        if ready:
            queue = self.dice.choice(ready)
            self.begin(queue.name, lambda: self.functions.process_queue(queue))

    def tick(self) -> None:
        """Begin a tick of the clock, if its time has come."""
        if self.clock.now() - self.ticked_at > timedelta(minutes=5):
            self.ticked_at = self.clock.now()
            self.begin("clock", self.functions.tick)

    def _recount(self) -> None:
        if self.clock.now() - self._recounted_at > timedelta(hours=1):
            self._recounted_at = self.clock.now()
            self.begin("reconciler", self.functions.recount)

    def drain(self) -> None:
        """Stop the faults, and go on until nothing is left to be done; people without a response ask again."""
        self.faults.is_calm = True
        for _ in range(_MOST_STEPS):
            unanswered = [person for person in self.people.persons if person.unanswered and not person.busy]
            if self.tasks.unfinished:
                self.tasks.resume_one()
            elif unanswered:
                person = unanswered[0]
                self.begin(person.name, partial(self.people.act, person))
            elif self.functions.has_unread:
                self.relay()
            elif not self._advance_queues():
                return
        raise AssertionError("the drain does not end")

    def _advance_queues(self) -> bool:
        now = self.clock.now()
        hidden = [
            message.visible_at
            for queue in self.aws.queues.values()
            for message in queue.messages
            if message.visible_at > now
        ]
        if any(queue.has_ready for queue in self.aws.queues.values()):
            self.work()
        elif hidden:
            self.clock.advance(min(hidden) - now)
        elif any(queue.dead_letters for queue in self.aws.queues.values()):
            for queue in self.aws.queues.values():
                queue.redrive()
        else:
            return False
        return True

    def tick_and_drain(self) -> None:
        """Move on by more than a day, when every offer is over, run the scheduled functions, and drain."""
        self.clock.advance(timedelta(hours=38))
        self.ticked_at = self.clock.now()
        self.begin("clock", self.functions.tick)
        self.begin("reconciler", self.functions.recount)
        self.drain()


class _Secrets:
    """Tokens that are the same each time that the world runs."""

    def __init__(self) -> None:
        self._dice = random.Random(0)

    def token_hex(self, length: int) -> str:
        """Return the next token."""
        return self._dice.randbytes(length).hex()

    def token_urlsafe(self, length: int) -> str:
        """Return the next token, as the standard library shortens it."""
        return urlsafe_b64encode(self._dice.randbytes(length)).rstrip(b"=").decode()


def _build_content(letter: Any, _envelope: Any, invitations: Iterable[CalendarFile], _now: datetime) -> Content:
    """Build what is in a mail; of the organisers' letters nothing is."""
    return Content(letter if isinstance(letter, str) else "", [*invitations])


@contextmanager
def install_world(world: World) -> Iterator[World]:
    """Put the world's AWS and clock in place of the functions' own.

    Letters have a link and no more: other tests check what they say.
    """
    with ExitStack() as stack:
        for target, name, value in (
            (table, "client", lambda: world.aws.table),
            (queues, "client", lambda: world.aws.sqs),
            (sender, "client", lambda: world.aws.ses),
            (files, "client", lambda: world.aws.bucket),
            (rate_limits, "mailbox_limit", lambda address: replace(_limit(address), max_count=MAILS_PER_ADDRESS)),
            (rounds_flows, "PAGE_SIZE", 3),
            (histories, "MAX_HISTORY_LENGTH", world.max_history_length),
            (items, "_deserialize", codec.deserialize),
            (items, "_serialize", codec.serialize),
            (items, "_convert_decimals", lambda value: value),
            (sender, "normalize_address", _deliverable),
            *((module, "render", lambda _: b"") for module in (pdf, xlsx)),
            *((module, "time", world.clock) for module in (table, sender, programme_store, registering)),
            # Not the world's dice, whose story is its own: of seals, links, and the audit log's keys.
            (secret, "random", random.Random(0).randbytes),
            *((module, "secrets", _Secrets()) for module in (audit_log, link_tokens)),
            *((module, "random", world.dice) for module in (table, sender)),
            *((clock, name, getattr(world.clock, name)) for name in ("now", "advance")),
            (writing, "build_letter", lambda context, _fact: context.link),
            (writing, "build_returned_offer_letter", lambda *_: None),
            # Of an invitation only what tells calendars which is the latest.
            (calendar, "_build_meeting_entry", lambda _: None),
            (calendar, "_serialize_entries", lambda source, _: str(source.sequence).encode()),
            (mail_flows, "build_message", _build_content),
            (programme_store, "_cached_events", {}),
            (
                programme_store,
                "deserialize_document",
                lambda item: _stored(item["PK"], item["document"], item["version"]),
            ),
            (metrics, "_emit", lambda *_: None),
            *((log, level, lambda *_, **__: None) for level in ("info", "warning", "exception")),
        ):
            stack.enter_context(patch.object(target, name, value))
        yield world
