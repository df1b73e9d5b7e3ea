"""Dates and times as people read them, in Danish and in English, in the programme's own time zone.

Their patterns (Unicode LDML), and what joins a date and a time, are messages of the catalogue like all others.
In the hour that comes twice, when the clocks go back, every time says which of the two is meant.
"""

from datetime import datetime

from chalicelib.language import N_, Language, get_translator
from chalicelib.programme.model import ZONE

_DATE = N_("EEEE d MMMM y")
_DATE_WITHOUT_YEAR = N_("EEEE d MMMM")
_TIME = N_("H:mm")
_SUMMER_TIME, _WINTER_TIME = N_("%(time)s summer time"), N_("%(time)s winter time")
_DATE_TIME = N_("%(date)s, %(time)s")
_PERIOD = N_("%(start)s to %(end)s")


def format_date(moment: datetime, language: Language) -> str:
    """Format as `tirsdag den 25. august 2020`, `Tuesday 25 August 2020`."""
    return _format(moment, _DATE, language)


def format_date_without_year(moment: datetime, language: Language) -> str:
    """Format as `tirsdag den 25. august`, where the year is plain."""
    return _format(moment, _DATE_WITHOUT_YEAR, language)


def format_time(moment: datetime, language: Language) -> str:
    """Format as `9.30`, `9:30`; in the hour that comes twice as `2.30 sommertid`, `2:30 summer time`."""
    return _tell_which(_format(moment, _TIME, language), moment, language)


def format_numeric(moment: datetime, language: Language) -> str:
    """Format as `25-08-2020 09:30`, for the cells of lists."""
    return _tell_which(f"{moment.astimezone(ZONE):%d-%m-%Y %H:%M}", moment, language)


def format_time_range(starts_at: datetime, ends_at: datetime, language: Language) -> str:
    """Format as `9.30–12.30`, `9:30–12:30`."""
    return f"{format_time(starts_at, language)}–{format_time(ends_at, language)}"


def format_date_time(at: datetime, language: Language) -> str:
    """Format as `tirsdag den 25. august 2020 kl. 9.30`, `Tuesday 25 August 2020, 9:30`."""
    return _join(at, format_time(at, language), language)


def format_period(starts_at: datetime, ends_at: datetime, language: Language) -> str:
    """Format as `tirsdag den 25. august 2020 kl. 9.30–12.30`; over several days both moments are written out."""
    if starts_at.astimezone(ZONE).date() == ends_at.astimezone(ZONE).date():
        return _join(starts_at, format_time_range(starts_at, ends_at, language), language)
    start, end = format_date_time(starts_at, language), format_date_time(ends_at, language)
    return get_translator(language)(_PERIOD) % {"start": start, "end": end}


def _join(moment: datetime, time: str, language: Language) -> str:
    return get_translator(language)(_DATE_TIME) % {"date": format_date(moment, language), "time": time}


def is_repeated(moment: datetime) -> bool:
    """Return True for an instant whose local time comes twice, because the clocks go back."""
    local = moment.astimezone(ZONE)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _tell_which(time: str, moment: datetime, language: Language) -> str:
    """Say after the time which of the two is meant, where the clocks show it twice that night."""
    if not is_repeated(moment):
        return time
    pattern = _SUMMER_TIME if moment.astimezone(ZONE).dst() else _WINTER_TIME
    return get_translator(language)(pattern) % {"time": time}


def _format(moment: datetime, pattern: str, language: Language) -> str:
    from babel.dates import format_datetime  # only where a page, mail or list is made

    return format_datetime(moment, get_translator(language)(pattern), tzinfo=ZONE, locale=language)
