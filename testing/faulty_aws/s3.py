"""Double S3 as far as it is used here.

The bucket keeps each version of an object until that version is deleted.
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import count
from typing import Any

from testing.faulty_aws.faults import Faults
from testing.faulty_aws.tasks import Tasks

_PAGE = 4  #: versions; so few that there are pages


class Bucket:
    """A bucket and its client.

    `versions` has the content by key and number, the latest last; `first_versions` what each object was at first.
    """

    def __init__(self, faults: Faults, tasks: Tasks, count_call: Callable[[], None]) -> None:
        self._faults, self._tasks, self._count_call = faults, tasks, count_call
        self._numbers = count(1)
        self.versions: dict[str, dict[int, bytes]] = {}
        self.first_versions: dict[str, bytes] = {}

    @property
    def objects(self) -> dict[str, bytes]:
        """Return the latest version of each object."""
        return {key: versions[max(versions)] for key, versions in self.versions.items()}

    def put_object(self, Key: str, Body: bytes, **_: Any) -> None:  # noqa: N803
        """Put a new version of an object."""
        self._before("PutObject")
        self.versions.setdefault(Key, {})[next(self._numbers)] = Body
        self.first_versions.setdefault(Key, Body)
        self._faults.after()

    def get_object(self, Key: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        """Return the latest version of an object."""
        self._before("GetObject")
        return {"Body": BytesIO(self.objects[Key])}

    def delete_object(self, Key: str, VersionId: str, **_: Any) -> None:  # noqa: N803
        """Delete one version for good; no call here deletes in the other way, which leaves a marker.

        Deleting what does not exist is no error. After the latest version, the one before is the latest again.
        """
        self._before("DeleteObject")
        versions = self.versions.get(Key, {})
        versions.pop(int(VersionId), None)
        if not versions:
            self.versions.pop(Key, None)
        self._faults.after()

    def get_paginator(self, operation: str) -> "Bucket":
        """Return the paginator of `list_object_versions`, the one listing that is used."""
        assert operation == "list_object_versions"
        return self

    def paginate(self, Prefix: str, **_: Any) -> Iterator[dict[str, Any]]:  # noqa: N803
        """Yield pages of versions in the order of the keys, the latest version first.

        Each page is read when it is asked for. A prefix without objects has one page without `Versions`.
        """
        after, more = ("", 0), True
        while more:
            self._before("ListObjectVersions")
            remaining = sorted(position for position in self._places(Prefix) if position > after)
            page, more = remaining[:_PAGE], len(remaining) > _PAGE
            after = page[-1] if page else after
            yield {"Versions": [self._listed(key, -number) for key, number in page]} if page else {}

    def _places(self, prefix: str) -> Iterator[tuple[str, int]]:
        return ((key, -n) for key, held in self.versions.items() if key.startswith(prefix) for n in held)

    def _listed(self, key: str, number: int) -> dict[str, Any]:
        return {"Key": key, "VersionId": str(number), "IsLatest": number == max(self.versions[key])}

    def _before(self, operation: str) -> None:
        self._count_call()
        self._tasks.pause()
        self._faults.before(operation)
