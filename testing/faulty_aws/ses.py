"""Double SES as far as it is used here: it takes mails, and reports bounces and complaints."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.mail.letters.calendar import CalendarFile
from testing.faulty_aws.faults import REPORTED_TWICE, SES_DEAD, Faults, raise_unreachable
from testing.faulty_aws.tasks import Task, Tasks

BOUNCING_PREFIX = "gone-"  #: how an address begins that takes no mail
COMPLAINING_PREFIX = "angry-"  #: and one that complains about each


@dataclass(frozen=True)
class Content:
    """The content of a mail, as far as it counts here: the link to the participant's page, and calendar files."""

    link: str
    invitations: list[CalendarFile]


class Ses:
    """The client of SES.

    `taken` has, by event and fact of a mail, each task that sent it and the faults that it had met by then;
    `invitations` has the calendar files that came with it. `last_links` has the link in the last mail to each
    address, and `deliveries` each mail to it: its key, and the number of the stream's records then.
    """

    def __init__(
        self,
        faults: Faults,
        tasks: Tasks,
        now: Callable[[], datetime],
        report: Callable[[str], None],
        count_records: Callable[[], int],
    ) -> None:
        self._faults = faults
        self._tasks = tasks
        self._now = now
        self._report = report
        self._count_records = count_records
        self.last_links: dict[str, str] = {}
        self.deliveries: dict[str, list[tuple[str, int]]] = {}
        self.taken: dict[str, list[tuple[Task, int]]] = {}
        self.invitations: dict[str, list[CalendarFile]] = {}

    def send_email(self, **request: Any) -> dict[str, str]:
        """Take a mail, and report it as bounced or complained about if its address begins so."""
        self._tasks.pause()
        self._faults.before("SendEmail")
        if self._faults.inject(SES_DEAD):
            raise_unreachable()
        tags = {tag["Name"]: tag["Value"] for tag in request["EmailTags"]}
        fact_key, [to] = (
            f"{tags.get('event', '')}.{tags['mail'].replace('_', '.')}",
            request["Destination"]["ToAddresses"],
        )
        sender = self._tasks.current
        assert sender
        self.taken.setdefault(fact_key, []).append((sender, sender.fault_count))
        self._read(fact_key, to, request["Content"]["Raw"]["Data"])
        for _ in (
            range(1 + self._faults.inject(REPORTED_TWICE))
            if to.startswith((BOUNCING_PREFIX, COMPLAINING_PREFIX))
            else ()
        ):
            self._report(self._build_report(tags, fact_key, to))
        self._faults.after()
        return {"MessageId": f"ses-{fact_key}-{len(self.taken[fact_key])}"}

    def _read(self, fact_key: str, to: str, content: Content) -> None:
        """Read the mail, as the holder of the mailbox does."""
        self.invitations[fact_key] = content.invitations
        self.deliveries.setdefault(to, []).append((fact_key, self._count_records()))
        if content.link:
            self.last_links[to] = content.link

    def count_sent(self) -> Counter[str]:
        """Return how often a mail went out for each fact."""
        return Counter({fact_key: len(senders) for fact_key, senders in self.taken.items()})

    def count_unrecorded(self, fact_key: str) -> int:
        """Return how many sends were not recorded because a fault met the sender just then.

        That is the one window in which a mail goes out again.
        """
        return sum(sender.fault_count > before for sender, before in self.taken[fact_key])

    def list_starts(self, fact_key: str) -> list[int]:
        """Return the length of the stream when each of the mail's senders began."""
        return [sender.started_at_record for sender, _ in self.taken.get(fact_key, ())]

    def _build_report(self, tags: dict[str, str], fact_key: str, to: str) -> str:
        at = self._now().isoformat()
        mail = {
            "timestamp": at,
            "messageId": f"ses-{fact_key}",
            "tags": {name: [value] for name, value in tags.items()},
        }
        if to.startswith(COMPLAINING_PREFIX):
            return json.dumps({"eventType": "Complaint", "complaint": {"timestamp": at}, "mail": mail})
        bounced = {"bounceType": "Permanent", "bounceSubType": "General", "timestamp": at}
        return json.dumps({"eventType": "Bounce", "bounce": bounced, "mail": mail})
