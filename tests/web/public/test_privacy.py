"""The privacy page and the document say what the code does with personal data."""

import re

import pytest
from pydantic import BaseModel

from chalicelib.language import Language
from chalicelib.programme.model import RETENTION_STAGES, Retention
from chalicelib.registration import details
from chalicelib.registration.attendee import Attendee, Dietary, Travel
from chalicelib.registration.updates import serialize_attendee
from chalicelib.retention import rules
from testing import builders
from testing.account import ROOT
from testing.world import publish
from tests.retention.marked import DETAILS
from tests.web.browser import PAGE, get

#: Groups are told part by part; what is a part's part is one thing to people.
GROUPS: dict[str, type[BaseModel]] = {"travel": Travel, "dietary": Dietary}


def every_field() -> set[str]:
    """The fields of a registration's model, those of groups with a dot."""
    alone = {name for name in Attendee.model_fields if name not in GROUPS}
    return alone | {f"{name}.{part}" for name, group in GROUPS.items() for part in group.model_fields}


def gone_at(field: str) -> str:
    """The first stage after which the field is not held any more."""
    stored = serialize_attendee(builders.attendee(language="en", **DETAILS))
    group, _, part = field.rpartition(".")
    for stage in ("health", "travel"):
        kept = rules.redact_attendee(stored, stage)
        if (part not in kept.get(group, {})) if group else (part not in kept):
            return stage
    return "people"


def said_in_docs() -> dict[str, tuple[str, int]]:
    """Each field of the table in the document, with its stage and days."""
    text = (ROOT / "docs" / "privacy.md").read_text().partition("## What is held")[2].partition("And beside")[0]
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| `")]
    return {
        field: (row[3].strip(" `"), int(row[4].split()[0]))
        for row in rows
        for field in re.findall(r"`(\S+?)`", row[0])
    }


def test_every_field_is_named_once_and_no_other() -> None:
    """On the page, and in the document."""
    assert sorted(detail.name for detail in details.DETAILS) == sorted(every_field())
    assert set(said_in_docs()) == every_field()


@pytest.mark.parametrize("field", sorted(every_field()))
def test_each_goes_when_it_is_said_to_go(field: str) -> None:
    """Page and document name the stage at which the deletion takes the field, and its days."""
    [stage] = [detail.purpose.stage for detail in details.DETAILS if detail.name == field]
    assert stage == gone_at(field)
    assert said_in_docs()[field] == (stage, getattr(Retention(), stage))


def test_operations_name_the_same_days() -> None:
    """The example of what holds where a document says nothing."""
    text = (ROOT / "docs" / "operations.md").read_text()
    days = ", ".join(f'"{stage}": {getattr(Retention(), stage)}' for stage in RETENTION_STAGES)
    assert f'{{"retention": {{{days}}}}}' in text


@pytest.mark.usefixtures("quick_aws")
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("da", ["Sådan bruger og gemmer vi dine oplysninger", "7 dage efter", "30 dage efter", "180 dage efter"]),
        ("en", ["How we use and keep your details", "7 days after", "30 days after", "180 days after"]),
    ],
)
def test_the_page_says_it_in_both_languages(language: Language, said: list[str]) -> None:
    """With the days that hold where an event says nothing else."""
    answer = get(f"/privacy?lang={language}", **PAGE)
    assert answer.status_code == 200
    assert [part for part in said if part not in answer.body.decode()] == []


@pytest.mark.usefixtures("quick_aws")
def test_an_events_page_has_its_own_days_and_whom_to_write_to() -> None:
    """And the form leads there."""
    event = publish(builders.event(retention={"health": 1, "travel": 2, "people": 3}))
    form = get(f"/events/{event.id}?lang=en", **PAGE).body.decode()
    assert f"/privacy?event={event.id}&amp;lang=en" in form
    page = get(f"/privacy?event={event.id}&lang=en", **PAGE).body.decode()
    assert all(
        part in page for part in ("1 day after", "2 days after", "3 days after", "netvaerk@network.example")
    )
    assert "180 days" not in page


@pytest.mark.usefixtures("quick_aws")
def test_of_an_event_that_is_not_there_nothing_is_said() -> None:
    """404, as for any other address of it."""
    assert get("/privacy?event=nowhere", **PAGE).status_code == 404
