"""The organiser's list of things to do, over HTTP."""

import pytest

from chalicelib import clock
from chalicelib.audit import tasks
from chalicelib.audit.tasks import Task
from chalicelib.auth import sessions
from chalicelib.aws import keys, table
from chalicelib.aws.keys import format_timestamp
from chalicelib.mail.delivery import outcomes, store
from chalicelib.mail.delivery.reports import Outcome, Report
from chalicelib.mail.letters.catalogue import MAIL_KINDS
from chalicelib.programme import store as programme_store
from chalicelib.registration.model import Registration
from chalicelib.retention import erasure
from testing import builders
from testing.registration_links import participant
from testing.world import publish, register
from tests.mail.samples import confirmed
from tests.web.browser import FORM, PAGE, as_organiser, call

pytestmark = pytest.mark.usefixtures("aws")

EVENT = "leverandoerernes-oenskeseddel"
HERE = f"/organiser/events/{EVENT}/problems"
HOME = "https://tilmelding.example/organiser"
AT = "2019-11-01T07:01:32.669000Z"


@pytest.fixture
def who() -> Registration:
    return register(publish(builders.event()), "Anna")


def went_wrong(who: Registration, outcome: Outcome = "bounced") -> str:
    """The confirmation came to nothing; the id of what is to be done."""
    fact = confirmed(who)
    store.claim(fact, clock.now())
    sent_at = format_timestamp(clock.now())
    outcomes.record(Report(fact.key, who.event_id, who.id, outcome, "General", AT, sent_at, "ses-1"))
    return tasks.list_open(EVENT)[0].id


def put(kind: str, registration_id: str = "", **parameters: str) -> None:
    table.transact(tasks.build_put(Task(EVENT, kind, "x", AT, registration_id, parameters)))


@pytest.mark.parametrize(
    ("outcome", "kind", "says"),
    [
        ("bounced", "mail-bounced", "The mail “Confirmation” came back: "),
        ("complained", "mail-complained", "The mail “Confirmation” was marked as unwanted. "),
        ("failed", "mail-refused", "The mail “Confirmation” could not be sent "),
    ],
)
def test_what_went_wrong_is_listed(who: Registration, outcome: Outcome, kind: str, says: str) -> None:
    """Who, which mail, when, and a sentence in the language asked for."""
    problem_id = went_wrong(who, outcome)
    answer = as_organiser("GET", HERE, Accept_Language="en")
    [problem] = answer.json_body["problems"]
    assert problem.pop("detail").startswith(says)
    assert problem == {
        "id": problem_id,
        "kind": kind,
        "registration_id": who.id,
        "name": "Anna Hansen",
        "email": "anna@example.org",
        "at": AT,
        "mail": "confirmed",
    }
    [danish] = as_organiser("GET", HERE).json_body["problems"]
    assert "”Bekræftelse”" in danish["detail"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_nothing_wrong_is_an_empty_list(who: Registration) -> None:
    """And an event that is not there is not found."""
    assert who.status == "confirmed"
    assert as_organiser("GET", HERE).json_body == {"problems": []}
    assert as_organiser("GET", "/organiser/events/moon/problems").status_code == 404


def test_other_kinds_need_no_registration(who: Registration) -> None:
    """One that this version has no words for is said to be wrong all the same."""
    assert who.status == "confirmed"
    put("counter-drift")
    [problem] = as_organiser("GET", HERE, Accept_Language="en").json_body["problems"]
    assert (problem["id"], problem["name"], problem["mail"]) == ("counter-drift.x", None, None)
    assert problem["detail"] == "Something is wrong here: please ask whoever runs the service."


def test_every_mail_can_be_named(who: Registration) -> None:
    """Also one that another version knows."""
    for kind in (*MAIL_KINDS, "reminder"):
        put(f"mail-refused.{kind}", who.id, mail=f"{who.id}.0001.{kind}")
    listed = as_organiser("GET", HERE).json_body["problems"]
    assert {each["mail"] for each in listed} == {*MAIL_KINDS, "reminder"}


def test_whoever_was_erased_is_not_listed(who: Registration) -> None:
    """There is nobody left to reach."""
    put("mail-bounced", "gone", mail="gone.0001.confirmed")
    gone = register(programme_store.read_cached(EVENT), "Bo")
    erasure.erase(participant(EVENT, gone.id), clock.now())
    table.transact(
        tasks.build_put(Task(EVENT, "mail-bounced", "y", AT, gone.id, {"mail": f"{gone.id}.0001.confirmed"}))
    )
    problem_id = went_wrong(who)
    assert [each["id"] for each in as_organiser("GET", HERE).json_body["problems"]] == [problem_id]


def test_a_problem_is_resolved_once(who: Registration) -> None:
    """204 and it is gone; then there is nothing at the address."""
    path = f"{HERE}/{went_wrong(who)}/resolution"
    answer = as_organiser("POST", path)
    assert (answer.status_code, answer.body) == (204, b"")
    assert as_organiser("GET", HERE).json_body == {"problems": []}
    assert table.get(keys.task_key(EVENT, path.split("/")[-2])) is None
    assert as_organiser("POST", path).status_code == 404
    assert as_organiser("POST", f"{HERE}/nothing/resolution").status_code == 404


def test_the_page_lists_it_with_a_button(who: Registration) -> None:
    """Pressed, also twice, it leads back to the page."""
    assert "At gøre" not in as_organiser("GET", "/organiser", **PAGE).body.decode()
    path = f"{HERE}/{went_wrong(who)}/resolution"
    page = as_organiser("GET", "/organiser", **PAGE).body.decode()
    assert f'action="{path}?lang=da"' in page
    assert "Anna Hansen</a>, anna@example.org: Mailen ”Bekræftelse” kom retur" in page
    cookie = f"organiser={sessions.issue_token('organiser@network.example', clock.now())}"
    for _ in range(2):
        pressed = call("POST", path, b"", {"Cookie": cookie, "Origin": "https://tilmelding.example", **FORM})
        assert (pressed.status_code, pressed.headers["Location"]) == (303, f"{HOME}?lang=da&done=resolved")
    assert "At gøre" not in as_organiser("GET", "/organiser", **PAGE).body.decode()


@pytest.mark.parametrize("kind", ["names-due", "rooms-due", "release-due"])
def test_a_deadline_is_said_with_its_moment(kind: str) -> None:
    """In the language asked for."""
    publish(builders.event())
    put(kind, due="2020-04-14T12:00:00+02:00")
    answers = [as_organiser("GET", HERE, Accept_Language=language) for language in ("da", "en")]
    said = [answer.json_body["problems"][0]["detail"] for answer in answers]
    assert "tirsdag den 14. april 2020 kl. 12.00" in said[0]
    assert "Tuesday 14 April 2020, 12:00" in said[1]
