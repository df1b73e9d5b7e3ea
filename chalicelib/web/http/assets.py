"""Serve the stylesheet and the scripts of the pages.

Their URLs name a hash of their content (cache busting), so browsers keep them until they change.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path
from string import Template

from chalicelib import appearance
from chalicelib.problems import NotFound
from chalicelib.web.http.framework import Response

_WEB = Path(__file__).parent.parent
_FOLDERS = {"style.css": "http", "live.js": "http", "door.js": "door", "search.js": "door"}
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript"}
_CACHE_FOREVER = "public, max-age=31536000, immutable"
_CACHE_BRIEFLY = "public, max-age=300"  # without the hash, or with that of an earlier deployment


@cache
def hash_content(name: str) -> str:
    """Hash the file's content."""
    return sha256(_read_content(name).encode()).hexdigest()[:16]


def build_url(name: str) -> str:
    """Build the file's URL, below the service's root."""
    return f"/assets/{name}?v={hash_content(name)}"


def serve(name: str, requested_hash: str) -> Response:
    """Serve the file; cached for good where its hash is the requested one. Raises NotFound."""
    if name not in _FOLDERS:
        raise NotFound
    headers: dict[str, str | list[str]] = {
        "Content-Type": f"{_MEDIA_TYPES[Path(name).suffix]}; charset=utf-8",
        "Cache-Control": _CACHE_FOREVER if requested_hash == hash_content(name) else _CACHE_BRIEFLY,
    }
    return Response(body=_read_content(name), headers=headers)


@cache
def _read_content(name: str) -> str:
    content = (_WEB / _FOLDERS[name] / "templates" / name).read_text()
    return Template(content).substitute(appearance.PLACEHOLDERS) if name.endswith(".css") else content
