"""Builds that are broken on purpose, each in one place: the simulation finds what it is there to find."""

import inspect
import textwrap
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any, cast

import pytest

from chalicelib.aws import queues
from chalicelib.broadcasts import flows as rounds_flows
from chalicelib.broadcasts import store as rounds_store
from chalicelib.histories import writes as histories
from chalicelib.links import withheld_mails
from chalicelib.mail.delivery import send as mail_flows
from chalicelib.mail.delivery import store as mail_store
from chalicelib.mail.letters import calendar as mail_calendar
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import transactions as programme_transactions
from chalicelib.programme.purge_schedule import PurgeSchedule
from chalicelib.reconciliation import recounting
from chalicelib.registration import access, flows, promotions, registering, rules, transactions, updates
from chalicelib.registration.access import Access
from chalicelib.registration.counters import Counters
from chalicelib.retention import erasure
from chalicelib.retention import store as purges
from chalicelib.travel import building, files
from chalicelib.travel.lists import manifest
from chalicelib.web.participant import registration as own_registration
from chalicelib.workers import batches, relay, stream
from testing.account import ROOT
from tests.simulation.living import run_world

pytestmark = pytest.mark.usefixtures("memory")

WORLDS = 200
#: The code of the simulation, beside the project's own.
FOLDERS = (str(ROOT / "tests"), str(ROOT / "testing"))
#: A function, a piece of its source, and what stands there instead.
Edit = tuple[Callable[..., Any], str, str]


@dataclass(frozen=True)
class Mutant:
    """A broken build: its edits, the seed of a world that shows it, and the check that fails there."""

    edits: tuple[Edit, ...]
    seed: int
    broken: str


_TAKES_BACK = "counters.give_back(lines.sum_demand([gave]))"
_ENDS = (
    "return end_registration(registration, facts.Cancelled, now, extras, was=registration.status, by=access.by)"
)
_SAYS_SO = 'from dataclasses import replace; return replace(registration, status="cancelled", entry_keys=())'
_RELAYS = "for queue in QUEUES_BY_FACT[type(fact)]:"
_MARKS = '_mark(fact, {"state": "sent", "message_id": message_id, "sent_at": format_timestamp(now)})'

