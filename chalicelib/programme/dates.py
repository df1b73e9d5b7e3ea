"""Days and times as people read them, in Danish and in English, in the programme's own time zone."""

from datetime import datetime

from chalicelib.language import Language
from chalicelib.programme.model import ZONE

_DATE_PATTERN = {"da": "EEEE 'den' d. MMMM", "en": "EEEE d MMMM"}
_TIME_PATTERN = {"da": "H.mm", "en": "H:mm"}
_DATE_TIME_SEPARATOR = {"da": " kl. ", "en": ", "}
_PERIOD_SEPARATOR = {"da": " til ", "en": " to "}


def format_date(moment: datetime, language: Language) -> str:
    """`tirsdag den 25. august 2020`, `Tuesday 25 August 2020`."""
    return _format(moment, f"{_DATE_PATTERN[language]} y", language)


def format_date_without_year(moment: datetime, language: Language) -> str:
    """`tirsdag den 25. august`, where the year is plain."""
    return _format(moment, _DATE_PATTERN[language], language)


def format_time(moment: datetime, language: Language) -> str:
    """`9.30`, `9:30`."""
    return _format(moment, _TIME_PATTERN[language], language)


def format_time_range(starts_at: datetime, ends_at: datetime, language: Language) -> str:
    """`9.30–12.30`, `9:30–12:30`."""
    return f"{format_time(starts_at, language)}–{format_time(ends_at, language)}"


def format_date_time(at: datetime, language: Language) -> str:
    """`tirsdag den 25. august 2020 kl. 9.30`, `Tuesday 25 August 2020, 9:30`."""
    return format_date(at, language) + _DATE_TIME_SEPARATOR[language] + format_time(at, language)


def format_period(starts_at: datetime, ends_at: datetime, language: Language) -> str:
    """`tirsdag den 25. august 2020 kl. 9.30–12.30`; over several days both moments are written out."""
    if starts_at.astimezone(ZONE).date() == ends_at.astimezone(ZONE).date():
        return (
            format_date(starts_at, language)
            + _DATE_TIME_SEPARATOR[language]
            + format_time_range(starts_at, ends_at, language)
        )
    return (
        format_date_time(starts_at, language) + _PERIOD_SEPARATOR[language] + format_date_time(ends_at, language)
    )


def _format(moment: datetime, pattern: str, language: Language) -> str:
    from babel.dates import format_datetime  # only where a page, mail or list is made

    return format_datetime(moment, pattern, tzinfo=ZONE, locale=language)
