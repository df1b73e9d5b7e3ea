"""What pages need besides themselves: the stylesheet and the scripts. Their addresses name what is in them, so
that browsers keep them for as long as they stay as they are, and no longer."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from chalice.app import Response

from chalicelib.problems import NotFound

_WEB = Path(__file__).parent.parent
_MEDIA_TYPES = {"style.css": "text/css", "door.js": "text/javascript", "live.js": "text/javascript"}
_FOLDERS = {"style.css": "http", "door.js": "door", "live.js": "http"}
_FOR_GOOD = "public, max-age=31536000, immutable"
_ANY_OTHER = "public, max-age=300"  # whoever asks without the mark, or with that of an earlier deployment


@cache
def mark(name: str) -> str:
    """What tells this content from any other of the name."""
    return sha256(_content(name).encode()).hexdigest()[:16]


def address(name: str) -> str:
    """Where it is found, below the service's root."""
    return f"/assets/{name}?v={mark(name)}"


def asset(name: str, asked: str) -> Response:
    """The file, to be kept for good where it is the one that was asked for; raises NotFound."""
    if name not in _MEDIA_TYPES:
        raise NotFound
    headers: dict[str, str | list[str]] = {
        "Content-Type": f"{_MEDIA_TYPES[name]}; charset=utf-8",
        "Cache-Control": _FOR_GOOD if asked == mark(name) else _ANY_OTHER,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(body=_content(name), headers=headers)


@cache
def _content(name: str) -> str:
    return (_WEB / _FOLDERS[name] / "templates" / name).read_text()
