"""What people live through with their links, over HTTP and with the mails as they were sent."""

import re
from typing import Any

import pytest

from chalicelib.facts import Confirmed
from chalicelib.registration import store
from chalicelib.registration.access import MAX_CHANGES_AN_HOUR
from chalicelib.registration.model import Registration
from testing import builders
from testing.registration_links import build_link
from tests.links.post import EVENT, HERE, Post, kind_of, register, see
from tests.mail import ses_events
from tests.web.browser import FORM, PAGE, as_organiser, call, get, post, post_form

ORGANISERS = f"/organiser/events/{EVENT}/registrations"
HEALTH: dict[str, Any] = {
    "dietary": {"allergens": ["nuts"], "note": "epipen in the bag", "consent": True},
    "travel": {"special_assistance": ["WCHR"]},
    "phone": "20 12 34 99",
}
SECRETS = ("nuts", "nødder", "epipen", "WCHR", "kørestol", "99")


def stored(registration_id: str) -> Registration:
    found = store.find(EVENT, registration_id)
    assert found
    return found


def leaks(text: str) -> list[str]:
    return [word for word in SECRETS if word in text]


def member(name: str, **changes: Any) -> dict[str, Any]:
    person = builders.person(name, "Hansen", email=f"{name.lower()}@example.org", **changes)
    return {field: value for field, value in person.items() if field != "privacy_accepted"}


