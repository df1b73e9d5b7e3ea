"""Sessions: how they end, what their use writes, and what is tried against them."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.auth import sessions
from chalicelib.auth.sessions import IDLE_LIFETIME, SESSION_LIFETIME, USE_INTERVAL, Session
from chalicelib.aws import table
from chalicelib.problems import NotFound, SignInNeeded, TooBusy
from chalicelib.settings import Role
from testing.dynamodb.client import Client

pytestmark = pytest.mark.usefixtures("memory")

ANNA, BO = "anna@network.example", "bo@network.example"
ORGANISER: frozenset[Role] = frozenset({"organiser"})
DOOR: frozenset[Role] = frozenset({"check_in"})
SECOND = timedelta(seconds=1)


def start(email: str = ANNA, now: datetime | None = None) -> Session:
    now = now or clock.now()
    return sessions.read_token(sessions.issue_token(email, now), now)


def use(session: Session, now: datetime, roles: frozenset[Role] = ORGANISER) -> bool:
    """What the guard does with each request: whether it is let in."""
    if session.expires_at <= now.timestamp():
        return False
    try:
        sessions.record_use(session, sessions.load(session, roles, now), now)
    except SignInNeeded:
        return False
    return True


def list_ids(email: str, now: datetime | None = None) -> list[str]:
    return [each.id for each in sessions.list_open(email, ORGANISER, now or clock.now())]


def count_writes(environment: pytest.MonkeyPatch) -> list[Any]:
    writes: list[Any] = []
    write = table.write

    def counted(operation: Any) -> None:
        writes.append(operation)
        write(operation)

    environment.setattr(table, "write", counted)
    return writes


@pytest.mark.parametrize(
    ("roles", "idle"),
    [
        (ORGANISER, IDLE_LIFETIME),
        (ORGANISER | DOOR, IDLE_LIFETIME),
        (DOOR, SESSION_LIFETIME),
        (frozenset({"caterer"}), SESSION_LIFETIME),
    ],
)
def test_a_session_that_is_left_alone_ends(roles: frozenset[Role], idle: timedelta) -> None:
    """An organiser's after two hours, also of one who is at the door; others' when it ends anyway."""
    now = clock.now()
    session = start(now=now)
    assert use(session, now + idle - SECOND, roles)
    again = start(now=now)
    assert not use(again, now + idle, roles)
    assert not use(again, now + idle - SECOND, frozenset())


def test_a_session_ends_twelve_hours_after_it_began() -> None:
    """However often it is used."""
    now = clock.now()
    session = start(now=now)
    moments = [now + minutes * timedelta(minutes=30) for minutes in range(1, 24)]
    assert all(use(session, moment) for moment in moments)
    assert not use(session, now + SESSION_LIFETIME)


def test_use_keeps_a_session_open_and_writes_once_in_five_minutes(environment: pytest.MonkeyPatch) -> None:
    """A hundred requests within it cost no write, the next one costs one."""
    now = clock.now()
    session, writes = start(now=now), count_writes(environment)
    assert all(use(session, now + each * timedelta(seconds=2.9)) for each in range(100))
    assert writes == []
    assert use(session, now + USE_INTERVAL)
    assert use(session, now + 2 * USE_INTERVAL - SECOND)
    assert len(writes) == 1
    assert use(session, now + USE_INTERVAL + IDLE_LIFETIME - SECOND)
    assert not use(session, now + 2 * (USE_INTERVAL + IDLE_LIFETIME))


def test_a_session_never_lasts_longer_than_two_hours_after_its_last_use() -> None:
    """A use that is not written may shorten that by five minutes."""
    now = clock.now()
    session, last = start(now=now), now + USE_INTERVAL - SECOND
    assert use(session, last)
    assert use(session, last + IDLE_LIFETIME - USE_INTERVAL)
    other = start(now=now)
    assert use(other, last)
    assert not use(other, last + IDLE_LIFETIME)


def test_requests_at_once_near_the_idle_end_agree() -> None:
    """Both found the session open; the later moment stays, in whichever order they are written."""
    now = clock.now()
    session = start(now=now)
    early, late = now + IDLE_LIFETIME - 2 * SECOND, now + IDLE_LIFETIME - SECOND
    found = [sessions.load(session, ORGANISER, moment) for moment in (early, late)]
    sessions.record_use(session, found[1], late)
    sessions.record_use(session, found[0], early)
    assert sessions.load(session, ORGANISER, late).used_at == late
    assert use(session, late + IDLE_LIFETIME - SECOND)


def test_no_request_brings_a_session_back() -> None:
    """One that was ended after the request found it is refused, and stays ended."""
    now = clock.now()
    session, later = start(now=now), now + USE_INTERVAL
    found = sessions.load(session, ORGANISER, later)
    sessions.end(ANNA, session.id)
    with pytest.raises(SignInNeeded):
        sessions.record_use(session, found, later)
    assert not use(session, later)
    assert list(table.query_partition(session.key["PK"], "SESSION#")) == []


@pytest.mark.parametrize("skew", [timedelta(seconds=2), timedelta(minutes=4), timedelta(minutes=20)])
def test_clocks_that_differ_end_no_session(skew: timedelta) -> None:
    """A function whose clock is behind lets in what another just began or used, and moves nothing back."""
    now = clock.now()
    session = start(now=now)
    assert use(session, now - skew)
    assert use(session, now + timedelta(hours=1) + skew)
    assert use(session, now + timedelta(hours=1))
    assert sessions.load(session, ORGANISER, now).used_at == now + timedelta(hours=1) + skew


def test_signing_out_everywhere_ends_all_sessions_of_one_person() -> None:
    """And no other's; with none left it does nothing."""
    mine, other = [start() for _ in range(5)], start(BO)
    sessions.end_all("Anna@Network.example")
    sessions.end_all(ANNA)
    assert [use(each, clock.now()) for each in (*mine, other)] == [False] * 5 + [True]


