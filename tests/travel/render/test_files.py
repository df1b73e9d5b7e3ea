"""All files together."""

import json
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from chalicelib.travel.lists.manifest import Manifest
from chalicelib.travel.render import files
from chalicelib.travel.render.files import BaselineDocuments
from testing import bornholm
from tests.travel.golden import FOLDER, rendered

FILES = rendered()


def render(manifest: Manifest, before: BaselineDocuments | None = None) -> dict[str, bytes]:
    """The files of the manifest."""
    return files.render(manifest, before or BaselineDocuments()).files


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_as_it_should_be(name: str) -> None:
    """The files of the party of twenty are the golden ones, byte for byte."""
    assert FILES[name].decode() == (FOLDER / name).read_bytes().decode()


def test_the_same_manifest_gives_the_same_bytes() -> None:
    """Order of reading and moment of rendering leave no trace, in the workbook neither."""
    backwards = bornholm.manifest(registrations=list(reversed(bornholm.people())))
    assert render(backwards) == render(bornholm.manifest())


def test_another_version_gives_other_bytes() -> None:
    """Files of two versions are told apart."""
    manifest = bornholm.manifest()
    assert render(replace(manifest, version=4))["manifest.json"] != render(manifest)["manifest.json"]


def test_an_event_without_registrations() -> None:
    """The lists have their headings and no rows."""
    files = render(bornholm.manifest(registrations=[]))
    assert files["passengers.csv"].decode("utf-8-sig") == (
        "Rejse;Flynummer;Afgang;Fra;Til;Efternavn;Fornavn;Titel;Assistance;Mobil;Organisation;Reference;Bookingnummer;Sæde\r\n"
    )
    assert files["dietary.csv"].decode("utf-8-sig") == (
        "Måltid;Tidspunkt;Hensyn;Antal\r\n\r\nEfternavn;Fornavn;Kost;Allergier;Bemærkning\r\n"
    )


def test_what_changed_is_told_from_the_second_version_on() -> None:
    """Without a version before there is no delta; with one, there is a delta for each flight."""
    manifest = bornholm.manifest()
    new = render(manifest, bornholm.before()).keys() - render(manifest).keys()
    assert new == {"flight_out.adl.txt", "flight_home.adl.txt", "changes.csv"}


def test_how_much_changed() -> None:
    """People, not fields, are counted, and the document says since when."""
    assert files.render(bornholm.manifest(), bornholm.before()).changes == {"added": 2, "removed": 1, "changed": 4}
    document = json.loads(FILES["manifest.json"])
    assert (document["since"], document["airline_since"], document["changes"]["added"]) == (2, 2, 2)


def test_the_airline_may_have_an_older_version() -> None:
    """Its deltas go from what it has."""
    files = render(bornholm.manifest(), BaselineDocuments(people=bornholm.before().people))
    assert "changes.csv" in files
    assert not [name for name in files if name.endswith(".adl.txt")]


def test_a_flight_that_is_no_more() -> None:
    """Its delta deletes all travellers; it has no list any more."""
    legs = [leg for leg in bornholm.event().model_dump(mode="json")["legs"] if leg["name"] != "flight_home"]
    files = render(bornholm.manifest(event=bornholm.event(legs=legs)), bornholm.before())
    assert "flight_home.pnl.txt" not in files
    assert files["flight_home.adl.txt"].decode().splitlines()[2:4] == ["-CPH00Y", "DEL"]


def test_nothing_of_those_who_did_not_agree_is_in_any_file() -> None:
    """Wishes and allergies without consent, and of those not confirmed, appear nowhere."""
    files = render(bornholm.manifest(), bornholm.before())
    with ZipFile(BytesIO(files.pop("manifest.xlsx"))) as workbook:
        parts = [workbook.read(name) for name in workbook.namelist()]
    pages = PdfReader(BytesIO(files.pop("manifest.pdf"))).pages
    parts += [page.extract_text().encode() for page in pages]
    everything = b"".join([*files.values(), *parts]).decode().lower()
    assert "soja" in everything
    assert [word for word in ("halal", "jordnødder", "peanuts", "kosher", "lupin") if word in everything] == []
