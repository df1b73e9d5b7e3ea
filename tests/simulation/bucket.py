"""S3, as far as it is used here: objects by their keys."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from tests.simulation.faults import Faults
from tests.simulation.tasks import Tasks


class Bucket:
    """`objects` has what is kept; nothing that was put is ever another."""

    def __init__(self, faults: Faults, tasks: Tasks, called: Callable[[], None]) -> None:
        self._faults, self._tasks, self._called = faults, tasks, called
        self.objects: dict[str, bytes] = {}

    def put_object(self, Key: str, Body: bytes, **_: Any) -> None:  # noqa: N803
        self._before("PutObject")
        self.objects[Key] = Body
        self._faults.after()

    def get_object(self, Key: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        self._before("GetObject")
        return {"Body": BytesIO(self.objects[Key])}

    def _before(self, operation: str) -> None:
        self._called()
        self._tasks.pause()
        self._faults.before(operation)
