"""The places in the line that people who wait are told: how many people, counted to this one, wait for something
that it waits for; where it waits for several things, the shortest. Pages and mails say nothing else."""

from collections import Counter
from collections.abc import Iterable

from chalicelib import keys, lines, table
from chalicelib.problems import EventNotFound
from chalicelib.registration.model import Places, Registration, WaitlistEntry
from chalicelib.registration.store import as_places


def place_in_line(registration: Registration) -> tuple[Places, int | None]:
    """The event's places as they stand, and the registration's place in the line; None when it waits no more.

    Whoever joined last is told without counting. Everybody else is counted back from the end of the lines, as the
    places that were read after it joined have them, where that is near, and from their heads otherwise. Who leaves
    meanwhile may still be counted.
    """
    event_id = registration.event_id
    entries = {keys.waiting_key(event_id, key)["SK"]: key for key in registration.in_line}
    wanted = [keys.places_key(event_id), *(keys.waiting_key(event_id, key) for key in registration.in_line)]
    found = {item["SK"]: item for item in table.get_many(wanted)}
    if "PLACES" not in found:
        raise EventNotFound(event_id=event_id)
    places = as_places(found.pop("PLACES"))
    if _is_last(registration, places) and found:
        return places, _everybody(registration.in_line[0].partition("#")[0], places)
    counted = (_position(event_id, entries[each], places) for each in found)
    return places, min(filter(None, counted), default=None)


def _is_last(registration: Registration, places: Places) -> bool:
    """Whether nobody has joined since; of a party, several may have joined in one moment."""
    last = f"#{lines.rank(places.last_joined)}#"
    alone = len(registration.in_line) == 1 and not registration.party
    return alone and not places.prioritised and last in registration.in_line[0]


def _everybody(own: str, places: Places) -> int:
    """All the people who wait for something that those in this line wait for."""
    return sum(places.lines.get(line, 0) * lines.people_in(line) for line in (own, *_competing(own, places)))


def _position(event_id: str, key: str, places: Places) -> int | None:
    own, _, place = key.partition("#")
    others = _competing(own, places)
    if not places.prioritised and (behind := _behind(event_id, own, place, others, places)) is not None:
        own_behind, others_behind = behind
        if not own_behind:
            return None
        return _everybody(own, places) - own_behind * lines.people_in(own) - others_behind + 1
    if not (counted := _count(event_id, own, place)):
        return None
    ahead = (counted - 1) * lines.people_in(own)
    return ahead + sum(_count(event_id, line, place) * lines.people_in(line) for line in others) + 1


def _behind(event_id: str, own: str, place: str, others: list[str], places: Places) -> tuple[int, int] | None:
    """How many entries of the own line come from this place on, and how many people of the others behind it, of
    those who had joined when the places were read; None where there are too many to read at once."""
    last = f"{lines.rank(places.last_joined)}#~"
    own_behind = table.count_at_once(event_id, f"WAIT#{own}#{place}", f"WAIT#{own}#{last}")
    people = 0
    for line in others:
        since = f"WAIT#{line}#{place}"
        found = table.count_at_once(event_id, since, f"WAIT#{line}#{last}") if since < f"WAIT#{line}#{last}" else 0
        if found is None:
            return None
        people += found * lines.people_in(line)
    return None if own_behind is None else (own_behind, people)


def _competing(own: str, places: Places) -> list[str]:
    """The other lines that wait for something that this one waits for."""
    waited_for = set(places.waits_for(lines.demand_in(own)))
    return [line for line in places.standing if line != own and waited_for.intersection(lines.demand_in(line))]


def _count(event_id: str, line: str, up_to: str) -> int:
    return table.count(event_id, f"WAIT#{line}#", up_to=keys.waiting_key(event_id, f"{line}#{up_to}")["SK"])


def places_in_line(entries: Iterable[WaitlistEntry], places: Places) -> dict[str, int]:
    """The places in the line of all who wait, by registration id: what `place_in_line` counts for each alone."""
    ahead: Counter[str] = Counter()
    found: dict[str, int] = {}
    for each in entries:
        place = sum(ahead[line] for line in (each.line, *_competing(each.line, places))) + 1
        found.update({member: min(place, found.get(member, place)) for member in each.members})
        ahead[each.line] += each.people
    return found
