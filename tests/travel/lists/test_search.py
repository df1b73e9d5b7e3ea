"""The search for people, on pages and in the door's script."""

import json
import shutil
import subprocess
import unicodedata

import pytest

from chalicelib.contact.names import transliterate
from chalicelib.travel.lists.search import FOLDED_CHARACTERS, fold, matches
from testing.account import ROOT

#: A query, a name, and whether the one finds the other.
SPELLINGS = [
    ("soren", "Søren Ågård-Özil", True),
    ("SØREN", "søren ågård", True),
    ("soeren", "Søren", True),
    ("søren", "Soeren", True),
    ("søren", "Soren", True),
    ("ostergard", "Ida Østergård", True),
    ("ostergaard", "Ida Østergård", True),
    ("østergård", "Ida Ostergaard", True),
    ("agard ozil", "Søren Ågård-Özil", True),
    ("aagaard", "Ågård", True),
    ("ærø", "Kaj Aeroe", True),
    ("aro", "Kaj Ærø", True),
    ("mueller", "Müge Müller", True),
    ("muller", "Müge Müller", True),
    ("moeller", "Møller", True),
    ("eller", "Moeller", True),
    ("gross", "Groß", True),
    ("a\u030ase", "Åse", True),
    ("Åse", "A\u030ase", True),
    ("hansen anna", "Anna Hansen", True),
    ("Hansen, Anna", "Anna Hansen", True),
    ("anne marie", "Anne-Marie van der Ærø", True),
    ("anne-marie", "Anne Marie", True),
    ("annemarie", "Anne-Marie", True),
    ("Anne–Marie", "Anne-Marie", True),
    ("vanderaeroe", "Anne-Marie van der Ærø", True),
    ("obrien", "Pádraig O’Brien", True),
    ("o'brien", "Pádraig O’Brien", True),
    ("padraig", "Pádraig O’Brien", True),
    ("nguyen", "Linh Nguyễn", True),
    ("lukasz zizka", "Łukasz Žižka", True),
    ("thor didrik", "Þór Ðiðrik", True),
    ("petrova", "Анна Петрова", True),
    ("петрова", "Anna Petrova", True),
    ("παππάς", "Γιώργος ΠΑΠΠΆΣ", True),
    ("雷", "李 雷", True),
    ("jp", "J.P. Hansen", True),
    ("ｓｏｒｅｎ", "Søren", True),
    ("so\u200bren", "Søren", True),
    ("🎉", "Kim 🎉", True),
    ("", "Anna", True),
    ("-", "Anna", True),
    ("ab", "Anna Bo", False),  # short words are not looked for across a space
    ("anna bo", "Anna Li", False),
    ("sorensen", "Søren", False),
    ("bo", "Anna", False),
]


@pytest.mark.parametrize(("query", "name", "found"), SPELLINGS)
def test_a_name_is_found_by_any_spelling(query: str, name: str, found: bool) -> None:
    """As it is written, as lists have it, or without its marks; in any order of words."""
    assert matches(query, name) is found


def test_each_word_may_stand_in_another_text() -> None:
    """A name and an organisation are found together."""
    assert matches("anna kommune", "Anna Holm", "Ballerup Kommune")
    assert not matches("anna kommune", "Anna Holm", "Askovfonden")


@pytest.mark.skipif(not shutil.which("node"), reason="there is no node to run the door's script with")
def test_the_doors_script_finds_the_same() -> None:
    """It has the rule of the pages, and their letters."""
    script = (ROOT / "chalicelib/web/door/templates/search.js").read_text()
    run = (
        "const [letters, cases] = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "const { fold, matches } = buildSearch(letters);"
        "console.log(JSON.stringify(cases.map(([query, name]) => [fold(name), matches(query, fold(name))])));"
    )
    sent = json.dumps([FOLDED_CHARACTERS, [case[:2] for case in SPELLINGS]])
    answered = subprocess.run(
        ["node", "-e", script + run], input=sent, capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(answered.stdout) == [[fold(name), found] for _, name, found in SPELLINGS]


@pytest.mark.parametrize("code", range(0xC0, 0x180))
def test_a_folded_letter_is_that_of_the_lists(code: int) -> None:
    """Of each Latin letter, small or capital, composed or not."""
    listed = transliterate(chr(code))
    if listed.is_whole and chr(code).isalpha():
        spellings = {chr(code), chr(code).upper(), unicodedata.normalize("NFD", chr(code))}
        assert {fold(spelling) for spelling in spellings} == {listed.text.lower()}


def test_each_dash_of_unicode_parts_words() -> None:
    """They are written down, and are those that Unicode counts as dashes."""
    dashes = [chr(code) for code in range(0x10000) if unicodedata.category(chr(code)) == "Pd"]
    assert {dash: FOLDED_CHARACTERS[dash] for dash in dashes} == dict.fromkeys(dashes, " ")