def test_a_browser_user_changes_at_once(mailboxes: Post) -> None:
    """The page after the form, its own form, and the same page again; then the mail, which opens all of it."""
    fields = {"given_name": "Anna", "family_name": "Hansen", "email": "anna@example.org", "privacy_accepted": "on"}
    page = post_form(HERE, fields, **PAGE).headers["Location"]
    form = get(f"{page}/change", **PAGE).body.decode()
    assert 'value="Anna"' in form
    revision = re.search(r'name="revision" value="(\d+)"', form)
    sent = {**fields, "phone": "20 12 34 56"} | ({"revision": revision[1]} if revision else {})
    del sent["privacy_accepted"], sent["email"]
    answer = post_form(f"{page}/change", sent, **PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    mails = mailboxes.fetch("anna@example.org")
    assert len(mails) == 2
    assert len({mail.own_link for mail in mails}) == 1
    assert mails[0].own_link != page
    assert get(mails[0].own_link).json_body["registration"]["status"] == "confirmed"
    assert call("PATCH", mails[0].own_link, {"phone": ""}).status_code == 200
    assert kind_of(call("PATCH", page, {"phone": "20 12 34 57"})) == (403, "open-the-mailed-link")


def test_a_mail_scanner_opens_every_link(mailboxes: Post) -> None:
    """With GET and HEAD, in any order: nothing is closed, proven, cancelled or counted."""
    answer = register("Anna")
    mail = mailboxes.fetch_latest("anna@example.org")
    before = stored(answer["id"])
    assert {link.split("/")[3] for link in mail.links} >= {"registrations", "views"}
    for link in mail.links:
        for method in ("HEAD", "GET"):
            for headers in ({}, PAGE):
                assert call(method, link, headers=headers).status_code in (200, 303, 404, 405)
    assert stored(answer["id"]) == before
    assert call("PATCH", answer["links"]["self"], {"phone": "20 12 34 56"}).status_code == 200
    assert not stored(answer["id"]).is_in_own_hands


def test_a_mistyped_address_belongs_to_another_person(mailboxes: Post) -> None:
    """They get one mail, whose link ends with the correction; the right person gets their own, and the place."""
    posted = builders.person("Anna", "Hansen") | {"party": [member("Bo", phone="20 12 34 56")]}
    answer = post(HERE, posted).json_body
    link, bo = answer["registration"]["links"]["self"], answer["party"][1]
    stranger = mailboxes.fetch_latest("bo@example.org")
    assert post(f"{link}/party/{bo['id']}/address", {"email": "bo.hansen@example.org"}).status_code == 200
    assert len(mailboxes.fetch("bo@example.org")) == 1
    for each in stranger.links:
        if "/events/" not in each and "/privacy" not in each:
            assert kind_of(get(each)) == (404, "link-not-valid"), each
    [mail] = mailboxes.fetch("bo.hansen@example.org")
    assert get(mail.own_link).json_body["registration"]["status"] == "confirmed"
    held = as_organiser("GET", ORGANISERS).json_body["registrations"]
    assert {each["email"] for each in held} == {"anna.hansen@example.org", "bo.hansen@example.org"}
    everything = str(mailboxes.functions.wire.table.scan(TableName="registrations")["Items"])
    assert "bo@example.org" not in everything


def test_a_mistyped_address_that_bounces_is_corrected(mailboxes: Post) -> None:
    """The organiser's task about it goes with it, and nothing more is sent there."""
    answer = post(HERE, builders.person("Anna", "Hansen") | {"party": [member("Bo")]}).json_body
    link, bo = answer["registration"]["links"]["self"], answer["party"][1]
    assert len(mailboxes.fetch("bo@example.org")) == 1
    fact = Confirmed(event_id=EVENT, registration_id=bo["id"], revision=1, at=ses_events.AT, needs=("place",))
    report = ses_events.queued(ses_events.bounce(fact))
    mailboxes.functions.deliver("feedback", {"Id": "1", "MessageBody": report})
    tasks = f"/organiser/events/{EVENT}/problems"
    assert [each["kind"] for each in as_organiser("GET", tasks).json_body["problems"]] == ["mail-bounced"]
    assert post(f"{link}/party/{bo['id']}/address", {"email": "bo.right@example.org"}).status_code == 200
    assert len(mailboxes.fetch("bo@example.org")) == 1
    assert mailboxes.fetch_latest("bo.right@example.org").own_link
    assert as_organiser("GET", tasks).json_body["problems"] == []


def test_two_people_at_one_mailbox(mailboxes: Post) -> None:
    """The second is told that the address is registered; the link goes to the mailbox, and not to the caller."""
    first = register("Anna", "family@example.org")
    answer = post(HERE, builders.person("Bo", "Hansen", email="family@example.org"))
    assert kind_of(answer) == (409, "already-registered")
    assert "/registrations/" not in answer.body.decode()
    mails = mailboxes.fetch("family@example.org")
    assert [mail.own_link for mail in mails] == [mails[0].own_link] * 2
    assert stored(first["id"]).attendee.given_name == "Anna"
    assert not stored(first["id"]).is_in_own_hands


def test_a_secretary_for_three(mailboxes: Post) -> None:
    """One mail to each of them, none to her; she corrects one, cancels one, and reads nothing of the third."""
    people = [member(name) for name in ("Anna", "Bo", "Carl")]
    answer = post(HERE, {"privacy_accepted": True, "party": people}, {"Idempotency-Key": "of-the-secretary-1"})
    link, (anna, bo, carl) = answer.json_body["registration"]["links"]["self"], answer.json_body["party"]
    mails = {name: mailboxes.fetch(f"{name}@example.org") for name in ("anna", "bo", "carl")}
    assert [len(each) for each in mails.values()] == [1, 1, 1]
    assert len({link, *(each[0].own_link for each in mails.values())}) == 4
    assert call("PATCH", mails["carl"][0].own_link, HEALTH).status_code == 200
    moved = post(f"{link}/party/{anna['id']}/address", {"email": "anna.right@example.org"}).json_body
    link = moved["registration"]["links"]["self"]
    assert post(f"{link}/party/{bo['id']}/cancellation").status_code == 200
    assert kind_of(post(f"{link}/party/{carl['id']}/cancellation")) == (403, "in-own-hands")
    status, shown = see(link)
    assert (status, leaks(shown), "Carl" in shown) == (200, [], False)
    again = post(HERE, {"privacy_accepted": True, "party": people}, {"Idempotency-Key": "of-the-secretary-1"})
    assert again.json_body == moved | {"party": get(link).json_body["party"]}
    assert "kollega" in mailboxes.fetch_latest("bo@example.org").text.lower()
    assert get(mailboxes.fetch_latest("anna.right@example.org").own_link).status_code == 200


def test_registered_anew_with_an_old_tab_open(mailboxes: Post) -> None:
    """The old tab changes nothing, and says that its link is not valid any more."""
    old = register("Anna")["links"]["self"]
    mailed = mailboxes.fetch_latest("anna@example.org").own_link
    assert post(f"{old}/cancellation").status_code == 200
    new = register("Anna")
    before = stored(new["id"])
    for link in (old, mailed):
        assert kind_of(call("PATCH", link, {"phone": "20 12 34 56"})) == (404, "link-not-valid")
        assert kind_of(post(f"{link}/cancellation")) == (404, "link-not-valid")
        tab = call("POST", f"{link}/change", b"phone=20+12+34+56", FORM | PAGE)
        assert (tab.status_code, "text/html" in tab.headers["Content-Type"]) == (404, True)
    assert stored(new["id"]) == before
    assert get(mailboxes.fetch_latest("anna@example.org").own_link).json_body["registration"]["id"] == new["id"]


def test_a_program_keeps_links_self(mailboxes: Post) -> None:
    """It is the link that was used, from answer to answer; closed it goes on to show the status."""
    made = register("Anna")
    link = made["links"]["self"]
    answers = [get(link), call("PATCH", link, {"phone": "20 12 34 56"}), post(f"{link}/mail")]
    assert {each.json_body["registration"]["links"]["self"] for each in answers} == {link}
    mailed = mailboxes.fetch_latest("anna@example.org").own_link
    assert call("PATCH", mailed, {"phone": ""}).json_body["registration"]["links"]["self"] == mailed
    shown = get(link).json_body["registration"]
    assert (shown["status"], shown["links"]) == ("confirmed", {"self": link})
    assert mailed.rpartition("/")[2] not in str(shown)


def test_an_organiser_changes_something_for_a_person(mailboxes: Post) -> None:
    """The answer's link closes at once; the person reads of it by mail, whose link opens it."""
    made = register("Anna")
    link = made["links"]["self"]
    change = {"organisation": "Askovfonden"}
    assert as_organiser("PATCH", f"{ORGANISERS}/{made['id']}", change).status_code == 200
    status, shown = see(link)
    assert (status, "Askovfonden" in shown) == (200, False)
    assert kind_of(call("PATCH", link, {"phone": "20 12 34 56"})) == (403, "open-the-mailed-link")
    mail = mailboxes.fetch_latest("anna@example.org")
    assert "Askovfonden" in see(mail.own_link)[1]


def test_the_form_on_another_site(mailboxes: Post) -> None:
    """It leads to the page of the answer's link, or shows the answer; the mail holds another link."""
    site = {"Origin": "https://askovfonden.example"}
    fields = "given_name=Anna&family_name=Hansen&email=anna%40example.org&privacy_accepted=on"
    sent = call("POST", HERE, fields.encode(), FORM | PAGE | site)
    assert sent.status_code == 303
    assert "Anna" in get(sent.headers["Location"], **PAGE).body.decode()
    script = post(HERE, builders.person("Bo", "Hansen"), site)
    assert script.headers["Access-Control-Allow-Origin"] == "*"
    link = script.json_body["registration"]["links"]["self"]
    assert link == script.headers["Location"]
    assert {link, sent.headers["Location"]}.isdisjoint(mailboxes.fetch("anna@example.org")[0].links)


def by_registering_herself(post_office: Post) -> None:
    """She registers, is told that she is, and opens the link in the mail."""
    answer = post(HERE, builders.person("Bo", "Hansen", email="b@example.org"))
    assert kind_of(answer) == (409, "already-registered")
    assert call("PATCH", post_office.fetch_latest("b@example.org").own_link, HEALTH).status_code == 200


def after_a_cancellation(post_office: Post) -> None:
    """She cancels what she finds, registers anew, and fills it in."""
    assert post(f"{post_office.fetch_latest('b@example.org').own_link}/cancellation").status_code == 200
    register("Bo", "b@example.org")
    assert call("PATCH", post_office.fetch_latest("b@example.org").own_link, HEALTH).status_code == 200


def after_a_cancellation_by_the_answer(post_office: Post) -> None:
    """The same, and she fills it in by the answer's link of her own registration."""
    assert post(f"{post_office.fetch_latest('b@example.org').own_link}/cancellation").status_code == 200
    link = register("Bo", "b@example.org")["links"]["self"]
    assert call("PATCH", link, HEALTH).status_code == 200


def after_an_erasure(post_office: Post) -> None:
    """She has everything deleted, registers anew, and fills it in."""
    assert call("DELETE", post_office.fetch_latest("b@example.org").own_link).status_code == 204
    post_office.fetch("b@example.org")
    register("Bo", "b@example.org")
    assert call("PATCH", post_office.fetch_latest("b@example.org").own_link, HEALTH).status_code == 200


@pytest.mark.parametrize(
    "take_over",
    [by_registering_herself, after_a_cancellation, after_a_cancellation_by_the_answer, after_an_erasure],
)
def test_who_registered_an_address_reads_nothing_that_its_owner_adds(mailboxes: Post, take_over: Any) -> None:
    """Not by the link that was kept, nor by the same request again, which answers with no other link."""
    kept = register("Bo", "b@example.org", key="kept-by-the-stranger")
    link = kept["links"]["self"]
    take_over(mailboxes)
    owners = mailboxes.fetch_latest("b@example.org").own_link
    assert leaks(see(owners)[1])
    replayed = post(
        HERE, builders.person("Bo", "Hansen", email="b@example.org"), {"Idempotency-Key": "kept-by-the-stranger"}
    )
    tried = [link]
    if replayed.status_code == 201:
        tried.append(replayed.json_body["registration"]["links"]["self"])
    before = stored(kept["id"])
    for each in tried:
        assert leaks(see(each)[1].replace(each, "")) == []
        assert call("PATCH", each, {"phone": ""}).status_code in (403, 404)
        assert post(f"{each}/cancellation").status_code in (403, 404)
        assert call("DELETE", each).status_code in (403, 404)
    assert leaks(replayed.body.decode().replace(tried[-1], "")) == []
    assert stored(kept["id"]) == before


def test_a_leader_has_no_link_of_the_others(mailboxes: Post) -> None:
    """Neither in the answer nor on the page; what they add later is theirs."""
    answer = post(HERE, builders.person("Anna", "Hansen") | {"party": [member("Bo"), member("Carl")]})
    link = answer.json_body["registration"]["links"]["self"]
    others = [mailboxes.fetch_latest(f"{name}@example.org").own_link for name in ("bo", "carl")]
    assert call("PATCH", others[0], HEALTH).status_code == 200
    shown = answer.body.decode() + see(link)[1]
    assert [token for token in others if token.rpartition("/")[2] in shown] == []
    assert set(re.findall(r"/registrations/([\w-]{20,})", shown)) == {link.rpartition("/")[2]}
    assert leaks(see(link)[1].replace(link, "")) == []


def test_what_an_organiser_wrote_is_read_by_the_mailed_link_alone(mailboxes: Post) -> None:
    """The address was cancelled with a reason; a stranger who registers it anew reads none of it."""
    first = register("Bo", "b@example.org")
    reason = {"reason": "Rude on the phone"}
    assert as_organiser("POST", f"{ORGANISERS}/{first['id']}/cancellation", reason).status_code == 200
    mailboxes.fetch("b@example.org")
    link = register("Stranger", "b@example.org")["links"]["self"]
    words = ("Rude", "organiser@network.example", "cancelled", "Afmeldt")
    assert [word for word in words if word in see(link)[1]] == []
    assert "Rude" in see(mailboxes.fetch_latest("b@example.org").own_link)[1]


def test_the_code_at_the_door_opens_nothing(mailboxes: Post) -> None:
    """Read by any phone it names no one; only the staff's check-in takes it."""
    made = register("Anna")
    mail = mailboxes.fetch_latest("anna@example.org")
    page = get(mail.own_link, **PAGE)
    assert 'class="code"' in page.body.decode()
    code = build_link(EVENT, made["id"], "code")
    shown = get(code, **PAGE)
    assert (shown.status_code, "Anna" in shown.body.decode()) == (200, False)
    token = code.rpartition("/")[2]
    for path in (f"/registrations/{token}", f"/registrations/{token.lower()}", f"/views/{token}"):
        assert kind_of(get(path)) == (404, "link-not-valid")
    checked_in = as_organiser("POST", f"/organiser/events/{EVENT}/check-ins", {"code": code})
    assert checked_in.json_body["registration"]["checked_in_at"]


def test_no_holder_of_a_link_uses_up_the_changes_of_another(mailboxes: Post) -> None:
    """Limited by hour and link; never the address for good, nor the organiser."""
    made = register("Anna")
    link, mailed = made["links"]["self"], mailboxes.fetch_latest("anna@example.org").own_link
    phones = [f"20 12 34 {number}" for number in range(10, 11 + MAX_CHANGES_AN_HOUR)]
    statuses = [call("PATCH", link, {"phone": phone}).status_code for phone in phones]
    assert statuses == [200] * MAX_CHANGES_AN_HOUR + [429]
    assert as_organiser("PATCH", f"{ORGANISERS}/{made['id']}", {"phone": "20 12 34 01"}).status_code == 200
    assert call("PATCH", mailed, {"phone": "20 12 34 02"}).status_code == 200
    assert post(f"{mailed}/cancellation").status_code == 200
    anew = register("Anna")["links"]["self"]
    assert call("PATCH", anew, {"phone": "20 12 34 03"}).status_code == 200
