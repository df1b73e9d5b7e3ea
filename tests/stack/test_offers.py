"""An event that offers its places, lived through on the system's own clock."""

from datetime import datetime, time, timedelta

from chalicelib.programme.model import ZONE
from testing import builders
from testing.system import System, build_email_address


def offering(system: System, event_id: str, *names: str, hours: int = 24) -> list[dict[str, object]]:
    """An event with one place, which the first has, while the others wait."""
    window = {"opens_at": "2019-10-01T08:00", "closes_at": "2020-05-04T12:00"}
    waitlist = {"mode": "offer", "offer_hours": hours}
    system.create(event_id, allotments=[builders.allotment("place", 1)], waitlist=waitlist, registration=window)
    people = [system.register(event_id, name) for name in names]
    system.wait_until_idle()
    return people


def until(system: System, registration: dict[str, object]) -> datetime:
    return datetime.fromisoformat(system.read_registration(registration)["offer"]["expires_at"]).astimezone(ZONE)


def test_an_offer_goes_down_the_line_as_each_one_ends(system: System) -> None:
    """Made at half past nine in the evening it does not end at night, and is passed on until it is accepted.

    Unanswered, it reaches the next with the next tick; every mail is sent once.
    """
    event_id = "evening-offer"
    now = system.now().astimezone(ZONE)
    half_past_nine = datetime.combine(now.date() + timedelta(days=now.time() > time(21, 25)), time(21, 30), ZONE)
    anna, bo, carl = offering(system, event_id, "Anna", "Bo", "Carl", hours=6)
    system.advance(half_past_nine - now)
    system.cancel(anna)
    system.wait_until_idle()
    assert system.read_registration(bo)["status"] == "offered"
    ends = until(system, bo)
    assert ends.time() == time(8, 0)

    system.advance(ends - system.now() - timedelta(minutes=1))
    assert [system.read_registration(each)["status"] for each in (bo, carl)] == ["offered", "waiting"]
    system.advance(timedelta(minutes=6))
    assert [system.read_registration(each)["status"] for each in (bo, carl)] == ["cancelled", "offered"]
    late = system.post(str(bo["links"]["self"]) + "/acceptance")  # type: ignore[index]
    assert (late.status, late.document["type"].rpartition("/")[2]) == (409, "offer-expired")

    for _ in range(2):
        accepted = system.post(str(carl["links"]["self"]) + "/acceptance")  # type: ignore[index]
        assert (accepted.status, accepted.document["registration"]["status"]) == (200, "confirmed")
    system.wait_until_idle()
    assert system.read_counts(event_id) == {"place": (1, 0)}
    assert len(system.list_subjects(event_id, "Bo")) == 3
    assert len(system.list_subjects(event_id, "Carl")) == 3
    assert len({*system.list_subjects(event_id, "Bo"), *system.list_subjects(event_id, "Carl")}) == 4


def test_keeping_ones_place_by_the_pages_form(system: System) -> None:
    """The form on the page passes the offer on; the person goes on waiting as number one."""
    event_id = "kept"
    anna, bo, carl = offering(system, event_id, "Anna", "Bo", "Carl")
    system.cancel(anna)
    system.wait_until_idle()
    page = system.get(str(bo["links"]["self"]), Accept="text/html").body.decode()  # type: ignore[index]
    assert "/acceptance" in page
    assert "/refusal" in page
    refusal = str(bo["links"]["self"]) + "/refusal"  # type: ignore[index]
    assert system.post_form(refusal, [("keep_place", "true")]).status == 303
    system.wait_until_idle()
    assert system.read_registration(bo)["waiting"] == {"position": 1, "for": ["place"]}
    assert system.read_registration(carl)["status"] == "offered"
    assert system.post(str(carl["links"]["self"]) + "/refusal", {}).status == 200  # type: ignore[index]
    system.wait_until_idle()
    assert system.read_registration(bo)["status"] == "offered"
    assert build_email_address(event_id, "Bo") in {
        mail["to"] for mail in system.get("/_local/mails").document["mails"]
    }
