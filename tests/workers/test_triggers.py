"""The adapter between the workers and Chalice."""

from pathlib import Path

import pytest

from chalicelib import workers
from chalicelib.workers.triggers import Blueprint

MODULES = sorted(Path(workers.__path__[0]).glob("*.py"))


@pytest.mark.parametrize("path", [path for path in MODULES if path.stem != "triggers"], ids=lambda path: path.stem)
def test_only_the_adapter_imports_chalice(path: Path) -> None:
    """The other modules of the workers know no framework."""
    text = path.read_text("utf-8")
    assert "import chalice\n" not in text
    assert "from chalice" not in text.replace("from chalicelib", "")


def test_a_handler_gets_what_lambda_brings() -> None:
    """A batch comes as the dictionary that it is, and the answer goes back to Lambda."""
    blueprint = Blueprint(__name__)

    @blueprint.on_queue("Queue", batch_size=1, name="handler")
    def handler(lambda_event: dict[str, object]) -> object:
        return {"batchItemFailures": lambda_event["Records"]}

    assert handler({"Records": [1]}, None) == {"batchItemFailures": [1]}
