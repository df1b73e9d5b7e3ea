"""The organiser downloads the manifest of the overnight meeting."""

import csv
import io

from openpyxl import load_workbook

from testing.system import System
from tests.travel import pnl_reader

EVENT = "doegnmoede-bornholm"
NEEDS = ["flight_out", "transfer_out", "single_room", "transfer_home", "flight_home"]


def test_the_manifest_is_built_and_downloaded(system: System) -> None:
    """Asked for, built by the queue, downloaded through a short-lived address; asked again unchanged: the same."""
    name_on_id = {"given": "Søren", "family": "Ågård-Özil"}
    system.register(
        EVENT, "Traveller", phone="20123456", needs=NEEDS, travel={"name_on_id": name_on_id, "title": "MR"}
    )
    url = f"/organiser/events/{EVENT}/manifests"
    asked = system.as_organiser("POST", url)
    assert asked.status == 202
    system.wait_until_idle()
    manifest = system.as_organiser("GET", asked.headers["location"]).document["manifest"]
    assert manifest["status"] == "ready"
    assert system.as_organiser("POST", url).document["manifest"]["version"] == manifest["version"]
    assert system.as_organiser("POST", url).status == 200

    files = {name: _download(system, address) for name, address in manifest["files"].items()}
    rows = list(csv.reader(io.StringIO(files["passengers.csv"].decode("utf-8-sig")), delimiter=";"))
    assert ["AAGAARD-OEZIL", "SOEREN", "MR"] in [row[5:8] for row in rows]
    workbook = load_workbook(io.BytesIO(files["manifest.xlsx"]))
    assert len(workbook.sheetnames) >= 5
    assert set(files) == {
        "manifest.xlsx", "manifest.pdf", "manifest.json", "passengers.csv", "transfers.csv", "rooming.csv",
        "dietary.csv", "contacts.csv", "flight_out.pnl.txt", "flight_home.pnl.txt",
    }  # fmt: skip

    assert files["manifest.pdf"].startswith(b"%PDF")
    held = pnl_reader.read(files["flight_out.pnl.txt"].decode()).of("")
    assert ("AAGAARDOEZIL", "SOERENMR") in [entry.name for entry in held]

    system.as_organiser("POST", f"{url}/{manifest['version']}/sent", {"to": "airline"})
    system.register(EVENT, "Newcomer", needs=NEEDS)
    system.as_organiser("POST", url)
    system.wait_until_idle()
    newer = system.as_organiser("GET", f"{url}/latest").document["manifest"]
    assert (newer["airline_since"], newer["changes"]) == (
        manifest["version"],
        {"added": 1, "removed": 0, "changed": 0},
    )
    told, list_now = (
        pnl_reader.read(_download(system, newer["files"][f"flight_out.{kind}.txt"]).decode())
        for kind in ("adl", "pnl")
    )
    assert pnl_reader.applied(held, told) == list_now.of("")


def _download(system: System, address: str) -> bytes:
    answer = system.as_organiser("GET", address)
    assert answer.status == 303
    file = system.get(answer.headers["location"])
    assert file.status == 200
    return file.body
