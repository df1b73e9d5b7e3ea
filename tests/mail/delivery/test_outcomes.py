"""Recording the outcome of a mail."""

from dataclasses import replace

import pytest

from chalicelib.audit import tasks
from chalicelib.aws import keys, table
from chalicelib.facts import MailBounced, SignInRequested
from chalicelib.mail.delivery import outcomes, reports, store
from chalicelib.mail.delivery.reports import Outcome, Report
from chalicelib.registration import store as registrations
from chalicelib.registration.model import Registration
from chalicelib.registration.notes import build_note
from testing import builders
from testing.world import publish, register
from tests.mail import ses_events
from tests.mail.samples import AT, NOW, build_fact_fields, confirmed, offered

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def who() -> Registration:
    """A registration whose confirmation was sent."""
    registered = register(publish(builders.event()), "Anna")
    store.claim(confirmed(registered), NOW)
    store.mark_sent(confirmed(registered), "ses-1", NOW)
    return registered


def _report(body: str) -> Report:
    read = reports.read(body)
    assert read
    return read


def _history(who: Registration) -> list[dict[str, object]]:
    found = registrations.find(who.event_id, who.id)
    assert found
    return list(found.history)


def _state(who: Registration) -> object:
    record = store.find(confirmed(who))
    return record and record["state"]


def test_bounce_is_in_the_record_the_history_and_the_list(who: Registration) -> None:
    """Each says which mail it was and when; none says to which address it went."""
    outcomes.record(_report(ses_events.bounce(confirmed(who), subtype="NoEmail")))
    key, at = confirmed(who).key, "2019-11-01T07:01:32.669000Z"
    assert store.find(confirmed(who)) == {
        **keys.mail_key(who.event_id, key),
        "kind": "confirmed",
        "state": "bounced",
        "reason": "NoEmail",
        "message_id": "EXAMPLE7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000",
        "sent_at": "2019-11-01T07:00:30.000000Z",
        "bounced_at": at,
    }
    assert _history(who)[1:] == [{"fact": "mail-bounced", "at": at, "mail": key, "reason": "NoEmail"}]
    [listed] = tasks.list_open(who.event_id)
    assert (listed.kind, listed.subject, listed.at, listed.registration_id) == ("mail-bounced", key, at, who.id)
    assert listed.parameters["mail"] == key
    item = table.get(keys.task_key(who.event_id, listed.id))
    assert "@" not in str(item)


def test_complaint_is_written_down_likewise(who: Registration) -> None:
    """With the kind of complaint."""
    outcomes.record(_report(ses_events.complaint(confirmed(who))))
    assert _state(who) == "complained"
    assert [(entry["fact"], entry["reason"]) for entry in _history(who)[1:]] == [("mail-complained", "abuse")]
    assert [each.kind for each in tasks.list_open(who.event_id)] == ["mail-complained"]


def test_mail_that_ses_rejects_is_written_down_likewise(who: Registration) -> None:
    """It was never sent, so they know as little of it as if it had come back."""
    outcomes.record(_report(ses_events.rejection(confirmed(who))))
    assert _state(who) == "failed"
    assert [(entry["fact"], entry["reason"]) for entry in _history(who)[1:]] == [("mail-bounced", "Bad content")]
    assert [each.kind for each in tasks.list_open(who.event_id)] == ["mail-refused"]


def test_bounce_that_may_pass_is_only_recorded(who: Registration) -> None:
    """A full mailbox or an absence note makes no task."""
    outcomes.record(_report(ses_events.bounce(confirmed(who), "Transient", "MailboxFull")))
    assert (_state(who), len(_history(who)), tasks.list_open(who.event_id)) == ("soft-bounced", 1, [])


