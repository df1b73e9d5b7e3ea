"""Fetch the dependencies of the package as wheels for Lambda, by their pinned hashes; nothing is built here."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import Any, Literal, get_args
from zipfile import ZipFile

from infra.packaging import NotPackaged, unused

Processor = Literal["x86_64", "arm64"]
PROCESSORS: tuple[Processor, ...] = get_args(Processor)

_MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
#: The C library of Lambda's Python: Amazon Linux 2 up to 3.11, Amazon Linux 2023 from 3.12.
_NEWEST_GLIBC = 26 if sys.version_info < (3, 12) else 34
_OLDEST_GLIBC = 5
_LEGACY_PLATFORMS = ("manylinux2014", "manylinux2010", "manylinux1")


@dataclass(frozen=True)
class Wheel:
    """A distribution in the package."""

    name: str
    version: str
    tags: tuple[str, ...]


def fetch(requirements: Path, into: Path, processor: Processor, options: tuple[str, ...] = ()) -> dict[str, str]:
    """Install the pinned distributions into the folder, without unused files; return each wheel's SHA-256 by name.

    Raises NotPackaged with pip's reason. `options` are added to pip's own.
    """
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install"]
    safe_options = ["--quiet", "--no-compile", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    platforms = [f"--platform={platform}" for platform in _list_platforms(processor)]
    report = into.with_suffix(".json")
    source = [f"--requirement={requirements}", f"--target={into}", f"--report={report}"]
    full_command = [*command, *safe_options, *options, *platforms, *source]
    process = subprocess.run(full_command, capture_output=True, text=True, check=False)
    if process.returncode:
        reasons = [line for line in process.stderr.splitlines() if line.startswith("ERROR: ")]
        raise NotPackaged(
            f"The dependencies could not be fetched for {processor}: {' '.join(reasons) or process.stderr}"
        )
    for folder in ("bin", "share"):  # commands, which contain paths of this machine, and manuals
        shutil.rmtree(into / folder, ignore_errors=True)
    unused.remove(into)
    return _read_hashes(json.loads(report.read_text("utf-8")))


def _read_hashes(report: Any) -> dict[str, str]:
    """Read the wheels' hashes from pip's report of what it installed."""
    return {
        normalize_name(wheel["metadata"]["name"]): wheel["download_info"]["archive_info"]["hashes"]["sha256"]
        for wheel in report["install"]
    }


def _list_platforms(processor: Processor) -> list[str]:
    """List every platform tag that runs there, newest first; pip needs each by name."""
    machine = _MACHINES[processor]
    return [f"manylinux_2_{glibc}_{machine}" for glibc in range(_NEWEST_GLIBC, _OLDEST_GLIBC - 1, -1)] + [
        f"{legacy}_{machine}" for legacy in _LEGACY_PLATFORMS
    ]


def check(archive: ZipFile, requirements: Path, processor: Processor) -> None:
    """Raise NotPackaged unless the archive holds every pinned distribution, each in a wheel that Lambda runs."""
    wheels = list(read_wheels(archive))
    for wheel in wheels:
        if not _is_compatible(wheel, processor):
            raise NotPackaged(
                f"{wheel.name} {wheel.version} was built for {', '.join(wheel.tags)}, "
                f"which Lambda's {processor} cannot be trusted to run: pin a version that has a manylinux wheel."
            )
    missing = sorted(read_pins(requirements) - {(wheel.name, wheel.version) for wheel in wheels})
    if missing:
        listed = ", ".join(f"{name}=={version}" for name, version in missing)
        raise NotPackaged(f"Missing in the package: {listed}, which {requirements.name} asks for.")


def read_pins(requirements: Path) -> set[tuple[str, str]]:
    """Return name and version of each pinned distribution."""
    pins = re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[[^]]*\])?==([^\s;\\]+)", requirements.read_text("utf-8"), re.M)
    return {(normalize_name(name), version) for name, version in pins}


def read_wheels(archive: ZipFile) -> Iterator[Wheel]:
    """Yield the distributions at the archive's top level, with the tags of their wheels."""
    for folder, headers in read_distributions(archive):
        tags = _read_headers(archive, f"{folder}/WHEEL").get_all("Tag", [])
        yield Wheel(normalize_name(str(headers["Name"])), str(headers["Version"]), tuple(map(str, tags)))


def read_distributions(archive: ZipFile) -> Iterator[tuple[str, Message]]:
    """Yield folder and metadata of each distribution at the archive's top level."""
    for path in sorted(archive.namelist()):
        folder, _, name = path.rpartition("/")
        if name == "WHEEL" and folder.endswith(".dist-info") and "/" not in folder:
            yield folder, _read_headers(archive, f"{folder}/METADATA")


def _read_headers(archive: ZipFile, path: str) -> Message:
    return HeaderParser().parsestr(archive.read(path).decode("utf-8"))


def _is_compatible(wheel: Wheel, processor: Processor) -> bool:
    """Return True if some tag fits, and none names a build for the C library of one machine (`linux_…`)."""
    platforms = [platform for tag in wheel.tags for platform in tag.rpartition("-")[2].split(".")]
    built_somewhere = any(platform.startswith("linux_") for platform in platforms)
    return not built_somewhere and bool({"any", *_list_platforms(processor)} & set(platforms))


def normalize_name(name: str) -> str:
    """Normalize the name of a distribution (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
