"""What somebody takes part in, day by day: their departures, their room, the meals and the talks."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

from chalicelib.language import Language, translator
from chalicelib.mail.letters.letter import Day, Stop
from chalicelib.programme import dates
from chalicelib.programme.model import ZONE, Event, Leg, Session, Stay, Venue

_Timed = tuple[datetime, Stop]


def itinerary(event: Event, needs: Iterable[str], language: Language) -> tuple[Day, ...]:
    """The days of somebody who needs `needs`, in order of time; what has no time yet is left out."""
    taken = set(needs)
    timed = sorted(_stops(event, taken, language), key=lambda pair: pair[0])
    return tuple(
        Day(dates.day_of_year(day[0][0], language), tuple(stop for _, stop in day))
        for _, stops in groupby(timed, key=lambda pair: pair[0].astimezone(ZONE).date())
        for day in [list(stops)]
    )


def place(venue: Venue) -> str:
    """The venue's name and address, once where they are the same."""
    return venue.name if venue.name == venue.address else f"{venue.name}, {venue.address}"


def _stops(event: Event, taken: set[str], language: Language) -> Iterator[_Timed]:
    """Where the day's programme also names a departure, the departure is told, and only to those who take it;
    where it also names a meal, the programme's words are told."""
    departures = {leg.departs for leg in event.legs}
    sessions = [session for session in event.sessions if session.starts_at not in departures]
    named = {session.starts_at for session in sessions}
    yield from ((leg.departs, _leg(leg, language)) for leg in event.legs if leg.name in taken)
    yield from ((stay.check_in, _stay(stay, language)) for stay in event.stays if stay.name in taken)
    for meal in event.meals:
        if meal.starts_at not in named:
            yield meal.starts_at, Stop(dates.time(meal.starts_at, language), meal.title.in_(language))
    for session in sessions:
        if session.starts_at:
            yield session.starts_at, _session(session, session.starts_at, language)


def _leg(leg: Leg, language: Language) -> Stop:
    return Stop(dates.times(leg.departs, leg.arrives, language), leg.title.in_(language), leg_lines(leg, language))


def leg_lines(leg: Leg, language: Language) -> tuple[str, ...]:
    """Who carries, from where to where and when, and where to meet."""
    _ = translator(language)
    lines = [
        f"{leg.carrier} {leg.number}" if leg.number else leg.carrier,
        _("From %(origin)s %(departs)s, to %(destination)s %(arrives)s")
        % {
            "origin": leg.origin,
            "departs": dates.time(leg.departs, language),
            "destination": leg.destination,
            "arrives": dates.time(leg.arrives, language),
        },
    ]
    if leg.meeting_point:
        lines.append(_("Meet at: %(place)s") % {"place": leg.meeting_point.in_(language)})
    return tuple(lines)


def _stay(stay: Stay, language: Language) -> Stop:
    return Stop(dates.time(stay.check_in, language), stay.title.in_(language), stay_lines(stay, language))


def stay_lines(stay: Stay, language: Language) -> tuple[str, ...]:
    """Where, from when and until when."""
    _ = translator(language)
    leaving = _("Check out no later than %(day)s at %(time)s") % {
        "day": dates.day_of_year(stay.check_out, language),
        "time": dates.time(stay.check_out, language),
    }
    ready = _("The room is ready from %(time)s") % {"time": dates.time(stay.check_in, language)}
    return stay.hotel, ready, leaving


def _session(session: Session, starts_at: datetime, language: Language) -> Stop:
    lines = (session.place, ", ".join(session.speakers))
    return Stop(dates.time(starts_at, language), session.title.in_(language), tuple(filter(None, lines)))
