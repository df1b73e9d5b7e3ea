"""The language of a reader, and that every message is translated into it."""

import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from chalicelib.language import Language, get_translator, load_catalogue, parse_accept_language

ROOT = Path(__file__).parent.parent
DANISH = ROOT / "chalicelib" / "locales" / "da" / "LC_MESSAGES" / "messages.po"
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every message that stands in the code and in the templates."""
    gathered = tmp_path_factory.mktemp("messages") / "messages.pot"
    rules = str(ROOT / "infra" / "babel.cfg")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # babel's own
        command: Any = CommandLineInterface()  # has no types
        command.run(["pybabel", "-q", "extract", "-F", rules, "-o", str(gathered), str(ROOT / "chalicelib")])
    with gathered.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def danish() -> Catalog:
    with DANISH.open("rb") as file:
        return read_po(file)


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """One text, or those for one and for several."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def _translated(message: Message) -> bool:
    return all(_forms(message.string))


def test_everything_said_is_said_in_danish(said: Catalog, danish: Catalog) -> None:
    """Each message of the code has its Danish words; `make messages` adds those that are missing here."""
    found = {message.id for message in danish if _translated(message)}
    assert [message.id for message in said if message.id and message.id not in found] == []


def test_nothing_is_translated_that_is_not_said(said: Catalog, danish: Catalog) -> None:
    """The catalogue holds no message that has gone from the code."""
    wanted = {message.id for message in said}
    assert [message.id for message in danish if message.id not in wanted] == []
    assert list(danish.obsolete) == []


def test_no_translation_is_a_guess(danish: Catalog) -> None:
    """No message is marked fuzzy: gettext would leave it out."""
    assert [message.id for message in danish if message.id and message.fuzzy] == []


def test_translations_keep_their_placeholders(danish: Catalog) -> None:
    """A translation names the same values as its message; of a counted one, as the form for several."""

    def named(text: str) -> list[str]:
        return sorted(_PLACEHOLDER.findall(text))

    differing = [
        message.id
        for message in danish
        if message.id and any(named(said) != named(_forms(message.id)[-1]) for said in _forms(message.string))
    ]
    assert differing == []


def test_the_compiled_catalogue_is_the_written_one(danish: Catalog) -> None:
    """Functions look up what stands in the .po file; `make catalogues` compiles it."""
    say = load_catalogue("da")
    for message in danish:
        if isinstance(message.id, str) and message.id:
            assert say.gettext(message.id) == message.string
        elif message.id:
            singular, plural = message.id
            assert tuple(say.ngettext(singular, plural, n) for n in (1, 2)) == message.string


def test_english_is_said_as_written() -> None:
    """English needs no catalogue."""
    assert get_translator("en")("Not found") == "Not found"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "da"),
        ("de", "da"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("de, en;q=0.5", "en"),
        ("da;q=0.4, en;q=0.8", "en"),
        ("en;q=0, da;q=0.1", "da"),
        ("en;q=0.8, da;q=0.8", "en"),
        ("en;q=nonsense", "da"),
    ],
)
def test_the_preferred_language_follows_the_header(header: str, expected: Language) -> None:
    """The language with the greatest weight is taken, the first of equals, Danish when none is known."""
    assert parse_accept_language(header) == expected
