"""The mails' pages in a browser engine, as mail programs show them: phone and desk, light and dark."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

import pytest
from playwright.sync_api import Browser

from chalicelib.language import LANGUAGES, Language
from chalicelib.mail.letters.letter import render_html
from tests.mail.samples import GOLDEN, LETTERS, letter_with_note

#: WCAG 2.2, 1.4.3: of text against what is behind it.
ENOUGH = 4.5
_CONTRAST = """
() => {
  const parts = colour => colour.match(/[0-9.]+/g).map(Number);
  const light = colour => parts(colour).slice(0, 3).map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const behind = element => {
    for (; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor;
      if (parts(colour)[3] !== 0) return colour;
    }
    return matchMedia('(prefers-color-scheme: dark)').matches ? 'rgb(18, 18, 18)' : 'rgb(255, 255, 255)';
  };
  const texts = [...document.body.querySelectorAll('*')]
    .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
  return Math.min(...texts.map(element => {
    const [less, more] = [light(getComputedStyle(element).color), light(behind(element))].sort((a, b) => a - b);
    return (more + 0.05) / (less + 0.05);
  }));
}
"""


def page_of(name: str, language: Language) -> str:
    """Return the page of the letter."""
    mail = message_from_bytes((GOLDEN / f"{name}.{language}.eml").read_bytes(), policy=SMTP)
    assert isinstance(mail, EmailMessage)
    part = mail.get_body(("html",))
    assert part
    return str(part.get_content())


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_mails_fit_the_screen_and_can_be_read(
    chromium: Browser, width: int, scheme: Literal["light", "dark"]
) -> None:
    """Nothing runs out of the page sideways, and each text stands out from what is behind it; also a note and a
    name without a blank."""
    pages = {f"{name}.{language}": page_of(name, language) for name, language in LETTERS}
    pages |= {f"noted.{language}": render_html(letter_with_note(language)) for language in LANGUAGES}
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    wide, faint = [], []
    for name, content in pages.items():
        page.set_content(content)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(name)
        if page.evaluate(_CONTRAST) < ENOUGH:
            faint.append(name)
    context.close()
    assert (wide, faint) == ([], [])
