"""`python -m infra.packaging.translated FILE`: write the template as CloudFormation gets it, for checkers."""

import json
import sys
import tempfile
from pathlib import Path

import yaml

from infra import package
from infra.packaging import template


def main(file: str) -> None:
    """Package the functions and write the translated template."""
    with tempfile.TemporaryDirectory() as folder:
        sam_template = package.run_chalice(Path(folder), package.read_configured_processor())
    target = Path(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(template.translate(yaml.safe_load(sam_template)), indent=1), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
