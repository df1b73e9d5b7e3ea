"""Where the files of manifests are kept, and the addresses to download them from."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from chalicelib.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import DeleteMarkerEntryTypeDef, ObjectVersionTypeDef

DOWNLOAD_URL_TTL = 300  # seconds

_CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "txt": "text/plain; charset=us-ascii",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@cache
def client() -> "S3Client":
    """The S3 client, made on first use."""
    config = Config(
        signature_version="s3v4",
        # By default addresses name the global host, which redirects to the region's: there the signature is wrong.
        s3={"addressing_style": "virtual"},
        retries={"mode": "standard", "total_max_attempts": 4},
    )
    return boto3.client("s3", config=config)


def save(event_id: str, version: int, content_hash: str, files: Mapping[str, bytes]) -> None:
    """Store the files. Other content goes to other places, so a late build overwrites nothing of another."""
    for file, content in files.items():
        client().put_object(
            Bucket=settings().bucket_name,
            Key=_build_key(event_id, version, content_hash, file),
            Body=content,
            ContentType=_CONTENT_TYPES[file.rpartition(".")[2]],
            ContentDisposition=f'attachment; filename="{_build_filename(event_id, version, file)}"',
        )


def read(event_id: str, version: int, content_hash: str, file: str) -> bytes:
    """A file as it was kept."""
    kept = client().get_object(
        Bucket=settings().bucket_name, Key=_build_key(event_id, version, content_hash, file)
    )
    return kept["Body"].read()


def delete(event_id: str, version: int, *, keep_file: str = "", keep_hash: str = "") -> None:
    """Delete all files of the version, also of builds that came to nothing; but not those of the content `of`, or
    of them only the one called `but`. What stood in a file before it was kept anew goes in any case.

    What is the latest of a file that stays is never deleted, so of several who keep it and then call this, each
    leaves the latest alone, and what it took the place of is deleted by whoever kept it.
    """
    kept = _build_key(event_id, version, keep_hash, keep_file) if keep_hash else None
    for found in _list_object_versions(f"manifests/{event_id}/{version:06d}/"):
        if kept is None or not found["Key"].startswith(kept) or not found["IsLatest"]:
            _delete_object_version(found)


def delete_file(event_id: str, version: int, content_hash: str, file: str) -> None:
    """Delete a file, and all that stood in it before."""
    key = _build_key(event_id, version, content_hash, file)
    for found in _list_object_versions(key):
        if found["Key"] == key:  # others may begin with it
            _delete_object_version(found)


def _list_object_versions(prefix: str) -> "list[ObjectVersionTypeDef | DeleteMarkerEntryTypeDef]":
    """What the bucket holds under keys that begin so, and before it what was overwritten or deleted: deleted in
    this order, nothing old is the latest again. It is read to the end before any of it is deleted: a page is asked
    for by the version that the one before ended with."""
    pages = client().get_paginator("list_object_versions").paginate(Bucket=settings().bucket_name, Prefix=prefix)
    found = [each for page in pages for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))]
    return sorted(found, key=lambda each: each["IsLatest"])


def _delete_object_version(object_version: "ObjectVersionTypeDef | DeleteMarkerEntryTypeDef") -> None:
    """For good: without its id it would be kept behind a marker. Where another was quicker nothing happens."""
    client().delete_object(
        Bucket=settings().bucket_name, Key=object_version["Key"], VersionId=object_version["VersionId"]
    )


def create_download_url(event_id: str, version: int, content_hash: str, file: str) -> str:
    """Where the file can be had for five minutes, by whoever holds the address."""
    return client().generate_presigned_url(
        "get_object",
        Params={"Bucket": settings().bucket_name, "Key": _build_key(event_id, version, content_hash, file)},
        ExpiresIn=DOWNLOAD_URL_TTL,
    )


def _build_key(event_id: str, version: int, content_hash: str, file: str) -> str:
    return f"manifests/{event_id}/{version:06d}/{content_hash[:16]}/{file}"


def _build_filename(event_id: str, version: int, file: str) -> str:
    """A name that tells the file from those of other events and versions once it lies among downloads."""
    manifest = f"{event_id}-manifest-{version}"
    return manifest + file.removeprefix("manifest") if file.startswith("manifest.") else f"{manifest}-{file}"
