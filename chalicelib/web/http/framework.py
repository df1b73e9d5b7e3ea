"""The adapter to Chalice: the only module of the HTTP interface that imports the framework.

Views and pages take `Request` and return `Response`; what they may use of either is listed in
docs/decisions/chalice-at-arms-length.md.
"""

from collections.abc import Callable
from typing import Any

import chalice
from chalice import Chalice
from chalice.app import CORSConfig, Request, Response

from chalicelib.web.http.operations import Operation

__all__ = ["Blueprint", "CORSConfig", "Chalice", "Request", "Response"]

Handler = Callable[..., Response]


class Blueprint(chalice.Blueprint):
    """The routes of a module, with their declarations; `tag` groups them in the OpenAPI description."""

    def __init__(self, import_name: str, tag: str) -> None:
        super().__init__(import_name)
        self.tag = tag
        self.operations: list[Operation] = []

    def register_handler(self, operation: Operation, cors: CORSConfig | None, handler: Handler) -> None:
        """Call the handler, with the path's parameters, for the operation's path and method.

        Chalice takes a body of any media type, so that an unknown one is answered by a problem of ours.
        """
        self.operations.append(operation)
        self.route(
            operation.path, methods=[operation.method], name=operation.name, cors=cors, content_types=["*/*"]
        )(handler)


class BinaryResponse(Response):
    """A response whose body is bytes of any media type."""

    def to_dict(self, binary_types: list[str] | None = None) -> dict[str, Any]:  # noqa: ARG002 - chalice asks so
        """Encode the body as base64, as API Gateway takes it."""
        answer: dict[str, Any] = super().to_dict([str(self.headers["Content-Type"]).partition(";")[0]])
        return answer
