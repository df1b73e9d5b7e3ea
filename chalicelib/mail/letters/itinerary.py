"""The itinerary of a registration, day by day: departures, room, meals and sessions."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

from chalicelib.language import Language, get_translator
from chalicelib.mail.letters.letter import Day, Stop
from chalicelib.programme import dates
from chalicelib.programme.model import ZONE, Event, Leg, Session, Stay

_TimedStop = tuple[datetime, Stop]


def build_itinerary(event: Event, needs: Iterable[str], language: Language) -> tuple[Day, ...]:
    """Build the days of a registration with these needs, in order of time, without sessions that have no time."""
    units = set(needs)
    timed = sorted(_collect_stops(event, units, language), key=lambda pair: pair[0])
    return tuple(
        Day(dates.format_date_without_year(day[0][0], language), tuple(stop for _, stop in day))
        for _, stops in groupby(timed, key=lambda pair: pair[0].astimezone(ZONE).date())
        for day in [list(stops)]
    )


def _collect_stops(event: Event, needs: set[str], language: Language) -> Iterator[_TimedStop]:
    """Yield the legs and stays among the needs, all meals and all sessions with a time.

    A session at the time of a leg is that leg, and is left out; a meal at the time of a session is that session.
    """
    departures = {leg.departs for leg in event.legs}
    sessions = [session for session in event.sessions if session.starts_at not in departures]
    session_times = {session.starts_at for session in sessions}
    yield from ((leg.departs, _build_leg_stop(leg, language)) for leg in event.legs if leg.name in needs)
    yield from ((stay.check_in, _build_stay_stop(stay, language)) for stay in event.stays if stay.name in needs)
    for meal in event.meals:
        if meal.starts_at not in session_times:
            yield meal.starts_at, Stop(dates.format_time(meal.starts_at, language), meal.title.in_(language))
    for session in sessions:
        if session.starts_at:
            yield session.starts_at, _build_session_stop(session, session.starts_at, language)


def _build_leg_stop(leg: Leg, language: Language) -> Stop:
    return Stop(
        dates.format_time_range(leg.departs, leg.arrives, language),
        leg.title.in_(language),
        describe_leg(leg, language),
    )


def describe_leg(leg: Leg, language: Language) -> tuple[str, ...]:
    """Describe the leg in text lines: carrier, origin and destination with their times, and the meeting point."""
    _ = get_translator(language)
    text_lines = [
        f"{leg.carrier} {leg.number}" if leg.number else leg.carrier,
        _("From %(origin)s %(departs)s, to %(destination)s %(arrives)s")
        % {
            "origin": leg.origin,
            "departs": dates.format_time(leg.departs, language),
            "destination": leg.destination,
            "arrives": dates.format_time(leg.arrives, language),
        },
    ]
    if leg.meeting_point:
        text_lines.append(_("Meet at: %(place)s") % {"place": leg.meeting_point.in_(language)})
    return tuple(text_lines)


def _build_stay_stop(stay: Stay, language: Language) -> Stop:
    return Stop(
        dates.format_time(stay.check_in, language), stay.title.in_(language), describe_stay(stay, language)
    )


def describe_stay(stay: Stay, language: Language) -> tuple[str, ...]:
    """Describe the stay in text lines: hotel, check-in and check-out."""
    _ = get_translator(language)
    leaving = _("Check out no later than %(day)s at %(time)s") % {
        "day": dates.format_date_without_year(stay.check_out, language),
        "time": dates.format_time(stay.check_out, language),
    }
    ready = _("The room is ready from %(time)s") % {"time": dates.format_time(stay.check_in, language)}
    return stay.hotel, ready, leaving


def _build_session_stop(session: Session, starts_at: datetime, language: Language) -> Stop:
    text_lines = (session.place, ", ".join(session.speakers))
    return Stop(
        dates.format_time(starts_at, language), session.title.in_(language), tuple(filter(None, text_lines))
    )