@pytest.mark.parametrize("body", [ses_events.bounce, ses_events.complaint, ses_events.rejection])
def test_report_that_comes_again_changes_nothing(who: Registration, body: object) -> None:
    """Neither the history nor a list from which it was struck off."""
    assert callable(body)
    report = _report(body(confirmed(who)))
    outcomes.record(report)
    history = _history(who)
    [listed] = tasks.list_open(who.event_id)
    tasks.resolve(who.event_id, listed.id)
    outcomes.record(report)
    outcomes.record(replace(report, at="2019-11-02T07:00:00.000000Z"))
    assert (_history(who), tasks.list_open(who.event_id)) == (history, [])


@pytest.mark.parametrize(
    ("first", "then", "state", "facts"),
    [
        ("soft-bounced", "bounced", "bounced", ["mail-bounced"]),
        ("bounced", "soft-bounced", "bounced", ["mail-bounced"]),
        ("soft-bounced", "complained", "complained", ["mail-complained"]),
        ("complained", "bounced", "complained", ["mail-complained"]),
        ("bounced", "complained", "complained", ["mail-bounced", "mail-complained"]),
    ],
)
def test_reports_may_come_in_any_order(
    who: Registration, first: Outcome, then: Outcome, state: str, facts: list[str]
) -> None:
    """A report that says less than is known already is dropped."""
    report = _report(ses_events.bounce(confirmed(who)))
    for outcome in (first, then):
        outcomes.record(replace(report, outcome=outcome))
    assert (_state(who), [entry["fact"] for entry in _history(who)[1:]]) == (state, facts)


def test_report_may_come_before_the_sender_has_marked_the_mail() -> None:
    """It proves that the mail was sent: the mark changes nothing then, and no redelivery sends it again."""
    registered = register(publish(builders.event()), "Anna")
    fact = confirmed(registered)
    store.claim(fact, NOW)
    outcomes.record(_report(ses_events.bounce(fact)))
    store.mark_sent(fact, "ses-1", NOW)
    assert store.claim(fact, NOW + store.LEASE * 2) is store.Claim.REFUSED
    assert _state(registered) == "bounced"


def test_what_happens_meanwhile_is_kept(who: Registration) -> None:
    """The note goes to the end of whatever the history is by then."""
    table.transact(build_note(MailBounced(**build_fact_fields(who, 2), mail="other", reason="General")))
    outcomes.record(_report(ses_events.bounce(confirmed(who))))
    assert [entry.get("mail") for entry in _history(who)] == [None, "other", confirmed(who).key]


def test_sign_in_mail_has_no_history_and_no_list() -> None:
    """It belongs to no event: only its record says what became of it."""
    fact = SignInRequested(event_id="", at=AT, request_id="r1")
    store.claim(fact, NOW)
    outcomes.record(_report(ses_events.bounce(fact)))
    record = store.find(fact)
    assert record
    assert (record["state"], tasks.list_open("")) == ("bounced", [])


def test_mail_to_a_registration_erased_since_is_only_recorded(who: Registration) -> None:
    """No registration is left that it could concern."""
    gone = confirmed(replace(who, id="gone"))
    store.claim(gone, NOW)
    outcomes.record(_report(ses_events.bounce(gone)))
    record = store.find(gone)
    assert record
    assert (record["state"], tasks.list_open(who.event_id)) == ("bounced", [])


def test_mail_without_a_record_leaves_nothing(who: Registration) -> None:
    """Without a record there is nothing that could have come back."""
    outcomes.record(_report(ses_events.bounce(offered(who))))
    assert (len(_history(who)), tasks.list_open(who.event_id), store.find(offered(who))) == (1, [], None)


def test_organisers_own_mail_that_bounces_is_not_in_the_history(who: Registration) -> None:
    """A notice to the organiser came back: it is on the list, but not in the participant's history."""
    notice = MailBounced(**build_fact_fields(who, 2), mail=offered(who).key, reason="General")
    store.claim(notice, NOW)
    outcomes.record(_report(ses_events.bounce(notice)))
    assert len(_history(who)) == 1
    assert [(each.subject, each.registration_id) for each in tasks.list_open(who.event_id)] == [(notice.key, "")]
