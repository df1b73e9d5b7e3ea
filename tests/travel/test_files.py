"""Files in the bucket."""

from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.travel import files

pytestmark = pytest.mark.usefixtures("bucket")


def test_a_file_is_saved_under_a_name_that_says_what_it_is() -> None:
    """Browsers get its type, and a name with event, version and list."""
    files.keep("meeting", 3, "0123456789abcdef-and-more", {"passengers.csv": b"a", "manifest.xlsx": b"b"})
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
    address = urlsplit(files.download_address("meeting", 3, "0123456789abcdef-and-more", "contacts.csv"))
    query = parse_qs(address.query)
    assert (address.netloc, address.path) == (
        "manifests.s3.eu-west-1.amazonaws.com",
        "/manifests/meeting/000003/0123456789abcdef/contacts.csv",
    )
    assert (query["X-Amz-Expires"], query["X-Amz-Algorithm"]) == (["300"], ["AWS4-HMAC-SHA256"])