MUTANTS: dict[str, Mutant] = {
    "nothing asks whether a unit is free": Mutant(
        ((Counters.take, '"{taken} < {of}"', '"({taken} < {of} OR {taken} >= {of})"'),), 0, "_check_event"
    ),
    "a newcomer overtakes the line": Mutant(
        ((transactions.confirm, "counters.require_none_overtaken()", "pass"),), 1, "_check_event"
    ),
    "the line is in the wrong order": Mutant(
        ((rules._find_first_fitting, "key=lambda entry: entry.rank", "key=lambda entry: entry.line"),),
        5,
        "find_passed_entries",
    ),
    "cancelling frees twice": Mutant(
        (
            (
                transactions.end_registration,
                "sum_demand([registration.needs])",
                "sum_demand([registration.needs] * 2)",
            ),
        ),
        3,
        "check_counters",
    ),
    "an offer loses the dietary details": Mutant(
        (
            (
                updates.build_offer_end,
                "remove=OFFER_ATTRIBUTES",
                "remove=(*OFFER_ATTRIBUTES, store.SEALED_HEALTH)",
            ),
        ),
        9,
        "_check_seal",
    ),
    "a swap takes nothing back": Mutant(((promotions.swap, _TAKES_BACK, "pass"),), 79, "check_counters"),
    "cancelled is said and not done": Mutant(((flows.cancel, _ENDS, _SAYS_SO),), 2, "check_answer_recorded"),
    "a request counts again after cancelling": Mutant(
        (
            (
                updates.build_new_registration,
                "NOT contains({store.IDEMPOTENCY_KEYS}, :request)",
                "attribute_exists(requests) AND :request <> :cancelled",
            ),
        ),
        43,
        "_check_requests",
    ),
    "the idempotency key is ignored": Mutant(
        (
            (
                registering.resolve_conflict,
                "registration.as_made_by(idempotency_key)",
                'registration.as_made_by("")',
            ),
            (
                flows.find_by_idempotency_key,
                ".as_made_by(idempotency_key)",
                '.as_made_by("")',
            ),
        ),
        0,
        "check_refused_not_done",
    ),
    "an offer does not end": Mutant(
        (
            (
                flows.has_expired_offer,
                "registration.offer_expires_at <= now",
                "registration.offer_expires_at is None",
            ),
        ),
        8,
        "check_offers_ended",
    ),
    "SEQUENCE is not raised": Mutant(
        (
            (
                stream._derive_registration_facts,
                "registration_id, revision, entry",
                "registration_id, revision - 1, entry",
            ),
        ),
        0,
        "_check_facts",
    ),
    "a calendar's SEQUENCE is not raised": Mutant(
        ((mail_calendar.build_files_for_fact, "fact.revision - 1", "0"),), 1, "_check_calendars"
    ),
    "a fold forgets the count": Mutant(
        ((histories._build_folded_attributes, '"folded": after.folded', '"folded": 0'),), 3, "_check_facts"
    ),
    "a message is acknowledged before its write": Mutant(
        ((batches._logged, "    raise", "    return"),), 0, "check"
    ),
    "the line does not hear of what is freed": Mutant(
        (
            (
                relay._enqueue_facts,
                _RELAYS,
                'for queue in () if fact.kind == "freed" else QUEUES_BY_FACT[type(fact)]:',
            ),
        ),
        6,
        "check_nothing_idles",
    ),
    "no mail tells of a cancellation": Mutant(
        (
            (
                relay._enqueue_facts,
                _RELAYS,
                'for queue in (WAITLIST,) if fact.kind == "cancelled" else QUEUES_BY_FACT[type(fact)]:',
            ),
        ),
        2,
        "check",
    ),
    "no change closes the answer's link": Mutant(
        (
            (
                updates.build_registration_update,
                "{**attributes, **build_closing_attributes(registration)}",
                "{**attributes}",
            ),
        ),
        2,
        "_check_opened",
    ),
    "a link is not checked again in a retry": Mutant(
        (
            (
                Access.admit,
                "_require_open(reached)",
                'vars(self).setdefault("checked", []) or vars(self)["checked"].append(_require_open(reached))',
            ),
        ),
        64,
        "_check_written",
    ),
    "links stay when a registration is made anew": Mutant(
        (
            (
                registering.build_registration,
                "generation = create_generation()",
                "generation = applicant.registration_id",
            ),
        ),
        2,
        "_check_opened",
    ),
    "all links together have so many changes": Mutant(
        (
            (
                access.count_change,
                "int(counts.get(registration.via, 0))",
                'sum(int(counts[each]) for each in counts if each != "hour")',
            ),
        ),
        17,
        "_check_changed_often",
    ),
    "a look has a mail sent": Mutant(
        (
            (
                own_registration.get_registration,
                "registration = load_current_registration(token, to_status=True)",
                "registration = mail_requests.request_mail(registration_links.read_token(token), clock.now())",
            ),
        ),
        2,
        "_attributed",
    ),
    "what was withheld is never told": Mutant(
        ((withheld_mails.release, "table.write(released)", "pass"),), 2, "_is_withheld"
    ),
    "what a queue did not take is forgotten": Mutant(
        ((queues._send_batch, 'answer.get("Failed", [])', "[]"),), 1, "check"
    ),
    "a mail is not claimed": Mutant(
        (
            (
                mail_flows.send_mail_for,
                "claim = store.claim(fact, now)",
                "claim = store.find(fact) and Claim.FIRST or store.claim(fact, now)",
            ),
        ),
        2,
        "check",
    ),
    "a mail is claimed and never marked": Mutant(((mail_store.mark_sent, _MARKS, "pass"),), 1, "check"),
    "the reconciler forgets offers": Mutant(
        ((recounting._build_recount, 'in ("confirmed", "offered")', 'in ("confirmed",)'),), 8, "check_when_drained"
    ),
    "erasure leaves the place taken": Mutant(
        (
            (erasure.erase, 'if registration.status != "cancelled":', "if not now:"),
            (erasure._erase, '"#status = :cancelled", {":cancelled": "cancelled"}', '"#status <> :needs", {}'),
        ),
        2,
        "check_counters",
    ),
    "a broadcast forgets its position": Mutant(
        ((rounds_store.advance, '"after": after,', '"after": broadcast.after,'),), 0, "check"
    ),
    "a broadcast stops at an erased registration": Mutant(
        ((rounds_flows.process_page, "if not registrations.is_erased(item):", "if item:"),), 2, "drain"
    ),
    "a cancelled participant stays on the lists": Mutant(
        (
            (building._compose_from_source, 'status="confirmed", ', ""),
            (manifest.compose, 'each.status == "confirmed"', "each.status"),
        ),
        4,
        "check",
    ),
    "lists are ready before they are kept": Mutant(
        ((building.build_manifest, "files.save(event_id, version, content_hash, rendered.files)", "pass"),),
        9,
        "_read_listed",
    ),
    "an older version keeps a participant who was taken out": Mutant(
        ((files.delete, ' or not object_version["IsLatest"]', ""),), 42, "_check_files"
    ),
    "a change of dates deletes at once": Mutant(
        ((PurgeSchedule.plan_change, "dict.fromkeys(brought_forward, now + GRACE_PERIOD)", "{}"),),
        9,
        "_check_deletion",
    ),
    "no organiser is asked before a deletion": Mutant(
        ((programme_flows._plan_deletions, "if check_deletion and", "if False and"),), 43, "_check_deletion"
    ),
    "a purge goes on though it was undone": Mutant(
        ((purges.transact, "table.transact(*writes, guard)", "table.transact(*writes)"),), 249, "_check_deletion"
    ),
    "the places of forgotten people stay taken": Mutant(
        ((programme_transactions.replace, 'places.get("forgotten", {}) if schedule else {}', "{}"),),
        12,
        "_check_people",
    ),
}


