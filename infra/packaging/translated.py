"""`python -m infra.packaging.translated FILE`: the template as CloudFormation gets it, for others to check."""

import json
import sys
import tempfile
from pathlib import Path

import yaml

from infra import package
from infra.packaging import template


def main(file: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        text = package.run_chalice(Path(folder), package.read_configured_processor())
    into = Path(file)
    into.parent.mkdir(parents=True, exist_ok=True)
    into.write_text(json.dumps(template.translate(yaml.safe_load(text)), indent=1), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
