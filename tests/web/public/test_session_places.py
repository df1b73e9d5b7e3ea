"""Where a session is, when that is not at the event's place."""

from chalicelib.web.public.pages import build_days
from testing import builders


def test_a_session_may_be_elsewhere() -> None:
    """Its place stands behind its title; any other says nothing."""
    sessions = [
        {"title": {"da": "Velkomst", "en": "Welcome"}, "starts_at": "2020-05-05T15:00"},
        {"title": {"da": "Rundvisning", "en": "Tour"}, "place": "Havnen"},
    ]
    [day] = build_days(builders.event(sessions=sessions), "da")
    assert [stop.title for stop in day.stops] == ["Velkomst", "Rundvisning (Havnen)"]
