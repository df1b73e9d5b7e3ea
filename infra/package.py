"""`python -m infra.package`: the verified deployment package, its bill of materials and template in build/."""

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
    """Write deployment.zip, sbom.json and template.yaml into the folder, for the processor (default:
    .chalice/config.json's).

    Raises NotPackaged, and leaves none of them, when anything in them would not hold in AWS.
    """
    into.mkdir(parents=True, exist_ok=True)
    for name in (ARCHIVE, SBOM, TEMPLATE):
        (into / name).unlink(missing_ok=True)
    requirements = ROOT / "requirements.txt"
    chosen = processor or read_configured_processor()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        hashes = dependencies.fetch(requirements, work / "vendor", chosen)
        text = run_chalice(work, chosen)
        archive.rewrite_reproducibly(work / "out" / ARCHIVE, work / ARCHIVE)
        with ZipFile(work / ARCHIVE) as opened:
            dependencies.check(opened, requirements, chosen)
            archive.check_size(opened)
        template.check(text)
        (into / SBOM).write_text(materials.build_sbom(work / ARCHIVE, hashes), "utf-8")
        shutil.move(work / ARCHIVE, into / ARCHIVE)
        (into / TEMPLATE).write_text(text, "utf-8")


def run_chalice(work: Path, processor: Processor) -> str:
    """The merged template; beside it, in `work`/out, Chalice leaves the archive of our code and `work`/vendor.

    Chalice gets no requirements.txt: it would build from source what has no wheel, and go on without
    what cannot be built.
    """
    archive.copy_sources(ROOT, work)
    _write_chalice_config(work / ".chalice", processor)
    chalice = [sys.executable, "-c", "import sys; from chalice.cli import main; sys.exit(main())"]
    (work / "ours.json").write_text(json.dumps(template.load_merge_template(ROOT / "infra")), "utf-8")
    written_as = ["--template-format", "yaml", "--merge-template", "ours.json"]
    command = [*chalice, "package", "--stage", _STAGE, *written_as, "out"]
    environment = {"AWS_DEFAULT_REGION": template.REGION, **os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)
    said = (ended.stdout + ended.stderr).strip()
    if ended.returncode or "Could not install dependencies" in said:
        raise NotPackaged(f"Chalice could not package the functions:\n{said}")
    return (work / "out" / "sam.yaml").read_text("utf-8")


def _read_chalice_config() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / ".chalice" / "config.json").read_text("utf-8"))
    return document


def read_configured_processor() -> Processor:
    """The processor that .chalice/config.json names."""
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
    parser = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__)
    parser.add_argument(
        "--processor", choices=PROCESSORS, help="of the functions; default: .chalice/config.json's"
    )
    parser.add_argument("--into", type=Path, default=ROOT / "build", help="the folder; default: build/")
    chosen = parser.parse_args(arguments)
    try:
        package(chosen.into, chosen.processor)
    except NotPackaged as error:
        print(f"Not packaged. {error}", file=sys.stderr)
        return 1
    print(f"{chosen.into / ARCHIVE} and {chosen.into / TEMPLATE} are ready to deploy.")
    print(f"{chosen.into / SBOM} says what others wrote of it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
