"""Long lists, set in parts."""

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from chalicelib.travel.render import pdf, typesetting
from testing import bornholm

DOCUMENT: dict[str, Any] = pdf._build_document(bornholm.manifest())


def read(document: dict[str, Any]) -> PdfReader:
    """The document as PDF, read again."""
    return PdfReader(BytesIO(typesetting.render_lists(document, 1597149000)))


def title(pages: PdfReader) -> str | None:
    """The document's title, as its metadata have it."""
    assert pages.metadata is not None
    return pages.metadata.title


def said(pages: PdfReader) -> list[str]:
    """The words of each page."""
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in pages.pages]


def test_a_long_document_is_set_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row stands in it once and in order, below its group, title and headings.

    Its pages are numbered through.
    """
    at_once = said(read(DOCUMENT))
    monkeypatch.setattr(typesetting, "MAX_ROWS_PER_PART", 15)
    whole = read(DOCUMENT)
    in_parts = said(whole)
    assert len(in_parts) > len(at_once)
    assert [page.rpartition(" ")[2] for page in in_parts] == [str(n) for n in range(1, len(in_parts) + 1)]
    transfers = [page for page in in_parts if "14:30 Transfer " in page]
    assert len(transfers) == 3
    assert all("Efternavn Fornavn Mobil" in page and "· Afgang" in page for page in transfers)
    names = [row[0] for each in DOCUMENT["lists"] for group in each["groups"] for row in group["rows"]]
    everything = " ".join(in_parts)
    assert [name for name in names if name.replace("\u200b", "") not in everything] == []
    assert title(whole) == title(read(DOCUMENT))


def test_what_fits_at_once_carries_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    """For screen readers; parts put together have none."""
    assert "/StructTreeRoot" in read(DOCUMENT).root_object
    monkeypatch.setattr(typesetting, "MAX_ROWS_PER_PART", 15)
    assert "/StructTreeRoot" not in read(DOCUMENT).root_object


def test_parts_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Putting them together adds no moment and no id of its own."""
    monkeypatch.setattr(typesetting, "MAX_ROWS_PER_PART", 15)
    assert typesetting.render_lists(DOCUMENT, 1597149000) == typesetting.render_lists(DOCUMENT, 1597149000)
