"""Describe the machine."""

import os
import platform
import re
from pathlib import Path


def describe() -> str:
    """Describe processor, cores, memory, system and Python version."""
    processor = re.search(r"model name\s*: (.+)", _read("/proc/cpuinfo"))
    memory = int(re.search(r"MemTotal:\s*(\d+)", _read("/proc/meminfo"))[1]) / 1024**2  # type: ignore[index]
    return (
        f"{processor[1] if processor else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB,"
        f" {platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


def _read(path: str) -> str:
    return Path(path).read_text()
