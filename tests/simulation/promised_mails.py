"""Each mail once, and none to who is erased."""

from chalicelib import facts
from chalicelib.facts import Fact, MailBounced, MailComplained, Reminded, ToldOfChange
from chalicelib.mail.letters.catalogue import MAIL_KINDS
from testing.faulty_aws.stream import find_erased_later
from tests.simulation.world import World

_ENDS = (facts.Cancelled, facts.Declined, facts.Expired, facts.Erased)


def check(world: World) -> None:
    """Each mail once, but where SES had it and its sender met a fault before that was written down.

    Of an offer that came back the organiser hears only while it stands; nobody hears of what concerns them no
    more. Whoever is erased hears of nothing, but what was on its way to SES in that moment.
    """
    told = world.aws.stream_reader.facts
    sent = world.aws.ses.count_sent()
    mails = [(place, fact) for place, fact in enumerate(told) if fact.kind in MAIL_KINDS]
    erased = find_erased_later(told)
    may_be = {
        _key(fact)
        for place, fact in mails
        if place in erased
        or _is_link_for_erased(fact, told[:place])
        or _is_outdated(fact, told)
        or not _is_still_relevant(world, fact, told[place:])
    }
    wanted = {_key(fact) for _, fact in mails} - may_be
    assert wanted <= set(sent) <= wanted | may_be, (wanted - set(sent), set(sent) - wanted - may_be)
    too_often = {key: n for key, n in sent.items() if n > 1 + world.aws.ses.count_unrecorded(key)}
    assert not too_often, too_often
    _check_erased(world)
    _check_calendars(world)


def _check_calendars(world: World) -> None:
    """What is sent of a registration's calendar entry after something else has a higher SEQUENCE: a calendar takes
    the latest for the latest, and a cancellation for one."""
    latest: dict[str, int] = {}
    for told in sorted(world.aws.ses.invitations):  # by event, registration and number of the fact
        for invitation in world.aws.ses.invitations[told]:
            whose = told.rsplit(".", 2)[0]
            sequence = int(invitation.content)
            assert sequence > latest.get(whose, -1), (told, sequence)
            latest[whose] = sequence


def _check_erased(world: World) -> None:
    """No mail about what was before they were erased was sent by a function that began after."""
    told: dict[tuple[str, str], list[str]] = {}
    for place, each in enumerate(world.aws.stream_reader.written):
        for fact in each.facts:
            whose = fact.event_id, str(getattr(fact, "registration_id", ""))
            if not isinstance(fact, facts.Erased):
                told.setdefault(whose, []).append(_key(fact))
                continue
            late = {
                key
                for key in told.pop(whose, ())
                if any(began > place for began in world.aws.ses.list_starts(key))
            }
            assert not late, late


def _key(fact: Fact) -> str:
    return f"{fact.event_id}.{fact.key}"


def _is_link_for_erased(fact: Fact, before: list[Fact]) -> bool:
    """Whether a link was asked for, and its request written when the registration had just been erased."""
    if not isinstance(fact, facts.LinkRequested):
        return False
    theirs = [
        each
        for each in before
        if isinstance(each, facts.RegistrationFact)
        and (each.event_id, each.registration_id) == (fact.event_id, fact.registration_id)
    ]
    return isinstance(theirs[-1], facts.Erased)


def _is_outdated(fact: Fact, told: list[Fact]) -> bool:
    """Whether it tells of a change of the event after which there was another, also if that was known of first."""
    return isinstance(fact, ToldOfChange) and any(
        isinstance(each, facts.EventChanged) and each.event_id == fact.event_id and each.version > fact.version
        for each in told
    )


def _is_still_relevant(world: World, fact: Fact, later: list[Fact]) -> bool:
    """Whether it is news, in whatever moment it is sent."""
    if isinstance(fact, MailBounced):
        return False
    if not isinstance(fact, ToldOfChange | Reminded):
        return True
    if (
        isinstance(fact, Reminded)
        and fact.starts_on != world.read_event(fact.event_id).starts_at.date().isoformat()
    ):
        return False  # the event was moved before they were reminded
    theirs = [each for each in later if getattr(each, "registration_id", "") == fact.registration_id]
    changed = any(isinstance(each, facts.EventChanged) and each.event_id == fact.event_id for each in later)
    return not changed and not any(isinstance(each, (*_ENDS, MailComplained)) for each in theirs)
