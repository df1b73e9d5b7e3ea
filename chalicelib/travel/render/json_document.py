"""Render the manifest as JSON: English keys, codes instead of words, times with their offset."""

import json
from datetime import datetime
from io import BytesIO, TextIOWrapper
from typing import Any

from chalicelib.programme.model import ZONE
from chalicelib.travel.lists import catalogue
from chalicelib.travel.lists.flight_lists import build_flight_document
from chalicelib.travel.lists.manifest import Manifest
from chalicelib.travel.lists.tables import Cell, Document, SpelledName, Table


def render(document: Document) -> bytes:
    """Serialize the document; deterministic: the same document gives the same bytes."""
    content = BytesIO()
    text = TextIOWrapper(content, encoding="utf-8", newline="\n")
    json.dump(document, text, ensure_ascii=False, indent=1)  # streamed: at once, it needs ten times the memory
    text.write("\n")
    text.flush()
    return content.getvalue()


def build_document(manifest: Manifest) -> Document:
    """Build the document of the manifest, from types that JSON has."""
    return {
        "event_id": manifest.event.id,
        "version": manifest.version,
        "as_of": manifest.as_of.astimezone(ZONE).isoformat(timespec="seconds"),
        "totals": manifest.totals,
        "flights": [build_flight_document(flight) for flight in manifest.event.legs if flight.kind == "flight"],
        **{
            table.name: _build_rows(table)
            for table in catalogue.build_tables(manifest)
            if table.name != "warnings"
        },
        "warnings": [warning.as_document() for warning in manifest.warnings],
        "ready": not manifest.warnings,
        "checks": [warning.as_check() for warning in manifest.warnings],
    }


def _build_rows(table: Table) -> list[Document]:
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, map(_serialize_cell, row), strict=True)) for row in table.rows]


def _serialize_cell(cell: Cell) -> Any:
    if isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, SpelledName):
        return cell.typed
    return [_serialize_cell(part) for part in cell] if isinstance(cell, tuple) else cell
