"""Render the files of a manifest, each by its name."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from chalicelib.travel.lists import catalogue, changes_list, pnl
from chalicelib.travel.lists.changes import count_changes, find_changes
from chalicelib.travel.lists.flight_lists import build_flight_lists
from chalicelib.travel.lists.manifest import Manifest
from chalicelib.travel.lists.tables import DOCUMENT_FILE, Document
from chalicelib.travel.render import csv_lists, json_document, pdf, xlsx


@dataclass(frozen=True)
class BaselineDocuments:
    """The documents that a manifest is compared with, for people and for the airline; None without one."""

    people: Document | None = None
    airline: Document | None = None


@dataclass(frozen=True)
class RenderedFiles:
    """The files by their names, and how many people changed since the baseline."""

    files: dict[str, bytes]
    changes: dict[str, int]


def render(manifest: Manifest, baselines: BaselineDocuments = BaselineDocuments()) -> RenderedFiles:
    """Render every file of the manifest, and those of the changes where it has baselines.

    Deterministic: the same manifests give the same bytes.
    """
    document = json_document.build_document(manifest)
    changes = find_changes(baselines.people, document) if baselines.people else ()
    comparison = {
        "since": baselines.people and baselines.people["version"],
        "airline_since": baselines.airline and baselines.airline["version"],
        "changes": count_changes(changes),
    }
    files = {
        "manifest.xlsx": xlsx.render(manifest),
        "manifest.pdf": pdf.render(manifest),
        DOCUMENT_FILE: json_document.render(document | comparison),
        "passengers.csv": csv_lists.render(catalogue.build_passenger_list(manifest)),
        "transfers.csv": csv_lists.render(catalogue.build_transfer_list(manifest)),
        "rooming.csv": csv_lists.render(catalogue.build_rooming_list(manifest)),
        "dietary.csv": csv_lists.render(
            catalogue.build_dietary_list(manifest), catalogue.build_dietary_by_name_list(manifest)
        ),
        "contacts.csv": csv_lists.render(catalogue.build_contact_list(manifest)),
        **dict(_build_airline_files(document, baselines.airline)),
    }
    if baselines.people:
        files["changes.csv"] = csv_lists.render(changes_list.build_table(manifest.event, changes))
    return RenderedFiles(files, count_changes(changes))


def _build_airline_files(document: Document, baseline: Document | None) -> Iterator[tuple[str, bytes]]:
    """Yield the PNL of each flight, and its ADL where there is a baseline.

    A flight that has no list any more loses all its travellers in the ADL.
    """
    flights = build_flight_lists(document)
    for leg, flight in flights.items():
        yield f"{leg}{pnl.PNL_SUFFIX}", pnl.format_pnl(flight).encode("ascii")
    if baseline is None:
        return
    earlier = build_flight_lists(baseline)
    cancelled = {leg: replace(flight, travellers=()) for leg, flight in earlier.items() if leg not in flights}
    for leg, flight in (flights | cancelled).items():
        yield f"{leg}{pnl.ADL_SUFFIX}", pnl.format_adl(earlier.get(leg), flight).encode("ascii")
