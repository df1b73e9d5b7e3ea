"""The bill of materials of a package."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from infra.packaging.materials import build_sbom

HASHES = {"some-core": "a" * 64, "jinja2": "b" * 64}
CRATE = {
    "type": "library",
    "bom-ref": "registry#ahash@0.8.12",
    "author": "An Author <author@example.org>",
    "name": "ahash",
    "version": "0.8.12",
    "hashes": [{"alg": "SHA-256", "content": "c" * 64}],
    "licenses": [{"expression": "MIT OR Apache-2.0"}],
    "purl": "pkg:cargo/ahash@0.8.12",
}


def archive(folder: Path, ours: str = "") -> Path:
    """Our code, Chalice's, and two distributions, one of which says what was compiled into it."""
    path = folder / "deployment.zip"
    core, jinja = "some_core-2.50.4.dist-info", "jinja2-3.1.6.dist-info"
    with ZipFile(path, "w") as written:
        for name, content in {
            "app.py": ours,
            "chalice/app.py": "chalice",
            "chalice/__pycache__/app.cpython-311.pyc": "compiled",
            f"{core}/METADATA": "Name: some_core\nVersion: 2.50.4\nLicense-Expression: MIT OR Apache-2.0\n",
            f"{core}/WHEEL": "Tag: py3-none-any\n",
            f"{core}/sboms/core.cyclonedx.json": json.dumps({"components": [CRATE]}),
            f"{jinja}/METADATA": "Name: Jinja2\nVersion: 3.1.6\nLicense: as ever\n"
            "Classifier: License :: OSI Approved :: BSD License\nClassifier: Programming Language :: Python\n",
            f"{jinja}/WHEEL": "Tag: py3-none-any\n",
        }.items():
            written.writestr(name, content)
    return path


def parts(of: str) -> dict[str, Any]:
    """The components, by name."""
    return {each["name"]: each for each in json.loads(of)["components"]}


def test_it_is_valid(tmp_path: Path) -> None:
    """By CycloneDX's own schema, which lets through nothing that it does not know."""
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(build_sbom(archive(tmp_path), HASHES)) is None


def test_each_distribution_is_named_with_its_wheel_and_licence(tmp_path: Path) -> None:
    """The name as every tool writes it, the hash of what was fetched, and the licence as it declares it itself."""
    made = parts(build_sbom(archive(tmp_path), HASHES))
    assert made.keys() == {"chalice", "some-core", "jinja2"}
    assert made["jinja2"] == {
        "type": "library",
        "bom-ref": "pkg:pypi/jinja2@3.1.6",
        "name": "jinja2",
        "version": "3.1.6",
        "hashes": [{"alg": "SHA-256", "content": "b" * 64}],
        "licenses": [{"license": {"name": "BSD License"}}],
        "purl": "pkg:pypi/jinja2@3.1.6",
    }
    assert made["some-core"]["licenses"] == [{"expression": "MIT OR Apache-2.0"}]


def test_what_was_compiled_into_a_distribution_stands_within_it(tmp_path: Path) -> None:
    """As the distribution says, under a reference that no other part has, and without its authors' addresses."""
    (crate,) = parts(build_sbom(archive(tmp_path), HASHES))["some-core"]["components"]
    told = {name: value for name, value in CRATE.items() if name != "author"}
    assert crate == told | {"bom-ref": "pkg:pypi/some-core@2.50.4#registry#ahash@0.8.12"}


def test_chalices_part_is_named_by_its_files(tmp_path: Path) -> None:
    """It comes from no wheel that is fetched for the package."""
    chalice = parts(build_sbom(archive(tmp_path), HASHES))["chalice"]
    (file,) = chalice["components"]
    assert (file["type"], file["name"]) == ("file", "chalice/app.py")
    assert file["hashes"] == [{"alg": "SHA-256", "content": sha256(b"chalice").hexdigest()}]
    assert chalice["purl"].startswith("pkg:pypi/chalice@")


def test_it_says_of_which_archive_it_is(tmp_path: Path) -> None:
    """By the archive's hash, and all parts are what the service depends on."""
    path = archive(tmp_path)
    document = json.loads(build_sbom(path, HASHES))
    service = document["metadata"]["component"]
    assert (service["name"], service["type"]) == ("tilmelding", "application")
    assert service["hashes"] == [{"alg": "SHA-256", "content": sha256(path.read_bytes()).hexdigest()}]
    needs = {each["ref"]: each.get("dependsOn") for each in document["dependencies"]}
    assert needs["tilmelding"] == sorted(part["bom-ref"] for part in document["components"])


def test_the_same_archive_gives_the_same_bytes(tmp_path: Path) -> None:
    """Neither the time nor chance shows; another archive's bill has another number."""
    path = archive(tmp_path)
    one = build_sbom(path, HASHES)
    assert build_sbom(path, HASHES) == one
    assert "timestamp" not in one
    assert json.loads(build_sbom(archive(tmp_path, ours="changed"), HASHES))["serialNumber"] not in one
