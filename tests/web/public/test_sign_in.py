"""Signing in by a mailed link, and out."""

import re

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib import clock
from chalicelib.auth import sign_in_links
from chalicelib.auth.sessions import SESSION_LIFETIME, issue_token
from chalicelib.settings import settings
from testing.dynamodb.client import Client
from tests.web.browser import PAGE, call, get, post, post_form
from tests.web.credentials import DOOR, KITCHEN, ORGANISER, ORIGIN

pytestmark = pytest.mark.usefixtures("memory")


def link(address: str = ORGANISER) -> str:
    return sign_in_links.create_link_without_mail(address, clock.now())


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("address", ["Organiser@network.example", DOOR, KITCHEN])
def test_whoever_is_listed_gets_a_link(memory: Client, address: str) -> None:
    """However they write their address; what is written down names nobody in its key."""
    assert post("/organiser/sessions", {"email": address}).status_code == 202
    [asked] = [item for item in memory.scan(TableName=settings().table_name)["Items"] if "email" in item]
    assert (asked["email"]["S"], asked["by_mail"]["BOOL"]) == (address.casefold(), True)
    assert "@" not in asked["PK"]["S"] + asked["SK"]["S"]


def test_a_stranger_asking_for_a_link_learns_and_causes_nothing(memory: Client) -> None:
    """The answer is the same, as JSON and as a page; what is written down holds no address and causes no mail."""
    asked = [post("/organiser/sessions", {"email": who}) for who in ("stranger@example.org", "")]
    assert [(answer.status_code, answer.json_body) for answer in asked] == [(202, {})] * 2
    items = memory.scan(TableName=settings().table_name)["Items"]
    written = [(item["email"]["S"], item["by_mail"]["BOOL"]) for item in items if "email" in item]
    assert written == [("", False)] * 2
    assert "stranger" not in str(items)
    everybody = (ORGANISER, "stranger@example.org")
    pages = {post_form("/organiser/sessions", {"email": who}, **PAGE).body for who in everybody}
    assert len(pages) == 1


def test_a_program_trades_the_link_by_following_it() -> None:
    """Once, for a session in a cookie that only our own pages and no script may use."""
    mailed = link()
    answer = get(mailed)
    value, *attributes = (part.strip() for part in answer.headers["Set-Cookie"].split(";"))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ORIGIN}/organiser")
    assert set(attributes) == {"Path=/", "HttpOnly", "SameSite=Lax", "Secure", "Max-Age=43200"}
    assert get("/organiser/events", Cookie=value).json_body == {"events": []}
    assert get(mailed).status_code == 401


def test_a_pressed_link_is_not_good_for_a_program() -> None:
    """The button is the last use."""
    mailed = link()
    pressed = {"token": mailed.partition("token=")[2]}
    assert post_form("/organiser/sign-in", pressed, Origin=ORIGIN).status_code == 303
    assert get(mailed).status_code == 401


def test_a_browser_that_follows_the_link_does_not_use_it_up() -> None:
    """However often it is looked at; the button on the page signs in, once. Then the page is gone, too."""
    mailed = link()
    shown = [get(mailed, **PAGE) for _ in range(3)]
    assert {(answer.status_code, "Set-Cookie" in answer.headers) for answer in shown} == {(200, False)}
    assert {answer.headers["Cache-Control"] for answer in shown} == {"no-store"}
    pressed = {"token": token_in(shown[0].body.decode())}
    answer = post_form("/organiser/sign-in", pressed, Origin=ORIGIN, **PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ORIGIN}/organiser")
    session = answer.headers["Set-Cookie"].partition(";")[0]
    assert get("/organiser/events", Cookie=session).status_code == 200
    again = [post_form("/organiser/sign-in", pressed, Origin=ORIGIN, **PAGE), get(mailed, **PAGE)]
    assert [(each.status_code, b"/organiser/sessions" in each.body) for each in again] == [(401, True)] * 2


def test_a_mail_scanner_does_not_use_the_link_up() -> None:
    """It follows the link and asks for anything: the reader's button is good still, once, and then all is over."""
    mailed = link()
    scanned = [get(mailed, Accept="*/*").status_code for _ in range(2)]
    shown = get(mailed, **PAGE)
    pressed = {"token": token_in(shown.body.decode())}
    answers = [post_form("/organiser/sign-in", pressed, Origin=ORIGIN, **PAGE).status_code for _ in range(2)]
    assert (scanned, answers) == ([303, 401], [303, 401])
    assert [get(mailed).status_code, get(mailed, **PAGE).status_code] == [401, 401]


def test_another_site_signs_nobody_in() -> None:
    """A form elsewhere, with a link of its own, is refused, and the link is as good as before."""
    mailed = link()
    fields = {"token": mailed.partition("token=")[2]}
    for origin in ("https://evil.example", "null"):
        assert post_form("/organiser/sign-in", fields, Origin=origin).status_code == 401
    assert get(mailed).status_code == 303


def test_a_link_ends() -> None:
    """After half an hour it is too late, for a program and for a browser."""
    mailed = link()
    clock.advance(sign_in_links.LIFETIME)
    assert [get(mailed).status_code, get(mailed, **PAGE).status_code] == [401, 401]


