"""The pages, read again."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from chalicelib.travel.lists import catalogue
from chalicelib.travel.lists.manifest import Manifest
from chalicelib.travel.render import json_document, pdf, typesetting
from testing import bornholm
from testing.bornholm import ALL_THE_WAY, SINGLE, guest

MANIFEST = bornholm.manifest()


def pages(manifest: Manifest) -> list[str]:
    """The words on each page, with one space between them."""
    rendered = PdfReader(BytesIO(pdf.render(manifest))).pages
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in rendered]


def party(*given_names: str) -> Manifest:
    """The manifest of people with these given names."""
    people = [
        guest(name, "Holm", *ALL_THE_WAY, email=f"p{number}@example.org", organisation=name, stored=True)
        for number, name in enumerate(given_names)
    ]
    return bornholm.manifest(registrations=people)


def test_a_section_for_each_list() -> None:
    """Each begins a page, under its title."""
    read = pages(MANIFEST)
    assert len(read) == len(catalogue.build_tables(MANIFEST))
    for page, table in zip(read, catalogue.build_tables(MANIFEST), strict=True):
        assert f"14:30 {table.title} " in page


def test_each_page_says_which_version_it_is_of() -> None:
    """Event, version, moment, list, and its number among all pages."""
    read = pages(MANIFEST)
    for number, (page, table) in enumerate(zip(read, catalogue.build_tables(MANIFEST), strict=True), start=1):
        assert page.startswith("Døgnmøde på Bornholm Manifest 3, pr. 11-08-2020 14:30")
        assert page.endswith(f"{table.title} Side {number} / {len(read)}")


def test_what_a_group_has_in_common_is_said_once() -> None:
    """It stands above its rows: the flight, its number, its day, its airports."""
    page = pages(MANIFEST)[0]
    assert page.count("Fly til Bornholm · Flynummer DX123 · Afgang 25-08-2020 07:30 · Fra CPH · Til RNE") == 1
    assert "AAGAARD-OEZIL SOEREN MR WCHR +45 20 12 34 56 Ballerup Kommune XTNU3U" in page


def test_headings_stand_on_each_page_of_a_long_list() -> None:
    """With what the rows below have in common, and the list's own title at the foot."""
    read = pages(party(*(f"Gæst{n}" for n in range(100))))
    long = [page for page in read if "Passagerer Side" in page]
    assert len(long) > 3
    for page in long:
        assert "Efternavn Fornavn Titel Assistance" in page
        assert "Flynummer DX12" in page


def test_letters_of_many_languages_show() -> None:
    """Danish, Vietnamese, Icelandic, Greek, Cyrillic and Arabic letters are in the fonts that come along."""
    names = ("Åse Æbelø", "Nguyễn Thị Ánh Tuyết", "Þór Ðiðrik", "Γιώργος", "Анна", "Łukasz")
    contacts = pages(party(*names))[6]
    shown = {"Анна": "Анна (Anna)"}
    for name in names:
        assert f"Holm {shown.get(name, name)} {name} p" in contacts


HOSTILE = (
    '#read("/etc/passwd")',
    "#panic()",
    '#import "x.typ"',
    "#{1/0}",
    "*fed* _kursiv_",
    "$x^2$",
    "@reference",
    "<label>",
    "= Overskrift",
    "\\u{41} \\ //",
    "`rå`",
    '"],"x":["',
    "</script>",
    "]]",
    "~ -- --- …",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_people_write_is_text(name: str) -> None:
    """Nothing of it is run, formatted, looked up or left out."""
    assert f"Holm {name} {name} p0@example.org" in pages(party(name))[6]


def test_an_event_named_by_a_joker() -> None:
    """Titles are data, too."""
    title = {"da": '#read("/etc/passwd") *fed*', "en": "x"}
    injected = bornholm.manifest(event=bornholm.event(title=title))
    assert pages(injected)[0].startswith('#read("/etc/passwd") *fed* Manifest 3')


def test_signs_that_no_font_has() -> None:
    """They leave a box, and the pages are rendered all the same."""
    assert "p0@example.org" in pages(party("李娜 😀"))[6]


def test_a_word_wider_than_its_column_is_parted() -> None:
    """It is all there, on several lines."""
    assert "W" * 90 in pages(party("W" * 90))[6].replace(" ", "")


def test_nobody_comes() -> None:
    """Each list says so."""
    assert [page.count("Ingen.") for page in pages(bornholm.manifest(registrations=[]))] == [1] * 8


def test_the_same_manifest_gives_the_same_bytes() -> None:
    """Also in another process: the moment is the manifest's own."""
    rendered = pdf.render(MANIFEST)
    typesetting._get_compiler.cache_clear()
    assert pdf.render(bornholm.manifest(registrations=list(reversed(bornholm.people())))) == rendered
    assert b"20200811123000" in rendered


def test_a_name_that_the_fonts_lack_is_printed_as_on_the_card() -> None:
    """Or as a line to write it on; programs and spreadsheets have it as it is typed."""
    people = [
        guest("雷", "李", *ALL_THE_WAY, SINGLE, email="a@example.org", travel=bornholm.on_id("Lei", "Li")),
        guest("伟", "王", *ALL_THE_WAY, SINGLE, email="b@example.org"),
        guest("Kim 🎉", "Holm", *ALL_THE_WAY, SINGLE, email="c@example.org"),
    ]
    manifest = bornholm.manifest(registrations=people)
    transfer, rooms = pages(manifest)[1], pages(manifest)[3]
    for expected in ("Li Lei", f"{'_' * 12} {'_' * 12}", "Holm Kim"):
        assert expected in transfer
    for expected in ("Lei Li", "Kim Holm", "_" * 12):
        assert expected in rooms
    document = json_document.build_document(manifest)
    assert {each["given_name"] for each in document["transfers"]} == {"雷", "伟", "Kim 🎉"}
