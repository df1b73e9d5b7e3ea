"""SES, as far as it is used here: takes mails, and reports those that come back."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalicelib.mail.letters.calendar import CalendarFile
from testing.faulty_aws.faults import REPORTED_TWICE, SES_DEAD, Faults, raise_unreachable
from testing.faulty_aws.tasks import Task, Tasks

BOUNCING_PREFIX = "gone-"  #: how an address begins that takes no mail
COMPLAINING_PREFIX = "angry-"  #: and one that complains about each


class Ses:
    """`taken` has by event and fact that a mail tells who sent it, and how many faults had met them by then;
    `invitations` what came with it for their calendar."""

    def __init__(
        self, faults: Faults, tasks: Tasks, now: Callable[[], datetime], report: Callable[[str], None]
    ) -> None:
        self._faults = faults
        self._tasks = tasks
        self._now = now
        self._report = report
        self.taken: dict[str, list[tuple[Task, int]]] = {}
        self.invitations: dict[str, list[CalendarFile]] = {}

    def send_email(self, **asked: Any) -> dict[str, str]:
        self._tasks.pause()
        self._faults.before("SendEmail")
        if self._faults.inject(SES_DEAD):
            raise_unreachable()
        tags = {tag["Name"]: tag["Value"] for tag in asked["EmailTags"]}
        told, [to] = (
            f"{tags.get('event', '')}.{tags['mail'].replace('_', '.')}",
            asked["Destination"]["ToAddresses"],
        )
        sender = self._tasks.current
        assert sender
        self.taken.setdefault(told, []).append((sender, sender.fault_count))
        self.invitations[told] = asked["Content"]["Raw"]["Data"]
        for _ in (
            range(1 + self._faults.inject(REPORTED_TWICE))
            if to.startswith((BOUNCING_PREFIX, COMPLAINING_PREFIX))
            else ()
        ):
            self._report(self._build_report(tags, told, to))
        self._faults.after()
        return {"MessageId": f"ses-{told}-{len(self.taken[told])}"}

    def count_sent(self) -> Counter[str]:
        """How often each fact was told."""
        return Counter({told: len(senders) for told, senders in self.taken.items()})

    def count_unrecorded(self, told: str) -> int:
        """How often nobody wrote down that SES had taken it, because the sender met a fault in just that moment:
        the one window in which a mail goes out again."""
        return sum(sender.fault_count > before for sender, before in self.taken[told])

    def list_starts(self, told: str) -> list[int]:
        """How long the stream was when each of its senders began."""
        return [sender.started_at_record for sender, _ in self.taken.get(told, ())]

    def _build_report(self, tags: dict[str, str], told: str, to: str) -> str:
        at = self._now().isoformat()
        mail = {
            "timestamp": at,
            "messageId": f"ses-{told}",
            "tags": {name: [value] for name, value in tags.items()},
        }
        if to.startswith(COMPLAINING_PREFIX):
            return json.dumps({"eventType": "Complaint", "complaint": {"timestamp": at}, "mail": mail})
        bounced = {"bounceType": "Permanent", "bounceSubType": "General", "timestamp": at}
        return json.dumps({"eventType": "Bounce", "bounce": bounced, "mail": mail})
