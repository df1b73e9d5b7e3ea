"""The configuration of each function in AWS, from `.chalice/config.json`."""

import json
from pathlib import Path
from typing import Any

_CONFIG = json.loads((Path(__file__).parent.parent / ".chalice" / "config.json").read_text())
_FUNCTIONS: dict[str, dict[str, Any]] = _CONFIG["stages"]["api"]["lambda_functions"]

#: Megabytes.
MEMORY: dict[str, int] = {name: described["lambda_memory_size"] for name, described in _FUNCTIONS.items()}
#: Seconds until it is cut off.
TIMEOUT: dict[str, int] = {name: described["lambda_timeout"] for name, described in _FUNCTIONS.items()}
