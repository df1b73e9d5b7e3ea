"""S3, as far as it is used here: objects by their keys."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from tests.simulation.faults import Faults
from tests.simulation.tasks import Tasks

_PAGE = 4  #: objects; so few that there are pages


class Bucket:
    """`objects` has what is kept, `first` what each was when it was put for the first time."""

    def __init__(self, faults: Faults, tasks: Tasks, called: Callable[[], None]) -> None:
        self._faults, self._tasks, self._called = faults, tasks, called
        self.objects: dict[str, bytes] = {}
        self.first: dict[str, bytes] = {}

    def put_object(self, Key: str, Body: bytes, **_: Any) -> None:  # noqa: N803
        self._before("PutObject")
        self.objects[Key] = Body
        self.first.setdefault(Key, Body)
        self._faults.after()

    def get_object(self, Key: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        self._before("GetObject")
        return {"Body": BytesIO(self.objects[Key])}

    def delete_object(self, Key: str, **_: Any) -> None:  # noqa: N803
        """Deleting what is not there is no error."""
        self._before("DeleteObject")
        self.objects.pop(Key, None)
        self._faults.after()

    def get_paginator(self, _operation: str) -> "Bucket":
        return self

    def paginate(self, Prefix: str, **_: Any) -> Iterator[dict[str, Any]]:  # noqa: N803
        """Pages in the order of the keys, each read when it is asked for; of nothing, one without `Contents`."""
        after, more = "", True
        while more:
            self._before("ListObjectsV2")
            left = sorted(key for key in self.objects if key.startswith(Prefix) and key > after)
            page, more = left[:_PAGE], len(left) > _PAGE
            after = page[-1] if page else after
            yield {"Contents": [{"Key": key} for key in page]} if page else {}

    def _before(self, operation: str) -> None:
        self._called()
        self._tasks.pause()
        self._faults.before(operation)
