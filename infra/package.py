"""`python -m infra.package`: build the checked deployment package, its bill of materials and its template."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from infra.packaging import NotPackaged, archive, dependencies, materials, template
from infra.packaging.dependencies import PROCESSORS, Processor

ROOT = Path(__file__).parent.parent
ARCHIVE, SBOM, TEMPLATE = "deployment.zip", "sbom.json", "template.yaml"
_STAGE = "api"


def package(into: Path, processor: Processor | None = None) -> None:
    """Write deployment.zip, sbom.json and template.yaml into the folder, for the processor.

    Without a processor it takes that of .chalice/config.json. Raises NotPackaged, and leaves none of the files,
    where one of the checks fails.
    """
    into.mkdir(parents=True, exist_ok=True)
    for name in (ARCHIVE, SBOM, TEMPLATE):
        (into / name).unlink(missing_ok=True)
    requirements = ROOT / "requirements.txt"
    target_processor = processor or read_configured_processor()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        hashes = dependencies.fetch(requirements, work / "vendor", target_processor)
        sam_template = run_chalice(work, target_processor)
        archive.rewrite_reproducibly(work / "out" / ARCHIVE, work / ARCHIVE)
        with ZipFile(work / ARCHIVE) as opened_archive:
            dependencies.check(opened_archive, requirements, target_processor)
            archive.check_size(opened_archive)
        template.check(sam_template)
        (into / SBOM).write_text(materials.build_sbom(work / ARCHIVE, hashes), "utf-8")
        shutil.move(work / ARCHIVE, into / ARCHIVE)
        (into / TEMPLATE).write_text(sam_template, "utf-8")


def run_chalice(work: Path, processor: Processor) -> str:
    """Return the merged template; Chalice leaves the archive of our code in `work`/out.

    Chalice gets no requirements.txt: it would build from source what has no wheel, and continue without what it
    cannot build. `work`/vendor has the dependencies.
    """
    archive.copy_sources(ROOT, work)
    _write_chalice_config(work / ".chalice", processor)
    chalice = [sys.executable, "-c", "import sys; from chalice.cli import main; sys.exit(main())"]
    (work / "ours.json").write_text(json.dumps(template.load_merge_template(ROOT / "infra")), "utf-8")
    options = ["--template-format", "yaml", "--merge-template", "ours.json"]
    command = [*chalice, "package", "--stage", _STAGE, *options, "out"]
    environment = {"AWS_DEFAULT_REGION": template.REGION, **os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)
    output = (process.stdout + process.stderr).strip()
    if process.returncode or "Could not install dependencies" in output:
        raise NotPackaged(f"Chalice could not package the functions:\n{output}")
    return (work / "out" / "sam.yaml").read_text("utf-8")


def _read_chalice_config() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / ".chalice" / "config.json").read_text("utf-8"))
    return document


def read_configured_processor() -> Processor:
    """Read the processor from .chalice/config.json."""
    processor: Processor = _read_chalice_config()["stages"][_STAGE]["lambda_architecture"]
    return processor


def _write_chalice_config(into: Path, processor: Processor) -> None:
    into.mkdir()
    configuration = _read_chalice_config()
    configuration["stages"][_STAGE]["lambda_architecture"] = processor
    (into / "config.json").write_text(json.dumps(configuration), "utf-8")
    for policy in (ROOT / ".chalice").glob("policy-*.json"):
        shutil.copy(policy, into)


def main(arguments: list[str] | None = None) -> int:
    """Build the package for the options; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__)
    parser.add_argument(
        "--processor", choices=PROCESSORS, help="of the functions; default: .chalice/config.json's"
    )
    parser.add_argument("--into", type=Path, default=ROOT / "build", help="the folder; default: build/")
    options = parser.parse_args(arguments)
    try:
        package(options.into, options.processor)
    except NotPackaged as error:
        print(f"Not packaged. {error}", file=sys.stderr)
        return 1
    print(f"{options.into / ARCHIVE} and {options.into / TEMPLATE} are ready to deploy.")
    print(f"{options.into / SBOM} says what others wrote of it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
