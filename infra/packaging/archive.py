"""The archive of the functions' code: what goes in, and the same bytes each time."""

import shutil
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from infra.packaging import NotPackaged

_LIMIT_MB = 150  # unzipped; Lambda takes 250, but what is larger starts more slowly
_THE_SAME_DAY = (1980, 1, 1, 0, 0, 0)
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "*.po")


def copy_sources(root: Path, into: Path) -> None:
    """Copy the functions' own code, and nothing that a run or a test left beside it."""
    shutil.copy(root / "app.py", into)
    shutil.copytree(root / "chalicelib", into / "chalicelib", ignore=_LEFT_OUT)
    for catalogue in sorted((root / "chalicelib").rglob("*.po")):
        if not catalogue.with_suffix(".mo").exists():
            raise NotPackaged(
                f"{catalogue.relative_to(root)} is not compiled: run `make package`, which does that."
            )


def rewrite(packaged: Path, into: Path) -> None:
    """Write the archive anew, in order and without times, so that the same code gives the same bytes."""
    with ZipFile(packaged) as source, ZipFile(into, "w", ZIP_DEFLATED) as target:
        for name in sorted(set(source.namelist())):
            entry = ZipInfo(name, _THE_SAME_DAY)
            entry.external_attr = 0o644 << 16
            target.writestr(entry, source.read(name), ZIP_DEFLATED)


def check_size(archive: ZipFile) -> None:
    """Raise NotPackaged when it is larger than it should be."""
    size = sum(entry.file_size for entry in archive.infolist()) / 1024**2
    if size > _LIMIT_MB:
        raise NotPackaged(f"The package is {size:.0f} MB unzipped, and should be at most {_LIMIT_MB} MB.")
