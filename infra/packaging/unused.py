"""Remove files of the distributions that no function uses from the package."""

import re
from pathlib import Path

_UNUSED = re.compile(
    "|".join(
        (
            r"^babel/locale-data/(?!(root|da|en)[._])",  # formats of languages that the service does not have
            r"/tests?/",
            r"\.pyi$|/py\.typed$",  # for type checkers
        )
    )
)


def remove(folder: Path) -> None:
    """Delete the unused files in the folder of the distributions."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and _UNUSED.search(path.relative_to(folder).as_posix()):
            path.unlink()
