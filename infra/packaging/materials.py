"""Build the bill of materials (CycloneDX) of the archive: the third-party components in it, and their wheels.

The same archive gives the same bytes: the document has no timestamp, and its serial number is made of the
archive's hash.
"""

import json
from collections.abc import Iterator, Mapping
from email.message import Message
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5
from zipfile import ZipFile

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.contrib.this.builders import this_component
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.model.tool import ToolRepository
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.spdx import fixup_id, is_expression
from packageurl import PackageURL

from chalicelib import VERSION
from infra.packaging.dependencies import normalize_name, read_distributions

_COMPONENT_FIELDS = (
    "type",
    "name",
    "version",
    "hashes",
    "licenses",
    "purl",
)  #: of a component that is compiled into a distribution


def build_sbom(archive: Path, hashes: Mapping[str, str]) -> str:
    """Build the archive's bill of materials as JSON; `hashes` are the SHA-256 of the wheels in it, by name."""
    archive_hash = _sha256(archive.read_bytes())
    service = Component(type=ComponentType.APPLICATION, name="tilmelding", version=VERSION, hashes=(archive_hash,))
    service.bom_ref.value = service.name
    with ZipFile(archive) as opened_archive:
        parts = [_build_chalice_component(opened_archive), *_build_wheel_components(opened_archive, hashes)]
    bom = Bom(
        serial_number=uuid5(NAMESPACE_OID, archive_hash.content),
        metadata=BomMetaData(component=service, tools=ToolRepository(components=(this_component(),))),
        components=parts,
    )
    bom.register_dependency(service, parts)
    document = json.loads(make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string())
    del document["metadata"]["timestamp"]
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _build_wheel_components(archive: ZipFile, hashes: Mapping[str, str]) -> Iterator[Component]:
    for folder, headers in read_distributions(archive):
        name = normalize_name(str(headers["Name"]))
        component = _build_library(name, str(headers["Version"]), _read_licences(headers))
        component.hashes.add(HashType(alg=HashAlgorithm.SHA_256, content=hashes[name]))
        component.components = _read_bundled_components(archive, folder, component)
        yield component


def _build_library(name: str, version: str, licences: list[License]) -> Component:
    component = Component(
        name=name, version=version, licenses=licences, purl=PackageURL("pypi", name=name, version=version)
    )
    component.bom_ref.value = str(component.purl)
    return component


def _build_chalice_component(archive: ZipFile) -> Component:
    """Build the component of Chalice, which adds the part of itself that functions need to the archive."""
    component = _build_library(
        "chalice", metadata.version("chalice"), [LicenseFactory().make_with_id("Apache-2.0")]
    )
    for name in sorted(archive.namelist()):
        if name.startswith("chalice/") and name.endswith(".py"):
            file = Component(type=ComponentType.FILE, name=name, hashes=(_sha256(archive.read(name)),))
            file.bom_ref.value = name
            component.components.add(file)
    return component


def _read_licences(headers: Message) -> list[License]:
    """Read the licences that the distribution declares: a valid SPDX expression, else its classifiers."""
    factory = LicenseFactory()
    declared = str(headers["License-Expression"] or headers["License"])
    if fixup_id(declared) or is_expression(declared):
        return [factory.make_from_string(declared)]
    classifiers = map(str, headers.get_all("Classifier", []))
    return [
        factory.make_with_name(classifier.rpartition(" :: ")[2])
        for classifier in classifiers
        if classifier.startswith("License ::")
    ]


def _read_bundled_components(archive: ZipFile, folder: str, parent: Component) -> Iterator[Component]:
    """Yield the components in the distribution's own bills of materials (PEP 770), with unique references."""
    for name in sorted(archive.namelist()):
        if name.startswith(f"{folder}/sboms/"):
            for described in json.loads(archive.read(name)).get("components", ()):
                fields = {field: described[field] for field in _COMPONENT_FIELDS if field in described}
                component: Component = Component.from_json(fields)  # type: ignore[attr-defined]  # by a decorator
                component.bom_ref.value = f"{parent.bom_ref.value}#{described.get('bom-ref', described['name'])}"
                yield component


def _sha256(content: bytes) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=sha256(content).hexdigest())
