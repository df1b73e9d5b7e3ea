"""The archive of the functions' code: what goes in, and the same bytes each time."""

import marshal
import shutil
import warnings
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from infra.packaging import NotPackaged

_MB = 10**6
_LIMIT_MB = 150  # unzipped; Lambda takes 250, but what is larger starts more slowly
_FIXED_TIMESTAMP = (1980, 1, 1, 0, 0, 0)
_UNCHECKED_HASH = (1).to_bytes(4, "little")  # PEP 552: good whatever the source's time, and not compared with it
_MARSHAL_VERSION = 2  # the later formats of marshal depend on what else the compiling process remembers
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", "*.po")


def copy_sources(root: Path, into: Path) -> None:
    """Copy the functions' own code, and nothing that a run or a test left beside it."""
    shutil.copy(root / "app.py", into)
    shutil.copytree(root / "chalicelib", into / "chalicelib", ignore=_IGNORED)
    for catalogue in sorted((root / "chalicelib").rglob("*.po")):
        if not catalogue.with_suffix(".mo").exists():
            raise NotPackaged(
                f"{catalogue.relative_to(root)} is not compiled: run `make package`, which does that."
            )


def rewrite_reproducibly(packaged: Path, into: Path) -> None:
    """Write the archive anew, in order and without times, so that the same code gives the same bytes; with each
    module compiled, which Lambda would otherwise do at every cold start."""
    with ZipFile(packaged) as source, ZipFile(into, "w", ZIP_DEFLATED) as target:
        for name in sorted(set(source.namelist())):
            content = source.read(name)
            _write_entry(target, name, content)
            if name.endswith(".py"):
                _write_entry(target, cache_from_source(name), compile_module(name, content))


def _write_entry(target: ZipFile, name: str, content: bytes) -> None:
    entry = ZipInfo(name, _FIXED_TIMESTAMP)
    entry.external_attr = 0o644 << 16
    target.writestr(entry, content, ZIP_DEFLATED)


def compile_module(name: str, source: bytes) -> bytes:
    """The module as this version of Python, which is also the functions', keeps it beside the source."""
    with warnings.catch_warnings(action="ignore"):  # of others' code
        code = compile(source, name, "exec", dont_inherit=True)
    return MAGIC_NUMBER + _UNCHECKED_HASH + source_hash(source) + marshal.dumps(code, _MARSHAL_VERSION)


def check_size(archive: ZipFile) -> None:
    """Raise NotPackaged when it is larger than it should be."""
    size = sum(entry.file_size for entry in archive.infolist()) / _MB
    if size > _LIMIT_MB:
        raise NotPackaged(f"The package is {size:.1f} MB unzipped, and should be at most {_LIMIT_MB} MB.")
