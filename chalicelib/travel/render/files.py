"""The files of a manifest, each by its name."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from chalicelib.travel.lists import catalogue, changes_list, pnl
from chalicelib.travel.lists.changes import changes, counts
from chalicelib.travel.lists.flight_lists import flight_lists
from chalicelib.travel.lists.manifest import Manifest
from chalicelib.travel.lists.tables import Document
from chalicelib.travel.render import csv_lists, json_document, pdf, xlsx


@dataclass(frozen=True)
class Before:
    """The versions that a manifest is compared with, as they were kept: the one that people know, and the one
    that the airline has."""

    people: Document | None = None
    airline: Document | None = None


@dataclass(frozen=True)
class Rendered:
    """The files by their names, and how many people changed since the version before."""

    files: dict[str, bytes]
    changes: dict[str, int]


def render(manifest: Manifest, before: Before = Before()) -> Rendered:
    """Every file of the manifest, and where there are versions before, what changed since.

    The same manifests give the same bytes.
    """
    document = json_document.document(manifest)
    found = changes(before.people, document) if before.people else ()
    compared = {
        "since": before.people and before.people["version"],
        "airline_since": before.airline and before.airline["version"],
        "changes": counts(found),
    }
    files = {
        "manifest.xlsx": xlsx.render(manifest),
        "manifest.pdf": pdf.render(manifest),
        "manifest.json": json_document.render(document | compared),
        "passengers.csv": csv_lists.render(catalogue.passengers(manifest)),
        "transfers.csv": csv_lists.render(catalogue.transfers(manifest)),
        "rooming.csv": csv_lists.render(catalogue.rooming(manifest)),
        "dietary.csv": csv_lists.render(catalogue.dietary(manifest), catalogue.dietary_by_name(manifest)),
        "contacts.csv": csv_lists.render(catalogue.contacts(manifest)),
        **dict(_for_the_airline(document, before.airline)),
    }
    if before.people:
        files["changes.csv"] = csv_lists.render(changes_list.table(manifest.event, found))
    return Rendered(files, counts(found))


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
