"""Registering in a browser."""

from playwright.sync_api import Page, expect

from testing import builders
from testing.system import System, build_email_address
from tests.browser import our_form
from tests.browser.another_site import another_site

FORM = """<!doctype html><form method="post" action="{action}">
<input name="given_name"><input name="family_name"><input name="email">
<input type="checkbox" name="privacy_accepted"><button name="from" value="site">Send</button></form>"""


def test_a_form_of_another_site_registers(system: System, page: Page) -> None:
    """Its visitor ends on our page that says how it went, and the mail arrives."""
    system.create("foreign-form")
    with another_site(FORM.format(action=f"{system.address}/events/foreign-form/registrations")) as site:
        page.goto(site)
        page.fill("[name=given_name]", "Mette")
        page.fill("[name=family_name]", "Holm")
        page.fill("[name=email]", build_email_address("foreign-form", "mette"))
        page.check("[name=privacy_accepted]")
        page.click("button")
        expect(page.get_by_role("heading", name="Du er tilmeldt")).to_be_visible()
    system.wait_until_idle()
    assert len(system.list_mails_to(build_email_address("foreign-form", "mette"))) == 1


def test_our_form_registers_waits_and_cancels_without_javascript(system: System, page: Page) -> None:
    """Errors come back with what was filled in; corrected, the person waits; then leaves the waitlist."""
    system.create("our-form", allotments=[builders.allotment("place", 1)])
    system.register("our-form", "First")
    our_form.show(system, page, "our-form")
    our_form.fill_in(page, "Søren", "Ågård", "soeren@nowhere")
    our_form.send(page)
    expect(page.get_by_role("alert")).to_contain_text("mailadresse")
    expect(page.get_by_role("textbox", name="Fornavn")).to_have_value("Søren")
    page.get_by_role("textbox", name="Mailadresse").fill(build_email_address("our-form", "soeren"))
    our_form.send(page)
    expect(page.get_by_role("heading", name="Du står på venteliste")).to_be_visible()
    expect(page.locator("main")).to_contain_text("nummer 1")
    page.get_by_role("link", name="Forlad ventelisten").click()
    page.get_by_role("button", name="Forlad ventelisten").click()
    expect(page.get_by_role("heading", name="Din tilmelding er annulleret")).to_be_visible()
    assert system.read_counts("our-form") == {"place": (1, 0)}
