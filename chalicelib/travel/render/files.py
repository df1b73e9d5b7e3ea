"""The files of a manifest, each by its name."""

from collections.abc import Iterator
from dataclasses import replace

from chalicelib.travel import lists, pnl
from chalicelib.travel.flight_lists import flight_lists
from chalicelib.travel.manifest import Manifest
from chalicelib.travel.render import csv_lists, json_document, xlsx
from chalicelib.travel.tables import Document


def render(manifest: Manifest, before: Document | None = None) -> dict[str, bytes]:
    """Every file of the manifest, and where there is a version before, what changed since.

    The same manifests give the same bytes.
    """
    document = json_document.document(manifest)
    return {
        "manifest.xlsx": xlsx.render(manifest),
        "manifest.json": json_document.render(document),
        "passengers.csv": csv_lists.render(lists.passengers(manifest)),
        "transfers.csv": csv_lists.render(lists.transfers(manifest)),
        "rooming.csv": csv_lists.render(lists.rooming(manifest)),
        "dietary.csv": csv_lists.render(lists.dietary(manifest), lists.dietary_by_name(manifest)),
        "contacts.csv": csv_lists.render(lists.contacts(manifest)),
        **dict(_for_the_airline(document, before)),
    }


def _for_the_airline(document: Document, before: Document | None) -> Iterator[tuple[str, bytes]]:
    flights = flight_lists(document)
    for leg, flight in flights.items():
        yield f"{leg}.pnl.txt", pnl.pnl(flight).encode("ascii")
    if before is None:
        return
    earlier = flight_lists(before)
    dropped = {leg: replace(flight, travellers=()) for leg, flight in earlier.items() if leg not in flights}
    for leg, flight in (flights | dropped).items():
        yield f"{leg}.adl.txt", pnl.adl(earlier.get(leg), flight).encode("ascii")
