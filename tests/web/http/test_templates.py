"""Rules for every template, so that the pages' Content-Security-Policy can be strict."""

import re
from pathlib import Path

import pytest

from chalicelib.language import LANGUAGES, Language
from chalicelib.web.http import templating

WEB = Path(templating.__file__).parents[1]
SCRIPT = WEB / "public" / "templates" / "embed_script.html"
TEMPLATES = sorted(path for path in WEB.glob("*/templates/*.html") if path != SCRIPT)


def test_no_template_trusts_what_it_is_given() -> None:
    """Only the QR code for the door, which we draw, is marked as safe; nothing switches the escaping off."""
    wrong, drawn = re.compile(r"\|\s*safe|autoescape|Markup"), "{{ code | safe }}"
    texts = {str(path): path.read_text() for path in [*TEMPLATES, SCRIPT]}
    assert [name for name, text in texts.items() if wrong.search(text.replace(drawn, ""))] == []


def test_no_template_has_script_or_style_of_its_own() -> None:
    """Scripts and styles stand in files; the script for other sites is shown as text and is no page."""
    wrong = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]* src=)")
    assert [path.name for path in TEMPLATES if wrong.search(path.read_text())] == []


def test_nothing_comes_from_elsewhere() -> None:
    """All that a page loads comes from its own site."""
    brought = [
        source
        for path in TEMPLATES
        for source in re.findall(
            r'<(?:script|img|link|iframe|source)[^>]*(?:src|href)="([^"]+)"', path.read_text()
        )
    ]
    assert brought
    assert [source for source in brought if not source.startswith("{{ root }}")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_given_is_escaped(language: Language) -> None:
    """Values are escaped in every language's environment."""
    assert templating._get_environment(language).from_string("{{ name }}").render(name="<b>") == "&lt;b&gt;"
