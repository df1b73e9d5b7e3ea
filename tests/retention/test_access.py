"""Whatever the table holds of a participant is among what they are given."""

import json
from collections import Counter
from typing import Any

import pytest

from chalicelib.aws import table
from chalicelib.settings import settings
from testing import registration_links
from testing.bornholm import EVENT_ID
from testing.world import build_registration_id
from tests.retention.marked import ALL, meeting
from tests.web.browser import get

pytestmark = pytest.mark.usefixtures("quick_aws")

#: What a scan finds of them alone, one record of that name for each.
RECORDS = {"MAIL": "mails", "LINK": "link_requests", "PROBLEM": "tasks", "JOURNAL": "organisers_actions"}
#: What a scan finds of them that is given in another shape: by the name there, the item's values are looked for.
SHAPED = {"BOOKED": "bookings", "LISTS": "shared_rooms", "MANIFEST": "lists"}


def mine(registration_id: str) -> dict[str, dict[str, Any]]:
    """The items of the table that name them anywhere, by their sort keys."""
    pages = table.client().get_paginator("scan").paginate(TableName=settings().table_name)
    items = [item for page in pages for item in page["Items"]]
    return {item["SK"]["S"]: item for item in items if registration_id in json.dumps(item, default=str)}


def test_access_gives_all_that_a_scan_finds() -> None:
    """One record for each item, or, where it is about others as well, what it says of them."""
    meeting()
    who = build_registration_id(EVENT_ID, "mark@example.org")
    given = get(f"/registrations/{registration_links.build_token(EVENT_ID, who)}/personal-data").json_body
    said = json.dumps(given, ensure_ascii=False)
    kinds = Counter(key.partition("#")[0] for key in mine(who))
    assert {"REG", *RECORDS, "BOOKED", "LISTS"} <= kinds.keys() <= {"REG", *RECORDS, *SHAPED}
    assert {kind: len(given[name]) for kind, name in RECORDS.items()} == {kind: kinds[kind] for kind in RECORDS}
    assert [name for name in SHAPED.values() if not given[name]] == []
    assert [word for word in ALL if word not in said] == []
    assert "ZZZZZZ" not in said
    assert "Bo" not in json.dumps(given["registration"])
