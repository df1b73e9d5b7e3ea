"""Days and times as people read them, in Danish and in English, in the programme's own time zone."""

from datetime import datetime

from chalicelib.language import Language
from chalicelib.programme.model import ZONE

_DAY = {"da": "EEEE 'den' d. MMMM", "en": "EEEE d MMMM"}
_TIME = {"da": "H.mm", "en": "H:mm"}
_AT = {"da": " kl. ", "en": ", "}
_UNTIL = {"da": " til ", "en": " to "}


def day(moment: datetime, language: Language) -> str:
    """`tirsdag den 25. august 2020`, `Tuesday 25 August 2020`."""
    return _formatted(moment, f"{_DAY[language]} y", language)


def day_of_year(moment: datetime, language: Language) -> str:
    """`tirsdag den 25. august`, where the year is plain."""
    return _formatted(moment, _DAY[language], language)


def time(moment: datetime, language: Language) -> str:
    """`9.30`, `9:30`."""
    return _formatted(moment, _TIME[language], language)


def times(starts_at: datetime, ends_at: datetime, language: Language) -> str:
    """`9.30–12.30`, `9:30–12:30`."""
    return f"{time(starts_at, language)}–{time(ends_at, language)}"


def moment(at: datetime, language: Language) -> str:
    """`tirsdag den 25. august 2020 kl. 9.30`, `Tuesday 25 August 2020, 9:30`."""
    return day(at, language) + _AT[language] + time(at, language)


def span(starts_at: datetime, ends_at: datetime, language: Language) -> str:
    """`tirsdag den 25. august 2020 kl. 9.30–12.30`; over several days both moments are written out."""
    if starts_at.astimezone(ZONE).date() == ends_at.astimezone(ZONE).date():
        return day(starts_at, language) + _AT[language] + times(starts_at, ends_at, language)
    return moment(starts_at, language) + _UNTIL[language] + moment(ends_at, language)


def _formatted(moment: datetime, pattern: str, language: Language) -> str:
    from babel.dates import format_datetime  # only where a page, mail or list is made

    return format_datetime(moment, pattern, tzinfo=ZONE, locale=language)