@contextmanager
def broken(mutant: Mutant) -> Iterator[None]:
    """Edit the functions' sources, and restore them afterwards; of a decorated function, the one within."""
    edits = [(cast("FunctionType", inspect.unwrap(function)), old, new) for function, old, new in mutant.edits]
    codes = {function: function.__code__ for function, _, _ in edits}
    sources = {function: textwrap.dedent(inspect.getsource(function)) for function in codes}
    for function, old, new in edits:
        assert sources[function].count(old) == 1, f"{function.__qualname__} has not once: {old}"
        sources[function] = sources[function].replace(old, new)
    try:
        for function, source in sources.items():
            function.__code__ = _compiled(function, source)
        yield
    finally:
        for function, code in codes.items():
            function.__code__ = code


def _compiled(function: FunctionType, source: str) -> CodeType:
    namespace: dict[str, Any] = {}
    exec(compile(source, function.__qualname__, "exec"), dict(function.__globals__), namespace)
    code: CodeType = inspect.unwrap(namespace[function.__name__]).__code__
    return code


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS.keys())
def test_a_broken_build_is_found_out(mutant: Mutant) -> None:
    """Its check fails in the world of its seed, or in one of the first, since another build makes other worlds."""
    with broken(mutant):
        assert any(mutant.broken in _found(seed) for seed in (mutant.seed, *range(WORLDS)))


def _found(seed: int) -> list[str]:
    """Return the functions on the way to the error that the world of that seed ends with, or nothing."""
    try:
        run_world(seed)
    except BaseException as error:
        return looked_at(error)
    return []


def looked_at(error: BaseException) -> list[str]:
    """Return the simulation's own functions on the way to the error."""
    frames = traceback.extract_tb(error.__traceback__)
    return [frame.name for frame in frames if frame.filename.startswith(FOLDERS)]
