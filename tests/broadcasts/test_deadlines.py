"""An event's deadlines, and when its organiser is warned of them."""

from datetime import datetime, timedelta

from chalicelib.audit.tasks import Task
from chalicelib.broadcasts.deadlines import Deadline, build_warnings, list_deadlines
from chalicelib.programme.model import ZONE, Title
from testing import builders

NAMES, ROOMS = datetime(2020, 5, 1, 12, tzinfo=ZONE), datetime(2020, 4, 28, 12, tzinfo=ZONE)
HALF = Title(da="Halvdelen", en="Half")
EVENT = builders.event(
    deadlines={
        "names": "2020-05-01T12:00",
        "rooms": "2020-04-28T12:00",
        "releases": [{"at": "2020-04-05T12:00", "title": HALF.model_dump()}],
    }
)


def test_the_earliest_comes_first() -> None:
    """Releases, names and rooms in one order; an event without any has none."""
    release = Deadline("release", datetime(2020, 4, 5, 12, tzinfo=ZONE), HALF)
    assert list_deadlines(EVENT) == [release, Deadline("rooms", ROOMS), Deadline("names", NAMES)]
    assert list_deadlines(builders.event()) == []


def test_how_a_deadline_stands() -> None:
    """It draws near three days before, and has passed with its moment."""
    moments = [
        NAMES - timedelta(days=3, seconds=1),
        NAMES - timedelta(days=3),
        NAMES - timedelta(seconds=1),
        NAMES,
    ]
    assert [Deadline("names", NAMES).state_at(now) for now in moments] == ["ahead", "near", "near", "passed"]


def test_a_deadline_as_organisers_see_it() -> None:
    """With its moment in local time; a release says what may be given back."""
    assert list_deadlines(EVENT)[0].as_document(NAMES) == {
        "kind": "release",
        "at": "2020-04-05T12:00:00+02:00",
        "state": "passed",
        "title": {"da": "Halvdelen", "en": "Half"},
    }


def test_a_warning_comes_when_the_deadline_draws_near() -> None:
    """Once: not of what was near before, nor of what is far, nor of what has passed meanwhile."""
    near = ROOMS - timedelta(days=3)
    expected = Task(
        event_id=EVENT.id,
        kind="rooms-due",
        subject="20200428T1200",
        at="2020-04-25T10:05:00.000000Z",
        parameters={"due": "2020-04-28T12:00:00+02:00"},
    )
    assert build_warnings(EVENT, near, near + timedelta(minutes=5)) == [expected]
    assert build_warnings(EVENT, near + timedelta(seconds=1), near + timedelta(minutes=5)) == []
    assert [each.kind for each in build_warnings(EVENT, near, ROOMS)] == ["names-due"]
