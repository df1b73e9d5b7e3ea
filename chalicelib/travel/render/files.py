"""The files of a manifest, each by its name."""

from chalicelib.travel import lists
from chalicelib.travel.manifest import Manifest
from chalicelib.travel.render import csv_lists, json_document, xlsx


def render(manifest: Manifest) -> dict[str, bytes]:
    """Every file of the manifest; the same manifest gives the same bytes."""
    return {
        "manifest.xlsx": xlsx.render(manifest),
        "manifest.json": json_document.render(manifest),
        "passengers.csv": csv_lists.render(lists.passengers(manifest)),
        "transfers.csv": csv_lists.render(lists.transfers(manifest)),
        "rooming.csv": csv_lists.render(lists.rooming(manifest)),
        "dietary.csv": csv_lists.render(lists.dietary(manifest), lists.dietary_by_name(manifest)),
        "contacts.csv": csv_lists.render(lists.contacts(manifest)),
    }
