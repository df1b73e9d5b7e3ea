"""Ten thousand mails at once, with SES asking for patience, functions that die, and messages that come twice.

The mails are written short here: what they say, and that each is whole, is looked at elsewhere.
"""

import heapq
import random
import time
from collections import Counter
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from botocore.exceptions import ClientError

from chalicelib import clock, facts
from chalicelib.aws import table
from chalicelib.facts import Confirmed
from chalicelib.mail.delivery import send, sender, store, writing
from chalicelib.mail.delivery.message import Envelope
from chalicelib.registration import updates
from chalicelib.workers import mail
from testing import builders
from testing.batches import failed, messages
from testing.world import publish

pytestmark = pytest.mark.usefixtures("memory")

MAILS, BATCH = 10_000, 5
TWICE, THROTTLED, DIES_BEFORE, DIES_AFTER = 0.1, 0.05, 0.01, 0.01
HIDDEN = timedelta(seconds=360)  #: as long as the queue hides what was given out
DELIVERIES = 5  #: then a message is put aside


class Died(BaseException):
    """The function is gone in this moment, with all that it had still to do."""


class StormySes:
    """SES at its client's boundary: takes mails, refuses some for now, and sees functions die around a call."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self.taken: Counter[str] = Counter()
        self.died_after: Counter[str] = Counter()
        self.throttled = self.died_before = 0

    def send_email(self, EmailTags: list[dict[str, str]], **_: Any) -> dict[str, str]:  # noqa: N803 - SES's name
        told = next(tag["Value"] for tag in EmailTags if tag["Name"] == "mail")
        if self._dice.random() < THROTTLED:
            self.throttled += 1
            raise ClientError({"Error": {"Code": "TooManyRequestsException", "Message": ""}}, "SendEmail")
        if self._dice.random() < DIES_BEFORE:
            self.died_before += 1
            raise Died
        self.taken[told] += 1
        if self._dice.random() < DIES_AFTER:
            self.died_after[told] += 1
            raise Died
        return {"MessageId": f"ses-{self.taken.total()}"}

    def says(self) -> str:
        """The figures of the storm."""
        return (
            f"\n{MAILS} mails: {self.throttled} calls throttled, {self.died_before} functions died before SES"
            f" had taken the mail and {self.died_after.total()} after: so many mails went out a second time."
        )


class Queue:
    """Gives out messages, each again after a while unless it was done; and some twice although they were."""

    def __init__(self, happened: list[Confirmed], dice: random.Random) -> None:
        self._dice = dice
        self._waiting = [(clock.now(), place, fact) for place, fact in enumerate(happened)]
        for place, fact in enumerate(happened, start=MAILS):
            if dice.random() < TWICE:
                after = timedelta(seconds=dice.choice((1, 30, 400)))
                self._waiting.append((clock.now() + after, place, fact))
        self.received: Counter[int] = Counter()
        heapq.heapify(self._waiting)

    def work_off(self) -> None:
        while self._waiting:
            clock.advance(max(self._waiting[0][0] - clock.now(), timedelta(0)))
            batch = [heapq.heappop(self._waiting) for _ in range(min(BATCH, len(self._waiting)))]
            self.received.update(place for _, place, _ in batch)
            for index in self._left_by(messages(*(fact for _, _, fact in batch))):
                _, place, fact = batch[index]
                heapq.heappush(self._waiting, (clock.now() + HIDDEN, place, fact))

    def _left_by(self, batch: dict[str, Any]) -> list[int]:
        try:
            return list(failed(mail.mail(batch, None), batch))
        except (Died, BatchProcessingError):  # the batch reports nothing, or failed as a whole
            return list(range(len(batch["Records"])))


def register_all() -> list[Confirmed]:
    """Registered all at once, and to be told."""
    event = publish(builders.event(allotments=[builders.allotment("place", MAILS)]))
    people = [builders.registration(builders.attendee("P", f"N{number}"), event.id) for number in range(MAILS)]
    for person in people:
        table.write(updates.build_new_registration(person))
    told = [facts.from_history_entry(event.id, person.id, 1, person.history[0]) for person in people]
    return [fact for fact in told if isinstance(fact, Confirmed)]


def short(_letter: object, envelope: Envelope, *_: object) -> bytes:
    return envelope.mail_id.encode()


def test_every_mail_of_a_storm_goes_out_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """But for those of which SES had taken the mail when the function died: they go out once more for each time
    that happened, and no others do. None is lost, and none is put aside."""
    dice = random.Random(20191101)
    ses, happened = StormySes(dice), register_all()
    monkeypatch.setattr(sender, "client", cache(lambda: ses))
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(send, "build_message", short)
    monkeypatch.setattr(writing, "build_files_for_fact", lambda *_: ())
    queue = Queue(happened, dice)
    queue.work_off()
    names = [fact.key.replace(".", "_") for fact in happened]
    assert ses.taken == {name: 1 + ses.died_after[name] for name in names}
    assert ses.taken.total() - MAILS == ses.died_after.total()
    assert min(ses.throttled, ses.died_before, ses.died_after.total()) > 0  # it was a storm
    assert max(queue.received.values()) <= DELIVERIES
    assert {record["state"] for fact in happened if (record := store.find(fact))} == {"sent"}
    with capsys.disabled():
        print(ses.says())  # noqa: T201 - the figure is what the storm is for
