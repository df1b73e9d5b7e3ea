"""An event's programme day by day, as everybody sees it."""

from chalicelib import dates
from chalicelib.language import Language
from chalicelib.mail.letter import Day, Stop
from chalicelib.programme.model import Event


def days(event: Event, language: Language) -> list[Day]:
    """Each day's sessions in the programme's order; one without a time stands with those before it."""
    found: list[tuple[str, list[Stop]]] = []
    for session in event.sessions:
        starts_at = session.starts_at
        day = dates.day_of_year(starts_at, language) if starts_at else ""
        if not found or day not in ("", found[-1][0]):
            found.append((day, []))
        when = dates.time(starts_at, language) if starts_at else ""
        where = f" ({session.place})" if session.place else ""
        found[-1][1].append(Stop(when, session.title.in_(language) + where))
    return [Day(day, tuple(stops)) for day, stops in found]
