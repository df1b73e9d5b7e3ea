"""The form for another site, copied off its page into a page on another origin."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from testing import builders
from testing.system import System, build_email_address
from tests.browser.another_site import another_site

LEG = {"carrier": "DAT", "origin": "CPH", "destination": "RNN", "departs": "2020-05-05T08:00"}
FLIGHT = {"name": "flight", "kind": "flight", "title": {"da": "Fly", "en": "Flight"}, **LEG}
MEAL = {"name": "lunch", "title": {"da": "Frokost", "en": "Lunch"}, "starts_at": "2020-05-05T12:00"}


def create(system: System, event_id: str, places: int = 9) -> None:
    """Create an event that asks for everything."""
    units = [builders.allotment("place", places), builders.allotment("flight", 9)]
    flights = [FLIGHT | {"arrives": "2020-05-05T09:00"}]
    system.create(event_id, allotments=units, legs=flights, meals=[MEAL])


def copied(context: BrowserContext, system: System, event_id: str, *parts: str) -> str:
    """Return a page with the parts of the embed page that the labels name."""
    page = context.new_page()
    page.goto(f"{system.address}/events/{event_id}/embed?lang=en")
    texts = [page.get_by_label(part, exact=True).input_value() for part in parts]
    return "<!doctype html><html lang=en><title>A site</title><main>" + "\n".join(texts)


def fill_in(page: Page, email: str) -> None:
    """Fill in everything that an airline and a kitchen want to know."""
    page.get_by_label("Given name", exact=True).fill("Mette")
    page.get_by_label("Family name", exact=True).fill("Holm")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Sector").select_option("Supplier")
    page.get_by_label("flight", exact=True).check()
    page.get_by_label("Title on the ticket").select_option("Ms")
    page.get_by_label("I cannot walk far").check()
    page.get_by_label("Vegan").check()
    page.get_by_label("You may keep what I say about food").check()
    page.get_by_label("You may use my details").check()


def test_the_form_registers_from_another_origin_without_javascript(system: System, page: Page) -> None:
    """All that was filled in arrives, and the visitor ends on our page in the language of the form."""
    create(system, "embedded")
    mail = build_email_address("embedded", "mette")
    with another_site(copied(page.context, system, "embedded", "The form")) as site:
        page.goto(site)
        fill_in(page, mail)
        page.get_by_role("button", name="Register").click()
        expect(page.get_by_role("heading", name="You are registered")).to_be_visible()
    own = system.get(f"{page.url}/personal-data").document["registration"]
    assert own["needs"] == ["place", "flight"]
    told = own["attendee"]
    assert (told["given_name"], told["family_name"], told["email"]) == ("Mette", "Holm", mail)
    assert (told["sector"], told["language"], told["travel"]["title"]) == ("supplier", "en", "MS")
    assert (told["travel"]["special_assistance"], told["dietary"]["meals"]) == (["WCHR"], ["vegan"])


@pytest.mark.parametrize(("places", "said"), [(9, "You are registered."), (0, "You are on the waitlist.")])
def test_the_script_answers_on_the_page_itself(system: System, chromium: Browser, places: int, said: str) -> None:
    """An error names the field by its label; corrected and sent twice, the form registers once."""
    event_id = f"scripted-{places}"
    create(system, event_id, places)
    context = chromium.new_context(locale="en-GB")
    with another_site(copied(context, system, event_id, "The form", "The script")) as site:
        page = context.new_page()
        page.goto(site)
        fill_in(page, "mette@nowhere")
        page.get_by_role("button", name="Register").click()
        expect(page.get_by_role("status")).to_contain_text("Email address: Write a mail address such as")
        page.get_by_label("Email address").fill(build_email_address(event_id, "mette"))
        page.get_by_role("button", name="Register").dblclick()
        expect(page.get_by_role("status")).to_have_text(f"{said} A mail is on its way.")
        assert page.url.rstrip("/") == site
    context.close()
    system.wait_until_idle()
    assert len(system.list_mails_to(build_email_address(event_id, "mette"))) == 1
