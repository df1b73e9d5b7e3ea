"""The bill of materials (CycloneDX) of the archive: what lies in it that others wrote, and from which wheel.

The same archive gives the same bytes: the document carries no time, and its number is made of the archive's hash.
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
)  #: of what is compiled into a distribution


def build_sbom(archive: Path, hashes: Mapping[str, str]) -> str:
    """The archive's bill of materials as JSON; `hashes` are the SHA-256 of the wheels in it, by their names."""
    whole = _sha256(archive.read_bytes())
    service = Component(type=ComponentType.APPLICATION, name="tilmelding", version=VERSION, hashes=(whole,))
    service.bom_ref.value = service.name
    with ZipFile(archive) as opened:
        parts = [_build_chalice_component(opened), *_build_wheel_components(opened, hashes)]
    made = Bom(
        serial_number=uuid5(NAMESPACE_OID, whole.content),
        metadata=BomMetaData(component=service, tools=ToolRepository(components=(this_component(),))),
        components=parts,
    )
    made.register_dependency(service, parts)
    document = json.loads(make_outputter(made, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string())
    del document["metadata"]["timestamp"]
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _build_wheel_components(archive: ZipFile, hashes: Mapping[str, str]) -> Iterator[Component]:
    for folder, about in read_distributions(archive):
        name = normalize_name(str(about["Name"]))
        part = _build_library(name, str(about["Version"]), _read_licences(about))
        part.hashes.add(HashType(alg=HashAlgorithm.SHA_256, content=hashes[name]))
        part.components = _read_bundled_components(archive, folder, part)
        yield part


def _build_library(name: str, version: str, licences: list[License]) -> Component:
    made = Component(
        name=name, version=version, licenses=licences, purl=PackageURL("pypi", name=name, version=version)
    )
    made.bom_ref.value = str(made.purl)
    return made


def _build_chalice_component(archive: ZipFile) -> Component:
    """Chalice puts the part of itself that functions need into the archive, from where it is installed."""
    made = _build_library("chalice", metadata.version("chalice"), [LicenseFactory().make_with_id("Apache-2.0")])
    for name in sorted(archive.namelist()):
        if name.startswith("chalice/") and name.endswith(".py"):
            file = Component(type=ComponentType.FILE, name=name, hashes=(_sha256(archive.read(name)),))
            file.bom_ref.value = name
            made.components.add(file)
    return made


def _read_licences(headers: Message) -> list[License]:
    """As the distribution declares them: in SPDX's words where it knows them, else by its classifiers' names."""
    make = LicenseFactory()
    declared = str(headers["License-Expression"] or headers["License"])
    if fixup_id(declared) or is_expression(declared):
        return [make.make_from_string(declared)]
    classifiers = map(str, headers.get_all("Classifier", []))
    return [
        make.make_with_name(each.rpartition(" :: ")[2]) for each in classifiers if each.startswith("License ::")
    ]


def _read_bundled_components(archive: ZipFile, folder: str, parent: Component) -> Iterator[Component]:
    """What the distribution's own bills of materials (PEP 770) name, with numbers that no other part has."""
    for name in sorted(archive.namelist()):
        if name.startswith(f"{folder}/sboms/"):
            for said in json.loads(archive.read(name)).get("components", ()):
                facts = {fact: said[fact] for fact in _COMPONENT_FIELDS if fact in said}
                inside: Component = Component.from_json(facts)  # type: ignore[attr-defined]  # by a decorator
                inside.bom_ref.value = f"{parent.bom_ref.value}#{said.get('bom-ref', said['name'])}"
                yield inside


def _sha256(content: bytes) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=sha256(content).hexdigest())
