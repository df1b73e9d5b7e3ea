"""S3, as far as it is used here: a bucket that keeps each version of an object until that one is deleted."""

from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import count
from typing import Any

from testing.faulty_aws.faults import Faults
from testing.faulty_aws.tasks import Tasks

_PAGE = 4  #: versions; so few that there are pages


class Bucket:
    """`versions` has what is held, by key and number, the latest last; `first` what each object was when it was
    put for the first time."""

    def __init__(self, faults: Faults, tasks: Tasks, count_call: Callable[[], None]) -> None:
        self._faults, self._tasks, self._count_call = faults, tasks, count_call
        self._numbers = count(1)
        self.versions: dict[str, dict[int, bytes]] = {}
        self.first_versions: dict[str, bytes] = {}

    @property
    def objects(self) -> dict[str, bytes]:
        """The latest of each."""
        return {key: held[max(held)] for key, held in self.versions.items()}

    def put_object(self, Key: str, Body: bytes, **_: Any) -> None:  # noqa: N803
        self._before("PutObject")
        self.versions.setdefault(Key, {})[next(self._numbers)] = Body
        self.first_versions.setdefault(Key, Body)
        self._faults.after()

    def get_object(self, Key: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        self._before("GetObject")
        return {"Body": BytesIO(self.objects[Key])}

    def delete_object(self, Key: str, VersionId: str, **_: Any) -> None:  # noqa: N803
        """Of one version, for good: nothing here deletes in the other way, which leaves a marker. Deleting what is
        not there is no error; where the latest is deleted, the one before is the latest again."""
        self._before("DeleteObject")
        held = self.versions.get(Key, {})
        held.pop(int(VersionId), None)
        if not held:
            self.versions.pop(Key, None)
        self._faults.after()

    def get_paginator(self, operation: str) -> "Bucket":
        assert operation == "list_object_versions"
        return self

    def paginate(self, Prefix: str, **_: Any) -> Iterator[dict[str, Any]]:  # noqa: N803
        """Pages in the order of the keys, of each the latest first, each read when it is asked for; of nothing,
        one without `Versions`."""
        after, more = ("", 0), True
        while more:
            self._before("ListObjectVersions")
            left = sorted(place for place in self._places(Prefix) if place > after)
            page, more = left[:_PAGE], len(left) > _PAGE
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
