"""One's own sessions: listed, ended one by one or all at once, and what others try with them."""

import re
from datetime import timedelta

import pytest
from chalice.test import HTTPResponse

from chalicelib import clock
from chalicelib.auth import sessions, sign_in_links
from chalicelib.auth.sessions import issue_token
from chalicelib.settings import settings
from tests.web.browser import PAGE, call, get, post_form
from tests.web.credentials import DOOR, ORGANISER, ORIGIN

pytestmark = pytest.mark.usefixtures("memory")

SESSIONS = "/organiser/sessions"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def cookie(token: str) -> dict[str, str]:
    return {"Cookie": f"organiser={token}", "Origin": ORIGIN}


def id_of(token: str) -> str:
    return sessions.read_token(token, clock.now()).id


def is_open(token: str) -> bool:
    return get("/organiser", **bearer(token)).status_code == 200


def start(count: int = 1, address: str = ORGANISER) -> list[str]:
    return [issue_token(address, clock.now()) for _ in range(count)]


def test_sessions_are_listed_with_the_one_that_asks() -> None:
    """Each with when it began and was used last, to five minutes; no other person's, and no token."""
    here, there, _ = *start(2), *start(1, DOOR)
    clock.advance(timedelta(minutes=6))
    before = clock.now()
    get("/organiser/events", **bearer(here))
    answer = get(SESSIONS, **bearer(here))
    found = {each["id"]: each for each in answer.json_body["sessions"]}
    assert (answer.status_code, set(found)) == (200, {id_of(here), id_of(there)})
    assert {each: found[each]["current"] for each in found} == {id_of(here): True, id_of(there): False}
    assert {frozenset(each) for each in found.values()} == {frozenset(("id", "started_at", "used_at", "current"))}
    assert found[id_of(here)]["used_at"] >= before.isoformat()[:19] > found[id_of(there)]["used_at"]
    assert here not in answer.body.decode()


def test_one_session_is_ended_and_the_others_go_on() -> None:
    """It is refused at once; ending it twice is not found."""
    here, there = start(2)
    path = f"{SESSIONS}/{id_of(there)}"
    answers = [call("DELETE", path, headers=bearer(here)) for _ in range(2)]
    assert [(each.status_code, "Set-Cookie" in each.headers) for each in answers] == [(204, False), (404, False)]
    assert [is_open(here), is_open(there)] == [True, False]


def test_a_session_that_ends_itself_takes_its_cookie_along() -> None:
    """The same call again comes from no session."""
    [here] = start()
    path = f"{SESSIONS}/{id_of(here)}"
    answers = [call("DELETE", path, headers=cookie(here)) for _ in range(2)]
    assert [each.status_code for each in answers] == [204, 401]
    assert answers[0].headers["Set-Cookie"].startswith("organiser=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-")


@pytest.mark.parametrize("address", [ORGANISER, DOOR])
def test_signing_out_everywhere_ends_all(address: str) -> None:
    """Also the one that asks, by the call and by the page's button; other people's go on."""
    other = start(1, "kitchen@network.example")[0]
    mine = start(3, address)
    assert call("DELETE", SESSIONS, headers=bearer(mine[0])).status_code == 204
    again = start(3, address)
    pressed = post_form("/organiser/sign-out-everywhere?lang=en", {}, **cookie(again[0]), **PAGE)
    assert (pressed.status_code, pressed.headers["Location"]) == (303, f"{ORIGIN}/organiser?lang=en")
    assert "Max-Age=0" in pressed.headers["Set-Cookie"]
    assert [is_open(each) for each in (*mine, *again, other)] == [False] * 6 + [True]


@pytest.mark.parametrize("address", [ORGANISER, DOOR])
def test_no_person_ends_anothers_session(address: str) -> None:
    """Whatever its id is, which is told to its own person alone."""
    [mine], [other] = start(1, address), start(1, "kitchen@network.example")
    path = f"{SESSIONS}/{id_of(other)}"
    assert call("DELETE", path, headers=bearer(mine)).status_code == 404
    assert post_form(f"{path}/sign-out", {}, **cookie(mine)).status_code == 303
    assert is_open(other)


def shown(token: str) -> str:
    page = get(f"{SESSIONS}?lang=en", **PAGE, **cookie(token))
    assert page.status_code == 200
    return page.body.decode()


