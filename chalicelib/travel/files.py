"""Store the files of manifests in S3, and create the URLs to download them from."""

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
    """Return the S3 client, made on first use."""
    config = Config(
        signature_version="s3v4",
        # By default URLs name the global host, which redirects to the region's: there the signature is wrong.
        s3={"addressing_style": "virtual"},
        retries={"mode": "standard", "total_max_attempts": 4},
    )
    return boto3.client("s3", config=config)


def save(event_id: str, version: int, content_hash: str, files: Mapping[str, bytes]) -> None:
    """Store the files. The key has the content's hash, so a late build overwrites no file of another."""
    for file, content in files.items():
        client().put_object(
            Bucket=settings().bucket_name,
            Key=_build_key(event_id, version, content_hash, file),
            Body=content,
            ContentType=_CONTENT_TYPES[file.rpartition(".")[2]],
            ContentDisposition=f'attachment; filename="{_build_filename(event_id, version, file)}"',
        )


def read(event_id: str, version: int, content_hash: str, file: str) -> bytes:
    """Read a file as it was stored."""
    response = client().get_object(
        Bucket=settings().bucket_name, Key=_build_key(event_id, version, content_hash, file)
    )
    return response["Body"].read()


def delete(event_id: str, version: int, *, keep_file: str = "", keep_hash: str = "") -> None:
    """Delete all files of the version, also of failed builds, except those to keep.

    These are the files of the content `keep_hash`, or of them only the one called `keep_file`.

    Older S3 versions of a file that stays are deleted in any case; its latest never is. So of several writers that
    store a file and then call this, none deletes the latest, and each deletes what its own write replaced.
    """
    kept_key = _build_key(event_id, version, keep_hash, keep_file) if keep_hash else None
    for object_version in _list_object_versions(f"manifests/{event_id}/{version:06d}/"):
        if kept_key is None or not object_version["Key"].startswith(kept_key) or not object_version["IsLatest"]:
            _delete_object_version(object_version)


def delete_file(event_id: str, version: int, content_hash: str, file: str) -> None:
    """Delete a file with all its S3 versions."""
    key = _build_key(event_id, version, content_hash, file)
    for object_version in _list_object_versions(key):
        if object_version["Key"] == key:  # the prefix also finds longer keys
            _delete_object_version(object_version)


def _list_object_versions(prefix: str) -> "list[ObjectVersionTypeDef | DeleteMarkerEntryTypeDef]":
    """List the S3 versions and delete markers under the prefix, the latest of each key last.

    Deleted in this order, no old version becomes the latest again. The list is read to its end before any of
    it is deleted, because each page is asked for by the version that the page before ended with.
    """
    pages = client().get_paginator("list_object_versions").paginate(Bucket=settings().bucket_name, Prefix=prefix)
    versions = [
        version for page in pages for version in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
    ]
    return sorted(versions, key=lambda version: version["IsLatest"])


def _delete_object_version(object_version: "ObjectVersionTypeDef | DeleteMarkerEntryTypeDef") -> None:
    """Delete one S3 version for good; does nothing where it is gone already.

    Without the version's id S3 would only put a delete marker in front of it.
    """
    client().delete_object(
        Bucket=settings().bucket_name, Key=object_version["Key"], VersionId=object_version["VersionId"]
    )


def create_download_url(event_id: str, version: int, content_hash: str, file: str) -> str:
    """Create a URL that anyone who has it can download the file from, for five minutes."""
    return client().generate_presigned_url(
        "get_object",
        Params={"Bucket": settings().bucket_name, "Key": _build_key(event_id, version, content_hash, file)},
        ExpiresIn=DOWNLOAD_URL_TTL,
    )


def _build_key(event_id: str, version: int, content_hash: str, file: str) -> str:
    return f"manifests/{event_id}/{version:06d}/{content_hash[:16]}/{file}"


def _build_filename(event_id: str, version: int, file: str) -> str:
    """Build the name to download under, which has event and version so that downloads can be told apart."""
    manifest = f"{event_id}-manifest-{version}"
    return manifest + file.removeprefix("manifest") if file.startswith("manifest.") else f"{manifest}-{file}"
