"""What the package's dependencies are refused for, and that those which the code imports are asked for."""

import ast
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.metadata import packages_distributions
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra.packaging import NotPackaged
from infra.packaging.dependencies import Processor, Wheel, check, fetch, read_pins, read_wheels
from testing.account import ROOT

PINS = "pydantic-core==2.50.4 \\\n    --hash=sha256:00\n    # via pydantic\njinja2[i18n]==3.1.6\n"
RUNS_ON_X86 = ("cp311-cp311-manylinux_2_17_x86_64", "cp311-cp311-manylinux2014_x86_64")
ANYWHERE = ("py3-none-any",)


@contextmanager
def archive(**tags: tuple[str, ...]) -> Iterator[ZipFile]:
    """A package of the pinned distributions that are named, with these tags in their wheels."""
    versions = {"pydantic_core": "2.50.4", "Jinja2": "3.1.6"}
    with ZipFile(BytesIO(), "w") as opened:
        for name, of_it in tags.items():
            folder = f"{name.lower()}-{versions[name]}.dist-info"
            opened.writestr(f"{folder}/METADATA", f"Name: {name}\nVersion: {versions[name]}\n\nAbout it\n")
            opened.writestr(f"{folder}/WHEEL", "".join(f"Tag: {tag}\n" for tag in of_it))
        yield opened


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.txt"
    path.write_text(PINS)
    return path


def test_pins_are_read_by_their_normal_names(requirements: Path) -> None:
    """Hashes, comments and extras aside."""
    assert read_pins(requirements) == {("pydantic-core", "2.50.4"), ("jinja2", "3.1.6")}


def test_wheels_are_read_from_the_top_of_the_archive() -> None:
    """What a distribution brings along inside itself is its own affair."""
    with archive(Jinja2=ANYWHERE) as opened:
        opened.writestr("pip/_vendor/inner-1.0.dist-info/WHEEL", "Tag: py3-none-any\n")
        assert list(read_wheels(opened)) == [Wheel("jinja2", "3.1.6", ANYWHERE)]


def test_everything_pinned_in_wheels_for_lambda_is_taken(requirements: Path) -> None:
    """A manylinux wheel of the processor, or one for any."""
    with archive(pydantic_core=RUNS_ON_X86, Jinja2=ANYWHERE) as opened:
        check(opened, requirements, "x86_64")


@pytest.mark.parametrize(
    ("tag", "processor"),
    [
        ("cp311-cp311-linux_x86_64", "x86_64"),
        ("cp311-cp311-linux_aarch64", "arm64"),
        ("cp311-cp311-manylinux_2_17_x86_64", "arm64"),
        ("cp311-cp311-manylinux_2_39_x86_64", "x86_64"),
        ("cp311-cp311-macosx_11_0_arm64", "arm64"),
    ],
)
def test_a_wheel_that_lambda_may_not_run_is_refused(requirements: Path, tag: str, processor: Processor) -> None:
    """Built here from source, for the other processor, for a newer C library, for another system."""
    with archive(pydantic_core=(tag,), Jinja2=ANYWHERE) as opened, pytest.raises(NotPackaged) as caught:
        check(opened, requirements, processor)
    platform = tag.rpartition("-")[2]
    assert str(caught.value).startswith("pydantic-core 2.50.4 was built for ")
    assert platform in str(caught.value)


def test_a_missing_dependency_is_named(requirements: Path) -> None:
    """Name and version, and who asks for it."""
    with archive(Jinja2=ANYWHERE) as opened, pytest.raises(NotPackaged) as caught:
        check(opened, requirements, "x86_64")
    assert str(caught.value) == "Missing in the package: pydantic-core==2.50.4, which requirements.txt asks for."


def test_what_cannot_be_had_as_a_wheel_is_not_packaged(tmp_path: Path) -> None:
    """The sentence names the distribution; nothing is built from source instead."""
    path = tmp_path / "requirements.txt"
    path.write_text("no-such-distribution==1.0 --hash=sha256:" + "0" * 64)
    with pytest.raises(NotPackaged) as caught:
        fetch(path, tmp_path / "vendor", "arm64", options=("--no-index",))
    assert str(caught.value).startswith("The dependencies could not be fetched for arm64: ERROR: ")
    assert "no-such-distribution==1.0" in str(caught.value)


def tiny_wheel(folder: Path) -> Path:
    """A wheel of one module and one command."""
    path = folder / "tiny-1.0-py3-none-any.whl"
    about = "tiny-1.0.dist-info"
    with ZipFile(path, "w") as wheel:
        wheel.writestr("tiny.py", "")
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/entry_points.txt", "[console_scripts]\ntiny = tiny:main\n")
        wheel.writestr(f"{about}/RECORD", "")
    return path


def test_what_is_pinned_is_fetched_without_its_commands(tmp_path: Path) -> None:
    """Commands would carry this machine's paths into the package. Which wheel it was is said by its hash."""
    path, pin = tmp_path / "requirements.txt", sha256(tiny_wheel(tmp_path).read_bytes()).hexdigest()
    path.write_text(f"tiny==1.0 --hash=sha256:{pin}")
    options = ("--no-index", f"--find-links={tmp_path}")
    assert fetch(path, tmp_path / "vendor", "arm64", options=options) == {"tiny": pin}
    assert {inside.name for inside in (tmp_path / "vendor").iterdir()} == {"tiny.py", "tiny-1.0.dist-info"}


def test_what_is_not_pinned_by_its_hash_is_not_packaged(tmp_path: Path) -> None:
    """Another wheel of the same name and version is another wheel."""
    tiny_wheel(tmp_path)
    path = tmp_path / "requirements.txt"
    path.write_text("tiny==1.0")
    with pytest.raises(NotPackaged, match="Hashes are required"):
        fetch(path, tmp_path / "vendor", "x86_64", options=("--no-index", f"--find-links={tmp_path}"))


def test_what_the_functions_import_is_asked_for() -> None:
    """By name in requirements.in, not only as a dependency of a dependency, which may let it go."""
    requested = {normalise(name) for name in re.findall(r"^[\w-]+", (ROOT / "requirements.in").read_text(), re.M)}
    brought_along = {"chalice", "boto3", "botocore"}  # vendored with the package, and by Lambda's runtime
    distributions = packages_distributions()
    missing = {
        name
        for name in imported_packages() - sys.stdlib_module_names - {"chalicelib"}
        if not (requested | brought_along) & {normalise(each) for each in distributions[name]}
    }
    assert missing == set()


def normalise(distribution: str) -> str:
    """A distribution's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def imported_packages() -> set[str]:
    """The top-level packages that the functions import when they run, also inside their functions."""
    names: set[str] = set()
    for path in ROOT.glob("chalicelib/**/*.py"):
        tree = ast.parse(path.read_text())
        typing_only = {id(node) for block in ast.walk(tree) if _is_for_types(block) for node in ast.walk(block)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import) and id(node) not in typing_only:
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and id(node) not in typing_only:
                names.add(node.module.partition(".")[0])
    return names


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
