"""Build the archive of the functions' code reproducibly: the same code gives the same bytes."""

import marshal
import shutil
import warnings
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from infra.packaging import NotPackaged

_MB = 10**6
_LIMIT_MB = 150  # unzipped; Lambda takes 250, but a larger package starts more slowly
_FIXED_TIMESTAMP = (1980, 1, 1, 0, 0, 0)
_UNCHECKED_HASH = (1).to_bytes(4, "little")  # PEP 552: valid without a comparison with the source
_MARSHAL_VERSION = 2  # later formats depend on the state of the compiling process
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", "*.po")


def copy_sources(root: Path, into: Path) -> None:
    """Copy the functions' own code, without what a run or a test left beside it.

    Raises NotPackaged where a translation catalogue is not compiled.
    """
    shutil.copy(root / "app.py", into)
    shutil.copytree(root / "chalicelib", into / "chalicelib", ignore=_IGNORED)
    for catalogue in sorted((root / "chalicelib").rglob("*.po")):
        if not catalogue.with_suffix(".mo").exists():
            raise NotPackaged(
                f"{catalogue.relative_to(root)} is not compiled: run `make package`, which does that."
            )


def rewrite_reproducibly(packaged: Path, into: Path) -> None:
    """Rewrite the archive sorted and without timestamps, with each module compiled.

    Lambda would otherwise compile the modules at every cold start.
    """
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
    """Compile the module to the .pyc file that this Python version, which is also Lambda's, would write."""
    with warnings.catch_warnings(action="ignore"):  # of third-party code
        code = compile(source, name, "exec", dont_inherit=True)
    return MAGIC_NUMBER + _UNCHECKED_HASH + source_hash(source) + marshal.dumps(code, _MARSHAL_VERSION)


def check_size(archive: ZipFile) -> None:
    """Raise NotPackaged where the archive is larger than it should be."""
    size = sum(entry.file_size for entry in archive.infolist()) / _MB
    if size > _LIMIT_MB:
        raise NotPackaged(f"The package is {size:.1f} MB unzipped, and should be at most {_LIMIT_MB} MB.")
