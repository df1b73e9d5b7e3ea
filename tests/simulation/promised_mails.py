"""Check that each change is told, by a mail of its own or one for several, and nothing to an erased person."""

from collections.abc import Sequence

from chalicelib import facts
from chalicelib.aws import keys
from chalicelib.facts import Fact, MailBounced, MailComplained, Reminded, ToldOfChange
from chalicelib.mail.letters.catalogue import MAIL_KINDS
from testing.faulty_aws.stream import WriteRecord, find_erased_later
from tests.simulation.world import World

#: Mails that say how it stands by now.
_SUMMARIES = (facts.MailAsked.kind, "mails-drawn-together")
_ENDS = (facts.Cancelled, facts.Declined, facts.Expired, facts.Erased)


def check(world: World, *, is_last: bool) -> None:
    """Check the mails.

    Each goes out once; twice only if its sender met a fault after SES had it and before that was recorded. What
    was withheld, since the address had had too many, is told by a later mail that says how it stands by then. Only
    at the last check of a world, none of these may be still to come.

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
        or fact.kind in _SUMMARIES
        or _is_link_for_erased(fact, relayed[:index])
        or _is_outdated(fact, relayed)
        or not _is_still_relevant(world, fact, relayed[index:])
    }
    untold = [fact for _, fact in mails if _key(fact) not in optional | set(sent)]
    optional |= {_key(fact) for fact in untold if _is_withheld(world, fact, is_last=is_last)}
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
    written = world.aws.stream_reader.written
    for index, write in enumerate(written):
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
            assert not late or late <= _list_keys(written[index + 1 :]), late


def _list_keys(written: Sequence[WriteRecord]) -> set[str]:
    """List the keys of the facts: a link that is asked for again within the hour has the same one again."""
    return {_key(fact) for write in written for fact in write.facts}


def _is_withheld(world: World, fact: Fact, *, is_last: bool) -> bool:
    """Return True if the fact's mail was withheld; fails if at the last no later one told how it stood by then."""
    key = keys.mail_key(fact.event_id, fact.key)
    row = world.aws.table.table.get_row((key["PK"], key["SK"]))
    if row is None or row.item["state"]["S"] != "withheld":
        return False
    written = world.aws.stream_reader.written
    happened_at = next(number for number, record in enumerate(written) if fact in record.facts)
    deliveries = world.aws.ses.deliveries.get(world.people.find(fact).email, ())
    later = [kind for kind, number in deliveries if number > happened_at and facts.parse_kind(kind) in _SUMMARIES]
    assert later or not is_last, (fact, "is never told")
    return True


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
