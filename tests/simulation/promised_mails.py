"""Check that each mail goes out once, and none to an erased person."""

from chalicelib import facts
from chalicelib.facts import Fact, MailBounced, MailComplained, Reminded, ToldOfChange
from chalicelib.mail.letters.catalogue import MAIL_KINDS
from testing.faulty_aws.stream import find_erased_later
from tests.simulation.world import World

_ENDS = (facts.Cancelled, facts.Declined, facts.Expired, facts.Erased)


def check(world: World) -> None:
    """Check the mails.

    Each goes out once; twice only if its sender met a fault after SES had it and before that was recorded.

    The organiser hears of a returned offer only while it stands, and participants of nothing that no longer
    concerns them. An erased person hears of nothing, but what was on its way to SES in that moment.
    """
    relayed = world.aws.stream_reader.facts
    sent = world.aws.ses.count_sent()
    mails = [(index, fact) for index, fact in enumerate(relayed) if fact.kind in MAIL_KINDS]
    erased = find_erased_later(relayed)
    optional = {
        _key(fact)
        for index, fact in mails
        if index in erased
        or _is_link_for_erased(fact, relayed[:index])
        or _is_outdated(fact, relayed)
        or not _is_still_relevant(world, fact, relayed[index:])
    }
    required = {_key(fact) for _, fact in mails} - optional
    assert required <= set(sent) <= required | optional, (required - set(sent), set(sent) - required - optional)
    too_often = {key: times for key, times in sent.items() if times > 1 + world.aws.ses.count_unrecorded(key)}
    assert not too_often, too_often
    _check_erased(world)
    _check_calendars(world)


def _check_calendars(world: World) -> None:
    """Check that each later entry of a registration's calendar has a higher SEQUENCE.

    A calendar program takes the highest for the latest, and a cancellation for one.
    """
    latest: dict[str, int] = {}
    for fact_key in sorted(world.aws.ses.invitations):  # by event, registration and number of the fact
        for invitation in world.aws.ses.invitations[fact_key]:
            registration_key = fact_key.rsplit(".", 2)[0]
            sequence = int(invitation.content)
            assert sequence > latest.get(registration_key, -1), (fact_key, sequence)
            latest[registration_key] = sequence


def _check_erased(world: World) -> None:
    """Check that no mail about the time before an erasure was sent by a function that began after it."""
    keys_by_person: dict[tuple[str, str], list[str]] = {}
    for index, write in enumerate(world.aws.stream_reader.written):
        for fact in write.facts:
            person = fact.event_id, str(getattr(fact, "registration_id", ""))
            if not isinstance(fact, facts.Erased):
                keys_by_person.setdefault(person, []).append(_key(fact))
                continue
            late = {
                key
                for key in keys_by_person.pop(person, ())
                if any(started_at > index for started_at in world.aws.ses.list_starts(key))
            }
            assert not late, late


def _key(fact: Fact) -> str:
    return f"{fact.event_id}.{fact.key}"


def _is_link_for_erased(fact: Fact, before: list[Fact]) -> bool:
    """Return True if a link was asked for, and its request written just after the erasure."""
    if not isinstance(fact, facts.LinkRequested):
        return False
    own_facts = [
        earlier
        for earlier in before
        if isinstance(earlier, facts.RegistrationFact)
        and (earlier.event_id, earlier.registration_id) == (fact.event_id, fact.registration_id)
    ]
    return isinstance(own_facts[-1], facts.Erased)


def _is_outdated(fact: Fact, relayed: list[Fact]) -> bool:
    """Return True if the fact tells of a change after which there was another one."""
    return isinstance(fact, ToldOfChange) and any(
        isinstance(other, facts.EventChanged) and other.event_id == fact.event_id and other.version > fact.version
        for other in relayed
    )


def _is_still_relevant(world: World, fact: Fact, later: list[Fact]) -> bool:
    """Return True if the fact is news whenever it is sent."""
    if isinstance(fact, MailBounced):
        return False
    if not isinstance(fact, ToldOfChange | Reminded):
        return True
    if (
        isinstance(fact, Reminded)
        and fact.starts_on != world.read_event(fact.event_id).starts_at.date().isoformat()
    ):
        return False  # the event was moved before they were reminded
    own_facts = [other for other in later if getattr(other, "registration_id", "") == fact.registration_id]
    changed = any(isinstance(other, facts.EventChanged) and other.event_id == fact.event_id for other in later)
    return not changed and not any(isinstance(other, (*_ENDS, MailComplained)) for other in own_facts)
