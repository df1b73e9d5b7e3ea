"""Files in the bucket."""

from collections import Counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.travel import files
from testing.account import BUCKET

pytestmark = pytest.mark.usefixtures("bucket")


def test_a_file_is_saved_under_a_name_that_says_what_it_is() -> None:
    """Browsers get its type, and a name with event, version and list."""
    files.save("meeting", 3, "0123456789abcdef-and-more", {"passengers.csv": b"a", "manifest.xlsx": b"b"})
    kept = {
        key: files.client().get_object(Bucket="manifests", Key=f"manifests/meeting/000003/0123456789abcdef/{key}")
        for key in ("passengers.csv", "manifest.xlsx")
    }
    assert {
        key: (each["Body"].read(), each["ContentType"], each["ContentDisposition"]) for key, each in kept.items()
    } == {
        "passengers.csv": (
            b"a",
            "text/csv; charset=utf-8",
            'attachment; filename="meeting-manifest-3-passengers.csv"',
        ),
        "manifest.xlsx": (
            b"b",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            'attachment; filename="meeting-manifest-3.xlsx"',
        ),
    }


def test_a_download_address_is_good_for_five_minutes() -> None:
    """It is signed (version 4) for this one file, at the region's own host."""
    url = urlsplit(files.create_download_url("meeting", 3, "0123456789abcdef-and-more", "contacts.csv"))
    query = parse_qs(url.query)
    assert (url.netloc, url.path) == (
        "manifests.s3.eu-west-1.amazonaws.com",
        "/manifests/meeting/000003/0123456789abcdef/contacts.csv",
    )
    assert (query["X-Amz-Expires"], query["X-Amz-Algorithm"]) == (["300"], ["AWS4-HMAC-SHA256"])


HASH, OTHER = "0123456789abcdef-and-more", "fedcba9876543210-and-more"
PLACE = "manifests/meeting/000003/0123456789abcdef/"


def keep(content_hash: str = HASH, **contents: bytes) -> None:
    """Save files with these contents."""
    files.save("meeting", 3, content_hash, {f"{name}.json": content for name, content in contents.items()})


def held() -> dict[str, int]:
    """How many S3 versions and delete markers there are, by key."""
    pages = files.client().get_paginator("list_object_versions").paginate(Bucket=BUCKET)
    return Counter(
        each["Key"] for page in pages for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
    )


def test_what_is_deleted_is_in_no_version() -> None:
    """Not as it was kept first either, nor is there a marker where it was; also what was deleted by hand goes."""
    keep(a=b"1", b=b"1")
    keep(a=b"2")
    files.client().delete_object(Bucket=BUCKET, Key=f"{PLACE}b.json")
    files.save("meeting", 4, HASH, {"a.json": b"of another version"})
    assert held() == {f"{PLACE}a.json": 2, f"{PLACE}b.json": 2, f"{PLACE.replace('3', '4', 1)}a.json": 1}
    files.delete("meeting", 3)
    assert held() == {f"{PLACE.replace('3', '4', 1)}a.json": 1}


def test_what_stays_is_there_as_it_was_kept_last() -> None:
    """And in no other version."""
    for content in (b"1", b"2", b"3"):
        keep(a=content, b=content)
    keep(OTHER, a=b"4")
    files.delete("meeting", 3, keep_hash=HASH)
    assert held() == {f"{PLACE}a.json": 1, f"{PLACE}b.json": 1}
    files.delete("meeting", 3, keep_hash=HASH, keep_file="b.json")
    assert held() == {f"{PLACE}b.json": 1}
    assert files.read("meeting", 3, HASH, "b.json") == b"3"


def test_of_two_who_keep_a_file_anew_each_leaves_the_latest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one has looked at what there is, and the other keeps and deletes before it has deleted."""
    keep(a=b"1")
    keep(a=b"2")
    looked = files._list_object_versions

    def overtaken(prefix: str) -> Any:
        found = looked(prefix)
        monkeypatch.setattr(files, "_list_object_versions", looked)
        keep(a=b"3")
        files.delete("meeting", 3, keep_hash=HASH)
        return found

    monkeypatch.setattr(files, "_list_object_versions", overtaken)
    files.delete("meeting", 3, keep_hash=HASH)
    assert (held(), files.read("meeting", 3, HASH, "a.json")) == ({f"{PLACE}a.json": 1}, b"3")


def test_one_file_is_deleted_and_none_whose_name_begins_alike() -> None:
    """In each version."""
    keep(a=b"1")
    keep(a=b"2")
    files.save("meeting", 3, HASH, {"a.json.txt": b"3"})
    files.delete_file("meeting", 3, HASH, "a.json")
    assert held() == {f"{PLACE}a.json.txt": 1}


def test_what_was_kept_before_there_were_versions_goes_too() -> None:
    """It has a version that is called null."""
    status = {"Status": "Suspended"}
    files.client().put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration=status)  # type: ignore[arg-type]
    keep(a=b"1", b=b"1")
    files.client().put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    keep(a=b"2")
    files.delete("meeting", 3, keep_hash=HASH, keep_file="a.json")
    assert (held(), files.read("meeting", 3, HASH, "a.json")) == ({f"{PLACE}a.json": 1}, b"2")
