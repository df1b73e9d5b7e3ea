"""The organiser's hand: promotion out of turn, priority, holds. The history says who did it, and why."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from chalicelib import facts
from chalicelib.audit import audit_log
from chalicelib.audit.audit_log import Change, Entry, Word
from chalicelib.aws import table
from chalicelib.aws.items import Put
from chalicelib.aws.keys import timestamp
from chalicelib.aws.table import Refused
from chalicelib.problems import NotFree, NotHeld, NotWaiting, TooBusy
from chalicelib.programme import lines
from chalicelib.programme.model import Event
from chalicelib.registration import moving_up, promotions, rules, store, transactions, updates
from chalicelib.registration.counters import Counters
from chalicelib.registration.flows import ATTEMPTS, look
from chalicelib.registration.model import SITS_NOT_OUT, Places, Registration, WaitlistEntry
from chalicelib.registration.promotions import ByHand
from chalicelib.registration.rules import HeldUp, Promotion

LONGEST_NAME = 60  #: signs, of a hold


def promote(
    event: Event,
    registration_id: str,
    word: Word,
    now: datetime,
    *,
    wish: str = "",
    hold: str = "",
    confirmed: bool = False,
) -> Registration:
    """Give a waiting registration, with all of its party, its units ahead of its turn; somebody confirmed, the
    `wish` named, or the first; somebody offered, what is offered. Confirmed and without a wish, it stays so.

    The units come out of `hold`, if one is named, or are free; `confirmed` gives them beyond what there is. Raises
    NotFree, NotHeld, NotWaiting (it is cancelled), LinkNotValid and TooBusy, with nothing written.
    """
    for _ in range(ATTEMPTS):
        registration = look(event.id, registration_id, now)
        if registration.status == "cancelled":
            raise NotWaiting
        if registration.status == "confirmed" and not registration.in_line:
            return registration
        with suppress(Refused):
            if registration.status == "offered":
                transactions.accept(registration, now, word.said)
            else:
                entry = _entry(registration, wish)
                _promote(event, registration, entry, ByHand(word.said, hold, confirmed), now)
            return look(event.id, registration_id, now)
    raise TooBusy


def _entry(registration: Registration, wish: str) -> WaitlistEntry:
    """Where it stands in line, or where it stands for that wish; raises NotWaiting."""
    found = (key for key in registration.in_line if wish in ("", key.partition("#")[0]))
    if not (key := next(found, "")):
        raise NotWaiting
    return store.entry(registration, key)


def _promote(event: Event, registration: Registration, entry: WaitlistEntry, how: ByHand, now: datetime) -> None:
    places = store.places(event.id)
    _check(event, registration, entry, places, how)
    promotion = Promotion(entry, _passed(event.id, entry, places))
    if registration.status == "confirmed":
        needs = rules.swapped(event, registration.needs, entry.line)
        promotions.swap_by_hand(registration, promotion, needs, places, how, now)
    else:
        promotions.promote_by_hand(registration, promotion, places, how, now)


def _check(event: Event, who: Registration, entry: WaitlistEntry, places: Places, how: ByHand) -> None:
    """Raises where there is nothing to give."""
    if how.hold:
        if lines.shortage(places.holds.get(how.hold, {}), entry.demand):
            raise NotHeld(hold=how.hold)
        return
    short = lines.shortage(places.free, entry.demand)
    if short and not how.overbook:
        raise NotFree(allotments=event.titles(short, who.attendee.language))


def _passed(event_id: str, entry: WaitlistEntry, places: Places) -> HeldUp:
    """The lines with somebody ahead, each with what it is short of and this entry does not want; where both want
    it, or nothing is short, they are passed because an organiser says so."""
    short = rules.held_up(places)
    ahead = [line for line in places.standing if _has_ahead(event_id, line, entry)]
    return {line: tuple(name for name in short.get(line, ()) if name not in entry.demand) for line in ahead}


def _has_ahead(event_id: str, line: str, entry: WaitlistEntry) -> bool:
    first = next(store.line(event_id, line), entry)
    return first.rank < entry.rank


def prioritise(
    event_id: str, registration_id: str, priority: int, word: Word, now: datetime, wish: str = ""
) -> Registration:
    """Put a waiting registration, with all of its party, among those of that priority (1 the highest, 5 the
    ordinary, 9 the lowest), in the order of their joining. A wish moves likewise: the one named, or the first.
    Whoever has passed an offer on may be offered something at once.

    Raises NotWaiting, LinkNotValid and TooBusy, with nothing written.
    """
    for _ in range(ATTEMPTS):
        registration = look(event_id, registration_id, now)
        if not registration.in_line:
            raise NotWaiting
        with suppress(Refused):
            _prioritise(registration, _entry(registration, wish), priority, word, now)
            return look(event_id, registration_id, now)
    raise TooBusy


def _prioritise(
    registration: Registration, entry: WaitlistEntry, priority: int, word: Word, now: datetime
) -> None:
    event_id = registration.event_id
    new = replace(entry, rank=lines.rank(entry.rank.partition("#")[2], priority), sat_out=SITS_NOT_OUT)
    if new.key == entry.key:
        return
    happened = updates.entry_fact(event_id, "", facts.Prioritised, now, word.said, priority=priority)
    counters = Counters(event_id)
    counters.prioritise()
    writes = transactions.replaced(event_id, entry, new, counters)
    if registration.status == "confirmed":
        in_line = [new.key if key == entry.key else key for key in registration.in_line]
        writes.append(updates.of_registration(registration, {"in_line": in_line}, happened))
    else:
        writes += transactions.told(event_id, entry, new, entry.members, happened)
    table.transact(counters.update(), *writes)


def hold(event: Event, name: str, units: Mapping[str, int], now: datetime, word: Word | None = None) -> Places:
    """Set so many units of each allotment aside under that name, by an organiser's word, from those that are free;
    none ends the hold.
    What is on its way to those who wait goes to them first. What a hold gives up goes to those who wait, and to
    no more of them than that.

    Raises NotFree and TooBusy, with nothing written.
    """
    for _ in range(ATTEMPTS):
        if any(units.values()):
            moving_up.settle(event.id, now)
        places = store.places(event.id)
        before = places.holds.get(name, {})
        more = {each: units.get(each, 0) - before.get(each, 0) for each in {*units, *before}}
        short = tuple(each for each, wanted in more.items() if wanted > places.left(each))
        if short:
            raise NotFree(allotments=event.titles(short, "da"))
        with suppress(Refused):
            done = _held(event.id, name, before, more, word, now) if word else []
            transactions.hold(places, event.id, name, {k: v for k, v in units.items() if v}, more, *done)
            return store.places(event.id)
    raise TooBusy


def _held(
    event_id: str, name: str, before: Mapping[str, int], more: Mapping[str, int], word: Word, now: datetime
) -> list[Put]:
    """What the journal says of a hold that is other than before."""
    changes = tuple(
        Change(each, str(before.get(each, 0)), str(before.get(each, 0) + units))
        for each, units in sorted(more.items())
        if units
    )
    return [audit_log.put(Entry(event_id, "hold", word, timestamp(now), name, changes))] if changes else []
