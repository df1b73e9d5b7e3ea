"""Pages and mails look alike: one blue, one typeface."""

import re
from pathlib import Path

import pytest

from chalicelib import appearance
from chalicelib.language import LANGUAGES, Language
from chalicelib.mail.letters.letter import render_html
from testing.account import ROOT
from tests.mail.samples import sample
from tests.web.browser import get

SHARED = [ROOT / "chalicelib/web/http/templates/style.css", ROOT / "chalicelib/mail/letters/templates/letter.html"]


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_and_mails_have_one_blue_and_one_typeface(language: Language) -> None:
    """By day and by night, in buttons and in links."""
    style, mail = get("/assets/style.css").body.decode(), render_html(sample("confirmed", language))
    for colour in (appearance.LIGHT["accent"], appearance.DARK["accent"]):
        assert colour in style
        assert colour in mail
    assert f"font: 1.05rem/1.55 {appearance.FONT_FAMILY};" in style
    assert f"font-family:{appearance.FONT_FAMILY};" in mail
    assert "$" not in style
    assert not [link for link in re.findall("<a [^>]*>", mail) if appearance.LIGHT["accent"] not in link]


@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.name)
def test_no_other_blue_stands_in_a_template(path: Path) -> None:
    """What has a hue of blue comes from the one place that both share."""
    colours = re.findall("#([0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-f])", path.read_text())
    assert [colour for colour in colours if _is_blue(colour)] == []


@pytest.mark.parametrize(
    ("colour", "expected"), [("1550b0", True), ("7cc0ea", True), ("555c66", False), ("fff", False), ("04a", True)]
)
def test_a_blue_is_told_from_a_grey(colour: str, expected: bool) -> None:
    """Greys of ours lean to blue a little."""
    assert _is_blue(colour) is expected


def _is_blue(colour: str) -> bool:
    digits = colour if len(colour) == 6 else "".join(digit * 2 for digit in colour)
    return int(digits[4:], 16) - int(digits[:2], 16) > 60
