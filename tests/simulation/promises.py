"""What must hold of a world's records once nothing is left to be done."""

from collections.abc import Iterator

from chalicelib import facts
from chalicelib.facts import MailBounced
from chalicelib.items import decode_item
from chalicelib.mail.kinds import KINDS
from chalicelib.stream import facts_of
from tests.machine import invariants, records
from tests.simulation.commits import Commits
from tests.simulation.world import World


def check_drained(world: World) -> None:
    """What it came to: counters, lines and histories agree, nothing idles, each fact and each mail once."""
    told = list(_facts(world))
    for event_id in world.event_ids:
        now = records.read(event_id)
        invariants.hold_when_drained(now)
        mine = [fact for fact in told if fact.event_id == event_id]
        invariants.each_fact_once(now.registrations.values(), mine)
    _check_mails(world, told)


def check_commits(world: World) -> None:
    """All that was committed on the way."""
    Commits(world.event_ids).check(world.aws.table.stream, world.aws.commits)


def _facts(world: World) -> Iterator[facts.Fact]:
    for record in world.aws.table.stream:
        change = record["dynamodb"]
        old, new = (decode_item(change[image]) if image in change else None for image in ("OldImage", "NewImage"))
        yield from facts_of(old, new, "")


def _check_mails(world: World, told: list[facts.Fact]) -> None:
    """Each mail once, but where SES had it and its sender met a fault before that was written down.

    Of an offer that came back the organiser hears only while it stands.
    """
    sent = world.aws.ses.sent()
    wanted = {fact.key for fact in told if fact.kind in KINDS and not isinstance(fact, MailBounced)}
    may_be = {fact.key for fact in told if isinstance(fact, MailBounced)}
    assert wanted <= set(sent) <= wanted | may_be, (wanted - set(sent), set(sent) - wanted - may_be)
    too_often = {key: times for key, times in sent.items() if times > 1 + world.aws.ses.unknown(key)}
    assert not too_often