def test_whoever_signs_out_is_out_everywhere() -> None:
    """The session is refused from then on, as a cookie and as a bearer; others of the same address go on."""
    here, there = issue_token(ORGANISER, clock.now()), issue_token(ORGANISER, clock.now())
    answer = call("POST", "/organiser/sign-out?lang=en", b"", {"Cookie": f"organiser={here}", "Origin": ORIGIN})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ORIGIN}/organiser?lang=en")
    assert answer.headers["Set-Cookie"].startswith("organiser=;")
    statuses = [
        get("/organiser/events", Cookie=f"organiser={here}").status_code,
        get("/organiser/events", Authorization=f"Bearer {here}").status_code,
        get("/organiser/events", Authorization=f"Bearer {there}").status_code,
    ]
    assert statuses == [401, 401, 200]


def test_of_a_session_that_has_ended_nothing_is_left(memory: Client) -> None:
    """It is refused because it is gone, and signing out of it once more changes nothing."""
    token = issue_token(ORGANISER, clock.now())
    answers = [post("/organiser/sign-out", b"", {"Authorization": f"Bearer {token}"}) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 401]
    assert memory.scan(TableName=settings().table_name)["Items"] == []


def test_a_session_says_nothing_of_its_person_and_is_forgotten_by_itself(memory: Client) -> None:
    """Its item has moments alone, and the table drops it when it would have ended at the latest."""
    issue_token(ORGANISER, clock.now())
    ends = int((clock.now() + SESSION_LIFETIME).timestamp())
    [item] = memory.scan(TableName=settings().table_name)["Items"]
    assert set(item) == {"PK", "SK", "started_at", "used_at", "expires_at"}
    assert "organiser@" not in str(item)
    assert abs(int(item["expires_at"]["N"]) - ends) <= 1


def test_who_is_taken_off_the_list_is_out_at_once(environment: pytest.MonkeyPatch) -> None:
    """Whatever their session says; and who gets another role, has that one."""
    token = {"Authorization": f"Bearer {issue_token('anna@network.example', clock.now())}"}
    found = []
    for setting in ("ORGANISERS", "CHECK_IN_STAFF", ""):
        for name in ("ORGANISERS", "CHECK_IN_STAFF"):
            environment.setenv(name, "anna@network.example" if name == setting else ORGANISER)
        settings.cache_clear()
        found.append([get(path, **token).status_code for path in ("/organiser", "/organiser/events")])
    assert found == [[200, 200], [200, 403], [401, 401]]


def read_used_links() -> dict[str, str]:
    """Sign-in links that no longer sign in, or never did."""
    used, expired = link(), sign_in_links.create_link_without_mail(ORGANISER, clock.now() - sign_in_links.LIFETIME)
    post("/organiser/sign-in", {"token": used.partition("token=")[2]})
    return {"used": used, "expired": expired, "forged": link()[:-4] + "AAAA", "cut": link()[:-20]}


@pytest.mark.parametrize("kind", ["used", "expired", "forged", "cut"])
def test_a_link_that_no_longer_works_leads_to_a_new_one(kind: str) -> None:
    """The page says why, in the reader's language, and has the form to ask for another; JSON says the same."""
    path = read_used_links()[kind]
    for language, said in (("en", "works once, and for half an hour"), ("da", "virker én gang")):
        page = get(f"{path}&lang={language}", **PAGE)
        assert (page.status_code, said in page.body.decode()) == (401, True)
        assert f'action="/organiser/sessions?lang={language}"' in page.body.decode()
    answer = get(path)
    assert "half an hour" in get(f"{path}&lang=en").json_body["detail"]
    assert (answer.status_code, answer.json_body["type"].rpartition("/")[2]) == (401, "sign-in-needed")


@pytest.mark.parametrize("kind", ["used", "expired", "forged", "cut"])
def test_the_button_of_a_link_that_no_longer_works_leads_to_a_new_one_too(kind: str) -> None:
    """The page stood open while the link was used or ended: it says so, and has the form to ask again."""
    token = read_used_links()[kind].partition("token=")[2]
    page = post_form("/organiser/sign-in?lang=en", {"token": token}, Origin=ORIGIN, **PAGE)
    assert (page.status_code, "Set-Cookie" in page.headers) == (401, False)
    assert 'role="alert"' in page.body.decode()
    assert 'action="/organiser/sessions?lang=en"' in page.body.decode()


def test_a_link_is_used_up_only_where_its_session_begins(memory: Client) -> None:
    """Where the table takes no write, nothing is, and the button works at the next press."""
    pressed = {"token": link().partition("token=")[2]}
    failing = {"PutItem", "TransactWriteItems"}

    def fail(operation: str, _request: object) -> None:
        if operation in failing:
            raise EndpointConnectionError(endpoint_url="https://aws.example")

    memory.before = fail
    assert post_form("/organiser/sign-in", pressed, Origin=ORIGIN, **PAGE).status_code == 500
    failing.clear()
    assert post_form("/organiser/sign-in", pressed, Origin=ORIGIN, **PAGE).status_code == 303


def test_a_page_that_needs_signing_in_says_nothing_of_links() -> None:
    """None was used."""
    assert "half an hour. Ask" not in get("/organiser?lang=en", **PAGE).body.decode()


def test_a_browser_at_the_list_of_events_is_led_to_the_overview() -> None:
    """A program gets JSON."""
    session = {"Cookie": f"organiser={issue_token(ORGANISER, clock.now())}"}
    answer = get("/organiser/events?lang=en", **PAGE, **session)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ORIGIN}/organiser?lang=en")
    assert get("/organiser/events", **session).json_body == {"events": []}