def test_signing_out_everywhere_goes_on_past_a_session_that_ends_meanwhile(
    environment: pytest.MonkeyPatch,
) -> None:
    """Two devices do it at the same time."""
    first, second = start(), start()
    query = table.query_partition

    def interrupted(*arguments: Any) -> Any:
        found = list(query(*arguments))
        sessions.end(ANNA, first.id)
        return iter(found)

    environment.setattr(table, "query_partition", interrupted)
    sessions.end_all(ANNA)
    assert [use(each, clock.now()) for each in (first, second)] == [False, False]


@pytest.mark.parametrize("failing", range(4))
def test_who_signs_out_everywhere_can_ask_again_where_it_failed(
    environment: pytest.MonkeyPatch, failing: int
) -> None:
    """The session that asks is ended last, whichever deletion fails."""
    started = [start() for _ in range(4)]
    current, left = started[failing], [failing]
    transact = table.transact

    def fail_once(*writes: Any) -> None:
        if left and not left[0]:
            left.clear()
            raise TooBusy
        left[:] = [each - 1 for each in left]
        transact(*writes)

    environment.setattr(table, "transact", fail_once)
    with pytest.raises(TooBusy):
        sessions.end_all(ANNA, current.id)
    assert use(current, clock.now())
    sessions.end_all(ANNA, current.id)
    assert list_ids(ANNA) == []


@pytest.mark.parametrize("session_id", ["", "x", "a" * 32, "#", "SESSION#x"])
def test_a_session_of_another_person_is_not_found(session_id: str) -> None:
    """Nor is one that has ended, nor one that never was; twice is once too often."""
    mine, other = start(), start(BO)
    sessions.end(ANNA, mine.id)
    for each in (mine.id, other.id, session_id):
        with pytest.raises(NotFound):
            sessions.end(ANNA, each)
    assert use(other, clock.now())


def test_open_sessions_are_listed_the_latest_first() -> None:
    """Without those that have ended by themselves, which the table drops later."""
    now = clock.now()
    old, left, used = (start(now=now - hours * timedelta(hours=1)) for hours in (12, 3, 3))
    assert use(used, now - timedelta(hours=2))
    fresh, _ = start(now=now), start(BO, now)
    assert list_ids(ANNA, now - SECOND) == [fresh.id, used.id]
    assert {old.id, left.id}.isdisjoint(list_ids(ANNA, now - SECOND))
    assert list_ids("nobody@network.example") == []


def test_no_token_says_more_than_was_signed(memory: Client) -> None:
    """Without its item a signed token opens nothing, and an item without a token can be asked for by none."""
    session = start()
    forged = [
        Session(session.id, BO, session.expires_at),
        Session("a" * 32, ANNA, session.expires_at),
        Session(session.id.upper(), ANNA, session.expires_at),
    ]
    assert [use(each, clock.now()) for each in forged] == [False] * 3
    assert memory.table.get_row((session.key["PK"], session.key["SK"]))


@pytest.mark.parametrize("content", ["x", ["x"], ["x", "y"], ["a", "b", 1, 2], {}, None])
def test_a_signed_token_of_another_form_is_none(content: Any) -> None:
    """An earlier version may have signed it."""
    token = sessions._build_serializer().dumps(content)
    with pytest.raises(SignInNeeded):
        sessions.read_token(str(token), clock.now())
