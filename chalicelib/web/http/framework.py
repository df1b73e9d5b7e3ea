"""The adapter to Chalice: the only module of the HTTP interface that imports the framework.

Views and pages take `Request` and return `Response`; what they may use of either is listed in
docs/decisions/chalice-at-arms-length.md.
"""

from collections.abc import Callable
from typing import Any

from chalice import Blueprint, Chalice
from chalice.app import CORSConfig, Request, Response

__all__ = ["Blueprint", "CORSConfig", "Chalice", "Request", "Response"]


class BinaryResponse(Response):
    """A response whose body is bytes of any media type."""

    def to_dict(self, binary_types: list[str] | None = None) -> dict[str, Any]:  # noqa: ARG002 - chalice asks so
        """Encode the body as base64, as API Gateway takes it."""
        answer: dict[str, Any] = super().to_dict([str(self.headers["Content-Type"]).partition(";")[0]])
        return answer


def register_handler(
    blueprint: Blueprint, path: str, method: str, name: str, cors: CORSConfig | None
) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Register the decorated function for the path and method; it is called with the path's parameters.

    Chalice takes a body of any media type, so that an unknown one is answered by a problem of ours.
    """
    register: Callable[[Callable[..., Response]], Callable[..., Response]] = blueprint.route(
        path, methods=[method], name=name, cors=cors, content_types=["*/*"]
    )
    return register
