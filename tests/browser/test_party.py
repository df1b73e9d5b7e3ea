"""Registering a party in a browser."""

from playwright.sync_api import Page, expect

from testing import builders
from testing.system import System, build_email_address
from tests.browser import our_form


def test_a_party_registers_without_javascript(system: System, page: Page) -> None:
    """The section opens, an error comes back in it, and the page names who came along; each has a mail."""
    system.create("our-party", allotments=[builders.allotment("place", 2)])
    our_form.show(system, page, "our-party")
    our_form.fill_in(page, "Anna", "Holm", build_email_address("our-party", "anna"))
    page.get_by_text("Tilmeld kolleger").click()
    bo, _, carl, _ = page.get_by_role("group", name="Kollega").all()
    for block, name, mail in ((bo, "Bo", build_email_address("our-party", "bo")), (carl, "Carl", "carl@nowhere")):
        block.get_by_label("Fornavn").fill(name)
        block.get_by_label("Efternavn").fill("Holm")
        block.get_by_label("Mailadresse").fill(mail)
    page.get_by_label("kun nogle af os").check()
    our_form.send(page)
    page.get_by_role("alert").get_by_role("link").click()
    wrong = page.locator("[aria-invalid=true]")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_value("carl@nowhere")
    wrong.fill(build_email_address("our-party", "carl"))
    our_form.send(page)
    expect(page.get_by_role("heading", name="Du er tilmeldt")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Bo Holm")).to_contain_text("tilmeldt")
    expect(page.get_by_role("listitem").filter(has_text="Carl Holm")).to_contain_text("nummer 1 i køen")
    system.wait_until_idle()
    assert [
        len(system.list_mails_to(build_email_address("our-party", name))) for name in ("anna", "bo", "carl")
    ] == [1, 1, 1]
    assert system.read_counts("our-party") == {"place": (2, 1)}