def test_the_page_has_a_button_for_each_session_and_one_for_all() -> None:
    """It is found from each page; a press says what it did, and pressing twice does no more."""
    here, there = start(2)
    assert f'href="{SESSIONS}?lang=en"' in get("/organiser?lang=en", **PAGE, **cookie(here)).body.decode()
    page = shown(here)
    buttons = re.findall(r'action="(/organiser/s[^"?]+)', page)
    assert {f"{SESSIONS}/{id_of(each)}/sign-out" for each in (here, there)} <= set(buttons)
    assert "/organiser/sign-out-everywhere" in buttons
    assert page.count("This one") == 1
    for _ in range(2):
        pressed = post_form(f"{SESSIONS}/{id_of(there)}/sign-out?lang=en", {}, **cookie(here), **PAGE)
        assert pressed.headers["Location"] == f"{ORIGIN}{SESSIONS}?lang=en&done=session-ended"
    assert (
        "That one is signed out."
        in get(f"{SESSIONS}?lang=en&done=session-ended", **PAGE, **cookie(here)).body.decode()
    )
    assert [is_open(here), is_open(there)] == [True, False]
    out = post_form(f"{SESSIONS}/{id_of(here)}/sign-out?lang=en", {}, **cookie(here), **PAGE)
    assert (out.headers["Location"], is_open(here)) == (f"{ORIGIN}/organiser?lang=en", False)


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example", f"{ORIGIN}.evil.example"])
def test_no_other_site_presses_the_buttons(origin: str) -> None:
    """Nor does its request keep the session from ending."""
    here, there = start(2)
    clock.advance(timedelta(minutes=30))
    for path in ("/organiser/sign-out-everywhere", f"{SESSIONS}/{id_of(there)}/sign-out"):
        refused = post_form(path, {}, **cookie(here) | {"Origin": origin})
        assert (refused.status_code, "Set-Cookie" in refused.headers) == (401, False)
    clock.advance(timedelta(minutes=91))
    assert [is_open(here), is_open(there)] == [False, False]


def sign_in(**headers: str) -> HTTPResponse:
    token = sign_in_links.create_link_without_mail(ORGANISER, clock.now()).partition("token=")[2]
    return post_form("/organiser/sign-in", {"token": token}, Origin=ORIGIN, **headers)


@pytest.mark.parametrize("planted", ["chosen-by-another", "another's", "ended"])
def test_a_session_that_was_planted_is_not_taken_over(planted: str) -> None:
    """Who signs in gets a new one, whatever cookie the browser had; the planted one is none of theirs."""
    tokens = {"another's": start(1, DOOR)[0], "ended": start()[0]}
    sessions.end(ORGANISER, id_of(tokens["ended"]))
    token = tokens.get(planted, planted)
    answer = sign_in(Cookie=f"organiser={token}")
    given = answer.headers["Set-Cookie"].partition(";")[0].partition("=")[2]
    assert (answer.status_code, given != token, is_open(given)) == (303, True, True)
    assert [each["current"] for each in get(SESSIONS, **bearer(given)).json_body["sessions"]] == [True]
    assert is_open(token) == (planted == "another's")


def test_each_sign_in_begins_a_session_of_its_own() -> None:
    """The link followed and the button pressed: two, and each is listed."""
    link = sign_in_links.create_link_without_mail(ORGANISER, clock.now())
    answers = [get(link), post_form("/organiser/sign-in", {"token": link.partition("token=")[2]}, Origin=ORIGIN)]
    given = [each.headers["Set-Cookie"].partition(";")[0].partition("=")[2] for each in answers]
    assert len(get(SESSIONS, **bearer(given[0])).json_body["sessions"]) == 2


def test_sessions_of_a_removed_organiser_are_refused(environment: pytest.MonkeyPatch) -> None:
    """They can neither list nor end anything."""
    anna = "anna@network.example"
    environment.setenv("ORGANISERS", f"{ORGANISER},{anna}")
    settings.cache_clear()
    token, *_ = start(2, anna)
    assert is_open(token)
    environment.setenv("ORGANISERS", ORGANISER)
    settings.cache_clear()
    statuses = [
        get(SESSIONS, **bearer(token)).status_code,
        call("DELETE", SESSIONS, headers=bearer(token)).status_code,
        call("DELETE", f"{SESSIONS}/{id_of(token)}", headers=bearer(token)).status_code,
    ]
    assert statuses == [401] * 3


def test_door_staff_stay_signed_in_while_nothing_happens() -> None:
    """An organiser is signed out after two hours; both after twelve."""
    organiser, door = start()[0], start(1, DOOR)[0]
    clock.advance(timedelta(hours=1, minutes=59))
    assert [is_open(organiser), is_open(door)] == [True, True]
    clock.advance(timedelta(hours=2, seconds=1))
    assert [is_open(organiser), is_open(door)] == [False, True]
    clock.advance(timedelta(hours=8, seconds=59))
    assert not is_open(door)


def test_a_page_that_refreshes_itself_keeps_no_session_open() -> None:
    """It asks with an ETag, and the session ends like that of a page that is closed; a person's requests go on."""
    polling, working = start(2)
    polled = []
    for _ in range(4):
        clock.advance(timedelta(minutes=35))
        polled.append(get("/organiser", If_None_Match='"x"', **bearer(polling)).status_code)
        assert is_open(working)
    assert polled == [200, 200, 200, 401]


def test_a_change_is_a_use_whatever_it_says_of_etags() -> None:
    """Only what reads can be a page that refreshes itself."""
    [token] = start()
    for _ in range(3):
        clock.advance(timedelta(minutes=50))
        answer = call("DELETE", f"{SESSIONS}/x", b"", {**bearer(token), "If-None-Match": '"x"'})
        assert answer.status_code == 404
    assert is_open(token)
