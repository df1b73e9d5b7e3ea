"""The details of a person are those of the model, each described once."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from chalicelib.registration import details
from chalicelib.registration.attendee import Attendee, Travel
from testing import builders


def model_fields(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The dotted names of the model's fields and those of the models within it, each with its annotation."""
    for name, field in model.model_fields.items():
        groups = [part for part in _parts(field.annotation) if _is_model(part)]
        if groups:
            yield from model_fields(groups[0], f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field.annotation


def _parts(annotation: Any) -> list[Any]:
    """The annotation and all that it is made of."""
    return [annotation, *(part for each in get_args(annotation) for part in _parts(each))]


def _is_model(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, BaseModel)


FIELDS = dict(model_fields(Attendee))


def test_every_field_of_the_model_is_described() -> None:
    """Each once, and no other."""
    assert details.FIELDS.keys() == FIELDS.keys()


@pytest.mark.parametrize("name", [name for name, field in details.FIELDS.items() if field.choices])
def test_each_choice_of_the_model_has_its_label(name: str) -> None:
    """No code reaches a participant or an organiser untranslated."""
    codes = {part for part in _parts(FIELDS[name]) if isinstance(part, str)}
    assert details.FIELDS[name].choices.keys() == codes


def test_what_is_about_health_is_what_the_seal_takes() -> None:
    """Neither export nor mails name it."""
    health = [detail for detail in details.DETAILS if detail.purpose.stage == "health"]
    described = {detail.name for detail in health}
    assert {name.partition(".")[0] for name in described - {"travel.special_assistance"}} == {"dietary"}
    assert "travel.special_assistance" in described
    assert [each for each in health if each.export_width or each.changed_label or each.request] == []


def test_a_group_is_named_where_its_details_are_not() -> None:
    """A fact names the attribute that has changed: the detail's own, or its group's."""
    grouped = {detail.attribute for detail in details.DETAILS if "." in detail.name}
    assert details.GROUPS.keys() == grouped


def test_columns_of_contacts_are_fields() -> None:
    """Each column of the list of contacts shows a field that there is."""
    assert {column.field for column in details.CONTACT_COLUMNS} <= details.FIELDS.keys()


def test_reading_a_detail() -> None:
    """By its dotted name, whole or field by field; None where its group is not told."""
    ida = builders.attendee(travel={"emergency_contact": {"name": "Bo", "phone": "20123456"}})
    assert details.read(ida, "travel.emergency_contact.name") == "Bo"
    assert details.read(ida, "travel.emergency_contact") == Travel.model_validate(ida.travel).emergency_contact
    assert details.read(ida, "dietary.meals") is None
