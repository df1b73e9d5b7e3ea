"""Counts as bars: how wide each part is drawn. Pure."""

from typing import Any

from chalicelib.language import Language
from chalicelib.programme.model import Event
from chalicelib.registration.model import Places
from chalicelib.web import documents

WHOLE = 100  #: a bar's width


def bars(event: Event, places: Places, language: Language) -> list[dict[str, Any]]:
    """For each allotment its title, its counts, and of its bar the widths that are taken and held."""
    return [
        {"title": each.title.in_(language), **counts, **_widths(counts)}
        for each in event.allotments
        for counts in [documents.counts_for_organiser(each.name, places)]
    ]


def _widths(counts: dict[str, Any]) -> dict[str, int]:
    """Whoever is in beyond the capacity takes what was free and held; what is taken at all can be seen."""
    units = max(counts["capacity"], counts["taken"] + counts["held"], 1)
    taken, held = (-(-WHOLE * counts[name] // units) for name in ("taken", "held"))
    return {"taken_width": taken, "held_width": min(held, WHOLE - taken)}
