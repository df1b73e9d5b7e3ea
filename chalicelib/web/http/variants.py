"""Content negotiation: the variants of an answer, of which the request decides by Accept and Content-Type."""

from collections.abc import Callable
from typing import NamedTuple

from chalicelib.problems import Problem
from chalicelib.web.http import requests
from chalicelib.web.http.framework import Request, Response

Build = Callable[[], Response]


class Variants(NamedTuple):
    """One answer in several forms; only the variant that is sent is built.

    `form` answers a form that was posted, `page` a browser, and `json` every other caller. A problem as `json` is
    answered as if it was raised.
    """

    json: Build | Problem
    page: Build | None = None
    form: Build | None = None

    def select(self, request: Request) -> Response:
        """Build the variant for this request; raises the problem that stands for JSON."""
        if self.form and requests.is_form(request):
            return self.form()
        if self.page and requests.prefers_html(request):
            return self.page()
        if isinstance(self.json, Problem):
            raise self.json
        return self.json()
