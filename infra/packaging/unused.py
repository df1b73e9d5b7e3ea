"""What distributions bring along and no function uses: it stays out of the package."""

import re
from pathlib import Path

_UNUSED = re.compile(
    "|".join(
        (
            r"^babel/locale-data/(?!(root|da|en)[._])",  # how dates are written in languages that we do not speak
            r"/tests?/",
            r"\.pyi$|/py\.typed$",  # for type checkers
        )
    )
)


def remove(folder: Path) -> None:
    """Delete it where the distributions lie."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and _UNUSED.search(path.relative_to(folder).as_posix()):
            path.unlink()
